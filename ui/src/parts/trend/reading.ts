/** What a pen says at a moment and over a stretch, from the pieces it is drawn from. Values are as stored. */
import { doubtAt, type Doubt } from './gaps';
import { firstAt, type Piece } from './tiles';

/** What a pen says at a moment. */
export interface Reading {
  value: number;
  /** Extremes of its bucket. */
  min: number;
  max: number;
  /** Samples in its bucket. */
  count: number;
  /** When the value came: its own time where it is one sample, else the begin of the bucket. */
  at: number;
}

/** The bucket at or before `moment`. */
export function readingAt(pieces: readonly Piece[], moment: number, last = false): Reading | undefined {
  for (let p = pieces.length - 1; p >= 0; p--) {
    const { data, lo, hi } = pieces[p]!;
    let i = firstAt(data.time, moment, lo, hi);
    if (i < hi && data.time[i] === moment) i++;
    i--;
    // A lone sample counts from its own time on, not from the begin of its bucket.
    if (i > lo && data.count[i] === 1 && data.lastAt[i]! > moment) i--;
    if (i < lo) continue;
    const one = data.count[i] === 1;
    if (one && data.lastAt[i]! > moment) continue;
    return {
      value: last || one ? data.last[i]! : data.mean[i]!,
      min: data.min[i]!,
      max: data.max[i]!,
      count: data.count[i]!,
      at: one ? data.lastAt[i]! : data.time[i]!,
    };
  }
  return undefined;
}

/** Smallest and largest value in `[from, to]`; none where there is none. */
export function extent(pieces: readonly Piece[], from: number, to: number): [number, number] | undefined {
  let low = Infinity;
  let high = -Infinity;
  for (const { data, lo, hi, bucket } of pieces) {
    const first = firstAt(data.time, from - bucket + 1, lo, hi);
    const end = firstAt(data.time, to + 1, first, hi);
    for (let i = first; i < end; i++) {
      if (data.min[i]! < low) low = data.min[i]!;
      if (data.max[i]! > high) high = data.max[i]!;
    }
  }
  return low <= high ? [low, high] : undefined;
}

/** What lies between two moments. */
export interface Between {
  min: number;
  max: number;
  /** Weighted with time: a value counts for as long as it held. */
  mean: number;
  /** Value times µs. */
  integral: number;
  /** µs for which a value is known. */
  known: number;
}

/**
 * Extremes, mean and integral of `[from, to]`. A bucket of several samples counts with its mean for its width, a lone
 * sample until the next one; what is doubtful counts for nothing. `held`: the value in force before the first piece.
 */
export function between(
  pieces: readonly Piece[],
  from: number,
  to: number,
  doubts: readonly Doubt[],
  held?: number,
): Between | undefined {
  let [min, max, integral, known] = [Infinity, -Infinity, 0, 0];
  const gone = doubts.filter((d) => d.quality === 'stale' || d.quality === 'bad');
  const add = (value: number, begin: number, end: number) => {
    const [a, b] = [Math.max(begin, from), Math.min(end, to)];
    if (b <= a || !Number.isFinite(value)) return;
    let length = b - a;
    for (const d of gone) length -= Math.max(0, Math.min(b, d.to) - Math.max(a, d.from));
    if (length <= 0) return;
    integral += value * length;
    known += length;
  };
  let value = readingAt(pieces, from, true)?.value ?? held ?? NaN;
  let since = from;
  if (Number.isFinite(value) && !doubtAt(gone, from)) [min, max] = [value, value];
  for (const { data, lo, hi, bucket } of pieces) {
    const first = firstAt(data.time, from - bucket + 1, lo, hi);
    const end = firstAt(data.time, to, first, hi);
    for (let i = first; i < end; i++) {
      const one = data.count[i] === 1;
      const at = one ? data.lastAt[i]! : data.time[i]!;
      if (one && (at < from || at > to)) continue;
      add(value, since, at);
      if (data.min[i]! < min) min = data.min[i]!;
      if (data.max[i]! > max) max = data.max[i]!;
      if (!one) add(data.mean[i]!, Math.max(since, at), at + bucket);
      since = Math.max(since, one ? at : at + bucket);
      value = data.last[i]!;
    }
  }
  add(value, since, to);
  if (known <= 0 || min > max) return undefined;
  return { min, max, mean: integral / known, integral, known };
}

/** Buckets and samples that lie in `[from, to]`. */
export function counted(pieces: readonly Piece[], from: number, to: number): { buckets: number; samples: number } {
  let [buckets, samples] = [0, 0];
  for (const { data, lo, hi, bucket } of pieces) {
    const first = firstAt(data.time, from - bucket + 1, lo, hi);
    const end = firstAt(data.time, to + 1, first, hi);
    buckets += end - first;
    for (let i = first; i < end; i++) samples += data.count[i]!;
  }
  return { buckets, samples };
}
