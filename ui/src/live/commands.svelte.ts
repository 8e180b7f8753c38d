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

/** A command that waits for its code. */
export interface Coding {
  of: PointOf;
  value: Value;
  numeric: boolean;
  /** Without a code nothing is sent. */
  answer: (code: string | undefined) => void;
}

class Commands {
  /** What the confirmation dialog asks; none: nothing. */
  asking: Asking | undefined = $state.raw();
  /** What the dialog for codes asks; none: nothing. */
  coding: Coding | undefined = $state.raw();
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
  return unanswered(command) || command?.outcome.state === 'accepted';
}

/** Whether the device has not said anything to a command yet. */
export function unanswered(command: CommandView | undefined): boolean {
  return command?.outcome.state === 'asked' || command?.outcome.state === 'sent';
}

/** The newest command of a point while it is under way, and for some seconds after, so that its end is seen. */
export function commandOf(point: number): CommandView | undefined {
  const command = commands.newest.get(point);
  if (!command || underWay(command)) return command;
  return clock.now - command.changed_at < LINGER ? command : undefined;
}

/**
 * Sends a command; in the plant after the person said yes, and with the code that it takes. Answers none where they did not or
 * it failed (then a toast says why).
 */
export async function send(point: number, value: Value): Promise<CommandView | undefined> {
  const of = model.point(point);
  if (of?.device.realm === 'plant' && !(await ask(of, value))) return undefined;
  const takes = of?.point.code;
  let code: string | null = null;
  if (of && takes && (takes.words.length === 0 || takes.words.includes(String(value)))) {
    const typed = await askCode(of, value, takes.numeric);
    if (typed === undefined) return undefined;
    code = typed;
  }
  try {
    const command = await call('command', { point, value, code });
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

function askCode(of: PointOf, value: Value, numeric: boolean): Promise<string | undefined> {
  commands.coding?.answer(undefined);
  return new Promise((resolve) => {
    commands.coding = {
      of,
      value,
      numeric,
      answer: (code) => {
        commands.coding = undefined;
        resolve(code);
      },
    };
  });
}
