// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { poll } from './poll';

let hidden = false;
const show = (visible: boolean) => {
  hidden = !visible;
  document.dispatchEvent(new Event('visibilitychange'));
};

describe('poll', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    hidden = false;
    vi.spyOn(document, 'hidden', 'get').mockImplementation(() => hidden);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it('asks at once and then at its pace, until stopped', async () => {
    const ask = vi.fn(async () => {});
    const stop = poll(ask, 500);
    expect(ask).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1600);
    expect(ask).toHaveBeenCalledTimes(4);
    stop();
    await vi.advanceTimersByTimeAsync(5000);
    expect(ask).toHaveBeenCalledTimes(4);
  });

  it('never asks while an answer is on its way', async () => {
    const answers: (() => void)[] = [];
    const ask = vi.fn(() => new Promise<void>((done) => answers.push(done)));
    const stop = poll(ask, 500);
    await vi.advanceTimersByTimeAsync(5000);
    show(false);
    show(true);
    expect(ask).toHaveBeenCalledTimes(1);
    answers[0]?.();
    await vi.advanceTimersByTimeAsync(500);
    expect(ask).toHaveBeenCalledTimes(2);
    stop();
  });

  it('asks nothing while the window is hidden, and at once when it is back', async () => {
    const ask = vi.fn(async () => {});
    const stop = poll(ask, 500);
    await vi.advanceTimersByTimeAsync(0);
    show(false);
    await vi.advanceTimersByTimeAsync(5000);
    expect(ask).toHaveBeenCalledTimes(1);
    show(true);
    expect(ask).toHaveBeenCalledTimes(2);
    stop();
  });
});
