/**
 * Where nothing is known of a point. What is reported by exception holds its value, however long it is silent; only a
 * point that used to come regularly, or one that was marked as away, has a gap.
 */
import type { Quality } from '../../ipc/gen/Quality';
import type { Piece } from './tiles';

/** A stretch in which values are not good, in µs. `stale`: the device was away. */
export interface Doubt {
  from: number;
  to: number;
  quality: Quality;
}

/** Silence longer than this many usual intervals is a gap. */
const INTERVALS = 8;
/** A point is regular where the long intervals are no longer than this many usual ones. */
const EVEN = 3;
/** Shorter silences are never gaps: a burst of samples does not make its end an absence. */
const SHORTEST_GAP = 30e6;
/** So many intervals tell enough. */
const LOOKS = 512;

/**
 * How long (µs) a silence must last to be a gap: several of the point's usual intervals, never less than a few buckets.
 * Infinite where the point reports by exception (its intervals differ widely) or little is known.
 */
export function gapAfter(pieces: readonly Piece[]): number {
  let widest = 0;
  let total = 0;
  for (const piece of pieces) {
    widest = Math.max(widest, piece.bucket);
    total += piece.hi - piece.lo;
  }
  if (total < 8) return Infinity;
  const stride = Math.max(1, Math.floor(total / LOOKS));
  const steps: number[] = [];
  let before: number | undefined;
  let seen = 0;
  for (const { data, lo, hi } of pieces) {
    for (let i = lo; i < hi; i++) {
      const at = data.time[i]!;
      // Neighbours only: intervals over a stride would average away what makes a point irregular.
      if (before !== undefined && seen % stride === 0) steps.push(at - before);
      before = at;
      seen++;
    }
  }
  steps.sort((a, b) => a - b);
  const usual = steps[Math.floor(steps.length / 2)] ?? Infinity;
  const long = steps[Math.floor(steps.length * 0.9)] ?? Infinity;
  if (long > usual * EVEN && long > widest * EVEN) return Infinity;
  return Math.max(usual * INTERVALS, widest * 4, SHORTEST_GAP);
}

/**
 * The silences of a pen that are gaps: longer than `limit`, or after a bucket whose samples say that nothing is known.
 * `until`: when a later value is known.
 */
export function silences(pieces: readonly Piece[], limit: number, until?: number): Doubt[] {
  const out: Doubt[] = [];
  let before: number | undefined;
  let away = false;
  const look = (at: number, bucket: number) => {
    if (before === undefined) return;
    if (at - before > limit || (away && at - before > 2 * bucket)) out.push({ from: before, to: at, quality: 'stale' });
  };
  for (const { data, lo, hi, bucket } of pieces) {
    for (let i = lo; i < hi; i++) {
      look(data.time[i]!, bucket);
      before = data.lastAt[i]!;
      away = data.absent[i]! > 0;
    }
  }
  if (until !== undefined) look(until, Infinity);
  return out;
}

/** Both kinds in order of time, one after the other: where they overlap, what came first goes on. */
export function together(a: readonly Doubt[], b: readonly Doubt[]): Doubt[] {
  const all = [...a, ...b].sort((x, y) => x.from - y.from);
  const out: Doubt[] = [];
  for (const doubt of all) {
    const last = out.at(-1);
    if (!last || doubt.from > last.to) out.push({ ...doubt });
    else if (doubt.to > last.to) {
      if (doubt.quality === last.quality) last.to = doubt.to;
      else out.push({ ...doubt, from: last.to });
    }
  }
  return out;
}

/** The doubt at a moment; none where the value can be trusted. */
export function doubtAt(doubts: readonly Doubt[], at: number): Doubt | undefined {
  let lo = 0;
  let hi = doubts.length;
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if (doubts[mid]!.to <= at) lo = mid + 1;
    else hi = mid;
  }
  const found = doubts[lo];
  return found && found.from < at ? found : undefined;
}
