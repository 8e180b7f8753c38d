/** What came to a counter in each minute, hour, day or month: bars on the calendar. Resets are the history's business. */

const HOUR = 3600e6;
const DAY = 24 * HOUR;

/** One bar. */
export interface Bar {
  from: number;
  to: number;
  value: number;
}

/** The begin of a stretch (µs) and what the counter rose by in it. */
export type Rise = readonly [number, number];

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

/** The bars of a counter in order. `rate`: per hour rather than in all. */
export function bars(rises: readonly Rise[], per: Per, rate = false): Bar[] {
  const out: Bar[] = [];
  for (const [at, rise] of rises) {
    const begin = barBegin(at, per);
    let bar = out.at(-1);
    if (!bar || bar.from !== begin) {
      bar = { from: begin, to: barEnd(begin, per), value: 0 };
      out.push(bar);
    }
    bar.value += rise;
  }
  if (rate) for (const bar of out) bar.value /= (bar.to - bar.from) / HOUR;
  return out;
}

/** The unit of a bar: `kWh/d` in words that a person says. */
export function barUnit(unit: string | null, per: Per, rate: boolean): string {
  const each = rate ? 'per hour' : per === 'hour' ? 'an hour' : `a ${per}`;
  return unit ? `${unit} ${each}` : each;
}
