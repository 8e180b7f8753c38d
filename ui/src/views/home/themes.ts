/** What the home shows as a theme of its own rather than as a tile: the car, what a person wears, the weather outside. */
import type { DeviceView } from '../../ipc/gen/DeviceView';
import type { PointView } from '../../ipc/gen/PointView';

function find(device: DeviceView, test: (text: string, point: PointView) => boolean): PointView | undefined {
  return device.points.find((p) => !p.hidden && test(`${p.key} ${p.name}`.toLowerCase().replaceAll('_', ' '), p));
}

export interface Car {
  device: DeviceView;
  battery: PointView;
  range: PointView | undefined;
  charging: PointView | undefined;
  power: PointView | undefined;
  location: PointView | undefined;
}

/** A device is a car if it has a battery and tells how far that goes or how far it went. */
export function carOf(device: DeviceView): Car | undefined {
  if (device.realm !== 'home') return undefined;
  const range = find(device, (t, p) => p.kind === 'number' && /\brange\b/.test(t) && /^(km|mi)$/.test(p.unit ?? ''));
  const odometer = find(device, (t) => /odometer|mileage/.test(t));
  const battery =
    find(device, (_, p) => p.kind === 'number' && p.role === 'battery') ??
    find(device, (t, p) => p.kind === 'number' && (p.class === 'battery' || /battery|soc|state of charge/.test(t)));
  if (!battery || !(range ?? odometer)) return undefined;
  return {
    device,
    battery,
    range,
    charging: chargingOf(device),
    power: find(device, (_, p) => p.kind === 'number' && p.class === 'power'),
    location: find(device, (_, p) => p.role === 'location' || p.platform === 'device_tracker'),
  };
}

/**
 * Whether it charges: what the convention says it is, else what is on or off or one of several words and is named so. A free text with the
 * word in its name (a plan of charging, the last charging place) says something else.
 */
function chargingOf(device: DeviceView): PointView | undefined {
  return (
    find(device, (_, p) => p.role === 'charging') ??
    find(device, (_, p) => p.kind === 'bool' && p.class === 'battery_charging') ??
    find(device, (t, p) => p.kind === 'bool' && !p.writable && /\b(is )?charging$/.test(t)) ??
    find(device, (t, p) => p.kind === 'enum' && !p.writable && /\bcharging\b/.test(t))
  );
}

export interface Wearable {
  device: DeviceView;
  heart: PointView;
  resting: PointView | undefined;
  steps: PointView | undefined;
  extra: PointView[];
}

/** A device is a wearable if it tells a heart rate. */
export function wearableOf(device: DeviceView): Wearable | undefined {
  if (device.realm !== 'home') return undefined;
  const heart = find(
    device,
    (t, p) => p.kind === 'number' && !/resting/.test(t) && (p.unit === 'bpm' || /heart ?rate|pulse/.test(t)),
  );
  if (!heart) return undefined;
  const resting = find(device, (t, p) => p.kind === 'number' && /resting/.test(t));
  const steps = find(device, (t, p) => p.kind === 'number' && (p.unit === 'steps' || /\bsteps\b/.test(t)));
  const extra = device.points.filter(
    (p) => p.category === 'primary' && !p.hidden && p.kind === 'number' && p !== heart && p !== resting && p !== steps,
  );
  return { device, heart, resting, steps, extra: extra.slice(0, 2) };
}

const OUTSIDE = /outside|outdoor|garden|weather|balcony|terrace|patio|yard/i;

/** The temperature outside, by the names of devices and their places. */
export function outsideOf(
  devices: Iterable<DeviceView>,
  placeName: (place: number | null) => string,
): PointView | undefined {
  let found: PointView | undefined;
  for (const device of devices) {
    if (device.realm !== 'home' || !OUTSIDE.test(`${device.name} ${placeName(device.place)}`)) continue;
    const point = device.points.find((p) => p.class === 'temperature' && p.kind === 'number' && !p.hidden);
    if (point && (!found || device.online)) found = point;
  }
  return found;
}

/** The temperature and humidity that speak for a room: of a thing that is there to measure the air, not of a fridge. */
export function airOf(devices: readonly DeviceView[]): { temperature?: PointView; humidity?: PointView } {
  const air: { temperature?: PointView; humidity?: PointView } = {};
  const primary = (d: DeviceView, cls: string) =>
    d.points.find((p) => p.class === cls && p.kind === 'number' && p.category === 'primary' && !p.hidden);
  for (const device of devices) {
    const temperature = primary(device, 'temperature');
    const humidity = primary(device, 'humidity');
    if (temperature && humidity) {
      air.temperature ??= temperature;
      air.humidity ??= humidity;
    }
  }
  if (!air.temperature) {
    // A boiler's temperature is its water's.
    const found = devices
      .flatMap((d) => d.points)
      .find((p) => p.role === 'current_temperature' && p.platform !== 'water_heater');
    if (found) air.temperature = found;
  }
  return air;
}
