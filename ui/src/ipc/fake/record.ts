/** Made-up figures of alarms; the reckoning itself is the core's. */
import type { ActorView } from '../gen/ActorView';
import type { AdviceView } from '../gen/AdviceView';
import type { FloodView } from '../gen/FloodView';
import type { JournalKeepView } from '../gen/JournalKeepView';
import type { JournalLine } from '../gen/JournalLine';
import type { MetricUnit } from '../gen/MetricUnit';
import type { MetricView } from '../gen/MetricView';
import type { PerformanceView } from '../gen/PerformanceView';
import type { VerdictView } from '../gen/VerdictView';
import type { VerifiedView } from '../gen/VerifiedView';
import type { World } from './world';

const MINUTE = 60e6;
let years: number | null = null;

/** `?flood` in the address of the page shows one. */
export function flood(world: World): FloodView | null {
  if (typeof location === 'undefined' || !location.search.includes('flood')) return null;
  return { since: world.now() - 9 * MINUTE, calls: 73, within: 60 };
}

export function isWithin(world: World, device: number, wanted: number): boolean {
  let place = world.builder.devices.find((d) => d.view.id === device)?.view.place ?? null;
  for (let i = 0; place !== null && i < 16; i++) {
    if (place === wanted) return true;
    place = world.builder.places.find((p) => p.id === place)?.parent ?? null;
  }
  return false;
}

export function verified(world: World, lines: number, known: string): VerifiedView {
  const fingerprint = '9f2c4e0b7d31a6584fe2c90d1b7a3e5f6c8d2a4b0e9f1d3c5b7a8e6f4d2c0b1a';
  const met = known.trim() === '' || known.trim() === fingerprint;
  return {
    whole: met,
    text: met
      ? `All ${lines} lines are as they were written; nothing was changed, removed or slipped in.`
      : `All ${lines} lines fit together, but none of them has the fingerprint that you gave: the journal was written anew since it was noted, or it is another journal.`,
    lines,
    from: world.now() - 86_400e6,
    to: world.now() - MINUTE,
    fingerprint,
    fault: null,
    notes: [
      {
        seq: 1205,
        at: world.now() - 86_400e6,
        text: 'From here on the journal is chained; the 1,204 lines before this one were taken as they stood',
      },
    ],
  };
}

export function keep(world: World, lines: number): JournalKeepView {
  return { years, lines, begins: world.now() - 40 * 86_400e6 };
}

export function saveKeep(next: number | null): null {
  years = next;
  return null;
}

export function advice(world: World, point: number, condition: string): AdviceView {
  return {
    point,
    condition,
    unit: world.get(point).point.view.unit,
    since: world.now() - 7 * 86_400e6,
    calls: 180,
    real: 3,
    keep: MINUTE,
    options: [
      { kind: 'deadband', value: 0.51, calls: 3, prevented: 1 },
      { kind: 'off_delay', value: 10e6, calls: 9, prevented: 0.966 },
    ],
  };
}

type Row = [string, string, string, MetricUnit, number | null, number | null, boolean, number | null, VerdictView];

const ROWS: readonly Row[] = [
  [
    'per_day',
    'Alarms a day',
    'How many times a day you were called, on average',
    'count',
    160,
    150,
    false,
    300,
    'manageable',
  ],
  ['per_hour', 'Alarms an hour', 'The same for an hour', 'count', 6.67, 6, false, 12, 'manageable'],
  [
    'per_ten_minutes',
    'Alarms in 10 minutes',
    'The same for ten minutes: one in ten minutes can be looked into and answered',
    'count',
    1.11,
    1,
    false,
    2,
    'manageable',
  ],
  [
    'busy_periods',
    '10-minute periods with more than 10',
    'Share of the time cut into ten minutes in which more came than one person can answer',
    'share',
    0.0069,
    0.01,
    true,
    null,
    'good',
  ],
  ['peak', 'Most alarms in any 10 minutes', 'The worst ten minutes', 'count', 60, 10, false, null, 'over'],
  [
    'in_flood',
    'Time in flood',
    'Share of the time with more alarms than can be answered: from ten in ten minutes until fewer than five',
    'share',
    0.0123,
    0.01,
    true,
    null,
    'over',
  ],
  [
    'nuisance',
    'Chattering and fleeting alarms',
    'Alarms that come and go within a minute, or are gone before anybody could act: a delay or a wider band quietens them',
    'count',
    0,
    0,
    false,
    null,
    'good',
  ],
  [
    'ack_median',
    'Time to acknowledge, median',
    'Half of the alarms were seen within this time',
    'time',
    30e6,
    null,
    false,
    null,
    'unjudged',
  ],
];

export function performance(world: World, lines: readonly JournalLine[], from: number, to: number): PerformanceView {
  const raised = lines.filter((l) => l.transition === 'raised');
  const seen = new Map<number, ActorView>();
  for (const line of raised) {
    const known = seen.get(line.alarm);
    if (known) known.calls++;
    else
      seen.set(line.alarm, {
        alarm: line.alarm,
        device: line.device,
        point: line.point,
        condition: 'hi',
        text: line.text,
        device_name: line.device_name,
        place_name: line.place_name,
        priority: line.priority,
        calls: 1,
        share: 0,
        peak: null,
        since: null,
      });
  }
  const frequent = [...seen.values()].sort((a, b) => b.calls - a.calls).slice(0, 10);
  for (const it of frequent) it.share = it.calls / Math.max(1, raised.length);
  const bars = Array.from({ length: 144 }, (_, i) => (i === 72 ? 60 : i % 3 === 0 ? 1 : 0));
  const first = frequent[0];
  return {
    from,
    to,
    short: false,
    calls: 160,
    alarms: seen.size,
    metrics: ROWS.map(([id, title, plain, unit, value, acceptable, below, manageable, verdict]): MetricView => ({
      id,
      title,
      plain,
      unit,
      value,
      acceptable: acceptable === null ? null : { limit: acceptable, below },
      manageable: manageable === null ? null : { limit: manageable, below: false },
      verdict,
    })),
    bars,
    step: (to - from) / 144,
    floods: [{ from: from + (to - from) * 0.501, to: from + (to - from) * 0.5133, calls: 60, peak: 60 }],
    priorities: [1, 7, 24, 128, 0],
    frequent,
    chattering: first ? [{ ...first, peak: 4 }] : [],
    fleeting: [],
    stale: first ? [{ ...first, since: world.now() - 3 * 86_400e6 }] : [],
    stale_now: 1,
    longest: first ? { alarm: first, took: 50 * MINUTE, waits: true } : null,
  };
}
