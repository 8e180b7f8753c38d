/** The app's own source for `parts/trend`. */
import { call, callBytes } from '../ipc/client';
import type { JournalLine } from '../ipc/gen/JournalLine';
import { periodsOf } from '../parts/trend/alarms';
import { decodeHistory } from '../parts/trend/history';
import type { TrendSource } from '../parts/trend/source';
import { value } from './values.svelte';

/** Lines of the alarm journal read for one pen: five pages. */
const PAGE = 1000;
const PAGES = 5;
/** What begins and ends a period. */
const TURNS = ['raised', 'cleared', 'removed'] as const;

export const trendSource: TrendSource = {
  async history(points, from, to, width, how = {}) {
    const args = { points, from: Math.round(from), to: Math.round(to), width, ...how };
    return decodeHistory(await callBytes('history', args));
  },
  cancel(lane) {
    // What fails here fails for the question itself as well, and is told there.
    call('cancel_history', { lane }).catch(() => undefined);
  },
  counts: (points, from, to, width) => call('counts', { points, from: Math.round(from), to: Math.round(to), width }),
  states: (point, from, to) => call('states', { point, from: Math.round(from), to: Math.round(to) }),
  marks: (points, from, to) => call('marks', { points, from: Math.round(from), to: Math.round(to) }),
  async alarms(points, from, to) {
    const lines = await Promise.all(points.map((point) => journalOf(point, from, Math.round(to))));
    return periodsOf(lines.flat(), from, to);
  },
  tail(point) {
    const live = value(point);
    return live.quality === 'good' && Number.isFinite(live.number) ? { at: live.at, value: live.number } : undefined;
  },
  async oldest() {
    return (await call('data_info', {})).oldest ?? undefined;
  },
};

/** The lines of a point up to `to`, back to the last one before `from`: an alarm may have been raised long before. */
async function journalOf(point: number, from: number, to: number): Promise<JournalLine[]> {
  const all: JournalLine[] = [];
  for (let page = 0; page < PAGES; page++) {
    const before = all.at(-1)?.seq ?? null;
    const filter = {
      ...{ from: null, to, device: null, point, alarm: null, place: null, priorities: [], search: '', before },
      transitions: [...TURNS],
      states: [],
      limit: PAGE,
    };
    const lines = await call('journal', { filter });
    all.push(...lines);
    if (lines.length < PAGE || (lines.at(-1)?.at ?? 0) < from) break;
  }
  return all;
}
