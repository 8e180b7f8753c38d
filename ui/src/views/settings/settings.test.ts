// @vitest-environment jsdom
import { cleanup, configure, fireEvent, render, waitFor } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Host, useHost } from '../../ipc/client';
import type { Commands } from '../../ipc/commands';
import { createHost } from '../../ipc/fake/host';
import type { TestOutcome } from '../../ipc/gen/TestOutcome';
import { TroubleError } from '../../ipc/trouble';
import { model } from '../../live/model.svelte';
import { preferences } from '../../live/preferences.svelte';
import { status } from '../../live/status.svelte';
import { go } from '../../router.svelte';
import Settings from './Settings.svelte';

// The list of sizes measures itself.
vi.stubGlobal(
  'ResizeObserver',
  class {
    observe() {}
    unobserve() {}
    disconnect() {}
  },
);
HTMLDialogElement.prototype.showModal = function () {
  this.open = true;
};
configure({ asyncUtilTimeout: 15_000 });
vi.setConfig({ testTimeout: 30_000 });

let calls: { name: keyof Commands; args: unknown }[] = [];
let outcome: TestOutcome = { fault: 'none', text: 'It works: 4 messages arrived while testing.', messages: 4 };
let refuse: Partial<Record<keyof Commands, string>> = {};

beforeEach(async () => {
  calls = [];
  refuse = {};
  const made = createHost();
  useHost({
    call: async (name: keyof Commands, args: never) => {
      calls.push({ name, args });
      const sentence = refuse[name];
      if (sentence) throw new TroubleError('invalid', sentence);
      if (name === 'test_broker') return outcome;
      return made.call(name, args);
    },
    callBytes: made.callBytes,
  } as Host);
  await Promise.all([status.refresh(), model.refresh(), preferences.load()]);
});
afterEach(cleanup);

const one = (test: string) => document.querySelector<HTMLInputElement>(`[data-test="${test}"]`);
const all = (test: string) => [...document.querySelectorAll<HTMLElement>(`[data-test="${test}"]`)];
const sent = <K extends keyof Commands>(name: K) =>
  calls.filter((c) => c.name === name).map((c) => c.args as Commands[K][0]);
const type = (test: string, value: string) => fireEvent.input(one(test) as HTMLElement, { target: { value } });
const click = (test: string) => fireEvent.click(one(test) as HTMLElement);

function show(address: string) {
  go(`#/settings?${address}`, true);
  render(Settings);
}

describe('brokers', () => {
  it('says how each connection is, in plain words, and what waits or was dropped', async () => {
    show('section=brokers');
    const rows = all('broker-row');
    expect(rows.map((r) => r.dataset['phase'])).toEqual(['connected', 'waiting']);
    expect(rows[1]?.textContent).toContain('refused the connection');
    expect(all('broker-queue')[0]?.textContent).toContain('of 20,000');
    expect(all('broker-dropped')[0]?.textContent).toContain('0');
  });

  it('adds one: what is missing is said, then all of it is sent', async () => {
    show('section=brokers&add=1');
    await click('broker-save');
    await waitFor(() => expect(document.body.textContent).toContain('Type the host name'));
    expect(sent('save_broker')).toEqual([]);
    await type('broker-name', 'Cellar');
    await type('broker-host', 'mqtts://cellar.example:8884');
    await fireEvent.change(one('broker-host') as HTMLElement);
    await waitFor(() => expect(one('broker-port')?.value).toBe('8884'));
    expect(one('broker-transport')?.value).toBe('tls');
    await type('broker-username', 'ann');
    await type('broker-password', 'secret');
    await type('broker-filters', 'home/#\nplant/+/state');
    await click('broker-save');
    await waitFor(() => expect(sent('save_broker')).toHaveLength(1));
    const { edit } = sent('save_broker')[0] ?? expect.fail();
    expect(edit).toMatchObject({ id: null, password: 'secret' });
    expect(edit.settings).toMatchObject({
      name: 'Cellar',
      host: 'cellar.example',
      port: 8884,
      transport: 'tls',
      username: 'ann',
      filters: ['home/#', 'plant/+/state'],
    });
    await waitFor(() => expect(all('broker-row')).toHaveLength(3));
  });

  it('tests a connection with what was typed and tells the outcome; typing on makes it void', async () => {
    outcome = { fault: 'tls_not_trusted', text: 'Its certificate is not trusted.', messages: 0 };
    show('section=brokers&edit=2');
    await click('broker-test');
    await waitFor(() => expect(one('broker-outcome')?.dataset['fault']).toBe('tls_not_trusted'));
    expect(one('broker-outcome')?.textContent).toContain('▲');
    expect(sent('test_broker')[0]?.edit).toMatchObject({ id: 2, password: null });
    await type('broker-host', 'other');
    expect(one('broker-outcome')?.textContent?.trim()).toBe('');
    outcome = { fault: 'none', text: 'It works.', messages: 4 };
    await click('broker-test');
    await waitFor(() => expect(one('broker-outcome')?.textContent).toContain('✓'));
  });

  it('shows in red that a server is not verified', async () => {
    show('section=brokers&add=1');
    await fireEvent.change(one('broker-transport') as HTMLElement, { target: { value: 'tls' } });
    await waitFor(() => expect(one('broker-insecure-switch')).not.toBeNull());
    expect(one('broker-form-insecure')).toBeNull();
    await click('broker-insecure-switch');
    await waitFor(() => expect(one('broker-form-insecure')?.className).toContain('danger'));
  });

  it('keeps what was typed when saving fails', async () => {
    refuse = { save_broker: 'The name is taken; choose another.' };
    show('section=brokers&edit=2');
    await type('broker-name', 'Other');
    await click('broker-save');
    await waitFor(() => expect(one('broker-outcome')?.textContent).toContain('The name is taken'));
    expect(one('broker-name')?.value).toBe('Other');
  });

  it('removes one only after asking, and switches one off', async () => {
    show('section=brokers');
    await click('broker-remove');
    expect(sent('remove_broker')).toEqual([]);
    await click('confirm-no');
    await waitFor(() => expect(one('confirm')).toBeNull());
    await click('broker-enable');
    await waitFor(() => expect(sent('enable_broker')).toEqual([{ broker: 2, enabled: false }]));
    await click('broker-remove');
    await click('confirm-yes');
    await waitFor(() => expect(all('broker-row')).toHaveLength(1));
    expect(sent('remove_broker')).toEqual([{ broker: 2 }]);
  });
});

describe('broker inside', () => {
  it('opens to the network only with user and password', async () => {
    show('section=inside');
    await waitFor(() => expect(one('embedded-state')).not.toBeNull());
    await fireEvent.click(
      document.querySelector('[data-test="embedded-network"][data-value="network"]') as HTMLElement,
    );
    await click('embedded-save');
    await waitFor(() => expect(document.body.textContent).toContain('it needs a password'));
    expect(sent('save_embedded')).toEqual([]);
    await type('embedded-username', 'devices');
    await type('embedded-password', 'long enough');
    await click('embedded-save');
    await waitFor(() => expect(sent('save_embedded')).toHaveLength(1));
    expect(sent('save_embedded')[0]?.edit).toMatchObject({
      network: true,
      username: 'devices',
      password: 'long enough',
      running: true,
    });
    await waitFor(() => expect(one('embedded-state')?.textContent).toContain('open to the network'));
  });

  it('shows the demo as off only once it is off', async () => {
    show('section=inside');
    await waitFor(() => expect(one('embedded-demo')?.checked).toBe(true));
    refuse = { save_embedded: 'The demo could not be stopped.' };
    await click('embedded-demo');
    await waitFor(() => expect(one('embedded-trouble')?.textContent).toContain('could not be stopped'));
    expect(one('embedded-demo')?.checked).toBe(true);
  });
});

describe('places', () => {
  it('adds, renames and removes', async () => {
    show('section=places');
    const before = all('place-row').length;
    await click('place-add-inside');
    await waitFor(() => expect(one('place-name')).not.toBeNull());
    await click('place-save');
    await waitFor(() => expect(one('place-fault')?.textContent).toBe('Type a name.'));
    await type('place-name', 'Attic');
    await click('place-save');
    await waitFor(() => expect(all('place-row')).toHaveLength(before + 1));
    expect(sent('save_place')[0]?.edit).toMatchObject({ id: null, kind: 'room', name: 'Attic' });
    const attic = all('place-row').find((r) => r.textContent?.includes('Attic'));
    await fireEvent.click(attic?.querySelector('[data-test="place-remove"]') as HTMLElement);
    expect(sent('remove_place')).toEqual([]);
    await click('confirm-yes');
    await waitFor(() => expect(all('place-row')).toHaveLength(before));
  });
});

describe('preferences and data', () => {
  it('saves each change at once and takes back what could not be saved', async () => {
    show('section=general');
    await fireEvent.click(document.querySelector('[data-test="theme"][data-value="dark"]') as HTMLElement);
    await waitFor(() => expect(preferences.view.theme).toBe('dark'));
    await fireEvent.change(one('price') as HTMLElement, { target: { value: '0,41' } });
    await waitFor(() => expect(preferences.view.price_per_kwh).toBe(0.41));
    await fireEvent.change(one('price') as HTMLElement, { target: { value: 'free' } });
    await waitFor(() => expect(document.body.textContent).toContain('A price such as'));
    expect(preferences.view.price_per_kwh).toBe(0.41);
    refuse = { save_preferences: 'The file cannot be written.' };
    await click('autostart');
    await waitFor(() => expect(one('autostart')?.checked).toBe(false));
  });

  it('says where the data lies and what each way of writing guarantees', async () => {
    show('section=data');
    await waitFor(() => expect(one('data-folder')).not.toBeNull());
    expect(document.body.textContent).toContain('not even in a power cut');
    await fireEvent.click(document.querySelector('[data-test="synchronous"][data-value="normal"]') as HTMLElement);
    await waitFor(() => expect(sent('save_synchronous')).toEqual([{ synchronous: 'normal' }]));
  });
});

describe('data', () => {
  const row = (name: string, test: string) =>
    document.querySelector<HTMLSelectElement>(`[data-test="keep-row"][data-name="${name}"] [data-test="${test}"]`);
  const choose = (select: HTMLSelectElement | null, value: string) =>
    fireEvent.change(select as HTMLElement, { target: { value } });

  it('says how large it is and when the disk is full', async () => {
    show('section=data');
    await waitFor(() => expect(one('data-size')?.textContent).toBe('1.5 GB'));
    expect(one('data-forecast')?.textContent).toMatch(/more than 50 years/);
    expect(sent('point_sizes')[0]).toEqual({ order: 'bytes', descending: true, search: '', offset: 0, limit: 200 });
  });

  it('says what goes before it keeps a rule, and keeps it only then', async () => {
    show('section=data');
    await waitFor(() => expect(row('numbers', 'keep-raw')).not.toBeNull());
    expect(one('keep-save')).toBeNull();
    await choose(row('numbers', 'keep-raw'), '90');
    await choose(row('numbers', 'keep-step'), '60');
    await choose(row('numbers', 'keep-then'), '3650');
    await click('keep-save');
    await waitFor(() => expect(one('confirm')?.textContent).toContain('are summed up'));
    expect(sent('save_retention')).toEqual([]);
    await click('confirm-yes');
    const keep = { raw_days: 90, then: { step: 60, days: 3650 } };
    await waitFor(() =>
      expect(sent('save_retention')).toEqual([
        { retention: { rules: [{ scope: { of: 'sort', sort: 'numbers' }, keep }], cap: null } },
      ]),
    );
    await waitFor(() => expect(one('keep-save')).toBeNull());
  });

  it('takes a cap in gigabytes and not one that cannot be held', async () => {
    show('section=data');
    await waitFor(() => expect(one('cap')).not.toBeNull());
    await click('cap');
    await waitFor(() => expect(one('cap-size')?.value).toBe('20'));
    await type('cap-size', '0.001');
    expect(one('keep-save')?.disabled).toBe(true);
    await type('cap-size', '5');
    await click('keep-save');
    await waitFor(() => expect(one('confirm-yes')).not.toBeNull());
    await click('confirm-yes');
    await waitFor(() => expect(sent('save_retention').at(-1)?.retention.cap).toBe(5e9));
  });

  it('asks for a folder once, makes a backup and says what became of it', async () => {
    show('section=data');
    await waitFor(() => expect(one('backup-now')).not.toBeNull());
    await click('backup-now');
    await waitFor(() => expect(sent('back_up')).toEqual([{ folder: '/media/you/Backup/hearthline' }]));
    await waitFor(() => expect(one('task')?.dataset['state']).toBe('done'));
    expect(sent('choose_backup_folder')).toHaveLength(1);
    await click('backup-daily');
    await waitFor(() => expect(sent('save_backup_plan').at(-1)).toMatchObject({ daily: true, keep: 7 }));
    expect(sent('choose_backup_folder')).toHaveLength(1);
  });

  it('restores only after asking, and then offers to start again', async () => {
    show('section=data');
    await waitFor(() => expect(one('restore')).not.toBeNull());
    await click('restore');
    await waitFor(() => expect(one('confirm')?.textContent).toContain('42 devices'));
    expect(sent('restore_backup')).toEqual([]);
    await click('confirm-yes');
    await waitFor(() => expect(sent('restore_backup')).toHaveLength(1));
    await waitFor(() => expect(one('restart')).not.toBeNull());
    await click('restart');
    await waitFor(() => expect(sent('restart')).toHaveLength(1));
  });

  it('says why nothing can be shown, and tries again', async () => {
    refuse = { storage: 'the file is locked' };
    show('section=data');
    await waitFor(() => expect(one('empty')?.textContent).toContain('the file is locked'));
    refuse = {};
    await fireEvent.click(document.querySelector('[data-test="empty"] button') as HTMLElement);
    await waitFor(() => expect(one('data-size')).not.toBeNull());
  });
});
