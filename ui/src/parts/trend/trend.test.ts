import { describe, expect, it } from 'vitest';
import { align, bucketAt, extent, gapAfter, gaps } from './align';
import { axesOf, axisRange } from './axis';
import type { Series } from './history';
import {
  follow,
  fromInput,
  HOUR,
  keyRange,
  LONGEST,
  liveRange,
  MINUTE,
  pan,
  SECOND,
  SHORTEST,
  toInput,
  zoomAt,
} from './range';

const NOW = 1_800_000_000 * SECOND;
const column = (...values: number[]) => Float64Array.from(values);
const series = (times: number[], values: number[], spread = 0): Series => ({
  point: 1,
  time: column(...times),
  min: column(...values.map((v) => v - spread)),
  max: column(...values.map((v) => v + spread)),
  mean: column(...values),
  last: column(...values),
  count: column(...values.map(() => 1)),
});

describe('range', () => {
  const still = { from: NOW - 10 * HOUR, to: NOW - 2 * HOUR, live: false };

  it('zooms so that the moment under the pointer stays under it', () => {
    const at = still.from + 3 * HOUR;
    const next = zoomAt(still, at, 0.5, NOW);
    expect(next.to - next.from).toBe(4 * HOUR);
    expect((at - next.from) / (next.to - next.from)).toBeCloseTo(3 / 8);
    expect(zoomAt(next, at, 2, NOW)).toEqual(still);
  });

  it('keeps to the shortest and longest window', () => {
    const near = zoomAt({ from: NOW - HOUR - SECOND, to: NOW - HOUR, live: false }, NOW - HOUR, 0.01, NOW);
    expect(near.to - near.from).toBe(SHORTEST);
    const far = zoomAt({ from: NOW - LONGEST, to: NOW, live: true }, NOW, 8, NOW);
    expect(far.to - far.from).toBe(LONGEST);
  });

  it('never shows the future, and takes the live tail up again at now', () => {
    expect(pan(still, 5 * HOUR, NOW)).toEqual({ from: NOW - 8 * HOUR, to: NOW, live: true });
    expect(zoomAt(still, still.to, 100, NOW).to).toBeLessThanOrEqual(NOW);
  });

  it('leaves the live tail by panning back, not by zooming at its end', () => {
    const live = liveRange(HOUR, NOW);
    expect(pan(live, -MINUTE, NOW).live).toBe(false);
    expect(zoomAt(live, NOW, 0.5, NOW)).toEqual(liveRange(HOUR / 2, NOW));
    expect(follow(live, NOW + MINUTE)).toEqual(liveRange(HOUR, NOW + MINUTE));
    expect(follow(still, NOW + MINUTE)).toBe(still);
  });

  it('answers the keys and leaves others alone', () => {
    expect(keyRange(still, 'ArrowLeft', NOW)?.from).toBeCloseTo(still.from - 0.8 * HOUR, -3);
    expect(keyRange(still, 'End', NOW)).toEqual(liveRange(8 * HOUR, NOW));
    const zoomed = keyRange(still, '+', NOW);
    expect(zoomed && zoomed.to - zoomed.from).toBeCloseTo(6.4 * HOUR, -3);
    expect(keyRange(still, 'a', NOW)).toBeUndefined();
  });

  it('carries a time through the input and back', () => {
    expect(fromInput(toInput(NOW))).toBe(NOW);
    expect(fromInput('soon')).toBeUndefined();
  });
});

describe('align', () => {
  it('puts pens with times of their own on one table', () => {
    const [x, a, , , b] = align([series([1e6, 3e6], [1, 3]), series([2e6, 3e6], [20, 30])], 1e6);
    expect(x).toEqual([1, 2, 3]);
    expect(a).toEqual([1, undefined, 3]);
    expect(b).toEqual([undefined, 20, 30]);
  });

  it('keeps the extremes of a bucket, so that no spike is lost', () => {
    const table = align([series([1e6], [5], 100)], 1e6);
    expect(table.slice(1)).toEqual([[5], [-95], [105]]);
    expect(extent(series([1e6, 9e6], [5, 500], 100), 0, 2e6)).toEqual([-95, 105]);
  });

  it('cuts the line at a gap and nowhere else', () => {
    const times = [...Array(10).keys(), 60, 61, 62].map((s) => s * 1e6);
    expect(gaps(column(...times), 1e5)).toEqual([[9e6, 60e6]]);
    const [x, mean] = align([series(times, times)], 1e5);
    expect(mean?.[x.indexOf(9.1)]).toBeNull();
    expect(mean?.filter((v) => v === null)).toHaveLength(1);
  });

  it('takes a slow but steady point for whole', () => {
    const times = Array.from({ length: 20 }, (_, i) => i * 600e6);
    expect(gaps(column(...times), 1e6)).toEqual([]);
    expect(gapAfter([1, 2], 1)).toBe(Infinity);
  });

  it('carries a live value on to now, but never behind the data', () => {
    expect(align([series([1e6], [1])], 1e6, [{ at: 5e6, value: 2 }]).slice(0, 2)).toEqual([
      [1, 5],
      [1, 2],
    ]);
    expect(align([series([9e6], [1])], 1e6, [{ at: 5e6, value: 2 }])[1]).toEqual([undefined, 1]);
  });

  it('draws a value that is no number as a gap', () => {
    expect(align([series([1e6], [NaN])], 1e6)[1]).toEqual([null]);
  });

  it('finds the bucket at a moment', () => {
    const time = column(10, 20, 30);
    expect([5, 10, 25, 99].map((t) => bucketAt(time, t))).toEqual([-1, 0, 1, 2]);
  });
});

describe('axis', () => {
  it('gives one axis a unit, left and right by turns', () => {
    const axes = axesOf([{ unit: '°C' }, { unit: '/min' }, { unit: '°C' }, { unit: null }]);
    expect(axes.map((a) => [a.unit, a.side, a.pens])).toEqual([
      ['°C', 'left', [0, 2]],
      ['/min', 'right', [1]],
      ['', 'left', [3]],
    ]);
  });

  it('takes near limits in and leaves far ones out', () => {
    const [low, high] = axisRange([10, 20], [5, 25, 1000]);
    expect(low).toBeLessThan(5);
    expect(high).toBeGreaterThan(25);
    expect(high).toBeLessThan(40);
  });

  it('stands up to flat, missing and zero data', () => {
    for (const range of [
      axisRange([0, 0], []),
      axisRange([5, 5], []),
      axisRange(undefined, []),
      axisRange(undefined, [3]),
    ]) {
      expect(range[0]).toBeLessThan(range[1]);
    }
  });
});
