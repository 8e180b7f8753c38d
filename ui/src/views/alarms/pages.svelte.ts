/** The journal as far as it was read; asks page by page and drops answers to questions that no longer stand. */
import { call } from '../../ipc/client';
import type { JournalLine } from '../../ipc/gen/JournalLine';
import { asTrouble, type TroubleError } from '../../ipc/trouble';
import { filterOf, type JournalChoice, merged, oldestOf, PAGE, refreshed } from './journal';

export class JournalPages {
  lines: readonly JournalLine[] = $state.raw([]);
  /** A question is under way. */
  busy = $state.raw(false);
  /** The first answer to the present choice came. */
  loaded = $state.raw(false);
  /** The oldest entry is read. */
  complete = $state.raw(false);
  trouble: TroubleError | undefined = $state.raw();

  #choice: JournalChoice | undefined;
  #question = 0;

  /** Another choice: begins anew. What was shown stays until the answer comes, so that typing does not flicker. */
  async choose(choice: JournalChoice): Promise<void> {
    this.#choice = choice;
    this.complete = false;
    await this.#ask(null, (first) => {
      this.lines = first;
      this.loaded = true;
      this.complete = first.length < PAGE;
    });
  }

  /** The page below what is known. */
  async more(): Promise<void> {
    if (this.busy || this.complete || !this.loaded) return;
    await this.#ask(oldestOf(this.lines), (page) => {
      this.lines = merged(this.lines, page);
      this.complete = page.length < PAGE;
    });
  }

  /** What came since. */
  async refresh(): Promise<void> {
    if (this.busy || !this.loaded) return;
    await this.#ask(null, (first) => {
      const next = refreshed(this.lines, first);
      // Entries between were not read: the older pages are gone from the list and come again when scrolled to.
      if (next.length < this.lines.length) this.complete = first.length < PAGE;
      this.lines = next;
    });
  }

  async #ask(before: number | null, take: (page: JournalLine[]) => void): Promise<void> {
    if (!this.#choice) return;
    const question = ++this.#question;
    this.busy = true;
    try {
      const page = await call('journal', { filter: filterOf(this.#choice, before) });
      if (question !== this.#question) return;
      this.trouble = undefined;
      take(page);
    } catch (problem) {
      if (question === this.#question) this.trouble = asTrouble(problem);
    } finally {
      if (question === this.#question) this.busy = false;
    }
  }
}
