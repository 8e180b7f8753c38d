// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Host, useHost } from '../ipc/client';
import type { LineView } from '../ipc/gen/LineView';
import { lines, startLines } from './lines.svelte';

let asked = 0;
let fail: string | undefined;
const host = {
  call: async (name: string) => {
    expect(name).toBe('lines');
    asked++;
    if (fail) throw { code: 'history', message: fail };
    return [{ place: 7, name: `Line ${asked}` } as LineView];
  },
} as unknown as Host;

let hidden = false;

beforeEach(() => {
  vi.useFakeTimers();
  Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
  useHost(host);
  asked = 0;
  hidden = false;
  fail = undefined;
});
afterEach(() => vi.useRealTimers());

describe('lines', () => {
  it('asks at once and once a second, however many views look, and stops with the last', async () => {
    const stops = [startLines(), startLines()];
    await vi.advanceTimersByTimeAsync(2500);
    expect(asked).toBe(3);
    expect(lines.of(7)?.name).toBe('Line 3');
    stops[0]?.();
    stops[0]?.();
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked).toBe(4);
    stops[1]?.();
    await vi.advanceTimersByTimeAsync(5000);
    expect(asked).toBe(4);
  });

  it('asks nothing while the window is hidden, and at once when it is back', async () => {
    hidden = true;
    const stop = startLines();
    await vi.advanceTimersByTimeAsync(3000);
    expect(asked).toBe(0);
    hidden = false;
    document.dispatchEvent(new Event('visibilitychange'));
    await vi.advanceTimersByTimeAsync(0);
    expect(asked).toBe(1);
    stop();
  });

  it('keeps what it knew when a question fails, and says why', async () => {
    const stop = startLines();
    await vi.advanceTimersByTimeAsync(0);
    const before = lines.list;
    fail = 'The history is busy.';
    await vi.advanceTimersByTimeAsync(1000);
    expect(lines.list).toBe(before);
    expect(lines.trouble?.message).toBe('The history is busy.');
    fail = undefined;
    await vi.advanceTimersByTimeAsync(1000);
    expect(lines.trouble).toBeUndefined();
    stop();
  });
});
