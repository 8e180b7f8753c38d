import { describe, expect, it } from 'vitest';
import { dragged, pinched, turned } from './gestures';
import {
  between,
  follow,
  fromInput,
  HOUR,
  keyRange,
  LONGEST,
  liveRange,
  MINUTE,
  pan,
  Past,
  SECOND,
  SHORTEST,
  toInput,
  zoomAt,
} from './range';

const NOW = 1_800_000_000 * SECOND;

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
    const near = zoomAt({ from: NOW - HOUR - SECOND, to: NOW - HOUR, live: false }, NOW - HOUR, 1e-9, NOW);
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
    for (const key of ['End', 'l', 'L']) expect(keyRange(still, key, NOW)).toEqual(liveRange(8 * HOUR, NOW));
    const zoomed = keyRange(still, '+', NOW);
    expect(zoomed && zoomed.to - zoomed.from).toBeCloseTo(6.4 * HOUR, -3);
    expect(keyRange(still, 'Home', NOW, NOW - 100 * HOUR)?.from).toBe(NOW - 100 * HOUR);
    expect(keyRange(still, 'Home', NOW)).toBeUndefined();
    expect(keyRange(still, 'a', NOW)).toBeUndefined();
  });

  it('spans two moments in any order, and none that are one', () => {
    expect(between(20e6, 10e6, NOW)).toEqual({ from: 10e6, to: 20e6, live: false });
    expect(between(10e6, 10e6 + 5, NOW)).toBeUndefined();
    expect(between(NOW - HOUR, NOW + HOUR, NOW)?.to).toBe(NOW);
  });

  it('goes back a gesture, not a frame', () => {
    const past = new Past();
    const [a, b, c] = [1, 2, 3].map((n) => ({ from: n, to: n + HOUR, live: false }));
    past.note(a!, 0);
    past.note(b!, 100);
    past.note(b!, 200);
    past.note(c!, 2000);
    expect(past.back(NOW)).toBe(c);
    expect(past.back(NOW)).toBe(a);
    expect(past.back(NOW)).toBeUndefined();
    past.note(liveRange(HOUR, NOW), 9000);
    expect(past.back(NOW + MINUTE)).toEqual(liveRange(HOUR, NOW + MINUTE));
  });

  it('carries a time through the input and back', () => {
    expect(fromInput(toInput(NOW))).toBe(NOW);
    expect(fromInput('soon')).toBeUndefined();
  });
});

describe('gestures', () => {
  const range = { from: NOW - 20 * HOUR, to: NOW - 10 * HOUR, live: false };
  const turn = { deltaX: 0, deltaY: 0, mode: 0, sideways: false, share: 0.25, width: 1000 };

  it('zooms at the pointer by the same for lines and pixels, and back again', () => {
    const closer = turned(range, { ...turn, deltaY: -99 }, NOW);
    expect(closer.to - closer.from).toBeLessThan(10 * HOUR);
    expect(closer.from + 0.25 * (closer.to - closer.from)).toBeCloseTo(range.from + 2.5 * HOUR, -2);
    expect(turned(range, { ...turn, deltaY: -3, mode: 1 }, NOW)).toEqual(closer);
    const back = turned(closer, { ...turn, deltaY: 99 }, NOW);
    expect(back.from).toBeCloseTo(range.from, -2);
  });

  it('moves with Shift or a sideways wheel', () => {
    expect(turned(range, { ...turn, deltaY: -100, sideways: true }, NOW).from).toBe(range.from - HOUR);
    expect(turned(range, { ...turn, deltaX: 100 }, NOW).from).toBe(range.from + HOUR);
  });

  it('drags what is under the hand', () => {
    expect(dragged(range, 0.1, NOW).from).toBe(range.from - HOUR);
  });

  it('keeps two moments under two fingers', () => {
    const moments = [range.from + 4 * HOUR, range.from + 6 * HOUR] as const;
    const next = pinched(range, moments, [0.2, 0.8], NOW);
    const span = next.to - next.from;
    expect(span).toBeCloseTo((2 * HOUR) / 0.6, -2);
    expect((moments[0] - next.from) / span).toBeCloseTo(0.2);
    expect((moments[1] - next.from) / span).toBeCloseTo(0.8);
    expect(pinched(range, moments, [0.5, 0.5], NOW)).toBe(range);
  });
});
