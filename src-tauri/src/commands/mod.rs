//! What the window may ask and do: each command is one call of the engine. Names and types stand in `ui/src/ipc/commands.ts`.

// Tauri hands arguments over by value.
#![allow(clippy::needless_pass_by_value)]

mod alarm_rules;
mod alarms;
mod brokers;
mod control;
mod exchange;
mod explore;
pub(crate) mod files;
mod history;
mod keeping;
mod model;
mod reach;
mod record;
mod rules;
mod settings;
mod trends;

use hearthline_engine::view::Trouble;
use tauri::{Builder, Wry};

/// What every command answers.
type Answer<T> = Result<T, Trouble>;

/// Makes the commands known to Tauri.
pub fn register(builder: Builder<Wry>) -> Builder<Wry> {
    builder.invoke_handler(tauri::generate_handler![
        alarm_rules::alarm_rules,
        alarm_rules::matching_points,
        alarm_rules::save_alarm_defaults,
        alarm_rules::save_alarm_groups,
        alarm_rules::save_alarm_rules,
        alarm_rules::try_alarm_rule,
        alarms::acknowledge,
        alarms::alarm_act,
        alarms::alarms,
        alarms::conditions,
        alarms::journal,
        alarms::save_conditions,
        alarms::try_conditions,
        brokers::embedded,
        brokers::enable_broker,
        brokers::remove_broker,
        brokers::save_broker,
        brokers::save_embedded,
        brokers::test_broker,
        control::command,
        control::commands,
        exchange::cancel_job,
        exchange::export_history,
        exchange::import_preview,
        exchange::jobs,
        exchange::run_import,
        exchange::survey_import,
        explore::device_report,
        explore::diagnoses,
        explore::explorer,
        explore::publish,
        explore::raw_message,
        history::cancel_history,
        history::counts,
        history::data_info,
        history::energy,
        history::history,
        history::lines,
        history::marks,
        history::save_synchronous,
        history::states,
        history::stats,
        keeping::back_up,
        keeping::check_history,
        keeping::choose_backup,
        keeping::choose_backup_folder,
        keeping::keeping,
        keeping::point_sizes,
        keeping::preview_retention,
        keeping::repair_seen,
        keeping::restart,
        keeping::restore_backup,
        keeping::save_backup_plan,
        keeping::save_retention,
        keeping::shrink_at_next_start,
        keeping::stop_task,
        keeping::storage,
        model::frame,
        model::join_devices,
        model::model,
        model::move_device,
        model::remove_device,
        model::remove_place,
        model::rename_device,
        model::save_place,
        model::split_device,
        model::status,
        model::watch,
        reach::enable_channel,
        reach::reach,
        reach::remove_channel,
        reach::save_channel,
        reach::save_reach_rules,
        reach::test_channel,
        record::advise,
        record::alarm_report,
        record::export_journal,
        record::journal_keep,
        record::performance,
        record::save_journal_keep,
        record::verify_journal,
        rules::export_topic_rules,
        rules::import_topic_rules,
        rules::matching_topics,
        rules::preview_topic_rule,
        rules::remove_topic_rule,
        rules::save_topic_rule,
        rules::topic_rules,
        rules::unknown_topics,
        settings::about,
        settings::preferences,
        settings::save_preferences,
        trends::export_picture,
        trends::remove_trend,
        trends::save_trend,
        trends::saved_trends,
    ])
}

/// A failure of the shell itself.
fn trouble(code: &str, message: impl Into<String>) -> Trouble {
    Trouble {
        code: code.into(),
        message: message.into(),
    }
}
