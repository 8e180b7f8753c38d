/**
 * The one way from the window to the shell. Outside Tauri (a browser while developing, the tests) a made-up host answers
 * instead, so that every view can be seen without the shell.
 */
import { invoke } from '@tauri-apps/api/core';
import type { ByteCommands, Commands, SentCommands } from './commands';
import { asTrouble, TroubleError } from './trouble';

/** What answers the commands. */
export interface Host {
  call<K extends keyof Commands>(name: K, args: Commands[K][0]): Promise<Commands[K][1]>;
  callBytes<K extends keyof ByteCommands>(name: K, args: ByteCommands[K]): Promise<ArrayBuffer>;
  send<K extends keyof SentCommands>(name: K, bytes: ArrayBuffer): Promise<SentCommands[K]>;
}

/** Whether the shell is there. */
export const inShell = typeof window !== 'undefined' && '__TAURI_INTERNALS__' in window;

const shell: Host = {
  call: (name, args) => invoke(name, args),
  callBytes: (name, args) => invoke(name, args),
  send: (name, bytes) => invoke(name, bytes),
};

let found: Promise<Host> | undefined;

function host(): Promise<Host> {
  found ??= find();
  return found;
}

async function find(): Promise<Host> {
  if (inShell) return shell;
  if (import.meta.env.DEV) return (await import('./fake')).fake;
  throw new TroubleError('no_shell', 'This page belongs into the Hearthline app and shows nothing outside of it.');
}

/** Puts another host in place; for the tests. */
export function useHost(other: Host): void {
  found = Promise.resolve(other);
}

/** Calls a command of the shell. Throws a {@link TroubleError}. */
export async function call<K extends keyof Commands>(name: K, args: Commands[K][0]): Promise<Commands[K][1]> {
  try {
    return await (await host()).call(name, args);
  } catch (problem) {
    throw asTrouble(problem);
  }
}

/** Calls a command that answers bytes. Throws a {@link TroubleError}. */
export async function callBytes<K extends keyof ByteCommands>(name: K, args: ByteCommands[K]): Promise<ArrayBuffer> {
  try {
    return await (await host()).callBytes(name, args);
  } catch (problem) {
    throw asTrouble(problem);
  }
}

/** Calls a command that is given bytes. Throws a {@link TroubleError}. */
export async function send<K extends keyof SentCommands>(name: K, bytes: ArrayBuffer): Promise<SentCommands[K]> {
  try {
    return await (await host()).send(name, bytes);
  } catch (problem) {
    throw asTrouble(problem);
  }
}
