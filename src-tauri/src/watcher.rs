//! Looks at the alarms once a second: tells of new ones by notification, and of the counts by the tray icon, the window's title
//! and its badge.

use std::collections::HashSet;
use std::time::Duration;

use hearthline_engine::view::{AlarmView, AlarmsView, Preferences};
use hearthline_model::{AlarmId, AlarmState, Micros, Priority, Realm};
use tauri::image::Image;
use tauri::{AppHandle, Manager};

use crate::desktop::{Burst, Notice, SIZE, Shown, draw, show};
use crate::state::App;
use crate::window::{MAIN, TRAY};

/// Occurrences that were told of: alarm and its call, so that a new occurrence is news again.
#[derive(Default)]
pub struct Told {
    known: HashSet<(AlarmId, i64)>,
    started: bool,
    /// When the program began: what called before is no news.
    since: Micros,
    rev: u32,
    burst: Burst,
    /// That history is not being stored was told of.
    trouble: bool,
}

impl Told {
    /// Of a program that begins now.
    pub fn since(now: Micros) -> Self {
        Self {
            since: now,
            ..Self::default()
        }
    }
}

/// Watches until the program ends.
pub async fn watch(app: AppHandle) {
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let Some(state) = app.try_state::<App>() else {
            continue;
        };
        let alarms = state.engine.alarms();
        let status = state.engine.status();
        tell_of_trouble(&app, &state, &status.trouble);
        let preferences = state.kept.preferences();
        let notices = {
            let mut told = state
                .told
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            if told.rev == alarms.rev && told.started {
                continue;
            }
            told.rev = alarms.rev;
            let news: Vec<&AlarmView> = news(&mut told, &alarms)
                .into_iter()
                .filter(|alarm| is_wanted(alarm, &preferences, status.quiet))
                .collect();
            notices(&mut told.burst, &news, hearthline_engine::now())
        };
        if !notices.is_empty() {
            let app = app.clone();
            // The desktop may take its time, or never answer.
            drop(tokio::task::spawn_blocking(move || {
                for notice in &notices {
                    show(&app, notice);
                }
            }));
        }
        show_counts(&app, &alarms);
    }
}

/// Whether a new alarm is told of on the desktop.
fn is_wanted(alarm: &AlarmView, preferences: &Preferences, quiet: bool) -> bool {
    preferences.notifications
        && alarm.priority <= preferences.notify_from
        && !(quiet && alarm.realm == Realm::Home && !alarm.urgent)
}

/// That history is not being stored is told once, whether a window is open or not, and so is its end.
fn tell_of_trouble(app: &AppHandle, state: &App, trouble: &str) {
    let told = {
        let mut told = state
            .told
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        std::mem::replace(&mut told.trouble, !trouble.is_empty())
    };
    let Some((title, body)) = trouble_sentence(told, trouble) else {
        return;
    };
    if state.kept.preferences().notifications {
        let app = app.clone();
        let notice = Notice {
            title,
            body,
            alarms: Vec::new(),
            stays: false,
            sum: false,
        };
        drop(tokio::task::spawn_blocking(move || show(&app, &notice)));
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
    let first = !std::mem::replace(&mut told.started, true);
    let fresh = unacknowledged
        .filter(|alarm| !told.known.contains(&(alarm.id, alarm.called_at)))
        .filter(|alarm| !first || alarm.called_at >= told.since)
        .collect();
    told.known = present;
    fresh
}

fn notices(burst: &mut Burst, news: &[&AlarmView], now: Micros) -> Vec<Notice> {
    if news.is_empty() {
        return Vec::new();
    }
    match burst.more(u32::try_from(news.len()).unwrap_or(u32::MAX), now) {
        Shown::Each => news.iter().map(|alarm| notice(alarm)).collect(),
        Shown::Sum(count) => {
            let worst = news.iter().min_by_key(|alarm| alarm.priority);
            let first = worst.map(|alarm| alarm.text.clone()).unwrap_or_default();
            vec![Notice {
                title: format!("{count} new alarms"),
                body: format!("Most urgent: {first}. Open Hearthline to see them all."),
                // Nobody has seen them by seeing their number.
                alarms: Vec::new(),
                stays: worst.is_some_and(|alarm| alarm.priority == Priority::Critical),
                sum: true,
            }]
        }
    }
}

fn notice(alarm: &AlarmView) -> Notice {
    let place = if alarm.place_name.is_empty() {
        String::new()
    } else {
        format!(" · {}", alarm.place_name)
    };
    let response = if alarm.response.is_empty() {
        String::new()
    } else {
        format!("\n{}", alarm.response)
    };
    Notice {
        title: format!("{} {}", shape(alarm.priority), alarm.text),
        body: format!("{}{place}{response}", alarm.device_name),
        alarms: vec![alarm.id],
        stays: alarm.priority == Priority::Critical,
        sum: false,
    }
}

fn shape(priority: Priority) -> char {
    match priority {
        Priority::Critical => '■',
        Priority::High => '▲',
        Priority::Medium => '◆',
        Priority::Low => '●',
        Priority::Diagnostic => '○',
    }
}

/// The most urgent priority of which somebody has yet to acknowledge an alarm.
fn worst(alarms: &AlarmsView) -> Option<Priority> {
    const ALL: [Priority; 5] = [
        Priority::Critical,
        Priority::High,
        Priority::Medium,
        Priority::Low,
        Priority::Diagnostic,
    ];
    let counts = alarms.unacknowledged.iter();
    counts
        .zip(ALL)
        .find_map(|(count, priority)| (*count > 0).then_some(priority))
}

/// `1 critical, 3 low`.
fn counted(alarms: &AlarmsView) -> String {
    let words = ["critical", "high", "medium", "low", "diagnostic"];
    let counts = alarms.unacknowledged.iter().zip(words);
    let told: Vec<String> = counts
        .filter(|(count, _)| **count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    told.join(", ")
}

fn show_counts(app: &AppHandle, alarms: &AlarmsView) {
    let waiting: u32 = alarms.unacknowledged.iter().sum();
    let worst = worst(alarms);
    let tooltip = match worst {
        None => "Hearthline: nothing waits".to_owned(),
        Some(_) => format!("Hearthline: {} to acknowledge", counted(alarms)),
    };
    let title = match worst {
        None => "Hearthline".to_owned(),
        Some(priority) => format!("{} {waiting} · Hearthline", shape(priority)),
    };
    let icon = worst.map(|priority| Image::new_owned(draw(priority, waiting), SIZE, SIZE));
    let handle = app.clone();
    // Handed over rather than waited for: the main thread may be busy. A desktop without a tray shows neither; the strip
    // in the window does.
    let _ = app.run_on_main_thread(move || {
        if let Some(tray) = handle.tray_by_id(TRAY) {
            let count = (waiting > 0).then(|| waiting.to_string());
            let _ = tray.set_tooltip(Some(tooltip));
            let _ = tray.set_title(count.or_else(|| Some(String::new())));
            let _ =
                tray.set_icon(icon.or_else(|| handle.default_window_icon().cloned().map(Image::to_owned)));
        }
        if let Some(window) = handle.get_webview_window(MAIN) {
            let _ = window.set_title(&title);
            let _ = window.set_badge_count((waiting > 0).then_some(i64::from(waiting)));
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
        let mut told = Told::since(15);
        assert!(news(&mut told, &view(vec![alarm(1, 10)])).is_empty());
        let mut early = Told::since(15);
        assert_eq!(news(&mut early, &view(vec![alarm(1, 10), alarm(2, 15)])).len(), 1);
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
    fn a_burst_is_one_notification_and_one_alarm_can_be_acknowledged_from_it() {
        let many: Vec<AlarmView> = (0..50).map(|id| alarm(id, 1)).collect();
        let mut burst = Burst::default();
        let one = notices(&mut burst, &[&many[0]], 0);
        assert_eq!(one[0].title, "▲ Alarm 0");
        assert_eq!((one[0].body.as_str(), one[0].sum), ("Freezer · Cellar", false));
        assert_eq!(one[0].alarms, [AlarmId(0)]);
        let rest = notices(&mut burst, &many[1..].iter().collect::<Vec<_>>(), 1);
        assert_eq!(rest.len(), 1);
        assert!(rest[0].title.starts_with("50") && rest[0].sum && rest[0].alarms.is_empty());
        assert!(notices(&mut burst, &[], 2).is_empty());
    }

    #[test]
    fn quiet_hours_hold_back_all_but_what_must_not_wait() {
        let preferences = Preferences::default();
        let mut it = alarm(1, 1);
        assert!(is_wanted(&it, &preferences, false) && !is_wanted(&it, &preferences, true));
        it.urgent = true;
        assert!(is_wanted(&it, &preferences, true));
        (it.urgent, it.realm) = (false, Realm::Plant);
        assert!(is_wanted(&it, &preferences, true));
        it.priority = Priority::Diagnostic;
        assert!(!is_wanted(&it, &preferences, false));
    }

    #[test]
    fn the_most_urgent_is_what_the_tray_shows() {
        let mut view = view(Vec::new());
        assert_eq!(worst(&view), None);
        view.unacknowledged = [0, 2, 0, 1, 0];
        assert_eq!(worst(&view), Some(Priority::High));
        assert_eq!(counted(&view), "2 high, 1 low");
    }
}
