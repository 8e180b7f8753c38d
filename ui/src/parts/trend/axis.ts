/** The value axes of a trend: one a unit, left and right by turns, with a range that shows everything. */
import type { Limits } from '../../ipc/gen/Limits';

/** What an axis needs of a pen. */
export interface AxisPen {
  unit: string | null;
  limits?: Limits | undefined;
}

/** One axis: its key in uPlot, what it says, which pens stand on it. */
export interface ValueAxis {
  key: string;
  unit: string;
  side: 'left' | 'right';
  pens: number[];
}

/** Axes in the order of their first pen. Pens without a unit share one. */
export function axesOf(pens: readonly AxisPen[]): ValueAxis[] {
  const axes: ValueAxis[] = [];
  pens.forEach((pen, index) => {
    const unit = pen.unit ?? '';
    let axis = axes.find((a) => a.unit === unit);
    if (!axis) {
      axis = { key: `u:${unit}`, unit, side: axes.length % 2 === 0 ? 'left' : 'right', pens: [] };
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
  return [low - air, high + air];
}

/** The limits that are set, lowest first. */
export function limitValues(limits: Limits | undefined): number[] {
  if (!limits) return [];
  return [limits.lo_lo, limits.lo, limits.hi, limits.hi_hi].filter((l): l is number => l !== null);
}
