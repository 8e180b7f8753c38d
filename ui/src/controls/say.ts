/** What a tile says, in people's words. Pure: values come in. */
import type { CommandView } from '../ipc/gen/CommandView';
import { brief } from '../format/durations';
import { plainWord } from '../format/words';

/** How far a command has come, in a few words; empty where nothing is to be said. `optimistic`: its device never answers. */
export function commandWords(command: CommandView | undefined, optimistic = false): string {
  switch (command?.outcome.state) {
    case 'asked':
      return 'asking…';
    case 'sent':
      return 'sent, waiting…';
    case 'accepted':
      return 'under way…';
    case 'confirmed':
      // Nothing ever comes back from it: that it was sent is all that is known.
      return optimistic && command.confirmed === null ? 'sent' : 'done';
    case 'timed_out':
      return command.confirmed === null
        ? 'no answer from the device'
        : `did not get there, last ${typeof command.confirmed === 'string' ? plainWord(command.confirmed) : String(command.confirmed)}`;
    case 'refused':
      return command.outcome.reason || 'refused';
    case 'unknown':
      return 'outcome not known';
    default:
      return '';
  }
}

/** `open`, `40 % open`, `opening…`. `position` 0–100 or none. */
export function coverWords(state: string | null, position: number | undefined): string {
  if (state === 'opening' || state === 'closing') return `${state}…`;
  if (position !== undefined && Number.isFinite(position)) {
    if (position <= 0) return 'closed';
    return position >= 100 ? 'open' : `${Math.round(position)} % open`;
  }
  return state ? plainWord(state) : 'not known';
}

/** `heating to 22`, `idle, set to 22`, `off`. */
export function climateWords(activity: string | null, mode: string | null, target: string): string {
  if (mode === 'off' || activity === 'off') return 'off';
  const doing = activity && activity !== 'idle' ? plainWord(activity) : '';
  if (!target) return doing || (mode ? plainWord(mode) : '');
  return doing ? `${doing} to ${target}` : `set to ${target}`;
}

const DONE = /^(done|finished|finish|complete|completed|end|program_?ended)$/i;
const IDLE = /^(idle|off|standby|ready|inactive|none)$/i;
/** At rest, but with a word of its own. */
const STILL = /^(paused?|docked|charging|error)$/i;

/** `34 min left, spinning`, `done 20 min ago`, `resting`. `left` in µs. */
export function applianceWords(state: string | null, left: number | undefined, since: number): string {
  if (state === null) return 'not known';
  if (DONE.test(state)) return since > 60_000_000 ? `done ${brief(since)} ago` : 'done';
  if (IDLE.test(state)) return 'resting';
  const doing = plainWord(state).toLowerCase();
  return left !== undefined && left > 0 ? `${brief(left)} left, ${doing}` : doing;
}

/** Whether an appliance works right now. */
export function works(state: string | null): boolean {
  return state !== null && ![DONE, IDLE, STILL].some((rest) => rest.test(state));
}

/** A length given in a unit of time, in µs. */
export function inMicros(value: number, unit: string | null): number | undefined {
  const factor = { s: 1, sec: 1, min: 60, h: 3600 }[unit ?? ''];
  return factor === undefined || !Number.isFinite(value) ? undefined : value * factor * 1_000_000;
}

const GUARDED: Record<string, string> = {
  disarmed: 'not armed',
  armed_home: 'armed, at home',
  armed_away: 'armed, away',
  armed_night: 'armed for the night',
  armed_vacation: 'armed for the holidays',
  armed_custom_bypass: 'armed in part',
  arming: 'arming…',
  disarming: 'disarming…',
  pending: 'about to go off',
  triggered: 'ALARM',
};

/** What an alarm panel is doing. */
export function guardWords(state: string | null): string {
  if (state === null) return 'not known';
  return Object.hasOwn(GUARDED, state) ? (GUARDED[state] ?? state) : plainWord(state);
}

/** Ways to arm that a tile has room for. */
const MOST_ORDERS = 3;

/** What an alarm panel is told from here: to disarm while it is armed, else the ways to arm. Setting it off is no button of a tile. */
export function guardOrders(state: string | null, choices: readonly string[]): string[] {
  const disarm = choices.filter((choice) => choice === 'disarm');
  if (state !== null && state !== 'disarmed' && disarm.length > 0) return disarm;
  return choices.filter((choice) => choice.startsWith('arm_')).slice(0, MOST_ORDERS);
}
