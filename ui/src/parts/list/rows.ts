/** Which rows of a long list are in view: rows of one height, so that no row has to be measured. */

export interface Slice {
  /** First row to draw and the one after the last. */
  first: number;
  end: number;
}

/** Rows in view with `spare` more on both sides, so that a fast wheel shows rows and not blanks. */
export function sliceOf(count: number, rowHeight: number, top: number, height: number, spare = 8): Slice {
  if (count <= 0 || rowHeight <= 0) return { first: 0, end: 0 };
  const first = Math.floor(Math.max(0, top) / rowHeight) - spare;
  const end = Math.ceil((Math.max(0, top) + Math.max(0, height)) / rowHeight) + spare;
  return { first: Math.min(Math.max(0, first), count), end: Math.min(count, Math.max(0, end)) };
}

/** Where to scroll so that row `index` is fully in view; none where it is. */
export function revealAt(index: number, rowHeight: number, top: number, height: number): number | undefined {
  const begin = index * rowHeight;
  if (begin < top) return begin;
  if (begin + rowHeight > top + height) return begin + rowHeight - height;
  return undefined;
}

/** Keys of a list: the row that is current after it. None: not ours. */
export function rowKey(key: string, current: number, count: number, page: number): number | undefined {
  if (count === 0) return undefined;
  const at = (index: number) => Math.min(count - 1, Math.max(0, index));
  switch (key) {
    case 'ArrowDown':
      return at(current + 1);
    case 'ArrowUp':
      return at(current < 0 ? 0 : current - 1);
    case 'PageDown':
      return at(Math.max(0, current) + page);
    case 'PageUp':
      return at(current - page);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
