/** What was tried on history, as periods of a trend. */
import type { Priority } from '../../ipc/gen/Priority';
import type { TrialView } from '../../ipc/gen/TrialView';
import type { AlarmPeriod } from '../../parts/trend/alarms';

/** The periods that touch `[from, to]`, oldest first. */
export function trialPeriods(
  trials: readonly (TrialView & { text: string; priority: Priority })[],
  point: number,
  from: number,
  to: number,
): AlarmPeriod[] {
  return trials
    .flatMap(({ spans, text, priority }, alarm) =>
      spans.map(([begin, end]): AlarmPeriod => ({ alarm, point, from: begin, to: end ?? undefined, priority, text })),
    )
    .filter((period) => period.from < to && (period.to ?? Infinity) > from)
    .sort((a, b) => a.from - b.from);
}
