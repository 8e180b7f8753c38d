/** How points went lately, for sparklines: one question for all of them, now and then. */
import type { Series } from '../parts/trend/history';
import { Latest } from '../parts/trend/request';
import { trendSource } from './trend';

const HOUR = 3_600_000_000;

export class Recent {
  /** By point; a point without history is not in it. */
  series: ReadonlyMap<number, Series> = $state.raw(new Map());
  /** The window of the last answer in µs. */
  from = $state.raw(0);
  to = $state.raw(0);

  /** Call it while a component is made. Asks again each `everyMs` while the window is visible. */
  constructor(points: () => readonly number[], span = 6 * HOUR, width = 80, everyMs = 60_000) {
    const loader = new Latest<{ points: number[]; from: number; to: number }, Series[]>(
      ({ points: asked, from, to }) => trendSource.history(asked, from, to, width),
      ({ from, to }, answer) => {
        this.series = new Map(answer.filter((s) => s.time.length > 0).map((s) => [s.point, s]));
        this.from = from;
        this.to = to;
      },
      // A sparkline without data is empty; why, the page of the point says.
      () => {},
    );
    const key = $derived([...points()].sort((a, b) => a - b).join(','));
    $effect(() => {
      const asked = key === '' ? [] : key.split(',').map(Number);
      if (asked.length === 0) return;
      const ask = () => {
        const to = Date.now() * 1000;
        if (!document.hidden) loader.want({ points: asked, from: to - span, to });
      };
      ask();
      const timer = setInterval(ask, everyMs);
      return () => clearInterval(timer);
    });
    $effect(() => () => loader.close());
  }
}
