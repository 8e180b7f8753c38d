/** The assembled answers: lines with OEE and stops, energy. */
import type { EnergyView } from '../gen/EnergyView';
import type { LineView } from '../gen/LineView';
import type { MachineState } from '../gen/MachineState';
import type { MachineView } from '../gen/MachineView';
import type { StateStretch } from '../gen/StateStretch';
import type { FakeDevice } from './build';
import { hourOf } from './signals';
import { MICROS, type World } from './world';

const PACKML: Record<number, MachineState> = { 6: 'running', 5: 'starved', 9: 'fault', 2: 'stopped' };

export function lines(world: World): LineView[] {
  const now = world.now();
  const [from, to, name] = shift(now);
  const alarms = world.alarms();
  return world.lines.map(({ place, machines, stock }) => {
    const devices = machines.flatMap((id) => world.builder.devices.filter((d) => d.view.id === id));
    const views = devices.map((d) => machine(world, d, from, now));
    const constraint = devices[2]!;
    const timeline = stretches(world, constraint, from, now);
    const stopped = timeline.filter((s) => s.state !== 'running');
    const planned = now - from;
    const lost = stopped.reduce((sum, s) => sum + s.to - s.from, 0);
    const made = views.at(-1)?.made ?? 0;
    const mine = alarms.filter((a) => devices.some((d) => d.view.id === a.device) || a.device === stock);
    const counts: LineView['alarms'] = [0, 0, 0, 0, 0];
    for (const a of mine) counts[['critical', 'high', 'medium', 'low', 'diagnostic'].indexOf(a.priority)]!++;
    const stocked = world.builder.devices.find((d) => d.view.id === stock);
    return {
      place,
      name: world.builder.places.find((p) => p.id === place)?.name ?? '',
      path: 'Berlin › Filling',
      shift_name: name,
      shift_from: from,
      shift_to: to,
      state: views[2]?.state ?? 'unknown',
      machines: views,
      oee: {
        availability: 1 - lost / planned,
        performance: 0.871,
        quality: 0.982,
        oee: (1 - lost / planned) * 0.871 * 0.982,
        good: made,
        rejected: Math.round(made * 0.018),
        planned,
        running: planned - lost,
        unknown: 0,
        performance_suspect: false,
      },
      previous_oee: 0.759,
      constraint: constraint.view.id,
      target: 72_000,
      made,
      timeline,
      stops: stopped
        .map((s) => ({
          device: constraint.view.id,
          machine: constraint.view.name,
          state: s.state,
          from: s.from,
          to: s.to >= now - 5 * MICROS ? null : s.to,
          duration: s.to - s.from,
          lost: Math.round(((s.to - s.from) / 60e6) * 150),
          reason: s.state === 'fault' ? 'Torque low-low' : s.state === 'stopped' ? 'Bottle burst, cleaned' : '',
        }))
        .sort((a, b) => b.duration - a.duration)
        .slice(0, 20),
      losses: (['starved', 'stopped', 'fault'] as const).map((state) => ({
        name: state === 'starved' ? 'Waiting for bottles' : state === 'fault' ? 'Capper' : 'Filler',
        state,
        duration: stopped.filter((s) => s.state === state).reduce((sum, s) => sum + s.to - s.from, 4e6),
      })),
      stock: (stocked?.points ?? []).map(({ view }) => {
        const level = world.number(view.id);
        return {
          point: view.id,
          name: view.name.replace(' level', ''),
          level,
          capacity: view.range?.[1] ?? null,
          unit: view.unit,
          reorder: view.limits.lo,
          cover: (level / 8800) * 3600 * MICROS,
        };
      }),
      alarms: counts,
    };
  });
}

function machine(world: World, device: FakeDevice, from: number, now: number): MachineView {
  const find = (...keys: string[]) => device.points.find((p) => keys.includes(p.view.key))?.view.id ?? null;
  const good = find('Good', 'Admin/ProdProcessedCount');
  const reject = find('Reject', 'Admin/ProdDefectiveCount');
  const rate = find('Rate', 'Status/CurMachSpeed');
  const reason = find('Reason', 'Status/StopReason');
  const diff = (id: number | null) => (id === null ? null : Math.round(world.number(id, now) - world.number(id, from)));
  const all = stretches(world, device, from, now);
  const alarm = world.alarms().find((a) => a.device === device.view.id);
  return {
    device: device.view.id,
    name: device.view.name,
    state: all.at(-1)?.state ?? 'unknown',
    state_since: all.at(-1)?.from ?? now,
    reason: reason === null ? '' : String(world.read(reason).value ?? ''),
    value: find('BathTemperature', 'FillVolume', 'Torque') ?? rate,
    rate,
    good,
    reject,
    state_point: find('State', 'Status/StateCurrent'),
    made: diff(good),
    rejected: diff(reject),
    alarm: alarm?.id ?? null,
    online: device.view.online,
    stopped_for: all.filter((s) => s.state !== 'running').reduce((sum, s) => sum + s.to - s.from, 0),
  };
}

function stretches(world: World, device: FakeDevice, from: number, to: number): StateStretch[] {
  const point = device.points.find((p) => ['State', 'Status/StateCurrent'].includes(p.view.key));
  const found: StateStretch[] = [];
  if (!point) return found;
  for (let at = from; at < to; at += 10 * MICROS) {
    const value = point.signal(Math.floor(at / MICROS));
    const state = typeof value === 'number' ? (PACKML[value] ?? 'unknown') : (value as MachineState);
    const last = found.at(-1);
    if (last?.state === state) last.to = Math.min(to, at + 10 * MICROS);
    else found.push({ from: at, to: Math.min(to, at + 10 * MICROS), state });
  }
  return found;
}

/** Early 06–14, late 14–22, night 22–06. */
function shift(now: number): [number, number, string] {
  const hour = Math.floor(hourOf(now / MICROS));
  const begin = new Date(now / 1000);
  const start = hour < 6 ? -2 : hour < 14 ? 6 : hour < 22 ? 14 : 22;
  begin.setHours(start, 0, 0, 0);
  const from = begin.getTime() * 1000;
  return [from, from + 8 * 3600 * MICROS, start === 6 ? 'Early shift' : start === 14 ? 'Late shift' : 'Night shift'];
}

const NO_ENERGY: EnergyView = {
  power: null,
  solar: null,
  standby: null,
  today: null,
  solar_share: null,
  cost: null,
  hours: [],
  points: [],
};

export function energy(world: World): EnergyView {
  const of = (name: string, key: string) =>
    world.builder.devices.find((d) => d.view.name === name)?.points.find((p) => p.view.key === key);
  const used = of('Meter', 'power');
  const roof = of('Solar', 'power');
  if (!used || !roof) return NO_ENERGY;
  const hour = Math.floor(hourOf(Date.now() / 1000));
  const begin = new Date();
  const hours = Array.from({ length: hour + 1 }, (_, h) => {
    const at = begin.setHours(h, 30, 0, 0) / 1000;
    return { hour: h, used: Number(used.signal(at)) / 1000, solar: Number(roof.signal(at)) / 1000 };
  });
  const today = hours.reduce((sum, h) => sum + h.used, 0);
  const covered = hours.reduce((sum, h) => sum + Math.min(h.used, h.solar), 0);
  return {
    power: world.number(used.view.id),
    solar: world.number(roof.view.id),
    standby: 180,
    today,
    solar_share: covered / today,
    cost: today * 0.32,
    hours,
    points: [used.view.id, roof.view.id],
  };
}
