/** Values as functions of time (s since the epoch): the same moment always gives the same value, so history and live agree. */
import type { Value } from '../gen/Value';

export type Signal = (t: number) => Value;

const DAY = 86_400;

/** A number in [0, 1) that only depends on its seed. */
export function noise(seed: number): number {
  let x = Math.imul(Math.trunc(seed) ^ 0x9e3779b9, 0x85ebca6b);
  x ^= x >>> 13;
  x = Math.imul(x, 0xc2b2ae35);
  x ^= x >>> 16;
  return (x >>> 0) / 4294967296;
}

/** Smooth noise in [-1, 1] with the given period. */
export function drift(seed: number, t: number, period: number): number {
  const at = t / period;
  const i = Math.floor(at);
  const f = at - i;
  const s = f * f * (3 - 2 * f);
  const a = noise(i * 31 + seed * 7919);
  const b = noise((i + 1) * 31 + seed * 7919);
  return (a + (b - a) * s) * 2 - 1;
}

/** Hour of the local day as a fraction. */
export function hourOf(t: number): number {
  const d = new Date(t * 1000);
  return d.getHours() + d.getMinutes() / 60 + d.getSeconds() / 3600;
}

/** Swings about a mean: daily, slowly and a little at random. */
export function wavy(seed: number, mean: number, daily: number, slow: number, quick: number): Signal {
  return (t) =>
    mean +
    daily * Math.sin(((hourOf(t) - 9) / 24) * 2 * Math.PI) +
    slow * drift(seed, t, 1800) +
    quick * drift(seed + 1, t, 40);
}

/** Counts up from local midnight with the given hourly rate. */
export function sinceMidnight(perHour: number): Signal {
  return (t) => Math.floor(hourOf(t) * perHour);
}

/** Counts up for ever. */
export function counter(perHour: number, since = 1_700_000_000): Signal {
  return (t) => Math.floor(((t - since) / 3600) * perHour * 10) / 10;
}

/** Goes round through states, each for its seconds. */
export function cycle(states: readonly (readonly [Value, number])[], shift = 0): Signal {
  const total = states.reduce((sum, [, s]) => sum + s, 0);
  return (t) => {
    let at = (((t + shift) % total) + total) % total;
    for (const [state, seconds] of states) {
      if (at < seconds) return state;
      at -= seconds;
    }
    return null;
  };
}

/** Power of the roof in W over a day. */
export function sun(peak: number): Signal {
  return (t) => {
    const height = Math.sin(((hourOf(t) - 6.5) / 11) * Math.PI);
    if (hourOf(t) < 6.5 || height <= 0) return 0;
    return Math.round(peak * height * (0.8 + 0.2 * drift(77, t, 600)));
  };
}

export const fixedValue =
  (value: Value): Signal =>
  () =>
    value;

export const day = DAY;
