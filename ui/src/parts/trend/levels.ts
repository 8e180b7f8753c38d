/**
 * Levels of detail: buckets whose width is a power of two in µs, on a grid that begins with the epoch. Tiles of a level
 * are runs of buckets, so that a pan asks only for what it uncovers and a zoom finds its halves and doubles.
 */

/** Buckets of a tile. */
export const TILE = 256;

/** The widest bucket: 2^46 µs are two years and three months. */
export const MOST_LEVEL = 46;

/** The level whose buckets are nearest to a pixel, for a window of `span` µs on `px` pixels. */
export function levelFor(span: number, px: number): number {
  const width = span / Math.max(px, 1);
  return Math.min(MOST_LEVEL, Math.max(0, Math.round(Math.log2(Math.max(width, 1)))));
}

/** Width of a bucket in µs. */
export function bucketOf(level: number): number {
  return 2 ** level;
}

/** Length of a tile in µs. */
export function tileSpan(level: number): number {
  return TILE * 2 ** level;
}

/** The first and the last tile that a window touches. */
export function tilesOf(from: number, to: number, level: number): [number, number] {
  const span = tileSpan(level);
  return [Math.floor(from / span), Math.max(Math.floor(from / span), Math.ceil(to / span) - 1)];
}
