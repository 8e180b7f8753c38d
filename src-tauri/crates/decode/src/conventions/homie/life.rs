//! A device's life: its state, its alerts and its log.

use hearthline_model::{Kind, Micros, Value};

use super::state::State;
use super::{Homie, describe};
use crate::decoder::shortened;
use crate::{Context, DiagnosisKind, Message, payload};

/// Most alerts of one device.
const MOST_ALERTS: usize = 32;
/// Longest alert or line of a log, bytes.
const LONGEST: usize = 1_024;

impl Homie {
    /// The state that holds: everything below a lost root is lost.
    fn effective(&self, device: u32) -> Option<State> {
        let it = &self.devices[device as usize];
        let root = it.tree.and_then(|root| self.devices[root as usize].state);
        if root == Some(State::Lost) {
            return Some(State::Lost);
        }
        it.state
    }

    /// What is reached through a root that said good-bye cannot be reached either, whatever it last said.
    fn online(&self, device: u32) -> bool {
        let it = &self.devices[device as usize];
        let root = it.tree.and_then(|root| self.devices[root as usize].state);
        it.state.is_none_or(State::online) && root.is_none_or(State::online)
    }

    /// `$state`: a word, or nothing where the device was removed.
    pub(super) fn state(
        &mut self,
        device: u32,
        state: State,
        message: &Message<'_>,
        context: &mut Context<'_>,
    ) {
        let it = &mut self.devices[device as usize];
        let former = it.state.replace(state);
        if !it.shown {
            return;
        }
        self.tell_state(device, message.at, context);
        if former != Some(state) {
            self.report_state(device, context);
        }
    }

    fn report_state(&self, device: u32, context: &mut Context<'_>) {
        let it = &self.devices[device as usize];
        if it.state == Some(State::Alert) {
            let text = "the device reports that something is wrong with it and that a person is needed";
            context.diagnose(
                it.ix,
                &format!("{}/$state", it.root),
                DiagnosisKind::Reported,
                text,
            );
        }
    }

    /// What was said before the device was described.
    pub(super) fn tell_first(&mut self, device: u32, at: Micros, context: &mut Context<'_>) {
        self.tell_state(device, at, context);
        self.report_state(device, context);
        let it = &self.devices[device as usize];
        for (id, text) in &it.alerts {
            let topic = format!("{}/$alert/{id}", it.root);
            context.diagnose(it.ix, &topic, DiagnosisKind::Reported, raised(id, text));
        }
        self.tell_alerts(device, at, context);
    }

    /// Shows the state of a device and of what is reached through it.
    pub(super) fn tell_state(&mut self, device: u32, at: Micros, context: &mut Context<'_>) {
        self.tell_own_state(device, at, context);
        for child in self.devices[device as usize].children.clone() {
            let now = self.effective(child).map(|state| (state, self.online(child)));
            if self.devices[child as usize].shown_as != now {
                self.tell_own_state(child, at, context);
            }
        }
    }

    fn tell_own_state(&mut self, device: u32, at: Micros, context: &mut Context<'_>) {
        let it = &self.devices[device as usize];
        let (Some(ix), true) = (it.ix, it.shown) else {
            return;
        };
        let Some(state) = self.effective(device) else {
            return;
        };
        let topic = format!("{}/$state", it.root);
        if let Some(point) = self.remark(device, describe::state(&topic), context) {
            context.value(point, at, Value::text(state.word()));
        }
        let online = self.online(device);
        self.devices[device as usize].shown_as = Some((state, online));
        context.online(ix, online, at);
    }

    /// `$alert/<id>`: a text, or nothing where the trouble is over.
    pub(super) fn alert(&mut self, device: u32, id: &str, message: &Message<'_>, context: &mut Context<'_>) {
        let ix = self.devices[device as usize].ix;
        let Some(text) = payload::text(message, ix, context) else {
            return;
        };
        let it = &mut self.devices[device as usize];
        if text.is_empty() {
            if it.alerts.remove(id).is_none() {
                return;
            }
        } else {
            if it.alerts.len() >= MOST_ALERTS && !it.alerts.contains_key(id) {
                let text = format!("more than {MOST_ALERTS} alerts at once; the others are not kept");
                return self.tell_once(device, message.topic, DiagnosisKind::TooMany, text, context);
            }
            let text = shortened(text, LONGEST);
            if it.alerts.insert(id.to_owned(), text.clone()).as_ref() == Some(&text) {
                return;
            }
            if it.shown {
                context.diagnose(ix, message.topic, DiagnosisKind::Reported, raised(id, &text));
            }
        }
        self.tell_alerts(device, message.at, context);
    }

    /// Shows all alerts as one text, which is empty where there is none.
    pub(super) fn tell_alerts(&mut self, device: u32, at: Micros, context: &mut Context<'_>) {
        let it = &self.devices[device as usize];
        if it.alerts.is_empty() && !it.remarks.contains_key("$alert") {
            return;
        }
        let topic = format!("{}/$alert/#", it.root);
        let texts: Vec<&str> = it.alerts.values().map(String::as_str).collect();
        let text = texts.join("; ");
        let desc = describe::remark("$alert", "Alerts", Kind::Text, &topic);
        if let Some(point) = self.remark(device, desc, context) {
            context.value(point, at, Value::text(text));
        }
    }

    /// `$log/<level>`: shown as it happens; warnings and errors are diagnosed.
    pub(super) fn log(&mut self, device: u32, level: &str, message: &Message<'_>, context: &mut Context<'_>) {
        let it = &self.devices[device as usize];
        let ix = it.ix.filter(|_| it.shown);
        // What is not kept must not be told again.
        if message.retain || ix.is_none() || message.payload.is_empty() {
            return;
        }
        let Some(text) = payload::text(message, ix, context) else {
            return;
        };
        let text = shortened(text, LONGEST);
        let topic = format!("{}/$log/#", it.root);
        match level {
            "warn" | "error" | "fatal" => {
                let what = if level == "warn" { "a warning" } else { "an error" };
                let text = format!("the device logs {what}: {text}");
                context.diagnose(ix, message.topic, DiagnosisKind::Reported, text);
            }
            "debug" | "info" => {}
            _ => {
                let text = format!("the log level \"{}\" is not known", shortened(level, 64));
                return self.tell_once(device, message.topic, DiagnosisKind::Ignored, text, context);
            }
        }
        let desc = describe::remark("$log", "Log", Kind::Event, &topic);
        if let Some(point) = self.remark(device, desc, context) {
            context.value(point, message.at, Value::text(format!("{level}: {text}")));
        }
    }
}

fn raised(id: &str, text: &str) -> String {
    format!("the device raises the alert \"{}\": {text}", shortened(id, 64))
}
