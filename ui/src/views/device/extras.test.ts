import { describe, expect, it } from 'vitest';
import type { Condition } from '../../ipc/gen/Condition';
import { addable, EXTRA_KINDS, extraCondition, extraFault, extraOf, isExtra, newExtra } from './extras';
import { conditionsOf, editorOf, faultOf } from './limits';

const point = { kind: 'number' as const, unit: '°C', options: [], class: 'temperature', name: 'Temperature' };

describe('alarms beyond limits', () => {
  it('come back as they were, in any unit', () => {
    const rows = EXTRA_KINDS.map((kind) => ({ ...newExtra(kind), number: '5', point: '7', expression: 'value > 1' }));
    const made = rows.map((row) => extraCondition(row, 'Boiler', (v) => v));
    expect(made.every(isExtra)).toBe(true);
    for (const units of ['metric', 'imperial'] as const) {
      const editor = editorOf(point, made, units);
      expect(editor.extras.map((row) => row.kind)).toEqual(EXTRA_KINDS);
      expect(faultOf(editor, point, units)).toBe('');
      const back = conditionsOf(editor, point, 'Boiler', units);
      expect(back.map(rounded)).toEqual(made.map(rounded));
    }
  });

  it('are kept switched off, and forgotten where they were never saved', () => {
    const rate = extraCondition({ ...newExtra('rate'), number: '2' }, 'Boiler', (v) => v);
    const editor = editorOf(point, [rate], 'metric');
    editor.extras[0]!.on = false;
    editor.extras[0]!.number = 'nonsense';
    editor.extras.push({ ...newExtra('stuck'), on: false });
    expect(conditionsOf(editor, point, 'Boiler', 'metric')).toEqual([{ ...rate, disabled: true }]);
  });

  it('say what is missing', () => {
    expect(extraFault(newExtra('rate'))).toContain('number over zero');
    expect(extraFault({ ...newExtra('rate'), number: '1', minutes: '61' })).toContain('at most 60');
    expect(extraFault(newExtra('discrepancy'))).toContain('other point');
    expect(extraFault(newExtra('expression'))).toContain('expression');
    expect(extraFault(newExtra('stuck'))).toBe('');
    expect(extraFault({ ...newExtra('rate'), on: false })).toBe('');
  });

  it('are offered once each, and only what fits the point', () => {
    expect(addable('bool', [])).toEqual(['no_data', 'discrepancy', 'expression']);
    expect(addable('number', [newExtra('rate')])).not.toContain('rate');
    const row = extraOf(extraCondition(newExtra('no_data'), 'x', (v) => v) as never, null, 'metric');
    expect(row.minutes).toBe('10');
  });
});

/** Without the last digits that another unit costs. */
function rounded(condition: Condition): string {
  return JSON.stringify(
    Object.fromEntries(
      Object.entries(condition)
        .sort(([a], [b]) => a.localeCompare(b))
        .map(([key, value]) => [key, typeof value === 'number' ? Number(value.toPrecision(6)) : (value as unknown)]),
    ),
  );
}
