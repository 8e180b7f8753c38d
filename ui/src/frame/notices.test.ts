import { describe, expect, it } from 'vitest';
import { createHost } from '../ipc/fake/host';
import type { StatusView } from '../ipc/gen/StatusView';
import { noticesOf } from './notices';

const status = async (): Promise<StatusView> => structuredClone(await createHost().call('status', {}));
const away = { phase: 'waiting' as const, error: 'Nobody answers.', retry_at: 9_000_000 };

describe('notices', () => {
  it('says nothing while all is well', async () => {
    const view = await status();
    view.brokers.forEach((b) => (b.phase = 'connected'));
    expect(noticesOf(view, undefined, 0)).toEqual([]);
    expect(noticesOf(undefined, undefined, 0)).toEqual([]);
  });
  it('says that history is not stored, whatever the brokers do', async () => {
    const view = await status();
    view.brokers.forEach((b) => (b.phase = 'connected'));
    view.trouble = 'the disk is full';
    expect(noticesOf(view, undefined, 0)).toEqual([
      { old: undefined, text: 'History is not being stored: the disk is full.', settings: 'data' },
    ]);
  });
  it('says what became of a damaged file', async () => {
    const view = await status();
    view.brokers.forEach((b) => (b.phase = 'connected'));
    view.repair = 'The history file was damaged and was set aside.';
    expect(noticesOf(view, undefined, 0)).toEqual([{ old: undefined, text: view.repair, settings: 'data' }]);
  });
  it('says what else happened to the program', async () => {
    const view = await status();
    view.brokers.forEach((b) => (b.phase = 'connected'));
    view.notes = ['The clock was set back by 1 day.'];
    expect(noticesOf(view, undefined, 0)).toEqual([
      { old: undefined, text: 'The clock was set back by 1 day.', settings: undefined },
    ]);
  });
  it('says which broker is away even where another is connected', async () => {
    const view = await status();
    const first = view.brokers[0]!;
    view.brokers = [
      { ...first, phase: 'connected' },
      { ...first, ...away, settings: { ...first.settings, name: 'Hall', enabled: true } },
    ];
    expect(noticesOf(view, undefined, 0).map((n) => n.text)).toEqual(['Hall: Nobody answers. Trying again in 9 s.']);
    view.brokers[0] = { ...first, ...away };
    expect(noticesOf(view, undefined, 0)[0]?.text).toMatch(/^2 brokers are not connected: .*Hall\.$/);
  });
  it('says that nothing comes from the shell before all else, once', async () => {
    const view = await status();
    view.brokers = [];
    expect(noticesOf(view, 'gone', 0).map((n) => n.text)).toEqual(['Live values stopped: gone']);
    expect(noticesOf(view, undefined, 0)[0]?.settings).toBe('brokers');
  });
});
