/** The last half hour of the values that a line shows, for the sparklines: one question for all of them, now and then. */
import type { Series } from '../../parts/trend/history';
import { Latest } from '../../parts/trend/request';
import type { TrendSource } from '../../parts/trend/source';

/** How far back, in µs. */
export const SPARK_SPAN = 30 * 60 * 1_000_000;
/** Buckets: about one a pixel of a small card. */
const BUCKETS = 90;
/** How often to ask, in ms: a bucket is twenty seconds. */
const EVERY_MS = 10_000;

export class Sparks {
  /** By point; a point without history is not in it. */
  series: ReadonlyMap<number, Series> = $state.raw(new Map());
  /** The window of the last answer. */
  from = $state.raw(0);
  to = $state.raw(0);

  /** Call it while a component is made. */
  constructor(points: () => readonly number[], source: TrendSource) {
    const loader = new Latest<{ points: number[]; from: number; to: number }, Series[]>(
      ({ points: asked, from, to }) => source.history(asked, from, to, BUCKETS),
      ({ from, to }, answer) => {
        this.series = new Map(answer.filter((s) => s.time.length > 0).map((s) => [s.point, s]));
        this.from = from;
        this.to = to;
      },
      // A sparkline without data is empty; why, the trend of the point says.
      () => {},
    );
    // The lines come anew each second; only other points are another question.
    const key = $derived([...points()].sort((a, b) => a - b).join(','));
    $effect(() => {
      const asked = key === '' ? [] : key.split(',').map(Number);
      if (asked.length === 0) return;
      const ask = () => {
        const to = Date.now() * 1000;
        if (!document.hidden) loader.want({ points: asked, from: to - SPARK_SPAN, to });
      };
      ask();
      const timer = setInterval(ask, EVERY_MS);
      return () => clearInterval(timer);
    });
    $effect(() => () => loader.close());
  }
}
