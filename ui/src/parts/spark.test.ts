import { describe, expect, it } from 'vitest';
import { anyIconPath, FALLBACK, iconPath } from './icons';
import { sparkPath } from './spark';

const box = { width: 100, height: 20, gap: Infinity };

describe('sparkline', () => {
  it('draws from left to right, high values on top', () => {
    expect(sparkPath([0, 5, 10], [0, 10, 5], box)).toBe('M0.0 18.0L50.0 2.0L100.0 10.0');
  });
  it('cuts at a gap and leaves out what is no number', () => {
    expect(sparkPath([0, 1, 9, 10], [1, 2, 1, 2], { ...box, gap: 3 }).match(/M/g)).toHaveLength(2);
    expect(sparkPath([0, 5, 10], [0, NaN, 5], box).match(/[ML]/g)).toHaveLength(2);
  });
  it('is empty without a line to draw, and flat in the middle', () => {
    expect(sparkPath([], [], box)).toBe('');
    expect(sparkPath([1], [1], box)).toBe('');
    expect(sparkPath([0, 1], [3, 3], box)).toBe('M0.0 10.0L100.0 10.0');
  });
});

describe('icons', () => {
  it('knows those of the bundle by both names', () => {
    expect(iconPath('mdi:home')).toBe(iconPath('home'));
    expect(iconPath('constructor')).toBeUndefined();
  });
  it('finds any other lazily, and falls back', async () => {
    expect(await anyIconPath('mdi:water-pump')).toMatch(/^M/);
    expect(await anyIconPath('mdi:no-such-icon')).toBe(FALLBACK);
  });
});
