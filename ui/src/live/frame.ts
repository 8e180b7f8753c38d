/**
 * A live frame, read in place.
 *
 * Layout (little endian): header of 40 bytes (u32 magic "HFL1", count, cursor, model_rev, alarms_rev, status_rev,
 * commands_rev, text_bytes, f64 now), then `count` records of 32 bytes (u32 point, u8 tag, u8 quality, u16 0, f64 at,
 * f64 number, u32 text offset, u32 text length), then the texts.
 */
import type { Quality } from '../ipc/gen/Quality';
import type { Value } from '../ipc/gen/Value';

/** "HFL1" read as a little-endian u32. */
export const FRAME_MAGIC = 0x314c4648;
const HEADER = 40;
const RECORD = 32;

/** Counters that grow when that part of the state changed. */
export interface Revisions {
  model: number;
  alarms: number;
  status: number;
  commands: number;
}

/** The head of a frame. Times in µs. */
export interface FrameHead {
  count: number;
  cursor: number;
  revisions: Revisions;
  now: number;
}

/** One changed value. `number` is NaN where the value is no number. */
export interface FrameRecord {
  point: number;
  value: Value;
  quality: Quality;
  at: number;
  number: number;
}

/** The answer was no live frame. */
export class FrameError extends Error {
  override name = 'FrameError';
}

const QUALITIES: readonly Quality[] = ['good', 'uncertain', 'bad', 'stale'];
const decoder = new TextDecoder();

/** Reads a frame and hands each record on; throws a {@link FrameError} on anything else or cut short. */
export function decodeFrame(
  bytes: ArrayBuffer,
  each: (point: number, value: Value, quality: Quality, at: number, number: number) => void,
): FrameHead {
  if (bytes.byteLength < HEADER) throw new FrameError('The live frame was cut short.');
  const view = new DataView(bytes);
  const u32 = (at: number) => view.getUint32(at, true);
  if (u32(0) !== FRAME_MAGIC) throw new FrameError('The live frame could not be read.');
  const count = u32(4);
  const texts = HEADER + count * RECORD;
  const textBytes = u32(28);
  if (texts + textBytes > bytes.byteLength) throw new FrameError('The live frame was cut short.');
  const head: FrameHead = {
    count,
    cursor: u32(8),
    revisions: { model: u32(12), alarms: u32(16), status: u32(20), commands: u32(24) },
    now: view.getFloat64(32, true),
  };
  for (let i = 0, at = HEADER; i < count; i++, at += RECORD) {
    const tag = view.getUint8(at + 4);
    const quality = QUALITIES[view.getUint8(at + 5)] ?? 'bad';
    const number = view.getFloat64(at + 16, true);
    let value: Value = null;
    if (tag === 1) value = number !== 0;
    else if (tag === 2 || tag === 3) value = number;
    else if (tag === 4) {
      const from = u32(at + 24);
      const length = u32(at + 28);
      if (from + length > textBytes) throw new FrameError('A text of the live frame was cut short.');
      value = decoder.decode(new Uint8Array(bytes, texts + from, length));
    }
    each(u32(at), value, quality, view.getFloat64(at + 8, true), tag === 0 || tag === 4 ? NaN : number);
  }
  return head;
}

/** The reverse, for the fake host and the tests. */
export function encodeFrame(
  head: Omit<FrameHead, 'count'>,
  records: readonly Omit<FrameRecord, 'number'>[],
): ArrayBuffer {
  const encoder = new TextEncoder();
  const texts = records.map((r) => (typeof r.value === 'string' ? encoder.encode(r.value) : undefined));
  const textBytes = texts.reduce((sum, t) => sum + (t?.length ?? 0), 0);
  const start = HEADER + records.length * RECORD;
  const bytes = new ArrayBuffer(Math.ceil((start + textBytes) / 8) * 8);
  const view = new DataView(bytes);
  const { revisions } = head;
  const words = [
    FRAME_MAGIC,
    records.length,
    head.cursor,
    revisions.model,
    revisions.alarms,
    revisions.status,
    revisions.commands,
    textBytes,
  ];
  words.forEach((word, i) => view.setUint32(i * 4, word, true));
  view.setFloat64(32, head.now, true);
  let offset = 0;
  records.forEach((r, i) => {
    const at = HEADER + i * RECORD;
    const text = texts[i];
    view.setUint32(at, r.point, true);
    view.setUint8(at + 4, tagOf(r.value));
    view.setUint8(at + 5, QUALITIES.indexOf(r.quality));
    view.setFloat64(at + 8, r.at, true);
    view.setFloat64(at + 16, typeof r.value === 'number' ? r.value : r.value === true ? 1 : 0, true);
    view.setUint32(at + 24, text ? offset : 0, true);
    view.setUint32(at + 28, text?.length ?? 0, true);
    if (text) {
      new Uint8Array(bytes, start + offset, text.length).set(text);
      offset += text.length;
    }
  });
  return bytes;
}

function tagOf(value: Value): number {
  if (value === null) return 0;
  if (typeof value === 'boolean') return 1;
  if (typeof value === 'string') return 4;
  return Number.isInteger(value) ? 2 : 3;
}
