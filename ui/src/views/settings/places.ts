/** The place tree as the settings edit it. */
import type { PlaceKind } from '../../ipc/gen/PlaceKind';
import type { PlaceView } from '../../ipc/gen/PlaceView';
import type { Realm } from '../../ipc/gen/Realm';

export const PLACE_WORDS: Record<PlaceKind, string> = {
  home: 'home',
  floor: 'floor',
  room: 'room',
  enterprise: 'enterprise',
  site: 'site',
  area: 'area',
  line: 'line',
  cell: 'cell',
};

/** What can be in what, most usual first; ISA-95 for the plant, with levels that may be left out. */
const INSIDE: Record<PlaceKind, PlaceKind[]> = {
  home: ['room', 'floor'],
  floor: ['room'],
  room: [],
  enterprise: ['site', 'area', 'line'],
  site: ['area', 'line'],
  area: ['line', 'cell'],
  line: ['cell'],
  cell: [],
};

/** Kinds that can be added under a place; without one: at the top of a face. */
export function kindsUnder(parent: PlaceView | null, realm: Realm): PlaceKind[] {
  if (parent) return INSIDE[parent.kind];
  return realm === 'home' ? ['room', 'floor', 'home'] : ['line', 'area', 'site', 'enterprise'];
}

export interface PlaceLine {
  place: PlaceView;
  depth: number;
  /** Devices in it and in what is inside it. */
  devices: number;
  /** Places inside it, however deep. */
  inside: number;
}

/**
 * The places of a face in the order of the tree. A place whose parent is gone or in the other face stands at the top;
 * a circle of parents is broken rather than lost.
 */
export function placeLines(
  places: readonly PlaceView[],
  devices: readonly { place: number | null }[],
  realm: Realm,
): PlaceLine[] {
  const own = places.filter((p) => p.realm === realm);
  const known = new Set(own.map((p) => p.id));
  const children = new Map<number | null, PlaceView[]>();
  for (const place of own) {
    const parent = place.parent !== null && known.has(place.parent) ? place.parent : null;
    const siblings = children.get(parent);
    if (siblings) siblings.push(place);
    else children.set(parent, [place]);
  }
  for (const siblings of children.values()) {
    siblings.sort((a, b) => a.position - b.position || a.name.localeCompare(b.name) || a.id - b.id);
  }
  const counts = new Map<number, number>();
  for (const { place } of devices) if (place !== null) counts.set(place, (counts.get(place) ?? 0) + 1);

  const out: PlaceLine[] = [];
  const seen = new Set<number>();
  const walk = (place: PlaceView, depth: number): PlaceLine | undefined => {
    if (seen.has(place.id)) return undefined;
    seen.add(place.id);
    const line: PlaceLine = { place, depth, devices: counts.get(place.id) ?? 0, inside: 0 };
    out.push(line);
    for (const child of children.get(place.id) ?? []) {
      const below = walk(child, depth + 1);
      if (below) {
        line.devices += below.devices;
        line.inside += 1 + below.inside;
      }
    }
    return line;
  };
  for (const place of children.get(null) ?? []) walk(place, 0);
  for (const place of own) walk(place, 0);
  return out;
}

/** Why a name cannot be taken; empty where it can. `self` is the place that is renamed. */
export function nameFault(
  name: string,
  parent: number | null,
  places: readonly PlaceView[],
  self: number | null,
): string {
  const wanted = name.trim();
  if (wanted === '') return 'Type a name.';
  if ([...wanted].length > 100) return 'A name has at most 100 characters.';
  const twin = places.some(
    (p) => p.id !== self && p.parent === parent && p.name.trim().toLowerCase() === wanted.toLowerCase(),
  );
  return twin ? `There is already a ${wanted} here.` : '';
}

/** What removing a place does, said before it is done. */
export function removalWords(line: PlaceLine): string {
  const parts: string[] = [];
  if (line.inside > 0) parts.push(line.inside === 1 ? 'the place inside it' : `the ${line.inside} places inside it`);
  const what =
    parts.length > 0
      ? `${line.place.name} and ${parts.join(' and ')} will be gone.`
      : `${line.place.name} will be gone.`;
  if (line.devices === 0) return what;
  const devices = line.devices === 1 ? 'Its device stays' : `Its ${line.devices} devices stay`;
  return `${what} ${devices}, without a place until moved.`;
}
