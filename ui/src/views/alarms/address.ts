/** What was chosen on the alarms page, in its address, so that "back" and a link show the same list. */
import type { Priority } from '../../ipc/gen/Priority';
import { PRIORITIES } from '../../parts/priority';
import type { AlarmChoice } from './select';

export type Tab = 'active' | 'aside' | 'journal';

const TABS: readonly Tab[] = ['active', 'aside', 'journal'];

export interface AlarmsAddress extends AlarmChoice {
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
    priority: priorities.length > 0 ? priorities.join(',') : undefined,
    realm: address.realm ?? undefined,
    waiting: address.unacknowledged ? '1' : undefined,
    search: address.search === '' ? undefined : address.search,
  };
}
