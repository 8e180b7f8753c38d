/** Words inside a gauge's arc. */

/** Signs that one line holds without touching the arc. */
const HELD = 12;

/** A note as one line or, where it is too long for the arc, as two of about the same length. */
export function noteLines(note: string): string[] {
  if (!note) return [];
  if (note.length <= HELD) return [note];
  let best = -1;
  for (let at = note.indexOf(' '); at >= 0; at = note.indexOf(' ', at + 1)) {
    // The upper line has more room than the lower one.
    if (best < 0 || Math.abs(note.length * 0.56 - at) < Math.abs(note.length * 0.56 - best)) best = at;
  }
  return best < 0 ? [note] : [note.slice(0, best), note.slice(best + 1)];
}
