//! Rules that a person taught for topics.

use hearthline_engine::view::{ExplorerView, RulePreview, RulesImported, RulesView};
use hearthline_model::{BrokerId, TopicRule};
use tauri::{AppHandle, State};

use super::{Answer, files, trouble};
use crate::state::App;

/// Name offered for a file of rules.
const FILE: &str = "hearthline-rules.toml";
const FILTER: files::Filter = ("Rules of Hearthline", "toml");
/// Larger files are no rules, bytes.
const LARGEST: u64 = 4 << 20;

#[tauri::command]
pub async fn topic_rules(app: State<'_, App>) -> Answer<RulesView> {
    Ok(app.engine.topic_rules().await?)
}

#[tauri::command]
pub async fn save_topic_rule(app: State<'_, App>, rule: TopicRule) -> Answer<()> {
    Ok(app.engine.save_topic_rule(rule).await?)
}

#[tauri::command]
pub async fn remove_topic_rule(app: State<'_, App>, id: String) -> Answer<()> {
    Ok(app.engine.remove_topic_rule(id).await?)
}

#[tauri::command]
pub async fn preview_topic_rule(
    app: State<'_, App>,
    broker: BrokerId,
    topic: String,
    rule: TopicRule,
) -> Answer<RulePreview> {
    Ok(app.engine.preview_topic_rule(broker, &topic, &rule))
}

#[tauri::command]
pub async fn matching_topics(
    app: State<'_, App>,
    broker: BrokerId,
    filter: String,
    limit: u32,
) -> Answer<ExplorerView> {
    Ok(app.engine.matching_topics(broker, &filter, limit))
}

#[tauri::command]
pub async fn unknown_topics(app: State<'_, App>, broker: BrokerId, limit: u32) -> Answer<ExplorerView> {
    Ok(app.engine.unknown_topics(broker, limit).await?)
}

/// Asks for a file and writes all rules to it; none where the person cancels.
#[tauri::command]
pub async fn export_topic_rules(handle: AppHandle, app: State<'_, App>) -> Answer<Option<String>> {
    let text = app.engine.export_topic_rules().await?;
    let Some(path) = files::ask_to_save(handle, "Export rules", FILE, FILTER).await else {
        return Ok(None);
    };
    std::fs::write(&path, text).map_err(|error| {
        let text = format!(
            "{} cannot be written: {error}; choose another file",
            path.display()
        );
        trouble("export", text)
    })?;
    Ok(Some(path.display().to_string()))
}

/// Asks for a file and takes its rules in; none where the person cancels.
#[tauri::command]
pub async fn import_topic_rules(handle: AppHandle, app: State<'_, App>) -> Answer<Option<RulesImported>> {
    let Some(path) = files::ask_to_open(handle, "Import rules", FILE, FILTER).await else {
        return Ok(None);
    };
    let unreadable = |why: String| trouble("import", format!("{} cannot be read: {why}", path.display()));
    let size = std::fs::metadata(&path)
        .map_err(|error| unreadable(error.to_string()))?
        .len();
    if size > LARGEST {
        return Err(unreadable("it is too large for a file of rules".to_owned()));
    }
    let text = std::fs::read_to_string(&path).map_err(|error| unreadable(error.to_string()))?;
    Ok(Some(app.engine.import_topic_rules(text).await?))
}
