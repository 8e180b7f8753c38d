/**
 * Packs the cards of a grid, each as high as its content, into the column that is shortest so far. The order of the document
 * stays the order of reading. The grid has rows of `ROW` px and no gap between them.
 */
const ROW = 4;
const GAP = 16;

/** Rows that a card of this height takes, with the gap below. */
export function rowsOf(height: number): number {
  return Math.max(1, Math.ceil((height + GAP) / ROW));
}

/** Svelte action. */
export function packed(grid: HTMLElement) {
  const place = (card: Element) => {
    if (card instanceof HTMLElement) card.style.gridRowEnd = `span ${rowsOf(card.offsetHeight)}`;
  };
  const sizes = new ResizeObserver((entries) => entries.forEach((entry) => place(entry.target)));
  const watch = () => {
    sizes.disconnect();
    for (const card of grid.children) {
      place(card);
      sizes.observe(card);
    }
  };
  const children = new MutationObserver(watch);
  children.observe(grid, { childList: true });
  watch();
  return {
    destroy() {
      sizes.disconnect();
      children.disconnect();
    },
  };
}
