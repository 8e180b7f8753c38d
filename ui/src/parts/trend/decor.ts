/** Draws what stands around and behind the pens: grid, axes, limits, alarm periods, bands of states. */
import { bandsOf } from './bands';
import { bandStep, AXIS_PX, BAND, LANE, type Layout } from './layout';
import { timeLabels } from './labels';
import { SHAPES, type ChartLook } from './look';
import type { Context, View } from './paint';
import type { Scene } from './scene';
import { timeTicks } from './timeaxis';

/** The plot of a scene over a window, which need not be the scene's own. */
export function viewOf(layout: Layout, from: number, to: number): View {
  return { from, to, left: layout.left, right: layout.right, top: layout.top, bottom: layout.bottom };
}

/** Lines behind the pens. */
export function drawGrid(ctx: Context, { layout, look, bands }: Scene, from: number, to: number): void {
  const { left, right, top, bottom } = layout;
  const end = bottomOf(layout, bands.length);
  ctx.strokeStyle = look.line;
  ctx.lineWidth = 1;
  ctx.beginPath();
  const [axis] = layout.axes;
  for (const tick of axis?.ticks ?? []) {
    const y = Math.round(bottom - ((tick - axis!.low) / (axis!.high - axis!.low)) * (bottom - top)) + 0.5;
    ctx.moveTo(left, y);
    ctx.lineTo(right, y);
  }
  for (const at of timeTicks(from, to, right - left).at) {
    const x = Math.round(left + ((at - from) / (to - from)) * (right - left)) + 0.5;
    ctx.moveTo(x, layout.axes.length ? top : bottom);
    ctx.lineTo(x, end + 4);
  }
  ctx.stroke();
}

/** Where the last band ends: the time axis stands below it. */
export function bottomOf(layout: Layout, bands: number): number {
  return bands ? (layout.bands[bands - 1] ?? layout.bottom) + BAND + 2 : layout.bottom;
}

/** Numbers of the axes with the pens that stand on them, and the time axis. */
export function drawAxes(ctx: Context, scene: Scene, from: number, to: number): void {
  const { layout, look, lines, bands } = scene;
  const { left, right, top, bottom } = layout;
  ctx.font = `${AXIS_PX}px ${look.font}`;
  for (const axis of layout.axes) {
    const [only] = axis.pens;
    const index = lines[only ?? 0]?.pen.index ?? 0;
    ctx.fillStyle = axis.pens.length === 1 ? look.pen(index) : look.soft;
    ctx.textAlign = axis.side === 'left' ? 'right' : 'left';
    ctx.textBaseline = 'middle';
    axis.ticks.forEach((tick, i) => {
      const y = bottom - ((tick - axis.low) / (axis.high - axis.low)) * (bottom - top);
      if (y > top - 2 && y < bottom + 2) ctx.fillText(axis.labels[i] ?? '', axis.x, y);
    });
    ctx.textBaseline = 'alphabetic';
    const outer = axis.side === 'left' ? axis.x - axis.width + 10 : axis.x + axis.width - 10;
    ctx.textAlign = axis.side === 'left' ? 'left' : 'right';
    ctx.fillText(axis.title, outer, 12, axis.width - 6);
  }
  const end = bottomOf(layout, bands.length);
  const { at, step } = timeTicks(from, to, right - left);
  const labels = timeLabels(at, step);
  ctx.fillStyle = look.soft;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'top';
  at.forEach((moment, i) => {
    const x = left + ((moment - from) / (to - from)) * (right - left);
    labels[i]?.split('\n').forEach((text, row) => ctx.fillText(text, x, end + 7 + row * 13));
  });
  ctx.strokeStyle = look.edge;
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.moveTo(left, Math.round(bottom) + 0.5);
  ctx.lineTo(right, Math.round(bottom) + 0.5);
  ctx.stroke();
}

/** The limits in force, each with its word. */
export function drawLimits(ctx: Context, { layout, look, limits }: Scene): void {
  const { left, right, top, bottom } = layout;
  ctx.save();
  ctx.font = `10px ${look.font}`;
  ctx.textAlign = 'left';
  let before = Infinity;
  for (const { line, name, value } of [...limits].sort((a, b) => a.value - b.value)) {
    const { low, high, colour } = line.paint;
    const y = Math.round(bottom - ((value - low) / (high - low)) * (bottom - top)) + 0.5;
    if (y < top || y > bottom) continue;
    ctx.strokeStyle = colour;
    ctx.lineWidth = 1;
    ctx.setLineDash([8, 3, 2, 3]);
    ctx.beginPath();
    ctx.moveTo(left, y);
    ctx.lineTo(right, y);
    ctx.stroke();
    ctx.setLineDash([]);
    const width = ctx.measureText(name).width + 8;
    const above = y - top > 14 && before - y > 14;
    ctx.globalAlpha = 0.85;
    ctx.fillStyle = look.card;
    ctx.fillRect(left + 2, above ? y - 14 : y + 1, width, 13);
    ctx.globalAlpha = 1;
    ctx.fillStyle = look.ink;
    ctx.textBaseline = above ? 'bottom' : 'top';
    ctx.fillText(name, left + 6, above ? y - 2 : y + 2);
    before = y;
  }
  ctx.restore();
}

/** Shaded stretches in which alarms were active, with shape and text in a strip at the top. */
export function drawAlarms(ctx: Context, { spec, layout, look, alarms, lines, bands }: Scene): void {
  const { left, right, top } = layout;
  const foot = bottomOf(layout, bands.length);
  const sx = (right - left) / (spec.to - spec.from);
  ctx.save();
  ctx.font = `10px ${look.font}`;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  const several = lines.length + bands.length > 1;
  for (const [n, { period, lane }] of alarms.entries()) {
    const a = Math.max(left, left + (period.from - spec.from) * sx);
    const b = Math.min(right, left + ((period.to ?? spec.now) - spec.from) * sx);
    const w = Math.max(2, b - a);
    const { fill, text: ink } = look.alarm[period.priority];
    ctx.globalAlpha = 0.1;
    ctx.fillStyle = fill;
    ctx.fillRect(a, top, w, foot - top);
    const y = top - (lane + 1) * LANE;
    ctx.globalAlpha = 0.22;
    ctx.fillRect(a, y, w, LANE - 2);
    ctx.globalAlpha = 1;
    ctx.strokeStyle = fill;
    ctx.lineWidth = 1;
    ctx.strokeRect(a + 0.5, y + 0.5, Math.max(1, w - 1), LANE - 3);
    if (w < 13) continue;
    ctx.save();
    ctx.beginPath();
    // The words may go on beyond a short period, up to the next one of its row.
    const next = alarms.find((other, i) => i > n && other.lane === lane);
    const end = next ? left + (next.period.from - spec.from) * sx - 4 : right;
    ctx.rect(a, y, Math.max(w - 2, end - a), LANE - 2);
    ctx.clip();
    ctx.fillStyle = ink;
    const all = [...lines.map((l) => l.pen), ...bands.map((band) => band.pen)];
    const number = several ? all.find(({ pen }) => pen.point === period.point) : undefined;
    const of = number ? `${number.index + 1} ` : '';
    ctx.fillText(`${SHAPES[period.priority]} ${of}${period.text}`, a + 4, y + LANE / 2 - 1);
    ctx.restore();
  }
  ctx.restore();
}

/** States over time below the plot, with their words. */
export function drawBands(ctx: Context, { spec, layout, look, bands }: Scene): void {
  const { left, right } = layout;
  const width = right - left;
  const named = bandStep(bands.length) > BAND + 3;
  ctx.save();
  bands.forEach(({ pen, spans }, row) => {
    const y = layout.bands[row] ?? layout.bottom;
    ctx.fillStyle = look.track;
    ctx.fillRect(left, y, width, BAND);
    ctx.font = `10px ${look.font}`;
    ctx.textBaseline = 'middle';
    ctx.textAlign = 'left';
    for (const band of bandsOf(spans, spec.from, Math.min(spec.to, spec.now), width * share(spec))) {
      const a = left + band.from * width * share(spec);
      const b = left + band.to * width * share(spec);
      drawBand(ctx, look, band.tint, a, b, y);
      if (band.stale) hatch(ctx, a, b, y, look.soft);
      if (b - a < 20) continue;
      ctx.save();
      ctx.beginPath();
      ctx.rect(a, y, b - a - 3, BAND);
      ctx.clip();
      const text = band.stale ? `${band.word} (no word)` : band.word;
      if (band.stale && text) {
        ctx.fillStyle = look.card;
        ctx.fillRect(a + 2, y + 3, ctx.measureText(text).width + 5, BAND - 6);
      }
      ctx.fillStyle = band.tint < 0 ? look.soft : look.ink;
      ctx.fillText(text, a + 5, y + BAND / 2 + 0.5);
      ctx.restore();
    }
    ctx.fillStyle = look.soft;
    if (named) {
      ctx.font = `11px ${look.font}`;
      ctx.fillText(`${pen.index + 1}  ${pen.pen.name}`, left, y - 8);
    } else {
      ctx.textAlign = 'right';
      ctx.fillText(String(pen.index + 1), left - 5, y + BAND / 2);
    }
  });
  ctx.restore();
}

/** The share of the window that lies before now. */
function share(spec: Scene['spec']): number {
  return Math.max(1e-9, (Math.min(spec.to, spec.now) - spec.from) / (spec.to - spec.from));
}

function drawBand(ctx: Context, look: ChartLook, tint: number, a: number, b: number, y: number): void {
  if (tint >= 0) {
    ctx.fillStyle = look.tints[tint % look.tints.length] ?? look.track;
    ctx.fillRect(a, y, b - a, BAND);
  } else if (tint === -2) {
    ctx.fillStyle = look.soft;
    for (let x = Math.ceil(a); x < b; x += 3) ctx.fillRect(x, y, 1, BAND);
  } else if (tint === -3) {
    ctx.fillStyle = look.card;
    ctx.fillRect(a, y, b - a, BAND);
  }
  ctx.fillStyle = look.edge;
  ctx.fillRect(Math.round(a), y, 1, BAND);
}

function hatch(ctx: Context, a: number, b: number, y: number, colour: string): void {
  ctx.save();
  ctx.beginPath();
  ctx.rect(a, y, b - a, BAND);
  ctx.clip();
  ctx.strokeStyle = colour;
  ctx.globalAlpha = 0.6;
  ctx.beginPath();
  for (let x = a - BAND; x < b; x += 6) {
    ctx.moveTo(x, y + BAND);
    ctx.lineTo(x + BAND, y);
  }
  ctx.stroke();
  ctx.restore();
}

/** The number of each pen at the end of its line, moved apart where they would cover each other. */
export function drawNumbers(
  ctx: Context,
  scene: Scene,
  ends: readonly { x: number; y: number; index: number }[],
): void {
  const { layout, look } = scene;
  const size = 14;
  const tags = ends
    .map((end) => ({ ...end, y: Math.min(Math.max(end.y, layout.top + 7), layout.bottom - 7) }))
    .sort((a, b) => a.y - b.y);
  for (let i = 1; i < tags.length; i++) {
    const [above, tag] = [tags[i - 1]!, tags[i]!];
    if (tag.y - above.y < size) tag.y = above.y + size;
  }
  // What was pushed out below is pushed back up.
  for (let i = tags.length - 1, floor = layout.bottom - 7; i >= 0; i--, floor = tags[i + 1]!.y - size) {
    if (tags[i]!.y > floor) tags[i]!.y = floor;
  }
  ctx.save();
  ctx.font = `600 10px ${look.font}`;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  for (const tag of tags) {
    const x = Math.min(tag.x, layout.right - size / 2);
    ctx.fillStyle = look.pen(tag.index);
    ctx.fillRect(x - size / 2, tag.y - size / 2, size, size);
    ctx.fillStyle = look.card;
    ctx.fillText(String(tag.index + 1), x, tag.y + 0.5);
  }
  ctx.restore();
}
