/**
 * WebKitGTK gives `navigator.language` as the environment has it: with `LANG=C` it is `C`, which `Intl` does not take.
 * uPlot asks `Intl` while it loads, so on such a machine the whole window would stay empty. Import this before uPlot.
 */
export function mendLanguage(nav: { readonly language: string }): void {
  try {
    new Intl.NumberFormat(nav.language);
  } catch {
    Object.defineProperty(nav, 'language', { value: 'en-US', configurable: true });
  }
}

if (typeof navigator !== 'undefined') mendLanguage(navigator);
