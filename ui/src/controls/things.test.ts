import { describe, expect, it } from 'vitest';
import { Builder } from '../ipc/fake/build';
import { buildHome } from '../ipc/fake/home';
import type { PointView } from '../ipc/gen/PointView';
import { choicesOf, inOrder, lightMore, progressOf, thingsOf, type Thing } from './things';
import { applianceWords, climateWords, commandWords, coverWords, inMicros, works } from './say';
import { stepped } from './steps';

const builder = new Builder();
buildHome(builder);
const device = (name: string) => builder.devices.find((d) => d.view.name === name)!.view;
const kinds = (name: string) => thingsOf(device(name)).map((t) => t.kind);

describe('things', () => {
  it.each([
    ['Thermostat', ['climate']],
    ['Ceiling', ['light']],
    ['Television', ['switch']],
    ['Washer', ['appliance']],
    ['Blind', ['cover']],
    ['Garage door', ['cover']],
    ['Front door', ['lock']],
    ['Fan', ['fan']],
    ['Scenes', ['press']],
    ['Fridge', ['reading']],
    ['Leak under the sink', ['reading']],
  ])('%s is %j', (name, expected) => expect(kinds(name)).toEqual(expected));

  it('shows neither settings nor diagnostics nor what asks to be hidden', () => {
    const [air] = thingsOf(device('Kitchen air'));
    expect(air?.extra.map((p) => p.key)).toEqual(['humidity']);
    const hidden = structuredClone(device('Fridge'));
    hidden.points.forEach((p) => (p.hidden = true));
    expect(thingsOf(hidden)).toEqual([]);
  });

  it('says the power of a plug, not the total of its counter', () => {
    expect(thingsOf(device('Television'))[0]?.extra.map((p) => p.key)).toEqual(['power']);
    expect(thingsOf(device('Meter'))[0]?.extra).toEqual([]);
  });

  it('puts the switch of an appliance onto its tile', () => {
    const washer = structuredClone(device('Washer'));
    const [first] = washer.points;
    washer.points = washer.points.filter((p) => p.kind !== 'action');
    washer.points.push({
      ...first!,
      id: 9001,
      key: 'running',
      kind: 'bool',
      role: 'switch',
      writable: true,
      entity: 'r',
    });
    const things = thingsOf(washer);
    expect(things.map((t) => [t.kind, t.name, t.roles.switch?.id])).toEqual([['appliance', 'Washer', 9001]]);
    expect(things[0]?.points).toContain(9001);
  });

  it('knows a robot by its platform and does not take its speed for a fan', () => {
    const robot = structuredClone(device('Fan'));
    const base = { ...robot.points[0]!, entity: 'v', platform: 'vacuum', options: [] };
    robot.points = [
      { ...base, id: 1, key: 'v', kind: 'enum', role: 'activity', writable: false },
      { ...base, id: 2, key: 'v/task', kind: 'enum', role: 'task', writable: true, command_options: ['start', 'stop'] },
      { ...base, id: 3, key: 'v/fan_speed', kind: 'enum', role: 'speed', writable: true },
    ];
    expect(thingsOf(robot).map((t) => [t.kind, t.main?.id, t.roles.task?.id])).toEqual([['vacuum', 1, 2]]);
  });

  it('tells the power of an inverter before its temperature and its counter', () => {
    const meter = structuredClone(device('Fridge'));
    const base = { ...meter.points[0]!, entity: '', limits: { lo_lo: null, lo: null, hi: null, hi_hi: null } };
    meter.points = [
      { ...base, id: 1, key: 'e', class: 'energy', state_class: 'total_increasing' },
      { ...base, id: 2, key: 't', class: 'temperature', state_class: 'measurement' },
      { ...base, id: 3, key: 'p', class: 'power', state_class: 'measurement' },
    ];
    expect(thingsOf(meter)[0]?.main?.key).toBe('p');
  });

  it('puts what has limits first', () => expect(thingsOf(device('Fridge'))[0]?.main?.key).toBe('temperature'));

  it('watches every point that it shows', () => {
    for (const { view } of builder.devices) {
      for (const thing of thingsOf(view)) {
        const needed = [thing.main, ...thing.presses, ...Object.values(thing.roles)].flatMap((p) => p?.id ?? []);
        expect(thing.points).toEqual(expect.arrayContaining(needed));
        if (thing.kind !== 'appliance') {
          expect(thing.points).toEqual(expect.arrayContaining(thing.extra.map((p) => p.id)));
        }
      }
    }
  });

  it('finds progress and time left', () => {
    const [washer] = thingsOf(device('Washer'));
    const parts = progressOf(washer!);
    expect([parts.progress?.key, parts.remaining?.key]).toEqual(['progress', 'remaining']);
    expect(washer?.presses.map((p) => p.key)).toEqual(['start']);
  });

  it('names several things of one device apart', () => {
    const two = structuredClone(device('Ceiling'));
    two.points = [
      { ...two.points[0]!, id: 1, entity: 'l1', name: 'Left' },
      { ...two.points[0]!, id: 2, entity: 'l2', name: 'Right' },
    ];
    expect(thingsOf(two).map((t) => t.name)).toEqual(['Ceiling left', 'Ceiling right']);
  });

  it('brings what is in alarm to the front', () => {
    const all = [...thingsOf(device('Ceiling')), ...thingsOf(device('Fridge'))];
    expect(inOrder(all, (t) => t.kind === 'reading').map((t) => t.name)).toEqual(['Fridge', 'Ceiling']);
  });

  it('offers the words of the command', () => {
    expect(choicesOf(device('Blind').points[0]!)).toEqual(['open', 'close', 'stop']);
    expect(choicesOf(device('Thermostat').points[2]!)).toContain('heat');
  });
});

describe('words', () => {
  it('speaks of covers, climates and appliances', () => {
    expect(coverWords('opening', 40)).toBe('opening…');
    expect(coverWords('open', 40)).toBe('40 % open');
    expect(coverWords(null, NaN)).toBe('not known');
    expect(climateWords('heating', 'heat', '22')).toBe('heating to 22');
    expect(climateWords('idle', 'heat', '22')).toBe('set to 22');
    expect(climateWords(null, 'off', '22')).toBe('off');
    expect(applianceWords('washing', inMicros(34, 'min'), 0)).toBe('34 min left, washing');
    expect(applianceWords('done', undefined, 1200e6)).toBe('done 20 min ago');
    expect(applianceWords(null, undefined, 0)).toBe('not known');
    expect([works('running'), works('done'), works('off'), works('docked'), works(null)]).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
    expect(inMicros(3, 'parsecs')).toBeUndefined();
  });
  it('tells how far a command is', () => {
    const command = { id: 1, point: 1, asked_at: 0, changed_at: 0, old: null, asked: true, confirmed: null };
    expect(commandWords({ ...command, outcome: { state: 'sent' } })).toBe('sent, waiting…');
    expect(commandWords({ ...command, outcome: { state: 'refused', reason: 'The broker is away.' } })).toBe(
      'The broker is away.',
    );
    expect(commandWords(undefined)).toBe('');
  });
});

describe('steps', () => {
  it('goes by the step, onto its grid, within the range', () => {
    expect(stepped(21.3, 1, 0.5, [7, 30])).toBe(22);
    expect(stepped(21.5, -1, 0.5, [7, 30])).toBe(21);
    expect(stepped(30, 1, 0.5, [7, 30])).toBe(30);
    expect(stepped(0.1, 1, 0.1, null)).toBe(0.2);
  });
  it('finds a sensible step where there is none', () => {
    expect(stepped(100, 1, null, [0, 200])).toBe(102);
    expect(stepped(5, 1, null, null)).toBe(6);
  });
});

describe('a lamp', () => {
  it('offers what it can besides on, off and dimming, and no other thing does', () => {
    const lamp = (writable: boolean): Thing => ({
      key: 'light',
      kind: 'light',
      device: {} as Thing['device'],
      name: 'Lamp',
      roles: {
        color: { role: 'color', writable, options: [], command_options: [] } as unknown as PointView,
        effect: { role: 'effect', writable, options: [], command_options: [] } as unknown as PointView,
      },
      main: undefined,
      extra: [],
      presses: [],
      writable: [],
      points: [],
    });
    expect(Object.keys(lightMore(lamp(true)))).toEqual(['colour']);
    expect(lightMore(lamp(false))).toEqual({});
    expect(lightMore({ ...lamp(true), kind: 'fan' })).toEqual({});
  });
});
