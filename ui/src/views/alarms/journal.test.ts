import { describe, expect, it } from 'vitest';
import type { JournalLine } from '../../ipc/gen/JournalLine';
import { filterOf, merged, oldestOf, PAGE, refreshed } from './journal';

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
      priorities: ['high'],
      search: 'cap',
      before: 9,
      limit: PAGE,
    });
  });
});
