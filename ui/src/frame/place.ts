/** Which title, path and face a page has. */
import type { Realm } from '../ipc/gen/Realm';
import { pointName } from '../format/names';
import { greeting } from '../format/times';
import type { model as Model } from '../live/model.svelte';
import { href, type Address } from '../router.svelte';

export interface Crumb {
  name: string;
  href: string;
}

export interface Where {
  title: string;
  crumbs: Crumb[];
  /** None: the face stays as it was. */
  face: Realm | undefined;
}

const TOP: Record<Realm, Crumb> = {
  home: { name: 'Home', href: href('home') },
  plant: { name: 'Plant', href: href('plant') },
};

/** Title, path and face of an address. */
export function whereIs(
  address: Pick<Address, 'name' | 'id'>,
  model: Pick<typeof Model, 'places' | 'devices' | 'device' | 'point' | 'ancestors'>,
  now: number,
): Where {
  switch (address.name) {
    case 'home':
      return { title: greeting(now), crumbs: [], face: 'home' };
    case 'plant':
      return { title: 'Plant', crumbs: [], face: 'plant' };
    case 'room':
    case 'line': {
      const place = model.places.get(address.id);
      const face = address.name === 'room' ? 'home' : 'plant';
      if (!place) return { title: address.name === 'room' ? 'Room' : 'Line', crumbs: [TOP[face]], face };
      return { title: place.name, crumbs: placeCrumbs(place.parent, face, model), face };
    }
    case 'device': {
      const device = model.device(address.id);
      if (!device) return { title: 'Device', crumbs: [], face: undefined };
      return { title: device.name, crumbs: placeCrumbs(device.place, device.realm, model), face: device.realm };
    }
    case 'point': {
      const found = model.point(address.id);
      if (!found) return { title: 'Point', crumbs: [], face: undefined };
      const { device, point } = found;
      return {
        title: pointName(point),
        crumbs: [
          ...placeCrumbs(device.place, device.realm, model),
          { name: device.name, href: href('device', device.id) },
        ],
        face: device.realm,
      };
    }
    case 'alarms':
      return { title: 'Alarms', crumbs: [], face: undefined };
    case 'trends':
      return { title: 'Trends', crumbs: [], face: undefined };
    case 'explore':
      return { title: 'Explore', crumbs: [], face: undefined };
    case 'teach':
      return { title: 'Teach', crumbs: [{ name: 'Explore', href: href('explore') }], face: undefined };
    case 'settings':
      return { title: 'Settings', crumbs: [], face: undefined };
  }
}

/** The face at the top, then each place; rooms and lines have pages, what is above them has none of its own. */
function placeCrumbs(place: number | null, face: Realm, model: Pick<typeof Model, 'ancestors'>): Crumb[] {
  const steps = model
    .ancestors(place)
    .filter((p) => p.kind !== 'home')
    .map((p): Crumb => {
      if (p.kind === 'line') return { name: p.name, href: href('line', p.id) };
      if (p.realm === 'home') return { name: p.name, href: href('room', p.id) };
      return { name: p.name, href: href('plant') };
    });
  return [TOP[face], ...steps];
}
