import { describe, expect, it } from 'vitest';
import type { DeviceView } from '../../ipc/gen/DeviceView';
import type { PointView } from '../../ipc/gen/PointView';
import { formatPens, parsePens, remember, remembered, withPen } from './choice';
import { find, indexOf } from './search';

const point = (id: number, name: string, part: Partial<PointView> = {}) =>
  ({ id, name, key: name, kind: 'number', role: 'value', unit: null, class: null, ...part }) as PointView;
const device = (name: string, place: number | null, points: PointView[]) => ({ name, place, points }) as DeviceView;

describe('pens of the address', () => {
  it('takes ids and leaves out everything else', () => {
    expect(parsePens('3, 7,3,x,-1,1.5,,99999999999')).toEqual([3, 7]);
    expect(parsePens('1,2,3,4,5,6,7,8,9')).toHaveLength(8);
    expect(parsePens(undefined)).toEqual([]);
    expect(parsePens(formatPens([4, 2]))).toEqual([4, 2]);
  });

  it('adds a pen once and only where there is room', () => {
    expect(withPen([1], 2)).toEqual([1, 2]);
    expect(withPen([1], 1)).toEqual([1]);
    expect(withPen([1, 2, 3, 4, 5, 6, 7, 8], 9)).toHaveLength(8);
  });

  it('remembers the last ones, and lives without storage', () => {
    const held = new Map<string, string>();
    const storage = {
      getItem: (key: string) => held.get(key) ?? null,
      setItem: (key: string, value: string) => void held.set(key, value),
    };
    remember([5, 6], storage);
    expect(remembered(storage)).toEqual([5, 6]);
    const broken = {
      getItem: () => {
        throw new Error('forbidden');
      },
      setItem: () => {
        throw new Error('full');
      },
    };
    expect(() => remember([1], broken)).not.toThrow();
    expect(remembered(broken)).toEqual([]);
    expect(remembered(undefined)).toEqual([]);
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
