/** Words for alarms: states, transitions, and the value against its limit. */
import type { AlarmState } from '../../ipc/gen/AlarmState';
import type { Transition } from '../../ipc/gen/Transition';
import type { Value } from '../../ipc/gen/Value';

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

/** Digits that an unknown precision gets: enough to tell the value from its limit. */
function plain(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (Number.isInteger(value)) return value.toLocaleString('en-GB');
  const digits = Math.abs(value) >= 100 ? 1 : Math.abs(value) >= 1 ? 2 : 3;
  return value.toLocaleString('en-GB', { maximumFractionDigits: digits });
}

function text(value: Value): string {
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return typeof value === 'number' ? plain(value) : value;
}

/** `1.12 Nm, limit 1.4`; the state's word where there is no limit; empty where nothing is known. */
export function against(value: Value, limit: number | null, unit: string | null): string {
  const shown = text(value);
  const named = shown !== '' && typeof value === 'number' && unit ? `${shown} ${unit}` : shown;
  if (limit === null) return named;
  return named === '' ? `limit ${plain(limit)}${unit ? ` ${unit}` : ''}` : `${named}, limit ${plain(limit)}`;
}
