/** Pens of points: name, unit as shown, and how they are drawn. */
import { fullName } from '../../format/names';
import { shownUnit } from '../../format/units';
import type { DeviceView } from '../../ipc/gen/DeviceView';
import type { PointView } from '../../ipc/gen/PointView';
import type { UnitSystem } from '../../ipc/gen/UnitSystem';
import type { TrendPen } from '../../parts/trend/pens';

export function penOf(of: { device: DeviceView; point: PointView }, system: UnitSystem): TrendPen {
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
    stepped: point.writable || point.state_class === 'total' || point.state_class === 'total_increasing',
  };
}
