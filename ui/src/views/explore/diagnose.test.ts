import { describe, expect, it } from 'vitest';
import type { DiagnosisView } from '../../ipc/gen/DiagnosisView';
import { groups, kindWord } from './diagnose';

const trouble = (part: Partial<DiagnosisView>): DiagnosisView => ({
  broker: 1,
  device: null,
  device_name: '',
  topic: 'a/b',
  kind: 'malformed_json',
  text: 'Broken.',
  payload: '',
  count: 1,
  first_at: 0,
  last_at: 0,
  ...part,
});

const ALL = [
  trouble({ device: 4, device_name: 'Boiler', topic: 'x/1', count: 2, last_at: 5 }),
  trouble({ device: 4, device_name: 'Boiler', topic: 'x/2', kind: 'clock', count: 3, last_at: 9 }),
  trouble({ topic: 'odd/topic', last_at: 20 }),
  trouble({ broker: 2, topic: 'odd/topic', last_at: 1 }),
];

describe('groups', () => {
  it('counts by device, or by topic of a broker where no device is known, the latest first', () => {
    expect(groups(ALL).map((g) => [g.name, g.count, g.lastAt])).toEqual([
      ['odd/topic', 1, 20],
      ['Boiler', 5, 9],
      ['odd/topic', 1, 1],
    ]);
    expect(groups(ALL)[1]?.rows.map((r) => r.kind)).toEqual(['clock', 'malformed_json']);
  });

  it('keeps what is on screen where it is and adds new ones below', () => {
    const before = groups(ALL).map((g) => g.key);
    const later = [...ALL, trouble({ topic: 'new', last_at: 99 })].map((d) =>
      d.device === 4 ? { ...d, last_at: 50 } : d,
    );
    expect(groups(later, '', before).map((g) => g.name)).toEqual(['odd/topic', 'Boiler', 'odd/topic', 'new']);
    expect(groups(later).map((g) => g.name)[0]).toBe('new');
  });

  it('searches device, topic, kind and text', () => {
    expect(groups(ALL, 'boiler CLOCK').map((g) => g.rows.length)).toEqual([1]);
    expect(groups(ALL, 'nothing')).toEqual([]);
  });

  it('reads a code that it does not know', () => {
    expect(kindWord('malformed_json')).toBe('Broken JSON');
    expect(kindWord('brand_new')).toBe('Brand new');
    expect(kindWord('')).toBe('Trouble');
  });
});
