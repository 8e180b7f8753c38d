import { describe, expect, it } from 'vitest';
import {
  conditionWords,
  draftOf,
  movedUp,
  newRule,
  patternWords,
  ruleFault,
  ruleOf,
  statesOf,
  withGroup,
} from './alarmRules';

function freezer() {
  const draft = newRule('rule-1');
  draft.name = 'All freezers';
  draft.pattern = { ...draft.pattern, class: 'temperature', device: '*freezer*' };
  draft.number = '−15,5';
  draft.deadband = '1';
  draft.from.text = 'Freezer is warming';
  return draft;
}

describe('rules', () => {
  it('comes back from what is saved', () => {
    const rule = ruleOf(freezer());
    expect(rule.condition).toMatchObject({ kind: 'hi', limit: -15.5, deadband: 1, on_delay: 60_000_000 });
    expect(ruleOf(draftOf(rule))).toEqual(rule);
    for (const [kind, more] of [
      ['state', { states: 'fault, 9, true' }],
      ['rate', { number: '2', minutes: '5' }],
      ['stuck', { number: '0', minutes: '30' }],
      ['no_data', { minutes: '30' }],
      ['expression', { formula: 'value > 3' }],
    ] as const) {
      const other = ruleOf({ ...freezer(), kind, ...more });
      expect(other.condition.kind).toBe(kind);
      expect(ruleOf(draftOf(other))).toEqual(other);
    }
  });

  it('says what is wrong', () => {
    expect(ruleFault(freezer())).toBe('');
    expect(ruleFault({ ...freezer(), name: ' ' })).toContain('name');
    expect(ruleFault({ ...freezer(), number: 'cold' })).toContain('a number');
    expect(ruleFault({ ...freezer(), delay: '-1' })).toContain('delay');
    expect(ruleFault({ ...freezer(), kind: 'state', states: ' , ' })).toContain('states');
    const all = { ...freezer(), pattern: newRule('x').pattern };
    expect(ruleFault(all)).toContain('which points');
    expect(ruleFault({ ...all, pattern: { ...all.pattern, realm: 'home' } })).toContain('which points');
  });

  it('reads states as words, numbers and truths', () => {
    expect(statesOf('Fault, 9, true,, FALSE')).toEqual(['Fault', 9, true, false]);
  });

  it('is told in words', () => {
    const rule = ruleOf(freezer());
    expect(patternWords(rule.pattern)).toBe('temperature · device *freezer*');
    expect(conditionWords(rule.condition)).toBe('too high, at or above −15.5, after 60 s');
  });

  it('goes up, and groups are put in under their name', () => {
    expect(movedUp(['a', 'b', 'c'], 2)).toEqual(['a', 'c', 'b']);
    expect(movedUp(['a', 'b'], 0)).toEqual(['a', 'b']);
    const group = (name: string, window = 1) => ({ name, window, leader: { by: 'nobody' as const } });
    expect(withGroup([group('a'), group('b')], 'a', group('a', 2))).toEqual([group('b'), group('a', 2)]);
  });
});
