/** States over time as bands: what is narrower than a pixel is put together, because a thousand slivers say nothing. */
import type { StateSpan } from '../../ipc/gen/StateSpan';
import type { Value } from '../../ipc/gen/Value';

/** A band, in shares of the window (0 to 1). */
export interface Band {
  from: number;
  to: number;
  /** What it says; empty where several short states were put together. */
  word: string;
  /** Which of the six tints; -1: off, -2: several, -3: no data. */
  tint: number;
  /** The device was away or the value not to be trusted. */
  stale: boolean;
}

/** Number of tints for states that have no meaning known to us. */
export const TINTS = 6;

/** The word of a state. */
export function stateWord(value: Value): string {
  if (value === null) return 'no value';
  if (value === true) return 'on';
  if (value === false) return 'off';
  return String(value);
}

function tintOf(value: Value, words: Map<string, number>): number {
  if (value === null) return -3;
  if (value === false) return -1;
  if (value === true) return 0;
  const word = String(value);
  if (/^(off|closed|idle|false|0|none)$/i.test(word)) return -1;
  let tint = words.get(word);
  if (tint === undefined) {
    tint = words.size % TINTS;
    words.set(word, tint);
  }
  return tint;
}

/**
 * The bands of `spans` in `[from, to]` on `px` pixels. A run of spans that are each narrower than a pixel becomes one
 * band of "several". The last state goes on to `to` where its span ends there or later.
 */
export function bandsOf(spans: readonly StateSpan[], from: number, to: number, px: number): Band[] {
  const span = to - from;
  if (span <= 0) return [];
  const least = 1 / Math.max(px, 1);
  const words = new Map<string, number>();
  const out: Band[] = [];
  for (const s of spans) {
    const tint = tintOf(s.value, words);
    const a = Math.max(0, (s.from - from) / span);
    const b = Math.min(1, (s.to - from) / span);
    if (b <= 0 || a >= 1 || b <= a) continue;
    const stale = s.quality === 'stale' || s.quality === 'bad';
    const last = out.at(-1);
    const touching = last !== undefined && a - last.to < least;
    if (b - a < least) {
      if (touching && last.tint === -2) {
        last.to = b;
      } else {
        const start = touching ? last.to : a;
        out.push({ from: start, to: Math.max(b, start), word: '', tint: -2, stale });
      }
    } else if (touching && last.word === stateWord(s.value) && last.stale === stale) {
      last.to = b;
    } else {
      out.push({ from: a, to: b, word: stateWord(s.value), tint, stale });
    }
  }
  // A single short state is itself, not several: it keeps its sliver, widened to a pixel so that it is seen.
  return out.map((band) => ({ ...band, to: Math.min(1, Math.max(band.to, band.from + least)) }));
}

/** The state at a moment (µs); none where nothing is known of it. */
export function stateAt(spans: readonly StateSpan[], at: number): StateSpan | undefined {
  return spans.find((s) => s.from <= at && at < s.to) ?? (spans.at(-1)?.to === at ? spans.at(-1) : undefined);
}
