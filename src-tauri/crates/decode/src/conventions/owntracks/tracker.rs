//! What is known of one tracker.

use hearthline_model::{
    CommandDesc, DeviceDesc, Kind, Micros, PlaceHint, PointDesc, Quality, Realm, Role, Value,
};
use rustc_hash::{FxHashMap, FxHashSet};

use super::topic;
use crate::decoder::shortened;
use crate::payload::LastHappening;
use crate::{Context, DeviceIx, DiagnosisKind, Message, PointIx, Publish, Reading, naming};

/// Most points of one tracker: names of regions and beacons come from messages.
const MOST_POINTS: usize = 192;
/// Longest text that is kept, bytes.
const LONGEST_TEXT: usize = 1024;

/// When something held, and whether it is news.
#[derive(Clone, Copy)]
pub(super) struct When {
    /// The time.
    pub(super) at: Micros,
    /// The arrival.
    pub(super) received: Micros,
    /// Older than what is known already.
    pub(super) old: bool,
}

/// An action that an app takes.
pub(super) struct Action {
    /// The point's key.
    pub(super) key: &'static str,
    /// Its name.
    pub(super) name: &'static str,
    /// What the app calls it.
    pub(super) verb: &'static str,
}

/// A tracker: a phone or a vehicle's box.
pub(super) struct Tracker {
    base: Box<str>,
    desc: DeviceDesc,
    /// Its device, once a message came.
    pub(super) device: Option<DeviceIx>,
    points: FxHashMap<Box<str>, PointIx>,
    /// What was ignored and told already.
    told: FxHashSet<&'static str>,
    online: Option<bool>,
    /// The newest fix and the newest message.
    newest: [Micros; 2],
    /// Names of regions that it has told of.
    pub(super) regions: Vec<Box<str>>,
    /// It says in its positions in which regions it is.
    pub(super) says_regions: bool,
    learnt: bool,
    /// The last message of something that happened.
    pub(super) last: LastHappening,
}

impl Tracker {
    /// Knows nothing yet.
    pub(super) fn new(base: &str, realm: Realm) -> Self {
        Self {
            base: base.into(),
            desc: DeviceDesc {
                key: format!("owntracks:{}", base.strip_prefix("owntracks/").unwrap_or(base)),
                convention: "owntracks".to_owned(),
                name: name_of(base),
                place: PlaceHint {
                    realm,
                    path: Vec::new(),
                },
                ..DeviceDesc::default()
            },
            device: None,
            points: FxHashMap::default(),
            told: FxHashSet::default(),
            online: None,
            newest: [Micros::MIN; 2],
            regions: Vec::new(),
            says_regions: false,
            learnt: false,
            last: LastHappening::default(),
        }
    }

    /// Makes it a device.
    pub(super) fn describe(&mut self, context: &mut Context<'_>) -> Option<DeviceIx> {
        if self.device.is_none() {
            self.device = context.device(self.desc.clone());
        }
        self.device
    }

    /// Takes over the other topics of a tracker that was found by what it says.
    pub(super) fn learnt(&mut self, context: &mut Context<'_>) {
        if !self.learnt && !topic::is_usual(&self.base) {
            context.reroute(format!("{}/+", self.base));
        }
        self.learnt = true;
    }

    /// Changes what it says of itself.
    pub(super) fn change(&mut self, context: &mut Context<'_>, change: impl FnOnce(&mut DeviceDesc)) {
        change(&mut self.desc);
        self.device = context.device(self.desc.clone());
    }

    /// It is there, or not.
    pub(super) fn online(&mut self, online: bool, at: Micros, context: &mut Context<'_>) {
        if let Some(device) = self.device
            && self.online.replace(online) != Some(online)
        {
            context.online(device, online, at);
        }
    }

    /// Takes note of a time of a fix (0) or a message (1), and says whether it is old.
    pub(super) fn when(&mut self, clock: usize, at: Option<Micros>, message: &Message<'_>) -> When {
        let received = message.at;
        let at = at.unwrap_or(received);
        let newest = &mut self.newest[clock];
        let old = at < *newest;
        // A clock that is ahead must not make everything after it old.
        *newest = (*newest).max(at.min(received));
        When { at, received, old }
    }

    /// Whether a time is before the newest fix.
    pub(super) fn is_old(&self, at: Micros) -> bool {
        at < self.newest[0]
    }

    /// Whether the tracker has a point.
    pub(super) fn has(&self, key: &str) -> bool {
        self.points.contains_key(key)
    }

    /// The point of a key, described when it is first needed.
    pub(super) fn point(
        &mut self,
        key: &str,
        topic: &str,
        describe: impl FnOnce() -> PointDesc,
        context: &mut Context<'_>,
    ) -> Option<PointIx> {
        if let Some(&point) = self.points.get(key) {
            return Some(point);
        }
        let device = self.device?;
        if self.points.len() >= MOST_POINTS {
            self.tell_as(
                "points",
                topic,
                DiagnosisKind::TooMany,
                format!("more than {MOST_POINTS} different values; further ones are not kept"),
                context,
            );
            return None;
        }
        let mut desc = describe();
        topic.clone_into(desc.topic.get_or_insert_default());
        let point = context.point(device, desc)?;
        self.points.insert(key.into(), point);
        Some(point)
    }

    /// Emits a value of a point.
    pub(super) fn put(point: PointIx, when: When, value: Value, context: &mut Context<'_>) {
        let value = match value {
            Value::Text(text) if text.len() > LONGEST_TEXT => Value::text(shortened(&text, LONGEST_TEXT)),
            value => value,
        };
        context.reading(Reading {
            point,
            at: when.at,
            received: when.received,
            value,
            quality: Quality::Good,
            historical: when.old,
        });
    }

    /// A button that asks the app for something; none where it is there already.
    pub(super) fn button(
        &mut self,
        action: &Action,
        context: &mut Context<'_>,
    ) -> Option<(PointIx, Publish)> {
        if self.has(action.key) {
            return None;
        }
        let topic = format!("{}/cmd", self.base);
        let describe = || PointDesc {
            key: action.key.to_owned(),
            name: action.name.to_owned(),
            entity: action.key.to_owned(),
            platform: "button".to_owned(),
            kind: Kind::Action,
            role: Role::Press,
            command: Some(CommandDesc {
                options: Vec::new(),
                // The app answers only when its settings allow remote commands, and when it wakes up.
                optimistic: true,
            }),
            ..PointDesc::default()
        };
        let point = self.point(action.key, &topic, describe, context)?;
        let publish = Publish {
            topic,
            payload: format!(r#"{{"_type":"cmd","action":"{}"}}"#, action.verb).into_bytes(),
            qos: 1,
            retain: false,
        };
        Some((point, publish))
    }

    /// Tells once what is ignored and why.
    pub(super) fn tell(
        &mut self,
        what: &'static str,
        topic: &str,
        text: impl Into<String>,
        context: &mut Context<'_>,
    ) {
        self.tell_as(what, topic, DiagnosisKind::Ignored, text, context);
    }

    fn tell_as(
        &mut self,
        what: &'static str,
        topic: &str,
        kind: DiagnosisKind,
        text: impl Into<String>,
        context: &mut Context<'_>,
    ) {
        if self.told.insert(what) {
            context.diagnose(self.device, topic, kind, text);
        }
    }
}

/// `owntracks/jane/phone` → `Jane phone`; without a device's part that is a number for machines.
fn name_of(base: &str) -> String {
    let mut levels = base.rsplit('/');
    let device = levels.next().unwrap_or_default();
    let user = levels.next().unwrap_or_default();
    let hex = device.len() >= 8
        && device
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
        && device.bytes().any(|byte| byte.is_ascii_digit());
    let user = if user == "owntracks" { "" } else { user };
    if hex && !user.is_empty() {
        naming::humanise(user)
    } else if user.is_empty() {
        naming::humanise(device)
    } else {
        let phones = ["iPhone", "iPad"];
        let phone = phones.iter().find(|phone| phone.eq_ignore_ascii_case(device));
        match phone {
            Some(phone) => format!("{} {phone}", naming::humanise(user)),
            None => naming::join(&naming::humanise(user), &naming::humanise(device)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trackers_are_named_after_their_people() {
        for (base, want) in [
            ("owntracks/jane/phone", "Jane phone"),
            ("owntracks/jane_doe/iPhone", "Jane doe iPhone"),
            ("owntracks/jane/1A2B3C4D-0000-4000-8000-123456789ABC", "Jane"),
            ("jane", "Jane"),
        ] {
            assert_eq!(name_of(base), want, "{base}");
        }
    }
}
