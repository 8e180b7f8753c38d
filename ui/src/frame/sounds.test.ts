import { describe, expect, it } from 'vitest';
import type { AlarmView } from '../ipc/gen/AlarmView';
import type { Preferences } from '../ipc/gen/Preferences';
import { preferences as made } from '../ipc/fake/settings';
import { heard, isSilent, SOUNDS } from './sounds';

const preferences: Preferences = { ...made.now, sounds: true, sounds_from: 'medium', volume: 50, silent_until: null };
const alarm = (part: Partial<AlarmView>): AlarmView =>
  ({ state: 'unacknowledged', priority: 'high', realm: 'home', demo: false, urgent: false, ...part }) as AlarmView;

describe('which alarm is heard', () => {
  it('is the most urgent one that nobody has acknowledged', () => {
    const all = [alarm({ priority: 'medium' }), alarm({ priority: 'critical', state: 'acknowledged' }), alarm({})];
    expect(heard(all, preferences, false, 0)).toBe('high');
    expect(heard([], preferences, false, 0)).toBeUndefined();
    expect(heard([alarm({ state: 'returned' })], preferences, false, 0)).toBeUndefined();
  });

  it('is none below what was chosen, none of the demo, none where sounds are off', () => {
    expect(heard([alarm({ priority: 'low' })], preferences, false, 0)).toBeUndefined();
    expect(heard([alarm({ demo: true })], preferences, false, 0)).toBeUndefined();
    expect(heard([alarm({})], { ...preferences, sounds: false }, false, 0)).toBeUndefined();
    expect(heard([alarm({})], { ...preferences, volume: 0 }, false, 0)).toBeUndefined();
  });

  it('keeps the quiet hours of the home, but not for smoke and not in the plant', () => {
    expect(heard([alarm({})], preferences, true, 0)).toBeUndefined();
    expect(heard([alarm({ urgent: true })], preferences, true, 0)).toBe('high');
    expect(heard([alarm({ realm: 'plant' })], preferences, true, 0)).toBe('high');
  });

  it('is none while silenced, and sounds again by itself', () => {
    const silenced = { ...preferences, silent_until: 100 };
    expect(isSilent(silenced, 99)).toBe(true);
    expect(heard([alarm({})], silenced, false, 99)).toBeUndefined();
    expect(heard([alarm({})], silenced, false, 100)).toBe('high');
  });
});

it('tells priorities apart by rhythm, the urgent more often', () => {
  const every = (['critical', 'high', 'medium', 'low', 'diagnostic'] as const).map((p) => SOUNDS[p].every);
  expect([...every].sort((a, b) => a - b)).toEqual(every);
  for (const { tones, every } of Object.values(SOUNDS)) {
    const last = tones.at(-1)!;
    expect(last.at + last.for).toBeLessThan(every);
  }
});
