/** The made-up history on its disk: sizes, rules, copies. `?damaged` in the address shows a repair. */
import type { BackupPlan } from '../gen/BackupPlan';
import type { KeepingView } from '../gen/KeepingView';
import type { Retention } from '../gen/Retention';
import type { SizeOrder } from '../gen/SizeOrder';
import type { SizeRow } from '../gen/SizeRow';
import type { StorageView } from '../gen/StorageView';
import type { TaskView } from '../gen/TaskView';
import type { World } from './world';

const DAY = 86_400e6;
const asked = new URLSearchParams(typeof location === 'undefined' ? '' : location.search);

export const suggested: Retention = {
  rules: [
    { scope: { of: 'sort', sort: 'numbers' }, keep: { raw_days: 90, then: { step: 60, days: 3650 } } },
    { scope: { of: 'sort', sort: 'states' }, keep: { raw_days: 730, then: null } },
    { scope: { of: 'sort', sort: 'texts' }, keep: { raw_days: 90, then: null } },
  ],
  cap: null,
};

export function storage(now: number): StorageView {
  return {
    bytes: 1_482_129_920,
    reusable: 4_120_576,
    disk_free: 94_213_000_000,
    disk_total: 240_057_409_536,
    samples: 812_400_118,
    points: 412,
    oldest: now - 400 * DAY,
    samples_a_day: 2_031_000,
    bytes_a_day: 3_704_000,
    over_days: 7,
    full_in_days: 25_435,
    cap: kept.retention.cap,
    cap_missed: false,
    shrinks: !asked.has('damaged'),
    shrinks_next: kept.shrinks,
    aside: asked.has('damaged') ? [{ name: 'hearthline.damaged-2026-11-24-153012.db', bytes: 1_300_000_000 }] : [],
    measured_at: now,
  };
}

const kept: { retention: Retention; backup: BackupPlan; task: TaskView | null; told: boolean; shrinks: boolean } = {
  retention: { rules: [], cap: null },
  backup: { folder: '', daily: false, keep: 7, last_at: null, last_text: '', failed: false },
  task: null,
  told: false,
  shrinks: false,
};

export const repairText = () =>
  asked.has('damaged') && !kept.told
    ? 'The history file was damaged and was set aside as hearthline.damaged-2026-11-24-153012.db. Saved: 42 devices, 812345678 samples. Lost: samples of 3 points between 3 Nov 2026 10:12 and 5 Nov 2026 18:40.'
    : '';

/** A work that takes some seconds. */
function begin(kind: TaskView['kind'], doing: string, done: string, restart: boolean, now: () => number): null {
  kept.task = { kind, state: 'running', share: 0, text: doing, began_at: now(), restart: false };
  const { task } = kept;
  const step = () => {
    if (kept.task !== task || task.state !== 'running') return;
    task.share = Math.min(1, (task.share ?? 0) + 0.1);
    if (task.share >= 1) Object.assign(task, { state: 'done', text: done, restart });
    else setTimeout(step, 150);
  };
  setTimeout(step, 150);
  return null;
}

export function keepingAnswers(world: World) {
  const rows = (): SizeRow[] =>
    world.builder.devices.flatMap((device) =>
      device.view.points.map((point) => {
        const samples = ((point.id * 7919) % 9973) * 211 + 40;
        return {
          point: point.id,
          device: device.view.id,
          device_name: device.view.name,
          name: point.name,
          samples,
          bytes: Math.round(samples * (0.4 + ((point.id * 31) % 17) / 7)),
          bytes_a_day: Math.round(samples / 90),
          oldest: world.now() - 90 * DAY,
        };
      }),
    );
  const by: Record<SizeOrder, (row: SizeRow) => number | string> = {
    name: (row) => `${row.device_name} ${row.name}`.toLowerCase(),
    samples: (row) => row.samples,
    bytes: (row) => row.bytes,
    per_sample: (row) => row.bytes / row.samples,
    growth: (row) => row.bytes_a_day,
  };
  return {
    storage: () => storage(world.now()),
    point_sizes: (args: { order: SizeOrder; descending: boolean; search: string; offset: number; limit: number }) => {
      const found = rows().filter((row) =>
        `${row.device_name}, ${row.name}`.toLowerCase().includes(args.search.trim().toLowerCase()),
      );
      const of = by[args.order];
      found.sort((a, b) => (of(a) < of(b) ? -1 : of(a) > of(b) ? 1 : 0));
      if (args.descending) found.reverse();
      return { total: found.length, rows: found.slice(args.offset, args.offset + args.limit) };
    },
    keeping: (): KeepingView => ({
      retention: structuredClone(kept.retention),
      suggested: structuredClone(suggested),
      classes: ['energy', 'humidity', 'power', 'temperature'],
      backup: { ...kept.backup },
      task: kept.task && { ...kept.task },
      repair: repairText()
        ? { text: repairText(), aside: '/home/you/.local/share/hearthline/hearthline.damaged.db', share: 1, done: true }
        : null,
    }),
    save_retention: ({ retention }: { retention: Retention }) => {
      kept.retention = structuredClone(retention);
      return null;
    },
    preview_retention: ({ retention }: { retention: Retention }) => ({
      points: retention.rules.filter((rule) => rule.keep.raw_days !== null && !rule.keep.then).length * 40,
      summed: retention.rules.filter((rule) => rule.keep.then).length * 120,
      samples: retention.rules.filter((rule) => rule.keep.raw_days !== null).length * 71_234_567,
    }),
    save_backup_plan: (plan: { folder: string; daily: boolean; keep: number }) => {
      Object.assign(kept.backup, plan);
      return null;
    },
    choose_backup_folder: () => '/media/you/Backup/hearthline',
    back_up: ({ folder }: { folder: string }) =>
      begin(
        'backup',
        'Making a backup',
        `Backup made and checked: ${folder}/hearthline-2026-11-24-153012.db (1482 MB).`,
        false,
        () => world.now(),
      ),
    choose_backup: () => ({
      path: '/media/you/Backup/hearthline/hearthline-2026-11-20-080000.db',
      bytes: 1_402_129_920,
      brokers: 1,
      devices: 42,
      points: 412,
      newest: world.now() - 4 * DAY,
    }),
    restore_backup: () =>
      begin(
        'restore',
        'Checking and copying the backup',
        'The backup is ready. It takes the place of the present data when Hearthline starts again.',
        true,
        () => world.now(),
      ),
    check_history: () =>
      begin(
        'check',
        'Reading 91,204 compressed records, comparing each with its summary',
        'The file is sound: 91204 compressed records with 812400118 samples were read and are what they say.',
        false,
        () => world.now(),
      ),
    stop_task: () => {
      if (kept.task) Object.assign(kept.task, { state: 'stopped', text: 'Stopped; nothing has changed.' });
      return null;
    },
    shrink_at_next_start: ({ wanted }: { wanted: boolean }) => {
      kept.shrinks = wanted;
      return null;
    },
    repair_seen: () => {
      kept.told = true;
      world.revisions.status++;
      return null;
    },
    restart: () => null,
  };
}
