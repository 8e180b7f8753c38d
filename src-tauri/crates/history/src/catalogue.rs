//! Everything that ever had an id, as a read handle sees it: for exports and imports, which ask for what is gone as well.

use std::collections::BTreeMap;
use std::sync::Arc;

use hearthline_model::{BrokerId, DeviceDesc, DeviceId, Micros, PointDesc, PointId};

use crate::directory::STEPS;
use crate::{Error, Reader, query};

/// How much there is of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Samples, repetitions that compaction has not met yet included; what is kept as an aggregate alone is not.
    pub samples: u64,
    /// Time of the earliest.
    pub from: Micros,
    /// Time of the latest.
    pub to: Micros,
}

/// A point with its device, whether it is there or gone.
#[derive(Clone, Debug, PartialEq)]
pub struct ListedPoint {
    /// Lasting id.
    pub id: PointId,
    /// Its device.
    pub device: DeviceId,
    /// The device's broker.
    pub broker: BrokerId,
    /// What the device last said of itself.
    pub device_desc: Arc<DeviceDesc>,
    /// The person's name for the device.
    pub renamed: Option<Arc<str>>,
    /// Where the device is, from the outside in; empty where nobody knows.
    pub place: Arc<[String]>,
    /// What was last said of it.
    pub desc: PointDesc,
    /// Its convention withdrew it, or its device.
    pub gone: bool,
}

impl ListedPoint {
    /// The name people read for the device.
    pub fn device_name(&self) -> &str {
        self.renamed.as_deref().unwrap_or(&self.device_desc.name)
    }

    /// The name people read for the point, without the device's; its key where it has none.
    pub fn name(&self) -> &str {
        if self.desc.name.is_empty() {
            &self.desc.key
        } else {
            &self.desc.name
        }
    }
}

struct Device {
    broker: BrokerId,
    desc: Arc<DeviceDesc>,
    renamed: Option<Arc<str>>,
    place: Arc<[String]>,
    gone: bool,
}

impl Reader {
    /// Every point that the file knows, in the order of ids. A description that no longer reads is left out.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn catalogue(&self) -> Result<Vec<ListedPoint>, Error> {
        let snapshot = self.connection.unchecked_transaction()?;
        let mut places: BTreeMap<u32, (Option<u32>, String)> = BTreeMap::new();
        let mut statement = snapshot.prepare("SELECT id, parent, name FROM places")?;
        let mut rows = statement.query(())?;
        while let Some(row) = rows.next()? {
            places.insert(row.get(0)?, (row.get(1)?, row.get(2)?));
        }
        let mut devices: BTreeMap<u32, Device> = BTreeMap::new();
        let mut statement =
            snapshot.prepare("SELECT id, broker, desc, name, moved, place, gone FROM devices")?;
        let mut rows = statement.query(())?;
        while let Some(row) = rows.next()? {
            let Ok(desc) = serde_json::from_str::<DeviceDesc>(&row.get::<_, String>(2)?) else {
                continue;
            };
            let place = if row.get(4)? {
                path(&places, row.get(5)?)
            } else {
                desc.place.path.clone()
            };
            devices.insert(
                row.get(0)?,
                Device {
                    broker: BrokerId(row.get(1)?),
                    desc: Arc::new(desc),
                    renamed: row.get::<_, Option<String>>(3)?.map(Into::into),
                    place: place.into(),
                    gone: row.get(6)?,
                },
            );
        }
        let mut points = Vec::new();
        let mut statement = snapshot.prepare("SELECT id, device, desc, gone FROM points ORDER BY id")?;
        let mut rows = statement.query(())?;
        while let Some(row) = rows.next()? {
            let id: u32 = row.get(1)?;
            let (Some(device), Ok(desc)) =
                (devices.get(&id), serde_json::from_str(&row.get::<_, String>(2)?))
            else {
                continue;
            };
            points.push(ListedPoint {
                id: PointId(row.get(0)?),
                device: DeviceId(id),
                broker: device.broker,
                device_desc: Arc::clone(&device.desc),
                renamed: device.renamed.clone(),
                place: Arc::clone(&device.place),
                desc,
                gone: device.gone || row.get(3)?,
            });
        }
        Ok(points)
    }

    /// How much there is of every point that has anything.
    ///
    /// # Errors
    /// Where the file refuses or is damaged.
    pub fn extents(&self) -> Result<BTreeMap<PointId, Extent>, Error> {
        let snapshot = self.connection.unchecked_transaction()?;
        let mut all: BTreeMap<PointId, Extent> = BTreeMap::new();
        let mut add = |point, samples, from, to| {
            all.entry(point)
                .and_modify(|known| {
                    known.samples += samples;
                    known.from = known.from.min(from);
                    known.to = known.to.max(to);
                })
                .or_insert(Extent { samples, from, to });
        };
        let mut statement = snapshot.prepare(
            "SELECT point, sum(count), min(begins), max(ends) FROM chunks WHERE class <> ? GROUP BY point",
        )?;
        let mut rows = statement.query([STEPS])?;
        while let Some(row) = rows.next()? {
            let samples = row.get::<_, i64>(1)?.unsigned_abs();
            add(PointId(row.get(0)?), samples, row.get(2)?, row.get(3)?);
        }
        query::scan_journal(&snapshot, &self.look, Micros::MIN, Micros::MAX, |sample| {
            add(sample.point, 1, sample.at, sample.at);
        })?;
        Ok(all)
    }
}

/// The names from the outside in.
fn path(places: &BTreeMap<u32, (Option<u32>, String)>, place: Option<u32>) -> Vec<String> {
    let mut names = Vec::new();
    let mut next = place;
    // The tree is shallow; the bound keeps a cycle in a damaged file from hanging us.
    for _ in 0..16 {
        let Some((parent, name)) = next.and_then(|id| places.get(&id)) else {
            break;
        };
        names.push(name.clone());
        next = *parent;
    }
    names.reverse();
    names
}

#[cfg(test)]
mod tests {
    use hearthline_model::{PlaceKind, Realm};

    use super::*;
    use crate::{Store, Synchronous};

    #[test]
    fn what_is_gone_is_listed_with_the_persons_name_and_place() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("h.db"), Synchronous::Full).unwrap();
        let (device, point, room) = store
            .register(|it| {
                let device = DeviceDesc {
                    key: "ha:1".into(),
                    name: "Thermo".into(),
                    ..DeviceDesc::default()
                };
                let device = it.device(BrokerId(1), &device, &|_| false)?.at;
                let point = PointDesc {
                    key: "t".into(),
                    ..PointDesc::default()
                };
                let point = it.point(device, &point, &|_| false)?.id;
                let home = it.place(None, PlaceKind::Home, Realm::Home, "Home")?;
                let room = it.place(Some(home), PlaceKind::Room, Realm::Home, "Kitchen")?;
                Ok((device.id, point, room))
            })
            .unwrap();
        store.rename_device(device, Some("Mine")).unwrap();
        store.move_device(device, Some(room), Realm::Home).unwrap();
        store.set_gone(&[device], &[point]).unwrap();
        let listed = store.reader().unwrap().catalogue().unwrap();
        assert_eq!(listed.len(), 1);
        assert_eq!((listed[0].device_name(), listed[0].name()), ("Mine", "t"));
        assert_eq!(&*listed[0].place, ["Home", "Kitchen"]);
        assert!(listed[0].gone && listed[0].id == point);
    }
}
