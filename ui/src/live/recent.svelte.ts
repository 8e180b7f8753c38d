/** How points went lately, for sparklines: one question for all of them, now and then. */
import type { Series } from '../parts/trend/history';
import { Latest } from '../parts/trend/request';
import { trendSource } from './trend';

const HOUR = 3_600_000_000;
/** Shorter than this nothing is stretched over the whole width, in µs. */
const LEAST = HOUR / 6;

/** Less than an eighth of the window is no line to look at, only a scratch at its end. */
function covers(series: Series, span: number): boolean {
  const { time } = series;
  return time.length > 1 && time.at(-1)! - time[0]! >= span / 8;
}

export class Recent {
  /** By point; a point without history is not in it. */
  series: ReadonlyMap<number, Series> = $state.raw(new Map());
  /** The window of the last answer in µs. */
  from = $state.raw(0);
  to = $state.raw(0);

  /** Where history begins later than the window; then the window begins there, so that a young line fills its width. */
  #begin = 0;

  /** Call it while a component is made. Asks again each `everyMs` while the window is visible. */
  constructor(points: () => readonly number[], span = 6 * HOUR, width = 80, everyMs = 60_000) {
    const loader = new Latest<{ points: number[]; from: number; to: number }, Series[]>(
      ({ points: asked, from, to }) => trendSource.history(asked, from, to, width),
      ({ from, to }, answer) => {
        this.series = new Map(answer.filter((s) => covers(s, to - from)).map((s) => [s.point, s]));
        this.from = from;
        this.to = to;
        const first = Math.min(...answer.flatMap((s) => (s.time.length > 0 ? [s.time[0]!] : [])));
        if (this.#begin === 0 && Number.isFinite(first) && first - from > (to - from) / 3) {
          this.#begin = first;
          ask();
        }
      },
      // A sparkline without data is empty; why, the page of the point says.
      () => {},
    );
    let wanted: number[] = [];
    const ask = () => {
      const to = Date.now() * 1000;
      const from = Math.max(to - span, Math.min(this.#begin, to - LEAST));
      if (!document.hidden && wanted.length > 0) loader.want({ points: wanted, from, to });
    };
    const key = $derived([...points()].sort((a, b) => a - b).join(','));
    $effect(() => {
      const asked = key === '' ? [] : key.split(',').map(Number);
      if (asked.length === 0) {
        wanted = asked;
        return;
      }
      this.#begin = 0;
      wanted = asked;
      ask();
      const timer = setInterval(ask, everyMs);
      return () => clearInterval(timer);
    });
    $effect(() => () => loader.close());
  }
}
