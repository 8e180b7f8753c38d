import { describe, expect, it } from 'vitest';
import { decodeHistory, encodeHistory, HistoryError, type Series } from './history';

const column = (...values: number[]) => Float64Array.from(values);
const pen = (point: number, n: number): Series => ({
  point,
  time: Float64Array.from({ length: n }, (_, i) => i * 1e6),
  min: Float64Array.from({ length: n }, (_, i) => i - 1),
  max: Float64Array.from({ length: n }, (_, i) => i + 1),
  mean: Float64Array.from({ length: n }, (_, i) => i),
  last: Float64Array.from({ length: n }, (_, i) => i + 0.5),
  count: Float64Array.from({ length: n }, () => 3),
  lastAt: Float64Array.from({ length: n }, (_, i) => i * 1e6 + 5),
  absent: new Float64Array(n),
});

describe('decodeHistory', () => {
  it('reads what was written, empty series included', () => {
    const all = [pen(7, 3), pen(8, 0), pen(9, 1)];
    expect(decodeHistory(encodeHistory(all))).toEqual(all);
  });

  it('follows the layout of the contract byte by byte', () => {
    const bytes = new ArrayBuffer(8 + 8 + 64);
    const view = new DataView(bytes);
    view.setUint32(0, 0x32484648, true);
    view.setUint32(4, 1, true);
    view.setUint32(8, 42, true);
    view.setUint32(12, 1, true);
    [1e15, 1, 3, 2, 2.5, 4, 1e15 + 7, 2].forEach((v, i) => view.setFloat64(16 + 8 * i, v, true));
    expect(decodeHistory(bytes)).toEqual([
      {
        point: 42,
        time: column(1e15),
        min: column(1),
        max: column(3),
        mean: column(2),
        last: column(2.5),
        count: column(4),
        lastAt: column(1e15 + 7),
        absent: column(2),
      },
    ]);
  });

  it('refuses an answer of another kind or one that is cut', () => {
    expect(() => decodeHistory(new ArrayBuffer(0))).toThrow(HistoryError);
    expect(() => decodeHistory(new ArrayBuffer(16))).toThrow(HistoryError);
    const whole = encodeHistory([pen(1, 5)]);
    for (let n = 0; n < whole.byteLength; n += 8) {
      expect(() => decodeHistory(whole.slice(0, n))).toThrow(HistoryError);
    }
  });
});
