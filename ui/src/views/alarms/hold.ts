/** Keeps rows where they are while someone points at them, so that a click never lands on the alarm that just moved in. */
import type { AlarmView } from '../../ipc/gen/AlarmView';

export interface Held {
  rows: AlarmView[];
  /** Alarms that came meanwhile and are shown once the pointer rests. */
  fresh: number;
}

/**
 * `before` in its order with what `all` says of each alarm now. What has ended meanwhile keeps its row as `normal`; what
 * `wanted` has besides waits and is counted.
 */
export function hold(
  before: readonly AlarmView[],
  wanted: readonly AlarmView[],
  all: readonly AlarmView[] = wanted,
): Held {
  const now = new Map(all.map((alarm) => [alarm.id, alarm]));
  const waiting = new Set(wanted.map((alarm) => alarm.id));
  const rows = before.map((alarm) => {
    waiting.delete(alarm.id);
    return now.get(alarm.id) ?? { ...alarm, state: 'normal' as const };
  });
  return { rows, fresh: waiting.size };
}
