/** Counts and brokers, for the frame of the window. */
import { call } from '../ipc/client';
import type { StatusView } from '../ipc/gen/StatusView';
import { asTrouble, type TroubleError } from '../ipc/trouble';
import { oneAtATime, onRevision } from './revisions';

class Status {
  /** None until the first answer. */
  view: StatusView | undefined = $state.raw();
  trouble: TroubleError | undefined = $state.raw();

  refresh = oneAtATime(async () => {
    try {
      this.view = await call('status', {});
      this.trouble = undefined;
    } catch (problem) {
      this.trouble = asTrouble(problem);
    }
  });
}

export const status = new Status();

onRevision('status', () => void status.refresh());
