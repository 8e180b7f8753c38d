/** Draws one pen: band of extremes, line or steps, markers, doubtful stretches, bars of a counter. */
import type { Bar } from './counters';
import type { Doubt } from './gaps';
import { drawMarker } from './markers';
import type { Marker } from './pens';
import { readingAt } from './reading';
import { firstAt, type Piece } from './tiles';

export type Context = CanvasRenderingContext2D;

/** A window on the plot. Times in µs, places in CSS pixels. */
export interface View {
  from: number;
  to: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** All that a pen is drawn from. */
export interface PenPaint {
  number: number;
  colour: string;
  /** The ground, for what stands on the pen's colour. */
  ground: string;
  dash: readonly number[] | undefined;
  marker: Marker;
  pieces: readonly Piece[];
  /** shown = stored × factor + offset. */
  factor: number;
  offset: number;
  low: number;
  high: number;
  sum: 'mean' | 'range' | 'last';
  stepped: boolean;
  gap: number;
  doubts: readonly Doubt[];
  /** The value in force at the begin of the window. */
  held: number | undefined;
  /** Samples newer than the pieces. */
  tail: readonly { at: number; value: number }[];
  /** The last value holds until then; none: unknown whether it does. */
  until: number | undefined;
  /** Drawn so much later than it was. */
  shift: number;
  /** Of a compared range. */
  faded: boolean;
  /** Pointed at. */
  strong: boolean;
  /** How dense the band is: thinner where many pens share the plot. */
  band: number;
  font: string;
}

/** Pixels between two samples from which on each is marked. */
const APART = 9;
/** Pixels between the markers of a dense line. */
const MARK_EVERY = 130;

function placer(view: View, pen: PenPaint) {
  const sx = (view.right - view.left) / (view.to - view.from);
  const sy = (view.bottom - view.top) / (pen.high - pen.low);
  return {
    x: (at: number) => view.left + (at + pen.shift - view.from) * sx,
    y: (value: number) => view.bottom - (value * pen.factor + pen.offset - pen.low) * sy,
    sx,
  };
}

/** The first and last bucket of a piece that the view shows, one more on either side. */
function within(piece: Piece, view: View, shift: number): [number, number] {
  const { time } = piece.data;
  const lo = firstAt(time, view.from - shift - piece.bucket, piece.lo, piece.hi);
  const hi = firstAt(time, view.to - shift, lo, piece.hi);
  return [Math.max(piece.lo, lo - 1), Math.min(piece.hi, hi + 1)];
}

/** Whether samples lie far enough apart to be seen one by one. */
export function isSparse(view: View, pen: Pick<PenPaint, 'pieces' | 'shift'>): boolean {
  let samples = 0;
  const most = (view.right - view.left) / APART;
  for (const piece of pen.pieces) {
    const [lo, hi] = within(piece, view, pen.shift);
    for (let i = lo; i < hi; i++) {
      samples += piece.data.count[i]!;
      if (samples > most) return false;
    }
  }
  return true;
}

/** The extremes of each bucket, so that no spike is hidden. */
export function paintBand(ctx: Context, view: View, pen: PenPaint): void {
  const { x, y } = placer(view, pen);
  const heights: number[] = [];
  const rects: number[] = [];
  const first = Math.floor(view.left) - 2;
  const last = Math.ceil(view.right) + 2;
  for (const piece of pen.pieces) {
    const [lo, hi] = within(piece, view, pen.shift);
    const { time, min, max } = piece.data;
    for (let i = lo; i < hi; i++) {
      if (max[i] === min[i]) continue;
      const a = Math.max(first, Math.round(x(time[i]!)));
      // The history may have moved an edge to where its samples are kept: up to the next bucket, where that is near.
      const after = i + 1 < piece.hi ? time[i + 1]! - time[i]! : Infinity;
      const length = after < 1.6 * piece.bucket ? after : piece.bucket;
      const b = Math.min(last, Math.max(a + 1, Math.round(x(time[i]! + length))));
      const t = y(max[i]!);
      const h = y(min[i]!) - t;
      if (!(h >= 0.5) || b <= a) continue;
      rects.push(a, t, b - a, h);
      heights.push(h);
    }
  }
  if (heights.length === 0) return;
  const sorted = Float64Array.from(heights).sort();
  const peak = sorted[sorted.length >> 1]! * 4 + 4;
  ctx.fillStyle = pen.colour;
  for (const peaks of [false, true]) {
    ctx.globalAlpha = peaks ? 0.85 : pen.sum === 'range' ? Math.min(0.6, pen.band * 2) : pen.band;
    ctx.beginPath();
    let any = false;
    for (let i = 0; i < heights.length; i++) {
      if (heights[i]! > peak !== peaks) continue;
      any = true;
      ctx.rect(rects[4 * i]!, rects[4 * i + 1]!, rects[4 * i + 2]!, rects[4 * i + 3]!);
    }
    if (any) ctx.fill();
  }
  ctx.globalAlpha = 1;
}

/** The line, with a break where nothing is known. Answers where it ends. */
export function paintLine(ctx: Context, view: View, pen: PenPaint): { x: number; y: number } | undefined {
  const { x, y } = placer(view, pen);
  const sparse = isSparse(view, pen);
  const steps = pen.stepped || sparse;
  const gone = pen.doubts.filter((d) => d.quality === 'stale' || d.quality === 'bad');
  const marks: number[] = [];
  let next = 0;
  let down = false;
  let px = 0;
  let py = 0;
  let before = -Infinity;
  let nextMark = view.left + ((pen.number * 37) % MARK_EVERY);
  ctx.beginPath();
  const to = (at: number, value: number) => {
    const cx = x(at);
    const cy = y(value);
    while (next < gone.length && gone[next]!.to <= at) {
      const doubt = gone[next++]!;
      if (doubt.from < before || !down) continue;
      if (doubt.from > before) ctx.lineTo(x(doubt.from), py);
      down = false;
    }
    if (down && at - before > pen.gap && !pen.stepped) down = false;
    const lost = next < gone.length && gone[next]!.from < at;
    if (lost && down) {
      ctx.lineTo(x(gone[next]!.from), py);
      down = false;
    }
    if (!lost) {
      if (!down) ctx.moveTo(cx, cy);
      else if (steps) {
        ctx.lineTo(cx, py);
        ctx.lineTo(cx, cy);
      } else ctx.lineTo(cx, cy);
      down = true;
      if (sparse ? true : cx >= nextMark) {
        marks.push(cx, cy);
        nextMark = cx + MARK_EVERY;
      }
    }
    px = cx;
    py = cy;
    before = at;
  };
  if (pen.held !== undefined) {
    const start = view.from - pen.shift;
    if (!startsBefore(pen.pieces, start)) {
      to(start, pen.held);
      if (sparse) marks.length = 0;
    }
  }
  for (const piece of pen.pieces) {
    const [lo, hi] = within(piece, view, pen.shift);
    const { time, mean, last, lastAt, count } = piece.data;
    const half = pen.sum === 'last' || pen.stepped ? 0 : piece.bucket / 2;
    for (let i = lo; i < hi; i++) {
      if (count[i] === 1) to(lastAt[i]!, last[i]!);
      else if (pen.sum === 'last' || pen.stepped) to(lastAt[i]!, last[i]!);
      else to(Math.min(time[i]! + half, lastAt[i]!), mean[i]!);
    }
  }
  for (const { at, value } of pen.tail) if (at > before) to(at, value);
  if (before === -Infinity) return undefined;
  const end = pen.until === undefined ? before : Math.max(before, pen.until);
  if (down && end > before && end - before <= pen.gap) {
    const lost = gone[next];
    px = x(lost && lost.from > before ? Math.min(lost.from, end) : end);
    ctx.lineTo(px, py);
  }
  ctx.strokeStyle = pen.colour;
  ctx.lineWidth = pen.strong ? 2.6 : pen.faded ? 1.2 : 1.5;
  ctx.lineJoin = 'round';
  ctx.globalAlpha = pen.faded ? 0.5 : 1;
  if (pen.sum !== 'range' || sparse) {
    const dash = pen.faded ? [3, 3] : pen.dash;
    if (dash) ctx.setLineDash(dash as number[]);
    ctx.stroke();
    if (dash) ctx.setLineDash([]);
  }
  if (!pen.faded) {
    ctx.fillStyle = pen.colour;
    const size = sparse ? 3 : 3.4;
    for (let i = 0; i < marks.length; i += 2) {
      const mx = marks[i]!;
      if (mx >= view.left - 4 && mx <= view.right + 4) drawMarker(ctx, pen.marker, mx, marks[i + 1]!, size, pen.ground);
    }
  }
  ctx.globalAlpha = 1;
  return down ? { x: Math.min(px, view.right), y: py } : undefined;
}

function startsBefore(pieces: readonly Piece[], at: number): boolean {
  for (const { data, lo, hi } of pieces) if (hi > lo) return data.time[lo]! <= at;
  return false;
}

/** A hatched ribbon where the last value before it stood, with a word where there is room. */
export function paintDoubts(ctx: Context, view: View, pen: PenPaint): void {
  const { x, y, sx } = placer(view, pen);
  const words: Record<string, string> = { stale: 'no data', bad: 'bad', uncertain: 'uncertain' };
  ctx.save();
  ctx.strokeStyle = pen.colour;
  ctx.fillStyle = pen.colour;
  for (const doubt of pen.doubts) {
    if ((doubt.to - doubt.from) * sx < 2) continue;
    const a = Math.max(view.left, x(doubt.from));
    const b = Math.min(view.right, x(doubt.to));
    if (b <= a) continue;
    const value = readingAt(pen.pieces, doubt.from, true)?.value ?? pen.held;
    if (value === undefined) continue;
    const cy = Math.min(view.bottom - 5, Math.max(view.top + 5, y(value)));
    ctx.globalAlpha = pen.faded ? 0.3 : 0.75;
    ctx.lineWidth = 1;
    ctx.beginPath();
    for (let h = a - 5; h < b; h += 5) {
      const [h0, h1] = [Math.max(a, h), Math.min(b, h + 8)];
      ctx.moveTo(h0, cy + 4 - (h0 - h));
      ctx.lineTo(h1, cy + 4 - (h1 - h));
    }
    ctx.stroke();
    if (doubt.quality !== 'uncertain') ctx.strokeRect(a + 0.5, cy - 4.5, b - a - 1, 9);
    const word = words[doubt.quality] ?? '';
    if (b - a > word.length * 6 + 16 && !pen.faded) {
      ctx.globalAlpha = 1;
      ctx.font = `10px ${pen.font}`;
      ctx.textAlign = 'center';
      ctx.textBaseline = 'middle';
      const w = ctx.measureText(word).width + 8;
      ctx.fillStyle = pen.ground;
      ctx.fillRect((a + b - w) / 2, cy - 7, w, 14);
      ctx.fillStyle = pen.colour;
      ctx.fillText(word, (a + b) / 2, cy + 0.5);
    }
  }
  ctx.restore();
}

/** Bars of a counter. `slot` of `slots`: several counters stand beside each other. */
export function paintBars(
  ctx: Context,
  view: View,
  pen: PenPaint,
  bars: readonly Bar[],
  slot: number,
  slots: number,
  say: (value: number) => string,
): void {
  const { x, y } = placer(view, { ...pen, offset: 0 });
  const zero = Math.min(view.bottom, Math.max(view.top, y(0)));
  ctx.fillStyle = pen.colour;
  ctx.strokeStyle = pen.colour;
  ctx.lineWidth = 1;
  ctx.font = `10px ${pen.font}`;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'bottom';
  for (const bar of bars) {
    if (bar.to + pen.shift <= view.from || bar.from + pen.shift >= view.to) continue;
    const [a, b] = [x(bar.from), x(bar.to)];
    const room = (b - a) * (b - a > 6 ? 0.86 : 1);
    const w = Math.max(1, room / slots);
    const l = a + (b - a - room) / 2 + slot * w;
    const t = y(bar.value);
    ctx.globalAlpha = pen.faded ? 0.25 : 0.6;
    ctx.fillRect(l, Math.min(t, zero), w, Math.max(1, Math.abs(zero - t)));
    ctx.globalAlpha = pen.faded ? 0.5 : 1;
    if (w > 4) ctx.strokeRect(l + 0.5, Math.min(t, zero) + 0.5, w - 1, Math.max(1, Math.abs(zero - t)) - 1);
    if (w > 34 && !pen.faded) ctx.fillText(say(bar.value), l + w / 2, Math.max(view.top + 12, Math.min(t, zero) - 2));
  }
  ctx.globalAlpha = 1;
}
