/** What can be set on a machine, and whether what a person typed may be sent. */
import { shownUnit } from '../../format/units';
import type { DeviceView } from '../../ipc/gen/DeviceView';
import type { PointView } from '../../ipc/gen/PointView';
import type { UnitSystem } from '../../ipc/gen/UnitSystem';
import type { Value } from '../../ipc/gen/Value';

/** Points that take a command, those for daily use first. */
export function settable(device: DeviceView): PointView[] {
  const order = { primary: 0, config: 1, diagnostic: 2 };
  return device.points
    .filter((point) => point.writable && point.kind !== 'binary' && !point.hidden)
    .map((point, index) => ({ point, index }))
    .sort((a, b) => order[a.point.category] - order[b.point.category] || a.index - b.index)
    .map(({ point }) => point);
}

/** What may be chosen; empty: anything. */
export function choices(point: Pick<PointView, 'command_options' | 'options'>): string[] {
  return point.command_options.length > 0 ? point.command_options : point.options;
}

export type Typed = { value: Value; problem?: undefined } | { value?: undefined; problem: string };

/** Reads a typed set point in the unit as shown; the value is in the unit as sent, kept to the point's range. */
export function readTyped(point: Pick<PointView, 'kind' | 'unit' | 'range'>, text: string, system: UnitSystem): Typed {
  const trimmed = text.trim();
  if (trimmed === '') return { problem: 'Type a value.' };
  if (point.kind !== 'number') return { value: trimmed };
  const number = Number(trimmed.replace(',', '.').replace('−', '-'));
  if (!Number.isFinite(number)) return { problem: 'Type a number.' };
  const unit = shownUnit(point.unit, system);
  const value = unit.changed ? Number(unit.back(number).toPrecision(9)) : number;
  if (point.range) {
    const [low, high] = point.range;
    // Half a digit of room, because a converted limit is rounded on screen.
    const room = unit.changed ? (high - low) * 1e-6 : 0;
    if (value < low - room || value > high + room) {
      const say = (n: number) => `${Number(unit.convert(n).toPrecision(6))}`;
      return { problem: `Between ${say(low)} and ${say(high)}${unit.unit ? ` ${unit.unit}` : ''}.` };
    }
  }
  return { value };
}
