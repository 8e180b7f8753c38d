/** Places that a device can be moved to. */
import type { PlaceView } from '../../ipc/gen/PlaceView';
import type { Realm } from '../../ipc/gen/Realm';

/** Rooms of the home, or everything of the plant that machines stand in, by path. */
export function placesFor(
  places: Iterable<PlaceView>,
  realm: Realm,
  path: (id: number) => string,
): { id: number; path: string }[] {
  return [...places]
    .filter((p) => p.realm === realm && (realm === 'plant' || p.kind === 'room' || p.kind === 'floor'))
    .map((p) => ({ id: p.id, path: path(p.id) || p.name }))
    .sort((a, b) => a.path.localeCompare(b.path));
}
