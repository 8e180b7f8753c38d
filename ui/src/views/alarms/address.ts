/** What was chosen on the alarms page, in its address, so that "back" and a link show the same list. */
import type { AlarmState } from '../../ipc/gen/AlarmState';
import type { Priority } from '../../ipc/gen/Priority';
import type { Transition } from '../../ipc/gen/Transition';
import { PRIORITIES } from '../../parts/priority';
import { STATE_WORDS, TRANSITION_LIST } from './describe';
import type { AlarmChoice } from './select';

export type Tab = 'active' | 'aside' | 'journal' | 'performance';

export const TABS: readonly Tab[] = ['active', 'aside', 'journal', 'performance'];

/** What was chosen of the journal alone; none: all. */
export interface JournalPick {
  place: number | null;
  device: number | null;
  what: Transition | null;
  state: AlarmState | null;
}

export const NO_PICK: JournalPick = { place: null, device: null, what: null, state: null };

export interface AlarmsAddress extends AlarmChoice, JournalPick {
  tab: Tab;
  /** Under the heads of their places. */
  byPlace: boolean;
  /** The alarm that is shown beside the list. */
  alarm: number | null;
  /** Its point, to find one that is normal. */
  point: number | null;
}

/** Reads the query; what makes no sense is left out. */
export function readAddress(query: URLSearchParams): AlarmsAddress {
  const priorities = (query.get('priority') ?? '').split(',');
  const realm = query.get('realm');
  return {
    tab: TABS.find((tab) => tab === query.get('tab')) ?? 'active',
    byPlace: query.get('places') === '1',
    alarm: idOf(query.get('alarm')),
    point: idOf(query.get('point')),
    place: idOf(query.get('place')),
    device: idOf(query.get('device')),
    what: TRANSITION_LIST.find((what) => what === query.get('what')) ?? null,
    state: STATE_WORDS.find(([state]) => state === query.get('state'))?.[0] ?? null,
    priorities: new Set(PRIORITIES.filter((priority) => priorities.includes(priority))),
    realm: realm === 'home' || realm === 'plant' ? realm : null,
    unacknowledged: query.get('waiting') === '1',
    search: (query.get('search') ?? '').slice(0, 200),
  };
}

function idOf(text: string | null): number | null {
  return text !== null && /^\d{1,10}$/.test(text) ? Number(text) : null;
}

/** The reverse; what is left at its default is not written. */
export function writeAddress(address: AlarmsAddress): Record<string, string | undefined> {
  const priorities = PRIORITIES.filter((priority: Priority) => address.priorities.has(priority));
  return {
    tab: address.tab === 'active' ? undefined : address.tab,
    places: address.byPlace ? '1' : undefined,
    alarm: address.alarm === null ? undefined : String(address.alarm),
    point: address.point === null ? undefined : String(address.point),
    place: address.place === null ? undefined : String(address.place),
    device: address.device === null ? undefined : String(address.device),
    what: address.what ?? undefined,
    state: address.state ?? undefined,
    priority: priorities.length > 0 ? priorities.join(',') : undefined,
    realm: address.realm ?? undefined,
    waiting: address.unacknowledged ? '1' : undefined,
    search: address.search === '' ? undefined : address.search,
  };
}
