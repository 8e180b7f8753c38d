import { describe, expect, it } from 'vitest';
import { against, coverEnd, placeParts, stateWord, transitionWord } from './describe';

describe('words of an alarm', () => {
  it('puts the value beside its limit, the unit once, both with the digits of the point', () => {
    const point = { precision: 2, range: null, class: null };
    expect(against(1.1234, 1.4, 'N.m', 'metric', point)).toBe('1.12 Nm, limit 1.40');
    expect(against(-11.62, -15, '°C', 'metric')).toBe('−11.6 °C, limit −15.0');
    expect(against(null, 5, '°C', 'metric')).toBe('limit 5.0 °C');
    expect(against(20, 25, '°C', 'imperial')).toBe('68.0 °F, limit 77.0');
  });

  it('says a state as a word', () => {
    expect(against(true, null, null, 'metric')).toBe('on');
    expect(against(true, null, null, 'metric', { precision: null, range: null, class: 'door' })).toBe('open');
    expect(against('jam', null, null, 'metric')).toBe('jam');
    expect(against(null, null, null, 'metric')).toBe('');
    expect(against(NaN, null, 'V', 'metric')).toBe('– V');
  });

  it('says when something that covers an alarm ends', () => {
    const cover = { kind: 'shelved' as const, since: 0, until: null, once: false, reason: 'x', who: 'Ann' };
    expect(coverEnd(cover, 0)).toBe('until taken back');
    expect(coverEnd({ ...cover, once: true }, 0)).toBe('until it ends');
    expect(coverEnd({ ...cover, until: 3600e6, once: true }, 0)).toMatch(/^until .* or until it ends$/);
  });

  it('puts the place before what it is in', () => {
    expect(placeParts('Berlin › Filling › Line 2')).toEqual({ name: 'Line 2', above: 'Berlin › Filling' });
    expect(placeParts('Cellar')).toEqual({ name: 'Cellar', above: '' });
  });

  it('tells every state and transition apart', () => {
    const states = [
      'unacknowledged',
      'acknowledged',
      'returned',
      'normal',
      'latched_unacknowledged',
      'latched',
    ] as const;
    expect(new Set(states.map(stateWord)).size).toBe(6);
    const moves = [
      ...(['raised', 'acknowledged', 'cleared', 'removed', 'moved', 'reset', 'shelved', 'unshelved'] as const),
      ...(['suppressed', 'unsuppressed', 'out_of_service', 'in_service'] as const),
    ];
    expect(new Set(moves.map((m) => transitionWord(m).mark)).size).toBe(12);
  });
});
