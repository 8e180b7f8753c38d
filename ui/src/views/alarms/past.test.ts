import { describe, expect, it } from 'vitest';
import type { JournalLine } from '../../ipc/gen/JournalLine';
import { occurrences } from './past';

describe('past occurrences', () => {
  it('pairs what was raised with its end and with who saw it', () => {
    const told = [
      'raised',
      'acknowledged',
      'cleared',
      'shelved',
      'unshelved',
      'raised',
      'cleared',
      'acknowledged',
      'raised',
    ];
    const lines = told.map((transition, i) => ({ seq: i, at: i * 10, transition }) as JournalLine).reverse();
    expect(occurrences(lines)).toEqual([
      { seq: 8, at: 80, lasted: undefined, seenAfter: undefined },
      { seq: 5, at: 50, lasted: 10, seenAfter: 20 },
      { seq: 0, at: 0, lasted: 20, seenAfter: 10 },
    ]);
    expect(occurrences([])).toEqual([]);
  });
});
