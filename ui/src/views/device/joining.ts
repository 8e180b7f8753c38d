/** What a device is known through, and with which other one it may be joined. */
import { conventionName } from '../../format/conventions';
import type { DeviceView } from '../../ipc/gen/DeviceView';

/** `Zigbee2MQTT and Home Assistant discovery`, each convention once. */
export function knownThrough(device: Pick<DeviceView, 'sources' | 'convention'>): string {
  const codes = device.sources.length ? device.sources.map((s) => s.convention) : [device.convention];
  const names = [...new Set(codes)].map(conventionName);
  const last = names.pop() ?? '';
  return names.length ? `${names.join(', ')} and ${last}` : last;
}

/** Devices of the same broker that have every typed word in their name, place, maker or model; those in the same place first. */
export function partners(
  device: DeviceView,
  all: Iterable<DeviceView>,
  typed: string,
  path: (place: number | null) => string,
): DeviceView[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const near = (other: DeviceView) => (device.place !== null && other.place === device.place ? 0 : 1);
  return [...all]
    .filter((other) => other.id !== device.id && other.broker === device.broker)
    .filter((other) => {
      const text = [other.name, other.own_name, path(other.place), other.manufacturer, other.model]
        .join(' ')
        .toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .sort((a, b) => near(a) - near(b) || a.name.localeCompare(b.name) || a.id - b.id);
}

/** What will happen. The one that was known first stays, with its name, place and history. */
export function joinSentence(device: DeviceView, other: DeviceView): string {
  const [stays, goes] = device.id < other.id ? [device, other] : [other, device];
  return (
    `“${goes.name}” becomes part of “${stays.name}”, which was known first and keeps its name, place and history. ` +
    'Values that both have are shown once from then on. You can split them again at any time.'
  );
}

/** What a split will do. */
export function splitSentence(device: DeviceView): string {
  const count = device.sources.length === 2 ? 'two' : String(device.sources.length);
  return (
    `${knownThrough(device)} each get a device of their own: ${count} devices instead of one, with some values shown ` +
    'twice. Each goes on with the history it had alone. They stay apart until you join them.'
  );
}
