/** Words for alarms: states, transitions, and the value against its limit. */
import type { Cover } from '../../ipc/gen/Cover';
import type { CoverKind } from '../../ipc/gen/CoverKind';
import type { AlarmState } from '../../ipc/gen/AlarmState';
import type { PointView } from '../../ipc/gen/PointView';
import type { Transition } from '../../ipc/gen/Transition';
import type { UnitSystem } from '../../ipc/gen/UnitSystem';
import type { Value } from '../../ipc/gen/Value';
import { digitsFor, fixed } from '../../format/numbers';
import { moment } from '../../format/times';
import { shownUnit } from '../../format/units';
import { booleanWord, plainWord } from '../../format/words';

const STATES: Record<AlarmState, string> = {
  unacknowledged: 'new',
  acknowledged: 'seen',
  returned: 'gone, not seen',
  normal: 'ended',
  latched_unacknowledged: 'held, not seen',
  latched: 'to be reset',
};

/** The states in the order of a list, with their words. */
export const STATE_WORDS = Object.entries(STATES) as [AlarmState, string][];

/** What a person reads of a state; a state of a newer backend reads as it came. */
export function stateWord(state: AlarmState): string {
  return STATES[state] ?? state;
}

const TRANSITIONS: Record<Transition, { word: string; mark: string }> = {
  raised: { word: 'raised', mark: '↑' },
  acknowledged: { word: 'acknowledged', mark: '✓' },
  cleared: { word: 'cleared', mark: '↓' },
  removed: { word: 'removed', mark: '✕' },
  moved: { word: 'went over to its device', mark: '→' },
  reset: { word: 'reset', mark: '↺' },
  shelved: { word: 'shelved', mark: '‖' },
  unshelved: { word: 'unshelved', mark: '▷' },
  suppressed: { word: 'suppressed', mark: '∅' },
  unsuppressed: { word: 'not suppressed', mark: '○' },
  out_of_service: { word: 'out of service', mark: '□' },
  in_service: { word: 'in service', mark: '■' },
  noted: { word: 'noted', mark: '·' },
};

/** All that can happen, in the order of a list. */
export const TRANSITION_LIST = Object.keys(TRANSITIONS) as Transition[];

export function transitionWord(transition: Transition): { word: string; mark: string } {
  return TRANSITIONS[transition] ?? { word: transition, mark: '·' };
}

const COVERS: Record<CoverKind, { word: string; back: string }> = {
  shelved: { word: 'shelved', back: 'Unshelve' },
  suppressed: { word: 'suppressed', back: 'Suppress no more' },
  out_of_service: { word: 'out of service', back: 'Return to service' },
};

/** What keeps an alarm from the operator, and the word of the button that ends it. */
export function coverWord(kind: CoverKind): { word: string; back: string } {
  return COVERS[kind] ?? { word: kind, back: 'End' };
}

/** When a cover ends, in words. */
export function coverEnd(cover: Cover, now: number): string {
  const ends: string[] = [];
  if (cover.until !== null) ends.push(`until ${moment(cover.until, now)}`);
  if (cover.once) ends.push('until it ends');
  return ends.join(' or ') || 'until taken back';
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
