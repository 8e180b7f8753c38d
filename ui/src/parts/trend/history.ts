/**
 * The bytes of a `history` answer, read in place: no copy, no object a bucket.
 *
 * Layout (little endian, 8-aligned throughout): u32 magic, u32 number of series; per series u32 point, u32 n and eight
 * f64 arrays of n each: time (µs, begin of the bucket), min, max, mean, last, count, time of the last sample, samples that say that
 * nothing is known.
 */

/** Buckets of one point, each column as long as `time`. Times are µs since the epoch. */
export interface Series {
  point: number;
  time: Float64Array;
  min: Float64Array;
  max: Float64Array;
  /** Weighted with time: a value counts for as long as it held. */
  mean: Float64Array;
  last: Float64Array;
  count: Float64Array;
  /** When the last sample of the bucket came; with one sample it is that sample's own time. */
  lastAt: Float64Array;
  /** Samples that say that nothing is known: the device was away, the value bad. */
  absent: Float64Array;
}

/** "HFH2" read as a little-endian u32. */
export const HISTORY_MAGIC = 0x32484648;

const COLUMNS = 8;

/** The answer was no history: it says what was wrong with it. */
export class HistoryError extends Error {
  override name = 'HistoryError';
}

/**
 * Reads a history answer. Throws a {@link HistoryError} on anything that is cut short or of another kind, because a
 * chart of half an answer would look like a quiet process.
 */
export function decodeHistory(bytes: ArrayBuffer): Series[] {
  const view = new DataView(bytes);
  if (bytes.byteLength < 8 || view.getUint32(0, true) !== HISTORY_MAGIC) {
    throw new HistoryError('The history answer could not be read; try again.');
  }
  const total = view.getUint32(4, true);
  const all: Series[] = [];
  let at = 8;
  for (let i = 0; i < total; i++) {
    if (at + 8 > bytes.byteLength) throw cut();
    const point = view.getUint32(at, true);
    const n = view.getUint32(at + 4, true);
    at += 8;
    if (at + COLUMNS * 8 * n > bytes.byteLength) throw cut();
    const column = (index: number) => new Float64Array(bytes, at + index * 8 * n, n);
    all.push({
      point,
      time: column(0),
      min: column(1),
      max: column(2),
      mean: column(3),
      last: column(4),
      count: column(5),
      lastAt: column(6),
      absent: column(7),
    });
    at += COLUMNS * 8 * n;
  }
  return all;
}

/** The reverse, for the fake host and the tests. */
export function encodeHistory(all: Series[]): ArrayBuffer {
  const size = all.reduce((sum, s) => sum + 8 + COLUMNS * 8 * s.time.length, 8);
  const bytes = new ArrayBuffer(size);
  const view = new DataView(bytes);
  view.setUint32(0, HISTORY_MAGIC, true);
  view.setUint32(4, all.length, true);
  let at = 8;
  for (const s of all) {
    const n = s.time.length;
    view.setUint32(at, s.point, true);
    view.setUint32(at + 4, n, true);
    at += 8;
    for (const column of [s.time, s.min, s.max, s.mean, s.last, s.count, s.lastAt, s.absent]) {
      new Float64Array(bytes, at, n).set(column);
      at += 8 * n;
    }
  }
  return bytes;
}

function cut(): HistoryError {
  return new HistoryError('The history answer was cut short; try again.');
}
