/** Words and shapes of machine states, and the names of the PackML state numbers. */
import type { MachineState } from '../ipc/gen/MachineState';

/** How a state is shown: a word, a shape, and how much it should stand out. */
export interface StateLook {
  word: string;
  shape: string;
  /** `quiet` is normal, `waiting` comes from outside, `own` is the machine's own stop, `alarm` a fault. */
  tone: 'quiet' | 'waiting' | 'own' | 'alarm' | 'unknown';
}

const LOOKS: Record<MachineState, StateLook> = {
  running: { word: 'run', shape: '▶', tone: 'quiet' },
  starved: { word: 'starved', shape: '◌', tone: 'waiting' },
  blocked: { word: 'blocked', shape: '⊘', tone: 'waiting' },
  changeover: { word: 'changeover', shape: '⇄', tone: 'own' },
  fault: { word: 'fault', shape: '■', tone: 'alarm' },
  stopped: { word: 'stopped', shape: '❚❚', tone: 'own' },
  off: { word: 'off', shape: '–', tone: 'quiet' },
  unknown: { word: 'no data', shape: '?', tone: 'unknown' },
};

/** The look of a state; a state from a newer backend reads as unknown rather than breaking the page. */
export function stateLook(state: MachineState): StateLook {
  return LOOKS[state] ?? LOOKS.unknown;
}

/** What the time since the last change means in that state: "stopped 4 min", "waiting 3 min". */
export function sinceWord(state: MachineState): string {
  switch (state) {
    case 'running':
      return 'running';
    case 'starved':
    case 'blocked':
      return 'waiting';
    case 'changeover':
      return 'changing over';
    case 'fault':
    case 'stopped':
      return 'stopped';
    case 'off':
      return 'off';
    default:
      return 'no data for';
  }
}

/** A stop counts as time lost on the timeline; running and off do not. */
export function isStop(state: MachineState): boolean {
  return state !== 'running' && state !== 'off' && state !== 'unknown';
}

const PACKML = [
  'Undefined',
  'Clearing',
  'Stopped',
  'Starting',
  'Idle',
  'Suspended',
  'Execute',
  'Stopping',
  'Aborting',
  'Aborted',
  'Holding',
  'Held',
  'Unholding',
  'Suspending',
  'Unsuspending',
  'Resetting',
  'Completing',
  'Complete',
] as const;

/** The name of a PackML `StateCurrent`; none for other numbers. */
export function packmlName(state: number): string | undefined {
  return PACKML[state];
}
