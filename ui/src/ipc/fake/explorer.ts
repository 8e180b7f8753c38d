/** The fake topic tree: the topics of the fake points with their live payloads. */
import type { ExplorerView } from '../gen/ExplorerView';
import type { RawMessage } from '../gen/RawMessage';
import type { TopicRow } from '../gen/TopicRow';
import type { World } from './world';

interface Topic {
  topic: string;
  point: number;
  every: number;
}

/** Topics published by hand, and those cleared. */
export const published = new Map<string, { payload: string; at: number; retain: boolean; qos: number }>();

function topics(world: World): Topic[] {
  const seen = new Map<string, Topic>();
  for (const [id, { point }] of world.points) {
    const { topic } = point.view;
    if (topic && !seen.has(topic)) seen.set(topic, { topic, point: id, every: point.every });
  }
  for (const topic of published.keys()) if (!seen.has(topic)) seen.set(topic, { topic, point: 0, every: 1e9 });
  return [...seen.values()].sort((a, b) => a.topic.localeCompare(b.topic));
}

function payloadOf(world: World, topic: Topic): { payload: string; at: number } {
  const own = published.get(topic.topic);
  if (own || topic.point === 0) return { payload: own?.payload ?? '', at: own?.at ?? 0 };
  const { value, at } = world.read(topic.point);
  return {
    payload: topic.topic.startsWith('spBv1.0') ? `seq 12 · 1 metric · ${String(value)}` : JSON.stringify(value),
    at,
  };
}

export function explore(world: World, broker: number, parent: string, search: string, limit: number): ExplorerView {
  const all = topics(world);
  const run = (Date.now() % 3_600_000) / 1000;
  const rows = new Map<string, TopicRow>();
  const words = search.toLowerCase().trim();
  for (const t of all) {
    let path = t.topic;
    if (words) {
      if (!path.toLowerCase().includes(words)) continue;
    } else {
      const start = parent === '' ? 0 : parent.length + 1;
      if (parent !== '' && !path.startsWith(`${parent}/`)) continue;
      const end = path.indexOf('/', start);
      if (end >= 0) path = path.slice(0, end);
    }
    const row = rows.get(path) ?? {
      broker,
      path,
      name: words ? path : path.slice(path.lastIndexOf('/') + 1),
      children: 0,
      topics: 0,
      messages: 0,
      rate: 0,
      payload: null,
      format: 'text' as const,
      at: 0,
      retained: false,
      conventions: [],
    };
    const { payload, at } = payloadOf(world, t);
    row.topics++;
    row.messages += Math.ceil(run / t.every);
    row.rate += 1 / t.every;
    row.at = Math.max(row.at, at);
    if (path === t.topic) {
      row.payload = payload.slice(0, 200);
      row.format = path.startsWith('spBv1.0') ? 'sparkplug' : /^[[{]/.test(payload) ? 'json' : 'text';
      row.conventions = [path.startsWith('spBv1.0') ? 'sparkplug' : 'homeassistant'];
      row.retained = published.get(path)?.retain ?? false;
    } else {
      row.children++;
    }
    rows.set(path, row);
  }
  const list = [...rows.values()];
  return {
    rows: list.slice(0, limit),
    more: Math.max(0, list.length - limit),
    topics: all.length,
    messages: Math.round(run * 40),
    dropped: 0,
    truncated: 0,
    untracked: 0,
  };
}

export function rawMessage(world: World, topic: string): RawMessage | null {
  const found = topics(world).find((t) => t.topic === topic);
  if (!found) return null;
  const { payload, at } = payloadOf(world, found);
  return {
    topic,
    payload,
    format: topic.startsWith('spBv1.0') ? 'sparkplug' : /^[[{]/.test(payload) ? 'json' : 'text',
    bytes: payload.length,
    truncated: false,
    retain: published.get(topic)?.retain ?? false,
    qos: published.get(topic)?.qos ?? 1,
    at,
  };
}
