/** Pens of points: name, unit as shown, and how they are drawn. */
import { fullName } from '../../format/names';
import { shownUnit } from '../../format/units';
import type { DeviceView } from '../../ipc/gen/DeviceView';
import type { PointView } from '../../ipc/gen/PointView';
import type { UnitSystem } from '../../ipc/gen/UnitSystem';
import type { Sum, TrendPen } from '../../parts/trend/pens';
import type { PenChoice } from './address';

/** Whether it counts what flows or is made, so that what came to it in an hour or a day says something. */
export function isCounter(point: Pick<PointView, 'state_class' | 'kind'>): boolean {
  return point.kind === 'number' && (point.state_class === 'total' || point.state_class === 'total_increasing');
}

export function penOf(
  of: { device: DeviceView; point: PointView },
  system: UnitSystem,
  choice?: PenChoice | undefined,
): TrendPen {
  const { device, point } = of;
  const unit = shownUnit(point.unit, system);
  return {
    point: point.id,
    name: fullName(device, point),
    unit: unit.unit,
    precision: point.precision,
    kind: point.kind,
    limits: point.limits,
    convert: unit.changed ? unit.convert : undefined,
    // What is set or counted holds its value until the next one; a measurement moves in between.
    stepped: point.writable || isCounter(point),
    sum: choice?.sum,
    own: choice?.own,
  };
}

/** How a pen can be drawn, in words. */
export const SUM_WORDS: Readonly<Record<Sum, string>> = {
  mean: 'Mean, with the band of lowest and highest',
  range: 'Lowest to highest only',
  last: 'Last value',
  delta: 'What came to it, an hour, a day or a month a bar',
  rate: 'How fast it rose, per hour',
};

/** The ways that make sense for a point. */
export function sumsOf(point: Pick<PointView, 'state_class' | 'kind'>): Sum[] {
  if (point.kind !== 'number') return [];
  return isCounter(point) ? ['mean', 'range', 'last', 'delta', 'rate'] : ['mean', 'range', 'last'];
}
