import { describe, expect, it } from 'vitest';
import { Builder, bool, choice, num, press, text, type MakePoint } from '../ipc/fake/build';
import type { Role } from '../ipc/gen/Role';
import { commandWords, guardOrders, guardWords } from './say';
import { moreOf, thingsOf, type ThingKind } from './things';

const still = () => null;
const at = (role: Role, platform: string) => ({ entity: 'e', platform, role, writable: true });

/** Every kind that can be controlled: its points, the tile it gets, and what only the dialog beside the tile has. */
const KINDS: [string, MakePoint[], ThingKind, Role[]][] = [
  ['switch', [bool('s', '', still, at('switch', 'switch'))], 'switch', []],
  [
    'light',
    [
      bool('s', '', still, at('switch', 'light')),
      num('b', '', '%', still, at('brightness', 'light')),
      num('w', '', 'K', still, at('color_temperature', 'light')),
      text('c', '', still, at('color', 'light')),
    ],
    'light',
    [],
  ],
  [
    'cover',
    [
      choice('s', '', ['open', 'closed'], still, at('open_close', 'cover')),
      num('p', '', '%', still, at('position', 'cover')),
      num('t', '', '%', still, at('tilt', 'cover')),
    ],
    'cover',
    ['tilt'],
  ],
  ['valve', [choice('s', '', ['open', 'closed'], still, at('open_close', 'valve'))], 'cover', []],
  [
    'climate',
    [
      num('n', '', '°C', still, { ...at('current_temperature', 'climate'), writable: false }),
      num('t', '', '°C', still, at('target_temperature', 'climate')),
      choice('m', '', ['off', 'heat'], still, at('mode', 'climate')),
      choice('f', '', ['low', 'high'], still, at('fan_mode', 'climate')),
    ],
    'climate',
    ['mode', 'fan_mode'],
  ],
  [
    'water heater',
    [
      num('t', '', '°C', still, at('target_temperature', 'water_heater')),
      bool('s', '', still, at('switch', 'water_heater')),
      choice('m', '', ['off', 'eco'], still, at('mode', 'water_heater')),
    ],
    'climate',
    ['mode'],
  ],
  [
    'humidifier',
    [
      bool('s', '', still, at('switch', 'humidifier')),
      num('h', '', '%', still, at('target_humidity', 'humidifier')),
      choice('m', '', ['auto', 'baby'], still, at('mode', 'humidifier')),
    ],
    'climate',
    ['mode'],
  ],
  [
    'fan',
    [
      bool('s', '', still, at('switch', 'fan')),
      num('p', '', '%', still, at('speed', 'fan')),
      bool('o', '', still, at('oscillation', 'fan')),
      choice('d', '', ['forward', 'reverse'], still, at('direction', 'fan')),
    ],
    'fan',
    ['oscillation', 'direction'],
  ],
  ['lock', [choice('l', '', ['locked', 'unlocked'], still, at('lock', 'lock'))], 'lock', []],
  [
    'vacuum',
    [
      choice('a', '', ['docked', 'cleaning'], still, { ...at('activity', 'vacuum'), writable: false }),
      choice('t', '', ['start', 'pause', 'stop', 'locate'], still, at('task', 'vacuum')),
      choice('p', '', ['low', 'max'], still, at('speed', 'vacuum')),
    ],
    'vacuum',
    ['task', 'speed'],
  ],
  [
    'lawn mower',
    [
      choice('a', '', ['docked', 'mowing'], still, { ...at('activity', 'lawn_mower'), writable: false }),
      choice('t', '', ['start_mowing', 'pause', 'dock'], still, at('task', 'lawn_mower')),
    ],
    'vacuum',
    [],
  ],
  [
    'siren',
    [
      bool('s', '', still, at('switch', 'siren')),
      choice('t', '', ['bell'], still, at('tone', 'siren')),
      num('v', '', null, still, at('volume', 'siren')),
    ],
    'switch',
    ['tone', 'volume'],
  ],
  ['alarm panel', [choice('a', '', ['disarmed'], still, at('alarm_panel', 'alarm_control_panel'))], 'alarm', []],
  ['number', [num('n', '', 'h', still, at('value', 'number'))], 'setpoint', []],
  ['select', [choice('n', '', ['a', 'b'], still, at('value', 'select'))], 'choice', []],
  ['text', [text('n', '', still, at('value', 'text'))], 'text', []],
  ['button', [press('n', '')], 'press', []],
];

describe('kinds', () => {
  it.each(KINDS)('%s gets its tile and leaves nothing out of reach', (name, points, kind, more) => {
    const builder = new Builder();
    const [thing, ...others] = thingsOf(builder.device(name, null, points).view);
    expect(others).toEqual([]);
    expect(thing?.kind).toBe(kind);
    expect(moreOf(thing!).map((point) => point.role)).toEqual(more);
  });
});

describe('alarm panels', () => {
  const all = ['disarm', 'arm_home', 'arm_away', 'arm_night', 'arm_vacation', 'trigger'];
  it.each([
    ['disarmed', ['arm_home', 'arm_away', 'arm_night']],
    ['armed_away', ['disarm']],
    ['triggered', ['disarm']],
    ['pending', ['disarm']],
    [null, ['arm_home', 'arm_away', 'arm_night']],
  ])('when %s offers %j', (state, offered) => expect(guardOrders(state, all)).toEqual(offered));

  it('says what it guards', () => {
    expect(['disarmed', 'armed_away', 'triggered', 'odd_state', null].map(guardWords)).toEqual([
      'not armed',
      'armed, away',
      'ALARM',
      'odd state',
      'not known',
    ]);
  });
});

describe('what became of a command', () => {
  const base = { id: 1, point: 1, asked_at: 0, changed_at: 0, old: null, asked: 'open', confirmed: null };
  it.each([
    ['is under way', { ...base, outcome: { state: 'accepted' as const } }, false, 'under way…'],
    ['is done', { ...base, confirmed: 'open', outcome: { state: 'confirmed' as const } }, false, 'done'],
    ['was only sent', { ...base, outcome: { state: 'confirmed' as const } }, true, 'sent'],
    ['had no answer', { ...base, outcome: { state: 'timed_out' as const } }, false, 'no answer from the device'],
    [
      'stuck on its way',
      { ...base, confirmed: 'opening', outcome: { state: 'timed_out' as const } },
      false,
      'did not get there, last opening',
    ],
    ['was refused', { ...base, outcome: { state: 'refused' as const, reason: 'it is jammed' } }, false, 'it is jammed'],
  ])('%s', (_, command, optimistic, words) => expect(commandWords(command, optimistic)).toBe(words));
});
