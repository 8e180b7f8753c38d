/** Keeps rows where they are while someone points at them, so that a click never lands on the alarm that just moved in. */
import type { AlarmView } from '../../ipc/gen/AlarmView';

export interface Held {
  rows: AlarmView[];
  /** Alarms that came meanwhile and are shown once the pointer rests. */
  fresh: number;
}

/**
 * `before` in its order with the content of `now`. What has ended meanwhile keeps its row as `normal`, what is new waits.
 */
export function hold(before: readonly AlarmView[], now: readonly AlarmView[]): Held {
  const current = new Map(now.map((alarm) => [alarm.id, alarm]));
  const rows = before.map((alarm) => {
    const latest = current.get(alarm.id);
    current.delete(alarm.id);
    return latest ?? { ...alarm, state: 'normal' as const };
  });
  return { rows, fresh: current.size };
}
