/** The value axes of a trend: one a unit, or a pen's own, left and right by turns, with a range that shows everything. */
import type { Limits } from '../../ipc/gen/Limits';

/** What an axis needs of a pen. */
export interface AxisPen {
  point: number;
  unit: string | null;
  own?: boolean | undefined;
}

/** One axis: its key in the settings of the trend, what it says, which pens stand on it. */
export interface ValueAxis {
  /** `u:°C` of a unit, `p:17` of one pen. */
  key: string;
  unit: string;
  side: 'left' | 'right';
  pens: number[];
}

/** What a person set for an axis; none of the two: as the data asks. */
export interface AxisEnds {
  min?: number | undefined;
  max?: number | undefined;
}

/** Axes that are drawn; the pens of the others tell their values in the legend. */
export const MOST_AXES = 6;

/** Axes in the order of their first pen. Pens without a unit share one. */
export function axesOf(pens: readonly AxisPen[]): ValueAxis[] {
  const axes: ValueAxis[] = [];
  pens.forEach((pen, index) => {
    const unit = pen.unit ?? '';
    const key = pen.own ? `p:${pen.point}` : `u:${unit}`;
    let axis = axes.find((a) => a.key === key);
    if (!axis) {
      axis = { key, unit, side: axes.length % 2 === 0 ? 'left' : 'right', pens: [] };
      axes.push(axis);
    }
    axis.pens.push(index);
  });
  return axes;
}

/**
 * The range of an axis: all of the data with a little air. Limits are taken in where they are near the data (within one
 * span of it), so that a far limit does not flatten the line.
 */
export function axisRange(data: [number, number] | undefined, limits: readonly number[]): [number, number] {
  if (!data) {
    const low = Math.min(...limits);
    const high = Math.max(...limits);
    return Number.isFinite(low) && low < high ? [low, high] : [0, 1];
  }
  let [low, high] = data;
  const span = high - low || Math.abs(high) * 0.1 || 1;
  const [first, last] = data;
  for (const limit of limits) {
    if (limit >= first - span && limit < low) low = limit;
    if (limit <= last + span && limit > high) high = limit;
  }
  const air = (high - low || span) * 0.06;
  // What is never negative has an axis that begins at nothing rather than below it.
  return [low >= 0 ? Math.max(0, low - air) : low - air, high <= 0 && low < 0 ? Math.min(0, high + air) : high + air];
}

/** With what a person set; an end that would turn the axis over is left out. */
export function withEnds([low, high]: [number, number], ends: AxisEnds | undefined): [number, number] {
  const min = ends?.min ?? low;
  const max = ends?.max ?? high;
  if (min < max) return [min, max];
  if (ends?.min !== undefined && ends.max === undefined) return [min, min + (high - low || 1)];
  if (ends?.max !== undefined && ends.min === undefined) return [max - (high - low || 1), max];
  return [low, high];
}

/** A round step for the ends of an axis, so that a live axis does not creep with each sample. */
export function roundOut(low: number, high: number): [number, number] {
  const span = high - low;
  if (!(span > 0)) return [low, high];
  const power = 10 ** Math.floor(Math.log10(span));
  const step = (span / power < 2 ? 0.1 : span / power < 5 ? 0.2 : 0.5) * power;
  return [Math.floor(low / step) * step, Math.ceil(high / step) * step];
}

/** Round values between two ends, some `apart` pixels from each other. */
export function valueTicks(low: number, high: number, px: number, apart = 46): number[] {
  const span = high - low;
  const most = Math.max(1, Math.floor(px / apart));
  if (!(span > 0) || !Number.isFinite(span)) return [];
  const rough = span / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough * 0.999) ?? 10 * power;
  const out: number[] = [];
  for (let i = Math.ceil(low / step - 1e-9) + 0; i * step <= high + step * 1e-9 && out.length < 100; i++)
    out.push(i * step);
  return out;
}

/** The limits that are set, lowest first. */
export function limitValues(limits: Limits | undefined): number[] {
  if (!limits) return [];
  return [limits.lo_lo, limits.lo, limits.hi, limits.hi_hi].filter((l): l is number => l !== null);
}
