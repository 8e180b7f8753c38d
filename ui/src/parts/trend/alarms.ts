/** When alarms were active: from the lines of the alarm journal to periods on the time axis. */
import type { JournalLine } from '../../ipc/gen/JournalLine';
import type { Priority } from '../../ipc/gen/Priority';

/** An alarm from its raising to its end, in µs. */
export interface AlarmPeriod {
  alarm: number;
  point: number;
  from: number;
  /** None: still active. */
  to: number | undefined;
  priority: Priority;
  text: string;
}

/**
 * The periods of journal lines (in any order) that touch `[from, to]`. One whose raising lies before what was read begins
 * at `from`: its end tells that it was active.
 */
export function periodsOf(lines: readonly JournalLine[], from: number, to: number): AlarmPeriod[] {
  const open = new Map<number, AlarmPeriod>();
  const seen = new Set<number>();
  const out: AlarmPeriod[] = [];
  for (const line of [...lines].sort((a, b) => a.seq - b.seq)) {
    if (line.point === null) continue;
    const base = { alarm: line.alarm, point: line.point, priority: line.priority, text: line.text };
    if (line.transition === 'raised') {
      if (!open.has(line.alarm)) open.set(line.alarm, { ...base, from: line.at, to: undefined });
    } else if (line.transition === 'cleared' || line.transition === 'removed') {
      const period = open.get(line.alarm) ?? (seen.has(line.alarm) ? undefined : { ...base, from, to: undefined });
      open.delete(line.alarm);
      if (period) out.push({ ...period, to: line.at });
    }
    seen.add(line.alarm);
  }
  out.push(...open.values());
  return out.filter((p) => p.from < to && (p.to ?? Infinity) > from).sort((a, b) => a.from - b.from);
}

/** At most so many rows of periods; what has no room in them is put together in the last. */
export const MOST_LANES = 3;

/** The row of each period, so that those at the same time stand below each other. */
export function lanesOf(periods: readonly AlarmPeriod[], gap: number): number[] {
  const ends: number[] = [];
  return periods.map(({ from, to }) => {
    const end = to ?? Infinity;
    let lane = ends.findIndex((e) => e + gap <= from);
    if (lane < 0) lane = Math.min(ends.length, MOST_LANES - 1);
    ends[lane] = Math.max(ends[lane] ?? -Infinity, end);
    return lane;
  });
}
