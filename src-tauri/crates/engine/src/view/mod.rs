//! What the window is shown: small serialisable structs, exported to TypeScript (`ui/src/ipc/gen`) under the `ts` feature.
//!
//! They are a promise to the window, apart from the model's own types where those would tie it to what is inside.
//! Times are microseconds since the Unix epoch; ids are numbers.

mod alarm;
mod alarm_rules;
mod broker;
mod energy;
mod explorer;
mod history;
mod job;
mod keeping;
mod model;
mod plant;
mod preferences;
mod reach;
mod record;
mod rules;
mod trends;

pub use alarm::{
    AlarmView, AlarmsView, ConditionOrigin, ConditionsView, JournalFilter, JournalLine, TrialView,
};
pub use alarm_rules::{
    AlarmGroupView, AlarmRulesView, DefaultSortView, GroupMember, MatchView, RuleCount, RuleTrialPoint,
    RuleTrialView,
};
pub use broker::{BrokerEdit, BrokerView, EmbeddedEdit, EmbeddedView, Fault, Phase, StatusView, TestOutcome};
pub use energy::{EnergyHour, EnergyView};
pub use explorer::{
    Announcement, DeviceReport, DiagnosisView, ExplorerView, PayloadFormat, RawMessage, TopicRow,
};
pub use history::{CommandView, DataInfo, PointStats, StateSpan};
pub use job::{
    ImportChoice, ImportPreview, ImportReport, ImportSeries, JobKind, JobState, JobView, JobsView,
    SkippedView,
};
pub use keeping::{
    AsideFile, BackupPlan, BackupView, KeepingView, RepairView, RetentionPreview, SizeOrder, SizeRow,
    SizesView, StorageView, TaskKind, TaskState, TaskView,
};
pub use model::{DeviceView, ModelView, PlaceEdit, PlaceView, PointView};
pub use plant::{LineView, LossView, MachineState, MachineView, OeeView, StateStretch, StockView, StopView};
pub use preferences::{AboutView, Preferences, Theme, Trouble, UnitSystem};
pub use reach::{ChannelEdit, ChannelView, ReachOutcome, ReachView};
pub use record::{
    ActorView, AdviceKind, AdviceOption, AdviceView, BoundView, FloodSpanView, FloodView, JournalKeep,
    JournalKeepView, JournalNoteView, LongestView, MetricUnit, MetricView, PerformanceView, VerdictView,
    VerifiedView,
};
pub use rules::{RulePreview, RulePreviewPoint, RulesImported, RulesView};
pub use trends::{CountsView, Doubt, EdgesView, PenMarks, SavedTrend};
