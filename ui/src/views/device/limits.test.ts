import { describe, expect, it } from 'vitest';
import type { Condition } from '../../ipc/gen/Condition';
import { conditionsOf, editorOf, faultOf, read, statesOf } from './limits';

const base = {
  deadband: 0.5,
  on_delay: 5_000_000,
  off_delay: 0,
  text: 'Too warm',
  response: 'Shut it.',
  consequence: 'Food spoils.',
  respond_within: 600_000_000,
  class: '',
  group: '',
  latching: true,
  no_acknowledgement: false,
  enabled_while: '',
  hours: null,
  disabled: false,
  source: '',
};
const high: Condition = { kind: 'hi', limit: 8, priority: 'high', default: true, ...base };
const stale: Condition = { kind: 'stale', priority: 'low', default: true, ...base };
const point = { kind: 'number' as const, unit: '°C', options: [], class: 'temperature', name: 'Temperature' };
const door = { kind: 'bool' as const, unit: null, options: [], class: 'door', name: 'Door' };

describe('limits editor', () => {
  it('gives back what it was given', () => {
    for (const units of ['metric', 'imperial'] as const) {
      const editor = editorOf(point, [high, stale], units);
      expect(editor.limits.map((r) => r.on)).toEqual([false, true, false, false]);
      expect(editor.limits[1]?.limit).toBe(units === 'metric' ? '8' : '46.4');
      expect(conditionsOf(editor, point, 'Fridge', units)).toEqual([high, stale]);
    }
  });

  it('marks what was changed as a person’s own, in the unit as sent', () => {
    const editor = editorOf(point, [high], 'imperial');
    editor.limits[1]!.limit = '50';
    const [saved] = conditionsOf(editor, point, 'Fridge', 'imperial');
    expect(saved).toMatchObject({ default: false, text: 'Too warm' });
    expect(saved && 'limit' in saved && saved.limit).toBeCloseTo(10);
  });

  it('keeps a limit that was switched off, and makes new ones', () => {
    const editor = editorOf(point, [high], 'metric');
    editor.limits[1]!.on = false;
    Object.assign(editor.limits[3]!, { on: true, limit: '-2,5' });
    expect(conditionsOf(editor, point, 'Fridge', 'metric')).toMatchObject([
      { kind: 'hi', disabled: true },
      { kind: 'lo_lo', limit: -2.5, text: 'Fridge far too low', priority: 'critical', disabled: false },
    ]);
  });

  it('says what is wrong', () => {
    const editor = editorOf(point, [high], 'metric');
    expect(faultOf(editor, point, 'metric')).toBe('');
    editor.limits[1]!.limit = 'warm';
    expect(faultOf(editor, point, 'metric')).toContain('needs a number');
    editor.limits[1]!.limit = '8';
    Object.assign(editor.limits[2]!, { on: true, limit: '9' });
    expect(faultOf(editor, point, 'metric')).toContain('must lie over too low, below 9 °C');
    Object.assign(editor.limits[2]!, { on: true, limit: '1', delay: '-1' });
    expect(faultOf(editor, point, 'metric')).toContain('delay');
  });

  it('edits states', () => {
    expect(statesOf(door).map((s) => s.word)).toEqual(['Open', 'Closed']);
    const editor = editorOf(door, [], 'metric');
    editor.state!.on = true;
    expect(faultOf(editor, door, 'metric')).toContain('Choose the states');
    editor.state!.any = [true];
    editor.state!.delay = '60';
    expect(conditionsOf(editor, door, 'Front door', 'metric')).toMatchObject([
      { kind: 'state', any_of: [true], on_delay: 60_000_000, text: 'Front door open', default: false },
    ]);
    expect(statesOf(point)).toEqual([]);
  });

  it('reads numbers as they are typed', () => {
    expect([read('1,5'), read(' -3 '), read('−3'), read('1e3'), read('.5')]).toEqual([1.5, -3, -3, 1000, 0.5]);
    expect([read(''), read('x'), read('0x10'), read('Infinity'), read('1e999')]).toEqual(Array(5).fill(undefined));
  });
});
