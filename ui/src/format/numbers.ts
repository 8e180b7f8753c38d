/** Numbers for the eye: right precision, thousands, a true minus. */

const cache = new Map<string, Intl.NumberFormat>();

function formatter(locale: string | undefined, digits: number): Intl.NumberFormat {
  const key = `${locale ?? ''}/${digits}`;
  let found = cache.get(key);
  if (!found) {
    found = new Intl.NumberFormat(locale, {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
      useGrouping: true,
    });
    cache.set(key, found);
  }
  return found;
}

/** What is shown where no number is. */
export const NO_NUMBER = '–';

/** A number with exactly `digits` after the decimal point. */
export function fixed(value: number, digits: number, locale?: string): string {
  if (!Number.isFinite(value)) return NO_NUMBER;
  const bounded = Math.min(Math.max(Math.trunc(digits), 0), 12);
  const text = formatter(locale, bounded).format(value);
  // A value that rounds to zero is no negative zero.
  const sign = /^-[0.,\s]*$/.test(text) ? text.slice(1) : text;
  return sign.replace('-', '−');
}

/** Digits that fit the unit: what the usual instruments of that unit can tell. */
const BY_UNIT: Record<string, number> = {
  '%': 0,
  '°C': 1,
  '°F': 1,
  K: 1,
  W: 0,
  kW: 2,
  Wh: 0,
  kWh: 1,
  V: 1,
  A: 2,
  mA: 0,
  Hz: 2,
  hPa: 0,
  Pa: 0,
  bar: 2,
  psi: 1,
  lx: 0,
  ppm: 0,
  'µg/m³': 0,
  dB: 0,
  dBm: 0,
  bpm: 0,
  '/min': 0,
  km: 0,
  mi: 0,
  'km/h': 0,
  mph: 0,
  steps: 0,
  pcs: 0,
  lqi: 0,
  s: 0,
  min: 0,
  h: 1,
  d: 1,
};

/** Digits by magnitude: three to four telling figures. */
function byMagnitude(value: number): number {
  const size = Math.abs(value);
  if (size === 0 || size >= 1000) return 0;
  if (size >= 100) return 1;
  if (size >= 1) return 2;
  return 3;
}

/**
 * How many digits to show: the point's own, else the usual ones of its unit, else none for whole numbers, else by
 * magnitude of the range (not of the value, so that the width does not jump while the value moves).
 */
export function digitsFor(
  value: number,
  unit: string | null,
  precision: number | null = null,
  range: readonly [number, number] | null = null,
): number {
  if (precision !== null) return precision;
  const usual = unit === null ? undefined : BY_UNIT[unit];
  if (usual !== undefined) return usual;
  if (Number.isInteger(value) && unit === null) return 0;
  const scale = range ? Math.max(Math.abs(range[0]), Math.abs(range[1])) : value;
  return byMagnitude(scale);
}

/** A count with thousands: `18,420`. */
export function whole(value: number, locale?: string): string {
  return fixed(Math.round(value), 0, locale);
}

/** A share 0–1 as per cent without its sign: `71.3`. */
export function percent(share: number | null, digits = 1, locale?: string): string {
  return share === null ? NO_NUMBER : fixed(share * 100, digits, locale);
}

/** Bytes with a decimal prefix: `1.4 MB`. */
export function bytes(count: number, locale?: string): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = count;
  let index = 0;
  while (value >= 1000 && index < units.length - 1) {
    value /= 1000;
    index++;
  }
  return `${fixed(value, index === 0 || value >= 100 ? 0 : 1, locale)} ${units[index]}`;
}

/** Money in a currency; the bare number where the currency is not known. */
export function money(amount: number, currency: string, locale?: string): string {
  try {
    return new Intl.NumberFormat(locale, { style: 'currency', currency }).format(amount).replace('-', '−');
  } catch {
    return fixed(amount, 2, locale);
  }
}

/** A sentence with its numbers as people read them. */
export function counted(text: string): string {
  return text.replaceAll(/\b\d{4,}\b/g, (number) => whole(Number(number)));
}
