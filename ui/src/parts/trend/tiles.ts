/** What is known of the history, by point, level and tile; and what of it a window can be drawn from. */
import type { Series } from './history';
import { bucketOf, MOST_LEVEL, tileSpan, tilesOf } from './levels';

/** A run of the buckets of one answer, all of one width. */
export interface Piece {
  data: Series;
  lo: number;
  hi: number;
  /** Width of a bucket in µs. */
  bucket: number;
}

interface Tile {
  data: Series;
  lo: number;
  hi: number;
  /** Clock in µs when it was asked for. */
  asked: number;
  /** It ended long before that, so that it changes only by late samples. */
  settled: boolean;
}

/** Samples may come this late without being missed on the picture. */
const LATE = 60e6;
/** A settled tile is asked for again after so long, for what came later still. */
const KEEP = 10 * 60e6;
/** How far up and down one looks for other levels. */
const UP = 18;
const DOWN = 4;
/** Buckets kept, all points together: some 60 MB. */
const MOST_KEPT = 1_000_000;

/** First index of `list` in `[lo, hi)` whose value is at or after `value`. */
export function firstAt(list: Float64Array, value: number, lo = 0, hi = list.length): number {
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if (list[mid]! < value) lo = mid + 1;
    else hi = mid;
  }
  return lo;
}

export class Tiles {
  #tiles = new Map<string, Tile>();
  #kept = 0;

  #key(point: number, level: number, index: number): string {
    return `${point}/${level}/${index}`;
  }

  /** Takes in an answer for the tiles `first` to `last`, asked for at `now`. */
  put(point: number, level: number, first: number, last: number, data: Series, now: number): void {
    const span = tileSpan(level);
    let lo = firstAt(data.time, first * span);
    for (let index = first; index <= last; index++) {
      const end = (index + 1) * span;
      const hi = firstAt(data.time, end, lo);
      const key = this.#key(point, level, index);
      const before = this.#tiles.get(key);
      if (before) this.#kept -= before.hi - before.lo + 1;
      // To the end of the map: the front is what was not used for longest.
      this.#tiles.delete(key);
      this.#tiles.set(key, { data, lo, hi, asked: now, settled: end <= now - LATE });
      this.#kept += hi - lo + 1;
      lo = hi;
    }
    for (const [key, tile] of this.#tiles) {
      if (this.#kept <= MOST_KEPT) break;
      this.#tiles.delete(key);
      this.#kept -= tile.hi - tile.lo + 1;
    }
  }

  /** Forgets what may have changed: all of it, or one point. */
  clear(point?: number): void {
    for (const [key, tile] of this.#tiles) {
      if (point !== undefined && !key.startsWith(`${point}/`)) continue;
      this.#tiles.delete(key);
      this.#kept -= tile.hi - tile.lo + 1;
    }
  }

  /**
   * The tiles of a level that must be asked for, as runs. `fresh`: how old (µs) a tile may be that still grows.
   */
  missing(point: number, from: number, to: number, level: number, now: number, fresh: number): [number, number][] {
    const [first, last] = tilesOf(from, Math.min(to, now), level);
    const runs: [number, number][] = [];
    for (let index = first; index <= last; index++) {
      const tile = this.#tiles.get(this.#key(point, level, index));
      if (tile && now - tile.asked <= (tile.settled ? KEEP : fresh)) continue;
      const run = runs.at(-1);
      if (run && run[1] === index - 1) run[1] = index;
      else runs.push([index, index]);
    }
    return runs;
  }

  /** Whether all of a window can be drawn, in whatever detail. */
  covers(point: number, from: number, to: number, level: number, now: number): boolean {
    const [first, last] = tilesOf(from, Math.min(to, now), level);
    for (let index = first; index <= last; index++) if (!this.#any(point, level, index)) return false;
    return true;
  }

  /** What a window can be drawn from: the level's own tiles, else coarser ones, else finer ones, in order of time. */
  pieces(point: number, from: number, to: number, level: number): Piece[] {
    const [first, last] = tilesOf(from, to, level);
    const out: Piece[] = [];
    for (let index = first; index <= last; index++) this.#add(out, point, level, index);
    return out;
  }

  #any(point: number, level: number, index: number): boolean {
    if (this.#tiles.has(this.#key(point, level, index))) return true;
    if (this.#above(point, level, index)) return true;
    return this.#below(point, level, index, DOWN);
  }

  #below(point: number, level: number, index: number, deep: number): boolean {
    if (deep === 0 || level === 0) return false;
    return [2 * index, 2 * index + 1].every(
      (half) => this.#tiles.has(this.#key(point, level - 1, half)) || this.#below(point, level - 1, half, deep - 1),
    );
  }

  #above(point: number, level: number, index: number): { tile: Tile; level: number } | undefined {
    for (let up = 1; up <= UP && level + up <= MOST_LEVEL; up++) {
      const tile = this.#tiles.get(this.#key(point, level + up, Math.floor(index / 2 ** up)));
      if (tile) return { tile, level: level + up };
    }
    return undefined;
  }

  #add(out: Piece[], point: number, level: number, index: number): void {
    const key = this.#key(point, level, index);
    const own = this.#tiles.get(key);
    if (own) {
      this.#tiles.delete(key);
      this.#tiles.set(key, own);
      push(out, own.data, own.lo, own.hi, bucketOf(level));
      return;
    }
    if (this.#below(point, level, index, DOWN)) {
      this.#add(out, point, level - 1, 2 * index);
      this.#add(out, point, level - 1, 2 * index + 1);
      return;
    }
    const above = this.#above(point, level, index);
    if (!above) return;
    const span = tileSpan(level);
    const bucket = bucketOf(above.level);
    const { time } = above.tile.data;
    // The bucket that holds the begin of the tile belongs to it as well.
    const lo = firstAt(time, index * span - bucket + 1, above.tile.lo, above.tile.hi);
    const hi = firstAt(time, (index + 1) * span, above.tile.lo, above.tile.hi);
    push(out, above.tile.data, lo, hi, bucket);
  }
}

/** Adds a run, joined to the one before it where both are of one answer, so that no bucket is drawn twice. */
function push(out: Piece[], data: Series, lo: number, hi: number, bucket: number): void {
  const before = out.at(-1);
  if (before && before.data === data && before.bucket === bucket && lo <= before.hi) {
    before.hi = Math.max(before.hi, hi);
    return;
  }
  if (hi > lo) out.push({ data, lo, hi, bucket });
}
