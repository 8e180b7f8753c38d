import { describe, expect, it } from 'vitest';
import { against, stateWord, transitionWord } from './describe';

describe('words of an alarm', () => {
  it('puts the value beside its limit, the unit once', () => {
    expect(against(1.1234, 1.4, 'Nm')).toBe('1.12 Nm, limit 1.4');
    expect(against(12345, 12000, null)).toBe('12,345, limit 12,000');
    expect(against(null, 5, '°C')).toBe('limit 5 °C');
  });

  it('says a state as a word', () => {
    expect(against(true, null, null)).toBe('on');
    expect(against('jam', null, null)).toBe('jam');
    expect(against(null, null, null)).toBe('');
    expect(against(NaN, null, 'V')).toBe('– V');
  });

  it('tells every state and transition apart', () => {
    const states = ['unacknowledged', 'acknowledged', 'returned', 'normal'] as const;
    expect(new Set(states.map(stateWord)).size).toBe(4);
    const moves = ['raised', 'acknowledged', 'cleared', 'removed'] as const;
    expect(new Set(moves.map((m) => transitionWord(m).mark)).size).toBe(4);
  });
});
