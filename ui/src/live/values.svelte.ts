/**
 * The latest value of every point on screen. A plain map of small reactive objects: a value that no component reads
 * costs a field write, and a frame of 300 values touches 300 signals, not a list.
 */
import { call, callBytes } from '../ipc/client';
import { asTrouble, type TroubleError } from '../ipc/trouble';
import type { Quality } from '../ipc/gen/Quality';
import type { Value } from '../ipc/gen/Value';
import { decodeFrame } from './frame';
import { seen } from './revisions';

export { clock } from './clock.svelte';

/** A point's latest value. Only this file writes it. */
export class LiveValue {
  value: Value = $state.raw(null);
  /** Stale until the first value came. */
  quality: Quality = $state.raw('stale');
  /** Time of the value in µs; 0 while none came. */
  at = $state.raw(0);
  /** The value as a number (booleans 0 and 1), NaN where it is none. */
  number = $state.raw(NaN);
}

/** How the connection to the shell itself stands. */
class Link {
  /** The first frame came that was asked for after the shell had been told what is on screen. */
  ready = $state.raw(false);
  /** Why frames do not come; none while they do. */
  trouble: TroubleError | undefined = $state.raw();
}

export const link = new Link();

const values = new Map<number, LiveValue>();
const wanted = new Map<number, number>();

/**
 * Whoever asks first is often a derived, and a derived does not follow state that was made while it ran; so the value is
 * made outside of whatever runs.
 */
function made(point: number): LiveValue {
  let found: LiveValue | undefined;
  $effect.root(() => {
    found = new LiveValue();
  })();
  // Where no effects run (on a server) nothing is followed either.
  found ??= new LiveValue();
  values.set(point, found);
  return found;
}

/** The live value of a point: always the same object, empty until a value came. */
export function value(point: number): LiveValue {
  return values.get(point) ?? made(point);
}

/**
 * Asks for the values of points for as long as the calling component lives. Call it while a component is made; the list
 * is read in an effect, so it may change.
 */
export function watch(points: () => readonly number[]): void {
  $effect(() => {
    const list = [...points()];
    for (const point of list) wanted.set(point, (wanted.get(point) ?? 0) + 1);
    schedule();
    return () => {
      for (const point of list) {
        const left = (wanted.get(point) ?? 0) - 1;
        if (left > 0) wanted.set(point, left);
        else wanted.delete(point);
      }
      schedule();
    };
  });
}

let scheduled = false;
let sent: string | undefined;
/** The shell knows what is on screen, so a point that is not in the next frame has no value. */
let told = false;

/** Sends the union once all effects of this change have run. */
function schedule(): void {
  if (scheduled) return;
  scheduled = true;
  setTimeout(() => {
    scheduled = false;
    const points = [...wanted.keys()].sort((a, b) => a - b);
    const key = points.join(',');
    if (key === sent) return;
    sent = key;
    call('watch', { points }).then(
      () => {
        if (points.length > 0) told = true;
      },
      () => {
        // Said by the frames, which fail as well; asked again with the next change.
        sent = undefined;
      },
    );
  }, 0);
}

let cursor = 0;

/** Takes one frame in. Answers how many values it held. */
export function applyFrame(bytes: ArrayBuffer): number {
  const head = decodeFrame(bytes, (point, next, quality, at, number) => {
    const live = value(point);
    live.value = next;
    live.quality = quality;
    live.at = at;
    live.number = number;
  });
  cursor = head.cursor;
  seen(head.revisions);
  return head.count;
}

/** A frame without changes is asked for again no sooner than this, in ms. */
const QUIET_MS = 33;
/** After a failure. */
const FAILED_MS = 1000;

/**
 * Pulls a frame with each animation frame while values change, fewer while nothing does, none while the window is
 * hidden; never two at once. Answers a function that stops it.
 */
export function startFrames(): () => void {
  let stopped = false;
  let busy = false;
  let next = 0;
  let handle = 0;
  const step = (time: number) => {
    handle = requestAnimationFrame(step);
    if (busy || document.hidden || time < next) return;
    busy = true;
    const knowing = told;
    callBytes('frame', { cursor })
      .then((bytes) => {
        if (stopped) return;
        const count = applyFrame(bytes);
        next = count > 0 ? 0 : performance.now() + QUIET_MS;
        if (knowing && !link.ready) link.ready = true;
        if (link.trouble) {
          link.trouble = undefined;
          // Whoever answers again may not know what is on screen.
          sent = undefined;
          schedule();
        }
      })
      .catch((problem: unknown) => {
        link.trouble = asTrouble(problem);
        // A frame that was made but did not arrive took its news with it: the next one holds everything on screen.
        cursor = 0;
        next = performance.now() + FAILED_MS;
      })
      .finally(() => {
        busy = false;
      });
  };
  handle = requestAnimationFrame(step);
  return () => {
    stopped = true;
    cancelAnimationFrame(handle);
  };
}
