import { describe, expect, it } from 'vitest';
import type { DeviceView } from '../../ipc/gen/DeviceView';
import type { PointView } from '../../ipc/gen/PointView';
import { EMPTY, formatChoice, parseChoice, parsePens, remember, remembered, withPen, type Choice } from './address';
import { find, indexOf } from './search';

const point = (id: number, name: string, part: Partial<PointView> = {}) =>
  ({ id, name, key: name, kind: 'number', role: 'value', unit: null, class: null, ...part }) as PointView;
const device = (name: string, place: number | null, points: PointView[]) => ({ name, place, points }) as DeviceView;

describe('pens of the address', () => {
  const ids = (text: string | undefined) => parsePens(text).map((pen) => pen.point);

  it('takes ids and leaves out everything else', () => {
    expect(ids('3, 7,3,x,-1,1.5,,99999999999')).toEqual([3, 7]);
    expect(ids(Array.from({ length: 30 }, (_v, i) => i + 1).join())).toHaveLength(20);
    expect(ids(undefined)).toEqual([]);
    expect(parsePens('4~delta~own,2~hidden~nonsense,5~mean')).toEqual([
      { point: 4, sum: 'delta', own: true },
      { point: 2, hidden: true },
      { point: 5 },
    ]);
  });

  it('adds a pen once and only where there is room', () => {
    expect(withPen([{ point: 1 }], 2)).toEqual([{ point: 1 }, { point: 2 }]);
    expect(withPen([{ point: 1, own: true }], 1)).toEqual([{ point: 1, own: true }]);
    const many = Array.from({ length: 20 }, (_v, i) => ({ point: i + 1 }));
    expect(withPen(many, 99)).toHaveLength(20);
  });

  it('carries a whole choice there and back', () => {
    const choice: Choice = {
      pens: [
        { point: 3, sum: 'last', own: true },
        { point: 9, hidden: true },
      ],
      axes: { 'u:°C': { min: -10, max: 30.5 }, 'p:3': { max: 5 } },
      window: { from: 1_700_000_000_000_000, to: 1_700_000_000_250_000 },
      against: 'chosen',
      shift: 86_400e6,
      cursors: { a: 1_700_000_000_000_100, b: 1_700_000_000_000_200 },
      table: true,
      saved: 4,
    };
    expect(parseChoice(new URLSearchParams(formatChoice(choice)))).toEqual(choice);
    const live: Choice = { ...EMPTY, pens: [{ point: 1 }], window: { span: 90e6 }, against: 'week' };
    expect(formatChoice(live)).toBe('pens=1&span=90&vs=week');
    expect(parseChoice(new URLSearchParams('pens=1&span=90&vs=week'))).toEqual(live);
    expect(formatChoice(EMPTY)).toBe('pens=');
  });

  it('leaves out what does not read', () => {
    const of = (query: string) => parseChoice(new URLSearchParams(query));
    expect(of('pens=1&from=5&to=4&vs=tomorrow&axes=x;u:m=a..b;u:=1..&a=1&saved=-2')).toEqual({
      ...EMPTY,
      pens: [{ point: 1 }],
      axes: { 'u:': { min: 1 } },
    });
    expect(of('vs=chosen:-5').against).toBe('none');
    expect(of('span=1e12').window).toEqual({ span: 20 * 366 * 86_400e6 });
  });

  it('remembers the last choice, and lives without storage', () => {
    const held = new Map<string, string>();
    const storage = {
      getItem: (key: string) => held.get(key) ?? null,
      setItem: (key: string, value: string) => void held.set(key, value),
    };
    remember('pens=5,6&span=60', storage);
    expect(remembered(storage)).toBe('pens=5,6&span=60');
    remember('pens=', storage);
    expect(remembered(storage)).toBeUndefined();
    const broken = {
      getItem: () => {
        throw new Error('forbidden');
      },
      setItem: () => {
        throw new Error('full');
      },
    };
    expect(() => remember('pens=1', broken)).not.toThrow();
    expect(remembered(broken)).toBeUndefined();
    expect(remembered(undefined)).toBeUndefined();
  });
});

describe('pen search', () => {
  const all = indexOf(
    [
      device('Filler', 1, [
        point(1, 'Fill volume', { unit: 'ml' }),
        point(2, 'State', { kind: 'enum' }),
        point(3, 'Reset', { kind: 'action' }),
      ]),
      device('Kitchen', 2, [point(4, '', { class: 'temperature', unit: '°C' }), point(5, 'Fill')]),
    ],
    (place) => (place === 1 ? 'Berlin › Line 1' : 'Home'),
  );

  it('finds by every word, in any order, over device, point, place and class', () => {
    expect(find(all, 'volume filler', new Set()).rows.map((r) => r.point)).toEqual([1]);
    expect(find(all, 'line', new Set()).rows.map((r) => r.point)).toEqual([1, 2]);
    expect(find(all, 'temperature', new Set()).rows.map((r) => r.name)).toEqual(['Kitchen']);
    expect(find(all, 'nothing', new Set())).toEqual({ rows: [], more: 0 });
  });

  it('puts the very word first, then its beginnings, and numbers before states', () => {
    expect(find(all, 'fill', new Set()).rows.map((r) => r.point)).toEqual([1, 5, 2]);
    expect(find(all, 'fil', new Set()).rows.map((r) => r.point)).toEqual([1, 2, 5]);
  });

  it('leaves out pens that are there, and counts what it does not show', () => {
    expect(find(all, '', new Set([1, 4]), 1)).toMatchObject({ rows: [{ point: 5 }], more: 1 });
  });

  it('offers nothing that has no history to draw', () => {
    expect(all.map((f) => f.point)).not.toContain(3);
  });
});
