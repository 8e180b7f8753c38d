/** Exports and imports of this run: asked once a second while one is under way, and not at all otherwise. */
import { call } from '../ipc/client';
import type { JobView } from '../ipc/gen/JobView';
import { asTrouble, type TroubleError } from '../ipc/trouble';
import { poll } from './poll';

const EVERY_MS = 1000;

class Jobs {
  /** Newest first. */
  list: readonly JobView[] = $state.raw([]);
  trouble: TroubleError | undefined = $state.raw();

  #stop: (() => void) | undefined;

  /** Whether one is under way. */
  running = $derived(this.list.some((job) => job.state === 'running'));

  get(id: number | null): JobView | undefined {
    return this.list.find((job) => job.id === id);
  }

  /** Asks now, and from then on until none is under way. */
  follow(): void {
    if (this.#stop) return;
    this.#stop = poll(async () => {
      await this.refresh();
      if (!this.running) {
        this.#stop?.();
        this.#stop = undefined;
      }
    }, EVERY_MS);
  }

  async refresh(): Promise<void> {
    try {
      this.list = (await call('jobs', {})).jobs;
      this.trouble = undefined;
    } catch (problem) {
      this.trouble = asTrouble(problem);
    }
  }

  async cancel(id: number): Promise<void> {
    await call('cancel_job', { id });
    this.follow();
  }
}

export const jobs = new Jobs();
