import { describe, expect, it } from 'vitest';
import { revealAt, rowKey, sliceOf } from './rows';

describe('long list', () => {
  it('draws what is in view and a little more', () => {
    expect(sliceOf(10_000, 40, 4000, 400, 5)).toEqual({ first: 95, end: 115 });
    expect(sliceOf(3, 40, 0, 400)).toEqual({ first: 0, end: 3 });
    expect(sliceOf(0, 40, 0, 400)).toEqual({ first: 0, end: 0 });
  });

  it('stays inside when the list became shorter than the scroll position', () => {
    expect(sliceOf(10, 40, 99_999, 400)).toEqual({ first: 10, end: 10 });
    expect(sliceOf(10, 40, -50, 80, 0)).toEqual({ first: 0, end: 2 });
  });

  it('scrolls no more than it takes to show a row', () => {
    expect(revealAt(5, 40, 0, 400)).toBeUndefined();
    expect(revealAt(10, 40, 0, 400)).toBe(40);
    expect(revealAt(2, 40, 200, 400)).toBe(80);
  });

  it('moves by keys and stops at both ends', () => {
    expect(['ArrowDown', 'ArrowUp', 'PageDown', 'End', 'Home', 'x'].map((k) => rowKey(k, 0, 30, 10))).toEqual([
      1,
      0,
      10,
      29,
      0,
      undefined,
    ]);
    expect(rowKey('ArrowDown', -1, 5, 10)).toBe(0);
    expect(rowKey('ArrowDown', 4, 5, 10)).toBe(4);
    expect(rowKey('ArrowDown', 0, 0, 10)).toBeUndefined();
  });
});
