import { describe, expect, it } from 'vitest';
import type { AlarmView } from '../../ipc/gen/AlarmView';
import { hold } from './hold';

const alarm = (id: number, state: AlarmView['state'] = 'unacknowledged') => ({ id, state }) as AlarmView;

describe('hold', () => {
  it('keeps the order, takes over what changed and lets the new ones wait', () => {
    const held = hold([alarm(1), alarm(2)], [alarm(9), alarm(2, 'acknowledged'), alarm(1)]);
    expect(held.rows.map((a) => [a.id, a.state])).toEqual([
      [1, 'unacknowledged'],
      [2, 'acknowledged'],
    ]);
    expect(held.fresh).toBe(1);
  });

  it('leaves an ended alarm in its row, as ended', () => {
    expect(hold([alarm(1), alarm(2)], [alarm(2)]).rows.map((a) => a.state)).toEqual(['normal', 'unacknowledged']);
  });

  it('knows an alarm that no longer fits the filter from one that has ended', () => {
    const held = hold([alarm(1), alarm(2)], [], [alarm(1, 'acknowledged')]);
    expect(held.rows.map((a) => a.state)).toEqual(['acknowledged', 'normal']);
    expect(held.fresh).toBe(0);
  });
});
