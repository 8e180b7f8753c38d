/** The plant's lines: asked for once a second, only while a plant view is shown and the window is visible. */
import { call } from '../ipc/client';
import type { LineView } from '../ipc/gen/LineView';
import { asTrouble, type TroubleError } from '../ipc/trouble';
import { oneAtATime } from './revisions';

/** How often to ask, in ms. */
const EVERY_MS = 1000;

class Lines {
  list: readonly LineView[] = $state.raw([]);
  loaded = $state.raw(false);
  /** When the list was last answered, in µs. */
  at = $state.raw(0);
  trouble: TroubleError | undefined = $state.raw();

  of(place: number): LineView | undefined {
    return this.list.find((line) => line.place === place);
  }

  refresh = oneAtATime(async () => {
    try {
      this.list = await call('lines', {});
      this.at = Date.now() * 1000;
      this.loaded = true;
      this.trouble = undefined;
    } catch (problem) {
      this.trouble = asTrouble(problem);
    }
  });
}

export const lines = new Lines();

let watchers = 0;
let timer: ReturnType<typeof setInterval> | undefined;

function beat(): void {
  if (!document.hidden) void lines.refresh();
}

/** Starts asking; answers a function that stops it. Several at once cost one question. */
export function startLines(): () => void {
  watchers++;
  if (watchers === 1) {
    beat();
    timer = setInterval(beat, EVERY_MS);
    document.addEventListener('visibilitychange', beat);
  }
  let stopped = false;
  return () => {
    if (stopped) return;
    stopped = true;
    watchers--;
    if (watchers > 0) return;
    clearInterval(timer);
    document.removeEventListener('visibilitychange', beat);
  };
}

/** Keeps the lines up to date for as long as the calling component lives. Call it while a component is made. */
export function watchLines(): void {
  $effect(startLines);
}
