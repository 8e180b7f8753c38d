//! Devices that a person joined or split, by the keys of their descriptions.

use std::collections::{BTreeMap, BTreeSet};

use hearthline_model::BrokerId;
use rusqlite::{OptionalExtension, Transaction};

use crate::{Error, Store};

/// What a person said of the devices of one broker.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptTies {
    /// These two are one device.
    pub together: Vec<(String, String)>,
    /// These two are different devices.
    pub apart: Vec<(String, String)>,
}

impl Store {
    /// What a person said of the devices of a broker.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn load_ties(&mut self, broker: BrokerId) -> Result<KeptTies, Error> {
        let mut ties = KeptTies::default();
        let mut statement = self
            .connection
            .prepare_cached("SELECT a, b, together FROM ties WHERE broker = ? ORDER BY a, b")?;
        let mut rows = statement.query([broker.0])?;
        while let Some(row) = rows.next()? {
            let pair = (row.get(0)?, row.get(1)?);
            if row.get(2)? {
                ties.together.push(pair);
            } else {
                ties.apart.push(pair);
            }
        }
        Ok(ties)
    }

    /// Joins two devices, each given by the keys that it is known through, the best first.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn join(&mut self, broker: BrokerId, first: &[String], second: &[String]) -> Result<(), Error> {
        let transaction = self.connection.transaction()?;
        for (a, b) in first.iter().flat_map(|a| second.iter().map(move |b| (a, b))) {
            let (a, b) = ordered(a, b);
            transaction
                .prepare_cached("DELETE FROM ties WHERE broker = ? AND a = ? AND b = ?")?
                .execute((broker.0, a, b))?;
        }
        if let (Some(a), Some(b)) = (first.first(), second.first()) {
            tie(&transaction, broker, a, b, true)?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// Splits a device that is known through these keys, the best first: each gets back the id that it had alone. The id of the whole stays with
    /// the one that it came from.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn split(&mut self, broker: BrokerId, keys: &[String]) -> Result<(), Error> {
        let transaction = self.connection.transaction()?;
        for (ix, a) in keys.iter().enumerate() {
            for b in &keys[ix + 1..] {
                tie(&transaction, broker, a, b, false)?;
            }
        }
        let mut sources = Vec::new();
        for key in keys {
            let found: Option<(u32, Option<u32>, Option<u32>)> = transaction
                .prepare_cached("SELECT id, device, own FROM sources WHERE broker = ? AND key = ?")?
                .query_row((broker.0, key), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
                .optional()?;
            sources.extend(found);
        }
        let bound: Vec<(Option<u32>, Option<u32>)> =
            sources.iter().map(|(_, now, own)| (*now, *own)).collect();
        for ((row, ..), own) in sources.iter().zip(owners(&bound)) {
            transaction
                .prepare_cached("UPDATE sources SET device = ?2, own = ?2 WHERE id = ?1")?
                .execute((row, own))?;
        }
        split_points(&transaction, sources.iter().map(|(row, ..)| *row))?;
        transaction.commit()?;
        Ok(())
    }
}

fn split_points(transaction: &Transaction<'_>, sources: impl Iterator<Item = u32>) -> Result<(), Error> {
    let mut points: Vec<(u32, String, Option<u32>, Option<u32>)> = Vec::new();
    for source in sources {
        let mut statement = transaction
            .prepare_cached("SELECT key, point, own FROM point_sources WHERE source = ? ORDER BY key")?;
        let mut rows = statement.query([source])?;
        while let Some(row) = rows.next()? {
            points.push((source, row.get(0)?, row.get(1)?, row.get(2)?));
        }
    }
    let bound: Vec<(Option<u32>, Option<u32>)> = points.iter().map(|(_, _, now, own)| (*now, *own)).collect();
    for ((source, key, now, former), own) in points.iter().zip(owners(&bound)) {
        if *now != own || *former != own {
            transaction
                .prepare_cached(
                    "UPDATE point_sources SET point = ?3, own = ?3 WHERE source = ?1 AND key = ?2",
                )?
                .execute((source, key, own))?;
        }
    }
    Ok(())
}

/// The id that each key has alone, given what it is bound to and what it had; an id that nobody of them had is the first's.
fn owners(keys: &[(Option<u32>, Option<u32>)]) -> Vec<Option<u32>> {
    let owned: BTreeSet<u32> = keys.iter().filter_map(|(_, own)| *own).collect();
    let mut first: BTreeMap<u32, usize> = BTreeMap::new();
    for (ix, (now, _)) in keys.iter().enumerate() {
        if let Some(now) = now.filter(|now| !owned.contains(now)) {
            first.entry(now).or_insert(ix);
        }
    }
    keys.iter()
        .enumerate()
        .map(|(ix, (now, own))| match now {
            Some(now) if first.get(now) == Some(&ix) => Some(*now),
            _ => *own,
        })
        .collect()
}

fn tie(
    transaction: &Transaction<'_>,
    broker: BrokerId,
    a: &str,
    b: &str,
    together: bool,
) -> Result<(), Error> {
    let (a, b) = ordered(a, b);
    transaction
        .prepare_cached("INSERT OR REPLACE INTO ties (broker, a, b, together) VALUES (?, ?, ?, ?)")?
        .execute((broker.0, a, b, together))?;
    Ok(())
}

fn ordered<'a>(a: &'a str, b: &'a str) -> (&'a str, &'a str) {
    if a < b { (a, b) } else { (b, a) }
}

#[cfg(test)]
mod tests {
    use hearthline_model::{
        DeviceDesc, DeviceId, DeviceSource, PlaceKind, PointDesc, PointId, PointSource, Realm,
    };

    use super::*;
    use crate::{KeptDevice, Synchronous};

    const BROKER: BrokerId = BrokerId(1);

    fn store() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("h.db"), Synchronous::Normal).unwrap();
        (folder, store)
    }

    fn device(keys: &[&str]) -> DeviceDesc {
        let sources = keys.iter().map(|key| DeviceSource {
            key: (*key).into(),
            convention: String::new(),
        });
        DeviceDesc {
            key: keys[0].into(),
            sources: if keys.len() > 1 {
                sources.collect()
            } else {
                Vec::new()
            },
            ..DeviceDesc::default()
        }
    }

    fn point(keys: &[(&str, &str)]) -> PointDesc {
        let sources = keys.iter().map(|(device, key)| PointSource {
            device: (*device).into(),
            key: (*key).into(),
        });
        PointDesc {
            key: keys[0].1.into(),
            sources: if keys.len() > 1 {
                sources.collect()
            } else {
                Vec::new()
            },
            ..PointDesc::default()
        }
    }

    /// Registers a device by its keys and points by theirs, while nothing else is there.
    fn see(store: &mut Store, keys: &[&str], points: &[&[(&str, &str)]]) -> (KeptDevice, Vec<PointId>) {
        see_beside(store, keys, points, &[])
    }

    fn see_beside(
        store: &mut Store,
        keys: &[&str],
        points: &[&[(&str, &str)]],
        there: &[DeviceId],
    ) -> (KeptDevice, Vec<PointId>) {
        let seen = store.register(|it| {
            let device = it.device(BROKER, &device(keys), &|id| there.contains(&id))?;
            let mut ids = Vec::new();
            for keys in points {
                ids.push(it.point(device.at, &point(keys), &|_| false)?.id);
            }
            Ok((device, ids))
        });
        seen.unwrap()
    }

    #[test]
    fn the_oldest_id_wins_for_good_and_any_key_finds_it() {
        let (_folder, mut store) = store();
        let (ha, at_ha) = see(
            &mut store,
            &["ha:1"],
            &[&[("ha:1", "s.t")], &[("ha:1", "s.only")]],
        );
        let (native, at_native) = see(&mut store, &["z:1"], &[&[("z:1", "t")]]);
        assert_ne!(ha.at.id, native.at.id);
        let both: &[(&str, &str)] = &[("z:1", "t"), ("ha:1", "s.t")];
        let (merged, points) = see(&mut store, &["z:1", "ha:1"], &[both]);
        assert_eq!((merged.at.id, points[0]), (ha.at.id, at_ha[0]));
        assert_ne!(points[0], at_native[0]);
        // After a restart either comes first, or alone.
        let (alone, points) = see(&mut store, &["z:1"], &[&[("z:1", "t")]]);
        assert_eq!((alone.at.id, points[0]), (ha.at.id, at_ha[0]));
        let (alone, points) = see(
            &mut store,
            &["ha:1"],
            &[&[("ha:1", "s.t")], &[("ha:1", "s.only")]],
        );
        assert_eq!((alone.at.id, points), (ha.at.id, at_ha));
    }

    #[test]
    fn an_id_that_another_device_has_is_not_given_out_again() {
        let (_folder, mut store) = store();
        let (merged, _) = see(&mut store, &["z:1", "ha:1"], &[]);
        let (other, _) = see_beside(&mut store, &["ha:1"], &[], &[merged.at.id]);
        assert_ne!(other.at.id, merged.at.id);
        assert_eq!(see(&mut store, &["ha:1"], &[]).0.at.id, other.at.id);
        assert_eq!(see(&mut store, &["z:1", "ha:1"], &[]).0.at.id, merged.at.id);
    }

    #[test]
    fn a_persons_choice_for_the_one_that_goes_is_kept_where_there_was_none() {
        let (_folder, mut store) = store();
        let (first, _) = see(&mut store, &["ha:1"], &[]);
        let (second, _) = see(&mut store, &["z:1"], &[]);
        let room = store
            .register(|it| it.place(None, PlaceKind::Room, Realm::Home, "Kitchen"))
            .unwrap();
        store.rename_device(second.at.id, Some("Mine")).unwrap();
        store.move_device(second.at.id, Some(room), Realm::Home).unwrap();
        let (merged, _) = see(&mut store, &["z:1", "ha:1"], &[]);
        assert_eq!(merged.at.id, first.at.id);
        assert_eq!(merged.name.as_deref(), Some("Mine"));
        assert_eq!(merged.moved, Some((Some(room), Realm::Home)));
    }

    #[test]
    fn a_split_gives_back_what_each_had_and_a_join_takes_it_again() {
        let (_folder, mut store) = store();
        let (ha, at_ha) = see(&mut store, &["ha:1"], &[&[("ha:1", "s.t")]]);
        let (native, at_native) = see(&mut store, &["z:1"], &[&[("z:1", "t")]]);
        let both: &[(&str, &str)] = &[("z:1", "t"), ("ha:1", "s.t")];
        see(&mut store, &["z:1", "ha:1"], &[both]);
        let keys = ["z:1".to_owned(), "ha:1".to_owned()];
        store.split(BROKER, &keys).unwrap();
        let apart = vec![("ha:1".to_owned(), "z:1".to_owned())];
        assert_eq!(store.load_ties(BROKER).unwrap().apart, apart);
        let (device, points) = see(&mut store, &["z:1"], &[&[("z:1", "t")]]);
        assert_eq!((device.at.id, points), (native.at.id, at_native));
        let (device, points) = see(&mut store, &["ha:1"], &[&[("ha:1", "s.t")]]);
        assert_eq!((device.at.id, points), (ha.at.id, at_ha));
        store.join(BROKER, &keys[..1], &keys[1..]).unwrap();
        let ties = store.load_ties(BROKER).unwrap();
        assert_eq!((ties.together, ties.apart), (apart, Vec::new()));
        assert_eq!(see(&mut store, &["z:1", "ha:1"], &[both]).0.at.id, ha.at.id);
    }

    #[test]
    fn of_what_was_one_from_the_start_the_best_source_keeps_the_id() {
        let (_folder, mut store) = store();
        let both: &[(&str, &str)] = &[("z:1", "t"), ("ha:1", "s.t")];
        let (merged, at) = see(&mut store, &["z:1", "ha:1"], &[both]);
        store
            .split(BROKER, &["z:1".to_owned(), "ha:1".to_owned()])
            .unwrap();
        let (other, other_points) = see(&mut store, &["ha:1"], &[&[("ha:1", "s.t")]]);
        assert_ne!(other.at.id, merged.at.id);
        assert_ne!(other_points, at);
        let (native, points) = see(&mut store, &["z:1"], &[&[("z:1", "t")]]);
        assert_eq!((native.at.id, points), (merged.at.id, at));
    }
}
