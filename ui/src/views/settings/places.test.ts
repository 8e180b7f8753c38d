import { describe, expect, it } from 'vitest';
import type { PlaceView } from '../../ipc/gen/PlaceView';
import { kindsUnder, nameFault, placeLines, removalWords } from './places';

const place = (id: number, parent: number | null, name: string, part: Partial<PlaceView> = {}): PlaceView => ({
  id,
  parent,
  name,
  kind: 'room',
  realm: 'home',
  position: 0,
  ...part,
});

const HOUSE = [
  place(1, null, 'House', { kind: 'home' }),
  place(2, 1, 'Upstairs', { kind: 'floor', position: 2 }),
  place(3, 1, 'Kitchen', { position: 1 }),
  place(4, 2, 'Bedroom'),
  place(5, null, 'Line 1', { kind: 'line', realm: 'plant' }),
];

describe('placeLines', () => {
  it('lists a face as a tree, by position, and counts what is inside', () => {
    const lines = placeLines(HOUSE, [{ place: 4 }, { place: 4 }, { place: 3 }, { place: null }], 'home');
    expect(lines.map((l) => [l.place.name, l.depth, l.devices, l.inside])).toEqual([
      ['House', 0, 3, 3],
      ['Kitchen', 1, 1, 0],
      ['Upstairs', 1, 2, 1],
      ['Bedroom', 2, 2, 0],
    ]);
    expect(placeLines(HOUSE, [], 'plant').map((l) => l.place.name)).toEqual(['Line 1']);
  });

  it('loses no place whose parent is missing or that stands in a circle', () => {
    const odd = [place(1, 99, 'Orphan'), place(2, 3, 'A'), place(3, 2, 'B')];
    expect(
      placeLines(odd, [], 'home')
        .map((l) => l.place.name)
        .sort(),
    ).toEqual(['A', 'B', 'Orphan']);
  });
});

describe('editing places', () => {
  it('offers what can be inside', () => {
    expect(kindsUnder(null, 'home')).toContain('room');
    expect(kindsUnder(place(1, null, 'x', { kind: 'room' }), 'home')).toEqual([]);
    expect(kindsUnder(place(1, null, 'x', { kind: 'area', realm: 'plant' }), 'plant')).toContain('line');
  });

  it('wants a name that its siblings do not have', () => {
    expect(nameFault(' ', 1, HOUSE, null)).not.toBe('');
    expect(nameFault('kitchen', 1, HOUSE, null)).toContain('already');
    expect(nameFault('Kitchen', 1, HOUSE, 3)).toBe('');
    expect(nameFault('Kitchen', 2, HOUSE, null)).toBe('');
    expect(nameFault('x'.repeat(101), 1, HOUSE, null)).not.toBe('');
  });

  it('says what a removal takes along', () => {
    const lines = placeLines(HOUSE, [{ place: 4 }], 'home');
    expect(lines.map(removalWords)).toEqual([
      'House and the 3 places inside it will be gone. Its device stays, without a place until moved.',
      'Kitchen will be gone.',
      'Upstairs and the place inside it will be gone. Its device stays, without a place until moved.',
      'Bedroom will be gone. Its device stays, without a place until moved.',
    ]);
  });
});
