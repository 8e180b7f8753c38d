/** The markers of the pens: shapes that are told apart at three pixels. */
import type { Marker } from './pens';

type Context = CanvasRenderingContext2D;

/** Draws a marker about a place; `size`: half its width. Fill and stroke are the pen's. */
export function drawMarker(ctx: Context, marker: Marker, x: number, y: number, size: number, ground: string): void {
  const s = size;
  ctx.beginPath();
  switch (marker) {
    case 'square':
      ctx.rect(x - s * 0.9, y - s * 0.9, s * 1.8, s * 1.8);
      break;
    case 'triangle':
      polygon(ctx, [x, y - s * 1.2, x + s * 1.15, y + s * 0.9, x - s * 1.15, y + s * 0.9]);
      break;
    case 'fall':
      polygon(ctx, [x, y + s * 1.2, x + s * 1.15, y - s * 0.9, x - s * 1.15, y - s * 0.9]);
      break;
    case 'diamond':
      polygon(ctx, [x, y - s * 1.3, x + s * 1.3, y, x, y + s * 1.3, x - s * 1.3, y]);
      break;
    case 'cross':
    case 'plus': {
      const [a, b] = marker === 'cross' ? [s, s] : [s * 1.3, 0];
      ctx.lineWidth = 1.8;
      ctx.moveTo(x - a, y - b);
      ctx.lineTo(x + a, y + b);
      ctx.moveTo(x - b, y + a);
      ctx.lineTo(x + b, y - a);
      ctx.stroke();
      return;
    }
    case 'ring':
      ctx.arc(x, y, s, 0, 7);
      ctx.fillStyle = ground;
      ctx.fill();
      ctx.lineWidth = 1.5;
      ctx.stroke();
      ctx.fillStyle = ctx.strokeStyle;
      return;
    case 'disc':
      ctx.arc(x, y, s, 0, 7);
      break;
  }
  ctx.fill();
}

function polygon(ctx: Context, points: readonly number[]): void {
  ctx.moveTo(points[0]!, points[1]!);
  for (let i = 2; i < points.length; i += 2) ctx.lineTo(points[i]!, points[i + 1]!);
  ctx.closePath();
}
