import { describe, expect, it } from 'vitest';
import { deltaRow, nudged, placed, spanLabel, valueAt } from './cursors';
import { grain } from './counters';
import { series, until } from './fixtures';
import { legendGrid } from './image';
import { lineRow, rowsOf } from './legend';
import { bucketOf, levelFor, tilesOf } from './levels';
import type { ChartLook } from './look';
import type { TrendPen } from './pens';
import { counterKey, sceneOf, type Data, type Spec } from './scene';
import { tableOf } from './table';
import { Tiles } from './tiles';

const MINUTE = 60e6;
const HOUR = 60 * MINUTE;
const FROM = 1_800_000_000e6;
const look = { pen: (i: number) => `#00000${i}`, card: '#fff', font: 'x', tints: [] } as unknown as ChartLook;
const none = { states: new Map(), marks: new Map(), counters: new Map(), alarms: [], tails: new Map() };

function pen(point: number, more: Partial<TrendPen> = {}): TrendPen {
  return { point, name: `P${point}`, unit: 'W', precision: 1, kind: 'number', ...more };
}

function spec(pens: TrendPen[], more: Partial<Spec> = {}): Spec {
  return {
    pens: pens.map((p, index) => ({ pen: p, index })),
    from: FROM,
    to: FROM + HOUR,
    live: false,
    width: 1000,
    height: 400,
    hidden: new Set(),
    strong: undefined,
    axes: {},
    compare: undefined,
    now: FROM + 100 * HOUR,
    ...more,
  };
}

/** A sample a minute, its value the minute of the window; over `hours` before it as well. */
function data(points: number[], hours = 0, span = HOUR): Data {
  const tiles = new Tiles();
  const level = levelFor(span, 1000);
  const [first, last] = tilesOf(FROM - hours * HOUR, FROM + span, level);
  const bucket = bucketOf(level);
  for (const point of points) {
    const times = until(60 * (hours + 1) + 1, MINUTE, FROM - hours * HOUR);
    const made = series(point, times, (i) => i - 60 * hours);
    const grid = { ...made, time: made.time.map((t) => Math.floor(t / bucket) * bucket) };
    tiles.put(point, level, first, last, grid, FROM + 100 * HOUR);
  }
  return { ...none, tiles };
}

describe('a scene', () => {
  it('puts pens of a unit on one axis that shows all of both', () => {
    const scene = sceneOf(spec([pen(1), pen(2), pen(3, { unit: 'bar' })]), data([1, 2, 3]), look);
    expect(scene.layout.axes.map((a) => a.title)).toEqual(['W 1,2', 'bar 3']);
    const [line] = scene.lines;
    expect(line?.paint.low).toBeLessThanOrEqual(0);
    expect(line?.paint.high).toBeGreaterThanOrEqual(60);
  });

  it('leaves out what is hidden, and keeps the numbers of the others', () => {
    const scene = sceneOf(spec([pen(1), pen(2)], { hidden: new Set([1]) }), data([1, 2]), look);
    expect(scene.lines.map((l) => l.paint.number)).toEqual([2]);
    expect(rowsOf(scene.spec.pens, scene, undefined).map((r) => r.value)).toEqual(['–', '60.0']);
  });

  it('keeps to ends that were set and converts', () => {
    const convert = (v: number) => v * 1.8 + 32;
    const scene = sceneOf(
      spec([pen(1, { unit: '°F', convert })], { axes: { 'u:°F': { min: 0, max: 500 } } }),
      data([1]),
      look,
    );
    expect(scene.layout.axes[0]).toMatchObject({ low: 0, high: 500 });
    const row = lineRow(scene.lines[0]!, scene, FROM + 10 * MINUTE);
    expect(row.value).toBe('50.0');
    expect([row.min, row.max]).toEqual(['32.0', '140.0']);
  });

  it('draws limits of few pens, of many only where one is pointed at', () => {
    const limits = { lo_lo: null, lo: 5, hi: 50, hi_hi: null };
    const pens = [1, 2, 3].map((p) => pen(p, { limits }));
    expect(sceneOf(spec(pens.slice(0, 1)), data([1]), look).limits.map((l) => l.name)).toEqual([
      'low 5.0 W',
      'high 50.0 W',
    ]);
    expect(sceneOf(spec(pens), data([1, 2, 3]), look).limits).toEqual([]);
    expect(sceneOf(spec(pens, { strong: 2 }), data([1, 2, 3]), look).limits).toHaveLength(2);
  });

  it('lays an earlier range over the window', () => {
    const scene = sceneOf(spec([pen(1)], { compare: HOUR }), data([1], 1), look);
    const row = lineRow(scene.lines[0]!, scene, FROM + 30 * MINUTE);
    expect([row.value, row.before]).toEqual(['30.0', '\u221230.0']);
    expect(scene.lines[0]?.before?.faded).toBe(true);
    // The axis shows both.
    expect(scene.lines[0]?.paint.low).toBeLessThanOrEqual(-60);
  });

  it('holds the value from before the window, and says nothing in a gap', () => {
    const held = { held: 7, doubts: [{ from: FROM + 20 * MINUTE, to: FROM + 40 * MINUTE, quality: 'stale' as const }] };
    const empty = { ...none, tiles: new Tiles(), marks: new Map([[1, held]]) };
    const [line] = sceneOf(spec([pen(1)]), empty, look).lines;
    expect([10, 30, 50].map((m) => valueAt(line!, FROM + m * MINUTE))).toEqual([7, undefined, 7]);
    expect(line?.paint.high).toBeGreaterThan(7);
  });

  it('goes on with the newest values while it is live', () => {
    const now = FROM + HOUR + MINUTE;
    const live = { ...data([1]), tails: new Map([[1, [{ at: now - 1e6, value: 99 }]]]) };
    const scene = sceneOf(spec([pen(1)], { to: now, live: true, now }), live, look);
    expect(lineRow(scene.lines[0]!, scene, undefined).value).toBe('99.0');
    expect(scene.lines[0]?.paint.high).toBeGreaterThan(99);
  });

  it('draws a counter as bars on an axis that says so and begins at nothing', () => {
    const begin = new Date(2026, 5, 1).getTime() * 1000;
    const hours = until(49, grain('day'), begin).map((at) => [at, 1] as const);
    const counters = new Map([[counterKey(1, 'day'), hours]]);
    const scene = sceneOf(
      spec([pen(1, { sum: 'delta', unit: 'kWh' })], {
        from: begin,
        to: begin + 10 * 24 * HOUR,
        now: begin + 99 * 24 * HOUR,
      }),
      { ...none, tiles: new Tiles(), counters },
      look,
    );
    expect(scene.layout.axes[0]).toMatchObject({ unit: 'kWh a day', low: 0 });
    expect(scene.lines[0]?.bars?.now.map((b) => b.value)).toEqual([24, 24, 1]);
    expect(lineRow(scene.lines[0]!, scene, begin + 30 * HOUR)).toMatchObject({ value: '24.0', unit: 'kWh a day' });
  });

  it('keeps alarms of its pens only', () => {
    const period = { alarm: 1, from: FROM, to: undefined, priority: 'high' as const, text: 'Warm' };
    const scene = sceneOf(
      spec([pen(1)]),
      {
        ...data([1]),
        alarms: [
          { ...period, point: 1 },
          { ...period, point: 9, alarm: 2 },
        ],
      },
      look,
    );
    expect(scene.alarms).toHaveLength(1);
    expect(scene.layout.top).toBeGreaterThan(30);
  });
});

describe('cursors', () => {
  const scene = sceneOf(spec([pen(1)]), data([1]), look);
  const line = scene.lines[0]!;

  it('tell difference, extremes, mean over time and integral', () => {
    const row = deltaRow(line, { a: FROM + 10 * MINUTE, b: FROM + 40 * MINUTE });
    expect([row.a, row.b, row.delta]).toEqual(['10.0', '40.0', '+30.0']);
    expect([row.min, row.max, row.mean]).toEqual(['10.0', '40.0', '24.5']);
    // 24.5 W for half an hour.
    expect(row.integral).toBe('12.25 Wh');
  });

  it('go either way', () => {
    const row = deltaRow(line, { a: FROM + 40 * MINUTE, b: FROM + 10 * MINUTE });
    expect(row.delta).toBe('\u221230.0');
    expect(row.mean).toBe('24.5');
  });

  it('stand in the window, move by pixels, and say how far apart they are', () => {
    const { a, b } = placed(0, 100);
    expect(a).toBeLessThan(b);
    expect(nudged(50, 'ArrowRight', 2, false, 0, 100)).toBe(52);
    expect(nudged(50, 'ArrowLeft', 2, true, 0, 100)).toBe(10);
    expect([nudged(50, 'Home', 2, false, 0, 100), nudged(50, 'End', 2, false, 0, 100)]).toEqual([0, 100]);
    expect(nudged(50, 'x', 2, false, 0, 100)).toBeUndefined();
    expect(spanLabel({ a: 0, b: 20_000 })).toBe('20 ms (50 Hz)');
    expect(spanLabel({ a: 0, b: 3 * HOUR })).toBe('3 h');
  });
});

describe('beside the picture', () => {
  it('is a table of the same values, newest first', () => {
    const spans = [{ from: FROM, to: FROM + HOUR, value: 'open', quality: 'good' as const }];
    const scene = sceneOf(
      spec([pen(1), pen(2, { kind: 'enum' })]),
      { ...data([1]), states: new Map([[2, spans]]) },
      look,
    );
    const table = tableOf(scene);
    expect(table.heads.map((h) => h.text)).toEqual(['1 P1, W', '2 P2']);
    expect(table.rows[0]?.cells).toEqual(['60.0', 'open']);
    expect(table.rows.at(-1)?.cells).toEqual(['0.0', 'open']);
    expect(table.rows).toHaveLength(49);
  });
  it('is a legend in as many columns as there is room for', () => {
    expect(legendGrid(20, 1200)).toEqual({ columns: 3, rows: 7 });
    expect(legendGrid(1, 300)).toEqual({ columns: 1, rows: 1 });
  });
});
