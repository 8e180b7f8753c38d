/**
 * Ranks what Ctrl+K finds. Every word typed must be found in the hit, in the name or in what stands around it (its
 * place, its kind); letters may be left out, but whole words, beginnings of words and letters in a row weigh more.
 */

export interface Hit {
  key: string;
  kind: 'view' | 'action' | 'place' | 'device' | 'point';
  /** What is shown in large. */
  name: string;
  /** What stands beside it: path of the place, name of the device. */
  detail: string;
  /** Other words that lead here and are not shown: `dark light` for the theme. */
  also?: string;
}

/** A hit made ready to be searched: folding thousands of names at each key press would be felt. */
export interface Prepared<T extends Hit = Hit> {
  hit: T;
  name: string;
  around: string;
}

/** Without case and accents: `Kühl` is found by `kuhl`. */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/ß/g, 'ss')
    .toLowerCase();
}

export function prepare<T extends Hit>(hits: readonly T[]): Prepared<T>[] {
  return hits.map((hit) => ({ hit, name: fold(hit.name), around: fold(`${hit.detail} ${hit.also ?? ''}`) }));
}

/** Equal matches: what leads further stands first. */
const KIND_BONUS: Record<Hit['kind'], number> = { view: 5, action: 4, place: 3, device: 2, point: 0 };

const NOT_FOUND = -Infinity;

function startsWord(text: string, at: number): boolean {
  if (at === 0) return true;
  const before = text.charCodeAt(at - 1);
  const letter = (before >= 97 && before <= 122) || before > 127;
  const digit = before >= 48 && before <= 57;
  return !letter && !digit;
}

/** How well one typed word fits a text; `-Infinity` where it does not. Both folded. */
export function fit(word: string, text: string): number {
  if (word === '') return 0;
  // In one piece: the best place is the beginning of a word, a whole word best of all.
  let best = NOT_FOUND;
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const end = at + word.length;
    const whole = startsWord(text, at) && (end === text.length || startsWord(text, end + 1));
    const score = 60 + (startsWord(text, at) ? 25 : 0) + (whole ? 15 : 0) + (at === 0 ? 10 : 0);
    if (score > best) best = score;
  }
  if (best > NOT_FOUND) return best;
  // Letters left out. Two letters match nearly everything that way, so they must stand in one piece or begin words.
  return scattered(word, text);
}

function scattered(word: string, text: string): number {
  let score = 0;
  let at = -1;
  let starts = 0;
  for (const letter of word) {
    const next = nextLetter(text, letter, at + 1);
    if (next < 0) return NOT_FOUND;
    if (startsWord(text, next)) {
      score += 6;
      starts++;
    } else if (next === at + 1) score += 4;
    else score -= Math.min(3, next - at - 1);
    at = next;
  }
  const length = [...word].length;
  if (length < 3 && starts < length) return NOT_FOUND;
  if (score < length * 2) return NOT_FOUND;
  return Math.min(50, score);
}

/** The letter directly after where we stand, or at the beginning of a word, or anywhere. */
function nextLetter(text: string, letter: string, from: number): number {
  if (from > 0 && text[from] === letter) return from;
  for (let at = text.indexOf(letter, from); at >= 0; at = text.indexOf(letter, at + 1)) {
    if (startsWord(text, at)) return at;
  }
  return text.indexOf(letter, from);
}

/** How well all that was typed fits; `-Infinity` where a word of it is nowhere. */
export function score(words: readonly string[], prepared: Prepared): number {
  let sum = 0;
  for (const word of words) {
    const inName = fit(word, prepared.name);
    // Around the name only in one piece: scattered letters in a long path match nearly everything.
    const around = prepared.around.includes(word) ? fit(word, prepared.around) * 0.5 : NOT_FOUND;
    const best = Math.max(inName, around);
    if (best === NOT_FOUND) return NOT_FOUND;
    sum += best;
  }
  // A short name says more about what was typed than a long one.
  return sum + KIND_BONUS[prepared.hit.kind] - Math.min(10, prepared.name.length * 0.1);
}

/** The best hits, best first; equal ones in the order given, so that the list does not jump. Nothing typed: the first. */
export function rank<T extends Hit>(typed: string, all: readonly Prepared<T>[], limit = 50): T[] {
  const words = fold(typed).split(/\s+/).filter(Boolean);
  if (words.length === 0) return all.slice(0, limit).map((p) => p.hit);
  const found: { hit: T; score: number; at: number }[] = [];
  all.forEach((prepared, at) => {
    const value = score(words, prepared);
    if (value > NOT_FOUND) found.push({ hit: prepared.hit, score: value, at });
  });
  found.sort((a, b) => b.score - a.score || a.at - b.at);
  return found.slice(0, limit).map((f) => f.hit);
}
