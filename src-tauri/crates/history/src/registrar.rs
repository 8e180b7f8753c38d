//! Gives out lasting ids. A device that is known through several descriptions has one id, and so have its points: the key of each
//! description is bound to it, so that any of them finds it again, in whatever order they come after a restart.
//!
//! Where descriptions that had ids of their own turn out to be one, the lowest id wins, for it has the oldest history. What each key
//! had before is remembered beside (`own`), and comes back when a person splits the device ([`crate::Store::split`]).

use hearthline_model::{BrokerId, DeviceDesc, DeviceId, PlaceId, PlaceKind, PointDesc, PointId, Realm};
use rusqlite::{OptionalExtension, Transaction};

use crate::registry::{from_word, word};
use crate::room::{BOUNDS, Bounds, Room};
use crate::{Error, Store};

/// Gives out lasting ids within one transaction: 100,000 new points are one commit.
pub struct Registrar<'a> {
    transaction: Transaction<'a>,
    /// Nothing can be written: what has its id is found, and what would need one is an [`Error::ReadOnly`].
    recalls: bool,
    room: Room,
    bounds: Bounds,
}

/// A device that has its lasting id, as its points are registered at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The id.
    pub id: DeviceId,
    /// Its broker.
    pub broker: BrokerId,
    /// The row of the first key that it is known by.
    source: u32,
}

/// A device that has its lasting id.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptDevice {
    /// Where its points are registered.
    pub at: Anchor,
    /// The person's name for it.
    pub name: Option<String>,
    /// Where the person put it; none where they did not.
    pub moved: Option<(Option<PlaceId>, Realm)>,
    /// Ids that its keys had until now, and that are nobody's any more.
    pub beaten: Vec<DeviceId>,
}

/// A point that has its lasting id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptPoint {
    /// The id.
    pub id: PointId,
    /// The device that it belonged to before, where that was another one. A person's conditions moved with it.
    pub former: Option<DeviceId>,
    /// Ids that its keys had until now, and that are nobody's any more. A person's conditions of the first that has any are this
    /// one's as well, where it has none.
    pub beaten: Vec<PointId>,
}

/// What a key is bound to.
#[derive(Clone, Copy, Debug, Default)]
struct Bound {
    /// Row of `sources`; none for a key never heard of.
    row: Option<u32>,
    now: Option<u32>,
    own: Option<u32>,
}

/// The id of what has these keys: the lowest that they are bound to, else the lowest that they had alone. `taken` are ids of
/// others that are there.
fn choose(keys: &[Bound], taken: &dyn Fn(u32) -> bool) -> Option<u32> {
    let lowest = |of: fn(&Bound) -> Option<u32>| keys.iter().filter_map(of).filter(|id| !taken(*id)).min();
    lowest(|key| key.now).or_else(|| lowest(|key| key.own))
}

impl Registrar<'_> {
    /// The lasting id of a device; its description is kept. `taken` tells of ids that other devices have at this moment.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn device(
        &mut self,
        broker: BrokerId,
        desc: &DeviceDesc,
        taken: &dyn Fn(DeviceId) -> bool,
    ) -> Result<KeptDevice, Error> {
        let sources = desc.all_sources();
        let mut keys = Vec::with_capacity(sources.len());
        for source in &sources {
            keys.push(self.source(broker, &source.key)?);
        }
        let text = serde_json::to_string(desc)?;
        let chosen = choose(&keys, &|id| taken(DeviceId(id)));
        if self.recalls {
            let bound = keys.iter().all(|key| key.row.is_some() && key.now == chosen);
            let id = chosen.filter(|_| bound).ok_or(Error::ReadOnly)?;
            let row = keys.first().and_then(|key| key.row).unwrap_or_default();
            return self.kept(id, broker, row);
        }
        let id = if let Some(id) = chosen {
            self.transaction
                .prepare_cached("UPDATE devices SET desc = ?2, gone = 0 WHERE id = ?1")?
                .execute((id, &text))?;
            id
        } else {
            self.room.device(&self.transaction, broker, self.bounds)?;
            self.transaction
                .prepare_cached("INSERT INTO devices (broker, desc) VALUES (?, ?)")?
                .insert((broker.0, &text))? as u32
        };
        let mut first = None;
        let mut beaten = Vec::new();
        for (ix, (key, source)) in keys.iter().zip(&sources).enumerate() {
            // Who made a new id owns it.
            let own = if chosen.is_none() && ix == 0 {
                Some(id)
            } else {
                key.own
            };
            let row = match key.row {
                Some(row) if key.now == Some(id) && key.own == own => row,
                Some(row) => {
                    self.transaction
                        .prepare_cached("UPDATE sources SET device = ?2, own = ?3 WHERE id = ?1")?
                        .execute((row, id, own))?;
                    row
                }
                None => self
                    .transaction
                    .prepare_cached("INSERT INTO sources (broker, key, device, own) VALUES (?, ?, ?, ?)")?
                    .insert((broker.0, &source.key, id, own))? as u32,
            };
            first.get_or_insert(row);
            if let Some(loser) = key.now.filter(|loser| *loser != id && !taken(DeviceId(*loser))) {
                self.take_over(loser, id)?;
                beaten.push(DeviceId(loser));
            }
        }
        Ok(KeptDevice {
            beaten,
            ..self.kept(id, broker, first.unwrap_or_default())?
        })
    }

    fn kept(&self, id: u32, broker: BrokerId, source: u32) -> Result<KeptDevice, Error> {
        let (name, moved, place, realm): (Option<String>, bool, Option<u32>, Option<String>) = self
            .transaction
            .prepare_cached("SELECT name, moved, place, realm FROM devices WHERE id = ?")?
            .query_row([id], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })?;
        let realm = realm.and_then(|realm| from_word(&realm)).unwrap_or_default();
        Ok(KeptDevice {
            at: Anchor {
                id: DeviceId(id),
                broker,
                source,
            },
            name,
            moved: moved.then_some((place.map(PlaceId), realm)),
            beaten: Vec::new(),
        })
    }

    /// What a person chose for the one that is no more is the other's, where they chose nothing for that, and so are its points.
    fn take_over(&mut self, loser: u32, winner: u32) -> Result<(), Error> {
        self.transaction
            .prepare_cached(
                "UPDATE devices SET name = (SELECT name FROM devices WHERE id = ?1) WHERE id = ?2 AND name IS NULL",
            )?
            .execute((loser, winner))?;
        self.transaction
            .prepare_cached(
                "UPDATE devices SET (moved, place, realm) = (SELECT moved, place, realm FROM devices WHERE id = ?1)
                 WHERE id = ?2 AND NOT moved",
            )?
            .execute((loser, winner))?;
        self.transaction
            .prepare_cached("UPDATE OR REPLACE conditions SET device = ?2 WHERE device = ?1 AND point IN (SELECT id FROM points WHERE device = ?1)")?
            .execute((loser, winner))?;
        self.transaction
            .prepare_cached("UPDATE points SET device = ?2 WHERE device = ?1")?
            .execute((loser, winner))?;
        Ok(())
    }

    fn source(&mut self, broker: BrokerId, key: &str) -> Result<Bound, Error> {
        let found = self
            .transaction
            .prepare_cached("SELECT id, device, own FROM sources WHERE broker = ? AND key = ?")?
            .query_row((broker.0, key), |row| {
                Ok(Bound {
                    row: row.get(0)?,
                    now: row.get(1)?,
                    own: row.get(2)?,
                })
            })
            .optional()?;
        Ok(found.unwrap_or_default())
    }

    /// The lasting id of a point; its description is kept. `taken` tells of ids that other points have at this moment.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn point(
        &mut self,
        device: Anchor,
        desc: &PointDesc,
        taken: &dyn Fn(PointId) -> bool,
    ) -> Result<KeptPoint, Error> {
        let mut keys: Vec<(u32, &str, Bound)> = Vec::with_capacity(desc.sources.len().max(1));
        if desc.sources.is_empty() {
            keys.push((device.source, &desc.key, Bound::default()));
        }
        for source in &desc.sources {
            if let Some(row) = self.source(device.broker, &source.device)?.row {
                keys.push((row, &source.key, Bound::default()));
            }
        }
        for (source, key, bound) in &mut keys {
            let found = self
                .transaction
                .prepare_cached("SELECT point, own FROM point_sources WHERE source = ? AND key = ?")?
                .query_row((*source, *key), |row| {
                    Ok(Bound {
                        row: Some(*source),
                        now: row.get(0)?,
                        own: row.get(1)?,
                    })
                })
                .optional()?;
            *bound = found.unwrap_or_default();
        }
        let bounds: Vec<Bound> = keys.iter().map(|(_, _, bound)| *bound).collect();
        let text = serde_json::to_string(desc)?;
        let chosen = choose(&bounds, &|id| taken(PointId(id)));
        if self.recalls {
            let bound = !bounds.is_empty() && bounds.iter().all(|key| key.row.is_some() && key.now == chosen);
            let id = chosen.filter(|_| bound).ok_or(Error::ReadOnly)?;
            let at: Option<u32> = self
                .transaction
                .prepare_cached("SELECT device FROM points WHERE id = ?")?
                .query_row([id], |row| row.get(0))
                .optional()?;
            if at != Some(device.id.0) {
                return Err(Error::ReadOnly);
            }
            return Ok(KeptPoint {
                id: PointId(id),
                former: None,
                beaten: Vec::new(),
            });
        }
        let (id, former) = if let Some(id) = chosen {
            (id, self.keep_point(id, device.id, &text)?)
        } else {
            self.room.point(&self.transaction, device.broker, self.bounds)?;
            let id = self
                .transaction
                .prepare_cached("INSERT INTO points (device, desc) VALUES (?, ?)")?
                .insert((device.id.0, &text))?;
            (id as u32, None)
        };
        let mut beaten: Vec<PointId> = bounds
            .iter()
            .filter_map(|bound| bound.now.map(PointId))
            .filter(|loser| loser.0 != id && !taken(*loser))
            .collect();
        beaten.dedup();
        for loser in &beaten {
            self.transaction
                .prepare_cached(
                    "INSERT OR IGNORE INTO conditions SELECT ?2, ?3, conditions FROM conditions WHERE point = ?1 LIMIT 1",
                )?
                .execute((loser.0, device.id.0, id))?;
        }
        for (ix, (source, key, bound)) in keys.into_iter().enumerate() {
            let own = if chosen.is_none() && ix == 0 {
                Some(id)
            } else {
                bound.own
            };
            if bound.row.is_none() || bound.now != Some(id) || bound.own != own {
                self.transaction
                    .prepare_cached(
                        "INSERT INTO point_sources (source, key, point, own) VALUES (?1, ?2, ?3, ?4)
                         ON CONFLICT (source, key) DO UPDATE SET point = ?3, own = ?4",
                    )?
                    .execute((source, key, id, own))?;
            }
        }
        Ok(KeptPoint {
            id: PointId(id),
            former,
            beaten,
        })
    }

    /// Keeps the description of a known point; gives the device that it belonged to, where that was another one.
    fn keep_point(&mut self, id: u32, device: DeviceId, desc: &str) -> Result<Option<DeviceId>, Error> {
        let former: u32 = self
            .transaction
            .prepare_cached("SELECT device FROM points WHERE id = ?")?
            .query_row([id], |row| row.get(0))?;
        self.transaction
            .prepare_cached("UPDATE points SET device = ?2, desc = ?3, gone = 0 WHERE id = ?1")?
            .execute((id, device.0, desc))?;
        if former == device.0 {
            return Ok(None);
        }
        self.transaction
            .prepare_cached("UPDATE OR REPLACE conditions SET device = ?3 WHERE point = ?1 AND device = ?2")?
            .execute((id, former, device.0))?;
        Ok(Some(DeviceId(former)))
    }

    /// The place of this name and sort below `parent`; it is made, behind its siblings, where there is none.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn place(
        &mut self,
        parent: Option<PlaceId>,
        kind: PlaceKind,
        realm: Realm,
        name: &str,
    ) -> Result<PlaceId, Error> {
        let parent = parent.map(|parent| parent.0);
        let (kind, realm) = (word(&kind)?, word(&realm)?);
        let known = self
            .transaction
            .prepare_cached("SELECT id FROM places WHERE parent IS ?1 AND kind = ?2 AND realm = ?3 AND name = ?4 COLLATE NOCASE")?
            .query_row((parent, &kind, &realm, name), |row| row.get(0))
            .optional()?;
        if let Some(id) = known {
            return Ok(PlaceId(id));
        }
        if self.recalls {
            return Err(Error::ReadOnly);
        }
        let id = self
            .transaction
            .prepare_cached(
                "INSERT INTO places (parent, kind, realm, name, position)
                 VALUES (?1, ?2, ?3, ?4, (SELECT coalesce(max(position) + 1, 0) FROM places WHERE parent IS ?1))",
            )?
            .insert((parent, &kind, &realm, name))?;
        Ok(PlaceId(id as u32))
    }
}

impl Store {
    /// Gives out lasting ids in one transaction; an error undoes all of it. Where a broker has as many devices or points as are
    /// kept, [`Registrar`] answers a new one with [`Error::Crowded`], and `work` may go on with the others.
    ///
    /// # Errors
    /// That of `work`, or of the commit.
    pub fn register<T>(
        &mut self,
        work: impl FnOnce(&mut Registrar<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.register_within(BOUNDS, work)
    }

    pub(crate) fn register_within<T>(
        &mut self,
        bounds: Bounds,
        work: impl FnOnce(&mut Registrar<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut registrar = Registrar {
            transaction: self.connection.transaction()?,
            recalls: false,
            room: self.room.clone(),
            bounds,
        };
        let result = work(&mut registrar)?;
        registrar.transaction.commit()?;
        self.room = registrar.room;
        Ok(result)
    }

    /// Finds the lasting ids of what is known, where nothing can be written: what is not known is an [`Error::ReadOnly`].
    ///
    /// # Errors
    /// That of `work`.
    pub fn recall<T>(
        &mut self,
        work: impl FnOnce(&mut Registrar<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        work(&mut Registrar {
            transaction: self.connection.transaction()?,
            recalls: true,
            room: Room::default(),
            bounds: BOUNDS,
        })
    }
}
