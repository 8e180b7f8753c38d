/** Short ways to describe fake devices. Ids are given in order, so the same world comes out each time. */
import type { DeviceView } from '../gen/DeviceView';
import type { PlaceView } from '../gen/PlaceView';
import type { PointView } from '../gen/PointView';
import type { Realm } from '../gen/Realm';
import type { Signal } from './signals';

/** A point and how it behaves. `every` is the seconds between its samples; `silentSince` seconds ago it stopped to speak. */
export interface FakePoint {
  view: PointView;
  signal: Signal;
  every: number;
  silentFor: number;
}

type PointOptions = Partial<Omit<PointView, 'id' | 'key' | 'kind'>> & { every?: number; silentFor?: number };

export type MakePoint = (id: number) => FakePoint;

function point(key: string, kind: PointView['kind'], signal: Signal, options: PointOptions): MakePoint {
  const { every = 5, silentFor = 0, ...rest } = options;
  return (id) => ({
    every,
    silentFor,
    signal,
    view: {
      id,
      key,
      name: '',
      entity: '',
      platform: 'sensor',
      kind,
      role: 'value',
      unit: null,
      class: null,
      state_class: null,
      range: null,
      step: null,
      precision: null,
      options: [],
      writable: false,
      command_options: [],
      code: null,
      optimistic: false,
      category: 'primary',
      hidden: false,
      icon: null,
      limits: { lo_lo: null, lo: null, hi: null, hi_hi: null },
      topic: null,
      ...rest,
    },
  });
}

export const num = (key: string, name: string, unit: string | null, signal: Signal, options: PointOptions = {}) =>
  point(key, 'number', signal, { name, unit, state_class: 'measurement', ...options });
export const bool = (key: string, name: string, signal: Signal, options: PointOptions = {}) =>
  point(key, 'bool', signal, { name, platform: 'binary_sensor', every: 30, ...options });
export const choice = (key: string, name: string, all: string[], signal: Signal, options: PointOptions = {}) =>
  point(key, 'enum', signal, { name, options: all, every: 10, ...options });
export const text = (key: string, name: string, signal: Signal, options: PointOptions = {}) =>
  point(key, 'text', signal, { name, every: 60, ...options });
export const press = (key: string, name: string, options: PointOptions = {}) =>
  point(key, 'action', () => null, {
    name,
    platform: 'button',
    role: 'press',
    writable: true,
    every: 86_400,
    ...options,
  });

export interface FakeDevice {
  view: DeviceView;
  points: FakePoint[];
}

export class Builder {
  readonly places: PlaceView[] = [];
  readonly devices: FakeDevice[] = [];
  #point = 1;

  place(name: string, kind: PlaceView['kind'], realm: Realm, parent: number | null): number {
    const id = this.places.length + 1;
    this.places.push({ id, parent, kind, realm, name, position: id });
    return id;
  }

  device(name: string, place: number | null, points: MakePoint[], extra: Partial<DeviceView> = {}): FakeDevice {
    const id = this.devices.length + 1;
    const made = points.map((make) => make(this.#point++));
    const realm = extra.realm ?? 'home';
    const slug = name.toLowerCase().replaceAll(' ', '_');
    for (const p of made) {
      p.view.topic ??= realm === 'home' ? `home/${slug}/${p.view.key}` : `spBv1.0/Berlin:Filling/DDATA/Line1/${slug}`;
    }
    const device: FakeDevice = {
      points: made,
      view: {
        id,
        broker: 1,
        place,
        realm,
        name,
        own_name: name,
        manufacturer: null,
        model: null,
        firmware: null,
        serial: null,
        url: null,
        convention: realm === 'home' ? 'homeassistant' : 'sparkplug',
        sources: [],
        via: null,
        online: true,
        last_seen: 0,
        demo: true,
        diagnoses: 0,
        position: null,
        ...extra,
        points: made.map((p) => p.view),
      },
    };
    const { view } = device;
    if (!view.sources.length) view.sources = [{ key: `${view.convention}:${slug}`, convention: view.convention }];
    this.devices.push(device);
    return device;
  }
}
