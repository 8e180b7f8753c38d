/** From pens, window and data to what is painted: which pieces, on which axis, with which gaps. Nothing is drawn here. */
import { axesOf, axisRange, limitValues, roundOut, withEnds, type AxisEnds, type ValueAxis } from './axis';
import { lanesOf, MOST_LANES, type AlarmPeriod } from './alarms';
import { bars as barsOf, barUnit, perOf, type Bar, type Per, type Rise } from './counters';
import { gapAfter, silences, together, type Doubt } from './gaps';
import { numberLabel } from './labels';
import { layoutOf, type Layout } from './layout';
import { levelFor } from './levels';
import type { ChartLook } from './look';
import type { PenPaint } from './paint';
import { isCounted, isState, penDash, penMarker, type TrendPen } from './pens';
import { extent } from './reading';
import type { StateSpan } from '../../ipc/gen/StateSpan';
import type { Tiles } from './tiles';

/** A pen and its number among all pens of the trend. */
export interface ChartPen {
  pen: TrendPen;
  index: number;
}

/** What the person wants to see. */
export interface Spec {
  pens: readonly ChartPen[];
  from: number;
  to: number;
  live: boolean;
  width: number;
  height: number;
  /** Points that are hidden. */
  hidden: ReadonlySet<number>;
  /** The point that is pointed at. */
  strong: number | undefined;
  axes: Readonly<Record<string, AxisEnds>>;
  /** A second range is drawn, so much earlier (µs). */
  compare: number | undefined;
  now: number;
}

/** What is known of a pen beside its tiles. */
export interface Marks {
  held: number | undefined;
  doubts: readonly Doubt[];
}

/** What is known. */
export interface Data {
  tiles: Tiles;
  marks: ReadonlyMap<number, Marks>;
  states: ReadonlyMap<number, readonly StateSpan[]>;
  /** What counters rose by, in stretches as `grain` asks, by `counterKey`. */
  counters: ReadonlyMap<string, readonly Rise[]>;
  alarms: readonly AlarmPeriod[];
  /** Newest samples by point, in order. */
  tails: ReadonlyMap<number, readonly { at: number; value: number }[]>;
}

/** A line with all it needs. */
export interface SceneLine {
  pen: ChartPen;
  paint: PenPaint;
  /** The same of the range it is compared with. */
  before: PenPaint | undefined;
  bars: { now: Bar[]; before: Bar[]; slot: number; slots: number } | undefined;
  say: (value: number) => string;
}

export interface Scene {
  spec: Spec;
  look: ChartLook;
  layout: Layout;
  lines: SceneLine[];
  /** State pens that are shown, in the order of the layout's bands. */
  bands: { pen: ChartPen; spans: readonly StateSpan[] }[];
  alarms: { period: AlarmPeriod; lane: number }[];
  /** Limit lines: which pen, what it says, where (in the shown unit). */
  limits: { line: SceneLine; name: string; value: number }[];
  /** What a bar stands for, where there are any. */
  per: Per;
}

export function counterKey(point: number, per: Per, compare = false): string {
  return `${point}/${per}${compare ? '/before' : ''}`;
}

/** The linear conversion of a pen. */
export function linear(convert: ((value: number) => number) | undefined): [number, number] {
  if (!convert) return [1, 0];
  const offset = convert(0);
  return [convert(1) - offset, offset];
}

/** Limits are drawn for at most so many lines; beyond that for the one that is pointed at. */
const LIMITED = 2;

export function sceneOf(spec: Spec, data: Data, look: ChartLook): Scene {
  const { from, to, hidden } = spec;
  const shown = spec.pens.filter(({ pen }) => !hidden.has(pen.point));
  const drawn = shown.filter(({ pen }) => !isState(pen));
  const per = perOf(to - from);
  const alarms = periods(spec, data, shown);
  const withLimits = drawn.filter(
    ({ pen }) => !isCounted(pen) && (drawn.length <= LIMITED || pen.point === spec.strong),
  );
  const level = levelFor(to - from, spec.width);
  const counters = drawn.filter(({ pen }) => isCounted(pen));
  const lines = drawn.map((pen): SceneLine => {
    const counted = isCounted(pen.pen);
    const paint = paintOf(pen, spec, data, look, level, drawn.length);
    const shift = spec.compare;
    const before =
      shift === undefined || shift === 0 ? undefined : paintOf(pen, spec, data, look, level, drawn.length, shift);
    const rate = pen.pen.sum === 'rate';
    const series = (compare: boolean) => {
      const found = data.counters.get(counterKey(pen.pen.point, per, compare));
      return found ? barsOf(found, per, rate) : [];
    };
    return {
      pen,
      paint,
      before,
      bars: counted
        ? {
            now: series(false),
            before: before ? series(true) : [],
            slot: counters.indexOf(pen),
            slots: counters.length,
          }
        : undefined,
      say: (value) => numberLabel(value * paint.factor + (counted ? 0 : paint.offset), pen.pen.precision),
    };
  });
  const axes = axesOf(
    lines.map(({ pen: { pen } }) => ({
      point: pen.point,
      own: pen.own,
      unit: isCounted(pen) ? barUnit(pen.unit, per, pen.sum === 'rate') : pen.unit,
    })),
  ).map((axis) => {
    const [low, high] = endsOf(axis, lines, spec, withLimits);
    for (const i of axis.pens) {
      const line = lines[i];
      for (const paint of [line?.paint, line?.before]) if (paint) [paint.low, paint.high] = [low, high];
    }
    return { ...axis, low, high };
  });
  const bands = shown
    .filter(({ pen }) => isState(pen))
    .map((pen) => ({ pen, spans: data.states.get(pen.pen.point) ?? [] }));
  const lanes = alarms.reduce((most, { lane }) => Math.max(most, lane + 1), 0);
  const numbers = (axis: ValueAxis) => axis.pens.map((i) => (lines[i]?.pen.index ?? 0) + 1);
  const layout = layoutOf({ width: spec.width, height: spec.height, axes, numbers, bands: bands.length, lanes });
  const limits = lines
    .filter(({ pen }) => withLimits.includes(pen))
    .flatMap((line) => limitsOf(line.pen.pen).map((limit) => ({ line, ...limit })));
  return { spec, look, layout, lines, bands, alarms, limits, per };
}

/** The limits of a pen as lines: name and value as shown. */
export function limitsOf(pen: TrendPen): { name: string; value: number }[] {
  const names = [
    ['lo_lo', 'low-low'],
    ['lo', 'low'],
    ['hi', 'high'],
    ['hi_hi', 'high-high'],
  ] as const;
  return names.flatMap(([key, word]) => {
    const raw = pen.limits?.[key] ?? null;
    if (raw === null) return [];
    const value = pen.convert?.(raw) ?? raw;
    return [{ name: `${word} ${numberLabel(value, pen.precision)}${pen.unit ? ` ${pen.unit}` : ''}`, value }];
  });
}

function periods(spec: Spec, data: Data, shown: readonly ChartPen[]): Scene['alarms'] {
  const points = new Set(shown.map(({ pen }) => pen.point));
  const seen = data.alarms.filter((p) => points.has(p.point) && p.from < spec.to && (p.to ?? spec.now) > spec.from);
  const lanes = lanesOf(seen, (spec.to - spec.from) * 0.005);
  return seen.map((period, i) => ({ period, lane: Math.min(lanes[i] ?? 0, MOST_LANES - 1) }));
}

function paintOf(
  { pen, index }: ChartPen,
  spec: Spec,
  data: Data,
  look: ChartLook,
  level: number,
  lines: number,
  shift = 0,
): PenPaint {
  const pieces = data.tiles.pieces(pen.point, spec.from - shift, spec.to - shift, level);
  const gap = pen.stepped ? Infinity : gapAfter(pieces);
  const marks = data.marks.get(pen.point);
  const tail = shift === 0 && spec.live ? (data.tails.get(pen.point) ?? []) : [];
  const last = tail.at(-1)?.at;
  const [factor, offset] = linear(pen.convert);
  return {
    number: index + 1,
    colour: look.pen(index),
    ground: look.card,
    dash: penDash(index),
    marker: penMarker(index),
    pieces,
    factor,
    offset,
    low: 0,
    high: 1,
    sum: pen.sum === 'range' || pen.sum === 'last' ? pen.sum : 'mean',
    stepped: pen.stepped ?? false,
    gap,
    doubts: together(shift === 0 ? (marks?.doubts ?? []) : [], silences(pieces, gap, last)),
    held: shift === 0 ? marks?.held : undefined,
    tail,
    until: shift !== 0 ? undefined : spec.live ? last && spec.now : Math.min(spec.to, spec.now),
    shift,
    faded: shift !== 0,
    strong: pen.point === spec.strong,
    band: pen.point === spec.strong || lines < 3 ? 0.3 : lines > 8 ? 0.06 : lines > 4 ? 0.12 : 0.2,
    font: look.font,
  };
}

function endsOf(
  axis: ValueAxis,
  lines: readonly SceneLine[],
  spec: Spec,
  withLimits: readonly ChartPen[],
): [number, number] {
  let found: [number, number] | undefined;
  const limits: number[] = [];
  const take = (low: number, high: number) => {
    found = found ? [Math.min(found[0], low), Math.max(found[1], high)] : [low, high];
  };
  for (const i of axis.pens) {
    const line = lines[i];
    if (!line) continue;
    if (line.bars) {
      take(0, 0);
      for (const bar of [...line.bars.now, ...line.bars.before]) take(0, bar.value * line.paint.factor);
      continue;
    }
    for (const paint of [line.paint, line.before]) {
      if (!paint) continue;
      const { factor, offset } = paint;
      const ends = extent(paint.pieces, spec.from - paint.shift, spec.to - paint.shift);
      if (ends) take(ends[0] * factor + offset, ends[1] * factor + offset);
      else if (paint.held !== undefined) take(paint.held * factor + offset, paint.held * factor + offset);
      for (const { at, value } of paint.tail) {
        if (at >= spec.from) take(value * factor + offset, value * factor + offset);
      }
    }
    if (withLimits.includes(line.pen)) {
      limits.push(...limitValues(line.pen.pen.limits).map((l) => line.pen.pen.convert?.(l) ?? l));
    }
  }
  const bare = axis.pens.every((i) => lines[i]?.bars);
  const [low, high] = roundOut(...axisRange(found, limits));
  return withEnds(bare ? [Math.min(0, found?.[0] ?? 0), high] : [low, high], spec.axes[axis.key]);
}
