// @vitest-environment jsdom
import { cleanup, configure, fireEvent, render, waitFor } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Host, useHost } from '../../ipc/client';
import type { Commands } from '../../ipc/commands';
import { createHost } from '../../ipc/fake/host';
import { previewed } from '../../ipc/fake/taught';
import type { TopicRule } from '../../ipc/gen/TopicRule';
import { TroubleError } from '../../ipc/trouble';
import { go } from '../../router.svelte';
import Teach from './Teach.svelte';

configure({ asyncUtilTimeout: 15_000 });
vi.setConfig({ testTimeout: 30_000 });

const TOPIC = 'factory/north/press/a';
const PAYLOAD = '{"data":{"f":21400,"oil_temp":41.5},"html":"<img src=x>"}';
let kept: TopicRule[] = [];
let saved: TopicRule[] = [];
let refuse = '';

beforeEach(() => {
  kept = [];
  saved = [];
  refuse = '';
  const made = createHost();
  useHost({
    call: async (name: keyof Commands, args: never) => {
      const a = args as { topic: string; rule: TopicRule };
      if (name === 'topic_rules') return { rules: kept };
      if (name === 'raw_message') {
        const bytes = PAYLOAD.length;
        return {
          topic: TOPIC,
          payload: PAYLOAD,
          format: 'json',
          bytes,
          truncated: false,
          retain: false,
          qos: 0,
          at: 1,
        };
      }
      if (name === 'preview_topic_rule') return previewed(a.rule, a.topic, PAYLOAD);
      if (name === 'save_topic_rule') {
        if (refuse) throw new TroubleError('invalid', refuse);
        saved.push(a.rule);
        return null;
      }
      return made.call(name, args);
    },
    callBytes: made.callBytes,
  } as Host);
  go(`#/explore/teach?broker=1&topic=${encodeURIComponent(TOPIC)}`, true);
});
afterEach(cleanup);

const one = <T extends HTMLElement = HTMLElement>(test: string, more = '') =>
  document.querySelector<T>(`[data-test="${test}"]${more}`);
const type = (test: string, value: string) => fireEvent.input(one(test) as HTMLElement, { target: { value } });

async function open() {
  render(Teach);
  await waitFor(() => expect(one('teach-value', '[data-path="data.oil_temp"]')).not.toBeNull());
}

it('makes a point of a clicked value and shows what it gives', async () => {
  await open();
  expect(document.querySelector('img')).toBeNull();
  await fireEvent.click(one('teach-value', '[data-path="data.oil_temp"]') as HTMLElement);
  expect(one<HTMLInputElement>('teach-name')?.value).toBe('Oil temp');
  expect(one<HTMLInputElement>('teach-unit')?.value).toBe('°C');
  await waitFor(() => expect(one('teach-preview')?.textContent).toBe('41.5 °C'));
  // A second click on it opens it rather than making another.
  await fireEvent.click(one('teach-value', '[data-path="data.oil_temp"]') as HTMLElement);
  expect(document.querySelectorAll('[data-test="teach-point"]')).toHaveLength(1);
});

it('widens a topic to a pattern and saves the rule with factor and name', async () => {
  await open();
  await fireEvent.click(one('teach-value', '[data-path="data.f"]') as HTMLElement);
  await type('teach-name', 'Force');
  await type('teach-unit', 'kN');
  await type('teach-scale', '0,01');
  await fireEvent.click(document.querySelectorAll('[data-test="teach-level"]')[1] as HTMLElement);
  expect(one<HTMLInputElement>('teach-filter')?.value).toBe('factory/+/press/a');
  await waitFor(() => expect(document.body.textContent).toContain('Here: Press north.'));
  await fireEvent.click(one('teach-save') as HTMLElement);
  await waitFor(() => expect(saved).toHaveLength(1));
  expect(saved[0]).toMatchObject({
    filter: 'factory/+/press/a',
    device: 'Press {1}',
    points: [{ name: 'Force', path: 'data.f', unit: 'kN', scale: 0.01, kind: 'number' }],
  });
  await waitFor(() => expect(location.hash).toContain('tab=rules'));
});

it('says what is missing instead of saving, and what the engine refuses', async () => {
  await open();
  await waitFor(() => expect(one('teach-none')).not.toBeNull());
  await fireEvent.click(one('teach-save') as HTMLElement);
  await waitFor(() => expect(one('teach-fault')?.textContent).toContain('click a value'));
  await fireEvent.click(one('teach-value', '[data-path="data.f"]') as HTMLElement);
  refuse = 'rule "a": two points are named "F"';
  await waitFor(() => expect(one('teach-fault')).toBeNull());
  await fireEvent.click(one('teach-save') as HTMLElement);
  await waitFor(() => expect(one('teach-fault')?.textContent).toContain('two points'));
  expect(saved).toHaveLength(0);
});

it('keeps the id and the keys of a rule that is edited', async () => {
  await open();
  await fireEvent.click(one('teach-value', '[data-path="data.f"]') as HTMLElement);
  await waitFor(() => expect(one('teach-fault')).toBeNull());
  await fireEvent.click(one('teach-save') as HTMLElement);
  await waitFor(() => expect(saved).toHaveLength(1));
  kept = [...saved];
  cleanup();
  go(`#/explore/teach?broker=1&topic=${encodeURIComponent(TOPIC)}&rule=${kept[0]?.id ?? ''}`, true);
  await open();
  await waitFor(() => expect(one('teach-name')).not.toBeNull());
  await type('teach-name', 'Another name');
  await waitFor(() => expect(one('teach-fault')).toBeNull());
  await fireEvent.click(one('teach-save') as HTMLElement);
  await waitFor(() => expect(saved).toHaveLength(2));
  expect(saved[1]?.id).toBe(saved[0]?.id);
  expect(saved[1]?.points[0]).toMatchObject({ name: 'Another name', key: saved[0]?.points[0]?.key });
});
