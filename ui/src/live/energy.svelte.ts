/** Home energy: asked for every few seconds, only while it is shown and the window is visible. */
import { call } from '../ipc/client';
import type { EnergyView } from '../ipc/gen/EnergyView';
import { oneAtATime } from './revisions';

const EVERY_MS = 5000;

class Energy {
  /** None until the first answer. */
  view: EnergyView | undefined = $state.raw();

  refresh = oneAtATime(async () => {
    try {
      this.view = await call('energy', {});
    } catch {
      // The last figures stay; the notice on top says when the shell is gone.
    }
  });
}

export const energy = new Energy();

/** Keeps the energy up to date for as long as the calling component lives. Call it while a component is made. */
export function watchEnergy(): void {
  $effect(() => {
    const beat = () => {
      if (!document.hidden) void energy.refresh();
    };
    beat();
    const timer = setInterval(beat, EVERY_MS);
    document.addEventListener('visibilitychange', beat);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', beat);
    };
  });
}
