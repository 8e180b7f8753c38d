/** Troubles with input, as the diagnoses tab lists them. */
import type { DiagnosisView } from '../../ipc/gen/DiagnosisView';

const WORDS: Record<string, string> = {
  invalid_utf8: 'Text that is no UTF-8',
  malformed_json: 'Broken JSON',
  wrong_type: 'JSON of another type than expected',
  malformed_protobuf: 'Broken Sparkplug payload',
  template: 'Template that fails',
  not_a_number: 'Number that is none',
  too_large: 'Too large',
  too_many: 'Too many',
  invalid_description: 'Description with faults',
  sequence: 'Gap in the sequence',
  clock: 'Clock that is off',
  ignored: 'Ignored',
  reported: 'Told by the device',
};

/** What a code means; a code that we do not know is at least readable. */
export function kindWord(code: string): string {
  const known = WORDS[code];
  if (known) return known;
  const text = code.replaceAll('_', ' ').trim();
  return text === '' ? 'Trouble' : text.charAt(0).toUpperCase() + text.slice(1);
}

export function diagnosisKey(d: DiagnosisView): string {
  // What was ignored of a device is told apart by its words.
  const more = d.device === null ? d.topic : d.kind === 'ignored' ? d.text : '';
  return `${d.broker}\u0000${d.device ?? ''}\u0000${more}\u0000${d.kind}`;
}

/** The troubles of one device, or of one topic where no device is known. */
export interface Group {
  key: string;
  device: number | null;
  /** Name of the device, or the topic. */
  name: string;
  count: number;
  lastAt: number;
  rows: DiagnosisView[];
}

/**
 * Groups, the latest first. `before` is the order on screen: with it, what is shown keeps its place and only new groups
 * come in at the end, so that nothing moves under the pointer.
 */
export function groups(all: readonly DiagnosisView[], search = '', before?: readonly string[]): Group[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = new Map<string, Group>();
  for (const d of all) {
    const text = `${d.device_name} ${d.topic} ${kindWord(d.kind)} ${d.text}`.toLowerCase();
    if (!words.every((word) => text.includes(word))) continue;
    const key = d.device === null ? `t${d.broker}\u0000${d.topic}` : `d${d.device}`;
    let group = found.get(key);
    if (!group) {
      const name = d.device === null ? d.topic : d.device_name || d.topic;
      found.set(key, (group = { key, device: d.device, name, count: 0, lastAt: 0, rows: [] }));
    }
    group.rows.push(d);
    group.count += d.count;
    group.lastAt = Math.max(group.lastAt, d.last_at);
  }
  const out = [...found.values()];
  // The rows of a group by name of their kind: that order never changes.
  for (const group of out) group.rows.sort((a, b) => (a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : 0));
  const place = new Map((before ?? []).map((key, i) => [key, i]));
  const at = (group: Group) => place.get(group.key) ?? Infinity;
  return out.sort((a, b) => {
    const [left, right] = [at(a), at(b)];
    if (left !== right) return left - right;
    return b.lastAt - a.lastAt || (a.key < b.key ? -1 : 1);
  });
}
