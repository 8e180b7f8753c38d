// @vitest-environment jsdom
import { cleanup, configure, fireEvent, render, waitFor } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Host, useHost } from '../../ipc/client';
import type { Commands } from '../../ipc/commands';
import { createHost } from '../../ipc/fake/host';
import type { DiagnosisView } from '../../ipc/gen/DiagnosisView';
import type { ExplorerView } from '../../ipc/gen/ExplorerView';
import type { TopicRow } from '../../ipc/gen/TopicRow';
import { status } from '../../live/status.svelte';
import { go } from '../../router.svelte';
import Explore from './Explore.svelte';
import { explorer } from './explorer.svelte';

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
configure({ asyncUtilTimeout: 15_000 });
vi.setConfig({ testTimeout: 30_000 });

const HTML = '{"name":"<img src=x onerror=alert(1)>","v":1.50}';
let topics: string[] = [];
let counts: Partial<ExplorerView> = {};
let troubles: DiagnosisView[] = [];
let published: Commands['publish'][0][] = [];
let asked = 0;

const row = (path: string, part: Partial<TopicRow> = {}): TopicRow => ({
  broker: 1,
  path,
  name: path.split('/').at(-1) ?? '',
  children: 0,
  topics: 1,
  messages: 3,
  rate: 0.5,
  payload: HTML,
  format: 'json',
  at: Date.now() * 1000,
  retained: true,
  conventions: ['homeassistant'],
  ...part,
});

function view(parent: string, search: string): ExplorerView {
  asked++;
  const rows =
    search !== ''
      ? topics.filter((t) => t.includes(search)).map((t) => row(t))
      : parent === ''
        ? [row('home', { children: topics.length, topics: topics.length, payload: null, conventions: [] })]
        : topics.map((t) => row(t));
  return { rows, more: 0, topics: topics.length, messages: 99, dropped: 0, truncated: 0, untracked: 0, ...counts };
}

beforeEach(async () => {
  topics = ['home/b', 'home/d'];
  counts = {};
  troubles = [];
  published = [];
  asked = 0;
  const made = createHost();
  useHost({
    call: async (name: keyof Commands, args: never) => {
      const a = args as Record<string, string>;
      if (name === 'explorer') return view(a['parent'] ?? '', a['search'] ?? '');
      if (name === 'raw_message') {
        if (!topics.includes(a['topic'] ?? '')) return null;
        const bytes = HTML.length;
        return {
          topic: a['topic'],
          payload: HTML,
          format: 'json',
          bytes,
          truncated: false,
          retain: true,
          qos: 1,
          at: 1,
        };
      }
      if (name === 'diagnoses') return troubles;
      if (name === 'publish') {
        published.push(args);
        return null;
      }
      return made.call(name, args);
    },
    callBytes: made.callBytes,
  } as Host);
  await status.refresh();
  go('#/explore?broker=1', true);
});
afterEach(() => {
  cleanup();
  explorer.forget();
});

const one = (test: string) => document.querySelector<HTMLElement>(`[data-test="${test}"]`);
const rows = () =>
  [...document.querySelectorAll<HTMLElement>('[data-test="topic-row"]')].map((r) => r.dataset['topic']);
const rowOf = (topic: string) => document.querySelector<HTMLElement>(`[data-test="topic-row"][data-topic="${topic}"]`);

async function open() {
  render(Explore);
  await waitFor(() => expect(rowOf('home')).not.toBeNull());
  if (!rowOf('home/b')) {
    const toggle = one('topic-toggle');
    if (toggle) await fireEvent.click(toggle);
  }
  await waitFor(() => expect(rowOf('home/b')).not.toBeNull());
}

describe('Explore', () => {
  it('shows the whole payload as text, never as markup, and with its digits', async () => {
    await open();
    await fireEvent.click(rowOf('home/b') as HTMLElement);
    await waitFor(() => expect(one('payload')?.textContent).toContain('"v": 1.50'));
    expect(one('payload')?.textContent).toContain('<img src=x');
    expect(document.querySelector('img')).toBeNull();
    expect(one('message-retained')?.textContent).toBe('retained');
    expect(one('message-qos')?.textContent).toBe('QoS 1');
    expect(location.hash).toContain('topic=home%2Fb');
    await fireEvent.click(document.querySelector('[data-test="payload-as"][data-way="hex"]') as HTMLElement);
    expect(one('payload')?.textContent).toMatch(/^0000 {2}7b 22/);
  });

  it('lets no row move while the pointer is on the list', async () => {
    await open();
    const before = rows();
    await fireEvent.pointerEnter(one('topic-list') as HTMLElement);
    topics = ['home/a', 'home/b', 'home/c', 'home/d'];
    await waitFor(() => expect(one('topics-admit')?.textContent).toContain('2 new topics'));
    expect(rows()).toEqual(before);
    await fireEvent.click(one('topics-admit') as HTMLElement);
    expect(rows()).toEqual(['home', 'home/a', 'home/b', 'home/c', 'home/d']);
    await fireEvent.pointerLeave(one('topic-list') as HTMLElement);
  });

  it('says what was dropped, cut or not tracked', async () => {
    counts = { dropped: 12, truncated: 3, untracked: 1 };
    await open();
    await waitFor(() => expect(one('count-dropped')?.textContent).toContain('▲ 12'));
    expect(one('count-truncated')?.textContent).toContain('3');
    expect(one('count-untracked')?.textContent).toContain('1');
  });

  it('searches as a flat list of topics', async () => {
    await open();
    await fireEvent.input(one('topic-search') as HTMLElement, { target: { value: 'home/d' } });
    await waitFor(() => expect(rows()).toEqual(['home/d']));
    await fireEvent.input(one('topic-search') as HTMLElement, { target: { value: 'nowhere' } });
    await waitFor(() => expect(document.body.textContent).toContain('“nowhere” is nowhere'));
  });

  it('asks for nothing while it is paused, but opens what a person opens', async () => {
    await open();
    await fireEvent.click(one('explore-pause') as HTMLElement);
    await waitFor(() => expect(document.body.textContent).toContain('Held at'));
    await new Promise((done) => setTimeout(done, 0));
    const before = asked;
    await explorer.refresh();
    expect(asked).toBe(before);
    await fireEvent.input(one('topic-search') as HTMLElement, { target: { value: 'home/b' } });
    await waitFor(() => expect(rows()).toEqual(['home/b']));
  });

  it('draws only the rows in view of a hundred thousand', async () => {
    topics = Array.from({ length: 100_000 }, (_, i) => `home/b${i === 0 ? '' : i}`);
    await open();
    await waitFor(() => expect(rows().length).toBeGreaterThan(10));
    expect(rows().length).toBeLessThan(60);
  });

  it('publishes what was typed, with QoS and retain', async () => {
    await open();
    await fireEvent.input(one('publish-topic') as HTMLElement, { target: { value: 'home/x/set' } });
    await fireEvent.input(one('publish-payload') as HTMLElement, { target: { value: 'ON' } });
    await fireEvent.click(one('publish-retain') as HTMLElement);
    await fireEvent.click(one('publish-send') as HTMLElement);
    await waitFor(() => expect(one('publish-note')?.textContent).toContain('Sent at'));
    expect(published).toEqual([{ broker: 1, topic: 'home/x/set', payload: 'ON', qos: 1, retain: true }]);
  });

  it('sends nothing to a topic with wildcards and says why', async () => {
    await open();
    await fireEvent.input(one('publish-topic') as HTMLElement, { target: { value: 'home/#' } });
    await fireEvent.click(one('publish-send') as HTMLElement);
    await waitFor(() => expect(one('publish-note')?.textContent).toContain('subscribing'));
    expect(published).toEqual([]);
  });

  it('asks before a retained message is cleared', async () => {
    await open();
    await fireEvent.click(rowOf('home/b') as HTMLElement);
    await waitFor(() => expect(one('clear-retained')).not.toBeNull());
    await fireEvent.click(one('clear-retained') as HTMLElement);
    expect(published).toEqual([]);
    await fireEvent.click(one('confirm-yes') as HTMLElement);
    await waitFor(() => expect(one('confirm')).toBeNull());
    expect(published).toEqual([{ broker: 1, topic: 'home/b', payload: '', qos: 1, retain: true }]);
  });

  it('moves by keys: opens, goes in and shows the message', async () => {
    await open();
    const tree = one('topic-list') as HTMLElement;
    await fireEvent.click(rowOf('home') as HTMLElement);
    await fireEvent.keyDown(tree, { key: 'ArrowDown' });
    await waitFor(() => expect(one('message-topic')?.textContent).toBe('home/b'));
    await fireEvent.keyDown(tree, { key: 'ArrowLeft' });
    await fireEvent.keyDown(tree, { key: 'ArrowLeft' });
    await waitFor(() => expect(rows()).toEqual(['home']));
  });

  it('lists counted troubles by device and leads to their topic', async () => {
    troubles = [
      {
        broker: 1,
        device: 7,
        device_name: 'Boiler <b>',
        topic: 'home/b',
        kind: 'malformed_json',
        payload: '',
        text: 'This payload is no JSON: <script>.',
        count: 41,
        first_at: 1,
        last_at: 2,
      },
    ];
    go('#/explore?tab=diagnoses', true);
    render(Explore);
    await waitFor(() => expect(one('diagnosis-row')?.dataset['count']).toBe('41'));
    expect(one('diagnosis-text')?.textContent).toBe('This payload is no JSON: <script>.');
    expect(one('diagnosis-device')?.textContent).toBe('Boiler <b>');
    await fireEvent.click(one('diagnosis-topic') as HTMLElement);
    await waitFor(() => expect(location.hash).toContain('topic=home%2Fb'));
  });
});
