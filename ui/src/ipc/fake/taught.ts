/** Rules of the made-up world; only paths are read, templates answer nothing. */
import type { RulePreview } from '../gen/RulePreview';
import type { RulePreviewPoint } from '../gen/RulePreviewPoint';
import type { TopicRule } from '../gen/TopicRule';

export const taught: { rules: TopicRule[] } = { rules: [] };

/** What a rule would make of a payload. */
export function previewed(rule: TopicRule, topic: string, payload: string | undefined): RulePreview {
  const parts = rule.filter.split('/');
  const levels = topic.split('/');
  const rest = parts.at(-1) === '#';
  const kept = rest ? parts.slice(0, -1) : parts;
  const matches =
    (rest ? levels.length >= kept.length : levels.length === kept.length) &&
    kept.every((part, ix) => part === '+' || part === levels[ix]);
  const captured = kept.flatMap((part, ix) => (part === '+' ? [levels[ix] ?? ''] : []));
  const fill = (text: string) => text.replace(/\{(\d+)\}/g, (all, n: string) => captured[Number(n) - 1] ?? all);
  return {
    matches,
    device: matches ? fill(rule.device) : '',
    place: matches ? rule.place.path.map(fill) : [],
    points: matches ? rule.points.map((point) => read(point.path, fill(point.name), payload)) : [],
    fault: rule.points.length === 0 ? 'the rule reads nothing yet: click a value of the example to make a point' : null,
  };
}

function read(path: string, name: string, payload: string | undefined): RulePreviewPoint {
  let at: unknown;
  try {
    at = JSON.parse(payload ?? '');
  } catch {
    at = payload;
  }
  for (const key of path === '' ? [] : path.split('.')) at = (at as Record<string, unknown> | undefined)?.[key];
  const value = typeof at === 'number' || typeof at === 'string' || typeof at === 'boolean' ? at : null;
  return { name, value, fault: value === null ? 'this message holds nothing for it' : null };
}
