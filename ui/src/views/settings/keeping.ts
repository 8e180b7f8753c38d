/** What the page on data says and how its rules are edited. Pure. */
import { bytes, fixed, whole } from '../../format/numbers';
import type { BackupView } from '../../ipc/gen/BackupView';
import type { Keep } from '../../ipc/gen/Keep';
import type { KeepScope } from '../../ipc/gen/KeepScope';
import type { KeepSort } from '../../ipc/gen/KeepSort';
import type { Retention } from '../../ipc/gen/Retention';
import type { RetentionPreview } from '../../ipc/gen/RetentionPreview';
import type { SizeOrder } from '../../ipc/gen/SizeOrder';
import type { StorageView } from '../../ipc/gen/StorageView';

const YEAR = 365;
/** Lengths that are offered, days; `null` is for ever. */
export const DAYS: readonly (number | null)[] = [7, 30, 90, 180, YEAR, 2 * YEAR, 5 * YEAR, 10 * YEAR, null];
/** Steps that numbers can be summed up into, seconds. */
export const STEPS = [60, 900, 3600, 86_400] as const;
/** The smallest cap. */
export const SMALLEST_CAP = 64 * 1024 * 1024;
const GIGABYTE = 1_000_000_000;

export const FOREVER: Keep = { raw_days: null, then: null };

export const SORTS: readonly { sort: KeepSort; name: string; note: string }[] = [
  { sort: 'numbers', name: 'Numbers', note: 'Temperatures, power, counters' },
  { sort: 'states', name: 'On, off and states', note: 'Switches, doors, machine states' },
  { sort: 'texts', name: 'Texts and events', note: 'Messages, names, button presses' },
];

/** `90 days`, `2 years`, `for ever`. */
export function daysWords(days: number | null): string {
  if (days === null) return 'for ever';
  if (days > 0 && days % YEAR === 0) return days === YEAR ? '1 year' : `${days / YEAR} years`;
  return days === 1 ? '1 day' : `${whole(days)} days`;
}

/** `a minute`, `15 minutes`, `an hour`, `a day`. */
export function stepWords(step: number): string {
  switch (step) {
    case 60:
      return 'a minute';
    case 900:
      return '15 minutes';
    case 3600:
      return 'an hour';
    case 86_400:
      return 'a day';
    default:
      return `${whole(step)} seconds`;
  }
}

/** The lengths to choose from, one that is set elsewhere among them. */
export function choices(set: number | null, longerThan = 0): (number | null)[] {
  const all = DAYS.includes(set) ? DAYS : [set, ...DAYS];
  return [...all]
    .filter((days) => days === null || days > longerThan || days === set)
    .sort((a, b) => (a ?? Infinity) - (b ?? Infinity));
}

export function sameScope(a: KeepScope, b: KeepScope): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** What holds for a scope by a rule of its own; everything for ever where it has none. */
export function keepOf(retention: Retention, scope: KeepScope): Keep {
  return retention.rules.find((rule) => sameScope(rule.scope, scope))?.keep ?? FOREVER;
}

/** The rules with one set; `undefined` removes it. What comes after the raw samples is put right where it cannot be meant. */
export function withKeep(retention: Retention, scope: KeepScope, keep: Keep | undefined): Retention {
  const at = retention.rules.findIndex((rule) => sameScope(rule.scope, scope));
  const rules = retention.rules.slice();
  const redundant = keep && scope.of === 'sort' && keep.raw_days === null;
  if (!keep || redundant) {
    if (at >= 0) rules.splice(at, 1);
  } else {
    const rule = { scope, keep: meant(keep) };
    if (at >= 0) rules[at] = rule;
    else rules.push(rule);
  }
  return { ...retention, rules };
}

function meant(keep: Keep): Keep {
  if (keep.raw_days === null || !keep.then) return { ...keep, then: null };
  const { then } = keep;
  const too = then.days !== null && then.days <= keep.raw_days;
  return { ...keep, then: too ? { ...then, days: null } : then };
}

export function sameRetention(a: Retention, b: Retention): boolean {
  const flat = (r: Retention) =>
    JSON.stringify([r.cap, r.rules.map((rule) => JSON.stringify([rule.scope, rule.keep])).sort()]);
  return flat(a) === flat(b);
}

/** What is kept how long, as a sentence. */
export function keepWords(keep: Keep): string {
  if (keep.raw_days === null) return 'Every sample, for ever.';
  const raw = `Every sample for ${daysWords(keep.raw_days)}`;
  if (!keep.then) return `${raw}, then nothing.`;
  const { step, days } = keep.then;
  const until = days === null ? 'for ever' : `until ${daysWords(days)} have passed`;
  return `${raw}, then lowest, highest and mean of every ${stepWords(step).replace(/^an? /, '')} ${until}.`;
}

/** What saving the rules takes away at once. */
export function previewWords(preview: RetentionPreview): string {
  if (preview.samples === 0) return 'Nothing goes at once.';
  const points = preview.points + preview.summed;
  const of = points === 1 ? '1 point' : `${whole(points)} points`;
  const what =
    preview.points === 0 ? 'are summed up' : preview.summed === 0 ? 'are removed' : 'are removed or summed up';
  return `At once ${whole(preview.samples)} samples of ${of} ${what}. That cannot be undone; a backup keeps them.`;
}

/** `At this rate the disk is full in 214 days.` */
export function forecast(view: StorageView): { text: string; soon: boolean } {
  if (view.samples === 0) return { text: 'Nothing is stored yet.', soon: false };
  if (view.cap !== null && view.cap_missed)
    return { text: 'The cap cannot be held: only the last 7 days are left, and they take more.', soon: true };
  const days = view.full_in_days;
  if (days === null) return { text: 'It does not grow now.', soon: false };
  const what = view.cap === null ? 'the disk is full' : 'the cap is reached';
  if (days < 1) return { text: `At this rate ${what} within a day.`, soon: view.cap === null };
  if (days >= 50 * YEAR) return { text: `At this rate ${what} in more than 50 years.`, soon: false };
  const long =
    days >= 2 * YEAR
      ? `${fixed(days / YEAR, days >= 10 * YEAR ? 0 : 1)} years`
      : `${whole(Math.floor(days))} day${days < 2 ? '' : 's'}`;
  return { text: `At this rate ${what} in ${long}.`, soon: view.cap === null && days < 30 };
}

/** How much of the disk is taken: by the history, by others, free, as shares; `undefined` where the system does not tell. */
export function disk(view: StorageView): { own: number; others: number; free: number } | undefined {
  const { disk_total: total, disk_free: free } = view;
  if (!total || free === null || free > total) return undefined;
  const own = Math.min(view.bytes, total - free) / total;
  return { own, free: free / total, others: Math.max(0, 1 - own - free / total) };
}

/** A cap as typed in gigabytes: bytes, or what is wrong with it. */
export function capOf(text: string): { cap: number; fault: '' } | { cap: undefined; fault: string } {
  const number = Number(text.trim().replace(',', '.'));
  if (text.trim() === '' || !Number.isFinite(number) || number <= 0)
    return { cap: undefined, fault: 'A number of gigabytes, such as 20.' };
  const cap = Math.round(number * GIGABYTE);
  if (cap < SMALLEST_CAP) return { cap: undefined, fault: 'At least 0.07 GB: the registry and journals need them.' };
  if (cap > 1e15) return { cap: undefined, fault: 'At most a million gigabytes.' };
  return { cap, fault: '' };
}

/** A cap for its field. */
export function capText(cap: number | null): string {
  return cap === null ? '' : String(Math.round((cap / GIGABYTE) * 100) / 100);
}

/** Which way a column is sorted when its head is clicked: numbers the largest first. */
export function nextOrder(
  clicked: SizeOrder,
  now: SizeOrder,
  descending: boolean,
): { order: SizeOrder; descending: boolean } {
  if (clicked === now) return { order: now, descending: !descending };
  return { order: clicked, descending: clicked !== 'name' };
}

/** What a backup holds. */
export function backupWords(view: BackupView): string {
  const count = (n: number, noun: string) => `${whole(n)} ${noun}${n === 1 ? '' : 's'}`;
  return `${bytes(view.bytes)} with ${count(view.brokers, 'broker')}, ${count(view.devices, 'device')} and ${count(view.points, 'point')}`;
}
