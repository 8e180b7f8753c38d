/**
 * From a device's points to the things that people see: a lamp with its dimmer, a thermostat, a blind, a washer. What a
 * thing is follows from the roles of its points, so that every convention gets the same tiles.
 */
import type { DeviceView } from '../ipc/gen/DeviceView';
import type { PointView } from '../ipc/gen/PointView';
import type { Role } from '../ipc/gen/Role';

export type ThingKind =
  | 'climate'
  | 'light'
  | 'cover'
  | 'lock'
  | 'alarm'
  | 'fan'
  | 'vacuum'
  | 'switch'
  | 'appliance'
  | 'choice'
  | 'press'
  | 'setpoint'
  | 'text'
  | 'reading';

/** One tile. */
export interface Thing {
  /** Unique in the device, lasting as long as its points do. */
  key: string;
  kind: ThingKind;
  device: DeviceView;
  /** The device's name, with the entity's where the device has several. */
  name: string;
  /** By meaning. */
  roles: Partial<Record<Role, PointView>>;
  /** What it mainly says; none for a mere button. */
  main: PointView | undefined;
  /** Further readings, said softly. */
  extra: PointView[];
  /** All buttons of a `press` thing. */
  presses: PointView[];
  /** What can be written of its entity. */
  writable: PointView[];
  /** All points it needs. */
  points: number[];
}

/** Kinds in the order people reach for them. */
const ORDER: ThingKind[] = [
  'climate',
  'light',
  'switch',
  'fan',
  'cover',
  'lock',
  'alarm',
  'vacuum',
  'appliance',
  'choice',
  'setpoint',
  'text',
  'press',
  'reading',
];

/** Shown on tiles: what the device is for and does not ask to be hidden. */
function shown(point: PointView): boolean {
  return !point.hidden && point.category === 'primary' && point.kind !== 'binary';
}

function kindOf(group: readonly PointView[], roles: Thing['roles']): ThingKind {
  const writable = group.some((p) => p.writable);
  if (roles.target_temperature ?? roles.target_humidity ?? roles.target_temperature_low) return 'climate';
  if (roles.brightness ?? (roles.switch && group.some((p) => p.platform === 'light') ? roles.switch : undefined)) {
    return 'light';
  }
  if (roles.open_close ?? (roles.position?.writable ? roles.position : undefined)) return 'cover';
  if (roles.lock) return 'lock';
  if (roles.alarm_panel) return 'alarm';
  if (group.some((p) => p.platform === 'vacuum' || p.platform === 'lawn_mower')) return 'vacuum';
  if (roles.speed ?? (group.some((p) => p.platform === 'fan') ? roles.switch : undefined)) return 'fan';
  if (group.every((p) => p.kind === 'action')) return 'press';
  if (!writable) return 'reading';
  if (roles.switch?.writable) return 'switch';
  const main = group.find((p) => p.writable);
  if (main?.kind === 'bool') return 'switch';
  if (main && (main.options.length > 0 || main.command_options.length > 0)) return 'choice';
  if (main?.kind === 'number') return 'setpoint';
  if (main?.kind === 'text') return 'text';
  return main?.kind === 'action' ? 'press' : 'reading';
}

function isProgress(point: PointView): boolean {
  return point.kind === 'number' && point.unit === '%' && /progress|completion/i.test(`${point.key} ${point.name}`);
}

function isRemaining(point: PointView): boolean {
  return (
    point.kind === 'number' &&
    /^(s|sec|min|h)$/.test(point.unit ?? '') &&
    /remain|left|time_to|finish/i.test(`${point.key} ${point.name}`)
  );
}

/**
 * The order in which readings tell: what has limits first, then states, then what has a class or range, counters last. An
 * inverter or a charger is there for its power; its temperature is its own.
 */
function weight(point: PointView, counted: boolean): number {
  if (point.role !== 'value' && point.role !== 'switch') return 4;
  if (Object.values(point.limits).some((limit) => limit !== null)) return -1;
  if (point.kind === 'bool' && point.class) return 0;
  if (counts(point)) return 5;
  if (counted && point.class === 'power') return 1;
  if (point.class === 'temperature') return 1;
  if (point.kind === 'number' && (point.class ?? point.range)) return 2;
  return 3;
}

/** A counter's total tells nothing at a glance. */
function counts(point: PointView): boolean {
  return point.state_class === 'total_increasing' || point.state_class === 'total';
}

/** All things of a device. */
export function thingsOf(device: DeviceView): Thing[] {
  const groups = new Map<string, PointView[]>();
  const readings: PointView[] = [];
  for (const point of device.points) {
    if (!shown(point)) continue;
    if (point.entity === '' && !point.writable) readings.push(point);
    else {
      const key = point.kind === 'action' ? 'press' : point.entity || `point ${point.key}`;
      const group = groups.get(key);
      if (group) group.push(point);
      else groups.set(key, [point]);
    }
  }
  const things: Thing[] = [];
  for (const [key, group] of groups) {
    const roles: Thing['roles'] = {};
    for (const point of group) roles[point.role] ??= point;
    const kind = kindOf(group, roles);
    if (kind === 'reading') {
      readings.push(...group);
      continue;
    }
    things.push({
      key,
      kind,
      device,
      name: device.name,
      roles,
      main: mainOf(kind, group, roles),
      extra: [],
      presses: kind === 'press' ? group : [],
      writable: group.filter((p) => p.writable),
      points: group.map((p) => p.id),
    });
  }
  const meter = readings.some((p) => p.class === 'energy') && !readings.some((p) => p.kind === 'bool');
  const own = (p: PointView) => (meter && p.class === 'temperature' ? 2 : weight(p, meter));
  readings.sort((a, b) => own(a) - own(b));
  addReadings(device, things, readings);
  if (things.length > 1) {
    for (const thing of things) {
      const own = thing.main?.name ?? '';
      if (own && thing.kind !== 'press' && thing.kind !== 'appliance')
        thing.name = `${device.name} ${own.charAt(0).toLowerCase()}${own.slice(1)}`;
    }
  }
  return things.sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
}

/** Puts readings where they belong: onto an appliance, beside the one control of the device, or into a tile of their own. */
function addReadings(device: DeviceView, things: Thing[], readings: PointView[]): void {
  if (readings.length === 0) return;
  const progress = readings.find(isProgress);
  const remaining = readings.find(isRemaining);
  const state = readings.find((p) => p.kind === 'enum');
  if (state && (progress ?? remaining)) {
    const used = [state, progress, remaining].filter((p) => p !== undefined);
    const press = things.find((t) => t.kind === 'press');
    const switches = things.filter((t) => t.kind === 'switch');
    const [only] = switches;
    // Its one switch starts and stops it, so it belongs onto its tile.
    const running = switches.length === 1 ? only?.main : undefined;
    if (only && running) things.splice(things.indexOf(only), 1);
    things.push({
      key: 'appliance',
      kind: 'appliance',
      device,
      name: device.name,
      roles: running ? { switch: running } : {},
      main: state,
      extra: readings.filter((p) => p !== state),
      presses: press?.presses ?? [],
      writable: [],
      points: [...used, ...(running ? [running] : []), ...(press?.presses ?? [])].map((p) => p.id),
    });
    if (press) things.splice(things.indexOf(press), 1);
    return;
  }
  const control = things.length === 1 ? things[0] : undefined;
  if (control && control.kind !== 'press') {
    control.extra = readings.filter((p) => !counts(p)).slice(0, 2);
    control.points.push(...control.extra.map((p) => p.id));
    return;
  }
  const [main, ...others] = readings;
  const rest = others.filter((p) => !counts(p));
  things.push({
    key: 'readings',
    kind: 'reading',
    device,
    name: device.name,
    roles: {},
    main,
    extra: rest.slice(0, 3),
    presses: [],
    writable: [],
    points: [main, ...rest.slice(0, 3)].flatMap((p) => p?.id ?? []),
  });
}

function mainOf(kind: ThingKind, group: readonly PointView[], roles: Thing['roles']): PointView | undefined {
  switch (kind) {
    case 'climate':
      return roles.current_temperature ?? roles.current_humidity ?? roles.target_temperature ?? roles.target_humidity;
    case 'light':
    case 'fan':
    case 'switch':
      return roles.switch ?? group.find((p) => p.writable);
    case 'cover':
      return roles.open_close ?? roles.position;
    case 'lock':
      return roles.lock;
    case 'alarm':
      return roles.alarm_panel;
    case 'vacuum':
      return roles.activity ?? group.find((p) => !p.writable);
    default:
      return group.find((p) => p.writable) ?? group[0];
  }
}

/** The progress and the time left of an appliance. */
export function progressOf(thing: Thing): { progress: PointView | undefined; remaining: PointView | undefined } {
  return { progress: thing.extra.find(isProgress), remaining: thing.extra.find(isRemaining) };
}

/** Things of a room in the order people reach for them; those in `first` (alarmed) before all others. */
export function inOrder(things: readonly Thing[], first: (thing: Thing) => boolean): Thing[] {
  const rank = (t: Thing) => (first(t) ? -1 : ORDER.indexOf(t.kind));
  return [...things].sort((a, b) => rank(a) - rank(b));
}

/** What a lamp can besides on, off and dimming. */
export function lightMore(thing: Thing): Partial<Record<'warmth' | 'colour' | 'effect', PointView>> {
  if (thing.kind !== 'light') return {};
  const { color, color_temperature: warmth, effect } = thing.roles;
  return {
    ...(warmth?.writable ? { warmth } : {}),
    ...(color?.writable ? { colour: color } : {}),
    ...(effect?.writable && choicesOf(effect).length > 0 ? { effect } : {}),
  };
}

/** Orders that a robot's tile has room for. */
export const MOST_ORDERS = 3;

/** What can be written of a thing that its tile has no control for: modes, tilt, tones. A lamp's has a dialog of its own. */
export function moreOf(thing: Thing): PointView[] {
  const { roles } = thing;
  const own: (PointView | undefined)[] = [thing.main, roles.switch];
  switch (thing.kind) {
    case 'climate':
      own.push(setPointOf(thing));
      break;
    case 'light':
      own.push(roles.brightness, ...Object.values(lightMore(thing)));
      break;
    case 'cover':
      own.push(roles.position);
      break;
    case 'fan':
      if (roles.speed?.kind === 'number') own.push(roles.speed);
      break;
    case 'vacuum':
      if (roles.task && choicesOf(roles.task).length <= MOST_ORDERS) own.push(roles.task);
      break;
    case 'press':
      return [];
    default:
      break;
  }
  return thing.writable.filter((point) => !own.includes(point));
}

/** The set point that a thermostat's, a boiler's or a humidifier's tile turns. */
export function setPointOf(thing: Thing): PointView | undefined {
  return thing.roles.target_temperature ?? thing.roles.target_humidity ?? thing.roles.target_temperature_low;
}

/** What may be sent to an options point: its command's own words, else the values it can have. */
export function choicesOf(point: PointView): string[] {
  return point.command_options.length > 0 ? point.command_options : point.options;
}
