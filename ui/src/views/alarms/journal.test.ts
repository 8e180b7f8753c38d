import { describe, expect, it } from 'vitest';
import type { JournalLine } from '../../ipc/gen/JournalLine';
import { counted, filterOf, merged, oldestOf, PAGE, placesOf, refreshed } from './journal';

const line = (seq: number) => ({ seq }) as JournalLine;
const seqs = (lines: JournalLine[]) => lines.map((l) => l.seq);

describe('journal pages', () => {
  it('joins pages newest first without doubling a row', () => {
    expect(seqs(merged([line(9), line(8)], [line(8), line(7)]))).toEqual([9, 8, 7]);
    expect(oldestOf([line(9), line(7)])).toBe(7);
    expect(oldestOf([])).toBeNull();
  });

  it('puts new entries on top of what is known', () => {
    expect(seqs(refreshed([line(5), line(4)], [line(7), line(6), line(5)], 3))).toEqual([7, 6, 5, 4]);
  });

  it('begins anew where entries between are unknown', () => {
    expect(seqs(refreshed([line(5)], [line(12), line(11)], 2))).toEqual([12, 11]);
  });

  it('keeps all where the page was not full', () => {
    expect(seqs(refreshed([line(5)], [line(9), line(7)], 3))).toEqual([9, 7, 5]);
  });

  it('asks for what was chosen', () => {
    expect(filterOf({ priorities: new Set(['high']), search: ' cap ', from: 1, to: null }, 9)).toEqual({
      from: 1,
      to: null,
      device: null,
      point: null,
      alarm: null,
      place: null,
      transitions: [],
      states: [],
      priorities: ['high'],
      search: 'cap',
      before: 9,
      limit: PAGE,
    });
  });

  it('asks for a place, a device, what happened and how it stood', () => {
    const filter = filterOf(
      {
        priorities: new Set(),
        search: '',
        from: null,
        to: null,
        place: 3,
        device: 4,
        transitions: new Set(['cleared']),
        states: new Set(['returned']),
      },
      null,
    );
    expect([filter.place, filter.device, filter.transitions, filter.states]).toEqual([3, 4, ['cleared'], ['returned']]);
  });

  it('names places by their path, also where they lie within each other', () => {
    const places = new Map([
      [1, { id: 1, name: 'Berlin', parent: null }],
      [2, { id: 2, name: 'Filling', parent: 1 }],
      [3, { id: 3, name: 'Loop', parent: 3 }],
    ]);
    expect(
      placesOf(places)
        .map(({ name }) => name)
        .slice(0, 2),
    ).toEqual(['Berlin', 'Berlin › Filling']);
  });

  it('groups the digits of numbers, not of fingerprints', () => {
    expect(counted('All 1204 lines; 12345678901234567890')).toMatch(/^All 1.204 lines; 12345678901234567890$/);
  });
});
