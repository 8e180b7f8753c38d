/** The time window of a trend: presets, zoom at the pointer, pan, live tail. Times are µs since the epoch. */

export const SECOND = 1_000_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A window; while `live`, `to` follows the clock. */
export interface Range {
  from: number;
  to: number;
  live: boolean;
}

/** Shortest and longest window that zooming reaches. */
export const SHORTEST = SECOND / 1000;
export const LONGEST = 20 * 366 * DAY;

/** The presets of every trend. */
export const PRESETS: readonly { label: string; span: number }[] = [
  { label: '10 min', span: 10 * MINUTE },
  { label: '1 h', span: HOUR },
  { label: '8 h', span: 8 * HOUR },
  { label: '24 h', span: DAY },
  { label: '7 d', span: 7 * DAY },
  { label: '30 d', span: 30 * DAY },
  { label: '1 y', span: 365 * DAY },
];

/** The last `span` up to now, following the clock. */
export function liveRange(span: number, now: number): Range {
  return { from: now - span, to: now, live: true };
}

/** Moves a live window on to `now`; leaves any other as it is. */
export function follow(range: Range, now: number): Range {
  return range.live ? { from: now - (range.to - range.from), to: now, live: true } : range;
}

/**
 * Zooms by `factor` (below 1 is closer) so that the moment under the pointer stays under it. A live window that is
 * zoomed near its right edge stays live, so that the wheel does not stop the tail by accident.
 */
export function zoomAt(range: Range, at: number, factor: number, now: number): Range {
  const span = range.to - range.from;
  const next = clamp(span * factor, SHORTEST, LONGEST);
  const share = clamp((at - range.from) / span, 0, 1);
  if (range.live && share > 0.9) return { from: now - next, to: now, live: true };
  const from = at - share * next;
  return settle({ from, to: from + next, live: false }, now);
}

/** Moves the window by `delta` µs. Moving left leaves the live tail; reaching now takes it up again. */
export function pan(range: Range, delta: number, now: number): Range {
  return settle({ from: range.from + delta, to: range.to + delta, live: range.live && delta >= 0 }, now);
}

/** Keeps a window out of the future: one that reaches past now becomes live. */
export function settle(range: Range, now: number): Range {
  const span = range.to - range.from;
  if (range.to >= now) return { from: now - span, to: now, live: true };
  return range;
}

/** The window that two moments span, in whatever order; none where they are as good as one. */
export function between(a: number, b: number, now: number): Range | undefined {
  const [from, to] = [Math.min(a, b), Math.min(Math.max(a, b), now)];
  return to - from < SHORTEST ? undefined : { from, to, live: false };
}

/** Windows that one can go back to: a turn of the wheel or a drag is one step, not a hundred. */
export class Past {
  #steps: Range[] = [];
  #last = -Infinity;

  /** The window before a change. `at`: clock in ms; changes that follow each other closely are one. */
  note(before: Range, at: number): void {
    if (at - this.#last > 700) {
      this.#steps.push(before);
      if (this.#steps.length > 50) this.#steps.shift();
    }
    this.#last = at;
  }

  /** The window to go back to; a live one follows the clock again. */
  back(now: number): Range | undefined {
    this.#last = -Infinity;
    const range = this.#steps.pop();
    return range && follow(range, now);
  }
}

/** Keys of a trend: arrows pan by a tenth, + and - zoom about the middle, End and L follow the clock. None: not ours. */
export function keyRange(range: Range, key: string, now: number, oldest?: number): Range | undefined {
  const span = range.to - range.from;
  const middle = range.from + span / 2;
  switch (key) {
    case 'ArrowLeft':
      return pan(range, -span / 10, now);
    case 'ArrowRight':
      return pan(range, span / 10, now);
    case 'PageUp':
      return pan(range, -span, now);
    case 'PageDown':
      return pan(range, span, now);
    case '+':
    case '=':
      return zoomAt(range, range.live ? now : middle, 0.8, now);
    case '-':
    case '_':
      return zoomAt(range, range.live ? now : middle, 1.25, now);
    case 'Home':
      return oldest === undefined ? undefined : settle({ from: oldest, to: oldest + span, live: false }, now);
    case 'End':
    case 'l':
    case 'L':
      return liveRange(span, now);
    default:
      return undefined;
  }
}

/** µs to what `<input type="datetime-local">` holds (local time, seconds). */
export function toInput(at: number): string {
  const d = new Date(at / 1000);
  const p = (n: number, w = 2) => String(n).padStart(w, '0');
  return (
    `${p(d.getFullYear(), 4)}-${p(d.getMonth() + 1)}-${p(d.getDate())}` +
    `T${p(d.getHours())}:${p(d.getMinutes())}:${p(d.getSeconds())}`
  );
}

/** The reverse; none where it is no time. */
export function fromInput(text: string): number | undefined {
  const ms = new Date(text).getTime();
  return Number.isFinite(ms) ? ms * 1000 : undefined;
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
