/** The second range of a trend: the same pens, so much earlier. */
import { rangeLabel } from './labels';

const HOUR = 3600e6;
const DAY = 24 * HOUR;

/** What is offered. */
export type Against = 'none' | 'hour' | 'day' | 'week' | 'month' | 'year' | 'chosen';

export const OFFERED: readonly { key: Against; text: string }[] = [
  { key: 'none', text: 'compare with…' },
  { key: 'hour', text: 'an hour before' },
  { key: 'day', text: 'the day before' },
  { key: 'week', text: 'a week before' },
  { key: 'month', text: 'a month before' },
  { key: 'year', text: 'a year before' },
  { key: 'chosen', text: 'a chosen begin' },
];

/**
 * How much earlier (µs) the compared range lies for a window that ends at `to`. Days and longer go by the calendar, so that
 * noon stays noon over a change of the clocks. `chosen`: the shift that a person chose.
 */
export function shiftOf(against: Against, to: number, chosen?: number): number | undefined {
  if (against === 'none') return undefined;
  if (against === 'hour') return HOUR;
  if (against === 'chosen') return chosen === undefined || chosen <= 0 ? undefined : chosen;
  const d = new Date(to / 1000);
  const rest = to - d.getTime() * 1000;
  if (against === 'day') d.setDate(d.getDate() - 1);
  else if (against === 'week') d.setDate(d.getDate() - 7);
  else if (against === 'month') d.setMonth(d.getMonth() - 1);
  else d.setFullYear(d.getFullYear() - 1);
  const shift = to - (d.getTime() * 1000 + rest);
  return shift > 0 ? shift : DAY;
}

/** The note of the legend. */
export function compareNote(against: Against, from: number, to: number, shift: number): string {
  const text = OFFERED.find((o) => o.key === against)?.text ?? '';
  return `Faded, dotted: ${against === 'chosen' ? 'another range' : text}, ${rangeLabel(from - shift, to - shift)}`;
}
