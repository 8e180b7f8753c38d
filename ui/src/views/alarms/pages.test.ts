// @vitest-environment jsdom
import { beforeEach, describe, expect, it } from 'vitest';
import { type Host, useHost } from '../../ipc/client';
import type { JournalFilter } from '../../ipc/gen/JournalFilter';
import type { JournalLine } from '../../ipc/gen/JournalLine';
import { JournalPages } from './pages.svelte';

let entries: JournalLine[] = [];
let release: (() => void)[] = [];
let slow = false;

const host = {
  call: async (_name: string, { filter }: { filter: JournalFilter }) => {
    const answer = entries
      .filter((e) => (filter.before === null || e.seq < filter.before) && e.text.includes(filter.search))
      .slice(0, filter.limit);
    if (slow) await new Promise<void>((resolve) => release.push(resolve));
    return answer;
  },
} as unknown as Host;

const choice = (search = '') => ({ priorities: new Set<never>(), search, from: null, to: null });
const entry = (seq: number, text = 'x') => ({ seq, text }) as JournalLine;

beforeEach(() => {
  useHost(host);
  slow = false;
  release = [];
  entries = Array.from({ length: 450 }, (_, i) => entry(450 - i));
});

describe('journal pages', () => {
  it('reads down to the oldest entry and then stops', async () => {
    const pages = new JournalPages();
    await pages.choose(choice());
    expect(pages.lines).toHaveLength(200);
    await pages.more();
    await pages.more();
    expect(pages.lines).toHaveLength(450);
    expect(pages.complete).toBe(true);
    await pages.more();
    expect(pages.lines.at(-1)?.seq).toBe(1);
  });

  it('puts new entries on top and keeps what was read', async () => {
    const pages = new JournalPages();
    await pages.choose(choice());
    await pages.more();
    entries = [entry(451), ...entries];
    await pages.refresh();
    expect(pages.lines).toHaveLength(401);
    expect(pages.lines[0]?.seq).toBe(451);
  });

  it('drops the answer to a question that was replaced', async () => {
    entries = [entry(2, 'ab'), entry(1, 'a')];
    const pages = new JournalPages();
    slow = true;
    const first = pages.choose(choice('a'));
    const second = pages.choose(choice('ab'));
    await Promise.resolve();
    while (release.length < 2) await new Promise((resolve) => setTimeout(resolve));
    release[1]?.();
    await second;
    release[0]?.();
    await first;
    expect(pages.lines.map((l) => l.seq)).toEqual([2]);
    expect(pages.busy).toBe(false);
  });
});
