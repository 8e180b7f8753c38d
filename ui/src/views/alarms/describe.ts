/** Words for alarms: states, transitions, and the value against its limit. */
import type { AlarmState } from '../../ipc/gen/AlarmState';
import type { PointView } from '../../ipc/gen/PointView';
import type { Transition } from '../../ipc/gen/Transition';
import type { UnitSystem } from '../../ipc/gen/UnitSystem';
import type { Value } from '../../ipc/gen/Value';
import { digitsFor, fixed } from '../../format/numbers';
import { shownUnit } from '../../format/units';
import { booleanWord, plainWord } from '../../format/words';

const STATES: Record<AlarmState, string> = {
  unacknowledged: 'new',
  acknowledged: 'seen',
  returned: 'gone, not seen',
  normal: 'ended',
};

/** What a person reads of a state; a state of a newer backend reads as it came. */
export function stateWord(state: AlarmState): string {
  return STATES[state] ?? state;
}

const TRANSITIONS: Record<Transition, { word: string; mark: string }> = {
  raised: { word: 'raised', mark: '↑' },
  acknowledged: { word: 'acknowledged', mark: '✓' },
  cleared: { word: 'cleared', mark: '↓' },
  removed: { word: 'removed', mark: '✕' },
};

export function transitionWord(transition: Transition): { word: string; mark: string } {
  return TRANSITIONS[transition] ?? { word: transition, mark: '·' };
}

/** `Berlin › Filling › Line 2` as the place itself and what it is in. */
export function placeParts(path: string): { name: string; above: string } {
  const at = path.lastIndexOf(' › ');
  return at < 0 ? { name: path, above: '' } : { name: path.slice(at + 3), above: path.slice(0, at) };
}

type DescribedPoint = Pick<PointView, 'precision' | 'range' | 'class'>;

/**
 * The value and its limit in the person's units, each empty where nothing is known; a state as its word. `point` gives
 * the digits where it is known.
 */
export function valueAndLimit(
  value: Value,
  limit: number | null,
  unit: string | null,
  system: UnitSystem,
  point?: DescribedPoint,
): { value: string; limit: string } {
  const shown = shownUnit(unit, system);
  const number = (n: number) => {
    const converted = shown.convert(n);
    return fixed(converted, digitsFor(converted, shown.unit, point?.precision ?? null, point?.range ?? null));
  };
  const named = (text: string) => (shown.unit ? `${text} ${shown.unit}` : text);
  let text = '';
  if (typeof value === 'number') text = named(number(value));
  else if (typeof value === 'boolean') text = booleanWord(value, point?.class ?? null);
  else if (value !== null) text = plainWord(value);
  // The unit stands once, at the value.
  return { value: text, limit: limit === null ? '' : text === '' ? named(number(limit)) : number(limit) };
}

/** In one string: `1.12 Nm, limit 1.40`. */
export function against(
  value: Value,
  limit: number | null,
  unit: string | null,
  system: UnitSystem,
  point?: DescribedPoint,
): string {
  const both = valueAndLimit(value, limit, unit, system, point);
  return [both.value, both.limit && `limit ${both.limit}`].filter(Boolean).join(', ');
}
