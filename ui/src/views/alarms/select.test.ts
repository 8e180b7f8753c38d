import { describe, expect, it } from 'vitest';
import type { AlarmView } from '../../ipc/gen/AlarmView';
import { acknowledgeable, EVERYTHING, shown } from './select';

const alarm = (id: number, part: Partial<AlarmView> = {}): AlarmView => ({
  id,
  device: id,
  point: null,
  condition: 'hi',
  state: 'unacknowledged',
  priority: 'high',
  text: `Alarm ${id}`,
  device_name: `Device ${id}`,
  place_name: 'Cellar',
  realm: 'home',
  covers: [],
  response: '',
  consequence: '',
  respond_within: null,
  class: '',
  group: '',
  late: false,
  first: false,
  settling: false,
  value: 1,
  limit: 2,
  unit: null,
  raised_at: id,
  called_at: id,
  changed_at: id,
  count: 1,
  demo: false,
  urgent: false,
  ...part,
});
const ids = (alarms: AlarmView[]) => alarms.map((a) => a.id);

describe('shown', () => {
  const all = [
    alarm(1, { state: 'acknowledged', priority: 'critical' }),
    alarm(2, { priority: 'low' }),
    alarm(3, { priority: 'high', realm: 'plant', place_name: 'Berlin › Line 2', text: 'Torque low-low' }),
    alarm(4, { priority: 'high' }),
    alarm(5, { state: 'returned', priority: 'critical' }),
  ];

  it('puts what waits for a person first, then the higher priority, then the newest', () => {
    expect(ids(shown(all, EVERYTHING, 'urgency'))).toEqual([5, 4, 3, 2, 1]);
  });

  it('filters by priority, face, state and every word of the text', () => {
    expect(ids(shown(all, { ...EVERYTHING, priorities: new Set(['low', 'critical']) }, 'urgency'))).toEqual([5, 2, 1]);
    expect(ids(shown(all, { ...EVERYTHING, realm: 'plant' }, 'urgency'))).toEqual([3]);
    expect(ids(shown(all, { ...EVERYTHING, unacknowledged: true }, 'urgency'))).toEqual([5, 4, 3, 2]);
    expect(ids(shown(all, { ...EVERYTHING, search: 'LINE torque' }, 'urgency'))).toEqual([3]);
    expect(shown(all, { ...EVERYTHING, search: 'line nothing' }, 'urgency')).toEqual([]);
  });

  it('sorts by a column both ways, ties in a lasting order', () => {
    expect(ids(shown(all, EVERYTHING, 'since'))).toEqual([5, 4, 3, 2, 1]);
    expect(ids(shown(all, EVERYTHING, 'since', true))).toEqual([1, 2, 3, 4, 5]);
    const twins = [alarm(9, { raised_at: 0 }), alarm(8, { raised_at: 0 })];
    expect(ids(shown(twins, EVERYTHING, 'place'))).toEqual([8, 9]);
    expect(ids(shown([...twins].reverse(), EVERYTHING, 'place'))).toEqual([8, 9]);
  });

  it('leaves the list it was given as it is', () => {
    const before = ids(all);
    shown(all, EVERYTHING, 'since', true);
    expect(ids(all)).toEqual(before);
  });

  it('acknowledges only what waits', () => {
    expect(acknowledgeable(all)).toEqual([2, 3, 4, 5]);
  });
});
