/** What hand and wheel mean for the window. Knows no element: places come as shares of the plot's width. */
import { pan, settle, zoomAt, type Range } from './range';

/** A turn of the wheel. `share`: where the pointer is in the plot, 0 to 1. */
export interface Turn {
  deltaX: number;
  deltaY: number;
  /** `WheelEvent.deltaMode`: 1 counts lines. */
  mode: number;
  sideways: boolean;
  share: number;
  width: number;
}

/** The window after a turn of the wheel: zoomed at the pointer, or moved sideways. */
export function turned(range: Range, turn: Turn, now: number): Range {
  const span = range.to - range.from;
  const unit = turn.mode === 1 ? 33 : 1;
  if (Math.abs(turn.deltaX) > Math.abs(turn.deltaY) || turn.sideways) {
    const delta = (turn.deltaX || turn.deltaY) * unit;
    return pan(range, (delta / Math.max(turn.width, 1)) * span, now);
  }
  // A notch of a wheel is about 100 px, a touch pad sends many small steps: both zoom by the same for the same way.
  const factor = Math.exp(Math.max(-300, Math.min(300, turn.deltaY * unit)) * 0.0018);
  return zoomAt(range, range.from + turn.share * span, factor, now);
}

/** The window after a drag by a share of the plot's width to the right. */
export function dragged(start: Range, share: number, now: number): Range {
  return pan(start, -share * (start.to - start.from), now);
}

/**
 * The window that keeps two moments under two fingers: `a`, `b` are where the fingers were set down, as moments, and where
 * they are now, as shares of the plot's width.
 */
export function pinched(
  start: Range,
  moments: readonly [number, number],
  shares: readonly [number, number],
  now: number,
): Range {
  const apart = shares[1] - shares[0];
  if (Math.abs(apart) < 0.02 || moments[0] === moments[1]) return start;
  const span = (moments[1] - moments[0]) / apart;
  if (!(span > 0)) return start;
  const wanted = { from: moments[0] - shares[0] * span, to: moments[0] + (1 - shares[0]) * span, live: false };
  const bounded = zoomAt({ ...start, live: false }, moments[0], span / (start.to - start.from), now);
  const length = bounded.to - bounded.from;
  return Math.abs(length - span) < span * 0.01 ? settle(wanted, now) : bounded;
}
