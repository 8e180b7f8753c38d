import { describe, expect, it } from 'vitest';
import { barBegin, barEnd, bars, barUnit, perOf, rises } from './counters';
import { series, until } from './fixtures';

const HOUR = 3600e6;
const at = (day: number, hour: number) => new Date(2026, 5, day, hour).getTime() * 1000;

/** Hourly buckets whose counter is at these values at their ends, having risen evenly within. */
function hourly(begin: number, values: readonly number[], first = 0) {
  const data = series(1, until(values.length, HOUR, begin), (i) => values[i] ?? 0, 9);
  return {
    ...data,
    last: Float64Array.from(values),
    max: Float64Array.from(values, (v, i) => Math.max(v, values[i - 1] ?? first)),
    min: Float64Array.from(values, (v, i) => Math.min(v, values[i - 1] ?? first)),
  };
}

describe('a counter', () => {
  it('rises by what its buckets end apart', () => {
    expect([...rises(hourly(at(1, 0), [1, 3, 3, 7]))]).toEqual([1, 2, 0, 4]);
  });

  it('goes on over a reset: what it had reached counts, and what it counts anew', () => {
    const data = hourly(at(1, 0), [10, 4, 6], 8);
    // In the second hour it went on to 12, was reset to 0, and reached 4.
    data.max[1] = 12;
    data.min[1] = 0;
    expect([...rises(data)]).toEqual([2, 6, 2]);
  });

  it('rolls over in silence between two buckets', () => {
    const data = hourly(at(1, 0), [65_530, 5], 65_500);
    data.max[1] = 65_535;
    data.min[1] = 0;
    expect([...rises(data)]).toEqual([30, 10]);
  });

  it('becomes bars of local days', () => {
    const day = bars(hourly(at(1, 20), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), 'day');
    expect(day.map((b) => b.value)).toEqual([4, 6]);
    expect(day.map((b) => new Date(b.from / 1000).getHours())).toEqual([0, 0]);
  });

  it('is a rate where that is asked for', () => {
    const [first] = bars(hourly(at(1, 0), until(24, 1, 1)), 'day', true);
    expect(first?.value).toBeCloseTo(1);
  });

  it('gets bars that suit the window, with ends on the calendar', () => {
    expect([HOUR, 48 * HOUR, 30 * 24 * HOUR, 365 * 24 * HOUR].map(perOf)).toEqual(['minute', 'hour', 'day', 'month']);
    expect(barEnd(barBegin(at(17, 13), 'month'), 'month')).toBe(new Date(2026, 6, 1).getTime() * 1000);
    expect(barEnd(barBegin(at(17, 13), 'day'), 'day')).toBe(at(18, 0));
    expect(barUnit('kWh', 'day', false)).toBe('kWh a day');
    expect(barUnit('kWh', 'day', true)).toBe('kWh per hour');
    expect(barUnit(null, 'hour', false)).toBe('an hour');
  });
});
