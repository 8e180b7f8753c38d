import { describe, expect, it } from 'vitest';
import { storage as made } from '../../ipc/fake/keeping';
import type { Retention } from '../../ipc/gen/Retention';
import {
  backupWords,
  capOf,
  capText,
  choices,
  daysWords,
  disk,
  forecast,
  FOREVER,
  keepOf,
  keepWords,
  nextOrder,
  previewWords,
  sameRetention,
  withKeep,
} from './keeping';

const numbers = { of: 'sort', sort: 'numbers' } as const;
const nothing: Retention = { rules: [], cap: null };

describe('rules', () => {
  it('keeps everything where nothing was decided', () => {
    expect(keepOf(nothing, numbers)).toEqual(FOREVER);
    expect(keepWords(FOREVER)).toBe('Every sample, for ever.');
  });
  it('sets, changes and removes a rule', () => {
    const one = withKeep(nothing, numbers, { raw_days: 90, then: { step: 60, days: 3650 } });
    expect(keepOf(one, numbers).raw_days).toBe(90);
    const two = withKeep(one, { of: 'class', class: 'energy' }, FOREVER);
    expect(two.rules).toHaveLength(2);
    expect(withKeep(two, numbers, FOREVER).rules).toEqual([{ scope: { of: 'class', class: 'energy' }, keep: FOREVER }]);
    expect(withKeep(two, { of: 'class', class: 'energy' }, undefined).rules).toHaveLength(1);
    expect(nothing.rules).toHaveLength(0);
  });
  it('puts right what cannot be meant', () => {
    const then = { step: 60, days: 90 };
    expect(keepOf(withKeep(nothing, numbers, { raw_days: 365, then }), numbers).then?.days).toBeNull();
    const point = { of: 'point', point: 3 } as const;
    expect(keepOf(withKeep(nothing, point, { raw_days: null, then }), point).then).toBeNull();
  });
  it('says in plain words what is kept', () => {
    expect(keepWords({ raw_days: 90, then: { step: 60, days: 3650 } })).toBe(
      'Every sample for 90 days, then lowest, highest and mean of every minute until 10 years have passed.',
    );
    expect(keepWords({ raw_days: 365, then: null })).toBe('Every sample for 1 year, then nothing.');
    expect([1, 7, 365, 730, 3650, null].map(daysWords)).toEqual([
      '1 day',
      '7 days',
      '1 year',
      '2 years',
      '10 years',
      'for ever',
    ]);
  });
  it('offers what is set though it is not usual, and only what is longer', () => {
    expect(choices(42)).toContain(42);
    expect(choices(null, 365)).toEqual([730, 1825, 3650, null]);
  });
  it('tells changed rules from the same in another order', () => {
    const a = withKeep(nothing, numbers, { raw_days: 90, then: null });
    const b = withKeep(a, { of: 'class', class: 'energy' }, { raw_days: 7, then: null });
    expect(sameRetention(b, { ...b, rules: b.rules.slice().reverse() })).toBe(true);
    expect(sameRetention(a, b)).toBe(false);
    expect(sameRetention(a, { ...a, cap: 1e9 })).toBe(false);
  });
  it('says what goes at once', () => {
    expect(previewWords({ points: 0, summed: 0, samples: 0 })).toBe('Nothing goes at once.');
    expect(previewWords({ points: 1, summed: 0, samples: 1200 })).toMatch(
      /^At once 1,200 samples of 1 point are removed/,
    );
    expect(previewWords({ points: 2, summed: 3, samples: 5 })).toMatch(/5 points are removed or summed up/);
  });
});

describe('forecast', () => {
  const view = (change: object) => forecast({ ...made(0), cap: null, cap_missed: false, ...change });
  it('counts days, then years, and warns in the last month', () => {
    expect(view({ full_in_days: 214.7 })).toEqual({ text: 'At this rate the disk is full in 214 days.', soon: false });
    expect(view({ full_in_days: 12.2 }).soon).toBe(true);
    expect(view({ full_in_days: 0.4 }).text).toBe('At this rate the disk is full within a day.');
    expect(view({ full_in_days: 1.5 }).text).toMatch(/in 1 day\.$/);
    expect(view({ full_in_days: 1000 }).text).toMatch(/in 2\.7 years\.$/);
    expect(view({ full_in_days: 1e9 }).text).toMatch(/more than 50 years/);
    expect(view({ full_in_days: null }).text).toMatch(/does not grow/);
    expect(view({ samples: 0 }).text).toMatch(/Nothing is stored/);
  });
  it('speaks of the cap where there is one', () => {
    expect(view({ cap: 1e9, full_in_days: 3 })).toEqual({
      text: 'At this rate the cap is reached in 3 days.',
      soon: false,
    });
    expect(view({ cap: 1e9, cap_missed: true }).text).toMatch(/cannot be held/);
  });
  it('divides the disk', () => {
    const parts = disk({ ...made(0), bytes: 100, disk_free: 300, disk_total: 1000 });
    expect(parts).toEqual({ own: 0.1, free: 0.3, others: expect.closeTo(0.6, 9) });
    expect(disk({ ...made(0), disk_free: null })).toBeUndefined();
  });
});

describe('cap', () => {
  it('is read in gigabytes and refused where it cannot be held', () => {
    expect(capOf('20')).toEqual({ cap: 20e9, fault: '' });
    expect(capOf(' 0,5 ').cap).toBe(5e8);
    expect(capOf('0.01').fault).toMatch(/At least/);
    expect(capOf('').fault).toMatch(/number of gigabytes/);
    expect(capOf('many').cap).toBeUndefined();
    expect(capText(20e9)).toBe('20');
    expect(capText(null)).toBe('');
  });
});

describe('table and backups', () => {
  it('sorts numbers the largest first and names from A', () => {
    expect(nextOrder('samples', 'bytes', true)).toEqual({ order: 'samples', descending: true });
    expect(nextOrder('name', 'bytes', true)).toEqual({ order: 'name', descending: false });
    expect(nextOrder('bytes', 'bytes', true)).toEqual({ order: 'bytes', descending: false });
  });
  it('says what a backup holds', () => {
    expect(backupWords({ path: 'x', bytes: 48_200_000, brokers: 1, devices: 42, points: 300, newest: null })).toBe(
      '48.2 MB with 1 broker, 42 devices and 300 points',
    );
  });
});
