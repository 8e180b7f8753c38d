//! Looks at the alarms once a second: tells of new ones by notification, and of the counts by the tray icon.

use std::collections::HashSet;
use std::time::Duration;

use hearthline_engine::view::{AlarmView, AlarmsView};
use hearthline_model::{AlarmId, AlarmState, Priority};
use tauri::{AppHandle, Manager};
use tauri_plugin_notification::NotificationExt;

use crate::state::App;
use crate::window::TRAY;

/// More new alarms at once are told of in one notification.
const ONE_BY_ONE: usize = 3;

/// Occurrences that were told of: alarm and its count, so that a new occurrence is news again.
#[derive(Default)]
pub struct Told {
    known: HashSet<(AlarmId, i64)>,
    /// What was active at the start is no news.
    started: bool,
    rev: u32,
    /// That history is not being stored was told of.
    trouble: bool,
}

/// Watches until the program ends.
pub async fn watch(app: AppHandle) {
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let Some(state) = app.try_state::<App>() else {
            continue;
        };
        let alarms = state.engine.alarms();
        tell_of_trouble(&app, &state);
        let news = {
            let mut told = state
                .told
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            if told.rev == alarms.rev && told.started {
                continue;
            }
            told.rev = alarms.rev;
            news(&mut told, &alarms)
        };
        if state.kept.preferences().notifications {
            let (app, sentences) = (app.clone(), sentences(&news));
            // The desktop may take its time, or never answer.
            drop(tokio::task::spawn_blocking(move || notify(&app, sentences)));
        }
        show_counts(&app, &alarms);
    }
}

/// That history is not being stored is told once, whether a window is open or not, and so is its end.
fn tell_of_trouble(app: &AppHandle, state: &App) {
    let trouble = state.engine.status().trouble;
    let told = {
        let mut told = state
            .told
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        std::mem::replace(&mut told.trouble, !trouble.is_empty())
    };
    let Some(sentence) = trouble_sentence(told, &trouble) else {
        return;
    };
    if state.kept.preferences().notifications {
        let app = app.clone();
        drop(tokio::task::spawn_blocking(move || notify(&app, vec![sentence])));
    }
}

fn trouble_sentence(told: bool, trouble: &str) -> Option<(String, String)> {
    match (told, trouble.is_empty()) {
        (false, false) => Some(("History is not being stored".into(), capital(trouble))),
        (true, true) => Some((
            "History is stored again".into(),
            "What waited in memory and at the brokers is being written.".into(),
        )),
        _ => None,
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

fn news<'a>(told: &mut Told, alarms: &'a AlarmsView) -> Vec<&'a AlarmView> {
    let unacknowledged = alarms
        .alarms
        .iter()
        // What catch-up data raised may be over with its next line.
        .filter(|alarm| alarm.state == AlarmState::Unacknowledged && !alarm.settling);
    let present: HashSet<(AlarmId, i64)> = unacknowledged
        .clone()
        .map(|alarm| (alarm.id, alarm.called_at))
        .collect();
    let fresh = if std::mem::replace(&mut told.started, true) {
        unacknowledged
            .filter(|alarm| alarm.priority != Priority::Diagnostic)
            .filter(|alarm| !told.known.contains(&(alarm.id, alarm.called_at)))
            .collect()
    } else {
        Vec::new()
    };
    told.known = present;
    fresh
}

fn sentences(news: &[&AlarmView]) -> Vec<(String, String)> {
    if news.len() > ONE_BY_ONE {
        let worst = news.iter().min_by_key(|alarm| alarm.priority);
        let first = worst.map(|alarm| sentence(alarm).0).unwrap_or_default();
        return vec![(
            format!("{} new alarms", news.len()),
            format!("Most urgent: {first}. Open Hearthline to see them all."),
        )];
    }
    news.iter().map(|alarm| sentence(alarm)).collect()
}

fn sentence(alarm: &AlarmView) -> (String, String) {
    let place = if alarm.place_name.is_empty() {
        String::new()
    } else {
        format!(" · {}", alarm.place_name)
    };
    (alarm.text.clone(), format!("{}{place}", alarm.device_name))
}

fn notify(app: &AppHandle, sentences: Vec<(String, String)>) {
    for (title, body) in sentences {
        let shown = app.notification().builder().title(title).body(body).show();
        if let Err(error) = shown {
            tracing::warn!(message = "a notification was not shown", %error);
        }
    }
}

fn show_counts(app: &AppHandle, alarms: &AlarmsView) {
    let waiting: u32 = alarms.unacknowledged.iter().sum();
    let text = match waiting {
        0 => "Hearthline: nothing waits".to_owned(),
        1 => "Hearthline: 1 alarm waits".to_owned(),
        many => format!("Hearthline: {many} alarms wait"),
    };
    let title = (waiting > 0).then(|| waiting.to_string());
    let handle = app.clone();
    // Handed over rather than waited for: the main thread may be busy. A desktop without a tray shows neither; the strip
    // in the window does.
    let _ = app.run_on_main_thread(move || {
        if let Some(tray) = handle.tray_by_id(TRAY) {
            let _ = tray.set_tooltip(Some(text));
            let _ = tray.set_title(title.or_else(|| Some(String::new())));
        }
    });
}

#[cfg(test)]
mod tests {
    use hearthline_model::DeviceId;

    use super::*;

    fn alarm(id: u32, raised_at: i64) -> AlarmView {
        AlarmView {
            id: AlarmId(id),
            device: DeviceId(1),
            condition: "hi".into(),
            state: AlarmState::Unacknowledged,
            priority: Priority::High,
            text: format!("Alarm {id}"),
            device_name: "Freezer".into(),
            place_name: "Cellar".into(),
            raised_at,
            called_at: raised_at,
            ..AlarmView::default()
        }
    }

    fn view(alarms: Vec<AlarmView>) -> AlarmsView {
        AlarmsView {
            alarms,
            ..AlarmsView::default()
        }
    }

    #[test]
    fn what_was_there_at_the_start_is_no_news_and_a_new_occurrence_is() {
        let mut told = Told::default();
        assert!(news(&mut told, &view(vec![alarm(1, 10)])).is_empty());
        let second = view(vec![alarm(1, 10), alarm(2, 20)]);
        assert_eq!(news(&mut told, &second).len(), 1);
        assert!(news(&mut told, &second).is_empty());
        assert_eq!(news(&mut told, &view(vec![alarm(1, 30)])).len(), 1);
    }

    #[test]
    fn trouble_with_history_is_told_once_and_so_is_its_end() {
        assert_eq!(trouble_sentence(false, ""), None);
        let begun = trouble_sentence(false, "the disk is full").unwrap();
        assert_eq!(begun.1, "The disk is full");
        assert_eq!(trouble_sentence(true, "the disk is full"), None);
        assert!(trouble_sentence(true, "").unwrap().0.contains("again"));
    }

    #[test]
    fn a_burst_is_one_notification() {
        let many: Vec<AlarmView> = (0..50).map(|id| alarm(id, 1)).collect();
        let sentences = sentences(&many.iter().collect::<Vec<_>>());
        assert_eq!(sentences.len(), 1);
        assert!(sentences[0].0.starts_with("50"));
    }
}
