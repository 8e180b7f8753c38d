/** A value of a point as people read it. */
import type { PointView } from '../ipc/gen/PointView';
import type { UnitSystem } from '../ipc/gen/UnitSystem';
import type { Value } from '../ipc/gen/Value';
import { digitsFor, fixed, NO_NUMBER } from './numbers';
import { moment } from './times';
import { shownUnit } from './units';
import { booleanWord, plainWord } from './words';

/** Text and unit apart, because the unit is smaller and softer. */
export interface Shown {
  text: string;
  /** None for words. */
  unit: string | null;
}

type Described = Pick<PointView, 'kind' | 'unit' | 'class' | 'precision' | 'range'> & Partial<Pick<PointView, 'step'>>;

/** Digits that a step asks for: what is set by whole amperes shows none. Null where it says nothing or the value has more. */
function stepDigits(point: Described, value: number, converted: boolean): number | null {
  const { step } = point;
  if (converted || !step || !(step > 0)) return null;
  const even = (of: number, digits: number) => Math.abs(of * 10 ** digits - Math.round(of * 10 ** digits)) < 1e-6;
  for (let digits = 0; digits < 4; digits++) if (even(step, digits)) return even(value, digits) ? digits : null;
  return null;
}

/** How many digits a number of this point gets, in the unit as shown. */
export function digitsOf(point: Described, system: UnitSystem, value: number): number {
  const shown = shownUnit(point.unit, system);
  return digitsFor(value, shown.unit, point.precision ?? stepDigits(point, value, shown.changed), point.range);
}

/** A value as text and unit. `now` is for points that hold a time. */
export function formatValue(point: Described, value: Value, system: UnitSystem, now = Date.now() * 1000): Shown {
  if (value === null) return { text: NO_NUMBER, unit: null };
  if (typeof value === 'boolean') return { text: booleanWord(value, point.class), unit: null };
  if (typeof value === 'number') {
    if (point.kind === 'bool') return { text: booleanWord(value !== 0, point.class), unit: null };
    const shown = shownUnit(point.unit, system);
    const converted = shown.convert(value);
    const digits = digitsFor(
      converted,
      shown.unit,
      point.precision ?? stepDigits(point, value, shown.changed),
      point.range,
    );
    return { text: fixed(converted, digits), unit: shown.unit };
  }
  if (point.kind === 'time' || point.class === 'timestamp') {
    const at = Date.parse(value);
    if (Number.isFinite(at)) return { text: moment(at * 1000, now), unit: null };
  }
  return { text: value === '' ? NO_NUMBER : plainWord(value), unit: null };
}

/** In one string, for titles, tooltips and alarm lines: `21.4 °C`. Per cent and degrees keep their space, too. */
export function valueText(point: Described, value: Value, system: UnitSystem, now?: number): string {
  const { text, unit } = formatValue(point, value, system, now);
  return unit ? `${text} ${unit}` : text;
}
