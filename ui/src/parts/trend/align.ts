/**
 * From the buckets of several points to the one table that uPlot draws: a common time column and, per point, mean, min
 * and max. `undefined` means "another pen's time", `null` means "a gap": the line is cut there.
 */
import type { Series } from './history';

/** uPlot's columns: seconds, then mean, min, max of the first pen, and so on. */
export type Columns = [number[], ...(number | null | undefined)[][]];

/** The newest value of a pen, to carry its line to now. `at` in µs. */
export interface Tail {
  at: number;
  value: number;
}

/** Silence longer than this many usual intervals is a gap. */
const GAP_INTERVALS = 8;

/**
 * How long a silence counts as a gap, in µs: several times the pen's own usual interval, and never less than a few
 * buckets (`bucket` is the width of one), because empty buckets between samples are only a finer grid than the data.
 */
export function gapAfter(time: ArrayLike<number>, bucket: number): number {
  const n = time.length;
  if (n < 4) return Infinity;
  const steps: number[] = [];
  // A few hundred steps tell the usual interval as well as all of them.
  const stride = Math.max(1, Math.floor(n / 512));
  for (let i = stride; i < n; i += stride) steps.push((at(time, i) - at(time, i - stride)) / stride);
  steps.sort((a, b) => a - b);
  const usual = at(steps, Math.floor(steps.length / 2));
  return Math.max(usual * GAP_INTERVALS, bucket * 4);
}

/** The pauses of a pen that count as gaps, as pairs of µs. */
export function gaps(time: ArrayLike<number>, bucket: number): [number, number][] {
  const limit = gapAfter(time, bucket);
  const found: [number, number][] = [];
  for (let i = 1; i < time.length; i++) {
    if (at(time, i) - at(time, i - 1) > limit) found.push([at(time, i - 1), at(time, i)]);
  }
  return found;
}

/**
 * Builds the table. `bucket` is the width of a bucket in µs, `tails` the newest values by point (only where they are
 * good: a stale pen must not look as if it went on).
 */
export function align(
  pens: readonly (Series | undefined)[],
  bucket: number,
  tails: readonly (Tail | undefined)[] = [],
): Columns {
  const times = new Set<number>();
  const cuts = pens.map((pen) => (pen ? gaps(pen.time, bucket) : []));
  pens.forEach((pen, p) => {
    if (pen) for (let i = 0; i < pen.time.length; i++) times.add(at(pen.time, i));
    for (const [from] of cuts[p] ?? []) times.add(from + bucket);
    const tail = tails[p];
    if (tail) times.add(tail.at);
  });
  const x = Float64Array.from(times).sort();
  const place = new Map<number, number>();
  const seconds = new Array<number>(x.length);
  for (let i = 0; i < x.length; i++) {
    const time = at(x, i);
    place.set(time, i);
    seconds[i] = time / 1e6;
  }
  const table: Columns = [seconds];
  pens.forEach((pen, p) => {
    const mean = new Array<number | null | undefined>(x.length);
    const min = new Array<number | null | undefined>(x.length);
    const max = new Array<number | null | undefined>(x.length);
    const put = (time: number, m: number | null, lo: number | null, hi: number | null) => {
      const i = place.get(time);
      if (i === undefined) return;
      mean[i] = m;
      min[i] = lo;
      max[i] = hi;
    };
    // uPlot cuts a line only between the rows next to a null, so every row within the gap must be one.
    for (const [from, to] of cuts[p] ?? []) {
      for (let i = bucketAt(x, from) + 1; i < x.length && at(x, i) < to; i++) {
        mean[i] = min[i] = max[i] = null;
      }
    }
    if (pen) {
      for (let i = 0; i < pen.time.length; i++) {
        put(at(pen.time, i), finite(at(pen.mean, i)), finite(at(pen.min, i)), finite(at(pen.max, i)));
      }
    }
    const tail = tails[p];
    if (tail && (!pen || pen.time.length === 0 || tail.at > at(pen.time, pen.time.length - 1))) {
      put(tail.at, tail.value, tail.value, tail.value);
    }
    table.push(mean, min, max);
  });
  return table;
}

/** The span of what a pen shows in `[from, to]`, its extremes included; none where it shows nothing. */
export function extent(pen: Series, from: number, to: number): [number, number] | undefined {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < pen.time.length; i++) {
    const time = at(pen.time, i);
    if (time < from || time > to) continue;
    const lo = at(pen.min, i);
    const hi = at(pen.max, i);
    if (lo < low) low = lo;
    if (hi > high) high = hi;
  }
  return low <= high ? [low, high] : undefined;
}

/** The bucket that holds or precedes `time` (the last at or before it); -1 where none does. */
export function bucketAt(time: ArrayLike<number>, moment: number): number {
  let low = 0;
  let high = time.length - 1;
  while (low <= high) {
    const mid = (low + high) >> 1;
    if (at(time, mid) <= moment) low = mid + 1;
    else high = mid - 1;
  }
  return high;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function at(list: ArrayLike<number>, index: number): number {
  return list[index] ?? NaN;
}
