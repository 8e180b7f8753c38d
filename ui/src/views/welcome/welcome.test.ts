// @vitest-environment jsdom
import { cleanup, configure, fireEvent, render, waitFor } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Host, useHost } from '../../ipc/client';
import type { Commands } from '../../ipc/commands';
import { createHost } from '../../ipc/fake/host';
import type { EmbeddedEdit } from '../../ipc/gen/EmbeddedEdit';
import { TroubleError } from '../../ipc/trouble';
import { preferences } from '../../live/preferences.svelte';
import { go } from '../../router.svelte';
import Welcome from './Welcome.svelte';

configure({ asyncUtilTimeout: 15_000 });
vi.setConfig({ testTimeout: 30_000 });

let edits: EmbeddedEdit[] = [];
let refuse = '';

beforeEach(async () => {
  edits = [];
  refuse = '';
  const made = createHost();
  useHost({
    call: async (name: keyof Commands, args: never) => {
      if (name === 'save_embedded') {
        if (refuse) throw new TroubleError('invalid', refuse);
        edits.push((args as { edit: EmbeddedEdit }).edit);
      }
      return made.call(name, args);
    },
    callBytes: made.callBytes,
  } as Host);
  await preferences.load();
  await preferences.save({ welcomed: false });
  go('#/home', true);
});
afterEach(cleanup);

const choose = (way: string) => fireEvent.click(document.querySelector(`[data-test="welcome-${way}"]`) as HTMLElement);

describe('the greeting', () => {
  it('leads to the form of a broker', async () => {
    render(Welcome);
    await choose('mine');
    await waitFor(() => expect(preferences.view.welcomed).toBe(true));
    expect(location.hash).toBe('#/settings?section=brokers&add=1');
    expect(edits).toEqual([]);
  });

  it('starts the broker inside on this computer only', async () => {
    render(Welcome);
    await choose('inside');
    await waitFor(() => expect(preferences.view.welcomed).toBe(true));
    expect(edits).toMatchObject([{ running: true, network: false, demo: false }]);
    expect(location.hash).toBe('#/settings?section=inside');
  });

  it('starts the demo', async () => {
    render(Welcome);
    await choose('demo');
    await waitFor(() => expect(preferences.view.welcomed).toBe(true));
    expect(edits).toMatchObject([{ demo: true, network: false }]);
    expect(location.hash).toBe('#/home');
  });

  it('stays and says why where that fails', async () => {
    refuse = 'Port 1883 is taken by another program.';
    render(Welcome);
    await choose('demo');
    await waitFor(() =>
      expect(document.querySelector('[data-test="welcome-note"]')?.textContent).toContain('is taken'),
    );
    expect(preferences.view.welcomed).toBe(false);
  });
});
