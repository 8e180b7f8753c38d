/** Setting alarms aside: shelve, suppress, out of service; the words and what is asked of the backend. */
import type { AlarmAct } from '../../ipc/gen/AlarmAct';
import type { AlarmView } from '../../ipc/gen/AlarmView';
import type { Cover } from '../../ipc/gen/Cover';
import type { CoverKind } from '../../ipc/gen/CoverKind';
import { HOUR, MINUTE } from '../../parts/trend/range';

export type Aside = 'shelve' | 'suppress' | 'out_of_service';

export const ASIDE: Record<Aside, { title: string; yes: string; done: string; note: string }> = {
  shelve: {
    title: 'Shelve',
    yes: 'Shelve',
    done: 'Shelved.',
    note: 'It is watched and written down, but calls nobody until its time is over.',
  },
  suppress: {
    title: 'Suppress',
    yes: 'Suppress',
    done: 'Suppressed.',
    note: 'By design: it is watched and written down, but calls nobody until somebody takes this back.',
  },
  out_of_service: {
    title: 'Take out of service:',
    yes: 'Take out of service',
    done: 'Out of service.',
    note: 'For maintenance: it calls nobody until somebody returns it to service.',
  },
};

export const SHELF_TIMES = ['15 min', '1 h', '4 h', '8 h', '24 h', 'until it ends', 'until …'] as const;
export type ShelfTime = (typeof SHELF_TIMES)[number];

const SPANS: Partial<Record<ShelfTime, number>> = {
  '15 min': 15 * MINUTE,
  '1 h': HOUR,
  '4 h': 4 * HOUR,
  '8 h': 8 * HOUR,
  '24 h': 24 * HOUR,
};

/** What to ask for; none while the reason is empty or the time does not lie ahead. */
export function asideAct(
  what: Aside,
  reason: string,
  time: ShelfTime,
  own: number | undefined,
  now: number,
): AlarmAct | undefined {
  const why = reason.trim();
  if (why === '') return undefined;
  if (what !== 'shelve') return { act: what, reason: why };
  if (time === 'until it ends') return { act: 'shelve', until: null, once: true, reason: why };
  const span = SPANS[time];
  const until = span === undefined ? own : now + span;
  if (until === undefined || until <= now) return undefined;
  return { act: 'shelve', until: Math.round(until), once: false, reason: why };
}

/** How a cover is taken off. */
export function backAct(kind: CoverKind): AlarmAct {
  switch (kind) {
    case 'shelved':
      return { act: 'unshelve' };
    case 'suppressed':
      return { act: 'unsuppress' };
    default:
      return { act: 'in_service' };
  }
}

/** One row for each cover of each alarm. */
export interface AsideRow {
  alarm: AlarmView;
  cover: Cover;
}

const ORDER: readonly CoverKind[] = ['shelved', 'suppressed', 'out_of_service'];

/** Shelved first, what ends soonest on top. */
export function asideRows(alarms: readonly AlarmView[]): AsideRow[] {
  const end = (cover: Cover) => cover.until ?? Infinity;
  return alarms
    .flatMap((alarm) => alarm.covers.map((cover) => ({ alarm, cover })))
    .sort(
      (a, b) =>
        ORDER.indexOf(a.cover.kind) - ORDER.indexOf(b.cover.kind) ||
        Math.sign(end(a.cover) - end(b.cover)) ||
        a.alarm.id - b.alarm.id,
    );
}
