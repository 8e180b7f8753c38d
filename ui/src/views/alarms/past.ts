/** Occurrences of an alarm, made of its journal. */
import type { JournalLine } from '../../ipc/gen/JournalLine';

export interface Occurrence {
  seq: number;
  /** When it was raised. */
  at: number;
  /** How long its condition lasted, µs; none while it lasts. */
  lasted: number | undefined;
  /** How long it waited for a person, µs; none where nobody acknowledged it. */
  seenAfter: number | undefined;
}

/** Newest first; `lines` newest first, of one alarm. */
export function occurrences(lines: readonly JournalLine[]): Occurrence[] {
  const all: Occurrence[] = [];
  let open: Occurrence | undefined;
  for (const line of [...lines].reverse()) {
    if (line.transition === 'raised') {
      open = { seq: line.seq, at: line.at, lasted: undefined, seenAfter: undefined };
      all.push(open);
    } else if (open && (line.transition === 'cleared' || line.transition === 'removed')) {
      open.lasted ??= Math.max(0, line.at - open.at);
    } else if (open && line.transition === 'acknowledged') {
      open.seenAfter ??= Math.max(0, line.at - open.at);
    }
  }
  return all.reverse();
}
