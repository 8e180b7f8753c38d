//! How many devices and points a broker may have in the registry. What goes on making up new ones, by malice or by mistake, must
//! fill neither the disk nor the memory of every start from then on; what is known already is never refused.

use std::collections::BTreeMap;

use hearthline_model::BrokerId;
use rusqlite::Connection;

use crate::Error;

/// What a broker may have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    pub devices: u64,
    pub points: u64,
}

/// Several times what one run takes in (`decode::Limits`): a plant that is rebuilt for years stays below it.
pub(crate) const BOUNDS: Bounds = Bounds {
    devices: 100_000,
    points: 1_000_000,
};

/// How many there are, by broker; counted at the first look and kept up from then on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Room {
    counted: bool,
    devices: BTreeMap<u32, u64>,
    points: BTreeMap<u32, u64>,
}

impl Room {
    /// A new device of a broker.
    pub fn device(&mut self, connection: &Connection, broker: BrokerId, bounds: Bounds) -> Result<(), Error> {
        self.count(connection)?;
        enter(&mut self.devices, broker, bounds.devices, "devices")
    }

    /// A new point of a broker.
    pub fn point(&mut self, connection: &Connection, broker: BrokerId, bounds: Bounds) -> Result<(), Error> {
        self.count(connection)?;
        enter(&mut self.points, broker, bounds.points, "points")
    }

    fn count(&mut self, connection: &Connection) -> Result<(), Error> {
        if self.counted {
            return Ok(());
        }
        for (counts, sql) in [
            (
                &mut self.devices,
                "SELECT broker, count(*) FROM devices GROUP BY broker",
            ),
            (
                &mut self.points,
                "SELECT broker, count(*) FROM points JOIN devices ON devices.id = points.device GROUP BY broker",
            ),
        ] {
            let mut statement = connection.prepare(sql)?;
            let rows = statement.query_map((), |row| Ok((row.get(0)?, row.get::<_, i64>(1)? as u64)))?;
            *counts = rows.collect::<Result<_, _>>()?;
        }
        self.counted = true;
        Ok(())
    }
}

fn enter(
    counts: &mut BTreeMap<u32, u64>,
    broker: BrokerId,
    most: u64,
    what: &'static str,
) -> Result<(), Error> {
    let count = counts.entry(broker.0).or_default();
    if *count >= most {
        return Err(Error::Crowded { what, most });
    }
    *count += 1;
    Ok(())
}

#[cfg(test)]
mod tests {
    use hearthline_model::{BrokerId, DeviceDesc, PointDesc};

    use super::*;
    use crate::{Registrar, Store, Synchronous};

    const FEW: Bounds = Bounds {
        devices: 3,
        points: 5,
    };

    fn device(registrar: &mut Registrar<'_>, key: &str) -> Result<crate::Anchor, Error> {
        let desc = DeviceDesc {
            key: key.into(),
            ..DeviceDesc::default()
        };
        Ok(registrar.device(BrokerId(1), &desc, &|_| false)?.at)
    }

    fn point(registrar: &mut Registrar<'_>, at: crate::Anchor, key: &str) -> Result<u32, Error> {
        let desc = PointDesc {
            key: key.into(),
            ..PointDesc::default()
        };
        Ok(registrar.point(at, &desc, &|_| false)?.id.0)
    }

    #[test]
    fn what_is_new_is_refused_beyond_the_bound_and_what_is_known_never_also_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("h.db");
        let open = || Store::open(&path, Synchronous::Normal).unwrap();
        let mut store = open();
        let ids = store
            .register_within(FEW, |registrar| {
                let first = device(registrar, "a")?;
                device(registrar, "b")?;
                device(registrar, "c")?;
                assert!(matches!(
                    device(registrar, "d"),
                    Err(Error::Crowded { most: 3, .. })
                ));
                (0..5)
                    .map(|key| point(registrar, first, &key.to_string()))
                    .collect::<Result<Vec<_>, _>>()
            })
            .unwrap();
        drop(store);
        let mut store = open();
        store
            .register_within(FEW, |registrar| {
                let first = device(registrar, "a")?;
                assert!(device(registrar, "e").is_err());
                assert_eq!(point(registrar, first, "4")?, ids[4]);
                let refused = point(registrar, first, "5").unwrap_err().to_string();
                assert!(refused.contains("5 points"), "{refused}");
                Ok(())
            })
            .unwrap();
    }

    #[test]
    fn what_was_undone_takes_no_room() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("h.db"), Synchronous::Normal).unwrap();
        for _ in 0..5 {
            let undone: Result<(), Error> = store.register_within(FEW, |registrar| {
                device(registrar, "a")?;
                Err(Error::Busy)
            });
            assert!(undone.is_err());
        }
        store
            .register_within(FEW, |registrar| {
                device(registrar, "a")?;
                device(registrar, "b")
            })
            .unwrap();
    }
}
