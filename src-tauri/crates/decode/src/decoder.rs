//! Topic → route → convention.

use hearthline_model::{Code, Micros, TopicRule, Value};

use crate::announced::Announced;
use crate::context::Catalogue;
use crate::merge::{Merge, Ties};
use crate::message::is_publishable;
use crate::route::{Bytes, Claims, Kept, Route};
use crate::routes::Routes;
use crate::{
    Claim, CommandError, Context, Convention, DeviceIx, DiagnosisKind, Event, Message, PointIx, Publish,
    conventions,
};

/// Bounds of one decoder's memory and work.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Topics with a route of their own. Messages on further topics are counted and not decoded, but for those that a
    /// convention knows by their name or from a description: so many of them again have room, so that a flood of plain
    /// topics does not keep a device that announces itself from being found.
    pub topics: usize,
    /// Devices.
    pub devices: usize,
    /// Points.
    pub points: usize,
    /// Largest payload that is decoded, bytes: as much as a connection lets in. A list of 1,000 Zigbee devices takes about 10 MB.
    pub payload: usize,
    /// Largest payload that is remembered for a later description, bytes.
    pub kept_payload: usize,
    /// All remembered payloads together, bytes.
    pub kept_total: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            topics: 100_000,
            devices: 20_000,
            points: 200_000,
            payload: 16 << 20,
            kept_payload: 64 << 10,
            kept_total: 32 << 20,
        }
    }
}

/// Payloads of more bytes are looked at before they are read.
const LARGE: usize = 4 << 20;
/// Most values of such a payload: what a tree of them takes is bounded by their number, not by the bytes that they came in. It is about
/// what the largest payload that is read unseen can have.
const MOST_VALUES: usize = 1_000_000;

/// The values that a payload can have at most, if it is JSON: each but the first follows a comma or an opening bracket.
fn values(payload: &[u8]) -> usize {
    payload
        .iter()
        .filter(|byte| matches!(byte, b',' | b'[' | b'{'))
        .count()
}

/// How a decoder behaves.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Bounds.
    pub limits: Limits,
    /// Publish the Home Assistant birth message on connection, unless a Home Assistant is seen.
    pub birth: bool,
    /// Be the Sparkplug primary host of this id.
    pub sparkplug_host: Option<String>,
    /// Where devices go whose convention does not tell.
    pub realm: Option<hearthline_model::Realm>,
}

/// Decodes the messages of one broker.
pub struct Decoder {
    conventions: Vec<Box<dyn Convention>>,
    catalogue: Catalogue,
    merge: Merge,
    announced: Announced,
    routes: Routes,
    kept_bytes: usize,
    limits: Limits,
    reroute: Vec<String>,
}

impl Decoder {
    /// A decoder that knows nothing yet.
    pub fn new(options: Options) -> Self {
        Self {
            conventions: conventions::all(&options),
            catalogue: Catalogue::default(),
            merge: Merge::default(),
            announced: Announced::default(),
            routes: Routes::default(),
            kept_bytes: 0,
            limits: options.limits,
            reroute: Vec::new(),
        }
    }

    /// Puts a convention in front of all others.
    #[cfg(test)]
    pub(crate) fn put_first(&mut self, convention: Box<dyn Convention>) {
        self.conventions.insert(0, convention);
    }

    /// Decodes one message; what it led to is appended to `out`. True where it describes devices and should be decoded first after a
    /// restart, see [`Convention::describes`].
    pub fn message(&mut self, message: &Message<'_>, out: &mut Vec<Event>) -> bool {
        let start = out.len();
        let describes = self.decode(message, out);
        if describes {
            self.announced.note(&out[start..], message.topic);
        }
        self.merge.pass(out, start);
        describes
    }

    fn decode(&mut self, message: &Message<'_>, out: &mut Vec<Event>) -> bool {
        let size = message.payload.len();
        let refused = if size > self.limits.payload {
            let most = self.limits.payload;
            Some(format!(
                "a payload of {size} bytes is over the limit of {most}; it was not decoded"
            ))
        } else if size > LARGE && !matches!(message.payload.trim_ascii_start().first(), Some(b'[' | b'{')) {
            Some(format!(
                "a payload of {size} bytes that is no JSON is over the limit of {LARGE}; it was not decoded"
            ))
        } else if size > LARGE && values(message.payload) > MOST_VALUES {
            Some(format!(
                "a payload of {size} bytes with more than {MOST_VALUES} values in it was not decoded"
            ))
        } else {
            None
        };
        if let Some(text) = refused {
            self.context(0, out, |_, context| {
                context.diagnose(None, message.topic, DiagnosisKind::TooLarge, text);
            });
            return false;
        }
        let Some((claims, describes)) = self.route(message, out) else {
            return false;
        };
        self.deliver(&claims, message, out);
        self.settle_routes(out);
        describes
    }

    /// Lets conventions act on time passing: expiries, reorder timers, delayed offs. Call it about every 250 ms.
    pub fn tick(&mut self, now: Micros, out: &mut Vec<Event>) {
        self.each(out, |convention, context| convention.tick(now, context));
    }

    /// The clock was set, by so much: what waits for a moment is moved along.
    pub fn clock_moved(&mut self, by: Micros) {
        for convention in &mut self.conventions {
            convention.clock_moved(by);
        }
    }

    /// The broker accepted the connection.
    pub fn connected(&mut self, now: Micros, out: &mut Vec<Event>) {
        self.each(out, |convention, context| convention.connected(now, context));
    }

    /// The person's rules for topics are these from now on: topics that they match are taken over at once, with their last
    /// payload; topics that no rule matches any more are let go of. Rules that [`crate::check_rule`] refuses are left out.
    pub fn set_rules(&mut self, rules: &[TopicRule], out: &mut Vec<Event>) {
        self.each(out, |convention, context| convention.rules(rules, context));
    }

    /// What a person said of devices that are one or are not is this from now on; the devices that it changes are told anew.
    pub fn set_ties(&mut self, ties: &Ties, out: &mut Vec<Event>) {
        self.merge.set_ties(ties, out);
    }

    /// Encodes a write to a point.
    pub fn command(
        &mut self,
        point: PointIx,
        value: &Value,
        now: Micros,
    ) -> Result<Vec<Publish>, CommandError> {
        self.coded_command(point, value, None, now)
    }

    /// As [`Decoder::command`], with the code that the person entered, if any.
    pub fn coded_command(
        &mut self,
        point: PointIx,
        value: &Value,
        code: Option<&Code>,
        now: Micros,
    ) -> Result<Vec<Publish>, CommandError> {
        let point = self.merge.command(point);
        let owner = self.catalogue.owner(point).ok_or(CommandError::Unknown)?;
        let convention = &mut self.conventions[owner];
        let publishes = match code {
            Some(code) => convention.command_with(point, value, code, now)?,
            None => convention.command(point, value, now)?,
        };
        // Names that became part of a topic come from devices.
        match publishes.iter().find(|it| !is_publishable(&it.topic)) {
            Some(it) => Err(CommandError::Topic(shortened(&it.topic, 256))),
            None => Ok(publishes),
        }
    }

    /// The topics of the messages that described a device, in the order in which they came.
    pub fn announced_by(&self, device: DeviceIx) -> Vec<&str> {
        let sources = self.merge.sources(device);
        sources
            .iter()
            .flat_map(|&source| self.announced.of(source))
            .collect()
    }

    /// The conventions that claim a topic, for the explorer.
    pub fn claimed_by(&self, topic: &str) -> Vec<&'static str> {
        let claims = self.routes.get(topic).map(|route| route.claims);
        claims
            .unwrap_or_default()
            .iter()
            .map(|(ix, _)| self.conventions[usize::from(ix)].name())
            .collect()
    }

    /// Whether no convention but the last, which goes by looks, claims a topic that was heard.
    pub fn is_unexplained(&self, topic: &str) -> bool {
        let last = self.conventions.len() - 1;
        self.routes
            .get(topic)
            .is_some_and(|route| route.claims.iter().all(|(ix, _)| usize::from(ix) == last))
    }

    /// Finds the message's route, or makes it, and remembers the payload: one look-up for a known topic.
    fn route(&mut self, message: &Message<'_>, out: &mut Vec<Event>) -> Option<(Claims, bool)> {
        if let Some(route) = self.routes.get_mut(message.topic) {
            keep(route, &mut self.kept_bytes, &self.limits, message);
            return Some((route.claims, route.describes));
        }
        let described_only = self.routes.len() >= self.limits.topics;
        let full = self.routes.len() >= self.limits.topics.saturating_mul(2);
        let claims = if full {
            Claims::default()
        } else {
            self.claims(message, described_only)
        };
        if described_only && claims.is_empty() {
            let text = format!(
                "more than {} topics; messages on further ones are counted, not decoded",
                self.limits.topics
            );
            self.context(0, out, |_, context| {
                context.diagnose(None, message.topic, DiagnosisKind::TooMany, text);
            });
            return None;
        }
        let describes = self.describes(&claims, message.topic);
        let mut route = Route {
            claims,
            describes,
            kept: None,
        };
        keep(&mut route, &mut self.kept_bytes, &self.limits, message);
        self.routes.insert(message.topic, route);
        Some((claims, describes))
    }

    /// Who claims a topic; `described_only` leaves out the last convention, which takes anything.
    fn claims(&mut self, message: &Message<'_>, described_only: bool) -> Claims {
        let mut claims = Claims::default();
        let last = self.conventions.len() - 1;
        for (ix, convention) in self.conventions.iter_mut().enumerate() {
            if ix == last && (described_only || !claims.is_empty()) {
                break;
            }
            match convention.claim(message) {
                Claim::No => {}
                Claim::Shared(token) => {
                    if !claims.push(ix as u8, token) {
                        break;
                    }
                }
                Claim::Mine(token) => {
                    claims.push(ix as u8, token);
                    break;
                }
            }
        }
        claims
    }

    fn describes(&self, claims: &Claims, topic: &str) -> bool {
        claims
            .iter()
            .any(|(ix, token)| self.conventions[usize::from(ix)].describes(token, topic))
    }

    fn deliver(&mut self, claims: &Claims, message: &Message<'_>, out: &mut Vec<Event>) {
        for (ix, token) in claims.iter() {
            self.context(ix, out, |convention, context| {
                convention.message(token, message, context);
            });
        }
    }

    /// Works out anew the routes that conventions asked for, and decodes their last payloads again.
    fn settle_routes(&mut self, out: &mut Vec<Event>) {
        // A rerouted message may itself ask for routes; a few rounds settle every real case and bound a hostile one.
        for _ in 0..4 {
            if self.reroute.is_empty() {
                return;
            }
            let mut filters = std::mem::take(&mut self.reroute);
            filters.sort_unstable();
            filters.dedup();
            let mut topics: Vec<Box<str>> = Vec::new();
            for filter in &filters {
                topics.extend(self.routes.matching(filter).map(Box::from));
            }
            topics.sort_unstable();
            topics.dedup();
            for topic in topics {
                self.settle_route(&topic, out);
            }
        }
        self.reroute.clear();
    }

    fn settle_route(&mut self, topic: &str, out: &mut Vec<Event>) {
        let Some(route) = self.routes.get_mut(topic).map(std::mem::take) else {
            return;
        };
        let Route {
            claims: former, kept, ..
        } = route;
        let message = Message {
            topic,
            payload: kept.as_ref().map_or(&[], |kept| &*kept.payload),
            retain: kept.as_ref().is_some_and(|kept| kept.retain),
            at: kept.as_ref().map_or(0, |kept| kept.at),
        };
        let claims = self.claims(&message, false);
        for (ix, token) in former.iter().filter(|&(ix, _)| !claims.holds(ix)) {
            self.context(ix, out, |convention, context| {
                convention.released(token, topic, context);
            });
        }
        // What a convention let go of is plain from its next message on: the last one was a value of what is no more.
        let last = self.conventions.len() - 1;
        let plain = |claims: &Claims| claims.iter().any(|(ix, _)| usize::from(ix) == last);
        let let_go = plain(&claims) && !former.is_empty() && !plain(&former);
        if kept.is_some() && !let_go {
            self.deliver(&claims, &message, out);
        }
        let describes = self.describes(&claims, topic);
        if let Some(place) = self.routes.get_mut(topic) {
            *place = Route {
                claims,
                describes,
                kept,
            };
        }
    }

    fn each(&mut self, out: &mut Vec<Event>, mut f: impl FnMut(&mut dyn Convention, &mut Context<'_>)) {
        let start = out.len();
        for ix in 0..self.conventions.len() {
            self.context(ix as u8, out, &mut f);
        }
        self.settle_routes(out);
        self.merge.pass(out, start);
    }

    fn context(
        &mut self,
        ix: u8,
        out: &mut Vec<Event>,
        f: impl FnOnce(&mut dyn Convention, &mut Context<'_>),
    ) {
        let mut context = Context {
            out,
            catalogue: &mut self.catalogue,
            reroute: &mut self.reroute,
            limits: &self.limits,
            owner: ix,
        };
        f(self.conventions[usize::from(ix)].as_mut(), &mut context);
    }
}

/// Remembers the payload for a description that may come later, within bounds.
fn keep(route: &mut Route, kept_bytes: &mut usize, limits: &Limits, message: &Message<'_>) {
    *kept_bytes -= route.kept.as_ref().map_or(0, |kept| kept.payload.len());
    let len = message.payload.len();
    if len > limits.kept_payload || *kept_bytes + len > limits.kept_total {
        route.kept = None;
        return;
    }
    *kept_bytes += len;
    if let Some(kept) = &mut route.kept {
        kept.payload.set(message.payload);
        kept.at = message.at;
        kept.retain = message.retain;
    } else {
        route.kept = Some(Kept {
            payload: Bytes::new(message.payload),
            at: message.at,
            retain: message.retain,
        });
    }
}

/// Whether an MQTT topic filter matches a topic (MQTT 5 §4.7).
pub fn matches(filter: &str, topic: &str) -> bool {
    if topic.starts_with('$') && !filter.starts_with('$') {
        return false;
    }
    let mut levels = topic.split('/');
    for part in filter.split('/') {
        match (part, levels.next()) {
            ("#", _) => return true,
            ("+", Some(_)) => {}
            (part, Some(level)) if part == level => {}
            _ => return false,
        }
    }
    levels.next().is_none()
}

/// `text`, cut at a character boundary to at most `max` bytes.
pub(crate) fn shortened(text: &str, max: usize) -> String {
    let mut end = text.len().min(max);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_plain_topics_leaves_room_for_what_announces_itself() {
        let mut options = Options::default();
        options.limits.topics = 10;
        let mut decoder = Decoder::new(options);
        let mut say = |topic: &str, payload: &str| {
            let mut out = Vec::new();
            let message = Message {
                topic,
                payload: payload.as_bytes(),
                retain: false,
                at: 1_795_000_000_000_000,
            };
            decoder.message(&message, &mut out);
            (out, decoder.routes.len())
        };
        for number in 0..30 {
            say(&format!("flood/t{number}"), "1");
        }
        let (_, routes) = say("flood/more", "1");
        assert_eq!(routes, 10);
        say(
            "homeassistant/sensor/x/config",
            r#"{"name":"X","uniq_id":"x","stat_t":"x/s"}"#,
        );
        let (events, _) = say("x/s", "5");
        assert!(
            events.iter().any(|event| matches!(event, Event::Reading(_))),
            "{events:?}"
        );
        // That room is bounded as well.
        for number in 0..30 {
            say(
                &format!("homeassistant/sensor/y{number}/config"),
                r#"{"name":"Y","stat_t":"y"}"#,
            );
        }
        let (events, routes) = say("spBv1.0/G/NDATA/E", "");
        assert_eq!(routes, 20);
        assert!(matches!(&events[..], [Event::Diagnosis(it)] if it.kind == DiagnosisKind::TooMany));
    }

    #[test]
    fn what_is_removed_does_not_come_back_as_a_plain_device_until_it_speaks() {
        let mut decoder = Decoder::new(Options::default());
        let mut say = |topic: &str, payload: &str| {
            let mut out = Vec::new();
            let message = Message {
                topic,
                payload: payload.as_bytes(),
                retain: false,
                at: 1_795_000_000_000_000,
            };
            decoder.message(&message, &mut out);
            out
        };
        let config = "homeassistant/sensor/x/config";
        say(config, r#"{"name":"X","uniq_id":"x","stat_t":"x/s"}"#);
        say("x/s", "5");
        let gone = say(config, "");
        assert!(gone.iter().any(|event| matches!(event, Event::DeviceGone(_))));
        assert!(
            !gone
                .iter()
                .any(|event| matches!(event, Event::Device { .. } | Event::Reading(_))),
            "{gone:?}"
        );
        let spoke = say("x/s", "6");
        assert!(matches!(&spoke[..], [Event::Device { desc, .. }, ..] if desc.convention == "plain"));
    }

    /// A list of so many devices, each with a description of so many bytes.
    fn zigbee(devices: usize, bytes: usize) -> String {
        let list: Vec<String> = (0..devices)
            .map(|ix| {
                format!(
                    r#"{{"definition":{{"description":"{}","exposes":[{{"access":1,"name":"temperature","property":"temperature","type":"numeric","unit":"°C"}}],"model":"X","vendor":"V"}},"friendly_name":"Sensor {ix}","ieee_address":"0x00158d00{ix:08x}","supported":true,"type":"EndDevice"}}"#,
                    "x".repeat(bytes)
                )
            })
            .collect();
        format!("[{}]", list.join(","))
    }

    #[test]
    fn large_lists_are_read_and_what_is_too_large_is_told() {
        let decode = |payload: &[u8]| {
            let mut out = Vec::new();
            let message = Message {
                topic: "zigbee2mqtt/bridge/devices",
                payload,
                retain: true,
                at: 1_795_000_000_000_000,
            };
            Decoder::new(Options::default()).message(&message, &mut out);
            out
        };
        let list = zigbee(1_000, 10_000);
        assert!(list.len() > 10_000_000);
        let events = decode(list.as_bytes());
        let devices = events
            .iter()
            .filter(|event| matches!(event, Event::Device { .. }))
            .count();
        assert!(devices >= 1_000, "{devices}");
        for (payload, reason) in [
            (
                zigbee(1_000, 17_000),
                "is over the limit of 16777216; it was not decoded",
            ),
            (
                format!("[{}[]]", "[],".repeat(2 << 20)),
                "with more than 1000000 values in it was not decoded",
            ),
        ] {
            let events = decode(payload.as_bytes());
            let [Event::Diagnosis(it)] = &events[..] else {
                panic!("{} events", events.len());
            };
            assert_eq!(it.kind, DiagnosisKind::TooLarge);
            assert!(it.text.ends_with(reason), "{}", it.text);
        }
    }

    #[test]
    fn filters_match_as_mqtt_says() {
        for (filter, topic, want) in [
            ("#", "a/b", true),
            ("#", "$SYS/x", false),
            ("a/#", "a", true),
            ("a/+", "a", false),
            ("a/+/c", "a/b/c", true),
            ("a/+", "a/b/c", false),
            ("+/+", "/a", true),
            ("a", "a/b", false),
        ] {
            assert_eq!(matches(filter, topic), want, "{filter} on {topic}");
        }
    }
}
