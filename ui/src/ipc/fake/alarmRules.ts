/** Rules, defaults and groups of the made-up world. */
import type { Commands } from '../commands';
import type { AlarmDefaults } from '../gen/AlarmDefaults';
import type { AlarmGroup } from '../gen/AlarmGroup';
import type { AlarmRule } from '../gen/AlarmRule';
import type { Condition } from '../gen/Condition';
import type { ConditionOrigin } from '../gen/ConditionOrigin';
import type { DefaultSortView } from '../gen/DefaultSortView';
import type { PointPattern } from '../gen/PointPattern';
import type { World } from './world';

const SORTS: [string, string, string, 'home' | 'plant' | null, number][] = [
  ['smoke', 'Smoke', 'At once, when a detector reports smoke.', null, 2],
  ['carbon_monoxide', 'Carbon monoxide', 'At once, when a detector reports it.', null, 0],
  ['moisture', 'Water leak', 'At once, when a sensor turns wet.', null, 1],
  ['freezer', 'Freezer is warming', 'Warmer than −15 °C for 10 minutes.', 'home', 1],
  ['night', 'Door open at night', 'A door, gate or garage is open for 10 minutes between 22:00 and 6:00.', 'home', 3],
  ['battery', 'Battery low', '15 % or less, or reported as low, for a minute.', null, 9],
  ['offline', 'Device offline', 'At home for 10 minutes, in a plant for 15 seconds.', null, 41],
  ['announced', 'Limits that a device announces', 'Beyond the limits that the device itself sent.', null, 24],
  ['machine_fault', 'Machine fault', 'A machine’s state says so.', 'plant', 12],
  ['stock', 'Stock below reorder point', 'At or below it for a minute.', 'plant', 4],
];

const state: { rules: AlarmRule[]; defaults: AlarmDefaults; groups: AlarmGroup[] } = {
  rules: [],
  defaults: { off: [], all_off: false },
  groups: [],
};

export function originOf(condition: Condition): ConditionOrigin {
  const name = condition.default ? 'Limits that a device announces' : '';
  return { condition: condition.kind, own: !condition.default, name, by_rule: false, below: null };
}

function like(pattern: string, text: string): boolean {
  if (pattern.trim() === '') return true;
  const plain = pattern.trim().replace(/[.?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${plain.replaceAll('+', '[^/]*').replaceAll('*', '.*')}$`, 'i').test(text);
}

type Names = 'alarm_rules' | 'save_alarm_rules' | 'save_alarm_defaults' | 'save_alarm_groups' | 'matching_points';
type Answers = { [K in Names | 'try_alarm_rule']: (args: Commands[K][0]) => Commands[K][1] };

export function alarmRuleAnswers(world: World): Answers {
  const matching = (pattern: PointPattern) =>
    world.builder.devices.flatMap(({ view }) =>
      view.points
        .filter(
          (point) =>
            like(pattern.class, point.class ?? '') &&
            like(pattern.device, view.name) &&
            like(pattern.point, point.name) &&
            like(pattern.unit, point.unit ?? '') &&
            (pattern.realm === null || pattern.realm === view.realm),
        )
        .map((point) => ({ id: point.id, name: `${view.name}${point.name ? ` · ${point.name}` : ''}` })),
    );
  return {
    alarm_rules: () => ({
      rules: state.rules,
      counts: state.rules.map((rule) => {
        const points = matching(rule.pattern).length;
        return { points, holds: rule.on ? points : 0 };
      }),
      defaults: SORTS.map(([id, name, about, realm, holds]): DefaultSortView => {
        const off = state.defaults.off.includes(id);
        return { id, name, about, realm, off, holds: off || state.defaults.all_off ? 0 : holds };
      }),
      all_off: state.defaults.all_off,
      groups: groups(world),
    }),
    save_alarm_rules: ({ rules }) => {
      state.rules = rules;
      return null;
    },
    save_alarm_defaults: ({ defaults }) => {
      state.defaults = defaults;
      return null;
    },
    save_alarm_groups: ({ groups: next }) => {
      state.groups = next;
      return null;
    },
    matching_points: ({ pattern }) => {
      const found = matching(pattern);
      return { points: found.length, examples: found.slice(0, 5).map(({ name }) => name) };
    },
    try_alarm_rule: ({ rule }) => {
      const found = matching(rule.pattern);
      const most = found.slice(0, 4).map(({ id, name }, i) => ({ point: id, name, count: 9 - 2 * i }));
      const count = most.reduce((sum, it) => sum + it.count, 0);
      return { points: found.length, tried: found.length, count, most, since: world.now() - 7 * 86_400e6 };
    },
  };
}

function groups(world: World) {
  const members = world
    .alarms()
    .slice(0, 3)
    .map((alarm) => ({
      key: { device: alarm.device, point: alarm.point, condition: alarm.condition },
      text: alarm.text,
      device_name: alarm.device_name,
      state: alarm.state,
    }));
  const usual: AlarmGroup = { name: 'Line 2', window: 10e6, leader: { by: 'nobody' } };
  const named = state.groups.some(({ name }) => name === usual.name) ? state.groups : [usual, ...state.groups];
  return named.map((group) => ({
    group,
    set: state.groups.includes(group),
    leads: false,
    members: group.name === usual.name ? members : [],
    count: group.name === usual.name ? members.length : 0,
  }));
}
