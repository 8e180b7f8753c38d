/** Commands sent from this window and how far they have come. In the plant a command asks the person first. */
import { SvelteMap } from 'svelte/reactivity';
import { call } from '../ipc/client';
import type { CommandView } from '../ipc/gen/CommandView';
import type { Value } from '../ipc/gen/Value';
import { asTrouble } from '../ipc/trouble';
import { clock } from './clock.svelte';
import { model, type PointOf } from './model.svelte';
import { oneAtATime, onRevision } from './revisions';
import { toast } from './toast.svelte';

/** How long a finished command stays beside its control, in µs. */
const LINGER = 8_000_000;

/** A plant command that waits for the person's word. */
export interface Asking {
  of: PointOf;
  value: Value;
  answer: (yes: boolean) => void;
}

class Commands {
  /** What the confirmation dialog asks; none: nothing. */
  asking: Asking | undefined = $state.raw();
  /** The newest command of each point that this window knows of. */
  readonly newest = new SvelteMap<number, CommandView>();

  refresh = oneAtATime(async () => {
    try {
      const list = await call('commands', { point: null, limit: 100 });
      for (const command of list.reverse()) this.take(command);
    } catch {
      // The frames say when the shell is gone; the next revision asks again.
    }
  });

  take(command: CommandView): void {
    const known = this.newest.get(command.point);
    if (!known || known.id < command.id || (known.id === command.id && known.changed_at <= command.changed_at)) {
      this.newest.set(command.point, command);
    }
  }
}

export const commands = new Commands();

onRevision('commands', () => void commands.refresh());

/** Whether a command is still on its way. */
export function underWay(command: CommandView | undefined): boolean {
  return command?.outcome.state === 'asked' || command?.outcome.state === 'sent';
}

/** The newest command of a point while it is under way, and for some seconds after, so that its end is seen. */
export function commandOf(point: number): CommandView | undefined {
  const command = commands.newest.get(point);
  if (!command || underWay(command)) return command;
  return clock.now - command.changed_at < LINGER ? command : undefined;
}

/** Sends a command; in the plant after the person said yes. Answers none where they did not or it failed (then a toast says why). */
export async function send(point: number, value: Value): Promise<CommandView | undefined> {
  const of = model.point(point);
  if (of?.device.realm === 'plant' && !(await ask(of, value))) return undefined;
  try {
    const command = await call('command', { point, value });
    commands.take(command);
    return command;
  } catch (problem) {
    toast(asTrouble(problem).message);
    return undefined;
  }
}

function ask(of: PointOf, value: Value): Promise<boolean> {
  commands.asking?.answer(false);
  return new Promise((resolve) => {
    commands.asking = {
      of,
      value,
      answer: (yes) => {
        commands.asking = undefined;
        resolve(yes);
      },
    };
  });
}
