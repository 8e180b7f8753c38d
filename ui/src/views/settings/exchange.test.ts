// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cleanup, configure, fireEvent, render, waitFor } from '@testing-library/svelte';
import { useHost, type Host } from '../../ipc/client';
import type { Commands } from '../../ipc/commands';
import { createHost } from '../../ipc/fake/host';
import type { ImportSeries } from '../../ipc/gen/ImportSeries';
import type { JobView } from '../../ipc/gen/JobView';
import { TroubleError } from '../../ipc/trouble';
import { jobs } from '../../live/jobs.svelte';
import { model } from '../../live/model.svelte';
import { counted } from '../../format/numbers';
import Exchange from './Exchange.svelte';
import { choicesOf, jobTitle, rangeOf, reportLines, suggestion, type Wish } from './exchange';

HTMLDialogElement.prototype.showModal = function () {
  this.open = true;
};
configure({ asyncUtilTimeout: 15_000 });
vi.setConfig({ testTimeout: 30_000 });

const job: JobView = {
  id: 1,
  kind: 'import',
  path: '/home/you/x.db',
  state: 'done',
  share: 1,
  rows: 10,
  began_at: 1,
  ended_at: 2,
  text: '',
  report: { read: 10, taken: 1, known: 9, skipped: [], made: 0, joined: 2, from: 1, to: 2 },
};

describe('what the page makes of answers', () => {
  it('turns a stretch into a range', () => {
    expect(rangeOf('day', 90_000e6, '', '')).toEqual([3600e6, 90_000e6]);
    expect(rangeOf('own', 0, '2026-11-24T00:00Z', '2026-11-25T00:00Z')).toEqual([1_795_478_400e6, 1_795_564_800e6]);
    expect(rangeOf('own', 0, '2026-11-25T00:00Z', '2026-11-24T00:00Z')).toBeUndefined();
    expect(rangeOf('own', 0, '', '')).toBeUndefined();
    expect(rangeOf('all', 0, '', '')?.[0]).toBe(0);
  });

  it('tells what a work came to', () => {
    expect(jobTitle(job)).toBe('Imported from x.db');
    expect(jobTitle({ ...job, kind: 'export', state: 'running', path: 'C:\\a\\y.csv' })).toBe('Export to y.csv');
    expect(reportLines(job)).toEqual(['10 samples read: 1 new, 9 were there already.', 'Points: 2 known before.']);
    expect(reportLines({ ...job, report: null })).toEqual([]);
    expect(counted('8612 samples of 2 points')).toBe('8,612 samples of 2 points');
  });

  it('sends only what differs from the suggestion', () => {
    const wishes = new Map<number, Wish>([
      [0, 'suggested'],
      [1, 'new'],
      [2, 'nowhere'],
      [3, 77],
    ]);
    expect(choicesOf(wishes)).toEqual([
      { series: 1, to: 'new', point: null },
      { series: 2, to: 'nowhere', point: null },
      { series: 3, to: 'point', point: 77 },
    ]);
    const series = { joins: 5, by: 'by its name', device: 'D', name: 'N', key: 'k' } as ImportSeries;
    expect(suggestion(series, () => 'Kitchen · Temperature')).toBe('Kitchen · Temperature, recognised by its name');
    expect(suggestion({ ...series, joins: null }, () => undefined)).toBe('New: D · N');
  });
});

describe('import and export', () => {
  const calls: { name: string; args: unknown }[] = [];
  let refuse: Partial<Record<keyof Commands, string>> = {};

  const one = (test: string) => document.querySelector<HTMLInputElement>(`[data-test="${test}"]`);
  const all = (test: string) => [...document.querySelectorAll<HTMLElement>(`[data-test="${test}"]`)];
  const click = async (test: string) => fireEvent.click(one(test) as HTMLElement);
  const sent = (name: keyof Commands) => calls.filter((c) => c.name === name).map((c) => c.args);
  const done = (kind: string) => document.querySelector(`[data-test="job"][data-kind="${kind}"][data-state="done"]`);

  beforeEach(async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true, advanceTimeDelta: 200 });
    const host = createHost();
    refuse = {};
    calls.length = 0;
    const watched: Host = {
      call: (name, args) => {
        calls.push({ name, args });
        const why = refuse[name];
        return why ? Promise.reject(new TroubleError('invalid', why)) : host.call(name, args);
      },
      callBytes: (name, args) => host.callBytes(name, args),
      send: (name, bytes) => host.send(name, bytes),
    };
    useHost(watched);
    await model.refresh();
    await jobs.refresh();
    render(Exchange);
  });
  afterEach(() => {
    cleanup();
    vi.useRealTimers();
  });

  it('exports what is chosen and tells how far it is', async () => {
    await fireEvent.change(one('export-what') as HTMLElement, { target: { value: 'device' } });
    const device = [...model.devices.values()].find((d) => d.points.length > 2);
    await waitFor(() => expect(one('export-device')).not.toBeNull());
    await fireEvent.change(one('export-device') as HTMLElement, { target: { value: String(device?.id) } });
    await waitFor(() => expect(all('export-point')).toHaveLength(device?.points.length ?? 0));
    await fireEvent.click(all('export-point')[0] as HTMLElement);
    await fireEvent.click(document.querySelector('[data-test="export-format"][data-value="parquet"]') as HTMLElement);
    await click('export-start');
    await waitFor(() => expect(sent('export_history')).toHaveLength(1));
    expect(sent('export_history')[0]).toMatchObject({
      points: device?.points.slice(1).map((p) => p.id),
      format: 'parquet',
    });
    await waitFor(() => expect(one('job-progress')?.textContent).toContain('samples so far'));
    await vi.advanceTimersByTimeAsync(6000);
    await waitFor(() => expect(done('export')?.textContent).toContain('1,204,311 samples of 43 points'));
    // Nothing runs: nothing is asked any more.
    const asked = sent('jobs').length;
    await vi.advanceTimersByTimeAsync(5000);
    expect(sent('jobs')).toHaveLength(asked);
  });

  it('says why an export cannot begin', async () => {
    refuse = { export_history: 'The disk is full.' };
    await click('export-start');
    await waitFor(() => expect(one('export-trouble')?.textContent).toBe('The disk is full.'));
    await fireEvent.change(one('export-range') as HTMLElement, { target: { value: 'own' } });
    await click('export-start');
    await waitFor(() => expect(one('export-trouble')?.textContent).toContain('an end that lies after it'));
  });

  it('shows what is in a file before it takes it, and lets the person decide', async () => {
    await click('import-extremes');
    await click('import-choose');
    expect(sent('survey_import')).toEqual([{ source: 'home_assistant', zone: null, extremes: true }]);
    await vi.advanceTimersByTimeAsync(6000);
    await waitFor(() => expect(all('import-row')).toHaveLength(3));
    expect(document.body.textContent).toContain('2 left out: a state without a time');
    expect(sent('run_import')).toEqual([]);
    const choices = all('import-choice');
    await fireEvent.change(choices[1] as HTMLElement, { target: { value: 'nowhere' } });
    await fireEvent.change(choices[2] as HTMLElement, { target: { value: 'other' } });
    await waitFor(() => expect(one('point-find')).not.toBeNull());
    await fireEvent.input(one('point-find') as HTMLElement, { target: { value: 'zzz nothing' } });
    await waitFor(() => expect(document.body.textContent).toContain('No point is called so.'));
    await fireEvent.input(one('point-find') as HTMLElement, { target: { value: '' } });
    await waitFor(() => expect(all('point-option').length).toBeGreaterThan(0));
    await fireEvent.click(all('point-option')[0] as HTMLElement);
    await waitFor(() => expect(one('point-find')).toBeNull());
    await click('import-start');
    await waitFor(() => expect(sent('run_import')).toHaveLength(1));
    expect(sent('run_import')[0]).toMatchObject({
      choices: [
        { series: 1, to: 'nowhere', point: null },
        { series: 2, to: 'point' },
      ],
    });
    await waitFor(() => expect(one('import-preview')).toBeNull());
    await vi.advanceTimersByTimeAsync(6000);
    await waitFor(() => expect(done('import')?.textContent).toContain('1,190,020 new, 14,200 were there already'));
    expect(done('import')?.textContent).toContain('91 left out: no number');
  });

  it('stops a work', async () => {
    await click('export-start');
    await waitFor(() => expect(one('job-cancel')).not.toBeNull());
    await click('job-cancel');
    await waitFor(() => expect(sent('cancel_job')).toHaveLength(1));
    await waitFor(() =>
      expect(document.querySelector('[data-test="job"][data-state="cancelled"]')?.textContent).toContain('stopped'),
    );
  });
});
