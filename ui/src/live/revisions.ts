/** Tells the parts of the state that their revision moved. A part asks anew only then. */
import type { Revisions } from './frame';

type Name = keyof Revisions;

const listeners = new Map<Name, Set<() => void>>();
let last: Revisions | undefined;

/** Calls `fn` whenever the frames show another revision of `name`; answers a function that stops it. */
export function onRevision(name: Name, fn: () => void): () => void {
  const set = listeners.get(name) ?? new Set();
  listeners.set(name, set);
  set.add(fn);
  return () => void set.delete(fn);
}

/** Takes the revisions of a frame in. The first frame counts as a change of everything. */
export function seen(revisions: Revisions): void {
  const before = last;
  last = revisions;
  for (const [name, set] of listeners) {
    if (before?.[name] !== revisions[name]) for (const fn of set) fn();
  }
}

/**
 * Runs `ask` one at a time: a call while one is under way makes exactly one more run after it, so that an answer that
 * is older than the last change never stands.
 */
export function oneAtATime(ask: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let again = false;
  return function run(): Promise<void> {
    if (running) {
      again = true;
      return running;
    }
    running = (async () => {
      try {
        do {
          again = false;
          await ask();
        } while (again);
      } finally {
        running = undefined;
      }
    })();
    return running;
  };
}
