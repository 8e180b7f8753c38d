/** Devices by the conventions that they are known through. */
import type { DeviceView } from '../../ipc/gen/DeviceView';
import type { Realm } from '../../ipc/gen/Realm';

export interface Spoken {
  convention: string;
  devices: DeviceView[];
}

/** Every convention that a device speaks, the best description first, each once. */
export function spokenBy(device: Pick<DeviceView, 'sources' | 'convention'>): string[] {
  const codes = device.sources.length > 0 ? device.sources.map((s) => s.convention) : [device.convention];
  return [...new Set(codes)];
}

/**
 * The devices of a face by convention, the convention of most devices first. A device that several conventions describe stands with the
 * one that describes it best.
 */
export function byConvention(devices: Iterable<DeviceView>, realm: Realm, broker: number | null): Spoken[] {
  const all = new Map<string, DeviceView[]>();
  for (const device of devices) {
    if (device.realm !== realm || (broker !== null && device.broker !== broker)) continue;
    const code = spokenBy(device)[0]!;
    const list = all.get(code);
    if (list) list.push(device);
    else all.set(code, [device]);
  }
  return [...all]
    .map(([convention, list]) => ({ convention, devices: list.sort((a, b) => a.name.localeCompare(b.name)) }))
    .sort((a, b) => b.devices.length - a.devices.length || a.convention.localeCompare(b.convention));
}
