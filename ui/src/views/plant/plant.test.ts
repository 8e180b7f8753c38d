// @vitest-environment jsdom
import { cleanup, configure, render, screen, waitFor } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Host, useHost } from '../../ipc/client';
import type { Commands } from '../../ipc/commands';
import { createHost } from '../../ipc/fake/host';
import type { LineView } from '../../ipc/gen/LineView';
import { lines } from '../../live/lines.svelte';
import { model } from '../../live/model.svelte';
import Line from './Line.svelte';
import MachineCard from './MachineCard.svelte';
import Plant from './Plant.svelte';

// The chart asks for these while it is imported.
vi.hoisted(() => {
  globalThis.matchMedia ??= (() => ({
    matches: false,
    addEventListener() {},
    removeEventListener() {},
  })) as never;
  globalThis.ResizeObserver ??= class {
    observe() {}
    unobserve() {}
    disconnect() {}
  };
});

// A busy machine takes its time; nothing here is about time.
configure({ asyncUtilTimeout: 15_000 });
vi.setConfig({ testTimeout: 30_000 });

let change: ((all: LineView[]) => LineView[]) | undefined;
let fault: { code: string; message: string } | undefined;

beforeEach(async () => {
  // In the middle of a shift, whenever this runs.
  vi.useFakeTimers({ toFake: ['Date'], now: new Date(2026, 10, 24, 11, 0) });
  const made = createHost();
  change = undefined;
  fault = undefined;
  useHost({
    call: async (name: keyof Commands, args: never) => {
      if (name !== 'lines') return made.call(name, args);
      if (fault) throw fault;
      const all = (await made.call('lines', {})) as LineView[];
      return change ? change(all) : all;
    },
    callBytes: made.callBytes,
  } as Host);
  lines.list = [];
  lines.loaded = false;
  lines.trouble = undefined;
  await model.refresh();
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const all = (test: string) => [...document.querySelectorAll<HTMLElement>(`[data-test="${test}"]`)];

describe('overview of lines', () => {
  it('shows each line with its machines in flow order, its OEE, pace, stops and stock', async () => {
    render(Plant);
    await waitFor(() => expect(all('line')).toHaveLength(2));
    const [first] = all('line');
    expect([...(first?.querySelectorAll('[data-test="machine-chip"] .name') ?? [])].map((e) => e.textContent)).toEqual([
      'Depalletiser',
      'Washer',
      'Filler',
      'Capper',
      'Labeller',
      'Packer',
    ]);
    expect(first?.querySelector('[data-test="line-oee"]')?.textContent).toMatch(/\d+\.\d\s+% OEE/);
    expect(first?.querySelector('[data-test="pace"]')?.textContent).toMatch(/of 72,000/);
    expect(all('stock-row').length).toBeGreaterThanOrEqual(6);
    expect(first?.querySelector<HTMLAnchorElement>('[data-test="line-link"]')?.getAttribute('href')).toMatch(
      /^#\/plant\/line\/\d+$/,
    );
  });

  it('says what to do where there is no line', async () => {
    change = () => [];
    render(Plant);
    await waitFor(() => expect(all('no-lines')).toHaveLength(1));
  });

  it('says why nothing can be shown, and shows it once it can', async () => {
    fault = { code: 'history', message: 'The history is being repaired.' };
    render(Plant);
    await screen.findByText('The history is being repaired.');
    fault = undefined;
    await lines.refresh();
    await waitFor(() => expect(all('line')).toHaveLength(2));
    fault = { code: 'history', message: 'The disk is full.' };
    await lines.refresh();
    await waitFor(() => expect(all('lines-trouble')[0]?.textContent).toContain('The disk is full.'));
    expect(all('line')).toHaveLength(2);
  });
});

describe('line', () => {
  const id = () => [...model.places.values()].find((place) => place.kind === 'line')?.id ?? 0;

  it('shows its machines with state, counts and since, OEE in parts, losses and stock', async () => {
    render(Line, { id: id() });
    await waitFor(() => expect(all('machine')).toHaveLength(6));
    const filler = all('machine')[2];
    expect(filler?.querySelector('[data-test="state"]')?.getAttribute('data-state')).toBeTruthy();
    expect(filler?.querySelector('[data-test="machine-out"]')?.textContent).toMatch(/^out [\d,]+$/);
    expect(filler?.querySelector('[data-test="analog-bar"]')).not.toBeNull();
    expect(filler?.querySelector('h3')?.textContent).toContain('◎');
    expect(all('oee-part').map((row) => row.dataset['name'])).toEqual([
      'OEE',
      'Availability',
      'Performance',
      'Quality',
    ]);
    expect(all('loss-row').length).toBeGreaterThan(0);
    expect(all('stock-row')).toHaveLength(3);
  });

  it('flags a wrong ideal rate and an undefined part instead of hiding them', async () => {
    change = (list) =>
      list.map((line) => ({
        ...line,
        oee: { ...line.oee, performance: 1.31, performance_suspect: true, quality: null, oee: null },
      }));
    render(Line, { id: id() });
    await waitFor(() => expect(all('oee-suspect')).toHaveLength(1));
    const texts = all('oee-part').map((row) => row.querySelector('.text')?.textContent?.trim());
    expect(texts[0]).toBe('–');
    expect(texts[2]).toBe('!131.0');
    expect(texts[3]).toBe('–');
  });

  it('keeps an open stop on top and says that it lasts', async () => {
    change = (list) =>
      list.map((line) => ({
        ...line,
        stops: [
          { device: 1, machine: 'Filler', state: 'stopped', from: 1, to: 2, duration: 9e8, lost: 5, reason: 'Jam' },
          { device: 2, machine: 'Capper', state: 'fault', from: 3, to: null, duration: 1e6, lost: null, reason: '' },
        ],
      }));
    render(Line, { id: id() });
    await waitFor(() => expect(all('stop-row')).toHaveLength(2));
    const [first, second] = all('stop-row');
    expect(first?.textContent).toMatch(/Capper.*no reason given.*still stopped/s);
    expect(first?.dataset['open']).toBe('true');
    expect(second?.textContent).toContain('Jam');
  });

  it('tells a line without machines from one that is still being read', async () => {
    render(Line, { id: 999_999 });
    expect(all('empty')[0]?.dataset['tone']).toBe('loading');
    await waitFor(() => expect(all('empty')[0]?.dataset['tone']).toBe('empty'));
  });
});

describe('machine', () => {
  it('never shows the last state of a machine that is away as if it held', async () => {
    const list = (await createHost().call('lines', {})) as LineView[];
    const machine = list[0]?.machines[0];
    if (!machine) throw new Error('no machine');
    render(MachineCard, {
      machine: { ...machine, online: false, state: 'running' },
      constraint: false,
      spark: undefined,
      sparkFrom: 0,
      sparkTo: 1,
      onset: () => {},
    });
    expect(all('state')[0]?.dataset['state']).toBe('offline');
    expect(all('machine-since')[0]?.textContent).toMatch(/no word/);
  });

  it('offers set points only where the machine has any', async () => {
    const list = (await createHost().call('lines', {})) as LineView[];
    const asked: number[] = [];
    const props = {
      constraint: false,
      spark: undefined,
      sparkFrom: 0,
      sparkTo: 1,
      onset: (d: number) => asked.push(d),
    };
    for (const line of list) render(MachineCard, { machine: line.machines[0]!, ...props });
    // Line 1 of the made-up plant takes set points, Line 2 does not.
    expect(all('set-points')).toHaveLength(1);
    all('set-points')[0]?.click();
    expect(asked).toEqual([list[0]?.machines[0]?.device]);
  });
});
