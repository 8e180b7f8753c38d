/** What an alarm sounds like, and which of them is heard. Pure. */
import type { AlarmView } from '../ipc/gen/AlarmView';
import type { Preferences } from '../ipc/gen/Preferences';
import type { Priority } from '../ipc/gen/Priority';
import { PRIORITIES } from '../parts/priority';

/** One tone: when it begins and how long it is, s; its pitch, Hz. */
export interface Tone {
  at: number;
  for: number;
  pitch: number;
}

export interface Sound {
  tones: readonly Tone[];
  /** It comes again after so long, s. */
  every: number;
}

/** Told apart by number of tones and rhythm as well as by pitch, so that they are known apart by ear. */
export const SOUNDS: Record<Priority, Sound> = {
  critical: {
    tones: [0, 0.22, 0.44].map((at) => ({ at, for: 0.16, pitch: 988 })),
    every: 3,
  },
  high: {
    tones: [
      { at: 0, for: 0.22, pitch: 784 },
      { at: 0.3, for: 0.22, pitch: 659 },
    ],
    every: 6,
  },
  medium: { tones: [{ at: 0, for: 0.35, pitch: 587 }], every: 15 },
  low: { tones: [{ at: 0, for: 0.25, pitch: 440 }], every: 60 },
  diagnostic: { tones: [{ at: 0, for: 0.15, pitch: 330 }], every: 300 },
};

/** Whether the sounds are silenced. */
export function isSilent(preferences: Preferences, now: number): boolean {
  return preferences.silent_until !== null && now < preferences.silent_until;
}

/** Alarms that somebody has yet to acknowledge and that may be heard; those of the demo may not. */
function mayBeHeard(alarm: AlarmView, preferences: Preferences, quiet: boolean): boolean {
  return (
    alarm.state === 'unacknowledged' &&
    !alarm.demo &&
    PRIORITIES.indexOf(alarm.priority) <= PRIORITIES.indexOf(preferences.sounds_from) &&
    !(quiet && alarm.realm === 'home' && !alarm.urgent)
  );
}

/** The priority that is heard: that of the most urgent one. `quiet`: the quiet hours hold. */
export function heard(
  alarms: readonly AlarmView[],
  preferences: Preferences,
  quiet: boolean,
  now: number,
): Priority | undefined {
  if (!preferences.sounds || preferences.volume === 0 || isSilent(preferences, now)) return undefined;
  const all = alarms.filter((alarm) => mayBeHeard(alarm, preferences, quiet)).map((alarm) => alarm.priority);
  return PRIORITIES.find((priority) => all.includes(priority));
}
