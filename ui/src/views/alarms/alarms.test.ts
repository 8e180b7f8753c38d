// @vitest-environment jsdom
import { cleanup, configure, fireEvent, render, waitFor } from '@testing-library/svelte';
import { tick } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Host, useHost } from '../../ipc/client';
import type { Commands } from '../../ipc/commands';
import { createHost } from '../../ipc/fake/host';
import type { AlarmView } from '../../ipc/gen/AlarmView';
import { alarms } from '../../live/alarms.svelte';
import { model } from '../../live/model.svelte';
import { go } from '../../router.svelte';
import Alarms from './Alarms.svelte';

// The trend asks for the screen's resolution as soon as it is loaded.
vi.hoisted(() => {
  globalThis.matchMedia ??= (() => ({ addEventListener() {}, removeEventListener() {} })) as never;
});

// No layout in here: every list is 520 pixels high.
vi.stubGlobal(
  'ResizeObserver',
  class {
    observe() {}
    unobserve() {}
    disconnect() {}
  },
);
Object.defineProperty(HTMLElement.prototype, 'clientHeight', { configurable: true, value: 520 });
HTMLDialogElement.prototype.showModal = function () {
  this.open = true;
};
HTMLElement.prototype.scrollTo = function (this: HTMLElement, to?: ScrollToOptions | number) {
  if (typeof to === 'object') this.scrollTop = to.top ?? 0;
} as typeof HTMLElement.prototype.scrollTo;

// A busy machine takes its time; nothing here is about time.
configure({ asyncUtilTimeout: 15_000 });
vi.setConfig({ testTimeout: 30_000 });

let list: AlarmView[] = [];
let aside: AlarmView[] = [];
let acknowledged: number[][] = [];
let acts: Commands['alarm_act'][0][] = [];

const alarm = (id: number, part: Partial<AlarmView> = {}): AlarmView => ({
  id,
  device: 1,
  point: null,
  condition: 'hi',
  state: 'unacknowledged',
  priority: 'high',
  text: `Alarm ${id}`,
  device_name: `Device ${id % 7}`,
  place_name: 'Berlin › Line 1',
  realm: 'plant',
  covers: [],
  response: '',
  consequence: '',
  respond_within: null,
  class: '',
  group: '',
  late: false,
  first: false,
  settling: false,
  value: 1,
  limit: 2,
  unit: null,
  raised_at: id * 1e6,
  called_at: id * 1e6,
  changed_at: id * 1e6,
  count: 1,
  demo: false,
  urgent: false,
  ...part,
});

beforeEach(async () => {
  const made = createHost();
  acknowledged = [];
  aside = [];
  acts = [];
  useHost({
    call: async (name: keyof Commands, args: never) => {
      if (name === 'alarms') {
        return {
          rev: Math.random(),
          alarms: list,
          covered: aside,
          unacknowledged: [0, 0, 0, 0, 0],
          active: [0, list.length, 0, 0, 0],
        };
      }
      if (name === 'acknowledge') {
        const ids = (args as { alarms: number[] }).alarms;
        acknowledged.push(ids);
        list = list.map((a) => (ids.includes(a.id) ? { ...a, state: 'acknowledged' as const } : a));
        return ids.length;
      }
      if (name === 'alarm_act') {
        acts.push(args);
        return (args as { alarms: number[] }).alarms.length;
      }
      return made.call(name, args);
    },
    callBytes: made.callBytes,
  } as Host);
  await model.refresh();
  go('#/alarms', true);
});
afterEach(() => {
  vi.useRealTimers();
  cleanup();
});

const all = (test: string) => [...document.querySelectorAll<HTMLElement>(`[data-test="${test}"]`)];
async function show(next: AlarmView[]) {
  list = next;
  await alarms.refresh();
  render(Alarms);
}

describe('active alarms', () => {
  it('draws only the rows in view of ten thousand', async () => {
    await show(Array.from({ length: 10_000 }, (_, i) => alarm(i + 1)));
    expect(all('rows')[0]?.dataset['count']).toBe('10000');
    expect(all('alarm-row').length).toBeGreaterThan(9);
    expect(all('alarm-row').length).toBeLessThan(40);
  });

  it('acknowledges one, and all that are shown', async () => {
    await show([
      alarm(1),
      alarm(2, { priority: 'low' }),
      alarm(3, { priority: 'low' }),
      alarm(4, { state: 'acknowledged' }),
    ]);
    expect(all('alarm-row').map((row) => row.dataset['alarm'])).toEqual(['1', '3', '2', '4']);
    all('acknowledge-one')[0]?.click();
    await waitFor(() => expect(acknowledged).toEqual([[1]]));
    await fireEvent.click(document.querySelector('[data-test="filter-priority"][data-priority="low"]')!);
    await waitFor(() => expect(all('alarm-row').map((row) => row.dataset['alarm'])).toEqual(['3', '2']));
    expect(all('acknowledge-all')[0]?.textContent).toContain('2 shown');
    all('acknowledge-all')[0]?.click();
    await waitFor(() => expect(acknowledged[1]).toEqual([3, 2]));
    await waitFor(() =>
      expect(all('alarm-row').map((row) => row.dataset['state'])).toEqual(['acknowledged', 'acknowledged']),
    );
    expect((all('acknowledge-all')[0] as HTMLButtonElement).disabled).toBe(true);
    expect(location.hash).toContain('priority=low');
  });

  it('keeps rows in place while someone points at them, and says what is new', async () => {
    await show([alarm(1), alarm(2)]);
    vi.useFakeTimers();
    await fireEvent.pointerMove(all('alarms-active')[0]!);
    list = [alarm(9, { priority: 'critical' }), alarm(1)];
    await alarms.refresh();
    await tick();
    expect(all('alarms-fresh')[0]?.textContent).toContain('1 new alarm');
    expect(all('alarm-row').map((row) => `${row.dataset['alarm']} ${row.dataset['state']}`)).toEqual([
      '2 normal',
      '1 unacknowledged',
    ]);
    vi.advanceTimersByTime(1500);
    await tick();
    expect(all('alarm-row').map((row) => row.dataset['alarm'])).toEqual(['9', '1']);
  });

  it('is worked with the keyboard alone', async () => {
    await show([alarm(1), alarm(2)]);
    const grid = document.querySelector('[role="grid"]')!;
    await fireEvent.keyDown(grid, { key: 'ArrowDown' });
    await fireEvent.keyDown(grid, { key: 'ArrowDown' });
    const current = document.querySelector('[aria-selected="true"][data-test="alarm-row"]');
    expect(current?.getAttribute('data-alarm')).toBe('1');
    expect(grid.getAttribute('aria-activedescendant')).toBe(current?.id);
    await fireEvent.keyDown(grid, { key: 'a' });
    await waitFor(() => expect(acknowledged).toEqual([[1]]));
  });

  it('sorts by a column both ways and back to urgency', async () => {
    await show([alarm(1, { device_name: 'B' }), alarm(2, { device_name: 'A' })]);
    const ids = () => all('alarm-row').map((row) => row.dataset['alarm']);
    const sort = () => fireEvent.click(document.querySelector('[data-test="sort"][data-by="device"]')!);
    await sort();
    expect(ids()).toEqual(['2', '1']);
    await sort();
    expect(ids()).toEqual(['1', '2']);
    await sort();
    expect(ids()).toEqual(['2', '1']);
  });

  it('tells "no alarm" from "none fits", and brings all back', async () => {
    await show([alarm(1)]);
    await fireEvent.input(all('alarm-search')[0]!, { target: { value: 'nothing like it' } });
    await waitFor(() => expect(all('no-match')).toHaveLength(1));
    all('clear-filter')[0]?.click();
    await waitFor(() => expect(all('alarm-row')).toHaveLength(1));
    expect((all('alarm-search')[0] as HTMLInputElement).value).toBe('');
    list = [];
    await alarms.refresh();
    await waitFor(() => expect(all('no-alarms')).toHaveLength(1));
  });

  it('shows text from outside as text', async () => {
    await show([alarm(1, { text: '<img src=x onerror=alert(1)>', device_name: '<b>x</b>' })]);
    expect(document.querySelector('[data-test="alarm-row"] img, [data-test="alarm-row"] b')).toBeNull();
    expect(all('alarm-link')[0]?.textContent).toBe('<img src=x onerror=alert(1)>');
  });
});

describe('one alarm beside the list', () => {
  const cover = { kind: 'shelved' as const, since: 0, until: 9e15, once: false, reason: 'noisy', who: 'Ann' };

  it('opens with Enter, says what to do and why, and closes', async () => {
    await show([alarm(1, { response: 'Close the door.', consequence: 'Food spoils.', respond_within: 600e6 })]);
    const grid = document.querySelector('[role="grid"]')!;
    await fireEvent.keyDown(grid, { key: 'ArrowDown' });
    await fireEvent.keyDown(grid, { key: 'Enter' });
    await waitFor(() => expect(all('alarm-side')).toHaveLength(1));
    expect(all('detail-response')[0]?.textContent).toBe('Close the door.');
    expect(all('detail-consequence')[0]?.textContent).toBe('Food spoils.');
    all('detail-close')[0]?.click();
    await waitFor(() => expect(all('alarm-side')).toHaveLength(0));
  });

  it('is shelved with a reason and a time, and no other way', async () => {
    await show([alarm(1)]);
    await fireEvent.click(all('alarm-row')[0]!);
    await waitFor(() => expect(all('detail-shelve')).toHaveLength(1));
    all('detail-shelve')[0]?.click();
    await waitFor(() => expect(all('act-yes')).toHaveLength(1));
    expect((all('act-yes')[0] as HTMLButtonElement).disabled).toBe(true);
    await fireEvent.input(all('act-reason')[0]!, { target: { value: 'valve is changed' } });
    all('act-yes')[0]?.click();
    await waitFor(() => expect(acts).toHaveLength(1));
    expect(acts[0]).toMatchObject({ alarms: [1], act: { act: 'shelve', once: false, reason: 'valve is changed' } });
    await waitFor(() => expect(all('act-dialog')).toHaveLength(0));
  });

  it('is reset only once it is acknowledged', async () => {
    await show([alarm(1, { state: 'latched_unacknowledged' }), alarm(2, { state: 'latched' })]);
    await fireEvent.click(document.querySelector('[data-alarm="1"][data-test="alarm-row"]')!);
    await waitFor(() => expect(all('detail-reset')).toHaveLength(1));
    expect((all('detail-reset')[0] as HTMLButtonElement).disabled).toBe(true);
    await fireEvent.click(document.querySelector('[data-alarm="2"][data-test="alarm-row"]')!);
    await waitFor(() => expect((all('detail-reset')[0] as HTMLButtonElement).disabled).toBe(false));
    all('detail-reset')[0]?.click();
    await waitFor(() => expect(acts).toEqual([{ alarms: [2], act: { act: 'reset' } }]));
  });

  it('lists what is set aside, each with its end and its way back', async () => {
    aside = [alarm(5, { covers: [cover, { ...cover, kind: 'out_of_service', until: null }] })];
    await show([]);
    await fireEvent.click(document.querySelector('[data-test="tab"][data-tab="aside"]')!);
    await waitFor(() => expect(all('aside-row')).toHaveLength(2));
    expect(all('aside-row').map((row) => row.dataset['kind'])).toEqual(['shelved', 'out_of_service']);
    expect(all('aside-row')[0]?.textContent).toContain('noisy');
    all('take-back')[0]?.click();
    await waitFor(() => expect(acts).toEqual([{ alarms: [5], act: { act: 'unshelve' } }]));
  });
});

describe('many alarms', () => {
  it('stand under the heads of their places', async () => {
    await show([alarm(1, { place_name: 'A' }), alarm(2, { place_name: 'B' }), alarm(3, { place_name: 'A' })]);
    await fireEvent.click(all('by-place')[0]!);
    const rows = () => [...document.querySelectorAll<HTMLElement>('[data-test="place-row"], [data-test="alarm-row"]')];
    await waitFor(() =>
      expect(rows().map((row) => row.dataset['place'] ?? row.dataset['alarm'])).toEqual(['A', '3', '1', 'B', '2']),
    );
  });

  it('are marked and acknowledged together', async () => {
    await show([alarm(1), alarm(2), alarm(3)]);
    const grid = document.querySelector('[role="grid"]')!;
    await fireEvent.keyDown(grid, { key: 'ArrowDown' });
    await fireEvent.keyDown(grid, { key: ' ' });
    await fireEvent.click(all('mark')[2]!);
    await waitFor(() => expect(all('acknowledge-all')[0]?.textContent).toContain('2 marked'));
    all('acknowledge-all')[0]?.click();
    await waitFor(() => expect(acknowledged).toEqual([[3, 1]]));
    await waitFor(() => expect(all('acknowledge-all')[0]?.textContent).toContain('shown'));
  });
});

describe('journal', () => {
  it('is a tab of its own with its own filters', async () => {
    await show([alarm(1)]);
    await fireEvent.click(document.querySelector('[data-test="tab"][data-tab="journal"]')!);
    await waitFor(() => expect(all('journal-row').length).toBeGreaterThan(5));
    expect(all('acknowledge-all')).toHaveLength(0);
    await fireEvent.input(all('alarm-search')[0]!, { target: { value: 'battery' } });
    await waitFor(() => expect(all('journal-row').every((row) => /battery/i.test(row.textContent ?? ''))).toBe(true));
    expect(all('journal-row').length).toBeGreaterThan(0);
  });
});
