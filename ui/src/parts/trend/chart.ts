/** From pens and their data to what uPlot wants: options, scales, bands, limits, the pens' numbers at their line's end. */
import uPlot from './uplot';
import { axesOf, axisRange, limitValues, type ValueAxis } from './axis';
import { numberLabel, timeLabels } from './labels';
import { penDash, type TrendPen } from './pens';

/** Colours and type taken from the theme when the chart is made. */
export interface ChartLook {
  soft: string;
  line: string;
  ink: string;
  card: string;
  font: string;
  pen: (index: number) => string;
}

/** A line of the chart: the pen and its number among all pens of the trend (bands included). */
export interface ChartPen {
  pen: TrendPen;
  index: number;
}

export interface ChartInput {
  pens: readonly ChartPen[];
  width: number;
  height: number;
  look: ChartLook;
  /** The window in seconds; read at each draw, so that the chart always shows the window of its owner. */
  range: () => [number, number];
  /** Where the plot lies within the chart after each draw, CSS pixels from either side. */
  onplot: (left: number, right: number) => void;
}

const AXIS_FONT_PX = 11;

/** A round step for the ends of an axis, so that a live axis does not creep with each sample. */
export function roundOut(low: number, high: number): [number, number] {
  const span = high - low;
  if (!(span > 0)) return [low, high];
  const power = 10 ** Math.floor(Math.log10(span));
  const step = (span / power < 2 ? 0.1 : span / power < 5 ? 0.2 : 0.5) * power;
  return [Math.floor(low / step) * step, Math.ceil(high / step) * step];
}

function limitsOf(pens: readonly ChartPen[], axis: ValueAxis): number[] {
  return axis.pens.flatMap((p) => {
    const pen = pens[p]?.pen;
    return pen ? limitValues(pen.limits).map((l) => pen.convert?.(l) ?? l) : [];
  });
}

export function chartOptions(input: ChartInput): uPlot.Options {
  const { pens, look } = input;
  const axes = axesOf(pens.map(({ pen }) => pen));
  const font = `${AXIS_FONT_PX}px ${look.font}`;
  const withLimits = pens.length <= 2;
  const scales: uPlot.Scales = { x: { time: true, range: () => input.range() } };
  for (const axis of axes) {
    const limits = withLimits ? limitsOf(pens, axis) : [];
    scales[axis.key] = {
      range: (_u, min, max) => roundOut(...axisRange((min as number | null) === null ? undefined : [min, max], limits)),
    };
  }
  const series: uPlot.Series[] = [{}];
  const bands: uPlot.Band[] = [];
  pens.forEach(({ pen, index }, p) => {
    const scale = axes.find((a) => a.pens.includes(p))?.key ?? 'y';
    const stroke = look.pen(index);
    const paths = pen.stepped ? uPlot.paths.stepped?.({ align: 1 }) : undefined;
    const dash = penDash(index);
    series.push({
      scale,
      stroke,
      width: 1.5,
      ...(dash ? { dash } : {}),
      points: { size: 4 },
      ...(paths ? { paths } : {}),
    });
    const edge = { scale, stroke: 'transparent', width: 0, points: { show: false } };
    series.push({ ...edge, ...(paths ? { paths } : {}) }, { ...edge, ...(paths ? { paths } : {}) });
    const mean = 1 + p * 3;
    bands.push({ series: [mean + 2, mean + 1], fill: stroke + (pens.length > 2 ? '1c' : '2e') });
  });
  const valueAxes: uPlot.Axis[] = axes.map((axis, i) => ({
    scale: axis.key,
    side: axis.side === 'left' ? 3 : 1,
    stroke: axis.pens.length === 1 ? look.pen(pens[axis.pens[0] ?? 0]?.index ?? 0) : look.soft,
    font,
    gap: 4,
    ticks: { show: false },
    grid: { show: i === 0, stroke: look.line, width: 1 },
    ...(axis.unit ? { label: axis.unit, labelFont: font, labelSize: 16, labelGap: 0 } : {}),
    values: (_u, splits) => axisLabels(splits),
    size: (u, values) => axisSize(u, values, font),
  }));
  return {
    width: input.width,
    height: input.height,
    legend: { show: false },
    padding: [10, axes.length > 1 ? 0 : 14, 0, axes.length > 0 ? 0 : 14],
    scales,
    series,
    bands,
    axes: [
      {
        stroke: look.soft,
        font,
        gap: 4,
        size: 42,
        ticks: { stroke: look.line, width: 1, size: 4 },
        grid: { stroke: look.line, width: 1 },
        space: 70,
        values: (_u, splits, _axis, _space, step) => timeLabels(splits, step),
      },
      ...valueAxes,
    ],
    cursor: { drag: { x: false, y: false, setScale: false }, y: false, points: { size: 6 } },
    hooks: {
      draw: [
        (u) => {
          const left = u.bbox.left / devicePixelRatio;
          input.onplot(left, u.width - left - u.bbox.width / devicePixelRatio);
          if (withLimits) drawLimits(u, input, axes);
          if (pens.length > 1) drawNumbers(u, input);
        },
      ],
    },
  };
}

/** Labels of a value axis: as many digits as its steps need, the same for all. */
export function axisLabels(splits: readonly number[]): string[] {
  const step = splits.length > 1 ? Math.abs((splits[1] ?? 0) - (splits[0] ?? 0)) : 1;
  const digits = Math.max(0, Math.min(6, -Math.floor(Math.log10(step || 1) + 1e-9)));
  return splits.map((v) => numberLabel(v, digits));
}

function axisSize(u: uPlot, values: string[] | null, font: string): number {
  const longest = (values ?? []).reduce((a, b) => (b.length > a.length ? b : a), '');
  u.ctx.save();
  u.ctx.font = font;
  const width = u.ctx.measureText(longest).width;
  u.ctx.restore();
  return Math.ceil(Math.max(width, 18)) + 10;
}

/** Dashed lines where the limits are, with their names at the left. */
function drawLimits(u: uPlot, input: ChartInput, axes: readonly ValueAxis[]): void {
  const { ctx, bbox } = u;
  const px = devicePixelRatio;
  ctx.save();
  ctx.font = `${10 * px}px ${input.look.font}`;
  input.pens.forEach(({ pen }, p) => {
    const axis = axes.find((a) => a.pens.includes(p));
    if (!axis || !pen.limits || u.series[1 + p * 3]?.show === false) return;
    const names = { lo_lo: 'LL', lo: 'L', hi: 'H', hi_hi: 'HH' } as const;
    for (const key of ['lo_lo', 'lo', 'hi', 'hi_hi'] as const) {
      const raw = pen.limits[key];
      if (raw === null) continue;
      const y = Math.round(u.valToPos(pen.convert?.(raw) ?? raw, axis.key, true));
      if (y < bbox.top || y > bbox.top + bbox.height) continue;
      ctx.strokeStyle = input.look.soft;
      ctx.setLineDash([2 * px, 3 * px]);
      ctx.lineWidth = px;
      ctx.beginPath();
      ctx.moveTo(bbox.left, y + 0.5);
      ctx.lineTo(bbox.left + bbox.width, y + 0.5);
      ctx.stroke();
      ctx.fillStyle = input.look.soft;
      ctx.textBaseline = 'bottom';
      ctx.textAlign = 'left';
      ctx.fillText(names[key], bbox.left + 3 * px, y - px);
    }
  });
  ctx.restore();
}

/** The number of each pen at the end of its line, moved apart where they would cover each other. */
function drawNumbers(u: uPlot, input: ChartInput): void {
  const { ctx, bbox } = u;
  const px = devicePixelRatio;
  const tags: { y: number; x: number; text: string; colour: string }[] = [];
  input.pens.forEach(({ index }, p) => {
    const s = u.series[1 + p * 3];
    const column = u.data[1 + p * 3];
    if (!s || s.show === false || !column || s.scale === undefined) return;
    const [from, to] = input.range();
    for (let i = column.length - 1; i >= 0; i--) {
      const value = column[i];
      const time = u.data[0][i];
      if (value === null || value === undefined || time === undefined || time > to) continue;
      if (time < from) return;
      tags.push({
        x: Math.min(u.valToPos(time, 'x', true), bbox.left + bbox.width - 8 * px),
        y: u.valToPos(value, s.scale, true),
        text: String(index + 1),
        colour: input.look.pen(index),
      });
      return;
    }
  });
  tags.sort((a, b) => a.y - b.y);
  const size = 14 * px;
  for (let i = 1; i < tags.length; i++) {
    const above = tags[i - 1];
    const tag = tags[i];
    if (above && tag && tag.y - above.y < size) tag.y = above.y + size;
  }
  ctx.save();
  ctx.font = `600 ${10 * px}px ${input.look.font}`;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  for (const tag of tags) {
    const y = Math.min(Math.max(tag.y, bbox.top + size / 2), bbox.top + bbox.height - size / 2);
    ctx.fillStyle = tag.colour;
    ctx.fillRect(tag.x - size / 2, y - size / 2, size, size);
    ctx.fillStyle = input.look.card;
    ctx.fillText(tag.text, tag.x, y + px / 2);
  }
  ctx.restore();
}
