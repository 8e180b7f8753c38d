/** Answers every command from the made-up world. */
import { encodeFrame } from '../../live/frame';
import type { Host } from '../client';
import type { ByteCommands, Commands } from '../commands';
import type { BrokerView } from '../gen/BrokerView';
import type { Condition } from '../gen/Condition';
import type { JournalLine } from '../gen/JournalLine';
import { TroubleError } from '../trouble';
import * as exchange from './exchange';
import { explore, published, rawMessage } from './explorer';
import { counts, history, marks, states, stats } from './history';
import { energy, lines } from './insight';
import { keepingAnswers, repairText } from './keeping';
import { alarmRuleAnswers, originOf } from './alarmRules';
import { quietNow, reachAnswers } from './reach';
import { brokerView, embedded, preferences, startingBrokers } from './settings';
import * as record from './record';
import { previewed, taught } from './taught';
import { removeTrend, saveTrend, savedTrends } from './trends';
import { World } from './world';

type Answers = { [K in keyof Commands]: (args: Commands[K][0]) => Commands[K][1] };

export function createHost(): Host {
  const world = new World();
  const brokers: BrokerView[] = startingBrokers(world.now());
  let watched: number[] = [];
  let cursor = 0;
  /** What each watched point last told, so that a frame holds only changes. */
  const told = new Map<number, string>();
  let alarmKey = '';

  function device(id: number) {
    const found = world.builder.devices.find((d) => d.view.id === id);
    if (!found) throw new TroubleError('not_found', 'That device is no longer there.');
    return found;
  }

  function changed() {
    world.revisions.model++;
    world.revisions.status++;
  }

  function conditions(id: number): Condition[] {
    const own = world.conditions.get(id);
    if (own) return own;
    const { point } = world.get(id);
    const names = ['lo_lo', 'lo', 'hi', 'hi_hi'] as const;
    return names.flatMap((kind): Condition[] => {
      const limit = point.view.limits[kind];
      if (limit === null) return [];
      const text = `${point.view.name || 'Value'} ${kind.startsWith('lo') ? 'low' : 'high'}`;
      const priority = kind.length > 2 ? ('critical' as const) : ('high' as const);
      const delays = { deadband: 0.1, on_delay: 5e6, off_delay: 0 };
      return [{ kind, limit, ...PLAIN, ...delays, priority, text, default: true }];
    });
  }

  const answers: Answers = {
    about: () => ({ version: '0.1.0', keychain: false, keychain_note: 'No keychain runs on this desktop.' }),
    preferences: () => preferences.now,
    save_preferences: ({ preferences: next }) => {
      preferences.now = next;
      return null;
    },
    status: () => ({
      rev: world.revisions.status,
      devices: world.builder.devices.length,
      points: world.points.size,
      online: world.builder.devices.filter((d) => d.view.online).length,
      diagnoses: 1,
      demo: true,
      brokers: brokers.map((b) => ({
        ...b,
        messages: b.messages + (b.embedded ? Math.round((Date.now() % 1e7) / 25) : 0),
      })),
      stored: 1_204_332,
      repair: repairText(),
      trouble: '',
      notes: [],
      quiet: quietNow(),
    }),
    model: ({ since }) => ({
      rev: world.revisions.model,
      full: since !== world.revisions.model,
      places: world.builder.places.map((p) => ({ ...p })),
      places_changed: true,
      devices: world.builder.devices.map((d) => ({
        ...d.view,
        last_seen: Math.max(0, ...d.points.map((p) => world.read(p.view.id).at)),
        points: d.points.map((p) => ({ ...p.view })),
      })),
      removed: [],
    }),
    watch: ({ points }) => {
      const before = new Set(watched);
      for (const point of points) if (!before.has(point)) told.delete(point);
      watched = points.filter((p) => world.points.has(p));
      return null;
    },
    alarms: () => {
      const all = world.alarms();
      const alarms = all.filter((a) => a.covers.length === 0);
      const covered = all.filter((a) => a.covers.length > 0);
      const count = (open: boolean) => {
        const counts: [number, number, number, number, number] = [0, 0, 0, 0, 0];
        for (const a of alarms) {
          if (open && a.state !== 'unacknowledged') continue;
          counts[['critical', 'high', 'medium', 'low', 'diagnostic'].indexOf(a.priority)]!++;
        }
        return counts;
      };
      return {
        rev: world.revisions.alarms,
        alarms,
        covered,
        unacknowledged: count(true),
        active: count(false),
        flood: record.flood(world),
      };
    },
    acknowledge: ({ alarms }) => {
      for (const id of alarms) world.acknowledged.set(id, world.now());
      world.revisions.alarms++;
      return alarms.length;
    },
    alarm_act: ({ alarms, act }) => {
      const now = world.now();
      const kind =
        act.act === 'shelve' || act.act === 'unshelve'
          ? 'shelved'
          : act.act === 'suppress' || act.act === 'unsuppress'
            ? 'suppressed'
            : 'out_of_service';
      for (const id of alarms) {
        if (act.act === 'acknowledge') world.acknowledged.set(id, now);
        const rest = (world.covers.get(id) ?? []).filter((c) => c.kind !== kind);
        if ('reason' in act) {
          const until = 'until' in act ? act.until : null;
          rest.push({ kind, since: now, until, once: 'once' in act && act.once, reason: act.reason, who: 'you' });
        }
        world.covers.set(id, rest);
      }
      world.revisions.alarms++;
      return alarms.length;
    },
    journal: ({ filter }) => {
      const all = journal(world);
      const search = filter.search.toLowerCase();
      return all
        .filter(
          (l) =>
            (filter.before === null || l.seq < filter.before) &&
            (filter.device === null || l.device === filter.device) &&
            (filter.point === null || l.point === filter.point) &&
            (filter.alarm === null || l.alarm === filter.alarm) &&
            (filter.transitions.length === 0 || filter.transitions.includes(l.transition)) &&
            (filter.states.length === 0 || filter.states.includes(l.state)) &&
            (filter.place === null || record.isWithin(world, l.device, filter.place)) &&
            (filter.from === null || l.at >= filter.from) &&
            (filter.to === null || l.at < filter.to) &&
            (filter.priorities.length === 0 || filter.priorities.includes(l.priority)) &&
            `${l.text} ${l.device_name} ${l.place_name}`.toLowerCase().includes(search),
        )
        .slice(0, filter.limit);
    },
    export_journal: () => exchange.begin('journal', '/home/you/hearthline-alarms.csv', world.now()),
    verify_journal: ({ known }) => record.verified(world, journal(world).length, known),
    journal_keep: () => record.keep(world, journal(world).length),
    save_journal_keep: ({ years }) => record.saveKeep(years),
    performance: (range) => record.performance(world, journal(world), range.from, range.to),
    advise: ({ point, condition }) => record.advice(world, point, condition),
    alarm_report: ({ format }) => `/home/you/hearthline-alarm-report.${format}`,
    conditions: ({ point }) => ({
      point,
      conditions: conditions(point),
      origins: conditions(point).map(originOf),
      alarms: world.alarms().filter((a) => a.point === point),
    }),
    try_conditions: ({ conditions: tried }) =>
      tried
        .filter((c) => !c.disabled)
        .map((c, i) => ({
          condition: c.kind,
          count: i * 7,
          spans: Array.from({ length: i * 7 }, (_, n): [number, number] => {
            const from = world.now() - (n + 1) * 21 * 3600e6;
            return [from, from + 1800e6];
          }).reverse(),
          since: world.now() - 7 * 86_400e6,
        })),
    save_conditions: ({ point, conditions: next }) => {
      if (next) world.conditions.set(point, next);
      else world.conditions.delete(point);
      const { limits } = world.get(point).point.view;
      for (const kind of ['lo_lo', 'lo', 'hi', 'hi_hi'] as const) {
        const found = next?.find((c) => c.kind === kind && !c.disabled);
        if (next) limits[kind] = found && 'limit' in found ? found.limit : null;
      }
      changed();
      return null;
    },
    ...alarmRuleAnswers(world),
    command: ({ point, value, code }) => world.command(point, value, code),
    commands: ({ point, limit }) =>
      world.commands
        .filter((c) => point === null || c.point === point)
        .slice(-limit)
        .reverse()
        .map((c) => ({ ...c })),
    states: ({ point, from, to }) => states(world, point, from, to),
    stats: ({ point, from, to }) => stats(world, point, from, to),
    marks: ({ points, from, to }) => marks(world, points, from, to),
    counts: ({ points, from, to, width }) => counts(world, points, from, to, width),
    cancel_history: () => null,
    saved_trends: savedTrends,
    save_trend: ({ trend }) => saveTrend(trend),
    remove_trend: ({ id }) => removeTrend(id),
    export_history: ({ format }) => exchange.begin('export', `/home/you/hearthline.${format}`, world.now()),
    jobs: () => ({ jobs: exchange.jobs(world.now()) }),
    cancel_job: ({ id }) => exchange.cancel(id, world.now()),
    survey_import: () => exchange.begin('survey', '/home/you/home-assistant_v2.db', world.now()),
    import_preview: ({ survey }) => exchange.preview(survey, [...world.points.keys()][0] ?? 0, world.now()),
    run_import: () => exchange.begin('import', '/home/you/home-assistant_v2.db', world.now()),
    data_info: () => ({
      folder: '/home/you/.local/share/hearthline',
      file: '/home/you/.local/share/hearthline/history.db',
      file_bytes: 48_212_992,
      samples: 21_400_118,
      points: world.points.size,
      oldest: world.now() - 90 * 86_400e6,
      synchronous: 'full',
      refused: 0,
    }),
    save_synchronous: () => null,
    ...reachAnswers(world),
    ...keepingAnswers(world),
    lines: () => lines(world),
    energy: () => energy(world),
    explorer: ({ broker, parent, search, limit }) => explore(world, broker, parent, search, limit),
    raw_message: ({ topic }) => rawMessage(world, topic),
    publish: ({ topic, payload, qos, retain }) => {
      if (/[#+]/.test(topic) || topic === '')
        throw new TroubleError('invalid', 'A topic to publish to has no wildcards.');
      published.set(topic, { payload, qos, retain, at: world.now() });
      return null;
    },
    topic_rules: () => ({ rules: taught.rules }),
    save_topic_rule: ({ rule }) => {
      taught.rules = [...taught.rules.filter((known) => known.id !== rule.id), rule];
      return null;
    },
    remove_topic_rule: ({ id }) => {
      taught.rules = taught.rules.filter((rule) => rule.id !== id);
      return null;
    },
    preview_topic_rule: ({ topic, rule }) => previewed(rule, topic, rawMessage(world, topic)?.payload),
    export_topic_rules: () => '/home/you/hearthline-rules.toml',
    import_topic_rules: () => ({ added: 0, replaced: taught.rules.length }),
    matching_topics: ({ broker, filter, limit }) => explore(world, broker, '', filter.split(/[+#]/)[0] ?? '', limit),
    unknown_topics: ({ broker, limit }) => explore(world, broker, '', 'workshop', limit),
    device_report: ({ device: of }) => ({
      announced: [
        {
          topic: `homeassistant/device/${device(of).view.name.toLowerCase()}/config`,
          payload: JSON.stringify({ dev: { name: device(of).view.name } }),
          truncated: false,
        },
      ],
      text: `Hearthline, report of a device\n\nName: ${device(of).view.name}\n`,
    }),
    diagnoses: ({ device: of }) =>
      world.builder.devices
        .filter((d) => d.view.diagnoses > 0 && (of === null || d.view.id === of))
        .map((d) => ({
          broker: 1,
          device: d.view.id,
          device_name: d.view.name,
          topic: `homeassistant/button/${d.view.name.toLowerCase()}/config`,
          kind: 'template',
          text: 'The value template of “Leaving” could not be read: unexpected end of expression.',
          payload: '{"name":"Leaving","cmd_t":"scene/set","val_tpl":"{{ value_json."}',
          count: 3,
          first_at: world.now() - 7200e6,
          last_at: world.now() - 60e6,
        })),
    save_broker: ({ edit }) => {
      const id = edit.id ?? Math.max(0, ...brokers.map((b) => b.id)) + 1;
      const made = brokerView(id, edit.settings, world.now(), { has_password: !!edit.password });
      const at = brokers.findIndex((b) => b.id === id);
      if (at >= 0) brokers[at] = made;
      else brokers.push(made);
      world.revisions.status++;
      return id;
    },
    remove_broker: ({ broker }) => {
      brokers.splice(0, brokers.length, ...brokers.filter((b) => b.id !== broker));
      world.revisions.status++;
      return null;
    },
    enable_broker: ({ broker, enabled }) => {
      for (const b of brokers) {
        if (b.id === broker)
          Object.assign(b, { phase: enabled ? 'connected' : 'disabled', settings: { ...b.settings, enabled } });
      }
      world.revisions.status++;
      return null;
    },
    test_broker: ({ edit }) =>
      edit.settings.host.endsWith('.local')
        ? {
            fault: 'refused',
            text: `${edit.settings.host} refused the connection. Check that the broker runs there.`,
            messages: 0,
          }
        : { fault: 'none', text: 'Connected, and 42 messages came in.', messages: 42 },
    embedded: () => embedded.now,
    save_embedded: ({ edit }) => {
      if (edit.network && !edit.password)
        throw new TroubleError('invalid', 'Opening the broker to the network needs a password.');
      embedded.now = { ...edit, port: edit.port || 1883, error: '' };
      return embedded.now;
    },
    save_place: ({ edit }) => {
      const id = edit.id ?? Math.max(...world.builder.places.map((p) => p.id)) + 1;
      const at = world.builder.places.findIndex((p) => p.id === id);
      const made = { ...edit, id, position: id };
      if (at >= 0) world.builder.places[at] = made;
      else world.builder.places.push(made);
      changed();
      return id;
    },
    remove_place: ({ place }) => {
      const { places } = world.builder;
      places.splice(0, places.length, ...places.filter((p) => p.id !== place));
      for (const d of world.builder.devices) if (d.view.place === place) d.view.place = null;
      changed();
      return null;
    },
    rename_device: ({ device: id, name }) => {
      const { view } = device(id);
      view.name = name ?? view.own_name;
      changed();
      return null;
    },
    move_device: ({ device: id, place, realm }) => {
      Object.assign(device(id).view, { place, realm });
      changed();
      return null;
    },
    split_device: ({ device: id }) => {
      const { devices } = world.builder;
      const { view } = device(id);
      const [first, ...others] = view.sources;
      if (!first || !others.length) {
        throw new TroubleError('invalid', 'this device is known in one way only; there is nothing to split');
      }
      Object.assign(view, { sources: [first], convention: first.convention });
      for (const source of others) {
        const next = Math.max(...devices.map((d) => d.view.id)) + 1;
        const { convention } = source;
        devices.push({ points: [], view: { ...view, id: next, sources: [source], convention, points: [] } });
      }
      changed();
      return null;
    },
    join_devices: ({ device: one, other }) => {
      const { devices } = world.builder;
      const [stays, goes] = one < other ? [device(one), device(other)] : [device(other), device(one)];
      if (stays === goes) throw new TroubleError('invalid', 'choose another device to join this one with');
      stays.view.sources = [...stays.view.sources, ...goes.view.sources];
      stays.points.push(...goes.points);
      stays.view.points = stays.points.map((p) => p.view);
      devices.splice(devices.indexOf(goes), 1);
      changed();
      return null;
    },
    remove_device: ({ device: id }) => {
      const { devices } = world.builder;
      devices.splice(0, devices.length, ...devices.filter((d) => d.view.id !== id));
      changed();
      return null;
    },
  };

  function frame(since: number): ArrayBuffer {
    if (since !== cursor) told.clear();
    cursor = (cursor + 1) >>> 0;
    const key = world
      .alarms()
      .map((a) => `${a.id}${a.condition}`)
      .join();
    if (key !== alarmKey) {
      alarmKey = key;
      world.revisions.alarms++;
    }
    const records = watched.flatMap((point) => {
      const reading = world.read(point);
      const mark = `${reading.at}/${reading.quality}/${String(reading.value)}`;
      if (told.get(point) === mark) return [];
      told.set(point, mark);
      return [{ point, ...reading }];
    });
    return encodeFrame({ cursor, revisions: { ...world.revisions }, now: world.now() }, records);
  }

  const byteAnswers: { [K in keyof ByteCommands]: (args: ByteCommands[K]) => ArrayBuffer } = {
    frame: ({ cursor: since }) => frame(since),
    history: ({ points, from, to, width }) => history(world, points, from, to, width),
  };

  // Errors must reject, not throw, as the shell's do.
  return {
    call: async (name, args) => structuredClone(answers[name](args)),
    callBytes: async (name, args) => byteAnswers[name](args),
    send: async () => '/home/you/hearthline-trend.png',
  };
}

const PLAIN = {
  deadband: 0,
  on_delay: 0,
  off_delay: 0,
  response: '',
  consequence: '',
  respond_within: null,
  class: '',
  group: '',
  latching: false,
  no_acknowledgement: false,
  enabled_while: '',
  hours: null,
  disabled: false,
  source: '',
};

function journal(world: World): JournalLine[] {
  const now = world.now();
  const rows: Omit<JournalLine, 'seq'>[] = [];
  for (const a of world.alarms()) {
    const shared = {
      alarm: a.id,
      device: a.device,
      point: a.point,
      priority: a.priority,
      text: a.text,
      device_name: a.device_name,
      place_name: a.place_name,
      value: a.value,
      limit: a.limit,
      unit: a.unit,
      reason: '',
      covers: [],
      late: false,
      over: false,
      first: false,
    };
    for (let i = 0; i < 6; i++) {
      const at = a.raised_at - i * 7200e6;
      if (i > 0) {
        rows.push({ ...shared, at: at + 900e6, transition: 'cleared', state: 'normal', who: '' });
        rows.push({ ...shared, at: at + 300e6, transition: 'acknowledged', state: 'acknowledged', who: 'you' });
      }
      rows.push({ ...shared, at, transition: 'raised', state: 'unacknowledged', who: '' });
    }
    const acknowledged = world.acknowledged.get(a.id);
    if (acknowledged)
      rows.push({ ...shared, at: acknowledged, transition: 'acknowledged', state: 'acknowledged', who: 'you' });
  }
  return rows
    .filter((r) => r.at <= now)
    .sort((a, b) => a.at - b.at)
    .map((r, i) => ({ ...r, seq: i + 1 }))
    .reverse();
}
