/**
 * What the head of the window says about the page below it. App knows the title of each page by its route; a page adds
 * a few words and its tools, or says its title itself.
 */
import type { Snippet } from 'svelte';

export interface Page {
  /** Instead of the title that App would give. */
  title?: string | undefined;
  /** A few soft words beside the title. */
  note?: string | undefined;
  /** Buttons and figures at the right of the title. */
  tools?: Snippet | undefined;
}

class Head {
  page: Page = $state.raw({});
}

export const head = new Head();

/** Tells App about this page for as long as the component lives. Call it while a component is made. */
export function setPage(page: () => Page): void {
  $effect(() => {
    const mine = page();
    head.page = mine;
    return () => {
      if (head.page === mine) head.page = {};
    };
  });
}
