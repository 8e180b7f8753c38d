/** Short messages at the foot of the window: what went wrong and what to do. */

export interface Toast {
  id: number;
  text: string;
  tone: 'error' | 'done';
}

class Toasts {
  list: readonly Toast[] = $state.raw([]);
}

export const toasts = new Toasts();

let next = 1;
const MOST = 4;
const STAYS_MS = { error: 12_000, done: 4_000 };

/** Shows a message for some seconds; the same text again only renews it. */
export function toast(text: string, tone: Toast['tone'] = 'error'): void {
  const id = next++;
  toasts.list = [...toasts.list.filter((t) => t.text !== text), { id, text, tone }].slice(-MOST);
  setTimeout(() => dismiss(id), STAYS_MS[tone]);
}

export function dismiss(id: number): void {
  toasts.list = toasts.list.filter((t) => t.id !== id);
}
