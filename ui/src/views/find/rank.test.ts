import { describe, expect, it } from 'vitest';
import { fit, fold, prepare, rank, type Hit } from './rank';

const hit = (kind: Hit['kind'], name: string, detail = '', also = ''): Hit => ({
  key: `${kind}:${name}:${detail}`,
  kind,
  name,
  detail,
  also,
});
const names = (typed: string, hits: Hit[], limit?: number) => rank(typed, prepare(hits), limit).map((h) => h.name);

const HOUSE = [
  hit('view', 'Home'),
  hit('view', 'Alarms'),
  hit('action', 'Acknowledge all alarms'),
  hit('action', 'Switch theme', '', 'dark light'),
  hit('place', 'Kitchen', 'Home'),
  hit('place', 'Line 2', 'Berlin › Filling'),
  hit('device', 'Kitchen thermostat', 'Kitchen'),
  hit('device', 'Capper', 'Berlin › Filling › Line 2'),
  hit('device', 'Kühlschrank', 'Kitchen'),
  hit('point', 'Torque', 'Capper'),
  hit('point', 'Temperature', 'Kitchen thermostat'),
  hit('point', 'Outside temperature', 'Weather'),
];

describe('rank', () => {
  it('puts the thing itself before what only stands near it', () => {
    expect(names('kitchen', HOUSE)[0]).toBe('Kitchen');
    expect(names('kitchen', HOUSE).indexOf('Kitchen thermostat')).toBeLessThan(
      names('kitchen', HOUSE).indexOf('Temperature'),
    );
  });

  it('wants every word, in the name or around it', () => {
    expect(names('capper torque', HOUSE)).toEqual(['Torque']);
    expect(names('line 2 capper', HOUSE)).toEqual(['Capper']);
    expect(names('kitchen torque', HOUSE)).toEqual([]);
  });

  it('finds by first letters and with letters left out', () => {
    expect(names('kt', HOUSE)[0]).toBe('Kitchen thermostat');
    expect(names('thrmst', HOUSE)[0]).toBe('Kitchen thermostat');
    expect(names('aaa', HOUSE)[0]).toBe('Acknowledge all alarms');
  });

  it('does not match scattered letters that mean nothing', () => {
    expect(names('oe', HOUSE)).toEqual([]);
    expect(names('zzz', HOUSE)).toEqual([]);
  });

  it('knows neither case nor accents', () => {
    expect(names('KUHL', HOUSE)).toEqual(['Kühlschrank']);
    expect(fold('Straße Ü')).toBe('strasse u');
  });

  it('finds an action by words that are not shown', () => {
    expect(names('dark', HOUSE)).toEqual(['Switch theme']);
  });

  it('prefers the beginning of a word and a whole word', () => {
    expect(fit('cap', 'capper')).toBeGreaterThan(fit('app', 'capper'));
    expect(fit('line', 'line 2')).toBeGreaterThan(fit('line', 'liner'));
    expect(names('temperature', HOUSE).slice(0, 2)).toEqual(['Temperature', 'Outside temperature']);
  });

  it('keeps the order of equals and the limit', () => {
    const many = Array.from({ length: 30 }, (_, i) => hit('point', 'Temperature', `Room ${i}`));
    const found = rank('temp', prepare(many), 10);
    expect(found.map((h) => h.detail)).toEqual(many.slice(0, 10).map((h) => h.detail));
  });

  it('shows the first hits while nothing is typed', () => {
    expect(names('  ', HOUSE, 2)).toEqual(['Home', 'Alarms']);
  });

  it('takes what a person may paste', () => {
    expect(names('(.*', HOUSE)).toEqual([]);
    expect(names('🔥', HOUSE)).toEqual([]);
  });
});
