//! Which known point a series of a file is: by key where the file tells keys, else by name, and only where one alone fits.

use hearthline_history::ListedPoint;
use hearthline_model::{BrokerId, Kind, Role};
use rustc_hash::FxHashMap;

use super::names::slug;
use super::{Made, Match};

/// Known points, to be found in several ways.
pub struct Index<'a> {
    known: &'a [ListedPoint],
    /// By the keys of device and point, all that both are known through.
    by_keys: FxHashMap<(&'a str, &'a str), Vec<usize>>,
    /// By point key alone.
    by_key: FxHashMap<&'a str, Vec<usize>>,
    /// By the name of device and point, as Home Assistant makes ids of them.
    by_slug: FxHashMap<String, Vec<usize>>,
    by_identity: FxHashMap<&'a str, Vec<usize>>,
}

impl<'a> Index<'a> {
    /// Of all that is known.
    pub fn new(known: &'a [ListedPoint]) -> Self {
        let mut index = Self {
            known,
            by_keys: FxHashMap::default(),
            by_key: FxHashMap::default(),
            by_slug: FxHashMap::default(),
            by_identity: FxHashMap::default(),
        };
        for (ix, point) in known.iter().enumerate() {
            let device = &point.device_desc;
            let mut devices: Vec<&str> = vec![&device.key];
            devices.extend(device.sources.iter().map(|source| source.key.as_str()));
            devices.dedup();
            let mut keys: Vec<(&str, &str)> = devices
                .iter()
                .map(|key| (*key, point.desc.key.as_str()))
                .collect();
            keys.extend(
                point
                    .desc
                    .sources
                    .iter()
                    .map(|source| (source.device.as_str(), source.key.as_str())),
            );
            keys.sort_unstable();
            keys.dedup();
            for key in keys {
                index.by_keys.entry(key).or_default().push(ix);
            }
            // What was imported is found by its keys alone: a name would lead from one import to another.
            if point.broker == BrokerId::IMPORTED {
                continue;
            }
            index.by_key.entry(&point.desc.key).or_default().push(ix);
            for identity in &device.identities {
                index.by_identity.entry(identity).or_default().push(ix);
            }
            let mut slugs = vec![
                slug(&format!("{} {}", point.device_name(), point.desc.name)),
                slug(&format!("{} {}", device.name, point.desc.name)),
            ];
            slugs.dedup();
            for slug in slugs.into_iter().filter(|slug| !slug.is_empty()) {
                index.by_slug.entry(slug).or_default().push(ix);
            }
        }
        index
    }

    /// By the keys of its device and of itself.
    pub fn by_keys(&self, made: &Made, by: &'static str) -> Option<Match> {
        let mut found = Vec::new();
        let mut add = |device: &str, point: &str| {
            found.extend(self.by_keys.get(&(device, point)).into_iter().flatten().copied());
        };
        add(&made.device.key, &made.point.key);
        for source in &made.device.sources {
            add(&source.key, &made.point.key);
        }
        for source in &made.point.sources {
            add(&source.device, &source.key);
        }
        found.sort_unstable();
        found.dedup();
        // The same keys under two brokers are two things.
        self.one(&found, by)
    }

    /// By its own key, of whatever device.
    pub fn by_key(&self, key: &str, by: &'static str) -> Option<Match> {
        self.one(self.by_key.get(key)?, by)
    }

    /// By its name, where sort and unit fit. `platform` is that of Home Assistant, where one is known.
    pub fn by_name(
        &self,
        name: &str,
        platform: Option<&str>,
        made: &Made,
        by: &'static str,
    ) -> Option<Match> {
        let found: Vec<usize> = self
            .by_slug
            .get(&slug(name))?
            .iter()
            .copied()
            .filter(|ix| Self::fits(&self.known[*ix], platform, made))
            .collect();
        self.one(&found, by)
    }

    /// By its class or name within the device that has one of these identities.
    pub fn by_identity(
        &self,
        identities: &[String],
        name: &str,
        platform: &str,
        made: &Made,
        by: &'static str,
    ) -> Option<Match> {
        let mut of_device: Vec<usize> = identities
            .iter()
            .filter_map(|identity| self.by_identity.get(identity.as_str()))
            .flatten()
            .copied()
            .filter(|ix| Self::fits(&self.known[*ix], Some(platform), made))
            .collect();
        of_device.sort_unstable();
        of_device.dedup();
        let wanted = slug(name);
        let named: Vec<usize> = of_device
            .iter()
            .copied()
            .filter(|ix| slug(&self.known[*ix].desc.name) == wanted)
            .collect();
        self.one(&named, by).or_else(|| {
            let class = made.point.class.as_ref()?;
            let classed: Vec<usize> = of_device
                .into_iter()
                .filter(|ix| self.known[*ix].desc.class.as_ref() == Some(class))
                .collect();
            self.one(&classed, by)
        })
    }

    fn fits(known: &ListedPoint, platform: Option<&str>, made: &Made) -> bool {
        let group = |kind: Kind| match kind {
            Kind::Number => 0,
            Kind::Bool => 1,
            _ => 2,
        };
        let units = match (&known.desc.unit, &made.point.unit) {
            (Some(one), Some(other)) => one == other,
            _ => true,
        };
        // What an entity is shown by, where it has several points.
        let role = matches!(
            known.desc.role,
            Role::Value
                | Role::Switch
                | Role::OpenClose
                | Role::Lock
                | Role::Mode
                | Role::Battery
                | Role::Attribute
                | Role::Task
                | Role::AlarmPanel
                | Role::LinkQuality
                | Role::Charging
                | Role::Activity
        );
        let platforms = platform.is_none_or(|platform| {
            known.desc.platform == platform || matches!(known.desc.platform.as_str(), "" | "value" | "metric")
        });
        units && platforms && role && group(known.desc.kind) == group(made.point.kind)
    }

    /// The one of several; those that are gone count only where no other does.
    fn one(&self, found: &[usize], by: &'static str) -> Option<Match> {
        let there: Vec<usize> = found.iter().copied().filter(|ix| !self.known[*ix].gone).collect();
        let found = if there.is_empty() { found } else { &there };
        match found {
            // An imported point that a person removed is made again, under the id that it had.
            [ix] if self.known[*ix].gone && self.known[*ix].broker == BrokerId::IMPORTED => None,
            [ix] => Some(Match {
                point: self.known[*ix].id,
                by,
            }),
            _ => None,
        }
    }
}
