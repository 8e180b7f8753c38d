/** Which points the trends page draws: from its address, else from the last visit. */
import { MOST_PENS } from '../../parts/trend/pens';

/** Point ids of `1,2,3`: whole, positive, each once, at most eight. Anything else is left out rather than refused. */
export function parsePens(text: string | null | undefined): number[] {
  const ids = (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => /^[0-9]{1,10}$/.test(part))
    .map(Number)
    .filter((id) => id >= 0 && id <= 0xffff_ffff);
  return [...new Set(ids)].slice(0, MOST_PENS);
}

export function formatPens(pens: readonly number[]): string {
  return pens.join(',');
}

/** With one more pen; unchanged where it is there already or no room is left. */
export function withPen(pens: readonly number[], point: number): number[] {
  return pens.includes(point) || pens.length >= MOST_PENS ? [...pens] : [...pens, point];
}

const KEY = 'hearthline.trends.pens';

/** Storage may be full or forbidden; then the last pens are simply not remembered. */
export function remember(pens: readonly number[], storage: Pick<Storage, 'setItem'> | undefined): void {
  try {
    storage?.setItem(KEY, formatPens(pens));
  } catch {
    // Nothing depends on it.
  }
}

export function remembered(storage: Pick<Storage, 'getItem'> | undefined): number[] {
  try {
    return parsePens(storage?.getItem(KEY));
  } catch {
    return [];
  }
}
