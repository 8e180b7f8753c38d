import { describe, expect, it } from 'vitest';
import { brief, duration, stopwatch } from './durations';
import { bytes, digitsFor, fixed, percent, whole } from './numbers';
import { ago, greeting, moment, silence } from './times';
import { shownUnit, spelled } from './units';
import { formatValue, valueText } from './values';
import { booleanWord, plainWord } from './words';
import { pointName } from './names';

const S = 1_000_000;
const point = {
  kind: 'number' as const,
  unit: '°C' as string | null,
  class: null as string | null,
  precision: null as number | null,
  range: null as [number, number] | null,
};

describe('steps', () => {
  it('show as many digits as they set', () => {
    const amps = { kind: 'number' as const, unit: 'A', class: 'current', precision: null, range: null };
    expect(formatValue({ ...amps, step: 1 }, 16, 'metric').text).toBe('16');
    expect(formatValue({ ...amps, step: 0.5 }, 16, 'metric').text).toBe('16.0');
    expect(formatValue({ ...amps, step: 1 }, 15.5, 'metric').text).toBe('15.50');
    expect(formatValue({ ...amps, precision: 2, step: 1 }, 16, 'metric').text).toBe('16.00');
  });
});

describe('numbers', () => {
  it('groups thousands and keeps the digits asked for', () => {
    expect(whole(18420, 'en')).toBe('18,420');
    expect(fixed(21.35, 1, 'de')).toMatch(/^21,[34]$/);
    expect(fixed(7, 2, 'en')).toBe('7.00');
  });
  it('has a true minus and no negative zero', () => {
    expect(fixed(-11.6, 1, 'en')).toBe('−11.6');
    expect(fixed(-0.04, 1, 'en')).toBe('0.0');
  });
  it('shows a dash for what is no number', () => {
    expect(fixed(NaN, 1)).toBe('–');
    expect(fixed(Infinity, 1)).toBe('–');
    expect(percent(null)).toBe('–');
  });
  it('chooses digits by the point, then the unit, then the range', () => {
    expect(digitsFor(21.437, '°C', 3)).toBe(3);
    expect(digitsFor(21.437, '°C')).toBe(1);
    expect(digitsFor(5, null)).toBe(0);
    expect(digitsFor(0.5, 'ml', null, [0, 600])).toBe(1);
    expect(digitsFor(599, 'ml', null, [0, 600])).toBe(1);
  });
  it('writes bytes', () => {
    expect(bytes(999, 'en')).toBe('999 B');
    expect(bytes(1_400_000, 'en')).toBe('1.4 MB');
  });
});

describe('units', () => {
  it('spells one way', () => {
    expect(spelled('Cel')).toBe('°C');
    expect(spelled('1/min')).toBe('/min');
    expect(spelled('  ')).toBeNull();
    expect(spelled('constructor')).toBe('constructor');
  });
  it('converts there and back', () => {
    const f = shownUnit('°C', 'imperial');
    expect(f.unit).toBe('°F');
    expect(f.convert(100)).toBeCloseTo(212);
    expect(f.back(f.convert(21.5))).toBeCloseTo(21.5);
    expect(shownUnit('°F', 'metric').convert(32)).toBeCloseTo(0);
    expect(shownUnit('W', 'imperial')).toMatchObject({ unit: 'W', changed: false });
    expect(shownUnit('toString', 'imperial').unit).toBe('toString');
  });
});

describe('durations', () => {
  it('says two units at most', () => {
    expect(duration(42 * S)).toBe('42 s');
    expect(duration(250 * S)).toBe('4 min 10 s');
    expect(duration(3600 * S)).toBe('1 h');
    expect(duration(6600 * S)).toBe('1 h 50 min');
    expect(duration(100 * 3600 * S)).toBe('4 d 4 h');
    expect(duration(-5)).toBe('0 s');
  });
  it('is brief', () => {
    expect(brief(3.9 * 3600 * S)).toBe('3 h');
    expect(stopwatch(250 * S)).toBe('4:10');
    expect(stopwatch(3725 * S)).toBe('1:02:05');
  });
});

describe('times', () => {
  const now = new Date(2026, 10, 24, 20, 0, 0).getTime() * 1000;
  it('tells how long ago', () => {
    expect(ago(now - 12 * S, now)).toBe('12 s ago');
    expect(ago(now, now)).toBe('now');
    expect(silence(now - 3 * 3600 * S, now)).toBe('no word for 3 h');
    expect(silence(0, now)).toBe('no word yet');
  });
  it('shortens a moment by its distance', () => {
    expect(moment(now - 3600 * S, now, 'en-GB')).toBe('19:00:00');
    expect(moment(now - 24 * 3600 * S, now, 'en-GB')).toBe('yesterday 20:00');
    expect(moment(now - 72 * 3600 * S, now, 'en-GB')).toBe('Sat 20:00');
    expect(moment(now - 400 * 24 * 3600 * S, now, 'en-GB')).toContain('2025');
    expect(moment(0, now)).toBe('never');
  });
  it('greets', () => expect(greeting(now)).toBe('Good evening'));
});

describe('values', () => {
  it('shows numbers with their unit', () => {
    expect(formatValue(point, 21.44, 'metric')).toEqual({ text: '21.4', unit: '°C' });
    expect(valueText(point, 20, 'imperial')).toBe('68.0 °F');
    expect(formatValue(point, null, 'metric')).toEqual({ text: '–', unit: null });
  });
  it('speaks of booleans and states', () => {
    const door = { ...point, kind: 'bool' as const, unit: null, class: 'door' };
    expect(valueText(door, true, 'metric')).toBe('open');
    expect(valueText(door, 0, 'metric')).toBe('closed');
    expect(booleanWord(true, 'hasOwnProperty')).toBe('on');
    expect(plainWord('FAN_ONLY')).toBe('fan only');
    expect(plainWord('Bottle burst, cleaned')).toBe('Bottle burst, cleaned');
  });
  it('names points', () => {
    expect(pointName({ name: '', role: 'brightness', class: null, key: 'x' })).toBe('Brightness');
    expect(pointName({ name: 'temperature', role: 'value', class: null, key: 'x' })).toBe('Temperature');
    expect(pointName({ name: 'Temperature', role: 'current_temperature', class: null, key: 'x' })).toBe('Temperature');
    for (const [name, role] of [
      ['Target temperature', 'target_temperature'],
      ['Left brightness', 'brightness'],
      ['Heating demand', 'attribute'],
    ] as const)
      expect(pointName({ name, role, class: null, key: 'x' })).toBe(name);
    expect(pointName({ name: 'Heater', role: 'target_temperature', class: null, key: 'x' })).toBe('Heater, set point');
    expect(pointName({ name: 'Fill volume', role: 'value', class: null, key: 'x' })).toBe('Fill volume');
    expect(pointName({ name: '', role: 'value', class: 'temperature', key: 'x' })).toBe('Temperature');
  });
});
