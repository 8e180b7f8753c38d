//! Brokers, places, devices and points as they are kept, and what the person chose for them; [`crate::registrar`] gives out their ids.

use hearthline_model::{
    BrokerId, BrokerSettings, DeviceDesc, DeviceId, Place, PlaceId, PointDesc, PointId, Realm,
};
use rusqlite::OptionalExtension;
use serde::de::DeserializeOwned;

use crate::{Error, Store};

/// A device as it is kept: what it said of itself, and apart from that what the person chose.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredDevice {
    /// Lasting id.
    pub id: DeviceId,
    /// Its broker.
    pub broker: BrokerId,
    /// What it last said of itself.
    pub desc: DeviceDesc,
    /// The person's name for it.
    pub name: Option<String>,
    /// Where the person put it; none where they did not.
    pub moved: Option<(Option<PlaceId>, Realm)>,
}

/// A point as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredPoint {
    /// Lasting id.
    pub id: PointId,
    /// Its device.
    pub device: DeviceId,
    /// What was last said of it.
    pub desc: PointDesc,
}

/// Everything that has a lasting id.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Registry {
    /// Brokers.
    pub brokers: Vec<(BrokerId, BrokerSettings)>,
    /// Places.
    pub places: Vec<Place>,
    /// Devices.
    pub devices: Vec<StoredDevice>,
    /// Points.
    pub points: Vec<StoredPoint>,
}

impl Store {
    /// Everything that has a lasting id. A description that no longer reads is left out rather than stopping the start.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn load_registry(&mut self) -> Result<Registry, Error> {
        let mut registry = Registry::default();
        let mut statement = self
            .connection
            .prepare("SELECT id, settings FROM brokers ORDER BY id")?;
        let mut rows = statement.query(())?;
        while let Some(row) = rows.next()? {
            if let Some(settings) = lenient(&row.get::<_, String>(1)?) {
                registry.brokers.push((BrokerId(row.get(0)?), settings));
            }
        }
        let mut statement = self
            .connection
            .prepare("SELECT id, parent, kind, realm, name, position FROM places ORDER BY position, id")?;
        let mut rows = statement.query(())?;
        while let Some(row) = rows.next()? {
            let (Some(kind), Some(realm)) = (
                from_word(&row.get::<_, String>(2)?),
                from_word(&row.get::<_, String>(3)?),
            ) else {
                continue;
            };
            registry.places.push(Place {
                id: PlaceId(row.get(0)?),
                parent: row.get::<_, Option<u32>>(1)?.map(PlaceId),
                kind,
                realm,
                name: row.get(4)?,
                position: row.get(5)?,
            });
        }
        let mut statement = self.connection.prepare(
            "SELECT id, broker, desc, name, moved, place, realm FROM devices WHERE NOT gone ORDER BY id",
        )?;
        let mut rows = statement.query(())?;
        while let Some(row) = rows.next()? {
            let Some(desc) = lenient(&row.get::<_, String>(2)?) else {
                continue;
            };
            let realm = row
                .get::<_, Option<String>>(6)?
                .and_then(|realm| from_word(&realm))
                .unwrap_or_default();
            let place = row.get::<_, Option<u32>>(5)?.map(PlaceId);
            registry.devices.push(StoredDevice {
                id: DeviceId(row.get(0)?),
                broker: BrokerId(row.get(1)?),
                desc,
                name: row.get(3)?,
                moved: row.get::<_, bool>(4)?.then_some((place, realm)),
            });
        }
        let mut statement = self
            .connection
            .prepare("SELECT id, device, desc FROM points WHERE NOT gone ORDER BY id")?;
        let mut rows = statement.query(())?;
        while let Some(row) = rows.next()? {
            if let Some(desc) = lenient(&row.get::<_, String>(2)?) {
                registry.points.push(StoredPoint {
                    id: PointId(row.get(0)?),
                    device: DeviceId(row.get(1)?),
                    desc,
                });
            }
        }
        Ok(registry)
    }

    /// Leaves out devices and points from the next start on, until they are described again. Ids and history stay.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn set_gone(&mut self, devices: &[DeviceId], points: &[PointId]) -> Result<(), Error> {
        let transaction = self.connection.transaction()?;
        {
            let mut device = transaction.prepare_cached("UPDATE devices SET gone = 1 WHERE id = ?")?;
            for id in devices {
                device.execute([id.0])?;
            }
            let mut point = transaction.prepare_cached("UPDATE points SET gone = 1 WHERE id = ?")?;
            for id in points {
                point.execute([id.0])?;
            }
        }
        transaction.commit()?;
        Ok(())
    }

    /// Keeps a broker's settings; without an id it is a new one.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn save_broker(
        &mut self,
        id: Option<BrokerId>,
        settings: &BrokerSettings,
    ) -> Result<BrokerId, Error> {
        let text = serde_json::to_string(settings)?;
        if let Some(id) = id {
            self.connection
                .execute("UPDATE brokers SET settings = ? WHERE id = ?", (text, id.0))?;
            return Ok(id);
        }
        self.connection
            .execute("INSERT INTO brokers (settings) VALUES (?)", [text])?;
        Ok(BrokerId(self.connection.last_insert_rowid() as u32))
    }

    /// Forgets a broker and the discovery messages kept for it; devices and history stay.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn remove_broker(&mut self, id: BrokerId) -> Result<(), Error> {
        let transaction = self.connection.transaction()?;
        transaction.execute("DELETE FROM brokers WHERE id = ?", [id.0])?;
        transaction.execute("DELETE FROM configs WHERE broker = ?", [id.0])?;
        transaction.commit()?;
        Ok(())
    }

    /// Keeps the person's name for a device; none goes back to its own.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn rename_device(&mut self, id: DeviceId, name: Option<&str>) -> Result<(), Error> {
        self.connection
            .execute("UPDATE devices SET name = ? WHERE id = ?", (name, id.0))?;
        Ok(())
    }

    /// Keeps where the person put a device.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn move_device(&mut self, id: DeviceId, place: Option<PlaceId>, realm: Realm) -> Result<(), Error> {
        self.connection.execute(
            "UPDATE devices SET moved = 1, place = ?, realm = ? WHERE id = ?",
            (place.map(|place| place.0), word(&realm)?, id.0),
        )?;
        Ok(())
    }

    /// Changes a place; one that is not there any more is made again under its id.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn save_place(&mut self, place: &Place) -> Result<(), Error> {
        self.connection.execute(
            "INSERT INTO places (id, parent, kind, realm, name, position) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (id) DO UPDATE SET parent = ?2, kind = ?3, realm = ?4, name = ?5, position = ?6",
            (
                place.id.0,
                place.parent.map(|parent| parent.0),
                word(&place.kind)?,
                word(&place.realm)?,
                &place.name,
                place.position,
            ),
        )?;
        Ok(())
    }

    /// Removes a place; what was in it goes to its parent.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn remove_place(&mut self, id: PlaceId) -> Result<(), Error> {
        let transaction = self.connection.transaction()?;
        let parent: Option<Option<u32>> = transaction
            .query_row("SELECT parent FROM places WHERE id = ?", [id.0], |row| row.get(0))
            .optional()?;
        let parent = parent.flatten();
        transaction.execute("UPDATE places SET parent = ? WHERE parent = ?", (parent, id.0))?;
        transaction.execute("UPDATE devices SET place = ? WHERE place = ?", (parent, id.0))?;
        transaction.execute("DELETE FROM places WHERE id = ?", [id.0])?;
        transaction.commit()?;
        Ok(())
    }
}

/// An enum's word on the wire, without quotes.
pub(crate) fn word(value: &impl serde::Serialize) -> Result<String, Error> {
    Ok(serde_json::to_string(value)?.trim_matches('"').to_owned())
}

pub(crate) fn from_word<T: DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).ok()
}

fn lenient<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str(text)
        .inspect_err(|error| tracing::warn!(message = "a record is left out", %error))
        .ok()
}

#[cfg(test)]
mod tests {
    use hearthline_model::PlaceKind;

    use super::*;
    use crate::Synchronous;

    #[test]
    fn ids_last_over_a_restart_and_the_persons_choice_over_a_new_announcement() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("h.db");
        let device = |name: &str| DeviceDesc {
            key: "ha:1".into(),
            name: name.into(),
            ..DeviceDesc::default()
        };
        let point = PointDesc {
            key: "t".into(),
            ..PointDesc::default()
        };
        let (id, at, room) = {
            let mut store = Store::open(&path, Synchronous::Full).unwrap();
            let (id, at, room) = store
                .register(|it| {
                    let device = it.device(BrokerId(1), &device("Old"), &|_| false)?;
                    let id = device.at.id;
                    let home = it.place(None, PlaceKind::Home, Realm::Home, "Home")?;
                    let room = it.place(Some(home), PlaceKind::Room, Realm::Home, "Kitchen")?;
                    assert_eq!(
                        it.place(Some(home), PlaceKind::Room, Realm::Home, "kitchen")?,
                        room
                    );
                    Ok((id, it.point(device.at, &point, &|_| false)?.id, room))
                })
                .unwrap();
            store.rename_device(id, Some("Mine")).unwrap();
            store.move_device(id, Some(room), Realm::Home).unwrap();
            (id, at, room)
        };
        let mut store = Store::open(&path, Synchronous::Full).unwrap();
        let again = store.register(|it| {
            let kept = it.device(BrokerId(1), &device("New"), &|_| false)?;
            assert_eq!(kept.name.as_deref(), Some("Mine"));
            assert_eq!(kept.moved, Some((Some(room), Realm::Home)));
            let at = it.point(kept.at, &point, &|_| false)?.id;
            Ok((kept, at))
        });
        let (kept, again) = again.unwrap();
        assert_eq!((kept.at.id, again), (id, at));
        store.set_gone(&[], &[at]).unwrap();
        assert!(store.load_registry().unwrap().points.is_empty());
        let again = store.register(|it| it.point(kept.at, &point, &|_| false));
        assert_eq!(again.unwrap().id, at);
        assert_eq!(store.load_registry().unwrap().points.len(), 1);
        let registry = store.load_registry().unwrap();
        assert_eq!(registry.devices[0].desc.name, "New");
        assert_eq!(registry.devices[0].name.as_deref(), Some("Mine"));
        assert_eq!(registry.devices[0].moved, Some((Some(room), Realm::Home)));
        store.remove_place(room).unwrap();
        let home = registry.places[0].id;
        assert_eq!(
            store.load_registry().unwrap().devices[0].moved,
            Some((Some(home), Realm::Home))
        );
    }

    #[test]
    fn a_broker_is_kept_changed_and_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("h.db"), Synchronous::Full).unwrap();
        let mut settings = BrokerSettings {
            name: "Cellar".into(),
            ..BrokerSettings::default()
        };
        let id = store.save_broker(None, &settings).unwrap();
        settings.port = 8883;
        assert_eq!(store.save_broker(Some(id), &settings).unwrap(), id);
        assert_eq!(store.load_registry().unwrap().brokers, [(id, settings)]);
        store.remove_broker(id).unwrap();
        assert!(store.load_registry().unwrap().brokers.is_empty());
    }
}
