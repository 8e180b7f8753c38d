// @vitest-environment jsdom
import { cleanup, configure, fireEvent, render, waitFor } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Host, useHost } from '../../ipc/client';
import type { Commands } from '../../ipc/commands';
import { createHost } from '../../ipc/fake/host';
import { alarms } from '../../live/alarms.svelte';
import { model } from '../../live/model.svelte';
import { preferences } from '../../live/preferences.svelte';
import { go } from '../../router.svelte';
import Find from './Find.svelte';

HTMLDialogElement.prototype.showModal = function () {
  this.open = true;
};
HTMLElement.prototype.scrollTo = () => {};
HTMLElement.prototype.scrollIntoView = () => {};
configure({ asyncUtilTimeout: 15_000 });
vi.setConfig({ testTimeout: 30_000 });

let acknowledged: number[] = [];

beforeEach(async () => {
  acknowledged = [];
  const made = createHost();
  useHost({
    call: async (name: keyof Commands, args: never) => {
      if (name === 'acknowledge') acknowledged = (args as { alarms: number[] }).alarms;
      return made.call(name, args);
    },
    callBytes: made.callBytes,
  } as Host);
  await Promise.all([model.refresh(), alarms.refresh(), preferences.load()]);
  go('#/home', true);
});
afterEach(cleanup);

const input = () => document.querySelector('[data-test="find-input"]') as HTMLInputElement;
const hits = () => [...document.querySelectorAll<HTMLElement>('[data-test="find-hit"]')];
const chosen = () => hits().findIndex((h) => h.getAttribute('aria-selected') === 'true');

describe('Ctrl+K', () => {
  it('finds a machine and goes there with Enter', async () => {
    const onclose = vi.fn();
    render(Find, { onclose });
    await fireEvent.input(input(), { target: { value: 'capper' } });
    await waitFor(() => expect(hits()[0]?.textContent).toContain('Capper'));
    expect(hits()[0]?.dataset['kind']).toBe('device');
    await fireEvent.keyDown(input(), { key: 'Enter' });
    expect(onclose).toHaveBeenCalledTimes(1);
    await waitFor(() => expect(location.hash).toMatch(/^#\/device\/\d+$/));
  });

  it('moves by arrows and goes round at the ends', async () => {
    render(Find, { onclose: () => {} });
    expect(chosen()).toBe(0);
    await fireEvent.keyDown(input(), { key: 'ArrowDown' });
    expect(chosen()).toBe(1);
    await fireEvent.keyDown(input(), { key: 'ArrowUp' });
    await fireEvent.keyDown(input(), { key: 'ArrowUp' });
    expect(chosen()).toBe(hits().length - 1);
    expect(input().getAttribute('aria-activedescendant')).toBe(hits().at(-1)?.id);
  });

  it('acknowledges all alarms that wait', async () => {
    render(Find, { onclose: () => {} });
    await fireEvent.input(input(), { target: { value: 'acknowledge' } });
    await fireEvent.click(hits()[0] as HTMLElement);
    await waitFor(() => expect(acknowledged.length).toBeGreaterThan(0));
  });

  it('changes the theme and fills the screen', async () => {
    const onfullscreen = vi.fn();
    render(Find, { onclose: () => {}, onfullscreen });
    await fireEvent.input(input(), { target: { value: 'dark theme' } });
    await fireEvent.keyDown(input(), { key: 'Enter' });
    await waitFor(() => expect(preferences.view.theme).toBe('dark'));
    await fireEvent.input(input(), { target: { value: 'full screen' } });
    await fireEvent.keyDown(input(), { key: 'Enter' });
    expect(onfullscreen).toHaveBeenCalledTimes(1);
  });

  it('says that nothing is called so', async () => {
    render(Find, { onclose: () => {} });
    await fireEvent.input(input(), { target: { value: 'qqqzzz' } });
    expect(document.querySelector('[data-test="find-none"]')?.textContent).toContain('qqqzzz');
    await fireEvent.keyDown(input(), { key: 'Enter' });
    expect(location.hash).toBe('#/home');
  });
});
