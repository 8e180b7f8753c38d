//! Alarms, conditions, commands, kept discovery messages, and small settings.

use hearthline_model::{
    AlarmEntry, AlarmId, AlarmKey, BrokerId, CommandId, CommandRecord, Condition, DeviceId, PointId,
};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use crate::{Error, Reader, Store};

/// A discovery message that the broker does not retain, kept so that a restart knows the device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptConfig {
    /// The broker it came from.
    pub broker: BrokerId,
    /// Its topic.
    pub topic: String,
    /// Its payload.
    pub payload: Vec<u8>,
}

/// What a person set: device, point (none: the device's own), conditions.
pub type KeptConditions = (DeviceId, Option<PointId>, Vec<Condition>);

/// Reads a small setting.
pub(crate) fn setting(connection: &Connection, key: &str) -> Result<Option<Vec<u8>>, Error> {
    let found = connection
        .prepare_cached("SELECT value FROM settings WHERE key = ?")?
        .query_row([key], |row| row.get(0))
        .optional()?;
    Ok(found)
}

/// Writes a small setting.
pub(crate) fn set_setting(connection: &Connection, key: &str, value: &[u8]) -> Result<(), Error> {
    connection
        .prepare_cached("INSERT INTO settings VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2")?
        .execute((key, value))?;
    Ok(())
}

/// Forgets a small setting.
pub(crate) fn drop_setting(connection: &Connection, key: &str) -> Result<(), Error> {
    connection
        .prepare_cached("DELETE FROM settings WHERE key = ?")?
        .execute([key])?;
    Ok(())
}

/// The lasting id of an alarm, given out where it has none.
fn alarm_id(connection: &Connection, key: &AlarmKey) -> Result<AlarmId, Error> {
    let text = serde_json::to_string(key)?;
    let known = connection
        .prepare_cached("SELECT id FROM alarms WHERE key = ?")?
        .query_row([&text], |row| row.get(0))
        .optional()?;
    if let Some(id) = known {
        return Ok(AlarmId(id));
    }
    let id = connection
        .prepare_cached("INSERT INTO alarms (key) VALUES (?)")?
        .insert([&text])?;
    Ok(AlarmId(id as u32))
}

impl Store {
    /// The lasting id of an alarm.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn alarm_id(&mut self, key: &AlarmKey) -> Result<AlarmId, Error> {
        alarm_id(&self.connection, key)
    }

    /// Lasting ids of many alarms in one transaction, in the same order.
    ///
    /// # Errors
    /// Where the file refuses; none has an id then.
    pub fn alarm_ids(&mut self, keys: &[AlarmKey]) -> Result<Vec<AlarmId>, Error> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let ids = keys
            .iter()
            .map(|key| alarm_id(&transaction, key))
            .collect::<Result<Vec<_>, _>>()?;
        transaction.commit()?;
        Ok(ids)
    }

    /// Alarms that go over to another owner, each with the key that it had and the one that it has from now on: the id goes along,
    /// and with it the journal. An alarm that had the new key has the old one, so that no journal is nobody's.
    ///
    /// # Errors
    /// Where the file refuses; none has gone over then.
    pub fn move_alarms(&mut self, moves: &[(AlarmKey, AlarmKey)]) -> Result<(), Error> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        for (from, to) in moves {
            let (id, other) = (alarm_id(&transaction, from)?, alarm_id(&transaction, to)?);
            let mut rename = transaction.prepare_cached("UPDATE alarms SET key = ?2 WHERE id = ?1")?;
            // No two have the same key at any moment.
            rename.execute((other.0, format!("{} moves", other.0)))?;
            rename.execute((id.0, serde_json::to_string(to)?))?;
            rename.execute((other.0, serde_json::to_string(from)?))?;
            transaction
                .prepare_cached("UPDATE alarm_journal SET device = ?2, point = ?3 WHERE alarm = ?1")?
                .execute((id.0, to.device.0, to.point.map(|point| point.0)))?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// Every alarm with its last journal entry, to go on where the last run ended.
    ///
    /// # Errors
    /// Where the file refuses or is damaged.
    pub fn load_alarms(&mut self) -> Result<Vec<(AlarmId, AlarmKey, Option<AlarmEntry>)>, Error> {
        let mut statement = self.connection.prepare(
            "SELECT alarms.id, alarms.key, entry FROM alarms LEFT JOIN alarm_journal
             ON alarm_journal.seq = (SELECT max(seq) FROM alarm_journal WHERE alarm = alarms.id)",
        )?;
        let mut rows = statement.query(())?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            let entry: Option<String> = row.get(2)?;
            let entry = entry.map(|entry| serde_json::from_str(&entry)).transpose()?;
            all.push((
                AlarmId(row.get(0)?),
                serde_json::from_str(&row.get::<_, String>(1)?)?,
                entry,
            ));
        }
        Ok(all)
    }

    /// The conditions that a person set, by device and point (none: the device's own).
    ///
    /// # Errors
    /// Where the file refuses or is damaged.
    pub fn load_conditions(&mut self) -> Result<Vec<KeptConditions>, Error> {
        let mut statement = self
            .connection
            .prepare("SELECT device, point, conditions FROM conditions")?;
        let mut rows = statement.query(())?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            let point: u32 = row.get(1)?;
            let conditions = serde_json::from_str(&row.get::<_, String>(2)?)?;
            all.push((
                DeviceId(row.get(0)?),
                (point != 0).then_some(PointId(point)),
                conditions,
            ));
        }
        Ok(all)
    }

    /// Keeps a person's conditions; none goes back to the defaults.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn save_conditions(
        &mut self,
        device: DeviceId,
        point: Option<PointId>,
        conditions: Option<&[Condition]>,
    ) -> Result<(), Error> {
        let point = point.map_or(0, |point| point.0);
        if let Some(conditions) = conditions {
            self.connection.execute(
                "INSERT INTO conditions VALUES (?1, ?2, ?3) ON CONFLICT (device, point) DO UPDATE SET conditions = ?3",
                (device.0, point, serde_json::to_string(conditions)?),
            )?;
        } else {
            self.connection.execute(
                "DELETE FROM conditions WHERE device = ? AND point = ?",
                (device.0, point),
            )?;
        }
        Ok(())
    }

    /// A new line of the command journal; gives its lasting id, which `record.id` need not hold yet.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn new_command(&mut self, record: &CommandRecord) -> Result<CommandId, Error> {
        let transaction = self.connection.transaction()?;
        transaction.execute(
            "INSERT INTO commands (point, record) VALUES (?, '')",
            [record.point.0],
        )?;
        let id = CommandId(transaction.last_insert_rowid() as u32);
        let record = CommandRecord { id, ..record.clone() };
        transaction.execute(
            "UPDATE commands SET record = ? WHERE id = ?",
            (serde_json::to_string(&record)?, id.0),
        )?;
        transaction.commit()?;
        Ok(id)
    }

    /// Brings a line of the command journal up to date.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn save_command(&mut self, record: &CommandRecord) -> Result<(), Error> {
        let text = serde_json::to_string(record)?;
        self.connection
            .execute("UPDATE commands SET record = ? WHERE id = ?", (text, record.id.0))?;
        Ok(())
    }

    /// The kept discovery messages.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn load_configs(&mut self) -> Result<Vec<KeptConfig>, Error> {
        let mut statement = self
            .connection
            .prepare("SELECT broker, topic, payload FROM configs ORDER BY broker, topic")?;
        let rows = statement.query_map((), |row| {
            Ok(KeptConfig {
                broker: BrokerId(row.get(0)?),
                topic: row.get(1)?,
                payload: row.get(2)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Keeps discovery messages, all in one transaction; an empty payload forgets one.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn save_configs(&mut self, configs: &[KeptConfig]) -> Result<(), Error> {
        let transaction = self.connection.transaction()?;
        {
            let mut forget =
                transaction.prepare_cached("DELETE FROM configs WHERE broker = ? AND topic = ?")?;
            let mut keep = transaction.prepare_cached(
                "INSERT INTO configs VALUES (?1, ?2, ?3) ON CONFLICT (broker, topic) DO UPDATE SET payload = ?3",
            )?;
            for config in configs {
                if config.payload.is_empty() {
                    forget.execute((config.broker.0, &config.topic))?;
                } else {
                    keep.execute((config.broker.0, &config.topic, &config.payload))?;
                }
            }
        }
        transaction.commit()?;
        Ok(())
    }

    /// A small setting of the engine.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn setting(&mut self, key: &str) -> Result<Option<Vec<u8>>, Error> {
        setting(&self.connection, key)
    }

    /// All small settings whose keys begin so.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn settings_under(&mut self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, Error> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT key, value FROM settings WHERE key >= ?1 AND key < ?2")?;
        let end = format!("{prefix}\u{10ffff}");
        let rows = statement.query_map([prefix, &end], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.map(|row| Ok(row?)).collect()
    }

    /// Keeps a small setting of the engine.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn set_setting(&mut self, key: &str, value: &[u8]) -> Result<(), Error> {
        set_setting(&self.connection, key, value)
    }
}

impl Reader {
    /// A small setting, as [`Store::setting`].
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn setting(&self, key: &str) -> Result<Option<Vec<u8>>, Error> {
        setting(&self.connection, key)
    }

    /// The command journal, of one point or all, newest first.
    ///
    /// # Errors
    /// Where the file refuses or is damaged.
    pub fn commands(&self, point: Option<PointId>, limit: usize) -> Result<Vec<CommandRecord>, Error> {
        let mut statement = self.connection.prepare_cached(
            "SELECT record FROM commands WHERE ?1 IS NULL OR point = ?1 ORDER BY id DESC LIMIT ?2",
        )?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut rows = statement.query((point.map(|point| point.0), limit))?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            all.push(serde_json::from_str(&row.get::<_, String>(0)?)?);
        }
        Ok(all)
    }
}
