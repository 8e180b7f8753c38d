/**
 * Brings what a trend shows: tiles at once while the window moves; states, alarms, counters and what was doubtful once it
 * rests. Tiles are kept by source, so that another page of the same pens has its picture already.
 */
import { barBegin, barEnd, grain, perOf, type Rise } from './counters';
import { levelFor } from './levels';
import { Loader } from './loader';
import { isCounted, isState } from './pens';
import type { Range } from './range';
import { airy, Latest, refreshAfter, within } from './request';
import { counterKey, type ChartPen, type Data, type Marks } from './scene';
import type { TrendSource } from './source';
import { Tiles } from './tiles';
import type { AlarmPeriod } from './alarms';
import type { StateSpan } from '../../ipc/gen/StateSpan';

/** What is shown. */
export interface Shown {
  pens: readonly ChartPen[];
  range: Range;
  /** Width in pixels. */
  width: number;
  /** µs */
  compare: number | undefined;
}

/** So long (ms) a window must rest before what does not move with it is asked for. */
const REST = 140;
/** Newest samples kept of a pen. */
const MOST_TAIL = 4000;
/** The history answers at most so many buckets. */
const MOST_BUCKETS = 10_000;

/** Each trend asks in a lane of its own. */
let lanes = 0;

const caches = new WeakMap<TrendSource, Tiles>();

function tilesOf(source: TrendSource): Tiles {
  let found = caches.get(source);
  if (!found) caches.set(source, (found = new Tiles()));
  return found;
}

type Slow = Shown & { from: number; to: number; now: number };

interface SlowAnswer {
  states: Map<number, readonly StateSpan[]>;
  marks: Map<number, Marks>;
  counters: Map<string, readonly Rise[]>;
  alarms: AlarmPeriod[];
}

export class Feed {
  readonly data: { -readonly [K in keyof Data]: Data[K] };
  /** Something came for the pens of now. */
  ready = false;
  #source: TrendSource;
  #clock: () => number;
  #changed: () => void;
  #loader: Loader;
  #slow: Latest<Slow, SlowAnswer>;
  #asked: { key: string; from: number; to: number; at: number } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #tails = new Map<number, { at: number; value: number }[]>();
  #needed = '';
  #got = { tiles: false, slow: false };

  constructor(source: TrendSource, clock: () => number, changed: () => void, failed: (error: unknown) => void) {
    this.#source = source;
    this.#clock = clock;
    this.#changed = changed;
    const tiles = tilesOf(source);
    const lane = ++lanes;
    this.data = {
      tiles,
      marks: new Map(),
      states: new Map(),
      counters: new Map(),
      alarms: [],
      tails: this.#tails,
    };
    this.#loader = new Loader(
      tiles,
      (points, from, to, width, rough) =>
        source.history(points, from, to, width, { edges: rough ? 'rough' : 'near', lane }),
      clock,
      () => {
        this.#got.tiles = true;
        this.#tell();
      },
      failed,
      () => source.cancel?.(lane),
    );
    this.#slow = new Latest(
      (question) => this.#askSlow(question),
      (_question, answer) => {
        Object.assign(this.data, answer);
        this.#got.slow = true;
        // After the question is done, so that `busy` is true no more.
        queueMicrotask(() => this.#tell());
      },
      failed,
    );
  }

  #tell(): void {
    const [tiles, slow] = [this.#needed.includes('t'), this.#needed.includes('s')];
    if ((!tiles || this.#got.tiles) && (!slow || this.#got.slow)) this.ready = true;
    this.#changed();
  }

  /** Something is on its way. */
  get busy(): boolean {
    return this.#loader.busy || this.#slow.busy || this.#timer !== undefined;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#loader.close();
    this.#slow.close();
  }

  /** Asks again after a failure. */
  retry(): void {
    this.#asked = undefined;
    this.#loader.retry();
  }

  /** Says what is shown now; called with each move of the window. */
  want(shown: Shown): void {
    const { pens, range, width, compare } = shown;
    const now = this.#clock();
    const points = pens.filter(({ pen }) => !isState(pen) && !isCounted(pen)).map(({ pen }) => pen.point);
    const slow = pens.some(({ pen }) => isState(pen) || isCounted(pen));
    this.#needed = (points.length ? 't' : '') + (slow ? 's' : '');
    if (points.length) {
      const stretch = { points, from: range.from, to: Math.min(range.to, now) };
      const stretches = [stretch];
      if (compare) stretches.push({ points, from: range.from - compare, to: range.to - compare });
      this.#loader.want({
        stretches,
        level: levelFor(range.to - range.from, width),
        fresh: range.live ? refreshAfter(range, width) * 1000 : 60e6,
      });
    }
    if (range.live) this.#followTails(points, now);
    this.#wantSlow(shown, now);
  }

  /** Takes in the newest values. */
  #followTails(points: readonly number[], now: number): void {
    for (const point of points) {
      const tail = this.#source.tail?.(point);
      if (!tail || tail.at > now + 60e6) continue;
      let list = this.#tails.get(point);
      if (!list) this.#tails.set(point, (list = []));
      const last = list.at(-1);
      if (!last || tail.at > last.at) list.push({ at: tail.at, value: tail.value });
      if (list.length > MOST_TAIL) list.splice(0, list.length - MOST_TAIL / 2);
    }
  }

  #wantSlow(shown: Shown, now: number): void {
    const key = JSON.stringify([
      shown.pens.map(({ pen }) => [pen.point, pen.kind, pen.sum]),
      shown.compare,
      perOf(shown.range.to - shown.range.from),
    ]);
    const asked = this.#asked;
    const fresh = shown.range.live ? Math.max(2000, refreshAfter(shown.range, shown.width)) * 1000 : Infinity;
    const same = asked?.key === key;
    if (same && within(shown.range, asked, shown.range.live ? asked.to : now) && now - asked.at < fresh) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const ask = () => {
      this.#timer = undefined;
      const at = this.#clock();
      const { from, to } = airy(shown.range, at);
      this.#asked = { key, from, to, at };
      this.#slow.want({ ...shown, from, to, now: at });
    };
    // The first picture waits for nothing.
    if (!same) ask();
    else this.#timer = setTimeout(ask, REST);
  }

  async #askSlow(question: Slow): Promise<SlowAnswer> {
    const { pens, from, to, compare } = question;
    const source = this.#source;
    const all = pens.map(({ pen }) => pen.point);
    const lines = pens.filter(({ pen }) => !isState(pen)).map(({ pen }) => pen.point);
    if (all.length === 0 || to <= from) {
      return { states: new Map(), marks: new Map(), counters: new Map(), alarms: [] };
    }
    const [states, marks, alarms, counters] = await Promise.all([
      Promise.all(
        pens
          .filter(({ pen }) => isState(pen))
          .map(async ({ pen }) => [pen.point, await source.states(pen.point, from, to)] as const),
      ),
      lines.length ? source.marks?.(lines, from, to) : undefined,
      source.alarms?.(all, from, to),
      this.#counters(question, compare),
    ]);
    return {
      states: new Map(states),
      marks: new Map((marks ?? []).map((m) => [m.point, { held: m.held ?? undefined, doubts: m.doubts }] as const)),
      alarms: alarms ?? [],
      counters: new Map(counters),
    };
  }

  async #counters(question: Slow, compare: number | undefined): Promise<[string, readonly Rise[]][]> {
    const points = question.pens.filter(({ pen }) => isCounted(pen)).map(({ pen }) => pen.point);
    if (points.length === 0 || !this.#source.counts) return [];
    const { range } = question;
    const per = perOf(range.to - range.from);
    const width = grain(per);
    const counts = this.#source.counts.bind(this.#source);
    const of = async (shift: number) => {
      const from = barBegin(range.from - shift, per);
      const end = barEnd(barBegin(Math.min(range.to - shift, question.now), per), per);
      const count = Math.min(MOST_BUCKETS, Math.max(1, Math.ceil((end - from) / width)));
      const all = await counts(points, from, from + count * width, count);
      return all.map((c): [string, readonly Rise[]] => [counterKey(c.point, per, shift > 0), c.buckets]);
    };
    const both = await Promise.all([of(0), compare ? of(compare) : []]);
    return both.flat();
  }
}
