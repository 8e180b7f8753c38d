/** How often the history is asked, and a way to ask that never piles up questions. */
import { clamp, type Range } from './range';

/** A window with a quarter of air on both sides, so that a small pan needs no new question. */
export function airy(range: Range, now: number): { from: number; to: number } {
  const air = (range.to - range.from) / 4;
  return { from: Math.round(range.from - air), to: Math.round(range.live ? now : Math.min(range.to + air, now)) };
}

/** Whether a window lies within what was asked for, and not so deep within that more detail is to be had. */
export function within(range: Range, asked: { from: number; to: number }, now: number): boolean {
  const span = range.to - range.from;
  return range.from >= asked.from && Math.min(range.to, now) <= asked.to && asked.to - asked.from < span * 4;
}

/** How long a live answer stays good, in ms: about two pixels' worth, within sense. */
export function refreshAfter(range: Range, px: number): number {
  return clamp(((range.to - range.from) / 1000 / Math.max(px, 1)) * 2, 1000, 60_000);
}

/** How often a live window moves on, in ms: once a pixel, at most thirty times a second, at least each five seconds. */
export function stepAfter(range: Range, px: number): number {
  return clamp((range.to - range.from) / 1000 / Math.max(px, 1), 33, 5000);
}

/**
 * Asks one question at a time and forgets all that came in meanwhile but the newest, so that turning the wheel does
 * not queue a hundred year-long queries.
 */
export class Latest<Q, A> {
  #ask: (question: Q) => Promise<A>;
  #done: (question: Q, answer: A) => void;
  #failed: (error: unknown) => void;
  #next: { question: Q } | undefined;
  #busy = false;
  #closed = false;

  constructor(
    ask: (question: Q) => Promise<A>,
    done: (question: Q, answer: A) => void,
    failed: (error: unknown) => void,
  ) {
    this.#ask = ask;
    this.#done = done;
    this.#failed = failed;
  }

  get busy(): boolean {
    return this.#busy;
  }

  want(question: Q): void {
    this.#next = { question };
    if (!this.#busy) void this.#run();
  }

  /** No answer is delivered after this. */
  close(): void {
    this.#closed = true;
    this.#next = undefined;
  }

  async #run(): Promise<void> {
    this.#busy = true;
    while (this.#next) {
      const { question } = this.#next;
      this.#next = undefined;
      try {
        const answer = await this.#ask(question);
        if (!this.#closed) this.#done(question, answer);
      } catch (error) {
        if (!this.#closed) this.#failed(error);
      }
    }
    this.#busy = false;
  }
}
