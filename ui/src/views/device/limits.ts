/** The limits editor's state: conditions of a point as rows that a person edits, in the person's units. */
import { extraCondition, extraFault, extraOf, isExtra, type ExtraRow } from './extras';
import { fixed } from '../../format/numbers';
import { shownUnit } from '../../format/units';
import { booleanWord, plainWord, sentence } from '../../format/words';
import type { Condition } from '../../ipc/gen/Condition';
import type { PointView } from '../../ipc/gen/PointView';
import type { Priority } from '../../ipc/gen/Priority';
import type { UnitSystem } from '../../ipc/gen/UnitSystem';
import type { Value } from '../../ipc/gen/Value';

export type LimitKind = 'hi_hi' | 'hi' | 'lo' | 'lo_lo';

export const LIMIT_KINDS: readonly LimitKind[] = ['hi_hi', 'hi', 'lo', 'lo_lo'];

export const LIMIT_WORDS: Record<LimitKind, string> = {
  hi_hi: 'Far too high, above',
  hi: 'Too high, above',
  lo: 'Too low, below',
  lo_lo: 'Far too low, below',
};

/** Everything of a condition but what it watches: what it tells people, and how it goes through its states. */
export type Words = Pick<
  Condition,
  | 'text'
  | 'response'
  | 'consequence'
  | 'respond_within'
  | 'class'
  | 'group'
  | 'latching'
  | 'no_acknowledgement'
  | 'enabled_while'
  | 'hours'
  | 'off_delay'
>;

/** A limit; numbers are text while they are typed. */
export interface LimitRow {
  kind: LimitKind;
  on: boolean;
  limit: string;
  deadband: string;
  /** Seconds. */
  delay: string;
  priority: Priority;
  words: Words;
  /** What it was made from. */
  from: Condition | undefined;
}

/** States of a boolean or enum that raise an alarm. */
export interface StateRow {
  on: boolean;
  any: Value[];
  delay: string;
  priority: Priority;
  words: Words;
  from: Condition | undefined;
}

/** Those of a condition, or none. */
export function wordsOf(before: Condition | undefined): Words {
  return {
    text: before?.text ?? '',
    response: before?.response ?? '',
    consequence: before?.consequence ?? '',
    respond_within: before?.respond_within ?? null,
    class: before?.class ?? '',
    group: before?.group ?? '',
    latching: before?.latching ?? false,
    no_acknowledgement: before?.no_acknowledgement ?? false,
    enabled_while: before?.enabled_while ?? '',
    hours: before?.hours ?? null,
    off_delay: before?.off_delay ?? 0,
  };
}

export interface Editor {
  /** Beyond limits and states. */
  extras: ExtraRow[];
  limits: LimitRow[];
  state: StateRow | undefined;
  /** Conditions that are only switched on or off here. */
  others: { on: boolean; from: Condition }[];
}

const SECOND = 1_000_000;

const USUAL: Record<LimitKind, Priority> = { hi_hi: 'critical', hi: 'high', lo: 'high', lo_lo: 'critical' };

/** A number as it is typed: no thousands, a plain point. */
function typed(value: number): string {
  return String(Number(value.toPrecision(9)));
}

/** Reads what was typed; also with a comma. */
export function read(text: string): number | undefined {
  const trimmed = text.trim().replace(',', '.').replace('−', '-');
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed)) return undefined;
  const value = Number(trimmed);
  return Number.isFinite(value) ? value : undefined;
}

/** The states that can raise an alarm; none for numbers and free text. */
export function statesOf(point: Pick<PointView, 'kind' | 'options' | 'class'>): { value: Value; word: string }[] {
  if (point.kind === 'bool') {
    return [true, false].map((value) => ({ value, word: sentence(booleanWord(value, point.class)) }));
  }
  if (point.kind === 'enum') return point.options.map((value) => ({ value, word: sentence(plainWord(value)) }));
  return [];
}

export function editorOf(
  point: Pick<PointView, 'kind' | 'unit' | 'options' | 'class'>,
  conditions: readonly Condition[],
  units: UnitSystem,
): Editor {
  const unit = shownUnit(point.unit, units);
  const delta = (d: number) => unit.convert(d) - unit.convert(0);
  const limits =
    point.kind === 'number'
      ? LIMIT_KINDS.map((kind): LimitRow => {
          const from = conditions.find((c) => c.kind === kind);
          const limit = from && 'limit' in from ? from.limit : undefined;
          return {
            kind,
            on: from !== undefined && !from.disabled,
            limit: limit === undefined ? '' : typed(unit.convert(limit)),
            deadband: from ? typed(delta(from.deadband)) : '0',
            delay: from ? typed(from.on_delay / SECOND) : '0',
            priority: from?.priority ?? USUAL[kind],
            words: wordsOf(from),
            from,
          };
        })
      : [];
  const states = statesOf(point);
  const state = conditions.find((c) => c.kind === 'state');
  return {
    limits,
    extras: conditions.filter(isExtra).map((extra) => extraOf(extra, point.unit, units)),
    state:
      states.length === 0 && !state
        ? undefined
        : {
            on: state !== undefined && !state.disabled,
            any: state && state.kind === 'state' ? [...state.any_of] : [],
            delay: state ? typed(state.on_delay / SECOND) : '0',
            priority: state?.priority ?? 'high',
            words: wordsOf(state),
            from: state,
          },
    others: conditions
      .filter(
        (c) =>
          !isExtra(c) &&
          c.kind !== 'state' &&
          (point.kind !== 'number' || !LIMIT_KINDS.some((kind) => kind === c.kind)),
      )
      .map((from) => ({ on: !from.disabled, from })),
  };
}

/** Puts the row of one condition back to what the condition says; other rows keep what was typed. */
export function restore(
  editor: Editor,
  condition: Condition,
  point: Pick<PointView, 'kind' | 'unit' | 'options' | 'class'>,
  units: UnitSystem,
): void {
  const fresh = editorOf(point, [condition], units);
  editor.limits = editor.limits.map((row) =>
    row.kind === condition.kind ? (fresh.limits.find(({ kind }) => kind === row.kind) ?? row) : row,
  );
  if (condition.kind === 'state') editor.state = fresh.state;
  editor.extras = editor.extras.map((row) => fresh.extras.find(({ kind }) => kind === row.kind) ?? row);
  editor.others = editor.others.map((row) => fresh.others.find(({ from }) => from.kind === row.from.kind) ?? row);
}

/** What is wrong with the editor; empty where it can be saved. */
export function faultOf(editor: Editor, point: Pick<PointView, 'unit'>, units: UnitSystem): string {
  const unit = shownUnit(point.unit, units).unit;
  const set: { kind: LimitKind; limit: number }[] = [];
  for (const row of editor.limits) {
    if (!row.on) continue;
    const limit = read(row.limit);
    const deadband = read(row.deadband);
    if (limit === undefined) return `“${LIMIT_WORDS[row.kind]} …” needs a number.`;
    if (deadband === undefined || deadband < 0) return 'The way back must be zero or more.';
    if (!delayOk(row.delay)) return 'A delay is a number of seconds, at most a day.';
    set.push({ kind: row.kind, limit });
  }
  for (const [i, upper] of set.entries()) {
    const lower = set[i + 1];
    if (lower && upper.limit <= lower.limit) {
      const text = (v: number) => `${fixed(v, Number.isInteger(v) ? 0 : 2)}${unit ? ` ${unit}` : ''}`;
      return `${LIMIT_WORDS[upper.kind]} ${text(upper.limit)} must lie over ${LIMIT_WORDS[lower.kind].toLowerCase()} ${text(lower.limit)}.`;
    }
  }
  if (editor.state?.on) {
    if (editor.state.any.length === 0) return 'Choose the states that raise the alarm.';
    if (!delayOk(editor.state.delay)) return 'A delay is a number of seconds, at most a day.';
  }
  return editor.extras.map(extraFault).find((fault) => fault !== '') ?? '';
}

export function delayOk(text: string): boolean {
  const delay = read(text);
  return delay !== undefined && delay >= 0 && delay <= 86_400;
}

/** The conditions to save, in the units as sent. Call it only where `faultOf` finds nothing. */
export function conditionsOf(
  editor: Editor,
  point: Pick<PointView, 'unit' | 'name' | 'class'>,
  name: string,
  units: UnitSystem,
): Condition[] {
  const unit = shownUnit(point.unit, units);
  const all: Condition[] = [];
  for (const row of editor.limits) {
    const limit = read(row.limit);
    // A limit that was never there and is not wanted is nothing to keep.
    if (limit === undefined || (!row.on && !row.from)) continue;
    const deadband = read(row.deadband) ?? 0;
    const before = row.from;
    const next = {
      ...row.words,
      kind: row.kind,
      limit: exact(before && 'limit' in before ? before.limit : undefined, unit.back(limit)),
      deadband: exact(before?.deadband, unit.back(deadband) - unit.back(0)),
      on_delay: Math.round((read(row.delay) ?? 0) * SECOND),
      priority: row.priority,
      text:
        row.words.text.trim() ||
        `${name} ${{ hi_hi: 'far too high', hi: 'too high', lo: 'too low', lo_lo: 'far too low' }[row.kind]}`,
      disabled: !row.on,
      default: before?.default ?? false,
      source: before?.source ?? '',
    } satisfies Condition;
    all.push(owned(before, next));
  }
  const { state } = editor;
  if (state && (state.on || state.from)) {
    const before = state.from;
    const next = {
      ...state.words,
      kind: 'state' as const,
      any_of: state.any,
      deadband: 0,
      on_delay: Math.round((read(state.delay) ?? 0) * SECOND),
      priority: state.priority,
      text: state.words.text.trim() || `${name} ${words(state.any, point.class)}`,
      disabled: !state.on,
      default: before?.default ?? false,
      source: before?.source ?? '',
    } satisfies Condition;
    all.push(owned(before, next));
  }
  for (const row of editor.extras) {
    if (!row.on && !row.from) continue;
    const next = extraCondition(row, name, unit.back);
    all.push(owned(row.from, next));
  }
  for (const { on, from } of editor.others) {
    all.push({ ...from, disabled: !on });
  }
  return all;
}

/**
 * What was edited is the point's own; what was not, or was only switched on or off, still comes from its rule or default.
 */
export function owned(before: Condition | undefined, next: Condition): Condition {
  const untouched = before !== undefined && same(before, { ...next, disabled: before.disabled });
  return untouched ? next : { ...next, default: false, source: '' };
}

function words(any: readonly Value[], cls: string | null): string {
  return any.map((v) => (typeof v === 'boolean' ? booleanWord(v, cls) : plainWord(String(v)))).join(', ');
}

/** There and back through another unit costs the last digits; what was not edited stays exactly what it was. */
function exact(before: number | undefined, after: number): number {
  return before !== undefined && Math.abs(before - after) <= 1e-6 * Math.max(1, Math.abs(before)) ? before : after;
}

function same(a: Condition, b: Condition): boolean {
  const plain = (c: Condition) => JSON.stringify(Object.entries(c).sort(([x], [y]) => x.localeCompare(y)));
  return plain(a) === plain(b);
}
