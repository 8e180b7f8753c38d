// @vitest-environment jsdom
import { cleanup, configure, fireEvent, render, waitFor } from '@testing-library/svelte';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import App from './App.svelte';
import { useHost, type Host } from './ipc/client';
import { createHost } from './ipc/fake/host';
import { TroubleError } from './ipc/trouble';
import { alarms } from './live/alarms.svelte';
import { model } from './live/model.svelte';
import { dismiss, toasts } from './live/toast.svelte';
import { go } from './router.svelte';

// Asked while modules are loaded, so before any of them.
vi.hoisted(() => {
  globalThis.matchMedia = () => ({ matches: false, addEventListener() {}, removeEventListener() {} }) as never;
});

configure({ asyncUtilTimeout: 15_000 });
vi.setConfig({ testTimeout: 40_000 });

let host: Host;
let sent: { point: number; value: unknown }[];

beforeAll(() => {
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe() {}
      unobserve() {}
      disconnect() {}
    },
  );
  HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
    this.open = true;
  };
});

beforeEach(() => {
  host = createHost();
  sent = [];
  useHost({
    ...host,
    call: async (name, args) => {
      if (name === 'command') sent.push(args as (typeof sent)[number]);
      return host.call(name, args);
    },
  });
  go('#/home', true);
});

afterEach(async () => {
  cleanup();
  // The list of watched points is sent once all effects have run; the next host must get its own.
  await new Promise((resolve) => setTimeout(resolve, 5));
  for (const t of toasts.list) dismiss(t.id);
});

const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)];
const one = (selector: string) => {
  const found = document.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`nothing is ${selector}`);
  return found;
};
const test = (name: string, more = '') => `[data-test="${name}"]${more}`;
const tile = (name: string) => one(test('tile', `[data-name="${name}"]`));
const deviceNamed = (name: string) => [...model.devices.values()].find((d) => d.name === name)!;

async function shown(selector: string): Promise<HTMLElement> {
  await waitFor(() => one(selector));
  return one(selector);
}

async function home() {
  render(App);
  await shown(test('room', '[data-room="Kitchen"]'));
  await waitFor(() => expect(tile('Fridge').textContent).toMatch(/\d\s°C/));
}

describe('the window', () => {
  it('shows every thing in its room, with live values and themes', async () => {
    await home();
    expect(one(test('room', '[data-room="Kitchen"]')).textContent).toContain('Washer');
    await waitFor(() => {
      expect(one(test('room', '[data-room="Bedroom"]')).textContent).toMatch(/Window.*no\sword for 3 h/s);
      expect(all(test('energy')).length + all(test('car')).length + all(test('you')).length).toBe(3);
      expect(one(test('demo')).textContent).toBe('Demo data');
      expect(tile('Window').className).toContain('stale');
      expect(tile('Counter').className).toMatch(/\bon\b/);
    });
  });

  it('switches a lamp at once and shows what the device confirms', async () => {
    await home();
    const lamp = deviceNamed('Lamp').points[0]!;
    await waitFor(() =>
      expect(tile('Lamp').querySelector('[role=switch]')?.getAttribute('aria-checked')).toBe('false'),
    );
    await fireEvent.click(tile('Lamp').querySelector('[role=switch]')!);
    expect(sent).toMatchObject([{ point: lamp.id, value: true }]);
    await waitFor(() => expect(tile('Lamp').querySelector(test('command'))?.getAttribute('data-outcome')).toBe('sent'));
    // Not on before the device says so.
    expect(tile('Lamp').querySelector('[role=switch]')?.getAttribute('aria-checked')).toBe('false');
    await waitFor(() => expect(tile('Lamp').querySelector('[role=switch]')?.getAttribute('aria-checked')).toBe('true'));
    await waitFor(() =>
      expect(tile('Lamp').querySelector(test('command'))?.getAttribute('data-outcome')).toBe('confirmed'),
    );
  });

  it('gathers presses of a set point into one command', async () => {
    await home();
    const target = deviceNamed('Thermostat').points.find((p) => p.role === 'target_temperature')!;
    const said = () => tile('Thermostat').querySelector('[role=meter]')?.getAttribute('aria-valuetext');
    await waitFor(() => expect(said()).toContain('heating to 22'));
    const more = tile('Thermostat').querySelector(test('more'))!;
    await fireEvent.click(more);
    await fireEvent.click(more);
    expect(sent).toEqual([]);
    await waitFor(() => expect(sent).toMatchObject([{ point: target.id, value: 23 }]));
    await waitFor(() => expect(said()).toContain('heating to 23'));
  });

  it('moves covers and locks with the words that the device takes', async () => {
    await home();
    await fireEvent.click(tile('Blind').querySelector(test('open'))!);
    await fireEvent.click(tile('Front door').querySelector(test('unlock'))!);
    await fireEvent.click(tile('Scenes').querySelector(test('press'))!);
    expect(sent.map((s) => s.value)).toEqual(['open', 'unlock', null]);
    await waitFor(() => expect(tile('Front door').textContent).toContain('unlocked'));
  });

  it('keeps the alarm strip on every page and acknowledges with one click', async () => {
    await home();
    await waitFor(() => one(test('acknowledge')));
    const before = alarms.view.unacknowledged.reduce((a, b) => a + b, 0);
    const first = one(test('alarm-strip')).dataset['alarm'];
    await fireEvent.click(one(test('acknowledge')));
    await waitFor(() => expect(alarms.view.unacknowledged.reduce((a, b) => a + b, 0)).toBe(before - 1));
    expect(one(test('alarm-strip')).dataset['alarm']).not.toBe(first);
    for (const page of ['#/plant', '#/alarms', '#/trends', '#/explore', '#/settings', '#/device/1', '#/point/1']) {
      go(page);
      await waitFor(() => expect(location.hash).toBe(page));
      await shown(test('alarm-strip'));
      await waitFor(() => expect(one(test('app')).dataset['route']).toBe(page.split('/')[1]));
    }
  });

  it('takes the face of the page, and keeps it on pages of neither', async () => {
    await home();
    const face = () => one(test('app')).dataset['face'];
    expect(face()).toBe('home');
    go('#/plant');
    await waitFor(() => expect(face()).toBe('plant'));
    go('#/alarms');
    await waitFor(() => expect(one(test('app')).dataset['route']).toBe('alarms'));
    expect(face()).toBe('plant');
    go(`#/device/${deviceNamed('Fridge').id}`);
    await waitFor(() => expect(face()).toBe('home'));
  });

  it('asks before a command of the plant', async () => {
    await home();
    const device = deviceNamed('Line 1');
    go(`#/point/${device.points[0]!.id}`);
    await shown(test('control'));
    await waitFor(() => expect(one(test('steps')).textContent).toContain('21,600'));
    await fireEvent.click(one(test('more')));
    const dialog = await shown(test('confirm'));
    expect(dialog.textContent).toContain('21,700');
    expect(sent).toEqual([]);
    await fireEvent.click(one(test('confirm-yes')));
    await waitFor(() => expect(sent).toMatchObject([{ point: device.points[0]!.id, value: 21_700 }]));
    await waitFor(() => expect(all(test('confirm'))).toEqual([]));
  });

  it('shows a point with its statistics and its last message', async () => {
    await home();
    const point = deviceNamed('Fridge').points[0]!;
    go(`#/point/${point.id}`);
    await shown(test('gauge'));
    await waitFor(() => expect(one(test('stats-count')).textContent).toMatch(/^\d/));
    await waitFor(() => expect(one(test('raw-payload')).textContent).toMatch(/\d/));
    expect(one(test('title')).textContent).toBe('Temperature');
  });

  it('edits limits and refuses what contradicts itself', async () => {
    await home();
    const point = deviceNamed('Fridge').points[0]!;
    go(`#/point/${point.id}`);
    await fireEvent.click(await shown(test('edit-limits')));
    const limit = (await shown(test('limit', '[data-kind="hi"]'))) as HTMLInputElement;
    expect(limit.value).toBe('8');
    await fireEvent.input(limit, { target: { value: '11' } });
    await waitFor(() => expect(one(test('limits-fault')).textContent).toContain('must lie over'));
    expect((one(test('limits-save')) as HTMLButtonElement).disabled).toBe(true);
    await fireEvent.input(limit, { target: { value: '7' } });
    await waitFor(() => expect((one(test('limits-save')) as HTMLButtonElement).disabled).toBe(false));
    await fireEvent.click(one(test('limits-save')));
    await waitFor(() => expect(all(test('limits'))).toEqual([]));
    await waitFor(() => expect(one(test('limit-shown', '[data-kind="hi"]')).textContent).toContain('7.0'));
  });

  it('renames and moves a device into a new room', async () => {
    await home();
    const device = deviceNamed('Watch');
    go(`#/device/${device.id}`);
    await fireEvent.click(await shown(test('rename')));
    await fireEvent.input(await shown(test('device-name')), { target: { value: 'My watch' } });
    await fireEvent.change(one(test('device-place')), { target: { value: 'new' } });
    await fireEvent.input(await shown(test('new-place')), { target: { value: 'Study' } });
    await fireEvent.click(one(test('place-save')));
    await waitFor(() => expect(one(test('title')).textContent).toBe('My watch'));
    expect(model.path(model.device(device.id)!.place)).toBe('Study');
  });

  it('says what failed where a command is refused', async () => {
    await home();
    useHost({
      ...host,
      call: async (name, args) => {
        if (name === 'command') throw new TroubleError('not_connected', 'The broker is away; nothing was sent.');
        return host.call(name, args);
      },
    });
    await fireEvent.click(tile('Lamp').querySelector('[role=switch]')!);
    await waitFor(() => expect(one(test('toast')).textContent).toContain('The broker is away; nothing was sent.'));
  });

  it('says so when the shell no longer answers, and recovers', async () => {
    await home();
    useHost({
      ...host,
      callBytes: async () => {
        throw new TroubleError('busy', 'The engine does not answer.');
      },
    });
    await waitFor(() => expect(one(test('notice')).textContent).toContain('The engine does not answer.'));
    useHost(host);
    await waitFor(() => expect(document.body.textContent).not.toContain('The engine does not answer.'));
  });

  it('opens the finder with Ctrl+K', async () => {
    await home();
    await fireEvent.keyDown(window, { key: 'k', ctrlKey: true });
    await waitFor(() => expect(all('dialog, [role=dialog]').length).toBeGreaterThan(0));
  });
});
