import { describe, expect, it, vi } from 'vitest';
import { align } from './align';
import { bandsOf, stateAt } from './bands';
import { momentLabel, numberLabel, timeLabels } from './labels';
import { bandRow, lineRow } from './legend';
import { mendLanguage } from './locale';
import { penColour } from './pens';
import { HOUR, MINUTE, SECOND } from './range';
import { Latest, refreshAfter, requestFor, stepAfter } from './request';
import type { Series } from './history';

function series(point: number, time: number[], value: (i: number) => number): Series {
  const mean = Float64Array.from(time, (_t, i) => value(i));
  const count = mean.map(() => 3);
  return {
    point,
    time: Float64Array.from(time),
    mean,
    last: mean,
    min: mean.map((v) => v - 1),
    max: mean.map((v) => v + 1),
    count,
  };
}

describe('a request', () => {
  it('is aligned to its buckets, so that a live window does not wobble', () => {
    const a = requestFor({ from: 1000 * SECOND, to: 1600 * SECOND, live: true }, 600);
    const b = requestFor({ from: 1000.4 * SECOND, to: 1600.4 * SECOND, live: true }, 600);
    expect(a.bucket).toBe(SECOND);
    expect(a.from % a.bucket).toBe(0);
    expect((b.from - a.from) % a.bucket).toBe(0);
    expect((a.to - a.from) / a.width).toBe(a.bucket);
  });
  it('never asks for more than the backend draws well', () => {
    const r = requestFor({ from: 0, to: 1e15, live: false }, 10_000);
    expect(r.width).toBeLessThanOrEqual(2002);
  });
  it('follows the clock more slowly the longer the window', () => {
    const hour = { from: 0, to: HOUR, live: true };
    const year = { from: 0, to: 365 * 24 * HOUR, live: true };
    expect(stepAfter(hour, 1000)).toBe(3600);
    expect(stepAfter(year, 1000)).toBe(5000);
    expect(refreshAfter({ from: 0, to: MINUTE, live: true }, 1000)).toBe(1000);
  });
});

describe('asking', () => {
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

describe('a gap', () => {
  it('cuts the line in all rows that other pens have in it', () => {
    const slow = series(1, [0, 1, 2, 3, 4, 40, 41, 42], (i) => i);
    const other = series(
      2,
      Array.from({ length: 43 }, (_v, i) => i),
      (i) => i,
    );
    const [x, mean] = align([slow, other], 1);
    const inside = x.map((t, i) => [Math.round(t * 1e6), mean?.[i]] as const).filter(([t]) => t > 4 && t < 40);
    expect(inside.length).toBe(35);
    expect(inside.every(([, v]) => v === null)).toBe(true);
  });
});

describe('bands', () => {
  const span = (from: number, to: number, value: string | boolean) => ({
    from,
    to,
    value,
    quality: 'good' as const,
  });
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

describe('the legend', () => {
  const pen = { point: 1, name: 'P', unit: 'bar', precision: 1, kind: 'number' as const };
  const data = series(1, [0, 10, 20, 1000], (i) => i * 10);
  it('says the newest value without a cursor', () => {
    const row = lineRow(pen, 0, data, { at: 1010, value: 99 }, undefined, { from: 0, to: 1020, live: true }, 40);
    expect(row.value).toBe('99.0');
    expect(row.min).toBe('-1.0'.replace('-', '\u2212'));
    expect(row.max).toBe('31.0');
  });
  it('says nothing inside a gap', () => {
    expect(lineRow(pen, 0, data, undefined, 500, { from: 0, to: 1020, live: false }, 40).value).toBe('–');
    expect(lineRow(pen, 0, data, undefined, 12, { from: 0, to: 1020, live: false }, 40).value).toBe('10.0');
  });
  it('says the state of a band', () => {
    const spans = [{ from: 0, to: 10, value: true, quality: 'good' as const }];
    expect(bandRow({ ...pen, kind: 'bool' }, 1, spans, 5).value).toBe('on');
  });
});

describe('labels', () => {
  it('name the day once', () => {
    const noon = new Date(2026, 10, 24, 12, 0, 0).getTime() / 1000;
    expect(timeLabels([noon, noon + 3600], 3600)).toEqual(['12:00\n24 Nov', '13:00']);
    expect(timeLabels([noon], 86400 * 31)).toEqual(['Nov\n2026']);
    expect(momentLabel(noon * 1e6, HOUR)).toBe('24 Nov 12:00:00');
  });
  it('write numbers with their precision', () => {
    expect(numberLabel(12345.678, 1)).toBe('12\u202f345.7');
    expect(numberLabel(0.00123456, null)).toBe('0.001235');
    expect(numberLabel(-3, null)).toBe('\u22123');
    expect(numberLabel(NaN, 2)).toBe('–');
  });
});

it('mends a language that Intl does not take', () => {
  const nav = { language: 'C' };
  mendLanguage(nav);
  expect(nav.language).toBe('en-US');
});

it('colours stand 3:1 on the cards', () => {
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
