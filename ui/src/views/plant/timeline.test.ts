import { describe, expect, it } from 'vitest';
import { bandsOf, statesOf, ticksOf } from './timeline';

describe('timeline', () => {
  it('draws states as bands and leaves what is not known unknown', () => {
    const bands = bandsOf(
      [
        { from: 0, to: 50, state: 'running' },
        { from: 50, to: 60, state: 'fault' },
      ],
      0,
      100,
      100,
    );
    expect(bands).toEqual([
      { from: 0, to: 0.5, state: 'running' },
      { from: 0.5, to: 0.6, state: 'fault' },
      { from: 0.6, to: 1, state: 'unknown' },
    ]);
  });

  it('keeps a stop that is shorter than a pixel', () => {
    const bands = bandsOf(
      [
        { from: 0, to: 499, state: 'running' },
        { from: 499, to: 500, state: 'stopped' },
        { from: 500, to: 1000, state: 'running' },
      ],
      0,
      1000,
      10,
    );
    expect(bands.map((b) => b.state)).toEqual(['running', 'stopped', 'running']);
    expect(bands[1]).toMatchObject({ from: 0.4, to: 0.5 });
  });

  it('never makes more bands than columns, whatever comes in', () => {
    const many = Array.from({ length: 5000 }, (_, i) => ({
      from: i,
      to: i + 1,
      state: i % 2 ? ('running' as const) : ('starved' as const),
    }));
    const bands = bandsOf(many, 0, 5000, 300);
    expect(bands.length).toBeLessThanOrEqual(300);
    expect(bands.at(0)?.from).toBe(0);
    expect(bands.at(-1)?.to).toBe(1);
  });

  it('cuts what lies outside of the window', () => {
    expect(bandsOf([{ from: -50, to: 500, state: 'off' }], 0, 100, 10)).toEqual([{ from: 0, to: 1, state: 'off' }]);
    expect(bandsOf([{ from: 200, to: 500, state: 'off' }], 0, 100, 10)).toEqual([{ from: 0, to: 1, state: 'unknown' }]);
    expect(bandsOf([], 100, 100, 10)).toEqual([]);
  });

  it('names what occurs, most telling first', () => {
    const bands = bandsOf(
      [
        { from: 0, to: 5, state: 'running' },
        { from: 5, to: 8, state: 'fault' },
        { from: 8, to: 10, state: 'running' },
      ],
      0,
      10,
      10,
    );
    expect(statesOf(bands)).toEqual(['fault', 'running']);
  });

  it('writes round local times, few enough to read', () => {
    const start = new Date(2026, 10, 24, 14, 0).getTime() * 1000;
    const hour = 3_600_000_000;
    const ticks = ticksOf(start, start + 5.2 * hour);
    expect(ticks.map((t) => new Date(t.time / 1000).getHours())).toEqual([14, 15, 16, 17, 18, 19]);
    expect(ticks[0]?.at).toBe(0);
    for (const span of [0.1, 0.5, 1, 4, 8, 24, 72]) {
      expect(ticksOf(start, start + span * hour).length).toBeLessThanOrEqual(10);
    }
    expect(ticksOf(start, start)).toEqual([]);
  });
});
