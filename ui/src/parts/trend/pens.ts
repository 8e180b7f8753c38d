/** What a pen of a trend is, and the look it gets: a colour, a dash and a number, so that no pen is told by colour alone. */
import type { Kind } from '../../ipc/gen/Kind';
import type { Limits } from '../../ipc/gen/Limits';

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
  /** Alarm limits, in the unit as sent; drawn where there are at most two lines. */
  limits?: Limits | undefined;
  /** From the value as stored to the value as shown (°C to °F); none: as stored. Must be rising. */
  convert?: ((value: number) => number) | undefined;
  /** Holds its value until the next one (set points, counters, modes): drawn as steps. */
  stepped?: boolean | undefined;
}

/** At most so many pens in one trend. */
export const MOST_PENS = 8;

/** Pens that are drawn as states rather than as a line. */
export function isState(pen: Pick<TrendPen, 'kind'>): boolean {
  return pen.kind !== 'number';
}

/**
 * Colours by pen number, for a light and a dark ground. None of them is an alarm colour (red, orange, yellow); all are
 * at least 3:1 against the card they are drawn on.
 */
const LIGHT = ['#1d5f94', '#0f6e60', '#75469b', '#7a4b1e', '#a03a7a', '#44515b', '#4f6a14', '#2c3d94'];
const DARK = ['#7db8e6', '#5cc9b5', '#c39be6', '#d0a87c', '#e692c2', '#b7c2ca', '#a5c46a', '#9aa8f0'];

/** The colour of pen `index`. */
export function penColour(index: number, dark: boolean): string {
  const list = dark ? DARK : LIGHT;
  return list[index % list.length] ?? '#888888';
}

/** The dash of pen `index` in CSS pixels: the second four repeat no colour but are dashed as well. */
export function penDash(index: number): number[] | undefined {
  return index >= 4 ? [6, 3] : undefined;
}
