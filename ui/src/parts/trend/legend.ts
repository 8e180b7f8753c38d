/** What the legend says of a pen: its value at the cursor or the newest, and its smallest and largest in the window. */
import type { StateSpan } from '../../ipc/gen/StateSpan';
import { stateAt, stateWord } from './bands';
import { valueAt } from './cursors';
import { numberLabel } from './labels';
import { penDash, penMarker, type Marker } from './pens';
import { extent, readingAt } from './reading';
import type { ChartPen, Scene, SceneLine } from './scene';

export interface LegendRow {
  point: number;
  /** Number of the pen, from 1. */
  number: number;
  name: string;
  unit: string;
  /** At the cursor, or the newest. */
  value: string;
  /** The value that it is compared with; empty where there is none. */
  before: string;
  /** Smallest and largest of the bucket at the cursor, where it holds more than one sample. */
  spread: string;
  min: string;
  max: string;
  state: boolean;
  dash: readonly number[] | undefined;
  marker: Marker;
}

function row({ pen, index }: ChartPen): LegendRow {
  return {
    point: pen.point,
    number: index + 1,
    name: pen.name,
    unit: pen.unit ?? '',
    value: '–',
    before: '',
    spread: '',
    min: '–',
    max: '–',
    state: false,
    dash: penDash(index),
    marker: penMarker(index),
  };
}

/** The row of a line. `cursor`: µs, none for the newest. */
export function lineRow(line: SceneLine, scene: Scene, cursor: number | undefined): LegendRow {
  const { pen } = line.pen;
  const { paint, before } = line;
  const say = (v: number | undefined) => (v === undefined ? '–' : numberLabel(v, pen.precision));
  const out = row(line.pen);
  const { from, to, now } = scene.spec;
  const at = cursor ?? Math.min(to, now);
  if (line.bars) {
    const bar = (list: { from: number; to: number; value: number }[], moment: number) =>
      list.find((b) => b.from <= moment && moment < b.to)?.value;
    const shown = (v: number | undefined) => say(v === undefined ? undefined : v * paint.factor);
    const values = line.bars.now.filter((b) => b.to > from && b.from < to).map((b) => b.value);
    out.value = shown(bar(line.bars.now, at));
    if (before) out.before = shown(bar(line.bars.before, at - before.shift));
    out.min = shown(values.length ? Math.min(...values) : undefined);
    out.max = shown(values.length ? Math.max(...values) : undefined);
    out.unit = scene.layout.axes.find((a) => a.pens.some((p) => scene.lines[p] === line))?.unit ?? out.unit;
    return out;
  }
  const shown = (v: number) => say(v * paint.factor + paint.offset);
  const ends = extent(paint.pieces, from, to);
  if (ends) {
    out.min = shown(ends[0]);
    out.max = shown(ends[1]);
  }
  out.value = say(valueAt(line, at));
  if (before) out.before = say(valueAt({ ...line, paint: before }, at));
  const reading = cursor === undefined ? undefined : readingAt(paint.pieces, cursor);
  if (reading && reading.count > 1) out.spread = `${shown(reading.min)} … ${shown(reading.max)}`;
  return out;
}

/** The row of a band. */
export function bandRow(pen: ChartPen, spans: readonly StateSpan[], cursor: number | undefined): LegendRow {
  const span = cursor === undefined ? spans.at(-1) : stateAt(spans, cursor);
  return { ...row(pen), unit: '', value: span ? stateWord(span.value) : '–', min: '', max: '', state: true };
}

/** A row for each pen, in their order; those that are hidden say nothing. */
export function rowsOf(pens: readonly ChartPen[], scene: Scene | undefined, cursor: number | undefined): LegendRow[] {
  return pens.map((pen) => {
    const line = scene?.lines.find((l) => l.pen.pen.point === pen.pen.point);
    if (scene && line) return lineRow({ ...line, pen }, scene, cursor);
    const band = scene?.bands.find((b) => b.pen.pen.point === pen.pen.point);
    if (band) return bandRow(pen, band.spans, cursor);
    return { ...row(pen), state: pen.pen.kind !== 'number' };
  });
}
