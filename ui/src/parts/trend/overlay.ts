/** What moves with the pointer: cross-hair, cursors, the range that is being selected. On a canvas of its own. */
import { momentLabel } from './labels';
import type { Context } from './paint';
import { bottomOf } from './decor';
import type { Scene } from './scene';
import { valueAt, type Cursors } from './cursors';

export interface OverlayInput {
  scene: Scene;
  from: number;
  to: number;
  hover: number | undefined;
  cursors: Cursors | undefined;
  /** Two moments. */
  selection: readonly [number, number] | undefined;
}

export function drawOverlay(ctx: Context, input: OverlayInput): void {
  const { scene, from, to, hover, cursors, selection } = input;
  const { layout, look } = scene;
  const { left, right, top, bottom } = layout;
  const end = bottomOf(layout, scene.bands.length);
  const x = (at: number) => left + ((at - from) / (to - from)) * (right - left);
  if (selection) {
    const [a, b] = [Math.max(left, x(Math.min(...selection))), Math.min(right, x(Math.max(...selection)))];
    ctx.fillStyle = look.accent;
    ctx.globalAlpha = 0.14;
    ctx.fillRect(a, top, b - a, end - top);
    ctx.globalAlpha = 1;
    ctx.strokeStyle = look.accent;
    ctx.lineWidth = 1;
    ctx.strokeRect(Math.round(a) + 0.5, top + 0.5, Math.round(b - a), end - top - 1);
  }
  if (cursors) {
    for (const [name, at] of [
      ['A', cursors.a],
      ['B', cursors.b],
    ] as const) {
      if (at < from || at > to) continue;
      const cx = Math.round(x(at)) + 0.5;
      ctx.strokeStyle = look.ink;
      ctx.lineWidth = 1;
      ctx.setLineDash(name === 'A' ? [] : [5, 3]);
      ctx.beginPath();
      ctx.moveTo(cx, top);
      ctx.lineTo(cx, end);
      ctx.stroke();
      ctx.setLineDash([]);
      dots(ctx, scene, cx, at);
    }
  }
  if (hover === undefined || hover < from || hover > to) return;
  const hx = Math.round(x(hover)) + 0.5;
  ctx.strokeStyle = look.soft;
  ctx.lineWidth = 1;
  ctx.setLineDash([2, 2]);
  ctx.beginPath();
  ctx.moveTo(hx, top);
  ctx.lineTo(hx, end);
  ctx.stroke();
  ctx.setLineDash([]);
  dots(ctx, scene, hx, hover);
  const text = momentLabel(hover, to - from);
  ctx.font = `11px ${look.font}`;
  const width = ctx.measureText(text).width + 10;
  const tx = Math.min(Math.max(left, hx - width / 2), right - width);
  const ty = Math.max(bottom, end) + 5;
  ctx.fillStyle = look.ink;
  ctx.fillRect(tx, ty, width, 16);
  ctx.fillStyle = look.card;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  ctx.fillText(text, tx + 5, ty + 8.5);
}

/** A dot on each line where a moment cuts it. */
function dots(ctx: Context, scene: Scene, x: number, at: number): void {
  const { top, bottom } = scene.layout;
  for (const line of scene.lines) {
    if (line.bars) continue;
    const value = valueAt(line, at);
    if (value === undefined) continue;
    const { low, high, colour, ground } = line.paint;
    const y = bottom - ((value - low) / (high - low)) * (bottom - top);
    if (y < top - 1 || y > bottom + 1) continue;
    ctx.beginPath();
    ctx.arc(x, y, 3.5, 0, 7);
    ctx.fillStyle = ground;
    ctx.fill();
    ctx.lineWidth = 2;
    ctx.strokeStyle = colour;
    ctx.stroke();
  }
}
