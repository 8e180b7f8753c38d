/** What the page of figures makes of answers; no state. */
import { duration } from '../../format/durations';
import { fixed, percent, whole } from '../../format/numbers';
import type { AdviceOption } from '../../ipc/gen/AdviceOption';
import type { AdviceView } from '../../ipc/gen/AdviceView';
import type { BoundView } from '../../ipc/gen/BoundView';
import type { MetricUnit } from '../../ipc/gen/MetricUnit';
import type { MetricView } from '../../ipc/gen/MetricView';
import type { VerdictView } from '../../ipc/gen/VerdictView';

const DAY = 86_400e6;
const SECOND = 1e6;

export type Span = 'day' | 'week' | 'month';

export const SPANS: readonly { span: Span; word: string }[] = [
  { span: 'day', word: 'Day' },
  { span: 'week', word: 'Week' },
  { span: 'month', word: 'Month' },
];

const DAYS: Record<Span, number> = { day: 1, week: 7, month: 30 };

/** The last day, week or month, or one `back` of them earlier; whole µs. */
export function rangeOf(span: Span, back: number, now: number): { from: number; to: number } {
  const length = DAYS[span] * DAY;
  const to = Math.floor(now) - back * length;
  return { from: to - length, to };
}

/** Shape and word of a verdict; the shape says it without the colour. */
export const VERDICTS: Record<VerdictView, { sign: string; word: string }> = {
  good: { sign: '✓', word: 'acceptable' },
  manageable: { sign: '◆', word: 'manageable' },
  over: { sign: '▲', word: 'too much' },
  unjudged: { sign: '–', word: 'not judged' },
};

function plain(value: number): string {
  return Number.isInteger(value) ? whole(value) : fixed(value, 2);
}

/** A figure as people read it. */
export function figure(metric: Pick<MetricView, 'value' | 'unit'>): string {
  const { value, unit } = metric;
  if (value === null) return '–';
  if (unit === 'share') return `${percent(value, value === 0 ? 0 : 2)} %`;
  return unit === 'time' ? duration(value) : plain(value);
}

/** A target: `≤ 150`, `< 1 %`. */
export function bound(target: BoundView | null, unit: MetricUnit): string {
  if (!target) return '–';
  const sign = target.below ? '<' : '≤';
  return unit === 'share'
    ? `${sign} ${plain(Number((target.limit * 100).toFixed(6)))} %`
    : `${sign} ${plain(target.limit)}`;
}

/** What the page says in one sentence. */
export function summary(metrics: readonly Pick<MetricView, 'verdict' | 'title'>[], face: 'home' | 'plant'): string {
  const over = metrics.filter(({ verdict }) => verdict === 'over');
  const manageable = metrics.filter(({ verdict }) => verdict === 'manageable');
  if (over.length === 0 && manageable.length === 0) {
    return face === 'home' ? 'The alarms are quiet enough to be trusted.' : 'Every figure is very likely acceptable.';
  }
  const names = (over.length > 0 ? over : manageable).map(({ title }) => title.toLowerCase());
  const some = names.slice(0, 3).join(', ') + (names.length > 3 ? ` and ${names.length - 3} more` : '');
  return over.length > 0 ? `Too much: ${some}.` : `Manageable, not yet good: ${some}.`;
}

/** What a change is called, with its value: `a way back of 0.5 bar`. */
export function adviceWords(option: AdviceOption, unit: string | null, convert: (delta: number) => number): string {
  switch (option.kind) {
    case 'deadband': {
      const value = convert(option.value);
      return `a way back of ${Number(value.toPrecision(2))}${unit ? ` ${unit}` : ''}`;
    }
    case 'off_delay':
      return `ending it only after ${duration(option.value)} of quiet`;
    case 'on_delay':
      return `raising it only after ${duration(option.value)}`;
  }
}

/** What it would have done. */
export function effect(option: AdviceOption, advice: AdviceView): string {
  const calls = option.calls === 1 ? 'once' : `${whole(option.calls)} times`;
  const before = advice.calls === 1 ? 'once' : `${whole(advice.calls)} times`;
  return `${calls} instead of ${before}: ${percent(option.prevented, 0)} % fewer needless ones`;
}

/** The address of the limits dialog, filled in with the change. */
export function proposal(condition: string, option: AdviceOption): Record<string, string> {
  const value = option.kind === 'deadband' ? option.value : option.value / SECOND;
  return { limits: condition, [option.kind]: String(value) };
}
