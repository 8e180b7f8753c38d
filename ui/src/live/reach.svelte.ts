/** Channels by which people are told of alarms, and what holds for all of them. */
import { call } from '../ipc/client';
import type { ReachRules } from '../ipc/gen/ReachRules';
import type { ReachView } from '../ipc/gen/ReachView';
import { asTrouble, type TroubleError } from '../ipc/trouble';
import { oneAtATime } from './revisions';

class Reach {
  /** None until the first answer. */
  view: ReachView | undefined = $state.raw();
  trouble: TroubleError | undefined = $state.raw();

  refresh = oneAtATime(async () => {
    try {
      this.view = await call('reach', {});
      this.trouble = undefined;
    } catch (problem) {
      this.trouble = asTrouble(problem);
    }
  });

  #last: Promise<void> = Promise.resolve();

  /**
   * Changes the rules. One change after the other, each of what the one before left, so that two in a row are not one. Throws
   * a `TroubleError`.
   */
  changeRules(change: (rules: ReachRules) => ReachRules): Promise<void> {
    const next = this.#last.then(async () => {
      if (!this.view) return;
      const rules = change(this.view.rules);
      await call('save_reach_rules', { rules });
      this.view = { ...this.view, rules };
      await this.refresh();
    });
    this.#last = next.catch(() => undefined);
    return next;
  }
}

export const reach = new Reach();
