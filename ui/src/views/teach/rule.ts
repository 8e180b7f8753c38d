/** A rule for topics as it is being made: what can be clicked, what a click makes, how a pattern is widened. */
import type { Kind } from '../../ipc/gen/Kind';
import type { Realm } from '../../ipc/gen/Realm';
import type { RulePoint } from '../../ipc/gen/RulePoint';
import type { TopicRule } from '../../ipc/gen/TopicRule';

/** A line of the example: a value that can be clicked, or the name of what is around it. */
export interface Leaf {
  depth: number;
  /** The key or index; empty for the whole payload. */
  key: string;
  /** Where it stands; null for an object or a list. */
  path: string | null;
  /** As text. */
  shown: string;
  value: unknown;
}

/** More lines are not drawn; the rest can be reached by typing a path. */
export const MOST_LEAVES = 400;
const DEEPEST = 10;

const escaped = (key: string) => key.replace(/[\\.]/g, '\\$&');

/** The lines of a payload. What is no JSON object or list is one value. */
export function leavesOf(payload: string): Leaf[] {
  let json: unknown;
  try {
    json = JSON.parse(payload);
  } catch {
    json = undefined;
  }
  if (json === null || typeof json !== 'object') {
    return [{ depth: 0, key: '', path: '', shown: payload, value: json ?? payload }];
  }
  const leaves: Leaf[] = [];
  const walk = (at: unknown, depth: number, path: string) => {
    if (at === null || typeof at !== 'object' || depth > DEEPEST) return;
    for (const [key, value] of Object.entries(at)) {
      if (leaves.length >= MOST_LEAVES) return;
      const here = path === '' ? escaped(key) : `${path}.${escaped(key)}`;
      if (value !== null && typeof value === 'object') {
        leaves.push({ depth, key, path: null, shown: '', value });
        walk(value, depth + 1, here);
      } else {
        leaves.push({ depth, key, path: here, shown: String(value), value });
      }
    }
  };
  walk(json, 0, '');
  return leaves;
}

/** `fillVolume_l` → `Fill volume l`. */
export function humanise(name: string): string {
  const words = name
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .split(/[\s_\-./\\]+/)
    .filter((word) => word !== '')
    .join(' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What names usually mean: the first that fits. */
const MEANINGS: [RegExp, { class: string; unit: string }][] = [
  [/temp/i, { class: 'temperature', unit: '°C' }],
  [/humid|^hum$|_rh$/i, { class: 'humidity', unit: '%' }],
  [/press(ure)?$|baro/i, { class: 'pressure', unit: 'hPa' }],
  [/batt/i, { class: 'battery', unit: '%' }],
  [/energy|kwh/i, { class: 'energy', unit: 'kWh' }],
  [/power|watt/i, { class: 'power', unit: 'W' }],
  [/volt/i, { class: 'voltage', unit: 'V' }],
  [/current|amp(s|ere)?$/i, { class: 'current', unit: 'A' }],
  [/freq/i, { class: 'frequency', unit: 'Hz' }],
  [/co2/i, { class: 'carbon_dioxide', unit: 'ppm' }],
  [/pm_?2_?5/i, { class: 'pm25', unit: 'µg/m³' }],
  [/lux|illumin/i, { class: 'illuminance', unit: 'lx' }],
  [/rssi/i, { class: 'signal_strength', unit: 'dBm' }],
];

function kindOf(value: unknown): Kind {
  if (typeof value === 'number') return 'number';
  if (typeof value === 'boolean') return 'bool';
  const text = String(value ?? '').trim();
  if (/^[-+]?(\d+([.,]\d+)?|\.\d+)([eE][-+]?\d+)?(\s*\S{1,6})?$/.test(text)) return 'number';
  if (/^(on|off|true|false|open|closed|yes|no)$/i.test(text)) return 'bool';
  if (/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(text)) return 'time';
  return 'text';
}

/** A point that reads a value, named and measured as its key suggests. */
export function pointFor(leaf: Leaf, topic: string, taken: readonly RulePoint[]): RulePoint {
  const key = leaf.path === '' || leaf.path === null ? (topic.split('/').at(-1) ?? '') : leaf.key;
  const near = /^\d+$/.test(key) ? (leaf.path?.split('.').slice(-2).join(' ') ?? key) : key;
  const kind = kindOf(leaf.value);
  const meaning = kind === 'number' ? MEANINGS.find(([word]) => word.test(near))?.[1] : undefined;
  const name = unique(humanise(near) || 'Value', new Set(taken.map((point) => point.name)));
  return {
    key: unique(keyOf(name), new Set(taken.map((point) => point.key))),
    name,
    path: leaf.path ?? '',
    template: null,
    kind,
    unit: meaning?.unit ?? null,
    class: meaning?.class ?? null,
    state_class: null,
    scale: null,
    offset: null,
    on: null,
    off: null,
    options: [],
    range: null,
    category: 'primary',
    command: null,
  };
}

function unique(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  for (let n = 2; ; n++) if (!taken.has(`${name} ${n}`)) return `${name} ${n}`;
}

/** Letters, digits and dashes of a name. */
export function keyOf(name: string): string {
  const key = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 40);
  return key === '' ? 'value' : key;
}

/** The rule that a topic begins with: this topic alone. */
export function newRule(topic: string, realm: Realm, ids: ReadonlySet<string>): TopicRule {
  const levels = topic.split('/').filter((level) => level !== '');
  const named = levels.length > 1 ? (levels.at(-2) ?? '') : (levels[0] ?? '');
  const id = unique(keyOf(levels.slice(-2).join('-')), ids).replaceAll(' ', '-');
  return { id, filter: topic, device: humanise(named) || 'Device', place: { realm, path: [] }, points: [] };
}

/** A level of the pattern: itself, or any. */
export interface Level {
  text: string;
  any: boolean;
}

/** The levels of a topic under a filter, and from which on everything is taken (`#`); none where the filter was typed by hand and does not fit. */
export function levelsOf(topic: string, filter: string): { levels: Level[]; rest: number | null } | undefined {
  const own = topic.split('/');
  const parts = filter.split('/');
  const hash = parts.indexOf('#');
  if (hash >= 0 ? hash !== parts.length - 1 || own.length < hash : parts.length !== own.length) return undefined;
  const levels: Level[] = [];
  for (const [ix, text] of own.entries()) {
    const part = hash >= 0 && ix >= hash ? text : parts[ix];
    if (part !== '+' && part !== text) return undefined;
    levels.push({ text, any: part === '+' });
  }
  return { levels, rest: hash >= 0 ? hash : null };
}

/** The filter of levels. */
export function filterOf(levels: readonly Level[], rest: number | null): string {
  const kept = levels.slice(0, rest ?? levels.length).map((level) => (level.any ? '+' : level.text));
  return (rest === null ? kept : [...kept, '#']).join('/');
}

/** Levels with one made any or itself again, and the device's name with or without its capture. */
export function widened(
  topic: string,
  rule: Pick<TopicRule, 'filter' | 'device'>,
  index: number,
): Pick<TopicRule, 'filter' | 'device'> {
  const found = levelsOf(topic, rule.filter);
  const level = found?.levels[index];
  if (!found || !level || (found.rest !== null && index >= found.rest)) return rule;
  const before = captured(found.levels);
  level.any = !level.any;
  const after = captured(found.levels);
  // Captures keep their level though their number changes.
  let device = rule.device.replace(/\{(\d+)\}/g, (all, number: string) => {
    const at = before[Number(number) - 1];
    const now = at === undefined ? -1 : after.indexOf(at);
    return now >= 0 ? `{${now + 1}}` : at === undefined ? all : '';
  });
  device = device.replace(/\s+/g, ' ').trim();
  if (level.any) {
    const mark = `{${after.indexOf(index) + 1}}`;
    const own = humanise(level.text);
    device =
      device === own ? `${humanise(found.levels[index + 1]?.text ?? '') || 'Device'} ${mark}` : `${device} ${mark}`;
  }
  return { filter: filterOf(found.levels, found.rest), device: device === '' ? 'Device' : device };
}

const captured = (levels: readonly Level[]) => levels.flatMap((level, ix) => (level.any ? [ix] : []));

/** A number field's text: none where it is empty, not a number where it is wrong. */
export function numberOf(text: string): number | null {
  const trimmed = text.trim().replace(',', '.');
  return trimmed === '' ? null : Number(trimmed);
}

/** Text of a field, none where it is empty. */
export const textOf = (text: string): string | null => (text.trim() === '' ? null : text.trim());
