/**
 * What the trends page shows, as the query of its address: so it can be linked, kept, and gone back to. Anything that does
 * not read is left out rather than refused; what is as usual is not written.
 */
import type { AxisEnds } from '../../parts/trend/axis';
import { OFFERED, type Against } from '../../parts/trend/compare';
import type { Cursors } from '../../parts/trend/cursors';
import { MOST_PENS, type Sum } from '../../parts/trend/pens';
import { HOUR, LONGEST, SHORTEST } from '../../parts/trend/range';

/** A pen and how it is drawn. */
export interface PenChoice {
  point: number;
  sum?: Sum;
  own?: boolean;
  hidden?: boolean;
}

/** A window that follows the clock, or one that stands. µs. */
export type Window = { span: number } | { from: number; to: number };

export interface Choice {
  pens: PenChoice[];
  axes: Record<string, AxisEnds>;
  window: Window;
  against: Against;
  /** Of a chosen comparison, µs. */
  shift: number | undefined;
  cursors: Cursors | undefined;
  table: boolean;
  /** The kept trend that it came from. */
  saved: number | undefined;
}

export const EMPTY: Choice = {
  pens: [],
  axes: {},
  window: { span: HOUR },
  against: 'none',
  shift: undefined,
  cursors: undefined,
  table: false,
  saved: undefined,
};

const SUMS: readonly Sum[] = ['mean', 'range', 'last', 'delta', 'rate'];
const MOST_AXES = 40;

/** Pens of `1,2~delta~own,3~hidden`: each point once, at most twenty. */
export function parsePens(text: string | null | undefined): PenChoice[] {
  const out: PenChoice[] = [];
  for (const part of (text ?? '').slice(0, 4000).split(',')) {
    const [id = '', ...words] = part.trim().split('~');
    if (!/^[0-9]{1,10}$/.test(id) || Number(id) > 0xffff_ffff) continue;
    const point = Number(id);
    if (out.some((pen) => pen.point === point) || out.length >= MOST_PENS) continue;
    const sum = SUMS.find((s) => s !== 'mean' && words.includes(s));
    out.push({
      point,
      ...(sum ? { sum } : {}),
      ...(words.includes('own') ? { own: true } : {}),
      ...(words.includes('hidden') ? { hidden: true } : {}),
    });
  }
  return out;
}

export function formatPens(pens: readonly PenChoice[]): string {
  return pens
    .map(({ point, sum, own, hidden }) =>
      [String(point), sum && sum !== 'mean' ? sum : '', own ? 'own' : '', hidden ? 'hidden' : '']
        .filter(Boolean)
        .join('~'),
    )
    .join(',');
}

function number(text: string | null | undefined): number | undefined {
  if (text === null || text === undefined || text.trim() === '') return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** Ends of `u:°C=10..30;p:7=..5`. */
function parseAxes(text: string | null): Record<string, AxisEnds> {
  const out: Record<string, AxisEnds> = {};
  for (const part of (text ?? '').slice(0, 4000).split(';').slice(0, MOST_AXES)) {
    const at = part.lastIndexOf('=');
    if (at < 2) continue;
    const [low, high] = part.slice(at + 1).split('..');
    const ends: AxisEnds = {};
    const [min, max] = [number(low), number(high)];
    if (min !== undefined) ends.min = min;
    if (max !== undefined) ends.max = max;
    if (min !== undefined || max !== undefined) out[part.slice(0, at)] = ends;
  }
  return out;
}

function formatAxes(axes: Readonly<Record<string, AxisEnds>>): string {
  return Object.entries(axes)
    .filter(([, ends]) => ends.min !== undefined || ends.max !== undefined)
    .map(([key, ends]) => `${key.replaceAll(';', '')}=${ends.min ?? ''}..${ends.max ?? ''}`)
    .join(';');
}

export function parseChoice(query: URLSearchParams): Choice {
  const time = (key: string) => {
    const value = number(query.get(key));
    return value !== undefined && Math.abs(value) < 8e15 ? value : undefined;
  };
  const [from, to, span] = [time('from'), time('to'), time('span')];
  const window: Window =
    from !== undefined && to !== undefined && to - from >= SHORTEST && to - from <= LONGEST
      ? { from, to }
      : { span: span !== undefined ? Math.min(LONGEST, Math.max(SHORTEST, span * 1e6)) : HOUR };
  const [word = 'none', rest] = (query.get('vs') ?? '').split(':');
  const shift = number(rest);
  const against = OFFERED.find((o) => o.key === word)?.key ?? 'none';
  const [a, b] = [time('a'), time('b')];
  const saved = number(query.get('saved'));
  return {
    pens: parsePens(query.get('pens')),
    axes: parseAxes(query.get('axes')),
    window,
    against: against === 'chosen' && !(shift && shift > 0) ? 'none' : against,
    shift: against === 'chosen' && shift && shift > 0 ? shift : undefined,
    cursors: a !== undefined && b !== undefined ? { a, b } : undefined,
    table: query.get('view') === 'table',
    saved: saved !== undefined && Number.isInteger(saved) && saved > 0 ? saved : undefined,
  };
}

/** The query without its question mark. `pens` is always there, so that an empty choice is one as well. */
export function formatChoice(choice: Choice, withSaved = true): string {
  const parts: [string, string][] = [['pens', formatPens(choice.pens)]];
  const axes = formatAxes(choice.axes);
  if (axes) parts.push(['axes', axes]);
  if ('from' in choice.window) {
    parts.push(['from', String(Math.round(choice.window.from))], ['to', String(Math.round(choice.window.to))]);
  } else if (choice.window.span !== HOUR) {
    parts.push(['span', String(Number((choice.window.span / 1e6).toFixed(3)))]);
  }
  if (choice.against !== 'none') {
    parts.push(['vs', choice.against === 'chosen' ? `chosen:${Math.round(choice.shift ?? 0)}` : choice.against]);
  }
  if (choice.cursors) {
    parts.push(['a', String(Math.round(choice.cursors.a))], ['b', String(Math.round(choice.cursors.b))]);
  }
  if (choice.table) parts.push(['view', 'table']);
  if (withSaved && choice.saved !== undefined) parts.push(['saved', String(choice.saved)]);
  return parts.map(([key, value]) => `${key}=${encodeURIComponent(value).replaceAll('%2C', ',')}`).join('&');
}

/** With one more pen; unchanged where it is there already or no room is left. */
export function withPen(pens: readonly PenChoice[], point: number): PenChoice[] {
  return pens.some((pen) => pen.point === point) || pens.length >= MOST_PENS ? [...pens] : [...pens, { point }];
}

const KEY = 'hearthline.trends';

/** Storage may be full or forbidden; then the last choice is simply not remembered. */
export function remember(query: string, storage: Pick<Storage, 'setItem'> | undefined): void {
  try {
    storage?.setItem(KEY, query);
  } catch {
    // Nothing depends on it.
  }
}

/** The last choice; none where it had no pens or cannot be read. */
export function remembered(storage: Pick<Storage, 'getItem'> | undefined): string | undefined {
  try {
    const query = storage?.getItem(KEY) ?? '';
    return parsePens(new URLSearchParams(query).get('pens')).length ? query : undefined;
  } catch {
    return undefined;
  }
}
