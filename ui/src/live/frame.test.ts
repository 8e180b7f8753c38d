import { describe, expect, it } from 'vitest';
import { decodeFrame, encodeFrame, FrameError, type FrameRecord } from './frame';

const head = { cursor: 7, revisions: { model: 1, alarms: 2, status: 3, commands: 4 }, now: 1_700_000_000_000_000 };
const records: Omit<FrameRecord, 'number'>[] = [
  { point: 1, value: null, quality: 'stale', at: 0 },
  { point: 2, value: true, quality: 'good', at: 10 },
  { point: 3, value: 42, quality: 'uncertain', at: 11 },
  { point: 4, value: -2.5, quality: 'bad', at: 12 },
  { point: 5, value: 'grün', quality: 'good', at: 13 },
  { point: 6, value: '', quality: 'good', at: 14 },
];

function read(bytes: ArrayBuffer) {
  const found: FrameRecord[] = [];
  const got = decodeFrame(bytes, (point, value, quality, at, number) =>
    found.push({ point, value, quality, at, number }),
  );
  return { got, found };
}

describe('frame', () => {
  it('reads what was written', () => {
    const { got, found } = read(encodeFrame(head, records));
    expect(got).toEqual({ ...head, count: 6 });
    expect(found.map((r) => ({ point: r.point, value: r.value, quality: r.quality, at: r.at }))).toEqual(records);
    expect(found.map((r) => r.number)).toEqual([NaN, 1, 42, -2.5, NaN, NaN]);
  });
  it('reads an empty frame', () => {
    expect(read(encodeFrame(head, [])).got.count).toBe(0);
  });
  it('refuses what is cut short or of another kind', () => {
    const bytes = encodeFrame(head, records);
    for (const length of [0, 4, 39, 40, 71, 200]) expect(() => read(bytes.slice(0, length))).toThrow(FrameError);
    new DataView(bytes).setUint32(0, 1, true);
    expect(() => read(bytes)).toThrow(FrameError);
  });
  it('refuses a text that points outside', () => {
    const bytes = encodeFrame(head, [{ point: 5, value: 'abc', quality: 'good', at: 1 }]);
    new DataView(bytes).setUint32(40 + 28, 1000, true);
    expect(() => read(bytes)).toThrow(FrameError);
  });
});
