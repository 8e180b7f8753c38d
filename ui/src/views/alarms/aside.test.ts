import { describe, expect, it } from 'vitest';
import type { AlarmView } from '../../ipc/gen/AlarmView';
import type { Cover } from '../../ipc/gen/Cover';
import { asideAct, asideRows, backAct } from './aside';

const cover = (part: Partial<Cover>): Cover => ({
  kind: 'shelved',
  since: 0,
  until: null,
  once: false,
  reason: 'x',
  who: 'Ann',
  ...part,
});

describe('setting an alarm aside', () => {
  it('asks for nothing without a reason or with an end that is over', () => {
    expect(asideAct('shelve', ' ', '1 h', undefined, 0)).toBeUndefined();
    expect(asideAct('out_of_service', '', '1 h', undefined, 0)).toBeUndefined();
    expect(asideAct('shelve', 'x', 'until …', 5, 10)).toBeUndefined();
    expect(asideAct('shelve', 'x', 'until …', undefined, 10)).toBeUndefined();
  });

  it('says until when, or until it ends', () => {
    expect(asideAct('shelve', ' too loud ', '15 min', undefined, 100)).toEqual({
      act: 'shelve',
      until: 900e6 + 100,
      once: false,
      reason: 'too loud',
    });
    expect(asideAct('shelve', 'x', 'until it ends', undefined, 0)).toMatchObject({ until: null, once: true });
    expect(asideAct('shelve', 'x', 'until …', 50, 10)).toMatchObject({ until: 50, once: false });
    expect(asideAct('suppress', 'x', '1 h', undefined, 0)).toEqual({ act: 'suppress', reason: 'x' });
  });

  it('knows the way back', () => {
    expect((['shelved', 'suppressed', 'out_of_service'] as const).map((kind) => backAct(kind).act)).toEqual([
      'unshelve',
      'unsuppress',
      'in_service',
    ]);
  });

  it('lists what ends soonest first, an alarm once for each cover', () => {
    const alarm = (id: number, covers: Cover[]) => ({ id, covers }) as AlarmView;
    const rows = asideRows([
      alarm(1, [cover({ kind: 'out_of_service' }), cover({ until: 9 })]),
      alarm(2, [cover({})]),
      alarm(3, [cover({ until: 5 })]),
    ]);
    expect(rows.map((row) => `${row.alarm.id} ${row.cover.kind}`)).toEqual([
      '3 shelved',
      '1 shelved',
      '2 shelved',
      '1 out_of_service',
    ]);
  });
});
