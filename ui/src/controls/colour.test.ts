import { describe, expect, it } from 'vitest';
import { colourOf, PRESETS, turnedOf } from './colour';

describe('colours', () => {
  it('turn and turn back', () => {
    for (const [colour, hue, saturation] of [
      ['#ff0000', 0, 100],
      ['#00ff00', 120, 100],
      ['#0000ff', 240, 100],
      ['#ffff00', 60, 100],
      ['#ffffff', 0, 0],
      ['#ff8080', 0, 50],
    ] as const) {
      expect(turnedOf(colour)).toEqual({ hue, saturation });
      expect(colourOf({ hue, saturation })).toBe(colour === '#ff8080' ? '#ff8080' : colour);
    }
  });

  it('a dark colour is told by its hue, and what is no colour by nothing', () => {
    expect(turnedOf('#400000')).toEqual({ hue: 0, saturation: 100 });
    expect(turnedOf('#000000')).toEqual({ hue: 0, saturation: 0 });
    expect(turnedOf('red')).toBeUndefined();
  });

  it('presets are colours with names of their own', () => {
    expect(PRESETS.every((preset) => turnedOf(preset.colour) !== undefined)).toBe(true);
    expect(new Set(PRESETS.map((preset) => preset.name)).size).toBe(PRESETS.length);
  });
});
