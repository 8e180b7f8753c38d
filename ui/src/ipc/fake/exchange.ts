/** Made-up exports and imports: a work takes a few questions to be done. */
import type { ImportPreview } from '../gen/ImportPreview';
import type { ImportReport } from '../gen/ImportReport';
import type { JobKind } from '../gen/JobKind';
import type { JobView } from '../gen/JobView';
import { TroubleError } from '../trouble';

const STEPS = 4;

interface Work {
  view: JobView;
  steps: number;
}

let works: Work[] = [];

/** Begins a work. */
export function begin(kind: JobKind, path: string, now: number): number {
  const id = works.length + 1;
  const view: JobView = {
    id,
    kind,
    path,
    state: 'running',
    share: 0,
    rows: 0,
    began_at: now,
    ended_at: null,
    text: '',
    report: null,
  };
  works = [{ view, steps: 0 }, ...works];
  return id;
}

const report: ImportReport = {
  read: 1_204_311,
  taken: 1_190_020,
  known: 14_200,
  skipped: [{ text: 'no number in an entity of numbers', count: 91, examples: ['sensor.boiler: error 7'] }],
  made: 12,
  joined: 31,
  from: 1_600_000_000e6,
  to: 1_795_000_000e6,
};

/** How all stand; each question is a step further. */
export function jobs(now: number): JobView[] {
  for (const work of works) {
    const { view } = work;
    if (view.state !== 'running') continue;
    work.steps++;
    view.share = Math.min(1, work.steps / STEPS);
    view.rows = Math.round(1_204_311 * view.share);
    if (work.steps < STEPS) continue;
    view.state = 'done';
    view.ended_at = now;
    view.text = view.kind === 'export' ? '1,204,311 samples of 43 points' : '';
    if (view.kind === 'import') view.report = report;
  }
  return works.map((work) => ({ ...work.view }));
}

export function cancel(id: number, now: number): null {
  const work = works.find((w) => w.view.id === id);
  if (!work) throw new TroubleError('not_found', 'this work is not there any more');
  if (work.view.state === 'running')
    Object.assign(work.view, {
      state: 'cancelled',
      ended_at: now,
      text: 'stopped; what was taken or written until then stays',
    });
  return null;
}

/** What is in the made-up file; `known` is a point that one of its series is. */
export function preview(survey: number, known: number, now: number): ImportPreview {
  const of = (series: number, key: string, name: string, unit: string | null, joins: number | null) => ({
    series,
    key,
    device: 'Home Assistant',
    name,
    kind: unit === null ? ('bool' as const) : ('number' as const),
    unit,
    samples: 240_000 + series * 1_313,
    from: now - 3 * 365 * 86_400e6,
    to: now - 86_400e6,
    joins,
    by: joins === null ? '' : 'by its name',
  });
  return {
    survey,
    path: '/home/you/home-assistant_v2.db',
    title: "Home Assistant's recorder, schema 50",
    notes: ['1,100,000 states, and 104,311 means and meter readings for the time before them.'],
    samples: 1_204_311,
    series: [
      of(0, 'sensor.kitchen_temperature', 'Kitchen temperature', '°C', known),
      of(1, 'sensor.boiler_power', 'Boiler power', 'W', null),
      of(2, 'binary_sensor.cellar_door', 'Cellar door', null, null),
    ],
    more: 0,
    skipped: [{ text: 'a state without a time', count: 2, examples: ['sensor.boiler_power'] }],
  };
}
