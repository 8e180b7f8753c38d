/** The alarms that are not normal. */
import { call } from '../ipc/client';
import type { AlarmAct } from '../ipc/gen/AlarmAct';
import type { AlarmsView } from '../ipc/gen/AlarmsView';
import type { AlarmView } from '../ipc/gen/AlarmView';
import { asTrouble, type TroubleError } from '../ipc/trouble';
import { oneAtATime, onRevision } from './revisions';

const NONE: AlarmsView = {
  rev: 0,
  alarms: [],
  covered: [],
  unacknowledged: [0, 0, 0, 0, 0],
  active: [0, 0, 0, 0, 0],
  flood: null,
};

class Alarms {
  /** Most urgent first. */
  view: AlarmsView = $state.raw(NONE);
  loaded = $state.raw(false);
  trouble: TroubleError | undefined = $state.raw();

  #byPoint = $derived.by(() => {
    const all = new Map<number, AlarmView>();
    for (const alarm of this.view.alarms) {
      if (alarm.point !== null && !all.has(alarm.point)) all.set(alarm.point, alarm);
    }
    return all;
  });
  #byDevice = $derived.by(() => {
    const all = new Map<number, AlarmView[]>();
    for (const alarm of this.view.alarms) {
      const list = all.get(alarm.device);
      if (list) list.push(alarm);
      else all.set(alarm.device, [alarm]);
    }
    return all;
  });

  /** The most urgent alarm of a point. */
  of(point: number): AlarmView | undefined {
    return this.#byPoint.get(point);
  }

  /** All alarms of a device, most urgent first. */
  ofDevice(device: number): readonly AlarmView[] {
    return this.#byDevice.get(device) ?? [];
  }

  refresh = oneAtATime(async () => {
    try {
      this.view = await call('alarms', {});
      this.loaded = true;
      this.trouble = undefined;
    } catch (problem) {
      this.trouble = asTrouble(problem);
    }
  });
}

export const alarms = new Alarms();

onRevision('alarms', () => void alarms.refresh());

/** The most urgent alarm of a point. */
export function alarmOf(point: number): AlarmView | undefined {
  return alarms.of(point);
}

/** Does something to alarms; answers how many it changed. Throws a `TroubleError`. */
export async function act(ids: readonly number[], what: AlarmAct): Promise<number> {
  const count = await call('alarm_act', { alarms: [...ids], act: what });
  await alarms.refresh();
  return count;
}

/** Acknowledges alarms; answers how many. Throws a `TroubleError`. */
export async function acknowledge(ids: readonly number[]): Promise<number> {
  const count = await call('acknowledge', { alarms: [...ids] });
  await alarms.refresh();
  return count;
}
