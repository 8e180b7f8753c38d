import { describe, expect, it } from 'vitest';
import { barOf, breaks, pointerAt } from './analog';
import { noteLines } from './gauge';
import { isStop, packmlName, stateLook } from './machine';
import { PRIORITIES, priorityShape, rank } from './priority';

const none = { lo_lo: null, lo: null, hi: null, hi_hi: null };

describe('gauge', () => {
  it('breaks a long note so that it stays inside the arc', () => {
    expect(noteLines('')).toEqual([]);
    expect(noteLines('set to 18.5')).toEqual(['set to 18.5']);
    expect(noteLines('humidifying to 50')).toEqual(['humidifying', 'to 50']);
    expect(noteLines('heating to 22.5')).toEqual(['heating', 'to 22.5']);
    expect(noteLines('dehumidification')).toEqual(['dehumidification']);
  });
});

describe('analog bar', () => {
  it('stands on the range and shows the band between the limits', () => {
    const bar = barOf([0, 100], { ...none, lo: 20, hi: 80, hi_hi: 90 });
    expect(bar?.normal).toEqual([0.2, 0.8]);
    expect(bar?.ticks.map((t) => t.at)).toEqual([0.2, 0.8, 0.9]);
  });

  it('takes its scale from the limits where there is no range', () => {
    const bar = barOf(null, { ...none, lo: 10, hi: 40 });
    expect([bar?.low, bar?.high]).toEqual([0, 50]);
  });

  it('widens to a limit outside of the range', () => {
    expect(barOf([0, 10], { ...none, hi: 20 })?.high).toBe(20);
  });

  it('invents no scale', () => {
    expect(barOf(null, none)).toBeUndefined();
    expect(barOf(null, { ...none, hi: 5 })).toBeUndefined();
    expect(barOf([5, 5], none)).toBeUndefined();
  });

  it('has no normal band without limits', () => {
    expect(barOf([0, 1], none)?.normal).toBeUndefined();
    expect(barOf([0, 10], { ...none, hi: 5 })?.normal).toEqual([0, 0.5]);
  });

  it('keeps the pointer on the bar and says so', () => {
    const bar = barOf([0, 10], none);
    if (!bar) throw new Error('no bar');
    expect(pointerAt(bar, 5)).toEqual({ at: 0.5, beyond: '' });
    expect(pointerAt(bar, -5)).toEqual({ at: 0, beyond: 'low' });
    expect(pointerAt(bar, 15)).toEqual({ at: 1, beyond: 'high' });
  });

  it('names the worst limit that is broken', () => {
    const limits = { lo_lo: 1, lo: 2, hi: 8, hi_hi: 9 };
    expect([0, 1.5, 5, 8, 10].map((v) => breaks(v, limits)?.name)).toEqual(['lo_lo', 'lo', undefined, 'hi', 'hi_hi']);
  });
});

describe('states and priorities', () => {
  it('tells every state apart by its shape', () => {
    const states = ['running', 'starved', 'blocked', 'changeover', 'fault', 'stopped', 'off', 'unknown'] as const;
    expect(new Set(states.map((s) => stateLook(s).shape)).size).toBe(states.length);
    expect(new Set(states.map((s) => stateLook(s).word)).size).toBe(states.length);
    expect(states.filter(isStop)).toEqual(['starved', 'blocked', 'changeover', 'fault', 'stopped']);
  });

  it('knows the PackML numbers', () => {
    expect([6, 9, 17, 18, -1].map(packmlName)).toEqual(['Execute', 'Aborted', 'Complete', undefined, undefined]);
  });

  it('numbers the priorities and gives each its shape', () => {
    expect(PRIORITIES.map(rank)).toEqual([1, 2, 3, 4, 5]);
    expect(PRIORITIES.map(priorityShape).join('')).toBe('■▲◆●○');
  });
});
