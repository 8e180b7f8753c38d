/** Finding points by words, for the pen search. */
import type { DeviceView } from '../../ipc/gen/DeviceView';
import type { PointView } from '../../ipc/gen/PointView';
import { fullName } from '../../format/names';

/** A point that can become a pen. */
export interface Found {
  point: number;
  /** `Filler · Fill volume`, or the device alone for its main feature. */
  name: string;
  place: string;
  unit: string;
  /** What the words are looked for in, lower case. */
  text: string;
  numeric: boolean;
}

/** Points that hold values over time; actions and binaries have nothing to draw. */
export function drawable(point: Pick<PointView, 'kind'>): boolean {
  return point.kind !== 'action' && point.kind !== 'binary' && point.kind !== 'time';
}

/** All that can be found, made once per change of the model rather than per keystroke. */
export function indexOf(devices: Iterable<DeviceView>, placeOf: (place: number) => string): Found[] {
  const all: Found[] = [];
  for (const device of devices) {
    const place = device.place === null ? '' : placeOf(device.place);
    for (const point of device.points) {
      if (!drawable(point)) continue;
      const name = fullName(device, point);
      all.push({
        point: point.id,
        name,
        place,
        unit: point.unit ?? '',
        numeric: point.kind === 'number',
        text: `${name} ${point.key} ${place} ${point.class ?? ''} ${point.unit ?? ''}`.toLowerCase(),
      });
    }
  }
  return all;
}

export interface Hits {
  rows: Found[];
  /** Found beyond those shown. */
  more: number;
}

/**
 * Points that hold every word: those first whose name has the first word as it is, then as the beginning of the name, of
 * one of its words, or anywhere; numbers before states; then by name.
 * `taken` are pens already.
 */
export function find(all: readonly Found[], query: string, taken: ReadonlySet<number>, most = 40): Hits {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const first = words[0] ?? '';
  const collator = new Intl.Collator(undefined, { numeric: true });
  const score = (hit: Found) => {
    const name = hit.name.toLowerCase();
    const words = ` ${name.replaceAll(/[^\p{L}\p{N}]+/gu, ' ')} `;
    const place =
      first === ''
        ? 0
        : words.includes(` ${first} `)
          ? 0
          : name.startsWith(first)
            ? 1
            : words.includes(` ${first}`)
              ? 2
              : 3;
    return place * 2 + Number(!hit.numeric);
  };
  const hits = all
    .filter((hit) => !taken.has(hit.point) && words.every((word) => hit.text.includes(word)))
    .map((hit) => ({ hit, rank: score(hit) }))
    .sort((a, b) => a.rank - b.rank || collator.compare(a.hit.name, b.hit.name) || a.hit.point - b.hit.point);
  return { rows: hits.slice(0, most).map(({ hit }) => hit), more: Math.max(0, hits.length - most) };
}
