/** Ticks of the time axis: round moments in local time, from microseconds to years. Times in µs. */

const SECOND = 1e6;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Steps of equal length. */
const STEPS = [
  ...[1, 10, 100, 1000, 10_000, 100_000].flatMap((p) => [p, 2 * p, 5 * p]),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
];
/** Days, then months, which are of different length. */
const DAYS = [1, 2, 4, 7, 14];
const MONTHS = [1, 2, 3, 6, 12, 24, 60, 120];

/** Ticks and how far they lie apart (about, for months). */
export interface TimeTicks {
  at: number[];
  step: number;
}

/** Ticks of a window, at least `apart` pixels from each other. */
export function timeTicks(from: number, to: number, px: number, apart = 84): TimeTicks {
  const rough = ((to - from) / Math.max(px, 1)) * apart;
  const step = STEPS.find((s) => s >= rough);
  if (step !== undefined) return { at: even(from, to, step), step };
  const days = DAYS.find((d) => d * DAY >= rough);
  if (days !== undefined) return { at: calendar(from, to, days, false), step: days * DAY };
  const months = MONTHS.find((m) => m * 30 * DAY >= rough) ?? 240;
  return { at: calendar(from, to, months, true), step: months * 30 * DAY };
}

function even(from: number, to: number, step: number): number[] {
  const out: number[] = [];
  // Local midnight rather than the epoch: a step of six hours falls on 0, 6, 12 and 18 o'clock where the person lives.
  const start = step >= MINUTE ? midnight(from) : Math.floor(from / step) * step;
  const first = start + Math.ceil((from - start) / step) * step;
  for (let at = first; at <= to && out.length < 500; at += step) out.push(at);
  if (step < HOUR) return out;
  // Where the clocks change, the hours after it are counted from midnight again.
  return out.map((at) => {
    const d = new Date(at / 1000);
    const off = (d.getHours() * HOUR) % step;
    return off === 0 ? at : at - (off <= step / 2 ? off : off - step);
  });
}

function midnight(at: number): number {
  const d = new Date(at / 1000);
  d.setHours(0, 0, 0, 0);
  return d.getTime() * 1000;
}

function calendar(from: number, to: number, step: number, months: boolean): number[] {
  const out: number[] = [];
  const d = new Date(from / 1000);
  d.setHours(0, 0, 0, 0);
  if (months) d.setMonth(Math.floor(d.getMonth() / Math.min(step, 12)) * Math.min(step, 12), 1);
  if (months && step > 12) d.setFullYear(Math.floor(d.getFullYear() / (step / 12)) * (step / 12));
  // Two days apart is two days of the month apart, beginning anew on the first: 1, 3, 5 …
  if (!months && step > 1 && step < 7) d.setDate(Math.floor((d.getDate() - 1) / step) * step + 1);
  // Weeks begin on Monday.
  if (!months && step >= 7) d.setDate(d.getDate() - ((d.getDay() + 6) % 7));
  for (let guard = 0; guard < 500; guard++) {
    const at = d.getTime() * 1000;
    if (at > to) break;
    if (at >= from) out.push(at);
    if (months) d.setMonth(d.getMonth() + step);
    else {
      const month = d.getMonth();
      d.setDate(d.getDate() + step);
      if (step > 1 && step < 7 && (d.getMonth() !== month || d.getDate() > 31 - step + 1)) {
        if (d.getMonth() === month) d.setMonth(month + 1, 1);
        else d.setDate(1);
      }
    }
  }
  return out;
}
