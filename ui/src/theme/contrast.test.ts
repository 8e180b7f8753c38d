import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** WCAG 2.2 relative luminance of `#rrggbb`. */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((i) => {
    const c = parseInt(colour.slice(i, i + 2), 16) / 255;
    return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

function tokens(face: string, light: string): Map<string, string> {
  const all = new Map<string, string>();
  for (const [, selector = '', body = ''] of css.matchAll(/(\[[^{]+)\{([^}]*)\}/g)) {
    if (selector.includes('data-face') && !selector.includes(`'${face}'`)) continue;
    if (!selector.includes(`'${light}'`)) continue;
    for (const [, name = '', value = ''] of body.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})\b/g)) all.set(name, value);
  }
  return all;
}

const TEXTS = ['ink', 'soft'];
const GROUNDS = ['bg', 'card', 'tile', 'on-tile', 'rail'];
const PRIORITIES = ['critical', 'high', 'medium', 'low', 'diagnostic'];

describe.each([
  ['home', 'light'],
  ['home', 'dark'],
  ['plant', 'light'],
  ['plant', 'dark'],
])('%s, %s', (face, light) => {
  const all = tokens(face, light);
  const pairs: [string, string, number][] = [
    ...TEXTS.flatMap((text) => GROUNDS.map((ground): [string, string, number] => [text, ground, 4.5])),
    ...['bg', 'card', 'rail', 'rail-on'].map((ground): [string, string, number] => ['accent', ground, 4.5]),
    ['accent-ink', 'accent', 4.5],
    ...PRIORITIES.map((p): [string, string, number] => [`${p}-ink`, p, 4.5]),
    ...PRIORITIES.flatMap((p) =>
      ['bg', 'card', 'tile'].map((ground): [string, string, number] => [`${p}-text`, ground, 4.5]),
    ),
    ...['card', 'tile', 'on-tile', 'bg'].map((ground): [string, string, number] => ['edge', ground, 3]),
    ...['card', 'tile', 'on-tile'].map((ground): [string, string, number] => ['on-edge', ground, 3]),
    ['ok', 'tile', 3],
    ['accent', 'tile', 3],
    ['ink', 'normal', 3],
  ];
  it.each(pairs)('%s on %s is at least %f', (front, ground, least) => {
    expect(contrast(all.get(front) ?? '', all.get(ground) ?? '')).toBeGreaterThanOrEqual(least);
  });
});
