/** Places, devices and points as the engine knows them, kept up to date by revision. */
import { call } from '../ipc/client';
import type { DeviceView } from '../ipc/gen/DeviceView';
import type { ModelView } from '../ipc/gen/ModelView';
import type { PlaceView } from '../ipc/gen/PlaceView';
import type { PointView } from '../ipc/gen/PointView';
import { asTrouble, type TroubleError } from '../ipc/trouble';
import { oneAtATime, onRevision } from './revisions';

/** A point and the device it belongs to. */
export interface PointOf {
  device: DeviceView;
  point: PointView;
}

class Model {
  /** By id. Replaced whole with each change. */
  devices: ReadonlyMap<number, DeviceView> = $state.raw(new Map());
  /** By id, in the order the engine gives (position among siblings). */
  places: ReadonlyMap<number, PlaceView> = $state.raw(new Map());
  /** The first answer came. */
  loaded = $state.raw(false);
  /** Why the last question failed. */
  trouble: TroubleError | undefined = $state.raw();

  #rev = 0;
  #points = $derived.by(() => {
    const all = new Map<number, PointOf>();
    for (const device of this.devices.values()) for (const point of device.points) all.set(point.id, { device, point });
    return all;
  });
  #byPlace = $derived.by(() => {
    const all = new Map<number, DeviceView[]>();
    for (const device of this.devices.values()) {
      if (device.place === null) continue;
      const list = all.get(device.place);
      if (list) list.push(device);
      else all.set(device.place, [device]);
    }
    for (const list of all.values()) list.sort(byPosition);
    return all;
  });

  device(id: number): DeviceView | undefined {
    return this.devices.get(id);
  }

  point(id: number): PointOf | undefined {
    return this.#points.get(id);
  }

  /** Names from the top down: `Berlin › Filling › Line 2`; the home itself is left out of a room's path. */
  path(place: number | null): string {
    return this.ancestors(place)
      .filter((p, i, all) => p.kind !== 'home' || all.length === 1)
      .map((p) => p.name)
      .join(' › ');
  }

  /** A place and all above it, the topmost first. */
  ancestors(place: number | null): PlaceView[] {
    const all: PlaceView[] = [];
    for (let id = place; id !== null;) {
      const found: PlaceView | undefined = this.places.get(id);
      if (!found || all.includes(found)) break;
      all.unshift(found);
      id = found.parent;
    }
    return all;
  }

  /** Devices that stand directly in a place, in flow order, then by name. */
  inPlace(place: number): readonly DeviceView[] {
    return this.#byPlace.get(place) ?? [];
  }

  /** Asks for what changed. */
  refresh = oneAtATime(async () => {
    try {
      this.apply(await call('model', { since: this.#rev }));
      this.trouble = undefined;
    } catch (problem) {
      this.trouble = asTrouble(problem);
    }
  });

  /** Takes an answer in. */
  apply(view: ModelView): void {
    this.#rev = view.rev;
    if (view.full || view.places_changed) {
      this.places = new Map([...view.places].sort(byOrder).map((p) => [p.id, p]));
    }
    if (view.full || view.devices.length > 0 || view.removed.length > 0) {
      const devices = view.full ? new Map<number, DeviceView>() : new Map(this.devices);
      for (const device of view.devices) devices.set(device.id, device);
      for (const id of view.removed) devices.delete(id);
      this.devices = devices;
    }
    this.loaded = true;
  }
}

function byOrder(a: PlaceView, b: PlaceView): number {
  return a.position - b.position || a.name.localeCompare(b.name) || a.id - b.id;
}

function byPosition(a: DeviceView, b: DeviceView): number {
  return (a.position ?? 1e9) - (b.position ?? 1e9) || a.name.localeCompare(b.name) || a.id - b.id;
}

export const model = new Model();

onRevision('model', () => void model.refresh());
