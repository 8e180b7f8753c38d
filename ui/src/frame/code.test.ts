// @vitest-environment jsdom
import { fireEvent, render, screen } from '@testing-library/svelte';
import { beforeEach, describe, expect, it } from 'vitest';
import { commands, send } from '../live/commands.svelte';
import { model } from '../live/model.svelte';
import CodeDialog from './CodeDialog.svelte';

// jsdom knows no dialogs.
HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
  this.open = true;
};

const panel = () => [...model.devices.values()].find((d) => d.name === 'House alarm')!.points[0]!;

describe('codes', () => {
  beforeEach(async () => model.refresh());

  it('are asked for, typed on keys, and sent with the command alone', async () => {
    const sent = send(panel().id, 'arm_home');
    render(CodeDialog, { coding: commands.coding! });
    for (const key of ['1', '2', '3', '4']) await fireEvent.click(screen.getByRole('button', { name: key }));
    expect((screen.getByLabelText(/To arm home/) as HTMLInputElement).type).toBe('password');
    await fireEvent.click(screen.getByRole('button', { name: 'Send' }));
    const command = await sent;
    expect(command?.outcome.state).toBe('sent');
    expect(JSON.stringify(command)).not.toContain('1234');
    expect(commands.coding).toBeUndefined();
  });

  it('that are wrong are refused with the reason, and without one nothing is sent', async () => {
    const wrong = send(panel().id, 'disarm');
    commands.coding?.answer('9999');
    expect((await wrong)?.outcome).toEqual({ state: 'refused', reason: 'the code is not right' });
    const left = send(panel().id, 'disarm');
    commands.coding?.answer(undefined);
    expect(await left).toBeUndefined();
  });

  it('are not asked for where a word takes none', async () => {
    const sent = send(panel().id, 'trigger');
    expect(commands.coding).toBeUndefined();
    expect((await sent)?.outcome.state).toBe('sent');
  });
});
