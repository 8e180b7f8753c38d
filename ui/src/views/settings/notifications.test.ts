// @vitest-environment jsdom
import { cleanup, configure, fireEvent, render, waitFor } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Host, useHost } from '../../ipc/client';
import type { Commands } from '../../ipc/commands';
import { createHost } from '../../ipc/fake/host';
import type { ReachOutcome } from '../../ipc/gen/ReachOutcome';
import { model } from '../../live/model.svelte';
import { preferences } from '../../live/preferences.svelte';
import { reach } from '../../live/reach.svelte';
import { status } from '../../live/status.svelte';
import { go } from '../../router.svelte';
import Settings from './Settings.svelte';

HTMLDialogElement.prototype.showModal = function () {
  this.open = true;
};
configure({ asyncUtilTimeout: 15_000 });
vi.setConfig({ testTimeout: 30_000 });

let calls: { name: keyof Commands; args: unknown }[] = [];
let outcome: ReachOutcome;

beforeEach(async () => {
  calls = [];
  outcome = { delivered: true, text: 'Delivered: the server took it.' };
  const made = createHost();
  useHost({
    call: async (name: keyof Commands, args: never) => {
      calls.push({ name, args });
      return name === 'test_channel' ? outcome : made.call(name, args);
    },
    callBytes: made.callBytes,
  } as Host);
  await Promise.all([status.refresh(), model.refresh(), preferences.load(), reach.refresh()]);
});
afterEach(cleanup);

const one = (test: string) => document.querySelector<HTMLInputElement>(`[data-test="${test}"]`);
const all = (test: string) => [...document.querySelectorAll<HTMLElement>(`[data-test="${test}"]`)];
const sent = <K extends keyof Commands>(name: K) =>
  calls.filter((c) => c.name === name).map((c) => c.args as Commands[K][0]);
const type = (test: string, value: string) => fireEvent.input(one(test) as HTMLElement, { target: { value } });
const click = (test: string) => fireEvent.click(one(test) as HTMLElement);

function show(address: string) {
  go(`#/settings?section=notifications${address}`, true);
  render(Settings);
}

it('shows each channel with its state and why it fails', () => {
  show('');
  expect(all('channel-row')).toHaveLength(3);
  expect(all('channel-state').map((s) => s.textContent?.slice(0, 1))).toEqual(['●', '▲', '●']);
  expect(one('channel-error')?.textContent).toContain('nothing listens on port 465');
});

it('adds one: what is missing is said, a test tells its outcome, typing on makes it void', async () => {
  show('&add=ntfy');
  await click('channel-save');
  await waitFor(() => expect(one('channel-outcome')?.textContent).toContain('marked with ▲'));
  expect(sent('save_channel')).toEqual([]);
  await type('channel-name', 'Phone');
  await type('channel-topic', 'my-house');
  outcome = { delivered: false, text: 'ntfy.sh answered 403. It does not accept the secret.' };
  await click('channel-test');
  await waitFor(() => expect(one('channel-outcome')?.dataset['delivered']).toBe('false'));
  expect(one('channel-outcome')?.textContent).toContain('▲ ntfy.sh answered 403');
  await type('channel-secret', 'tk_1');
  expect(one('channel-outcome')?.textContent?.trim()).toBe('');
  outcome = { delivered: true, text: 'Delivered.' };
  await click('channel-test');
  await waitFor(() => expect(one('channel-outcome')?.textContent).toContain('✓ Delivered'));
  expect(sent('test_channel').at(-1)?.edit).toMatchObject({ id: null, secret: 'tk_1' });
  await click('channel-save');
  await waitFor(() => expect(all('channel-row')).toHaveLength(4));
  expect(sent('save_channel')[0]?.edit.settings).toMatchObject({ name: 'Phone', from: 'high', quiet: true });
});

it('leaves a known secret as it is, and removes it when told', async () => {
  show('&edit=2');
  await type('channel-name', 'All of us');
  await click('channel-save');
  await waitFor(() => expect(sent('save_channel')).toHaveLength(1));
  expect(sent('save_channel')[0]?.edit).toMatchObject({ id: 2, secret: null });
});

it('removes a channel only after asking, and switches one off', async () => {
  show('');
  await fireEvent.click(all('channel-enable')[0]!);
  await waitFor(() => expect(sent('enable_channel')).toEqual([{ channel: 1, enabled: false }]));
  await fireEvent.click(all('channel-remove')[1]!);
  expect(sent('remove_channel')).toEqual([]);
  await waitFor(() => expect(document.body.textContent).toContain('what waits to be sent (2) is not sent'));
  await click('confirm-yes');
  await waitFor(() => expect(sent('remove_channel')).toEqual([{ channel: 2 }]));
});

it('keeps quiet hours at once, and steps of the escalation together', async () => {
  show('');
  await fireEvent.change(one('quiet-from') as HTMLElement, { target: { value: '21:30' } });
  await waitFor(() => expect(sent('save_reach_rules')[0]?.rules.quiet.hours.from).toBe(21 * 60 + 30));
  await fireEvent.click(all('quiet-day')[6]!);
  await waitFor(() => expect(sent('save_reach_rules')[1]?.rules.quiet.hours.days).toBe(0b011_1111));
  expect(one('escalation-save')).toBeNull();
  await click('step-add');
  await waitFor(() => expect(all('step')).toHaveLength(2));
  expect(one('escalation-words')?.textContent).toContain('after 20 min Shift leader');
  await click('escalation-save');
  await waitFor(() => expect(sent('save_reach_rules')).toHaveLength(3));
  expect(sent('save_reach_rules')[2]?.rules.escalation.steps).toEqual([
    { after: 10, channels: [3] },
    { after: 20, channels: [3] },
  ]);
});

it('silences the sounds for a while', async () => {
  show('');
  await fireEvent.click(all('silence-for')[1]!);
  await waitFor(() => expect(one('silent')).not.toBeNull());
  const until = sent('save_preferences')[0]?.preferences.silent_until ?? 0;
  expect(until / 1000 - Date.now()).toBeGreaterThan(29 * 60e3);
  await click('silence-end');
  await waitFor(() => expect(one('silent')).toBeNull());
});
