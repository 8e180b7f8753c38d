/** Every command of the shell: its arguments and its answer. The one list; `client.ts` calls them, `src-tauri/src/commands` answers. */
import type { AboutView } from './gen/AboutView';
import type { AdviceView } from './gen/AdviceView';
import type { AlarmAct } from './gen/AlarmAct';
import type { AlarmDefaults } from './gen/AlarmDefaults';
import type { AlarmGroup } from './gen/AlarmGroup';
import type { AlarmRule } from './gen/AlarmRule';
import type { AlarmRulesView } from './gen/AlarmRulesView';
import type { AlarmsView } from './gen/AlarmsView';
import type { BackupView } from './gen/BackupView';
import type { BrokerEdit } from './gen/BrokerEdit';
import type { ChannelEdit } from './gen/ChannelEdit';
import type { CommandView } from './gen/CommandView';
import type { Condition } from './gen/Condition';
import type { ConditionsView } from './gen/ConditionsView';
import type { CountsView } from './gen/CountsView';
import type { DataInfo } from './gen/DataInfo';
import type { DeviceReport } from './gen/DeviceReport';
import type { DiagnosisView } from './gen/DiagnosisView';
import type { EdgesView } from './gen/EdgesView';
import type { EmbeddedEdit } from './gen/EmbeddedEdit';
import type { EmbeddedView } from './gen/EmbeddedView';
import type { EnergyView } from './gen/EnergyView';
import type { ExplorerView } from './gen/ExplorerView';
import type { ImportChoice } from './gen/ImportChoice';
import type { ImportPreview } from './gen/ImportPreview';
import type { JobsView } from './gen/JobsView';
import type { JournalFilter } from './gen/JournalFilter';
import type { JournalKeepView } from './gen/JournalKeepView';
import type { JournalLine } from './gen/JournalLine';
import type { KeepingView } from './gen/KeepingView';
import type { LineView } from './gen/LineView';
import type { MatchView } from './gen/MatchView';
import type { ModelView } from './gen/ModelView';
import type { PenMarks } from './gen/PenMarks';
import type { PerformanceView } from './gen/PerformanceView';
import type { PlaceEdit } from './gen/PlaceEdit';
import type { PointPattern } from './gen/PointPattern';
import type { PointStats } from './gen/PointStats';
import type { Preferences } from './gen/Preferences';
import type { RawMessage } from './gen/RawMessage';
import type { ReachOutcome } from './gen/ReachOutcome';
import type { ReachRules } from './gen/ReachRules';
import type { ReachView } from './gen/ReachView';
import type { Realm } from './gen/Realm';
import type { Retention } from './gen/Retention';
import type { RetentionPreview } from './gen/RetentionPreview';
import type { RulePreview } from './gen/RulePreview';
import type { RuleTrialView } from './gen/RuleTrialView';
import type { RulesImported } from './gen/RulesImported';
import type { RulesView } from './gen/RulesView';
import type { SavedTrend } from './gen/SavedTrend';
import type { SizeOrder } from './gen/SizeOrder';
import type { SizesView } from './gen/SizesView';
import type { StateSpan } from './gen/StateSpan';
import type { StatusView } from './gen/StatusView';
import type { StorageView } from './gen/StorageView';
import type { TestOutcome } from './gen/TestOutcome';
import type { TopicRule } from './gen/TopicRule';
import type { TrialView } from './gen/TrialView';
import type { Value } from './gen/Value';
import type { VerifiedView } from './gen/VerifiedView';

type None = Record<string, never>;

/** Name → [arguments, answer]. Times in µs, ids as numbers. */
export interface Commands {
  about: [None, AboutView];
  preferences: [None, Preferences];
  save_preferences: [{ preferences: Preferences }, null];

  status: [None, StatusView];
  /** `since` 0: all of it. */
  model: [{ since: number }, ModelView];
  /** The points on screen. */
  watch: [{ points: number[] }, null];

  alarms: [None, AlarmsView];
  /** Answers how many were acknowledged. */
  acknowledge: [{ alarms: number[] }, number];
  /** Shelve, suppress, take out of service and back, reset. Answers how many it changed. */
  alarm_act: [{ alarms: number[]; act: AlarmAct }, number];
  journal: [{ filter: JournalFilter }, JournalLine[]];
  /** Asks the person for a file and begins to write what the filter leaves to it; the number of the work, `null` where they cancel. */
  export_journal: [{ filter: JournalFilter }, number | null];
  /** Whether the journal is as it was written. `known`: a fingerprint noted earlier, or empty. */
  verify_journal: [{ known: string }, VerifiedView];
  journal_keep: [None, JournalKeepView];
  /** `null`: for ever. */
  save_journal_keep: [{ years: number | null }, null];
  /** What the alarms of a span came to. */
  performance: [{ from: number; to: number }, PerformanceView];
  /** What would quieten the alarm of a condition, tried on the last week. */
  advise: [{ point: number; condition: string }, AdviceView];
  /** Asks the person for a file; its path, `null` where they cancel. */
  alarm_report: [{ from: number; to: number; format: 'html' | 'csv' }, string | null];
  conditions: [{ point: number }, ConditionsView];
  /** How often conditions would have been raised in the last week, by what was recorded. */
  try_conditions: [{ point: number; conditions: Condition[] }, TrialView[]];
  /** `null` goes back to the defaults. */
  save_conditions: [{ point: number; conditions: Condition[] | null }, null];

  /** Rules for many points, which defaults hold, groups; with what they are in force for. */
  alarm_rules: [None, AlarmRulesView];
  /** All of them, in their order. */
  save_alarm_rules: [{ rules: AlarmRule[] }, null];
  save_alarm_defaults: [{ defaults: AlarmDefaults }, null];
  /** All that have settings. */
  save_alarm_groups: [{ groups: AlarmGroup[] }, null];
  matching_points: [{ pattern: PointPattern }, MatchView];
  /** How often a rule would have been raised in the last week, at all its points together. */
  try_alarm_rule: [{ rule: AlarmRule }, RuleTrialView];

  /** What the person taught, in order: a topic belongs to the first rule that matches. */
  topic_rules: [None, RulesView];
  /** A rule with its id is replaced. */
  save_topic_rule: [{ rule: TopicRule }, null];
  remove_topic_rule: [{ id: string }, null];
  /** What a rule would make of the last message of a topic; nothing is kept. */
  preview_topic_rule: [{ broker: number; topic: string; rule: TopicRule }, RulePreview];
  /** Asks the person for a file; answers its path, `null` where they cancel. */
  export_topic_rules: [None, string | null];
  /** Asks the person for a file; `null` where they cancel. */
  import_topic_rules: [None, RulesImported | null];
  /** Topics that a filter matches, as a flat list by name. */
  matching_topics: [{ broker: number; filter: string; limit: number }, ExplorerView];
  /** Topics that no convention explains, as a flat list by name. */
  unknown_topics: [{ broker: number; limit: number }, ExplorerView];

  /** `code` where the point takes one; it is kept nowhere. */
  command: [{ point: number; value: Value; code: string | null }, CommandView];
  /** Newest first; of one point or all. */
  commands: [{ point: number | null; limit: number }, CommandView[]];

  states: [{ point: number; from: number; to: number }, StateSpan[]];
  stats: [{ point: number; from: number; to: number }, PointStats];
  /** The value in force at `from`, and where values were not good. */
  marks: [{ points: number[]; from: number; to: number }, PenMarks[]];
  /** What counters rose by in `width` stretches of equal length. */
  counts: [{ points: number[]; from: number; to: number; width: number }, CountsView[]];
  /** Calls off what is asked in a lane. */
  cancel_history: [{ lane: number }, null];
  /** Kept trends by name. */
  saved_trends: [None, SavedTrend[]];
  /** Id 0: a new one. Answers its id. */
  save_trend: [{ trend: SavedTrend }, number];
  remove_trend: [{ id: number }, null];
  /**
   * Asks the person for a file and begins to write these points (`null`: all) to it: every sample, or the lowest, highest, mean
   * and last of each stretch of `every` µs. The number of the work, `null` where they cancel. `jobs` tells how it stands.
   */
  export_history: [
    { points: number[] | null; from: number; to: number; format: 'csv' | 'parquet'; every: number | null },
    number | null,
  ];
  /** Exports and imports of this run, newest first; asked once a second while one runs. */
  jobs: [None, JobsView];
  cancel_job: [{ id: number }, null];
  /**
   * Asks the person for a file and begins to look at what is in it; the number of the work, `null` where they cancel. `zone` is
   * that of times that name none, `extremes`: the lowest and highest of each hour of Home Assistant's statistics as well.
   */
  survey_import: [
    { source: 'csv' | 'home_assistant' | 'hearthline'; zone: string | null; extremes: boolean },
    number | null,
  ];
  /** What a file holds and what would become of it, once the work that looked at it is done. */
  import_preview: [{ survey: number }, ImportPreview];
  /** Begins to take it in; series without a choice go where the preview says. */
  run_import: [{ survey: number; choices: ImportChoice[] }, number];
  data_info: [None, DataInfo];
  /** `full` or `normal`; takes effect at once. */
  save_synchronous: [{ synchronous: string }, null];

  /** Sizes, growth, forecast: measured anew where the last measure is some seconds old. */
  storage: [None, StorageView];
  /** A part of the list of sizes by point. */
  point_sizes: [{ order: SizeOrder; descending: boolean; search: string; offset: number; limit: number }, SizesView];
  /** Rules, copies, the long work, the last repair. */
  keeping: [None, KeepingView];
  save_retention: [{ retention: Retention }, null];
  /** What rules would take away at once; nothing is changed. */
  preview_retention: [{ retention: Retention }, RetentionPreview];
  save_backup_plan: [{ folder: string; daily: boolean; keep: number }, null];
  /** Asks the person for a folder; `null` where they cancel. */
  choose_backup_folder: [None, string | null];
  /** Begins; `keeping` tells how it stands. */
  back_up: [{ folder: string }, null];
  /** Asks the person for a file and looks at it; `null` where they cancel. */
  choose_backup: [None, BackupView | null];
  /** Begins; once done, a restart puts the backup in place. */
  restore_backup: [{ path: string }, null];
  /** Begins; `keeping` tells how it stands. */
  check_history: [None, null];
  stop_task: [None, null];
  shrink_at_next_start: [{ wanted: boolean }, null];
  repair_seen: [None, null];
  /** Ends the program and starts it again. */
  restart: [None, null];

  lines: [None, LineView[]];
  energy: [None, EnergyView];

  /** `parent` '' is the top; a `search` answers matching topics as a flat list. */
  explorer: [{ broker: number; parent: string; search: string; limit: number }, ExplorerView];
  raw_message: [{ broker: number; topic: string }, RawMessage | null];
  publish: [{ broker: number; topic: string; payload: string; qos: number; retain: boolean }, null];
  /** Of one device or all. */
  /** What a device announced, and all that is known of it as text to copy. */
  device_report: [{ device: number }, DeviceReport];
  diagnoses: [{ device: number | null }, DiagnosisView[]];

  save_broker: [{ edit: BrokerEdit }, number];
  remove_broker: [{ broker: number }, null];
  enable_broker: [{ broker: number; enabled: boolean }, null];
  test_broker: [{ edit: BrokerEdit }, TestOutcome];
  embedded: [None, EmbeddedView];
  save_embedded: [{ edit: EmbeddedEdit }, EmbeddedView];

  /** Ways to people, quiet hours, escalation. */
  reach: [None, ReachView];
  save_channel: [{ edit: ChannelEdit }, number];
  remove_channel: [{ channel: number }, null];
  enable_channel: [{ channel: number; enabled: boolean }, null];
  /** Sends a test by settings that need not be kept. */
  test_channel: [{ edit: ChannelEdit }, ReachOutcome];
  save_reach_rules: [{ rules: ReachRules }, null];

  save_place: [{ edit: PlaceEdit }, number];
  remove_place: [{ place: number }, null];
  /** `null`: its own name again. */
  rename_device: [{ device: number; name: string | null }, null];
  move_device: [{ device: number; place: number | null; realm: Realm }, null];
  /** Makes a device of each description that one is known through. */
  split_device: [{ device: number }, null];
  /** Makes one device of two of a broker; the one that was known first stays. */
  join_devices: [{ device: number; other: number }, null];
  /** Forgets a device that is gone; its history stays. */
  remove_device: [{ device: number }, null];
}

/** Commands that answer bytes: a live frame (`live/frame.ts`), history buckets (`parts/trend/history.ts`). */
export interface ByteCommands {
  frame: { cursor: number };
  /** `edges`: none, exact. A `lane` is called off by `cancel_history`, and by the next question in it. */
  history: { points: number[]; from: number; to: number; width: number; edges?: EdgesView; lane?: number };
}

/** Commands that are given bytes: [bytes, answer]. */
export interface SentCommands {
  /** A PNG; asks the person for a file. `null` where they cancel, else its path. */
  export_picture: string | null;
}
