/** Geometry of an analog bar: everything as a share of its width, 0 to 1. */
import type { Limits } from '../ipc/gen/Limits';
import type { Priority } from '../ipc/gen/Priority';

/** Where things stand on the bar. */
export interface Bar {
  low: number;
  high: number;
  /** The normal band; none without any limit. */
  normal: [number, number] | undefined;
  ticks: { at: number; value: number; name: keyof Limits }[];
}

/**
 * The scale: the point's own range, else its limits with a third of air on both sides, else none (then there is no bar,
 * because a bar with an invented scale tells lies). Limits outside the range widen it.
 */
export function barOf(range: [number, number] | null, limits: Limits): Bar | undefined {
  const names = ['lo_lo', 'lo', 'hi', 'hi_hi'] as const;
  const set = names.flatMap((name) => {
    const value = limits[name];
    return value === null || !Number.isFinite(value) ? [] : [{ name, value }];
  });
  let low: number;
  let high: number;
  if (range && range[1] > range[0]) {
    low = Math.min(range[0], ...set.map((t) => t.value));
    high = Math.max(range[1], ...set.map((t) => t.value));
  } else if (set.length >= 2) {
    const first = Math.min(...set.map((t) => t.value));
    const last = Math.max(...set.map((t) => t.value));
    if (first === last) return undefined;
    low = first - (last - first) / 3;
    high = last + (last - first) / 3;
  } else {
    return undefined;
  }
  const share = (value: number) => (value - low) / (high - low);
  const below = limits.lo ?? limits.lo_lo;
  const above = limits.hi ?? limits.hi_hi;
  const normal: [number, number] | undefined =
    below === null && above === null
      ? undefined
      : [below === null ? 0 : share(below), above === null ? 1 : share(above)];
  return { low, high, normal, ticks: set.map((t) => ({ ...t, at: share(t.value) })) };
}

/** Where the pointer stands, kept on the bar; `beyond` tells that the value is off the scale. */
export function pointerAt(bar: Bar, value: number): { at: number; beyond: '' | 'low' | 'high' } {
  const at = (value - bar.low) / (bar.high - bar.low);
  if (at < 0) return { at: 0, beyond: 'low' };
  if (at > 1) return { at: 1, beyond: 'high' };
  return { at, beyond: '' };
}

/** Which limit a value breaks, worst first. */
export function breaks(value: number, limits: Limits): { name: keyof Limits; priority: Priority } | undefined {
  if (limits.lo_lo !== null && value <= limits.lo_lo) return { name: 'lo_lo', priority: 'critical' };
  if (limits.hi_hi !== null && value >= limits.hi_hi) return { name: 'hi_hi', priority: 'critical' };
  if (limits.lo !== null && value <= limits.lo) return { name: 'lo', priority: 'high' };
  if (limits.hi !== null && value >= limits.hi) return { name: 'hi', priority: 'high' };
  return undefined;
}
