/** The made-up world: devices with their current values, commands that are confirmed after a moment, alarms. */
import type { AlarmView } from '../gen/AlarmView';
import type { Cover } from '../gen/Cover';
import type { CommandView } from '../gen/CommandView';
import type { Condition } from '../gen/Condition';
import type { Quality } from '../gen/Quality';
import type { Value } from '../gen/Value';
import { TroubleError } from '../trouble';
import { Builder, type FakeDevice, type FakePoint } from './build';
import { buildHome } from './home';
import { empty, offline } from './settings';
import { buildPlant, type FakeLine } from './plant';

export const MICROS = 1_000_000;

/** The code of the made-up alarm panel. */
const FAKE_CODE = '1234';
/** How long a fake device takes to confirm, in ms. */
const CONFIRM_MS = 900;

export interface Reading {
  value: Value;
  quality: Quality;
  at: number;
}

export class World {
  readonly builder = new Builder();
  readonly lines: FakeLine[];
  readonly points = new Map<number, { device: FakeDevice; point: FakePoint }>();
  readonly overrides = new Map<number, { value: Value; at: number }>();
  readonly commands: CommandView[] = [];
  readonly acknowledged = new Map<number, number>();
  readonly covers = new Map<number, Cover[]>();
  readonly conditions = new Map<number, Condition[]>();
  revisions = { model: 1, alarms: 1, status: 1, commands: 1 };
  readonly #started = Date.now();

  constructor() {
    if (!empty) buildHome(this.builder);
    this.lines = empty ? [] : buildPlant(this.builder);
    for (const device of this.builder.devices) {
      for (const point of device.points) this.points.set(point.view.id, { device, point });
    }
  }

  now(): number {
    return Date.now() * 1000;
  }

  get(id: number): { device: FakeDevice; point: FakePoint } {
    const found = this.points.get(id);
    if (!found) throw new TroubleError('not_found', 'That point is no longer there.');
    return found;
  }

  /** The value of a point at a moment (µs). Last known values are stale in the first second of a run. */
  read(id: number, at = this.now()): Reading {
    const { device, point } = this.get(id);
    const { every, silentFor, signal } = point;
    const phase = (id * 7) % every;
    const reach = at - silentFor * MICROS;
    const t = Math.floor(reach / MICROS / every) * every + phase - (phase > (reach / MICROS) % every ? every : 0);
    const override = this.overrides.get(id);
    const fresh = Date.now() - this.#started > 600;
    const quality: Quality = silentFor > 0 || !device.view.online || !fresh || offline ? 'stale' : 'good';
    if (override && override.at <= at) return { value: override.value, quality, at: Math.max(override.at, t * MICROS) };
    return { value: signal(t), quality, at: t * MICROS };
  }

  number(id: number, at?: number): number {
    const { value } = this.read(id, at);
    return typeof value === 'number' ? value : value === true ? 1 : NaN;
  }

  command(point: number, asked: Value, code: string | null = null): CommandView {
    const { device, point: of } = this.get(point);
    if (!of.view.writable) throw new TroubleError('invalid', `${device.view.name} takes no commands here.`);
    if (!device.view.online) {
      throw new TroubleError('not_connected', `${device.view.name} is offline; the command was not sent.`);
    }
    const now = this.now();
    const made: CommandView = {
      id: this.commands.length + 1,
      point,
      asked_at: now,
      changed_at: now,
      old: this.read(point).value,
      asked,
      confirmed: null,
      outcome: { state: 'sent' },
    };
    this.commands.push(made);
    this.revisions.commands++;
    if (of.view.code?.words.includes(String(asked)) && code !== FAKE_CODE) {
      made.outcome = { state: 'refused', reason: 'the code is not right' };
      return { ...made };
    }
    setTimeout(() => this.#confirm(made), CONFIRM_MS);
    return { ...made };
  }

  #confirm(command: CommandView): void {
    const now = this.now();
    command.changed_at = now;
    this.revisions.commands++;
    const { device, point } = this.get(command.point);
    if (device.view.name === 'Garage door' && command.asked === 'stop') {
      command.outcome = { state: 'timed_out' };
      return;
    }
    command.outcome = { state: 'confirmed' };
    if (point.view.kind === 'action') return;
    command.confirmed = settled(command.asked);
    this.overrides.set(command.point, { value: command.confirmed, at: now });
    this.#follow(device, point, command.confirmed, now);
  }

  /** What a device changes along with a written point: dimming switches on, opening moves the position. */
  #follow(device: FakeDevice, written: FakePoint, value: Value, at: number): void {
    const sibling = (role: string) =>
      device.points.find((p) => p.view.entity === written.view.entity && p.view.role === role);
    const set = (point: FakePoint | undefined, next: Value) => {
      if (point) this.overrides.set(point.view.id, { value: next, at });
    };
    const { role } = written.view;
    if (role === 'brightness' || role === 'speed') set(sibling('switch'), Number(value) > 0);
    if (role === 'open_close') set(sibling('position'), value === 'open' ? 100 : value === 'closed' ? 0 : 50);
    if (role === 'position') set(sibling('open_close'), Number(value) > 0 ? 'open' : 'closed');
    if (role === 'target_temperature') {
      const now = device.points.find((p) => p.view.role === 'current_temperature');
      if (now) set(sibling('activity'), Number(value) > this.number(now.view.id) ? 'heating' : 'idle');
    }
    if (role === 'mode') set(sibling('activity'), value === 'off' ? 'off' : 'heating');
  }

  /** Alarms by limits and by device, computed anew. */
  alarms(): AlarmView[] {
    const now = this.now();
    const found: AlarmView[] = [];
    for (const [id, { device, point }] of this.points) {
      const { limits, unit } = point.view;
      const value = this.number(id);
      const names = ['lo_lo', 'hi_hi', 'lo', 'hi'] as const;
      const broken = names.find((name) => {
        const limit = limits[name];
        return limit !== null && (name.startsWith('lo') ? value <= limit : value >= limit);
      });
      if (!broken) continue;
      const high = broken.startsWith('hi');
      const freezer = device.view.name === 'Freezer';
      found.push(
        this.#alarm(id, device, point, broken, {
          text: freezer
            ? 'Freezer is warming'
            : `${point.view.name || device.view.name} ${high ? 'high' : 'low'}${broken.length > 2 ? `-${high ? 'high' : 'low'}` : ''}`,
          priority:
            broken.length > 2
              ? 'critical'
              : point.view.category === 'diagnostic'
                ? 'low'
                : device.view.realm === 'home'
                  ? 'high'
                  : 'medium',
          value,
          limit: limits[broken],
          unit,
          raised_at: Math.floor(now / 60e6) * 60e6 - 180e6 - id * 1e6,
          response: freezer ? 'Check that its door is shut.' : '',
          consequence: freezer ? 'Food thaws within a few hours.' : '',
          respond_within: freezer ? 7200 * MICROS : null,
        }),
      );
    }
    for (const device of this.builder.devices) {
      if (device.view.online) continue;
      const first = device.points[0];
      if (!first) continue;
      found.push(
        this.#alarm(100_000 + device.view.id, device, first, 'offline', {
          point: null,
          text: `${device.view.name} is offline`,
          priority: 'low',
          raised_at: now - 3 * 3600 * MICROS,
          response: 'Check its battery and whether it is in reach.',
        }),
      );
    }
    const order = ['critical', 'high', 'medium', 'low', 'diagnostic'];
    return found.sort(
      (a, b) =>
        Number(b.state === 'unacknowledged') - Number(a.state === 'unacknowledged') ||
        order.indexOf(a.priority) - order.indexOf(b.priority) ||
        b.raised_at - a.raised_at,
    );
  }

  #alarm(id: number, device: FakeDevice, point: FakePoint, condition: string, more: Partial<AlarmView>): AlarmView {
    const at = this.acknowledged.get(id);
    const raised = more.raised_at ?? 0;
    return {
      id,
      device: device.view.id,
      point: point.view.id,
      condition,
      state: at === undefined ? 'unacknowledged' : 'acknowledged',
      priority: 'medium',
      text: '',
      device_name: device.view.name,
      place_name: this.path(device.view.place),
      realm: device.view.realm,
      covers: this.covers.get(id) ?? [],
      response: '',
      consequence: '',
      respond_within: null,
      class: '',
      group: '',
      late: false,
      first: false,
      settling: false,
      called_at: raised,
      value: null,
      limit: null,
      unit: null,
      raised_at: raised,
      changed_at: at ?? raised,
      count: 1,
      demo: true,
      urgent: false,
      ...more,
    };
  }

  path(place: number | null): string {
    const names: string[] = [];
    for (let id = place; id !== null;) {
      const found = this.builder.places.find((p) => p.id === id);
      if (!found) break;
      if (found.kind !== 'home') names.unshift(found.name);
      id = found.parent;
    }
    return names.join(' › ');
  }
}

/** The state a command ends in: `open` stays, `lock` becomes `locked`. */
function settled(asked: Value): Value {
  const ends: Record<string, string> = {
    close: 'closed',
    stop: 'stopped',
    lock: 'locked',
    unlock: 'unlocked',
    open: 'open',
    disarm: 'disarmed',
    arm_home: 'armed_home',
    arm_away: 'armed_away',
    arm_night: 'armed_night',
  };
  return typeof asked === 'string' && Object.hasOwn(ends, asked) ? (ends[asked] ?? asked) : asked;
}
