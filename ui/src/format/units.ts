/** Units for the eye: one spelling, and the person's system. What is stored and sent stays as the device has it. */
import type { UnitSystem } from '../ipc/gen/UnitSystem';

/** How a value as sent becomes a value as shown, and back for set points. */
export interface ShownUnit {
  unit: string | null;
  convert: (value: number) => number;
  back: (value: number) => number;
  /** Whether anything is converted. */
  changed: boolean;
}

/** UCUM and other spellings → the one shown. */
const SPELLINGS: Record<string, string> = {
  Cel: '°C',
  C: '°C',
  degC: '°C',
  'º C': '°C',
  '° C': '°C',
  '[degF]': '°F',
  F: '°F',
  degF: '°F',
  m3: 'm³',
  'm^3': 'm³',
  'm3/h': 'm³/h',
  '1/min': '/min',
  'min-1': '/min',
  rpm: 'rpm',
  'ug/m3': 'µg/m³',
  'μg/m³': 'µg/m³',
  lux: 'lx',

  'N.m': 'Nm',
  l: 'l',
  L: 'l',
  mL: 'ml',
  'km/hr': 'km/h',
  '[mi_i]': 'mi',
  '[lb_av]': 'lb',
  '[psi]': 'psi',
  'm/s2': 'm/s²',
  deg: '°',
  ohm: 'Ω',
};

type Linear = readonly [unit: string, factor: number, offset: number];

/** shown = sent × factor + offset. */
const TO_IMPERIAL: Record<string, Linear> = {
  '°C': ['°F', 1.8, 32],
  km: ['mi', 0.621371192, 0],
  m: ['ft', 3.280839895, 0],
  cm: ['in', 0.3937007874, 0],
  mm: ['in', 0.03937007874, 0],
  'km/h': ['mph', 0.621371192, 0],
  'm/s': ['mph', 2.2369362921, 0],
  kg: ['lb', 2.2046226218, 0],
  g: ['oz', 0.0352739619, 0],
  bar: ['psi', 14.503773773, 0],
  kPa: ['psi', 0.14503773773, 0],
  hPa: ['inHg', 0.02952998307, 0],
  l: ['gal', 0.2641720524, 0],
  'm³': ['ft³', 35.314666721, 0],
};
const TO_METRIC: Record<string, Linear> = {
  '°F': ['°C', 1 / 1.8, -32 / 1.8],
  mi: ['km', 1.609344, 0],
  ft: ['m', 0.3048, 0],
  mph: ['km/h', 1.609344, 0],
  lb: ['kg', 0.45359237, 0],
  psi: ['bar', 0.0689475729, 0],
  inHg: ['hPa', 33.863886, 0],
  gal: ['l', 3.785411784, 0],
  'ft³': ['m³', 0.028316846592, 0],
};

const same = (value: number) => value;

/** The spelling that is shown. */
export function spelled(unit: string | null): string | null {
  if (unit === null) return null;
  const trimmed = unit.trim();
  if (trimmed === '') return null;
  return Object.hasOwn(SPELLINGS, trimmed) ? (SPELLINGS[trimmed] ?? trimmed) : trimmed;
}

const cache = new Map<string, ShownUnit>();

/** How values of a unit are shown in a system. */
export function shownUnit(unit: string | null, system: UnitSystem): ShownUnit {
  const key = `${system}/${unit ?? ''}`;
  let found = cache.get(key);
  if (!found) {
    found = make(spelled(unit), system);
    // Units come from outside; a device that makes up a million of them must not fill the memory.
    if (cache.size > 1000) cache.clear();
    cache.set(key, found);
  }
  return found;
}

function make(unit: string | null, system: UnitSystem): ShownUnit {
  const table = system === 'imperial' ? TO_IMPERIAL : TO_METRIC;
  const linear = unit !== null && Object.hasOwn(table, unit) ? table[unit] : undefined;
  if (!linear) return { unit, convert: same, back: same, changed: false };
  const [to, factor, offset] = linear;
  return {
    unit: to,
    convert: (value) => value * factor + offset,
    back: (value) => (value - offset) / factor,
    changed: true,
  };
}
