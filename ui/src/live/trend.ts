/** The app's own source for `parts/trend`. */
import { call, callBytes } from '../ipc/client';
import { decodeHistory } from '../parts/trend/history';
import type { TrendSource } from '../parts/trend/source';
import { value } from './values.svelte';

export const trendSource: TrendSource = {
  async history(points, from, to, width) {
    return decodeHistory(await callBytes('history', { points, from: Math.round(from), to: Math.round(to), width }));
  },
  states: (point, from, to) => call('states', { point, from: Math.round(from), to: Math.round(to) }),
  tail(point) {
    const live = value(point);
    return live.quality === 'good' && Number.isFinite(live.number) ? { at: live.at, value: live.number } : undefined;
  },
};
