/** The journal in pages: newest first, older ones on demand, new ones on top; never two questions at once, never a row twice. */
import { whole } from '../../format/numbers';
import type { AlarmState } from '../../ipc/gen/AlarmState';
import type { JournalFilter } from '../../ipc/gen/JournalFilter';
import type { JournalLine } from '../../ipc/gen/JournalLine';
import type { Transition } from '../../ipc/gen/Transition';
import type { PlaceView } from '../../ipc/gen/PlaceView';
import type { Priority } from '../../ipc/gen/Priority';

/** Rows asked for at once. */
export const PAGE = 200;

/** What a person chose. */
export interface JournalChoice {
  priorities: ReadonlySet<Priority>;
  search: string;
  /** µs; none: open. */
  from: number | null;
  to: number | null;
  /** Only of one alarm. */
  alarm?: number | undefined;
  /** Only of this device. */
  device?: number | null | undefined;
  /** Only of this place and those in it. */
  place?: number | null | undefined;
  /** Empty: all. */
  transitions?: ReadonlySet<Transition> | undefined;
  /** Empty: all. */
  states?: ReadonlySet<AlarmState> | undefined;
}

export function filterOf(choice: JournalChoice, before: number | null, limit = PAGE): JournalFilter {
  return {
    // The shell takes whole µs.
    from: choice.from === null ? null : Math.floor(choice.from),
    to: choice.to === null ? null : Math.floor(choice.to),
    device: choice.device ?? null,
    point: null,
    alarm: choice.alarm ?? null,
    place: choice.place ?? null,
    transitions: [...(choice.transitions ?? [])],
    states: [...(choice.states ?? [])],
    priorities: [...choice.priorities],
    search: choice.search.trim(),
    before,
    limit,
  };
}

/** Two pages as one list, newest first; an entry in both is taken once. */
export function merged(a: readonly JournalLine[], b: readonly JournalLine[]): JournalLine[] {
  const bySeq = new Map<number, JournalLine>();
  for (const line of a) bySeq.set(line.seq, line);
  for (const line of b) bySeq.set(line.seq, line);
  return [...bySeq.values()].sort((x, y) => y.seq - x.seq);
}

/** What the first page says to the rows known: where it does not reach them, those in between are unknown and all begin anew. */
export function refreshed(known: readonly JournalLine[], first: readonly JournalLine[], page = PAGE): JournalLine[] {
  const newest = known[0];
  const oldest = first.at(-1);
  if (!newest || !oldest || (first.length >= page && oldest.seq > newest.seq)) return [...first];
  return merged(known, first);
}

/** Oldest row known, to ask for the page below it. */
export function oldestOf(known: readonly JournalLine[]): number | null {
  return known.at(-1)?.seq ?? null;
}

/** Places with their whole path, in the order of the paths. */
export function placesOf(places: ReadonlyMap<number, Pick<PlaceView, 'id' | 'name' | 'parent'>>): {
  id: number;
  name: string;
}[] {
  const path = (id: number): string => {
    const names: string[] = [];
    let next = places.get(id);
    for (let i = 0; next && i < 16; i++) {
      names.unshift(next.name);
      next = next.parent === null ? undefined : places.get(next.parent);
    }
    return names.join(' › ');
  };
  return [...places.keys()].map((id) => ({ id, name: path(id) })).sort((a, b) => a.name.localeCompare(b.name));
}

/** A sentence with its numbers as people read them; a fingerprint stays as it is. */
export function counted(text: string): string {
  return text.replaceAll(/\b\d{4,15}\b/g, (number) => whole(Number(number)));
}
