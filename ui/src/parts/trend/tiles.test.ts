import { describe, expect, it, vi } from 'vitest';
import { series, until } from './fixtures';
import { bucketOf, levelFor, TILE, tileSpan, tilesOf } from './levels';
import { Loader, nextQuestion, type Wish } from './loader';
import { Tiles } from './tiles';
import type { Series } from './history';

const NOW = 1_800_000_000e6;
/** Buckets of a level over whole tiles, each with its index as value. */
function answer(point: number, level: number, first: number, last: number): Series {
  const n = (last - first + 1) * TILE;
  return series(point, until(n, bucketOf(level), first * tileSpan(level)), (i) => first * TILE + i);
}

describe('levels', () => {
  it('give each pixel about one bucket', () => {
    for (const span of [1000, 1e6, 3600e6, 365 * 86_400e6]) {
      const buckets = span / bucketOf(levelFor(span, 1000));
      expect(buckets).toBeGreaterThan(span === 1000 ? 900 : 700);
      expect(buckets).toBeLessThan(1450);
    }
    expect(levelFor(1e30, 10)).toBe(46);
    expect(levelFor(0, 1000)).toBe(0);
  });
  it('lie on a grid that does not move with the window', () => {
    const level = 20;
    expect(tilesOf(tileSpan(level) * 5 + 1, tileSpan(level) * 7, level)).toEqual([5, 6]);
    expect(tilesOf(tileSpan(level) * 5, tileSpan(level) * 5 + 1, level)).toEqual([5, 5]);
    expect(tilesOf(-5, 5, level)).toEqual([-1, 0]);
  });
});

describe('tiles', () => {
  it('draw a window from the level itself, each bucket once', () => {
    const tiles = new Tiles();
    tiles.put(1, 10, 4, 6, answer(1, 10, 4, 6), NOW);
    const pieces = tiles.pieces(1, tileSpan(10) * 4, tileSpan(10) * 7, 10);
    expect(pieces).toHaveLength(1);
    expect((pieces[0]?.hi ?? 0) - (pieces[0]?.lo ?? 0)).toBe(3 * TILE);
  });

  it('fall back to what is coarser, in full and without a bucket twice', () => {
    const tiles = new Tiles();
    tiles.put(1, 14, 0, 0, answer(1, 14, 0, 0), NOW);
    expect(tiles.covers(1, 0, tileSpan(10) * 3, 10, NOW)).toBe(true);
    const pieces = tiles.pieces(1, 0, tileSpan(10) * 3, 10);
    expect(pieces).toHaveLength(1);
    expect(pieces[0]?.bucket).toBe(bucketOf(14));
    // Three tiles of 256 fine buckets are 48 coarse ones.
    expect((pieces[0]?.hi ?? 0) - (pieces[0]?.lo ?? 0)).toBe(48);
  });

  it('fall back to what is finer where one zooms out', () => {
    const tiles = new Tiles();
    tiles.put(1, 10, 0, 7, answer(1, 10, 0, 7), NOW);
    expect(tiles.covers(1, 0, tileSpan(12), 12, NOW)).toBe(true);
    expect(tiles.covers(1, 0, 2.5 * tileSpan(12), 12, NOW)).toBe(false);
    const all = tiles.pieces(1, 0, tileSpan(12), 12);
    expect(all.reduce((sum, p) => sum + p.hi - p.lo, 0)).toBe(4 * TILE);
  });

  it('mix levels in order of time while detail fills in', () => {
    const tiles = new Tiles();
    tiles.put(1, 12, 0, 0, answer(1, 12, 0, 0), NOW);
    tiles.put(1, 10, 1, 1, answer(1, 10, 1, 1), NOW);
    const times = tiles.pieces(1, 0, tileSpan(12), 10).flatMap((p) => Array.from(p.data.time.subarray(p.lo, p.hi)));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times.length).toBe(64 + TILE + 128);
  });

  it('know what is missing, what has aged, and ask nothing of the future', () => {
    const tiles = new Tiles();
    const now = tileSpan(20) * 100.5;
    expect(tiles.missing(1, tileSpan(20) * 98, tileSpan(20) * 104, 20, now, 1e6)).toEqual([[98, 100]]);
    tiles.put(1, 20, 98, 100, answer(1, 20, 98, 100), now);
    expect(tiles.missing(1, tileSpan(20) * 98, now, 20, now, 1e6)).toEqual([]);
    // The last one still grows, the others are settled.
    expect(tiles.missing(1, tileSpan(20) * 98, now + 2e6, 20, now + 2e6, 1e6)).toEqual([[100, 100]]);
  });

  it('are bounded: what was not used for longest goes first', () => {
    const tiles = new Tiles();
    const big = (point: number) => {
      for (let i = 0; i < 2000; i++) tiles.put(point, 5, i, i, answer(point, 5, i, i), NOW);
    };
    big(1);
    tiles.pieces(1, 0, tileSpan(5), 5);
    big(2);
    big(3);
    expect(tiles.covers(1, tileSpan(5), tileSpan(5) * 2, 5, NOW)).toBe(false);
    expect(tiles.covers(3, 0, tileSpan(5) * 2000, 5, NOW)).toBe(true);
  });

  it('forget a point', () => {
    const tiles = new Tiles();
    tiles.put(1, 5, 0, 0, answer(1, 5, 0, 0), NOW);
    tiles.put(12, 5, 0, 0, answer(12, 5, 0, 0), NOW);
    tiles.clear(1);
    expect(tiles.covers(1, 0, 10, 5, NOW)).toBe(false);
    expect(tiles.covers(12, 0, 10, 5, NOW)).toBe(true);
  });
});

describe('asking for tiles', () => {
  const wish = (points: number[], from: number, to: number, level = 10): Wish => ({
    stretches: [{ points, from, to }],
    level,
    fresh: 1e6,
  });

  it('is coarse first, then the level, then the air beside the window', () => {
    const tiles = new Tiles();
    const span = tileSpan(10);
    const want = wish([1, 2], 100 * span, 104 * span);
    const first = nextQuestion(tiles, want, NOW);
    expect(first).toEqual({ points: [1, 2], level: 14, first: 6, last: 6 });
    for (const p of [1, 2]) tiles.put(p, 14, 6, 6, answer(p, 14, 6, 6), NOW);
    const second = nextQuestion(tiles, want, NOW);
    expect(second).toEqual({ points: [1, 2], level: 10, first: 100, last: 103 });
    for (const p of [1, 2]) tiles.put(p, 10, 100, 103, answer(p, 10, 100, 103), NOW);
    const third = nextQuestion(tiles, want, NOW);
    expect(third).toEqual({ points: [1, 2], level: 10, first: 98, last: 99 });
    for (const p of [1, 2]) tiles.put(p, 10, 98, 99, answer(p, 10, 98, 99), NOW);
    expect(nextQuestion(tiles, want, NOW)).toEqual({ points: [1, 2], level: 10, first: 104, last: 105 });
    for (const p of [1, 2]) tiles.put(p, 10, 104, 105, answer(p, 10, 104, 105), NOW);
    expect(nextQuestion(tiles, want, NOW)).toBeUndefined();
  });

  it('asks for a pan only what it uncovers', () => {
    const tiles = new Tiles();
    const span = tileSpan(10);
    tiles.put(1, 14, 6, 6, answer(1, 14, 6, 6), NOW);
    tiles.put(1, 10, 97, 106, answer(1, 10, 97, 106), NOW);
    expect(nextQuestion(tiles, wish([1], 103 * span, 107 * span), NOW)).toEqual({
      points: [1],
      level: 10,
      first: 107,
      last: 108,
    } satisfies { points: number[]; level: number; first: number; last: number });
  });

  it('has one question under way, and the newest wish wins', async () => {
    const asked: number[] = [];
    const gates: (() => void)[] = [];
    const loader = new Loader(
      new Tiles(),
      (points, from) => {
        asked.push(from);
        return new Promise((resolve) => gates.push(() => resolve(points.map((p) => answer(p, 0, 0, 0)))));
      },
      () => NOW,
      () => undefined,
      () => undefined,
    );
    const span = tileSpan(10);
    loader.want(wish([1], 0, span));
    for (let i = 1; i < 100; i++) loader.want(wish([1], i * span * 50, (i * 50 + 1) * span));
    expect(asked).toHaveLength(1);
    gates[0]?.();
    await vi.waitFor(() => expect(asked).toHaveLength(2));
    // The coarse tile that holds the newest wish: none of the ninety-eight between.
    expect(asked[1]).toBe(Math.floor((99 * 50) / 16) * tileSpan(14));
  });

  it('calls off what is of no use any more, and takes its failure for none', async () => {
    const failed = vi.fn();
    const stops: ((error: Error) => void)[] = [];
    const loader = new Loader(
      new Tiles(),
      () => new Promise((_resolve, reject) => stops.push(reject)),
      () => NOW,
      () => undefined,
      failed,
      () => stops[0]?.(new Error('called off')),
    );
    const span = tileSpan(10);
    loader.want(wish([1], 0, span));
    // Nearly the same window: the answer is still of use.
    loader.want(wish([1], span / 4, span));
    expect(stops).toHaveLength(1);
    loader.want(wish([1], 5000 * span, 5001 * span));
    await vi.waitFor(() => expect(stops).toHaveLength(2));
    expect(failed).not.toHaveBeenCalled();
    loader.close();
  });

  it('stops at a failure until it is told to go on', async () => {
    const failed = vi.fn();
    const fetch = vi.fn(() => Promise.reject(new Error('gone')));
    const loader = new Loader(
      new Tiles(),
      fetch,
      () => NOW,
      () => undefined,
      failed,
    );
    loader.want(wish([1], 0, 10));
    await vi.waitFor(() => expect(failed).toHaveBeenCalledOnce());
    expect(fetch).toHaveBeenCalledOnce();
    loader.retry();
    await vi.waitFor(() => expect(fetch).toHaveBeenCalledTimes(2));
    loader.close();
  });

  it('is done with a point that has nothing', async () => {
    const fetch = vi.fn(async () => []);
    const loader = new Loader(
      new Tiles(),
      fetch,
      () => NOW,
      () => undefined,
      () => undefined,
    );
    loader.want(wish([7], 0, tileSpan(10)));
    await vi.waitFor(() => expect(loader.busy).toBe(false));
    expect(fetch.mock.calls.length).toBeLessThan(6);
  });
});
