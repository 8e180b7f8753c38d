import { describe, expect, it, vi } from 'vitest';
import type { JournalLine } from '../../ipc/gen/JournalLine';
import { lanesOf, periodsOf } from './alarms';
import { axesOf, axisRange, valueTicks, withEnds } from './axis';
import { bandsOf, stateAt } from './bands';
import { compareNote, shiftOf } from './compare';
import { axisLabels, lengthLabel, momentLabel, numberLabel, rangeLabel, timeLabels } from './labels';
import { layoutOf } from './layout';
import { isCounted, MOST_PENS, penColour, penDash, penMarker } from './pens';
import { HOUR, MINUTE, SECOND } from './range';
import { airy, Latest, refreshAfter, stepAfter, within } from './request';
import { timeTicks } from './timeaxis';

const DAY = 24 * HOUR;
const at = (...date: [number, number, number, number?, number?]) => new Date(...date).getTime() * 1000;

describe('asking', () => {
  it('follows the clock more slowly the longer the window', () => {
    const hour = { from: 0, to: HOUR, live: true };
    const year = { from: 0, to: 365 * DAY, live: true };
    expect(stepAfter(hour, 1000)).toBe(3600);
    expect(stepAfter(year, 1000)).toBe(5000);
    expect(stepAfter({ from: 0, to: SECOND, live: true }, 1000)).toBe(33);
    expect(refreshAfter({ from: 0, to: MINUTE, live: true }, 1000)).toBe(1000);
  });
  it('asks with air, and again only where the window leaves it or is much closer', () => {
    const range = { from: 100 * DAY, to: 104 * DAY, live: false };
    const asked = airy(range, 200 * DAY);
    expect(asked).toEqual({ from: 99 * DAY, to: 105 * DAY });
    expect(within({ ...range, from: range.from - HOUR }, asked, 200 * DAY)).toBe(true);
    expect(within({ ...range, from: 98 * DAY }, asked, 200 * DAY)).toBe(false);
    expect(within({ from: 101 * DAY, to: 102 * DAY, live: false }, asked, 200 * DAY)).toBe(false);
    expect(airy(range, 104 * DAY).to).toBe(104 * DAY);
  });
  it('has one question under way and forgets all but the newest', async () => {
    const asked: number[] = [];
    const done: number[] = [];
    const gates: (() => void)[] = [];
    const latest = new Latest<number, number>(
      (q) => {
        asked.push(q);
        return new Promise((r) => gates.push(() => r(q)));
      },
      (_q, a) => done.push(a),
      () => undefined,
    );
    latest.want(1);
    latest.want(2);
    latest.want(3);
    expect(asked).toEqual([1]);
    gates[0]?.();
    await vi.waitFor(() => expect(asked).toEqual([1, 3]));
    gates[1]?.();
    await vi.waitFor(() => expect(done).toEqual([1, 3]));
    expect(latest.busy).toBe(false);
  });
  it('goes on after a failure', async () => {
    const failed = vi.fn();
    const done = vi.fn();
    const latest = new Latest<number, number>(
      (q) => (q === 1 ? Promise.reject(new Error('gone')) : Promise.resolve(q)),
      done,
      failed,
    );
    latest.want(1);
    await vi.waitFor(() => expect(failed).toHaveBeenCalledOnce());
    latest.want(2);
    await vi.waitFor(() => expect(done).toHaveBeenCalledWith(2, 2));
  });
});

describe('bands', () => {
  const span = (from: number, to: number, value: string | boolean) => ({ from, to, value, quality: 'good' as const });
  it('joins slivers into one band of several', () => {
    const spans = Array.from({ length: 1000 }, (_v, i) => span(i, i + 1, i % 2 ? 'A' : 'B'));
    const bands = bandsOf([...spans, span(1000, 2000, 'C')], 0, 2000, 100);
    expect(bands.map((b) => b.word)).toEqual(['', 'C']);
    expect(bands[0]?.tint).toBe(-2);
  });
  it('keeps a short state in sight', () => {
    const bands = bandsOf([span(0, 500, true), span(500, 501, false), span(501, 1000, true)], 0, 1000, 100);
    expect(bands.length).toBe(3);
    expect((bands[1]?.to ?? 0) - (bands[1]?.from ?? 0)).toBeGreaterThanOrEqual(0.0099);
  });
  it('finds the state of a moment', () => {
    const spans = [span(0, 10, 'A'), span(10, 20, 'B')];
    expect(stateAt(spans, 9)?.value).toBe('A');
    expect(stateAt(spans, 20)?.value).toBe('B');
    expect(stateAt(spans, 21)).toBeUndefined();
  });
});

describe('alarm periods', () => {
  const line = (seq: number, alarm: number, moment: number, transition: JournalLine['transition']) =>
    ({ seq, alarm, at: moment, transition, point: 7, priority: 'high', text: 'Warm' }) as JournalLine;
  it('run from raised to cleared, whatever happens between, and on to now', () => {
    const lines = [
      line(1, 1, 10, 'raised'),
      line(2, 1, 15, 'acknowledged'),
      line(3, 1, 20, 'cleared'),
      line(4, 1, 25, 'acknowledged'),
      line(5, 2, 50, 'raised'),
    ];
    expect(periodsOf(lines.toReversed(), 0, 100).map((p) => [p.alarm, p.from, p.to])).toEqual([
      [1, 10, 20],
      [2, 50, undefined],
    ]);
    expect(periodsOf(lines, 21, 40)).toEqual([]);
  });
  it('begin with the window where the raising was not read', () => {
    expect(periodsOf([line(9, 1, 30, 'cleared')], 20, 40).map((p) => [p.from, p.to])).toEqual([[20, 30]]);
    expect(periodsOf([line(9, 1, 30, 'acknowledged')], 20, 40)).toEqual([]);
  });
  it('stand below each other where they are at the same time', () => {
    const lines = [
      line(1, 1, 0, 'raised'),
      line(2, 2, 5, 'raised'),
      line(3, 1, 10, 'cleared'),
      line(4, 3, 20, 'raised'),
    ];
    expect(lanesOf(periodsOf(lines, 0, 100), 1)).toEqual([0, 1, 0]);
  });
});

describe('axis', () => {
  it('gives one axis a unit, left and right by turns, and a pen its own', () => {
    const axes = axesOf([
      { point: 1, unit: '°C' },
      { point: 2, unit: '/min' },
      { point: 3, unit: '°C' },
      { point: 4, unit: null },
      { point: 5, unit: '°C', own: true },
    ]);
    expect(axes.map((a) => [a.key, a.side, a.pens])).toEqual([
      ['u:°C', 'left', [0, 2]],
      ['u:/min', 'right', [1]],
      ['u:', 'left', [3]],
      ['p:5', 'right', [4]],
    ]);
  });
  it('takes near limits in and leaves far ones out', () => {
    const [low, high] = axisRange([10, 20], [5, 25, 1000]);
    expect(low).toBeLessThan(5);
    expect(high).toBeGreaterThan(25);
    expect(high).toBeLessThan(40);
  });
  it('stands up to flat, missing and zero data', () => {
    for (const range of [
      axisRange([0, 0], []),
      axisRange([5, 5], []),
      axisRange(undefined, []),
      axisRange(undefined, [3]),
    ]) {
      expect(range[0]).toBeLessThan(range[1]);
    }
  });
  it('keeps to the ends that a person set, and never turns over', () => {
    expect(withEnds([0, 10], { min: 2, max: 4 })).toEqual([2, 4]);
    expect(withEnds([0, 10], { min: 2 })).toEqual([2, 10]);
    expect(withEnds([0, 10], { min: 20 })).toEqual([20, 30]);
    expect(withEnds([0, 10], { max: -5 })).toEqual([-15, -5]);
    expect(withEnds([0, 10], { min: 5, max: 5 })).toEqual([0, 10]);
    expect(withEnds([0, 10], undefined)).toEqual([0, 10]);
  });
  it('has round ticks', () => {
    expect(valueTicks(0, 10, 250)).toEqual([0, 2, 4, 6, 8, 10]);
    expect(valueTicks(-0.3, 0.3, 150).map((t) => Number(t.toFixed(3)))).toEqual([-0.2, 0, 0.2]);
    expect(valueTicks(1, 1, 100)).toEqual([]);
    expect(valueTicks(NaN, 1, 100)).toEqual([]);
    expect(axisLabels([-0.2, -5e-17, 0.2])).toEqual(['\u22120.2', '0.0', '0.2']);
  });
  it('leaves the plot its place, whatever stands around it', () => {
    const axis = (key: string, side: 'left' | 'right') => ({ key, unit: '°C', side, pens: [0], low: 0, high: 1000 });
    const input = { width: 1000, height: 500, numbers: () => [1], lanes: 2 };
    const layout = layoutOf({ ...input, axes: [axis('a', 'left'), axis('b', 'right'), axis('c', 'left')], bands: 3 });
    expect(layout.left).toBeGreaterThan(60);
    expect(layout.right).toBeLessThan(1000 - 30);
    expect(layout.bands).toHaveLength(3);
    expect(layout.bands[0]).toBeGreaterThan(layout.bottom);
    expect(layout.bands[2]! + 18).toBeLessThan(500 - 30);
    // The outer axis stands further out.
    expect(layout.axes[2]!.x).not.toBe(layout.axes[0]!.x);
  });
});

describe('the time axis', () => {
  const labels = (from: number, to: number, px = 800) => {
    const ticks = timeTicks(from, to, px);
    return timeLabels(ticks.at, ticks.step).map((l) => l.split('\n')[0]);
  };
  it('is round in local time from a year to microseconds', () => {
    const day = at(2026, 10, 24);
    expect(labels(day, day + DAY)).toEqual([
      '00:00',
      '03:00',
      '06:00',
      '09:00',
      '12:00',
      '15:00',
      '18:00',
      '21:00',
      '00:00',
    ]);
    expect(labels(at(2026, 0, 1), at(2026, 11, 31))).toContain('Mar');
    expect(labels(at(2026, 0, 1), at(2026, 0, 29)).length).toBeGreaterThan(3);
    expect(labels(day, day + MINUTE)).toContain('00:00:30');
    expect(labels(day, day + SECOND)).toContain('00.4');
    expect(labels(day + 123_400, day + 124_400)).toContain('00.1240');
    expect(labels(at(2000, 0, 1), at(2026, 0, 1))).toContain('2010');
  });
  it('never crowds its labels, whatever the window', () => {
    for (let span = 500; span < 30 * 366 * DAY; span *= 1.7) {
      for (const start of [at(2026, 2, 28, 23), at(2026, 9, 24, 12), at(2024, 1, 27)]) {
        const { at: ticks } = timeTicks(start, start + span, 900);
        expect(ticks.length, `${span}`).toBeLessThan(13);
        expect(ticks.length, `${span}`).toBeGreaterThan(0);
        for (let i = 1; i < ticks.length; i++) {
          expect(((ticks[i]! - ticks[i - 1]!) / span) * 900, `${span} ${ticks[i]}`).toBeGreaterThan(36);
        }
      }
    }
  });
  it('names the day once', () => {
    const noon = at(2026, 10, 24, 12);
    expect(timeLabels([noon, noon + HOUR], HOUR)).toEqual(['12:00\n24 Nov', '13:00']);
    expect(timeLabels([noon], 31 * DAY)).toEqual(['Nov\n2026']);
    expect(momentLabel(noon, HOUR)).toBe('24 Nov 12:00:00');
    expect(momentLabel(noon + 1234, 1000)).toBe('24 Nov 12:00:00.001234');
    expect(rangeLabel(noon, noon + HOUR)).toBe('24 Nov 2026 12:00:00 – 13:00:00');
    expect(rangeLabel(noon, noon + 2 * DAY)).toBe('24 Nov 2026 12:00 – 26 Nov 2026 12:00');
  });
  it('says lengths as people do', () => {
    const all = [12, 4567, 1.5 * SECOND, 250 * SECOND, -(26 * HOUR + 5 * MINUTE)];
    expect(all.map(lengthLabel)).toEqual(['12 µs', '4.567 ms', '1.5 s', '4 min 10 s', '\u22121 d 2 h 5 min']);
  });
});

describe('numbers', () => {
  it('are written with their precision', () => {
    expect(numberLabel(12345.678, 1)).toBe('12\u202f345.7');
    expect(numberLabel(0.00123456, null)).toBe('0.001235');
    expect(numberLabel(-3, null)).toBe('\u22123');
    expect(numberLabel(-0.001, 1)).toBe('0.0');
    expect(numberLabel(NaN, 2)).toBe('–');
  });
});

describe('comparison', () => {
  it('goes by the calendar', () => {
    const noon = at(2026, 10, 24, 12);
    expect(shiftOf('day', noon)).toBe(DAY);
    expect(shiftOf('month', noon)).toBe(31 * DAY);
    expect(shiftOf('year', noon)).toBe(365 * DAY);
    expect(shiftOf('none', noon)).toBeUndefined();
    expect(shiftOf('chosen', noon, 5 * HOUR)).toBe(5 * HOUR);
    expect(shiftOf('chosen', noon)).toBeUndefined();
    expect(compareNote('week', noon - DAY, noon, 7 * DAY)).toContain('a week before, 16 Nov 2026 12:00');
  });
});

describe('pens', () => {
  it('are told apart by colour with dash, and by marker, all twenty', () => {
    const of = (i: number) => `${penColour(i, false)} ${penDash(i)?.join() ?? 'solid'}`;
    expect(new Set(Array.from({ length: MOST_PENS }, (_v, i) => of(i))).size).toBe(MOST_PENS);
    // Where a colour comes round, the marker is another one.
    for (let i = 8; i < MOST_PENS; i++) expect(penMarker(i)).not.toBe(penMarker(i - 8));
    expect(isCounted({ kind: 'bool', sum: 'delta' })).toBe(false);
  });
  it('stand 4.5:1 on the cards', () => {
    const light = (hex: string) => {
      const part = (i: number) => {
        const v = parseInt(hex.slice(1 + 2 * i, 3 + 2 * i), 16) / 255;
        return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
      };
      return 0.2126 * part(0) + 0.7152 * part(1) + 0.0722 * part(2);
    };
    const ratio = (a: string, b: string) => {
      const [x, y] = [light(a), light(b)];
      return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
    };
    for (let i = 0; i < 8; i++) {
      for (const card of ['#e1e3e5', '#fffdfa']) expect(ratio(penColour(i, false), card)).toBeGreaterThan(4.5);
      for (const card of ['#2e3337', '#262320']) expect(ratio(penColour(i, true), card)).toBeGreaterThan(4.5);
    }
  });
});
