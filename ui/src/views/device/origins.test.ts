import { describe, expect, it } from 'vitest';
import type { Condition } from '../../ipc/gen/Condition';
import { editorOf, restore } from './limits';
import { originWords } from './origins';
import { trialPeriods } from './trial';

const condition: Condition = {
  kind: 'hi',
  limit: 8,
  priority: 'high',
  deadband: 0.5,
  on_delay: 0,
  off_delay: 0,
  text: 'Too warm',
  response: '',
  consequence: '',
  respond_within: null,
  class: '',
  group: '',
  latching: false,
  no_acknowledgement: false,
  enabled_while: '',
  hours: null,
  default: false,
  source: 'rule-1',
  disabled: false,
};

describe('where a condition comes from', () => {
  it('is told in words', () => {
    const origin = { condition: 'hi', own: false, name: 'All freezers', by_rule: true, below: null };
    expect(originWords(origin, false)).toBe('by the rule “All freezers”');
    expect(originWords({ ...origin, own: true, below: condition }, false)).toBe(
      'set here, instead of the rule “All freezers”',
    );
    expect(originWords({ ...origin, own: true, below: condition, by_rule: false }, true)).toBe(
      'switched off here, instead of the usual one',
    );
    expect(originWords({ ...origin, by_rule: false, name: 'Smoke' }, false)).toBe('usual: Smoke');
  });

  it('gives way to what stands below, and leaves other rows', () => {
    const point = { kind: 'number' as const, unit: '°C', options: [], class: 'temperature' };
    const editor = editorOf(point, [{ ...condition, limit: 9, source: '' }], 'metric');
    editor.limits[2]!.limit = '3';
    restore(editor, condition, point, 'metric');
    expect(editor.limits[1]).toMatchObject({ limit: '8', from: condition });
    expect(editor.limits[2]?.limit).toBe('3');
  });
});

it('draws what was tried as periods', () => {
  const trial = { condition: 'hi', count: 2, since: 0, text: 'Too warm', priority: 'high' as const };
  const spans: [number, number | null][] = [
    [10, 20],
    [30, null],
  ];
  const periods = trialPeriods([{ ...trial, spans }], 7, 15, 100);
  expect(periods.map(({ from, to }) => [from, to])).toEqual([
    [10, 20],
    [30, undefined],
  ]);
  expect(trialPeriods([{ ...trial, spans }], 7, 20, 25)).toEqual([]);
});
