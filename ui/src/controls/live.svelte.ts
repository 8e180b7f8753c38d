/** Small readings of the live state that the controls share. */
import type { PointView } from '../ipc/gen/PointView';
import { formatValue, type Shown } from '../format/values';
import { silence } from '../format/times';
import { alarmOf } from '../live/alarms.svelte';
import { commandOf, unanswered } from '../live/commands.svelte';
import { preferences } from '../live/preferences.svelte';
import { clock, link, value } from '../live/values.svelte';
import { packmlName } from '../parts/machine';
import { rank } from '../parts/priority';
import type { Priority } from '../ipc/gen/Priority';
import type { Thing } from './things';

/** A point's value as shown; PackML's state numbers by their names. */
export function shownOf(point: PointView): Shown {
  const held = value(point.id).value;
  const state = typeof held === 'number' && /StateCurrent$/.test(point.key) ? packmlName(held) : undefined;
  return state ? { text: state, unit: null } : formatValue(point, held, preferences.view.units);
}

/** A text value, or none. */
export function textOf(point: PointView | undefined): string | null {
  const held = point ? value(point.id).value : null;
  return typeof held === 'string' ? held : null;
}

/** A switch's state, or null where it is not known. Devices also say `ON`. */
export function onOf(point: PointView | undefined): boolean | null {
  const held = point ? value(point.id).value : null;
  if (typeof held === 'boolean') return held;
  if (typeof held === 'number') return held !== 0;
  return typeof held === 'string' ? /^(on|true|1|open)$/i.test(held) : null;
}

/** Whether a point's value no longer holds. While the first frame is on its way nothing is said to be stale. */
export function staleOf(point: PointView | undefined): boolean {
  return link.ready && point !== undefined && value(point.id).quality === 'stale';
}

/** `no word for 3 h`; empty while the value holds. */
export function silenceOf(point: PointView | undefined): string {
  return point && staleOf(point) ? silence(value(point.id).at, clock.now) : '';
}

/** Whether a command of the points is not answered yet. One under way may be called back: a door that opens can be stopped. */
export function busyOf(points: readonly (PointView | undefined)[]): boolean {
  return points.some((p) => p !== undefined && unanswered(commandOf(p.id)));
}

/** The most urgent alarm of a thing's points. */
export function priorityOf(thing: Thing): Priority | undefined {
  let worst: Priority | undefined;
  for (const point of thing.points) {
    const found = alarmOf(point)?.priority;
    if (found && (worst === undefined || rank(found) < rank(worst))) worst = found;
  }
  return worst;
}
