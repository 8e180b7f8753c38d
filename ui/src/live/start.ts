/** Starts everything that keeps the window up to date; answers a function that stops it. */
import { alarms } from './alarms.svelte';
import { startClock } from './clock.svelte';
import { model } from './model.svelte';
import { preferences } from './preferences.svelte';
import { status } from './status.svelte';
import { startFrames } from './values.svelte';

export function startLive(): () => void {
  void preferences.load();
  // Not only with the first frame: the places are drawn while the values are on their way.
  void model.refresh();
  void alarms.refresh();
  void status.refresh();
  const stops = [startClock(), startFrames()];
  return () => stops.forEach((stop) => stop());
}
