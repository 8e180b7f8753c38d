// @vitest-environment jsdom
import { cleanup, configure, fireEvent, render, waitFor } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Host, useHost } from '../../ipc/client';
import type { Commands } from '../../ipc/commands';
import { createHost } from '../../ipc/fake/host';
import { model } from '../../live/model.svelte';
import { go } from '../../router.svelte';
import Trends from './Trends.svelte';

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
HTMLElement.prototype.scrollIntoView = () => {};
HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
  this.open = true;
};

// A busy machine takes its time; nothing here is about time.
configure({ asyncUtilTimeout: 15_000 });
vi.setConfig({ testTimeout: 30_000 });

let answer: (() => Promise<Commands['export_history'][1]>) | undefined;
let exported: Commands['export_history'][0][] = [];

beforeEach(async () => {
  const made = createHost();
  exported = [];
  answer = undefined;
  useHost({
    call: async (name: keyof Commands, args: never) => {
      if (name !== 'export_history') return made.call(name, args);
      exported.push(args);
      return answer ? answer() : made.call(name, args);
    },
    callBytes: made.callBytes,
    send: made.send,
  } as Host);
  await model.refresh();
  localStorage.clear();
});
afterEach(cleanup);

const all = (test: string) => [...document.querySelectorAll<HTMLElement>(`[data-test="${test}"]`)];
const numbers = () =>
  [...model.devices.values()].flatMap((d) => d.points.filter((p) => p.kind === 'number').map((p) => p.id));
const pens = () => all('trends')[0]?.dataset['pens'];

describe('trends page', () => {
  it('draws the pens of its address and brings the last ones back', async () => {
    const [a, b] = numbers();
    go(`#/trends?pens=${a},${b}`, true);
    render(Trends);
    await waitFor(() => expect(pens()).toBe(`${a},${b}`));
    cleanup();
    go('#/trends', true);
    render(Trends);
    await waitFor(() => expect(pens()).toBe(`${a},${b}`));
    expect(location.hash).toBe(`#/trends?pens=${a},${b}`);
  });

  it('adds pens from the keyboard and stays empty once the last one is gone', async () => {
    go('#/trends?pens=', true);
    render(Trends);
    expect(all('no-pens')).toHaveLength(1);
    const search = all('pen-search')[0] as HTMLInputElement;
    await fireEvent.focus(search);
    await fireEvent.input(search, { target: { value: 'volume' } });
    await waitFor(() => expect(all('pen-option').length).toBeGreaterThan(1));
    const second = all('pen-option')[1]?.dataset['point'];
    await fireEvent.keyDown(search, { key: 'ArrowDown' });
    expect(search.getAttribute('aria-activedescendant')).toBe(all('pen-option')[1]?.id);
    await fireEvent.keyDown(search, { key: 'Enter' });
    await waitFor(() => expect(pens()).toBe(second));
    go('#/trends?pens=', true);
    await waitFor(() => expect(all('no-pens')).toHaveLength(1));
    expect(localStorage.getItem('hearthline.trends')).toBe('pens=');
  });

  it('takes no twenty-first pen', async () => {
    go(`#/trends?pens=${numbers().slice(0, 21).join(',')}`, true);
    render(Trends);
    await waitFor(() => expect(pens()?.split(',')).toHaveLength(20));
    expect((all('pen-search')[0] as HTMLInputElement).disabled).toBe(true);
  });

  it('says how many pens are of points that are gone, and lets them go', async () => {
    const [a] = numbers();
    go(`#/trends?pens=${a},987654`, true);
    render(Trends);
    await waitFor(() => expect(all('pens-missing')).toHaveLength(1));
    all('pens-missing')[0]?.querySelector('button')?.click();
    await waitFor(() => expect(all('pens-missing')).toHaveLength(0));
    expect(location.hash).toBe(`#/trends?pens=${a}`);
  });

  it('exports what is shown and says where it went, what failed, and nothing on cancel', async () => {
    const [a, b] = numbers();
    go(`#/trends?pens=${a},${b}`, true);
    render(Trends);
    await waitFor(() => expect(pens()).toBe(`${a},${b}`));
    const start = async (part: () => void = () => undefined) => {
      all('export')[0]?.click();
      await waitFor(() => expect(all('export-start')).toHaveLength(1));
      part();
      all('export-start')[0]?.click();
    };
    await start(() => {
      all('export-every')[3]?.click();
      all('export-format')[1]?.click();
    });
    await waitFor(() => expect(all('export-running')[0]?.textContent).toContain('hearthline.parquet'));
    expect(exported[0]).toMatchObject({ points: [a, b], format: 'parquet', every: 3_600_000_000 });
    expect((exported[0]?.to ?? 0) - (exported[0]?.from ?? 0)).toBe(3_600_000_000);
    await waitFor(() =>
      expect(all('export-outcome')[0]?.textContent).toMatch(/1,204,311 samples .* hearthline\.parquet|written to/),
    );
    answer = () => Promise.reject({ code: 'io', message: 'The folder cannot be written to.' });
    await start();
    await waitFor(() => expect(all('export-outcome')[0]?.textContent).toContain('The folder cannot be written to.'));
    expect(exported[1]).toMatchObject({ format: 'csv', every: null });
    answer = async () => null;
    await start();
    await waitFor(() => expect(all('export-outcome')).toHaveLength(0));
  });

  it('keeps what is shown under a name, opens it again, and says that it was changed', async () => {
    const [a, b] = numbers();
    go(`#/trends?pens=${a}&span=86400`, true);
    render(Trends);
    await waitFor(() => expect(pens()).toBe(`${a}`));
    all('saved')[0]?.click();
    await waitFor(() => expect(all('saved-name')).toHaveLength(1));
    await fireEvent.input(all('saved-name')[0]!, { target: { value: 'Cold' } });
    all('saved-keep')[0]?.click();
    await waitFor(() => expect(all('saved-row').map((row) => row.dataset['name'])).toEqual(['Cold']));
    expect(location.hash).toContain('saved=');
    // The name is taken.
    await fireEvent.input(all('saved-name')[0]!, { target: { value: 'cold' } });
    all('saved-keep')[0]?.click();
    await waitFor(() => expect(all('saved-error')[0]?.textContent).toContain('already'));
    all('dialog-close')[0]?.click();
    const id = new URLSearchParams(location.hash.split('?')[1]).get('saved');
    go(`#/trends?pens=${b}`, true);
    await waitFor(() => expect(pens()).toBe(`${b}`));
    go(`#/trends?saved=${id}`, true);
    await waitFor(() => expect(pens()).toBe(`${a}`));
    expect(location.hash).toContain('span=86400');
    all('saved')[0]?.click();
    await waitFor(() => expect(all('saved-delete')).toHaveLength(1));
    all('saved-delete')[0]?.click();
    await waitFor(() => expect(all('saved-delete-yes')).toHaveLength(1));
    all('saved-delete-yes')[0]?.click();
    await waitFor(() => expect(all('saved-row')).toHaveLength(0));
  });

  it('sets how a pen is drawn and the ends of its axis, in the address', async () => {
    const [a] = numbers();
    go(`#/trends?pens=${a}`, true);
    render(Trends);
    await waitFor(() => expect(all('pen-set')).toHaveLength(1));
    all('pen-set')[0]?.click();
    await waitFor(() => expect(all('pen-sum').length).toBeGreaterThan(2));
    await fireEvent.click(all('pen-sum').find((e) => (e as HTMLInputElement).value === 'last')!);
    await fireEvent.change(all('axis-min')[0]!, { target: { value: '-5' } });
    await waitFor(() => expect(decodeURIComponent(location.hash)).toMatch(/~last.*axes=u:.*=-5\.\./));
    all('pen-done')[0]?.click();
    await waitFor(() => expect(all('pen-dialog')).toHaveLength(0));
  });

  it('hides a pen, compares, and sets cursors, all in the address', async () => {
    const [a, b] = numbers();
    go(`#/trends?pens=${a},${b}`, true);
    render(Trends);
    await waitFor(() => expect(all('pen-toggle')).toHaveLength(2));
    all('pen-toggle')[1]?.click();
    await waitFor(() => expect(location.hash).toContain(`${b}~hidden`));
    await fireEvent.change(all('compare')[0]!, { target: { value: 'week' } });
    await waitFor(() => expect(location.hash).toContain('vs=week'));
    all('cursors')[0]?.click();
    await waitFor(() => expect(location.hash).toMatch(/a=\d+&b=\d+/));
    all('cursors')[0]?.click();
    await waitFor(() => expect(location.hash).not.toMatch(/&a=/));
  });
});
