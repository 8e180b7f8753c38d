/** Colours as `#rrggbb` and as people turn them: hue 0–360°, saturation 0–100 %, always at full brightness, because a lamp dims by itself. */

/** What is near at hand. */
export const PRESETS: readonly { name: string; colour: string }[] = [
  { name: 'Warm white', colour: '#ffd6a1' },
  { name: 'White', colour: '#ffffff' },
  { name: 'Red', colour: '#ff2a1f' },
  { name: 'Orange', colour: '#ff8c1a' },
  { name: 'Yellow', colour: '#ffd91a' },
  { name: 'Green', colour: '#2aff4d' },
  { name: 'Cyan', colour: '#1affe8' },
  { name: 'Blue', colour: '#2a5cff' },
  { name: 'Violet', colour: '#9a2aff' },
  { name: 'Pink', colour: '#ff4da6' },
];

export interface Turned {
  hue: number;
  saturation: number;
}

/** Hue and saturation of a colour; none where the text is no colour. */
export function turnedOf(colour: string): Turned | undefined {
  const found = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour);
  if (!found) return undefined;
  const [red = 0, green = 0, blue = 0] = found.slice(1).map((hex) => parseInt(hex, 16));
  const most = Math.max(red, green, blue);
  const span = most - Math.min(red, green, blue);
  if (most === 0 || span === 0) return { hue: 0, saturation: 0 };
  const sector =
    most === red
      ? ((green - blue) / span + 6) % 6
      : most === green
        ? (blue - red) / span + 2
        : (red - green) / span + 4;
  return { hue: Math.round(sector * 60) % 360, saturation: Math.round((span / most) * 100) };
}

/** The colour of a hue and saturation. */
export function colourOf({ hue, saturation }: Turned): string {
  const part = (n: number) => {
    const k = (n + hue / 60) % 6;
    const level = 1 - (saturation / 100) * Math.max(0, Math.min(k, 4 - k, 1));
    return Math.round(level * 255)
      .toString(16)
      .padStart(2, '0');
  };
  return `#${part(5)}${part(3)}${part(1)}`;
}
