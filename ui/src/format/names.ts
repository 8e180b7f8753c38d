/** Names of points as people read them. */
import type { DeviceView } from '../ipc/gen/DeviceView';
import type { PointView } from '../ipc/gen/PointView';
import type { Role } from '../ipc/gen/Role';
import { plainWord, sentence } from './words';

const ROLES: Partial<Record<Role, string>> = {
  switch: 'On and off',
  brightness: 'Brightness',
  color_temperature: 'Colour temperature',
  color: 'Colour',
  open_close: 'Opening',
  position: 'Position',
  current_temperature: 'Temperature',
  target_temperature: 'Set point',
  target_temperature_low: 'Set point, low',
  target_temperature_high: 'Set point, high',
  current_humidity: 'Humidity',
  target_humidity: 'Humidity set point',
  fan_mode: 'Fan',
  preset_mode: 'Preset',
  battery: 'Battery',
  link_quality: 'Signal',
};

/** Roles that a name of its own already says. */
const PLAIN: ReadonlySet<Role> = new Set([
  'switch',
  'press',
  'battery',
  'charging',
  'location',
  'link_quality',
  'mode',
  'lock',
  'attribute',
]);

/** Whether a name says already what the role would add: `Left brightness`, `Target temperature`. */
function says(name: string, role: string, code: Role): boolean {
  return name.includes(role) || (code.startsWith('target_') && /\b(target|set ?point)\b/.test(name));
}

/** The point's name without its device: its own, else what it means within its entity, else its class. */
export function pointName(point: Pick<PointView, 'name' | 'role' | 'class' | 'key'>): string {
  const role = point.role === 'value' ? undefined : (ROLES[point.role] ?? sentence(plainWord(point.role)));
  if (point.name) {
    const name = sentence(point.name);
    const more = role && !PLAIN.has(point.role) && !says(name.toLowerCase(), role.toLowerCase(), point.role);
    return more ? `${name}, ${role.toLowerCase()}` : name;
  }
  return role ?? (point.class ? sentence(plainWord(point.class)) : sentence(plainWord(point.key)));
}

/** With the device in front: `Filler · Fill volume`; the device alone for its main feature. */
export function fullName(device: Pick<DeviceView, 'name'>, point: PointView): string {
  return point.name === '' && point.role === 'value' ? device.name : `${device.name} · ${pointName(point)}`;
}
