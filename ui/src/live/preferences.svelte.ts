/** What the person prefers. */
import { call } from '../ipc/client';
import type { Preferences as Wire } from '../ipc/gen/Preferences';
import { asTrouble, type TroubleError } from '../ipc/trouble';

const DEFAULTS: Wire = {
  theme: 'system',
  units: 'metric',
  autostart: false,
  notifications: true,
  notify_from: 'low',
  sounds: true,
  sounds_from: 'high',
  volume: 60,
  silent_until: null,
  welcomed: false,
  price_per_kwh: null,
  currency: 'EUR',
  person: '',
};

class Preferences {
  view: Wire = $state.raw(DEFAULTS);
  loaded = $state.raw(false);
  trouble: TroubleError | undefined = $state.raw();
  #systemDark = $state.raw(false);

  constructor() {
    if (typeof matchMedia === 'undefined') return;
    const query = matchMedia('(prefers-color-scheme: dark)');
    this.#systemDark = query.matches;
    query.addEventListener('change', () => (this.#systemDark = query.matches));
  }

  /** Light or dark, with the system's choice resolved. */
  get light(): 'light' | 'dark' {
    const { theme } = this.view;
    return theme === 'system' ? (this.#systemDark ? 'dark' : 'light') : theme;
  }

  async load(): Promise<void> {
    try {
      this.view = await call('preferences', {});
      this.trouble = undefined;
    } catch (problem) {
      this.trouble = asTrouble(problem);
    }
    this.loaded = true;
  }

  /** Changes some of them; shown at once, taken back where saving fails. Throws a `TroubleError`. */
  async save(changes: Partial<Wire>): Promise<void> {
    const before = this.view;
    this.view = { ...before, ...changes };
    try {
      await call('save_preferences', { preferences: this.view });
    } catch (problem) {
      this.view = before;
      throw problem;
    }
  }
}

export const preferences = new Preferences();
