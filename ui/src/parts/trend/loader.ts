/**
 * Asks for the tiles that a window lacks: one question at a time, the newest wish only, and a coarse picture first where
 * there is none at all.
 */
import type { Series } from './history';
import { tileSpan } from './levels';
import type { Tiles } from './tiles';

/** Points over one stretch of time. */
export interface Stretch {
  points: readonly number[];
  from: number;
  to: number;
}

/** What the window needs now. Times in µs. */
export interface Wish {
  /** In order of importance: what is seen, then what is compared with. */
  stretches: readonly Stretch[];
  level: number;
  /** How old a tile may be that still grows. */
  fresh: number;
}

/** One question: the tiles `first` to `last` of a level. */
export interface Question {
  points: number[];
  level: number;
  first: number;
  last: number;
}

/** How many levels the first picture is coarser: a sixteenth of the buckets. */
const COARSE = 4;
/** At most so many tiles in one question: the engine answers at most 10,000 buckets. */
const MOST_TILES = 32;
/** Asked for on either side of the window once it is whole itself, as a share of it. */
const AIR = 0.3;

/** The next question that brings the wish nearer; none where all is there. */
export function nextQuestion(tiles: Tiles, wish: Wish, now: number): Question | undefined {
  for (const { points, from, to } of wish.stretches) {
    const bare = points.filter((point) => !tiles.covers(point, from, to, wish.level, now));
    const level = wish.level + COARSE;
    const question = bare.length ? gather(tiles, bare, from, to, level, now, wish.fresh) : undefined;
    if (question) return question;
  }
  for (const { points, from, to } of wish.stretches) {
    const question = gather(tiles, points, from, to, wish.level, now, wish.fresh);
    if (question) return question;
  }
  for (const { points, from, to } of wish.stretches) {
    const air = (to - from) * AIR;
    const question = gather(tiles, points, from - air, to + air, wish.level, now, Math.max(wish.fresh, 10e6));
    if (question) return question;
  }
  return undefined;
}

/** All points that lack the same run as the first one that lacks any. */
function gather(
  tiles: Tiles,
  points: readonly number[],
  from: number,
  to: number,
  level: number,
  now: number,
  fresh: number,
): Question | undefined {
  let found: Question | undefined;
  for (const point of points) {
    const run = tiles.missing(point, from, to, level, now, fresh)[0];
    if (!run) continue;
    const last = Math.min(run[1], run[0] + MOST_TILES - 1);
    if (!found) found = { points: [point], level, first: run[0], last };
    else if (found.first === run[0] && found.last === last) found.points.push(point);
  }
  return found;
}

/** Whether an answer is still of use for a wish: of about its detail, and of a time that it shows. */
export function useful(question: Question, wish: Wish): boolean {
  const off = question.level - wish.level;
  if (off < -2 || off > COARSE + 1) return false;
  const span = tileSpan(question.level);
  const [from, to] = [question.first * span, (question.last + 1) * span];
  return wish.stretches.some((s) => from < s.to && to > s.from);
}

/** What answers: buckets over whole tiles; `rough`: at once rather than exactly. */
export type Fetch = (points: number[], from: number, to: number, width: number, rough: boolean) => Promise<Series[]>;

const TILE_WIDTH = 256;

export class Loader {
  #tiles: Tiles;
  #fetch: Fetch;
  #clock: () => number;
  #changed: () => void;
  #failed: (error: unknown) => void;
  #wish: Wish | undefined;
  #busy = false;
  #flight: Question | undefined;
  /** The question under way was called off: its failure is none. */
  #off = false;
  #cancel: () => void;
  #closed = false;
  /** After a failure nothing is asked until the wish changes. */
  #stuck: Wish | undefined;

  constructor(
    tiles: Tiles,
    fetch: Fetch,
    clock: () => number,
    changed: () => void,
    failed: (error: unknown) => void,
    cancel: () => void = () => undefined,
  ) {
    this.#tiles = tiles;
    this.#fetch = fetch;
    this.#clock = clock;
    this.#changed = changed;
    this.#failed = failed;
    this.#cancel = cancel;
  }

  /** A question is under way. */
  get busy(): boolean {
    return this.#busy;
  }

  want(wish: Wish): void {
    this.#wish = wish;
    if (!this.#busy) void this.#run();
    else if (this.#flight && !this.#off && !useful(this.#flight, wish)) {
      this.#off = true;
      this.#cancel();
    }
  }

  /** Asks again after a failure. */
  retry(): void {
    this.#stuck = undefined;
    if (!this.#busy) void this.#run();
  }

  close(): void {
    this.#closed = true;
    this.#wish = undefined;
  }

  async #run(): Promise<void> {
    this.#busy = true;
    while (this.#wish && this.#wish !== this.#stuck && !this.#closed) {
      const now = this.#clock();
      const question = nextQuestion(this.#tiles, this.#wish, now);
      if (!question) break;
      const span = tileSpan(question.level);
      const [from, to] = [question.first * span, (question.last + 1) * span];
      this.#flight = question;
      this.#off = false;
      try {
        const width = (question.last - question.first + 1) * TILE_WIDTH;
        const answer = await this.#fetch(question.points, from, to, width, question.level > this.#wish.level);
        if (this.#closed) break;
        // A point without an answer has nothing there, and is not asked for again.
        const all = new Map(answer.map((series) => [series.point, series]));
        for (const point of question.points) {
          const data = all.get(point) ?? none(point);
          this.#tiles.put(point, question.level, question.first, question.last, data, now);
        }
        this.#changed();
      } catch (error) {
        if (this.#off) continue;
        this.#stuck = this.#wish;
        if (!this.#closed) this.#failed(error);
      }
    }
    this.#flight = undefined;
    this.#busy = false;
    if (!this.#closed) this.#changed();
  }
}

function none(point: number): Series {
  const empty = new Float64Array();
  return {
    point,
    time: empty,
    min: empty,
    max: empty,
    mean: empty,
    last: empty,
    count: empty,
    lastAt: empty,
    absent: empty,
  };
}
