/** A price as people type it. */

/** `0,32` and `0.32` are the same; empty is no price; `undefined`: not readable. */
export function parsePrice(text: string): number | null | undefined {
  const typed = text.trim().replace(',', '.');
  if (typed === '') return null;
  if (!/^\d{1,6}(\.\d{0,6})?$|^\.\d{1,6}$/.test(typed)) return undefined;
  return Number(typed);
}

export function priceText(price: number | null): string {
  return price === null ? '' : String(price);
}

/** Why a currency cannot be taken; empty where it can. */
export function currencyFault(text: string): string {
  return /^[a-z]{3}$/i.test(text.trim()) ? '' : 'Three letters, such as EUR.';
}
