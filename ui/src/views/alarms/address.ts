/** What was chosen on the alarms page, in its address, so that "back" and a link show the same list. */
import type { Priority } from '../../ipc/gen/Priority';
import { PRIORITIES } from '../../parts/priority';
import type { AlarmChoice } from './select';

export type Tab = 'active' | 'journal';

export interface AlarmsAddress extends AlarmChoice {
  tab: Tab;
}

/** Reads the query; what makes no sense is left out. */
export function readAddress(query: URLSearchParams): AlarmsAddress {
  const priorities = (query.get('priority') ?? '').split(',');
  const realm = query.get('realm');
  return {
    tab: query.get('tab') === 'journal' ? 'journal' : 'active',
    priorities: new Set(PRIORITIES.filter((priority) => priorities.includes(priority))),
    realm: realm === 'home' || realm === 'plant' ? realm : null,
    unacknowledged: query.get('waiting') === '1',
    search: (query.get('search') ?? '').slice(0, 200),
  };
}

/** The reverse; what is left at its default is not written. */
export function writeAddress(address: AlarmsAddress): Record<string, string | undefined> {
  const priorities = PRIORITIES.filter((priority: Priority) => address.priorities.has(priority));
  return {
    tab: address.tab === 'journal' ? 'journal' : undefined,
    priority: priorities.length > 0 ? priorities.join(',') : undefined,
    realm: address.realm ?? undefined,
    waiting: address.unacknowledged ? '1' : undefined,
    search: address.search === '' ? undefined : address.search,
  };
}
