/** History out of the signals: the same function of time that the live values come from. */
import { encodeHistory, type Series } from '../../parts/trend/history';
import type { CountsView } from '../gen/CountsView';
import type { PenMarks } from '../gen/PenMarks';
import type { PointStats } from '../gen/PointStats';
import type { StateSpan } from '../gen/StateSpan';
import { MICROS, type World } from './world';

/** Looks into each bucket at most so often. */
const LOOKS = 4;

export function history(world: World, points: number[], from: number, to: number, width: number): ArrayBuffer {
  return encodeHistory(points.map((point) => series(world, point, from, to, width)));
}

function series(world: World, id: number, from: number, to: number, width: number): Series {
  const { point } = world.get(id);
  const step = Math.max((to - from) / Math.max(1, width), point.every * MICROS);
  const rows: number[][] = [];
  const grid = (to - from) / Math.max(1, width);
  for (let at = Math.ceil(from / step) * step; at < Math.min(to, world.now()); at += step) {
    if (world.now() - at < point.silentFor * MICROS) break;
    // Nothing was recorded in a night last week, so that gaps can be seen.
    if (world.now() - at > 3 * 86_400e6 && world.now() - at < 3.3 * 86_400e6) continue;
    const seen: number[] = [];
    for (let i = 0; i < LOOKS; i++) {
      const value = world.number(id, Math.min(at + (i * step) / LOOKS, world.now()));
      if (Number.isFinite(value)) seen.push(value);
    }
    if (!seen.length) continue;
    const count = Math.max(1, Math.round(step / MICROS / point.every));
    // As the engine answers: the begin of the bucket, beside the time of its last sample.
    const begin = from + Math.floor((at - from) / grid) * grid;
    const lastAt = at + step * (1 - 1 / LOOKS);
    rows.push([
      begin,
      Math.min(...seen),
      Math.max(...seen),
      mean(seen),
      seen.at(-1) ?? NaN,
      count,
      count === 1 ? at : lastAt,
    ]);
  }
  const column = (i: number) => Float64Array.from(rows, (row) => row[i] ?? NaN);
  return {
    point: id,
    time: column(0),
    min: column(1),
    max: column(2),
    mean: column(3),
    last: column(4),
    count: column(5),
    lastAt: column(6),
    absent: new Float64Array(rows.length),
  };
}

export function states(world: World, id: number, from: number, to: number): StateSpan[] {
  const { point } = world.get(id);
  const end = Math.min(to, world.now());
  const step = Math.max(point.every * MICROS, (end - from) / 600);
  const spans: StateSpan[] = [];
  for (let at = from; at < end; at += step) {
    const { value } = world.read(id, at);
    const last = spans.at(-1);
    if (last && last.value === value) last.to = Math.min(at + step, end);
    else spans.push({ from: at, to: Math.min(at + step, end), value, quality: 'good' });
  }
  return spans;
}

export function counts(world: World, points: number[], from: number, to: number, width: number): CountsView[] {
  const step = (to - from) / width;
  return points.map((point) => {
    const buckets: CountsView['buckets'] = [];
    for (let i = 0; i < width && from + i * step < world.now(); i++) {
      const [begin, end] = [from + i * step, Math.min(from + (i + 1) * step, world.now())];
      const [a, b] = [world.number(point, begin), world.number(point, end)];
      if (Number.isFinite(a) && Number.isFinite(b)) buckets.push([begin, Math.max(0, b < a ? b : b - a)]);
    }
    return { point, buckets };
  });
}

export function marks(world: World, points: number[], from: number, to: number): PenMarks[] {
  return points.map((point) => {
    const held = world.number(point, Math.min(from, world.now()));
    const { silentFor } = world.get(point).point;
    const silent = world.now() - silentFor * MICROS;
    const doubts =
      silentFor > 0 && silent < to
        ? [{ from: Math.max(from, silent), to: Math.min(to, world.now()), quality: 'stale' as const }]
        : [];
    return { point, held: Number.isFinite(held) ? held : null, doubts, partial: false };
  });
}

export function stats(world: World, id: number, from: number, to: number): PointStats {
  const s = series(world, id, from, Math.min(to, world.now()), 500);
  const n = s.time.length;
  if (n === 0) return { count: 0, min: null, max: null, mean: null, first_at: null, last_at: null };
  return {
    count: s.count.reduce((a, b) => a + b, 0),
    min: Math.min(...s.min),
    max: Math.max(...s.max),
    mean: mean([...s.mean]),
    first_at: s.time[0] ?? null,
    last_at: s.time[n - 1] ?? null,
  };
}

function mean(list: number[]): number {
  return list.reduce((a, b) => a + b, 0) / list.length;
}
