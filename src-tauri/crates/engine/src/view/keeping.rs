//! How large the history is, how long it is kept, copies of it, and whether it is sound.

use hearthline_model::{DeviceId, Micros, PointId, Retention};
use serde::{Deserialize, Serialize};

/// The history on its disk.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct StorageView {
    /// Bytes of the file and of its log.
    pub bytes: u64,
    /// Bytes of the file that hold nothing and are used again.
    pub reusable: u64,
    /// Bytes free on the disk; none where the system does not tell.
    pub disk_free: Option<u64>,
    /// Bytes of the disk.
    pub disk_total: Option<u64>,
    /// Samples kept, those that wait to be compressed included.
    pub samples: u64,
    /// Points that have samples.
    pub points: u32,
    /// Oldest sample.
    pub oldest: Option<Micros>,
    /// Samples a day, over the last days.
    pub samples_a_day: f64,
    /// Bytes a day by which the file grows, over the last days; 0 where it does not.
    pub bytes_a_day: f64,
    /// The days that this is reckoned over.
    pub over_days: f64,
    /// Days until the cap or, where there is none, the disk is full at this rate; none where it does not grow.
    pub full_in_days: Option<f64>,
    /// The cap that was set, bytes.
    pub cap: Option<u64>,
    /// The cap is reached, and nothing is left that it may drop.
    pub cap_missed: bool,
    /// Space that becomes free goes back to the disk. False for a file of an earlier version until it was rewritten once.
    pub shrinks: bool,
    /// The file is rewritten at the next start.
    pub shrinks_next: bool,
    /// Files that were set aside beside it.
    pub aside: Vec<AsideFile>,
    /// When all this was measured.
    pub measured_at: Micros,
}

/// A file that was set aside: damaged, or from before a restore.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct AsideFile {
    /// Its name in the data folder.
    pub name: String,
    /// Its bytes.
    pub bytes: u64,
}

/// By what a list of sizes is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case")]
pub enum SizeOrder {
    /// Names of device and point.
    Name,
    /// Samples.
    Samples,
    /// Bytes.
    Bytes,
    /// Bytes of a sample.
    PerSample,
    /// Bytes a day.
    Growth,
}

/// Part of the list of sizes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct SizesView {
    /// Rows of the whole list.
    pub total: u32,
    /// The part that was asked for.
    pub rows: Vec<SizeRow>,
}

/// What of the file belongs to a point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct SizeRow {
    /// The point.
    pub point: PointId,
    /// Its device; none where it is no longer shown.
    pub device: Option<DeviceId>,
    /// The device's name.
    pub device_name: String,
    /// The point's name.
    pub name: String,
    /// Samples.
    pub samples: u64,
    /// Bytes.
    pub bytes: u64,
    /// Bytes a day, over the last days.
    pub bytes_a_day: f64,
    /// Oldest sample.
    pub oldest: Micros,
}

/// What rules would take away at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct RetentionPreview {
    /// Points that lose samples.
    pub points: u32,
    /// Points whose samples are summed up.
    pub summed: u32,
    /// Samples that go, or are summed up: at most so many.
    pub samples: u64,
}

/// Copies that are made by themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(default)]
pub struct BackupPlan {
    /// Where to.
    pub folder: String,
    /// Every day.
    pub daily: bool,
    /// So many daily copies are kept; those that a person made are never removed.
    pub keep: u32,
    /// When the last one was made.
    pub last_at: Option<Micros>,
    /// What became of the last one, in words; empty before the first.
    pub last_text: String,
    /// The last one failed.
    pub failed: bool,
}

impl Default for BackupPlan {
    fn default() -> Self {
        Self {
            folder: String::new(),
            daily: false,
            keep: 7,
            last_at: None,
            last_text: String::new(),
            failed: false,
        }
    }
}

/// What a file that may be restored holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct BackupView {
    /// The file.
    pub path: String,
    /// Its bytes.
    pub bytes: u64,
    /// Brokers in it.
    pub brokers: u32,
    /// Devices in it.
    pub devices: u32,
    /// Points in it.
    pub points: u32,
    /// Time of its newest sample.
    pub newest: Option<Micros>,
}

/// What long work it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case")]
pub enum TaskKind {
    /// The whole file is checked.
    Check,
    /// A copy is made.
    Backup,
    /// A copy is brought beside the file, to be put in its place.
    Restore,
}

/// How it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    /// Under way.
    Running,
    /// At its end, and all is well.
    Done,
    /// At its end, and something is wrong.
    Failed,
    /// The person stopped it.
    Stopped,
}

/// The long work of this page: one at a time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct TaskView {
    /// What it is.
    pub kind: TaskKind,
    /// How it stands.
    pub state: TaskState,
    /// The share that is done, 0 to 1; none where that cannot be told.
    pub share: Option<f64>,
    /// What it does or what it came to, in words.
    pub text: String,
    /// When it began.
    pub began_at: Micros,
    /// The program must be started again for it to take effect.
    pub restart: bool,
}

/// What a person is told after a damaged file was mended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct RepairView {
    /// What happened, what was saved and what was not, in one sentence or two.
    pub text: String,
    /// Where the damaged file is.
    pub aside: String,
    /// How much of it was gone through, 0 to 1.
    pub share: f64,
    /// All that can be saved is.
    pub done: bool,
}

/// Everything that the page asks again and again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct KeepingView {
    /// How long samples are kept.
    pub retention: Retention,
    /// What is suggested where nothing was decided.
    pub suggested: Retention,
    /// Classes that points have, for rules.
    pub classes: Vec<String>,
    /// Copies that are made by themselves.
    pub backup: BackupPlan,
    /// The long work under way, or the last one of this run.
    pub task: Option<TaskView>,
    /// The last repair.
    pub repair: Option<RepairView>,
}
