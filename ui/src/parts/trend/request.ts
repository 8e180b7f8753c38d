/** What to ask the history for, and a way to ask that never piles up questions. */
import { clamp, type Range } from './range';

/** One question. Times in µs; `bucket` is the width of a bucket. */
export interface Request {
  from: number;
  to: number;
  width: number;
  bucket: number;
}

/** Most buckets a point that are asked for. */
const MOST_BUCKETS = 2000;

/**
 * The question for a window of `px` pixels: a quarter of air on both sides, so that panning shows something at once, and
 * aligned to whole buckets, so that a live trend does not wobble because each answer cuts its buckets elsewhere.
 */
export function requestFor(range: Range, px: number): Request {
  const span = range.to - range.from;
  const inside = clamp(Math.floor(px), 60, Math.floor(MOST_BUCKETS / 1.5));
  const bucket = Math.max(1, Math.ceil(span / inside));
  const from = Math.floor((range.from - span / 4) / bucket) * bucket;
  const to = Math.ceil((range.to + (range.live ? 0 : span / 4)) / bucket) * bucket;
  return { from, to, bucket, width: Math.max(1, Math.round((to - from) / bucket)) };
}

/** How long a live answer stays good, in ms: about two pixels' worth, within sense. */
export function refreshAfter(range: Range, px: number): number {
  return clamp(((range.to - range.from) / 1000 / Math.max(px, 1)) * 2, 1000, 60_000);
}

/** How often a live window moves on, in ms: once a pixel, at most eight times a second, at least each five seconds. */
export function stepAfter(range: Range, px: number): number {
  return clamp((range.to - range.from) / 1000 / Math.max(px, 1), 125, 5000);
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
