/** Where everything stands in a chart, in CSS pixels: axes left and right, the plot, the bands of states, the time axis. */
import { axisLabels, numberLabel } from './labels';
import { MOST_AXES, valueTicks, type ValueAxis } from './axis';

/** An axis with its place and its ends. */
export interface PlacedAxis extends ValueAxis {
  low: number;
  high: number;
  /** Where its numbers end (left) or begin (right). */
  x: number;
  width: number;
  /** The unit and which pens stand on it. */
  title: string;
  ticks: number[];
  labels: string[];
}

export interface Layout {
  width: number;
  height: number;
  left: number;
  right: number;
  top: number;
  /** End of the plot. */
  bottom: number;
  /** Tops of the bands, in their order. */
  bands: number[];
  axes: PlacedAxis[];
}

export const AXIS_PX = 11;
export const LANE = 17;
export const BAND = 18;
const BAND_NAME = 15;
const TIME_AXIS = 36;
const DIGIT = 6.4;

/** Height of a band with its name; many bands have their number alone. */
export function bandStep(count: number): number {
  return count > 5 ? BAND + 3 : BAND + BAND_NAME + 2;
}

export interface LayoutInput {
  width: number;
  height: number;
  axes: readonly (ValueAxis & { low: number; high: number })[];
  /** The numbers of the pens of an axis. */
  numbers: (axis: ValueAxis) => readonly number[];
  bands: number;
  /** Rows of alarm periods at the top. */
  lanes: number;
}

export function layoutOf(input: LayoutInput): Layout {
  const { width, height } = input;
  const drawn = input.axes.slice(0, MOST_AXES);
  const step = bandStep(input.bands);
  const top = (drawn.length ? 20 : 6) + input.lanes * LANE;
  const bandHeight = input.bands ? input.bands * step + 4 : 0;
  const bottom = Math.max(top + (drawn.length ? 30 : 0), height - TIME_AXIS - bandHeight);
  let [left, right] = [drawn.length ? 0 : input.bands > 5 ? 26 : 12, 0];
  const axes: PlacedAxis[] = [];
  for (const axis of drawn) {
    const ticks = valueTicks(axis.low, axis.high, bottom - top);
    const labels = axisLabels(ticks);
    const title = axisTitle(axis, input.numbers(axis), drawn.length > 1);
    const longest = Math.max(2, ...labels.map((l) => l.length), Math.min(10, title.length));
    const own = Math.ceil(longest * DIGIT + 10);
    const x = axis.side === 'left' ? left + own : right + own;
    if (axis.side === 'left') left = x;
    else right = x;
    axes.push({ ...axis, title, ticks, labels, width: own, x });
  }
  right = Math.max(right, 14);
  left = Math.max(left, 12);
  for (const axis of axes) axis.x = axis.side === 'left' ? axis.x - 5 : width - axis.x + 6;
  const bands = Array.from({ length: input.bands }, (_v, i) => bottom + 4 + i * step + (step - BAND - 2));
  return { width, height, left, right: width - right, top, bottom, bands, axes };
}

/** Which pens an axis is of: by number where there are several axes, since a colour alone would not say. */
export function axisTitle(axis: Pick<ValueAxis, 'unit'>, numbers: readonly number[], several: boolean): string {
  if (!several) return axis.unit;
  const list = numbers.length > 2 ? `${numbers[0]},${numbers[1]}…` : numbers.join(',');
  const text = `${axis.unit} ${list}`.trim();
  return text.length > 12 ? axis.unit || list : text;
}

/** The ends of an axis in words, for those who do not see it. */
export function axisWords(axis: { low: number; high: number; unit: string }): string {
  return `${numberLabel(axis.low, null)} to ${numberLabel(axis.high, null)}${axis.unit ? ` ${axis.unit}` : ''}`;
}
