/** What part of the active alarms is shown, in which order, and what a click on "all shown" covers. */
import type { AlarmView } from '../../ipc/gen/AlarmView';
import type { Priority } from '../../ipc/gen/Priority';
import type { Realm } from '../../ipc/gen/Realm';
import { rank } from '../../parts/priority';

export interface AlarmChoice {
  /** Empty: all. */
  priorities: ReadonlySet<Priority>;
  /** None: both. */
  realm: Realm | null;
  /** Only what waits for a person. */
  unacknowledged: boolean;
  search: string;
}

/** A row of the list: an alarm, or the head of the alarms of a place. */
export type AlarmRow = AlarmView | PlaceRow;

export interface PlaceRow {
  place: string;
  count: number;
  worst: Priority;
}

export type AlarmOrder = 'urgency' | 'priority' | 'since' | 'device' | 'place';

/** No choice made: everything. */
export const EVERYTHING: AlarmChoice = {
  priorities: new Set(),
  realm: null,
  unacknowledged: false,
  search: '',
};

/** Waits for a person: raised and not seen, or gone before anyone saw it. */
export function waits(alarm: AlarmView): boolean {
  return alarm.state === 'unacknowledged' || alarm.state === 'returned' || alarm.state === 'latched_unacknowledged';
}

export function matches(alarm: AlarmView, choice: AlarmChoice): boolean {
  if (choice.priorities.size > 0 && !choice.priorities.has(alarm.priority)) return false;
  if (choice.realm !== null && alarm.realm !== choice.realm) return false;
  if (choice.unacknowledged && !waits(alarm)) return false;
  const words = choice.search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const text = `${alarm.text} ${alarm.device_name} ${alarm.place_name} ${alarm.condition}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

/** The shown alarms in order. Ties fall back on urgency and then on the id, so that equal rows never change places. */
export function shown(
  alarms: readonly AlarmView[],
  choice: AlarmChoice,
  order: AlarmOrder,
  descending = false,
): AlarmView[] {
  const sign = descending ? -1 : 1;
  return alarms
    .filter((alarm) => matches(alarm, choice))
    .sort((a, b) => sign * by(order, a, b) || urgency(a, b) || a.id - b.id);
}

export function isPlace(row: AlarmRow): row is PlaceRow {
  return 'place' in row;
}

/** Alarms under the head of their place, in the order given; the place of the first comes first. */
export function grouped(alarms: readonly AlarmView[]): AlarmRow[] {
  const places = new Map<string, AlarmView[]>();
  for (const alarm of alarms) {
    const list = places.get(alarm.place_name);
    if (list) list.push(alarm);
    else places.set(alarm.place_name, [alarm]);
  }
  return [...places].flatMap(([place, list]): AlarmRow[] => {
    const worst = list.reduce((a, b) => (rank(b.priority) < rank(a) ? b.priority : a), list[0]?.priority ?? 'low');
    return [{ place, count: list.length, worst }, ...list];
  });
}

/** Ids that "acknowledge all shown" covers. */
export function acknowledgeable(alarms: readonly AlarmView[]): number[] {
  return alarms.filter(waits).map((alarm) => alarm.id);
}

function by(order: AlarmOrder, a: AlarmView, b: AlarmView): number {
  switch (order) {
    case 'priority':
      return rank(a.priority) - rank(b.priority);
    case 'since':
      return b.raised_at - a.raised_at;
    case 'device':
      return a.device_name.localeCompare(b.device_name);
    case 'place':
      return a.place_name.localeCompare(b.place_name);
    default:
      return urgency(a, b);
  }
}

/** Unacknowledged first, then by priority, then newest first. */
function urgency(a: AlarmView, b: AlarmView): number {
  return Number(waits(b)) - Number(waits(a)) || rank(a.priority) - rank(b.priority) || b.raised_at - a.raised_at;
}
