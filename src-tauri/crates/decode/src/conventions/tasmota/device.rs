//! One device: what is known of it, and its points.

use hearthline_model::{DeviceDesc, PlaceHint, Realm};
use rustc_hash::{FxHashMap, FxHashSet};

use super::child::Child;
use super::config::Config;
use super::entities;
use super::input::Input;
use super::read::Feed;
use super::scene::Scene;
use super::sheet::Sheet;
use super::topic::Bases;
use crate::naming::{self, humanise};
use crate::shape::json::Json;
use crate::shape::lexicon;
use crate::{DeviceIx, PointIx};

/// Most ignored things that one device is told of.
const MOST_TOLD: usize = 64;

/// See the module.
pub(super) struct Device {
    /// Its key, without the convention.
    pub(super) id: String,
    /// The levels of its topic, which name it where nothing else does.
    pub(super) levels: Vec<String>,
    pub(super) config: Config,
    pub(super) bases: Bases,
    /// It announced itself.
    pub(super) discovered: bool,
    /// It took its announcement back; it comes back when it speaks.
    pub(super) gone: bool,
    /// Its topics may have come before it was known.
    pub(super) fresh: bool,
    pub(super) realm: Option<Realm>,
    pub(super) sheet: Option<Sheet>,
    /// Paths of `STATE` and `RESULT` and the points they feed.
    pub(super) feeds: FxHashMap<Box<str>, Vec<Feed>>,
    pub(super) entity_points: Vec<PointIx>,
    pub(super) entities_known: bool,
    /// Switches and buttons, by the key that they have in messages.
    pub(super) inputs: FxHashMap<String, Input>,
    pub(super) shutters: Vec<entities::Shutter>,
    /// The last speed at which a fan ran.
    pub(super) fan_speed: u8,
    pub(super) online: Option<bool>,
    /// When its last will was heard, where nothing else was yet.
    pub(super) will_at: Option<hearthline_model::Micros>,
    pub(super) sleeps: bool,
    /// It was asked for its state since it came online.
    pub(super) asked: bool,
    pub(super) children: FxHashMap<String, Child>,
    told: FxHashSet<String>,
    /// A scratch buffer for paths.
    pub(super) path: String,
}

impl Device {
    pub(super) fn new(id: String, levels: Vec<String>, bases: Bases, realm: Option<Realm>) -> Self {
        Self {
            id,
            levels,
            config: Config::default(),
            bases,
            discovered: false,
            gone: false,
            fresh: true,
            realm,
            sheet: None,
            feeds: FxHashMap::default(),
            entity_points: Vec::new(),
            entities_known: false,
            inputs: FxHashMap::default(),
            shutters: Vec::new(),
            fan_speed: 2,
            online: None,
            will_at: None,
            sleeps: false,
            asked: false,
            children: FxHashMap::default(),
            told: FxHashSet::default(),
            path: String::new(),
        }
    }

    /// Its index, where it was described.
    pub(super) fn ix(&self) -> Option<DeviceIx> {
        self.sheet.as_ref().map(|sheet| sheet.device)
    }

    pub(super) fn key(&self) -> String {
        format!("tasmota:{}", self.id)
    }

    /// Describes the device, if need be; none where there is no room for it.
    pub(super) fn ensure(&mut self, scene: &mut Scene<'_, '_>) -> Option<DeviceIx> {
        if self.sheet.is_none() || self.gone {
            return self.describe(scene);
        }
        self.ix()
    }

    /// Describes the device as it is known now.
    pub(super) fn describe(&mut self, scene: &mut Scene<'_, '_>) -> Option<DeviceIx> {
        let device = scene.context.device(self.desc())?;
        let first = self.sheet.is_none();
        if first || self.gone {
            // Points of a device that was gone have to be told anew.
            let units = self.sheet.take();
            self.sheet = Some(Sheet::new(device));
            if let (Some(sheet), Some(mut former)) = (&mut self.sheet, units) {
                sheet.inherit(&mut former);
            }
            self.entities_known = false;
        }
        self.gone = false;
        if first {
            self.will_at = None;
            if let Some(online) = self.online.filter(|online| *online || !self.sleeps) {
                scene.context.online(device, online, scene.received);
            }
        }
        if self.discovered && !self.entities_known {
            entities::describe(self, scene);
        }
        Some(device)
    }

    fn desc(&self) -> DeviceDesc {
        let config = &self.config;
        let (name, path) = self.name();
        DeviceDesc {
            key: self.key(),
            identities: config.identity().into_iter().collect(),
            convention: "tasmota".to_owned(),
            name,
            manufacturer: Some("Tasmota".to_owned()),
            model: config.model.clone(),
            firmware: config.firmware.clone(),
            hardware: config.hardware.clone(),
            url: config.ip.as_ref().map(|ip| format!("http://{ip}/")),
            place: PlaceHint {
                realm: self.realm.unwrap_or(Realm::Home),
                path,
            },
            ..DeviceDesc::default()
        }
    }

    /// Its name and its room.
    fn name(&self) -> (String, Vec<String>) {
        if let Some(name) = &self.config.name {
            let (path, name) = naming::split_place(name);
            // "Kitchen lamp": where it is; what the person wrote stays its name.
            let room = naming::room_before(&name).filter(|_| path.is_empty());
            return (name, room.map_or(path, |room| vec![room]));
        }
        let mut levels = self.levels.iter().rev().map(String::as_str);
        let name = humanise(levels.next().unwrap_or("Tasmota"));
        let room = levels.find(|level| lexicon::has(lexicon::ROOMS, &level.replace(['_', '-', ' '], "")));
        (name, room.map(humanise).into_iter().collect())
    }

    /// Tells of something ignored, once.
    pub(super) fn ignored(&mut self, what: &str, text: &str, scene: &mut Scene<'_, '_>) {
        if self.told.len() >= MOST_TOLD || self.told.contains(what) {
            return;
        }
        self.told.insert(crate::decoder::shortened(what, 128));
        if let Some(device) = self.ix() {
            scene.ignored(device, text.to_owned());
        }
    }

    /// The points of the relays and lights that a path of `STATE` or `RESULT` feeds; true where there are any.
    pub(super) fn feed(&mut self, path: &str, json: &Json<'_>, scene: &mut Scene<'_, '_>) -> bool {
        let Some(feeds) = self.feeds.get_mut(path) else {
            return false;
        };
        for feed in feeds {
            if let super::read::Outcome::Value(value) = feed.read.read(json, &self.config.words) {
                if feed.read == super::read::Read::Running
                    && let Some(speed) = super::read::number(json)
                    && (1.0..=3.0).contains(&speed)
                {
                    self.fan_speed = speed as u8;
                }
                scene.say(feed.point, value);
            }
        }
        true
    }

    /// Its last will, or a sign of life.
    pub(super) fn set_online(&mut self, online: bool, scene: &mut Scene<'_, '_>) {
        if !online && self.sleeps {
            self.online = Some(false);
            let text = "it sleeps between its readings: that it is offline meanwhile is no fault";
            self.ignored("LWT", text, scene);
            return;
        }
        if self.online == Some(online) {
            return;
        }
        self.online = Some(online);
        let Some(device) = self.ix().filter(|_| !self.gone) else {
            return;
        };
        scene.context.online(device, online, scene.received);
        for child in self.children.values() {
            scene.context.online(child.sheet.device, online, scene.received);
        }
    }

    /// It said that it goes to sleep, or that it is one that does.
    pub(super) fn set_sleeps(&mut self, scene: &mut Scene<'_, '_>) {
        if std::mem::replace(&mut self.sleeps, true) {
            return;
        }
        if self.online == Some(false)
            && let Some(device) = self.ix()
        {
            scene.context.online(device, true, scene.received);
        }
    }

    /// The announcement was taken back.
    pub(super) fn forget(&mut self, scene: &mut Scene<'_, '_>) {
        let Some(device) = self.ix() else {
            return;
        };
        for child in self.children.values() {
            scene.context.forget_device(child.sheet.device);
        }
        self.children.clear();
        scene.context.forget_device(device);
        for point in self.entity_points.drain(..) {
            scene.commands.remove(&point);
        }
        self.feeds.clear();
        self.inputs.clear();
        self.entities_known = false;
        self.gone = true;
    }
}
