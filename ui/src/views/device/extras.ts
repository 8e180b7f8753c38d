/** Alarms beyond the four limits: what a person types of them, and the conditions they become. */
import { shownUnit } from '../../format/units';
import type { Condition } from '../../ipc/gen/Condition';
import type { PointView } from '../../ipc/gen/PointView';
import type { Priority } from '../../ipc/gen/Priority';
import type { UnitSystem } from '../../ipc/gen/UnitSystem';
import { delayOk, read, type Words, wordsOf } from './limits';

export type ExtraKind = 'deviation' | 'rate' | 'stuck' | 'not_counting' | 'no_data' | 'discrepancy' | 'expression';

/** What each asks for besides its priority and delay. */
export const EXTRAS: Record<
  ExtraKind,
  { word: string; number?: string; minutes?: string; point?: string; expression?: string; numeric: boolean }
> = {
  deviation: { word: 'Away from a set point', number: 'by', point: 'set point', numeric: true },
  rate: { word: 'Changes too fast', number: 'by', minutes: 'within, min', numeric: true },
  stuck: { word: 'Does not move', number: 'by more than', minutes: 'for, min', numeric: true },
  not_counting: { word: 'Does not count', minutes: 'for, min', numeric: true },
  no_data: { word: 'Says nothing', minutes: 'for, min', numeric: false },
  discrepancy: { word: 'Is not what its feedback says', point: 'feedback', numeric: false },
  expression: { word: 'An expression is true', expression: 'expression', numeric: false },
};

export const EXTRA_KINDS = Object.keys(EXTRAS) as ExtraKind[];

export interface ExtraRow {
  kind: ExtraKind;
  on: boolean;
  number: string;
  minutes: string;
  /** Id of the other point, as a select has it. */
  point: string;
  expression: string;
  /** Seconds. */
  delay: string;
  priority: Priority;
  words: Words;
  from: Condition | undefined;
}

const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;

export function isExtra(condition: Condition): condition is Condition & { kind: ExtraKind } {
  return condition.kind in EXTRAS;
}

/** The kinds that can be added to a point: one of each. */
export function addable(kind: PointView['kind'], rows: readonly ExtraRow[]): ExtraKind[] {
  return EXTRA_KINDS.filter(
    (extra) => (kind === 'number' || !EXTRAS[extra].numeric) && !rows.some((row) => row.kind === extra),
  );
}

export function newExtra(kind: ExtraKind): ExtraRow {
  const number = kind === 'stuck' ? '0' : '';
  const row = { kind, on: true, number, minutes: '10', point: '', expression: '', delay: '0' };
  return { ...row, priority: 'medium', words: wordsOf(undefined), from: undefined };
}

function typed(value: number): string {
  return String(Number(value.toPrecision(9)));
}

export function extraOf(condition: Condition & { kind: ExtraKind }, unit: string | null, units: UnitSystem): ExtraRow {
  const shown = shownUnit(unit, units);
  const delta = (d: number) => typed(shown.convert(d) - shown.convert(0));
  const row: ExtraRow = {
    ...newExtra(condition.kind),
    on: !condition.disabled,
    delay: typed(condition.on_delay / SECOND),
    priority: condition.priority,
    words: wordsOf(condition),
    from: condition,
  };
  if (condition.kind === 'deviation' || condition.kind === 'rate') row.number = delta(condition.limit);
  if (condition.kind === 'stuck') row.number = delta(condition.within);
  if (condition.kind === 'rate') row.minutes = typed(condition.over / MINUTE);
  if ('after' in condition) row.minutes = typed(condition.after / MINUTE);
  if (condition.kind === 'deviation') row.point = String(condition.from);
  if (condition.kind === 'discrepancy') row.point = String(condition.feedback);
  if (condition.kind === 'expression') row.expression = condition.formula;
  return row;
}

/** What is wrong with a row; empty where it can be saved. */
export function extraFault(row: ExtraRow): string {
  if (!row.on) return '';
  const asks = EXTRAS[row.kind];
  const number = read(row.number);
  if (asks.number && (number === undefined || number < 0 || (number === 0 && row.kind !== 'stuck'))) {
    return `“${asks.word}” needs a number over zero.`;
  }
  const minutes = read(row.minutes);
  if (asks.minutes && (minutes === undefined || minutes <= 0 || minutes > (row.kind === 'rate' ? 60 : 43_200))) {
    return `“${asks.word}” needs a time in minutes${row.kind === 'rate' ? ', at most 60' : ''}.`;
  }
  if (asks.point && row.point === '') return `“${asks.word}” needs the other point.`;
  if (asks.expression && row.expression.trim() === '') return 'Write the expression.';
  return delayOk(row.delay) ? '' : 'A delay is a number of seconds, at most a day.';
}

/** The condition of a row, in the units as sent. Call it only where `extraFault` finds nothing, or the row is off. */
export function extraCondition(row: ExtraRow, name: string, back: (value: number) => number): Condition {
  const before = row.from;
  const number = read(row.number) ?? 0;
  const sent = back(number) - back(0);
  const minutes = Math.round((read(row.minutes) ?? 0) * MINUTE);
  const base = {
    ...row.words,
    text: row.words.text.trim() || `${name}: ${EXTRAS[row.kind].word.toLowerCase()}`,
    deadband: before?.deadband ?? 0,
    on_delay: Math.round((read(row.delay) ?? 0) * SECOND),
    priority: row.priority,
    disabled: !row.on,
    default: before?.default ?? false,
    source: before?.source ?? '',
  };
  // A row that is off keeps what it was, however little sense its fields make now.
  if (!row.on && before) return { ...before, disabled: true };
  switch (row.kind) {
    case 'deviation':
      return { ...base, kind: 'deviation', from: Number(row.point), limit: sent };
    case 'rate':
      return { ...base, kind: 'rate', limit: sent, over: minutes };
    case 'stuck':
      return { ...base, kind: 'stuck', within: sent, after: minutes };
    case 'not_counting':
      return { ...base, kind: 'not_counting', after: minutes };
    case 'no_data':
      return { ...base, kind: 'no_data', after: minutes };
    case 'discrepancy':
      return { ...base, kind: 'discrepancy', feedback: Number(row.point) };
    case 'expression':
      return { ...base, kind: 'expression', formula: row.expression.trim() };
  }
}
