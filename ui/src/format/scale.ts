/** The honest scale of a number: the device's own range, or the whole where the unit says what that is. */
import type { PointView } from '../ipc/gen/PointView';

const WHOLES: ReadonlySet<string> = new Set(['battery', 'humidity', 'moisture', 'power_factor']);

export function scaleOf(point: Pick<PointView, 'kind' | 'range' | 'unit' | 'class' | 'role'>): [number, number] | null {
  if (point.range) return point.range;
  const whole = WHOLES.has(point.class ?? '') || ['battery', 'brightness', 'position', 'speed'].includes(point.role);
  return point.kind === 'number' && point.unit === '%' && whole ? [0, 100] : null;
}
