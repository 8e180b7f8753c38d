import { describe, expect, it } from 'vitest';
import { piece, series, until } from './fixtures';
import { doubtAt, gapAfter, silences, together } from './gaps';
import { between, counted, extent, readingAt } from './reading';

describe('gaps', () => {
  it('are silences of a point that came regularly', () => {
    const data = series(1, [...until(20, 10e6), ...until(20, 10e6, 600e6)], (i) => i);
    const limit = gapAfter([piece(data)]);
    expect(limit).toBe(80e6);
    expect(silences([piece(data)], limit)).toEqual([{ from: 190e6, to: 600e6, quality: 'stale' }]);
  });

  it('are none of a point that reports by exception: it holds', () => {
    const times = [0, 1, 2, 30, 31, 400, 410, 900, 901, 5000, 5001, 9000].map((s) => s * 1e6);
    expect(gapAfter([piece(series(1, times, (i) => i))])).toBe(Infinity);
  });

  it('are none of a slow but steady point, nor where little is known', () => {
    const slow = piece(series(1, until(20, 600e6), (i) => i));
    expect(silences([slow], gapAfter([slow]))).toEqual([]);
    expect(gapAfter([piece(series(1, [0, 1e6], (i) => i))])).toBe(Infinity);
  });

  it('are none after a burst of samples', () => {
    expect(gapAfter([piece(series(1, [...until(50, 5000), 9e6, 10e6], (i) => i))])).toBe(30e6);
  });

  it('are as long as a few buckets where buckets are wide', () => {
    const wide = piece(
      series(1, [...until(20, 1e6), 25e6, 26e6, 27e6], (i) => i),
      10e6,
    );
    expect(gapAfter([wide])).toBe(40e6);
  });

  it('end with the newest value', () => {
    const data = piece(series(1, until(20, 1e6), (i) => i));
    expect(silences([data], 8e6, 100e6)).toEqual([{ from: 19e6, to: 100e6, quality: 'stale' }]);
    expect(silences([data], Infinity, 100e6)).toEqual([]);
  });

  it('begin where the samples say that nothing is known, however the point reports', () => {
    const data = series(1, [0, 10e6, 900e6, 910e6], (i) => i);
    data.absent[1] = 1;
    expect(silences([piece(data, 1e6)], Infinity)).toEqual([{ from: 10e6, to: 900e6, quality: 'stale' }]);
  });

  it('are put together with what was marked', () => {
    const all = together(
      [{ from: 10, to: 20, quality: 'stale' }],
      [
        { from: 12, to: 25, quality: 'stale' },
        { from: 24, to: 30, quality: 'bad' },
      ],
    );
    expect(all).toEqual([
      { from: 10, to: 25, quality: 'stale' },
      { from: 25, to: 30, quality: 'bad' },
    ]);
    expect(doubtAt(all, 15)?.quality).toBe('stale');
    expect(doubtAt(all, 10)).toBeUndefined();
    expect(doubtAt(all, 28)?.quality).toBe('bad');
    expect(doubtAt(all, 40)).toBeUndefined();
  });
});

describe('a reading', () => {
  const samples = piece(series(1, [10, 20, 30], (i) => i * 10));

  it('is the value in force: the last one that came', () => {
    expect([5, 10, 19, 20, 99].map((at) => readingAt([samples], at)?.value)).toEqual([undefined, 0, 0, 10, 20]);
  });

  it('counts a lone sample from its own time, not from the begin of its bucket', () => {
    const data = series(1, [0, 100], (i) => i + 1);
    const late = { ...data, lastAt: Float64Array.of(60, 160) };
    expect([10, 60, 120, 160].map((at) => readingAt([piece(late, 100)], at)?.value)).toEqual([undefined, 1, 1, 2]);
  });

  it('is the mean of a bucket of several, or its last where that is asked for', () => {
    const data = { ...series(1, [0, 100], (i) => i + 1, 5), last: Float64Array.of(7, 8) };
    expect(readingAt([piece(data, 100)], 50)?.value).toBe(1);
    expect(readingAt([piece(data, 100)], 50, true)?.value).toBe(7);
    expect(readingAt([piece(data, 100)], 50)).toMatchObject({ min: 0, max: 2, count: 5 });
  });

  it('looks over pieces', () => {
    const later = piece(series(1, [100, 200], () => 5));
    expect(readingAt([samples, later], 50)?.value).toBe(20);
    expect(readingAt([samples, later], 150)?.value).toBe(5);
  });

  it('knows the extremes and counts of a stretch', () => {
    const dense = piece(
      series(1, until(10, 10), (i) => i, 4),
      10,
    );
    expect(extent([dense], 20, 40)).toEqual([1, 5]);
    expect(extent([dense], 500, 600)).toBeUndefined();
    expect(counted([dense], 20, 40)).toEqual({ buckets: 3, samples: 12 });
  });
});

describe('between two moments', () => {
  it('a value counts for as long as it held', () => {
    // 10 for nine tenths of the time, 110 for the last one.
    const data = piece(series(1, [0, 900], (i) => (i ? 110 : 10)));
    const found = between([data], 0, 1000, []);
    expect(found).toMatchObject({ min: 10, max: 110, mean: 20, integral: 20_000, known: 1000 });
  });

  it('a bucket counts with its mean for its width', () => {
    const data = piece(
      series(1, [0, 100], (i) => (i ? 4 : 2), 9),
      100,
    );
    expect(between([data], 0, 200, [])?.mean).toBe(3);
  });

  it('what is doubtful counts for nothing', () => {
    const data = piece(series(1, [0, 500], (i) => (i ? 30 : 10)));
    const found = between([data], 0, 1000, [{ from: 100, to: 500, quality: 'stale' }]);
    expect(found?.known).toBe(600);
    expect(found?.mean).toBeCloseTo((100 * 10 + 500 * 30) / 600);
  });

  it('the value before the window holds', () => {
    expect(between([], 0, 100, [], 7)).toMatchObject({ min: 7, max: 7, mean: 7, known: 100 });
    expect(between([], 0, 100, [])).toBeUndefined();
  });
});
