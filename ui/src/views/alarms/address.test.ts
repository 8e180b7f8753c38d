import { describe, expect, it } from 'vitest';
import { href, parse } from '../../router.svelte';
import { readAddress, writeAddress } from './address';

describe('address of the alarms page', () => {
  it('comes back as it was written', () => {
    const address = {
      tab: 'journal' as const,
      priorities: new Set(['critical', 'low'] as const),
      realm: 'plant' as const,
      unacknowledged: true,
      search: 'a, b & c',
      byPlace: true,
      alarm: 12,
      point: 7,
      place: 3,
      device: 4,
      what: 'out_of_service' as const,
      state: 'latched' as const,
    };
    expect(readAddress(parse(href('alarms', writeAddress(address))).query)).toEqual(address);
  });

  it('is bare where nothing was chosen, and survives nonsense', () => {
    const nothing = readAddress(
      new URLSearchParams('priority=loud&realm=moon&tab=x&alarm=-1e9&what=exploded&state=of-grace&place=x&device=-3'),
    );
    expect(href('alarms', writeAddress(nothing))).toBe('#/alarms');
  });
});
