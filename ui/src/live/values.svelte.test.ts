// @vitest-environment jsdom
import { flushSync } from 'svelte';
import { describe, expect, it } from 'vitest';
import { encodeFrame } from './frame';
import { applyFrame, value } from './values.svelte';

const frame = (point: number, held: number) =>
  encodeFrame({ cursor: 1, revisions: { model: 0, alarms: 0, status: 0, commands: 0 }, now: 0 }, [
    { point, value: held, quality: 'good', at: 1 },
  ]);

describe('live values', () => {
  it('are followed by a derived that asked before any value came', () => {
    const seen: string[] = [];
    const stop = $effect.root(() => {
      const text = $derived(`is ${value(77_001).value ?? 'not known'}`);
      $effect(() => {
        seen.push(text);
      });
    });
    flushSync();
    applyFrame(frame(77_001, 4));
    flushSync();
    applyFrame(frame(77_001, 5));
    flushSync();
    stop();
    expect(seen).toEqual(['is not known', 'is 4', 'is 5']);
  });
});
