/** What the legend says of a pen: its value at the cursor or the newest, and its smallest and largest in the window. */
import type { StateSpan } from '../../ipc/gen/StateSpan';
import { bucketAt, extent, type Tail } from './align';
import { stateAt, stateWord } from './bands';
import type { Series } from './history';
import { numberLabel } from './labels';
import type { TrendPen } from './pens';
import type { Range } from './range';

export interface LegendRow {
  point: number;
  /** Number of the pen, from 1. */
  number: number;
  name: string;
  unit: string;
  /** At the cursor, or the newest. */
  value: string;
  /** Smallest and largest of the bucket at the cursor, where it holds more than one sample. */
  spread: string;
  min: string;
  max: string;
  state: boolean;
}

/** The row of a line. `series` and `tail` are in the shown unit already; `bucket` in µs. */
export function lineRow(
  pen: TrendPen,
  index: number,
  series: Series | undefined,
  tail: Tail | undefined,
  cursor: number | undefined,
  range: Range,
  gap: number,
): LegendRow {
  const say = (v: number) => numberLabel(v, pen.precision);
  const row: LegendRow = {
    point: pen.point,
    number: index + 1,
    name: pen.name,
    unit: pen.unit ?? '',
    value: '–',
    spread: '',
    min: '–',
    max: '–',
    state: false,
  };
  if (!series) return row;
  const ends = extent(series, range.from, range.to);
  if (ends) {
    row.min = say(ends[0]);
    row.max = say(ends[1]);
  }
  const last = series.time.length - 1;
  const at = cursor ?? range.to;
  if (tail && at >= tail.at) {
    row.value = say(tail.value);
    return row;
  }
  const i = bucketAt(series.time, at);
  const time = series.time[i];
  // Far behind the last bucket before a gap nothing is known: better a dash than a value that was never there.
  if (i < 0 || time === undefined || (i < last && at - time > gap)) return row;
  row.value = say((cursor === undefined ? series.last[i] : series.mean[i]) ?? NaN);
  if (cursor !== undefined && (series.count[i] ?? 0) > 1) {
    row.spread = `${say(series.min[i] ?? NaN)} … ${say(series.max[i] ?? NaN)}`;
  }
  return row;
}

/** The row of a band. */
export function bandRow(
  pen: TrendPen,
  index: number,
  spans: readonly StateSpan[],
  cursor: number | undefined,
): LegendRow {
  const span = cursor === undefined ? spans.at(-1) : stateAt(spans, cursor);
  return {
    point: pen.point,
    number: index + 1,
    name: pen.name,
    unit: '',
    value: span ? stateWord(span.value) : '–',
    spread: '',
    min: '',
    max: '',
    state: true,
  };
}

/** A series in the unit that is shown. */
export function converted(series: Series, convert: ((v: number) => number) | undefined): Series {
  if (!convert) return series;
  const each = (column: Float64Array) => column.map((v) => convert(v));
  return {
    ...series,
    min: each(series.min),
    max: each(series.max),
    mean: each(series.mean),
    last: each(series.last),
  };
}
