import { describe, expect, it } from 'vitest';
import { barBegin, barEnd, bars, barUnit, grain, perOf, type Rise } from './counters';

const HOUR = 3600e6;
const at = (day: number, hour: number) => new Date(2026, 5, day, hour).getTime() * 1000;
/** One an hour for so many hours. */
const hours = (begin: number, n: number): Rise[] =>
  Array.from({ length: n }, (_v, i) => [begin + i * HOUR, 1] as const);

describe('a counter', () => {
  it('becomes bars of local days', () => {
    const day = bars(hours(at(1, 20), 10), 'day');
    expect(day.map((b) => b.value)).toEqual([4, 6]);
    expect(day.map((b) => new Date(b.from / 1000).getHours())).toEqual([0, 0]);
    expect(bars([], 'day')).toEqual([]);
  });

  it('leaves out what has nothing, and adds up what there is', () => {
    const all = [...hours(at(1, 0), 2), ...hours(at(3, 0), 3)];
    expect(bars(all, 'day').map((b) => [new Date(b.from / 1000).getDate(), b.value])).toEqual([
      [1, 2],
      [3, 3],
    ]);
  });

  it('is a rate where that is asked for', () => {
    const [first] = bars(hours(at(1, 0), 24), 'day', true);
    expect(first?.value).toBeCloseTo(1);
  });

  it('gets bars that suit the window, with ends on the calendar', () => {
    expect([HOUR, 48 * HOUR, 30 * 24 * HOUR, 365 * 24 * HOUR].map(perOf)).toEqual(['minute', 'hour', 'day', 'month']);
    expect(barEnd(barBegin(at(17, 13), 'month'), 'month')).toBe(new Date(2026, 6, 1).getTime() * 1000);
    expect(barEnd(barBegin(at(17, 13), 'day'), 'day')).toBe(at(18, 0));
    expect(grain('day')).toBe(HOUR);
    expect(barUnit('kWh', 'day', false)).toBe('kWh a day');
    expect(barUnit('kWh', 'day', true)).toBe('kWh per hour');
    expect(barUnit(null, 'hour', false)).toBe('an hour');
  });
});
