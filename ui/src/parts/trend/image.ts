/** The trend as a picture for a file: what is seen, with its title, its time range and its legend. */
import type { LegendRow } from './legend';
import { rangeLabel } from './labels';
import { drawMarker } from './markers';
import type { Context } from './paint';
import { drawWhole } from './stage';
import type { Scene } from './scene';

export interface ImageInput {
  scene: Scene;
  rows: readonly LegendRow[];
  title: string;
  /** Of the compared range; empty where there is none. */
  note: string;
}

const HEAD = 52;
const ROW = 20;
const MARGIN = 16;

/** Columns and rows of the legend for a width. */
export function legendGrid(count: number, width: number): { columns: number; rows: number } {
  const columns = Math.max(1, Math.min(3, Math.floor(width / 380)));
  return { columns, rows: Math.ceil(count / columns) };
}

/** Draws it all; `scale` device pixels to a CSS pixel. Answers none where the page cannot draw. */
export function imageOf(input: ImageInput, scale = 2): HTMLCanvasElement | undefined {
  const { scene, rows, title, note } = input;
  const { spec, look } = scene;
  const grid = legendGrid(rows.length, spec.width);
  const head = HEAD + (note ? 16 : 0);
  const canvas = document.createElement('canvas');
  const width = spec.width + 2 * MARGIN;
  const height = head + spec.height + grid.rows * ROW + 2 * MARGIN;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const ctx = canvas.getContext?.('2d');
  if (!ctx) return undefined;
  ctx.scale(scale, scale);
  ctx.fillStyle = look.card;
  ctx.fillRect(0, 0, width, height);
  ctx.textAlign = 'left';
  ctx.textBaseline = 'top';
  ctx.fillStyle = look.ink;
  ctx.font = `600 17px ${look.font}`;
  ctx.fillText(title, MARGIN, MARGIN - 2, spec.width);
  ctx.fillStyle = look.soft;
  ctx.font = `12px ${look.font}`;
  ctx.fillText(rangeLabel(spec.from, spec.to), MARGIN, MARGIN + 21, spec.width);
  if (note) ctx.fillText(note, MARGIN, MARGIN + 37, spec.width);
  ctx.save();
  ctx.translate(MARGIN, head);
  drawWhole(ctx, scene);
  ctx.restore();
  rows.forEach((row, i) => {
    const column = Math.floor(i / grid.rows);
    const x = MARGIN + (column * spec.width) / grid.columns;
    const y = head + spec.height + MARGIN / 2 + (i % grid.rows) * ROW;
    drawRow(ctx, row, x, y, spec.width / grid.columns - 12, scene);
  });
  return canvas;
}

function drawRow(ctx: Context, row: LegendRow, x: number, y: number, width: number, { look }: Scene): void {
  const colour = look.pen(row.number - 1);
  ctx.strokeStyle = colour;
  ctx.fillStyle = colour;
  if (!row.state) {
    ctx.lineWidth = 1.8;
    ctx.setLineDash((row.dash ?? []) as number[]);
    ctx.beginPath();
    ctx.moveTo(x + 22, y + 8);
    ctx.lineTo(x + 58, y + 8);
    ctx.stroke();
    ctx.setLineDash([]);
    drawMarker(ctx, row.marker, x + 40, y + 8, 3.4, look.card);
  }
  ctx.fillStyle = row.state ? look.soft : colour;
  ctx.fillRect(x, y + 1, 16, 14);
  ctx.textBaseline = 'middle';
  ctx.fillStyle = look.card;
  ctx.font = `600 10px ${look.font}`;
  ctx.textAlign = 'center';
  ctx.fillText(String(row.number), x + 8, y + 8.5);
  ctx.textAlign = 'left';
  ctx.font = `12px ${look.font}`;
  ctx.fillStyle = look.ink;
  const values = row.state ? row.value : `${row.min} … ${row.max}${row.unit ? ` ${row.unit}` : ''}`;
  ctx.fillText(`${row.name}   ${values}`, x + 64, y + 8.5, Math.max(40, width - 64));
}

/** The bytes of a canvas as a PNG. */
export function pngOf(canvas: HTMLCanvasElement): Promise<ArrayBuffer> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob) blob.arrayBuffer().then(resolve, reject);
      else reject(new Error('The picture could not be made; the chart may be too large.'));
    }, 'image/png');
  });
}
