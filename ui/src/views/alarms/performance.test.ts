import { describe, expect, it } from 'vitest';
import type { AdviceView } from '../../ipc/gen/AdviceView';
import { href } from '../../router.svelte';
import { adviceWords, bound, effect, figure, proposal, rangeOf, summary } from './performance';

describe('figures', () => {
  it('are read with their unit', () => {
    expect(figure({ value: 6.666, unit: 'count' })).toMatch(/^6.67$/);
    expect(figure({ value: 0.0069, unit: 'share' })).toMatch(/^0.69 %$/);
    expect(figure({ value: 1060e6, unit: 'time' })).toBe('17 min 40 s');
    expect(figure({ value: null, unit: 'share' })).toBe('–');
    expect(bound({ limit: 0.01, below: true }, 'share')).toBe('< 1 %');
    expect(bound({ limit: 150, below: false }, 'count')).toBe('≤ 150');
    expect(bound(null, 'count')).toBe('–');
  });

  it('are of the last day, or one some days earlier', () => {
    const day = 86_400e6;
    expect(rangeOf('day', 0, 10 * day + 0.5)).toEqual({ from: 9 * day, to: 10 * day });
    expect(rangeOf('week', 1, 30 * day)).toEqual({ from: 16 * day, to: 23 * day });
  });

  it('are summed up by the worst of them', () => {
    const good = { verdict: 'good' as const, title: 'Good' };
    expect(summary([good], 'plant')).toContain('acceptable');
    expect(summary([good, { verdict: 'manageable', title: 'A' }], 'plant')).toBe('Manageable, not yet good: a.');
    const over = ['A', 'B', 'C', 'D'].map((title) => ({ verdict: 'over' as const, title }));
    expect(summary([good, ...over], 'home')).toBe('Too much: a, b, c and 1 more.');
  });
});

describe('advice', () => {
  const advice = { calls: 180, options: [] } as unknown as AdviceView;
  const deadband = { kind: 'deadband' as const, value: 0.51, calls: 3, prevented: 1 };

  it('is said in words', () => {
    expect(adviceWords(deadband, '°F', (d) => d * 1.8)).toBe('a way back of 0.92 °F');
    expect(adviceWords({ ...deadband, kind: 'on_delay', value: 5e6 }, null, (d) => d)).toBe(
      'raising it only after 5 s',
    );
    expect(effect(deadband, advice)).toContain('3 times instead of 180 times');
  });

  it('fills the limits in by its address', () => {
    const of = (option: Parameters<typeof proposal>[1]) => href('point', 4, proposal('hi', option));
    expect(of(deadband)).toBe('#/point/4?limits=hi&deadband=0.51');
    expect(of({ ...deadband, kind: 'off_delay', value: 10e6 })).toBe('#/point/4?limits=hi&off_delay=10');
  });
});
