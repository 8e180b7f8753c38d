/** How the broker inside is opened: what the form holds and what is wrong with it. */
import type { EmbeddedEdit } from '../../ipc/gen/EmbeddedEdit';
import type { EmbeddedView } from '../../ipc/gen/EmbeddedView';

export interface AccessDraft {
  network: boolean;
  port: string;
  username: string;
  /** Empty: as it is. */
  password: string;
}

/** A password that is guessed in minutes protects nothing. */
export const LEAST_PASSWORD = 8;

export function accessOf(view: EmbeddedView): AccessDraft {
  return { network: view.network, port: String(view.port), username: view.username, password: '' };
}

export type AccessFaults = Partial<Record<keyof AccessDraft, string>>;

/** `known`: a password was given before and still holds. */
export function accessFaults(draft: AccessDraft, known: boolean): AccessFaults {
  const found: AccessFaults = {};
  const port = draft.port.trim();
  const least = draft.network ? 1 : 0;
  if (!/^\d+$/.test(port) || Number(port) < least || Number(port) > 65535) {
    found.port = draft.network
      ? 'A number from 1 to 65535; 1883 is usual.'
      : 'A number up to 65535; 0 takes a free one.';
  }
  if (!draft.network) return found;
  if (draft.username.trim() === '') found.username = 'Type the user name that devices will give.';
  if (draft.password === '' && !known) found.password = 'Open to the network, it needs a password.';
  else if (draft.password !== '' && [...draft.password].length < LEAST_PASSWORD) {
    found.password = `At least ${LEAST_PASSWORD} characters.`;
  }
  return found;
}

/** What goes to the shell; call it only without faults. */
export function accessEdit(draft: AccessDraft, running: boolean, demo: boolean): EmbeddedEdit {
  return {
    running,
    demo,
    network: draft.network,
    port: Number(draft.port.trim()),
    username: draft.username.trim(),
    password: draft.password === '' ? null : draft.password,
  };
}

/** What runs now, with another choice of running or demo. */
export function switched(view: EmbeddedView, part: { running?: boolean; demo?: boolean }): EmbeddedEdit {
  return { ...accessEdit(accessOf(view), view.running, view.demo), ...part };
}
