/** What the page of exports and imports makes of choices and answers; no state. */
import { fullName } from '../../format/names';
import { whole } from '../../format/numbers';
import type { DeviceView } from '../../ipc/gen/DeviceView';
import type { ImportChoice } from '../../ipc/gen/ImportChoice';
import type { ImportSeries } from '../../ipc/gen/ImportSeries';
import type { JobView } from '../../ipc/gen/JobView';
import type { PointView } from '../../ipc/gen/PointView';

const DAY = 86_400e6;
/** Later than any sample: 2200. */
const END = 7_258_118_400e6;

export type Stretch = 'day' | 'week' | 'month' | 'year' | 'all' | 'own';

export const STRETCHES: readonly { value: Stretch; label: string }[] = [
  { value: 'day', label: 'Last 24 hours' },
  { value: 'week', label: 'Last 7 days' },
  { value: 'month', label: 'Last 30 days' },
  { value: 'year', label: 'Last 365 days' },
  { value: 'all', label: 'All that is stored' },
  { value: 'own', label: 'From … to …' },
];

/** A range in µs; none where the two moments of one's own make none. */
export function rangeOf(stretch: Stretch, now: number, begin: string, end: string): [number, number] | undefined {
  const days = { day: 1, week: 7, month: 30, year: 365 };
  if (stretch === 'all') return [0, END];
  if (stretch !== 'own') return [now - days[stretch] * DAY, now];
  const [from, to] = [Date.parse(begin), Date.parse(end)].map((ms) => ms * 1000);
  return from !== undefined && to !== undefined && from < to ? [from, to] : undefined;
}

/** What a work is, as its headline. */
export function jobTitle(job: JobView): string {
  const name = job.path.split(/[/\\]/).at(-1) ?? job.path;
  switch (job.kind) {
    case 'export':
      return job.state === 'done' ? `Exported to ${name}` : `Export to ${name}`;
    case 'journal':
      return job.state === 'done' ? `Alarm journal written to ${name}` : `Alarm journal to ${name}`;
    case 'survey':
      return `A look at ${name}`;
    case 'import':
      return job.state === 'done' ? `Imported from ${name}` : `Import from ${name}`;
  }
}

/** `1 sample`, `1,204 samples`. */
export function samples(count: number): string {
  return `${whole(count)} ${count === 1 ? 'sample' : 'samples'}`;
}

/** What an import came to, a sentence a line. */
export function reportLines(job: JobView): string[] {
  const { report } = job;
  if (!report) return [];
  const lines = [
    `${samples(report.read)} read: ${whole(report.taken)} new, ${whole(report.known)} were there already.`,
  ];
  const points = [
    report.made > 0 ? `${whole(report.made)} made` : '',
    report.joined > 0 ? `${whole(report.joined)} known before` : '',
  ].filter(Boolean);
  if (points.length > 0) lines.push(`Points: ${points.join(', ')}.`);
  return lines;
}

/** What a person wants for a series: as suggested, a point of its own, nowhere, or a known point by its id. */
export type Wish = 'suggested' | 'new' | 'nowhere' | number;

/** The choices that differ from what is suggested. */
export function choicesOf(wishes: ReadonlyMap<number, Wish>): ImportChoice[] {
  return [...wishes].flatMap(([series, wish]): ImportChoice[] => {
    if (wish === 'suggested') return [];
    if (typeof wish === 'number') return [{ series, to: 'point', point: wish }];
    return [{ series, to: wish, point: null }];
  });
}

/** Where a series goes by itself. */
export function suggestion(series: ImportSeries, nameOf: (point: number) => string | undefined): string {
  if (series.joins === null) return `New: ${series.device} · ${series.name || series.key}`;
  const known = nameOf(series.joins);
  // A point that is not on the screen any more still keeps its history.
  return `${known ?? 'A point that is gone'}, recognised ${series.by}`;
}

/** Points by words in their name, for choosing another one; at most `most`. */
export function findPoints(
  devices: Iterable<DeviceView>,
  query: string,
  most = 30,
): { point: PointView; device: DeviceView; name: string }[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const all = [];
  for (const device of devices) {
    for (const point of device.points) {
      const name = fullName(device, point);
      const text = `${name} ${point.key}`.toLowerCase();
      if (point.kind !== 'action' && words.every((word) => text.includes(word))) all.push({ point, device, name });
    }
  }
  return all.sort((a, b) => a.name.localeCompare(b.name)).slice(0, most);
}
