/** What came to a counter in each hour, day or month: from its hourly buckets, over resets and roll-overs. */
import type { Series } from './history';

const HOUR = 3600e6;
const DAY = 24 * HOUR;

/** One bar. */
export interface Bar {
  from: number;
  to: number;
  value: number;
}

/** What a bar stands for. */
export type Per = 'minute' | 'hour' | 'day' | 'month';

/** Bars that are neither hair nor wall, for a window of `span` µs. */
export function perOf(span: number): Per {
  if (span <= 3 * HOUR) return 'minute';
  if (span <= 4 * DAY) return 'hour';
  return span <= 120 * DAY ? 'day' : 'month';
}

/** Width of the buckets that bars of a kind are added up from; hours, because days begin at local midnight. */
export function grain(per: Per): number {
  return per === 'minute' ? HOUR / 60 : per === 'month' ? DAY : HOUR;
}

/** The begin of the bar that holds `at`, in local time. */
export function barBegin(at: number, per: Per): number {
  if (per === 'minute') return Math.floor(at / (HOUR / 60)) * (HOUR / 60);
  const d = new Date(at / 1000);
  if (per === 'hour') d.setMinutes(0, 0, 0);
  else d.setHours(0, 0, 0, 0);
  if (per === 'month') d.setDate(1);
  return d.getTime() * 1000;
}

/** The begin of the next bar. */
export function barEnd(begin: number, per: Per): number {
  if (per === 'minute') return begin + HOUR / 60;
  if (per === 'hour') return begin + HOUR;
  const d = new Date(begin / 1000);
  if (per === 'day') d.setDate(d.getDate() + 1);
  else d.setMonth(d.getMonth() + 1);
  return d.getTime() * 1000;
}

/**
 * How much a counter rose in each bucket. Where it fell it was reset or rolled over: what it had reached within the
 * bucket counts, and what it then counted from its new begin. The first bucket has nothing before it and counts from its
 * own smallest value.
 */
export function rises(series: Series): Float64Array {
  const out = new Float64Array(series.time.length);
  let before: number | undefined;
  for (let i = 0; i < out.length; i++) {
    const [min, max, last] = [series.min[i]!, series.max[i]!, series.last[i]!];
    const start = before ?? min;
    // A reset leaves the bucket ending, or passing, below where it began.
    if (last < start || min < start) out[i] = Math.max(0, max - start) + Math.max(0, last - Math.min(min, last));
    else out[i] = last - start;
    before = last;
  }
  return out;
}

/** The bars of a counter in order. `rate`: per hour rather than in all. */
export function bars(series: Series, per: Per, rate = false): Bar[] {
  const all = rises(series);
  const out: Bar[] = [];
  for (let i = 0; i < all.length; i++) {
    const begin = barBegin(series.time[i]!, per);
    let bar = out.at(-1);
    if (!bar || bar.from !== begin) {
      bar = { from: begin, to: barEnd(begin, per), value: 0 };
      out.push(bar);
    }
    bar.value += all[i]!;
  }
  if (rate) for (const bar of out) bar.value /= (bar.to - bar.from) / HOUR;
  return out;
}

/** The unit of a bar: `kWh/d` in words that a person says. */
export function barUnit(unit: string | null, per: Per, rate: boolean): string {
  const each = rate ? 'per hour' : per === 'hour' ? 'an hour' : `a ${per}`;
  return unit ? `${unit} ${each}` : each;
}
