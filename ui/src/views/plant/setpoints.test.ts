import { describe, expect, it } from 'vitest';
import type { DeviceView } from '../../ipc/gen/DeviceView';
import type { PointView } from '../../ipc/gen/PointView';
import { choices, readTyped, settable } from './setpoints';

const point = (id: number, part: Partial<PointView> = {}) =>
  ({ id, kind: 'number', writable: true, hidden: false, category: 'primary', ...part }) as PointView;

describe('set points', () => {
  it('offers what can be written, daily ones first', () => {
    const device = {
      points: [
        point(1, { category: 'config' }),
        point(2, { writable: false }),
        point(3),
        point(4, { hidden: true }),
        point(5),
      ],
    } as DeviceView;
    expect(settable(device).map((p) => p.id)).toEqual([3, 5, 1]);
  });

  it('takes the choices of the command before those of the reading', () => {
    expect(choices({ command_options: ['open'], options: ['opening', 'open'] })).toEqual(['open']);
    expect(choices({ command_options: [], options: ['a'] })).toEqual(['a']);
  });

  it('reads numbers as people type them, and says what is wrong', () => {
    const ml = { kind: 'number' as const, unit: 'ml', range: [480, 520] as [number, number] };
    expect(readTyped(ml, ' 501,5 ', 'metric')).toEqual({ value: 501.5 });
    expect(readTyped(ml, '', 'metric').problem).toBeDefined();
    expect(readTyped(ml, '5x', 'metric').problem).toBe('Type a number.');
    expect(readTyped(ml, '521', 'metric').problem).toBe('Between 480 and 520 ml.');
    expect(readTyped({ ...ml, kind: 'text' }, 'Recipe A', 'metric')).toEqual({ value: 'Recipe A' });
  });

  it('sends the unit of the device and judges its range in it', () => {
    const bath = { kind: 'number' as const, unit: '°C', range: [0, 90] as [number, number] };
    expect(readTyped(bath, '194', 'imperial')).toEqual({ value: 90 });
    expect(readTyped(bath, '195', 'imperial').problem).toBe('Between 32 and 194 °F.');
  });
});
