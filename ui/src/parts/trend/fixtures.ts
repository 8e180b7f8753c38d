/** Made-up data for the tests of the trend. */
import type { Series } from './history';
import type { Piece } from './tiles';

export const column = (...values: number[]) => Float64Array.from(values);

/** Buckets of one sample each, at `times`. */
export function series(point: number, times: readonly number[], value: (i: number) => number, count = 1): Series {
  const mean = Float64Array.from(times, (_t, i) => value(i));
  const time = Float64Array.from(times);
  return {
    point,
    time,
    mean,
    last: mean,
    min: count > 1 ? mean.map((v) => v - 1) : mean,
    max: count > 1 ? mean.map((v) => v + 1) : mean,
    count: mean.map(() => count),
    lastAt: time,
    absent: new Float64Array(times.length),
  };
}

/** All of a series as one piece. */
export function piece(data: Series, bucket = 1): Piece {
  return { data, lo: 0, hi: data.time.length, bucket };
}

export const until = (n: number, step = 1, from = 0): number[] => Array.from({ length: n }, (_v, i) => from + i * step);
