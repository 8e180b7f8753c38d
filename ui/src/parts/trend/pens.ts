/** What a pen of a trend is, and the look it gets: a colour, a dash, a marker and a number, so that no pen is told by colour alone. */
import type { Kind } from '../../ipc/gen/Kind';
import type { Limits } from '../../ipc/gen/Limits';

/**
 * What is drawn of a bucket: the mean with the band of its extremes, the band alone, the last value, or for counters what
 * came to it in an hour, a day or a month, and how fast.
 */
export type Sum = 'mean' | 'range' | 'last' | 'delta' | 'rate';

/** One pen. */
export interface TrendPen {
  /** The point's id. */
  point: number;
  /** What the legend says, with the device where that is not clear: `Filler · Fill level`. */
  name: string;
  /** The unit as shown; pens of one unit share an axis. */
  unit: string | null;
  /** Digits after the decimal point; none: as many as the axis needs. */
  precision: number | null;
  /** Booleans, enums and texts are drawn as bands of states, everything else as a line. */
  kind: Kind;
  /** Alarm limits, in the unit as sent; drawn where there are at most two lines, and for the pen that is pointed at. */
  limits?: Limits | undefined;
  /** From the value as stored to the value as shown (°C to °F); none: as stored. Must be linear and rising. */
  convert?: ((value: number) => number) | undefined;
  /** Holds its value until the next one (set points, counters, modes): drawn as steps. */
  stepped?: boolean | undefined;
  /** None: mean. */
  sum?: Sum | undefined;
  /** Stands on an axis of its own rather than on that of its unit. */
  own?: boolean | undefined;
}

/** At most so many pens in one trend. */
export const MOST_PENS = 20;

/** Pens that are drawn as states rather than as a line. */
export function isState(pen: Pick<TrendPen, 'kind'>): boolean {
  return pen.kind !== 'number';
}

/** Pens that are drawn as bars of what came to a counter. */
export function isCounted(pen: Pick<TrendPen, 'sum' | 'kind'>): boolean {
  return !isState(pen) && (pen.sum === 'delta' || pen.sum === 'rate');
}

/**
 * Colours by pen number, for a light and a dark ground. None of them is an alarm colour (red, orange, yellow); all are
 * at least 4.5:1 against the card they are drawn on.
 */
const LIGHT = ['#1d5f94', '#0f6e60', '#75469b', '#7a4b1e', '#a03a7a', '#44515b', '#4f6a14', '#2c3d94'];
const DARK = ['#7db8e6', '#5cc9b5', '#c39be6', '#d0a87c', '#e692c2', '#b7c2ca', '#a5c46a', '#9aa8f0'];

/** The colour of pen `index`. */
export function penColour(index: number, dark: boolean): string {
  const list = dark ? DARK : LIGHT;
  return list[index % list.length] ?? '#888888';
}

const DASHES = [undefined, [6, 3], [2, 3], [10, 3, 2, 3], [16, 4]] as const;

/** The dash of pen `index` in CSS pixels; with its colour it is the pen's alone. */
export function penDash(index: number): readonly number[] | undefined {
  return DASHES[Math.floor(index / 4) % DASHES.length];
}

/** Markers on the lines. */
export const MARKERS = ['disc', 'square', 'triangle', 'diamond', 'cross', 'fall', 'plus', 'ring'] as const;
export type Marker = (typeof MARKERS)[number];

/** The marker of pen `index`: another one where the colour comes round. */
export function penMarker(index: number): Marker {
  return MARKERS[(index + 3 * Math.floor(index / 8)) % MARKERS.length] ?? 'disc';
}
