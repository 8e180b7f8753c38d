/** The two cursors and what lies between them. */
import { between, type Between } from './reading';
import { lengthLabel, numberLabel } from './labels';
import type { Scene, SceneLine } from './scene';
import { readingAt } from './reading';
import { doubtAt } from './gaps';
import { isCounted } from './pens';

/** Moments in µs. */
export interface Cursors {
  a: number;
  b: number;
}

/** Where they stand when they are switched on. */
export function placed(from: number, to: number): Cursors {
  const span = to - from;
  return { a: from + span * 0.35, b: from + span * 0.65 };
}

/** What a pen says at both cursors and between them, in words. */
export interface DeltaRow {
  point: number;
  number: number;
  name: string;
  unit: string;
  a: string;
  b: string;
  delta: string;
  min: string;
  mean: string;
  max: string;
  /** Value times hours, with its unit: W become Wh. */
  integral: string;
}

/** The value of a line at a moment, as shown; none where nothing is known. */
export function valueAt(line: SceneLine, at: number): number | undefined {
  const { paint } = line;
  const moment = at - paint.shift;
  const tail = paint.tail.findLast((t) => t.at <= moment);
  const doubt = doubtAt(paint.doubts, moment);
  if (doubt && (doubt.quality === 'stale' || doubt.quality === 'bad')) return undefined;
  if (paint.until !== undefined && moment > paint.until) return undefined;
  const reading = readingAt(paint.pieces, moment, paint.sum === 'last' || paint.stepped);
  const value = tail && (!reading || tail.at > reading.at) ? tail.value : (reading?.value ?? paint.held);
  return value === undefined ? undefined : value * paint.factor + paint.offset;
}

/** What an hour of a unit is called where it has a name. */
const HOURS: Record<string, string> = { W: 'Wh', kW: 'kWh', A: 'Ah', 'l/h': 'l', 'm³/h': 'm³', '/h': '' };

function integralLabel(total: Between, line: SceneLine, precision: number | null): string {
  const { factor, offset } = line.paint;
  const unit = line.pen.pen.unit ?? '';
  const hours = (total.integral * factor + offset * total.known) / 3600e6;
  return `${numberLabel(hours, precision === null ? null : Math.max(precision, 2))} ${HOURS[unit] ?? `${unit}·h`}`.trim();
}

/** The row of a line. */
export function deltaRow(line: SceneLine, { a, b }: Cursors): DeltaRow {
  const { pen, index } = line.pen;
  const { paint } = line;
  const [va, vb] = [valueAt(line, a), valueAt(line, b)];
  const [from, to] = [Math.min(a, b), Math.max(a, b)];
  const total = isCounted(pen) ? undefined : between(paint.pieces, from, to, paint.doubts, paint.held);
  const say = (v: number | undefined) => (v === undefined ? '–' : numberLabel(v, pen.precision));
  const shown = (v: number | undefined) => say(v === undefined ? undefined : v * paint.factor + paint.offset);
  const delta = va === undefined || vb === undefined ? undefined : vb - va;
  return {
    point: pen.point,
    number: index + 1,
    name: pen.name,
    unit: pen.unit ?? '',
    a: say(va),
    b: say(vb),
    delta: delta === undefined ? '–' : `${delta > 0 ? '+' : ''}${say(delta)}`,
    min: shown(total?.min),
    mean: shown(total?.mean),
    max: shown(total?.max),
    integral: total ? integralLabel(total, line, pen.precision) : '–',
  };
}

/** The rows of a scene. */
export function deltasOf(scene: Scene, cursors: Cursors): DeltaRow[] {
  return scene.lines.map((line) => deltaRow(line, cursors));
}

/** `B − A: 4 min 10 s`, with how often a second that comes where it is short. */
export function spanLabel({ a, b }: Cursors): string {
  const hertz = Math.abs(b - a) < 10e6 && a !== b ? ` (${numberLabel(1e6 / Math.abs(b - a), null)} Hz)` : '';
  return `${lengthLabel(b - a)}${hertz}`;
}

/** Moves a cursor by pixels with a key; none where the key is not one of its. `px`: µs a pixel. */
export function nudged(
  at: number,
  key: string,
  px: number,
  far: boolean,
  from: number,
  to: number,
): number | undefined {
  const step = px * (far ? 20 : 1);
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return at - step;
    case 'ArrowRight':
    case 'ArrowUp':
      return at + step;
    case 'Home':
      return from;
    case 'End':
      return to;
    default:
      return undefined;
  }
}
