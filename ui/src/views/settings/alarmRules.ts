/** What the page on alarms says of rules and how a rule is edited. Pure. */
import type { AlarmGroup } from '../../ipc/gen/AlarmGroup';
import type { AlarmRule } from '../../ipc/gen/AlarmRule';
import type { Condition } from '../../ipc/gen/Condition';
import type { PointPattern } from '../../ipc/gen/PointPattern';
import type { Value } from '../../ipc/gen/Value';

const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;

export type RuleKind =
  'hi_hi' | 'hi' | 'lo' | 'lo_lo' | 'state' | 'rate' | 'stuck' | 'not_counting' | 'no_data' | 'expression';

/** What each asks for. */
export const RULE_KINDS: Record<
  RuleKind,
  { word: string; number?: string; minutes?: string; states?: true; formula?: true }
> = {
  hi_hi: { word: 'Far too high', number: 'at or above' },
  hi: { word: 'Too high', number: 'at or above' },
  lo: { word: 'Too low', number: 'at or below' },
  lo_lo: { word: 'Far too low', number: 'at or below' },
  state: { word: 'Is in a state', states: true },
  rate: { word: 'Changes too fast', number: 'by', minutes: 'within, min' },
  stuck: { word: 'Does not move', number: 'by more than', minutes: 'for, min' },
  not_counting: { word: 'Does not count', minutes: 'for, min' },
  no_data: { word: 'Says nothing', minutes: 'for, min' },
  expression: { word: 'An expression is true', formula: true },
};

export const NO_PATTERN: PointPattern = {
  class: '',
  role: null,
  platform: '',
  realm: null,
  unit: '',
  device: '',
  point: '',
  place: '',
  topic: '',
  convention: '',
};

/** A rule while it is edited; numbers are text. */
export interface RuleDraft {
  id: string;
  name: string;
  on: boolean;
  pattern: PointPattern;
  kind: RuleKind;
  number: string;
  deadband: string;
  minutes: string;
  states: string;
  formula: string;
  delay: string;
  from: Condition;
}

const PLAIN: Omit<Condition, 'kind'> = {
  priority: 'medium',
  deadband: 0,
  on_delay: 0,
  off_delay: 0,
  text: '',
  response: '',
  consequence: '',
  respond_within: null,
  class: '',
  group: '',
  latching: false,
  no_acknowledgement: false,
  enabled_while: '',
  hours: null,
  default: false,
  source: '',
  disabled: false,
};

export function newRule(id: string): RuleDraft {
  const condition = { ...PLAIN, kind: 'hi', limit: 0 } as Condition;
  return {
    ...draftOf({ id, name: '', on: true, pattern: NO_PATTERN, condition }),
    number: '',
    delay: '60',
  };
}

function typed(value: number): string {
  return String(Number(value.toPrecision(9)));
}

export function draftOf(rule: AlarmRule): RuleDraft {
  const c = rule.condition;
  const minutes = 'after' in c ? c.after : c.kind === 'rate' ? c.over : 10 * MINUTE;
  return {
    id: rule.id,
    name: rule.name,
    on: rule.on,
    pattern: { ...rule.pattern },
    kind: c.kind in RULE_KINDS ? (c.kind as RuleKind) : 'hi',
    number: 'limit' in c ? typed(c.limit) : 'within' in c ? typed(c.within) : '',
    deadband: typed(c.deadband),
    minutes: typed(minutes / MINUTE),
    states: 'any_of' in c ? c.any_of.map((value) => String(value)).join(', ') : '',
    formula: c.kind === 'expression' ? c.formula : '',
    delay: typed(c.on_delay / SECOND),
    from: { ...c },
  };
}

function read(text: string): number | undefined {
  const plain = text.trim().replace(',', '.').replace('−', '-');
  if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(plain)) return undefined;
  return Number(plain);
}

/** States as they are typed: words, numbers, `true` and `false`. */
export function statesOf(text: string): Value[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
    .map((word): Value => {
      if (/^(true|false)$/i.test(word)) return word.toLowerCase() === 'true';
      return read(word) ?? word;
    });
}

/** What is wrong with a draft; empty where it can be saved. */
export function ruleFault(draft: RuleDraft): string {
  const asks = RULE_KINDS[draft.kind];
  const { role, realm: _, ...words } = draft.pattern;
  if (draft.name.trim() === '') return 'Give the rule a name.';
  if (role === null && Object.values(words).every((word) => word.trim() === '')) {
    return 'Say which points the rule is for.';
  }
  if (draft.from.text.trim() === '') return 'Say what people read when it is raised.';
  if (asks.number && read(draft.number) === undefined) return `“${asks.word}” needs a number.`;
  if ((read(draft.deadband) ?? -1) < 0) return 'The way back must be zero or more.';
  if (asks.minutes && (read(draft.minutes) ?? 0) <= 0) return `“${asks.word}” needs a time in minutes.`;
  if (asks.states && statesOf(draft.states).length === 0) return 'Name the states that raise it.';
  if (asks.formula && draft.formula.trim() === '') return 'Write the expression.';
  const delay = read(draft.delay);
  if (delay === undefined || delay < 0 || delay > 86_400) return 'A delay is a number of seconds, at most a day.';
  return '';
}

/** The rule to save. Call it only where `ruleFault` finds nothing. */
export function ruleOf(draft: RuleDraft): AlarmRule {
  const number = read(draft.number) ?? 0;
  const minutes = Math.round((read(draft.minutes) ?? 0) * MINUTE);
  const { from } = draft;
  const base: Omit<Condition, 'kind'> = {
    priority: from.priority,
    deadband: read(draft.deadband) ?? 0,
    on_delay: Math.round((read(draft.delay) ?? 0) * SECOND),
    off_delay: from.off_delay,
    text: from.text.trim(),
    response: from.response.trim(),
    consequence: from.consequence.trim(),
    respond_within: from.respond_within,
    class: from.class.trim(),
    group: from.group.trim(),
    latching: from.latching,
    no_acknowledgement: from.no_acknowledgement,
    enabled_while: from.enabled_while.trim(),
    hours: from.hours,
    default: false,
    source: '',
    disabled: false,
  };
  return {
    id: draft.id,
    name: draft.name.trim(),
    on: draft.on,
    pattern: draft.pattern,
    condition: { ...base, ...kindOf(draft, number, minutes) } as Condition,
  };
}

function kindOf(draft: RuleDraft, number: number, minutes: number): object {
  switch (draft.kind) {
    case 'state':
      return { kind: 'state', any_of: statesOf(draft.states) };
    case 'rate':
      return { kind: 'rate', limit: number, over: minutes };
    case 'stuck':
      return { kind: 'stuck', within: number, after: minutes };
    case 'not_counting':
    case 'no_data':
      return { kind: draft.kind, after: minutes };
    case 'expression':
      return { kind: 'expression', formula: draft.formula.trim() };
    default:
      return { kind: draft.kind, limit: number };
  }
}

/** `temperature · named *freezer* · in Cellar`. */
export function patternWords(pattern: PointPattern): string {
  const parts = [
    pattern.realm === null ? '' : pattern.realm === 'home' ? 'at home' : 'in the plant',
    pattern.class,
    pattern.role?.replaceAll('_', ' ') ?? '',
    pattern.platform,
    pattern.unit && `in ${pattern.unit}`,
    pattern.device && `device ${pattern.device}`,
    pattern.point && `point ${pattern.point}`,
    pattern.place && `place ${pattern.place}`,
    pattern.topic && `topic ${pattern.topic}`,
    pattern.convention && `by ${pattern.convention}`,
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

/** `too high, at or above −15, after 60 s`. */
export function conditionWords(condition: Condition): string {
  const draft = draftOf({ id: '', name: '', on: true, pattern: NO_PATTERN, condition });
  const asks = RULE_KINDS[draft.kind];
  const number = (text: string) => text.replace('-', '−');
  const parts = [
    asks.word.toLowerCase(),
    asks.number && `${asks.number} ${number(draft.number)}`,
    asks.minutes && `${asks.minutes.replace(', min', '')} ${number(draft.minutes)} min`,
    asks.states && draft.states,
    asks.formula && draft.formula,
    condition.on_delay > 0 && `after ${number(draft.delay)} s`,
  ];
  return parts.filter(Boolean).join(', ');
}

/** A list with one of its items moved up. */
export function movedUp<T>(list: readonly T[], at: number): T[] {
  const next = [...list];
  const [item] = next.splice(at, 1);
  if (item !== undefined) next.splice(Math.max(0, at - 1), 0, item);
  return next;
}

/** The settings of groups with one put in, under the name that it had. */
export function withGroup(groups: readonly AlarmGroup[], before: string, next: AlarmGroup): AlarmGroup[] {
  const rest = groups.filter(({ name }) => name !== before);
  return [...rest, next];
}
