//! What of the journal is asked for.

use hearthline_model::{AlarmEntry, AlarmId, AlarmState, DeviceId, Micros, PointId, Priority, Transition};
use rusqlite::{OptionalExtension, Row, ToSql};
use serde::Serialize;

use super::Fingerprint;
use crate::{Error, Reader};

/// What part of the alarm journal to read.
#[derive(Clone, Debug, Default)]
pub struct AlarmFilter {
    /// Not before.
    pub from: Option<Micros>,
    /// Before.
    pub to: Option<Micros>,
    /// Only of this device.
    pub device: Option<DeviceId>,
    /// Only of these devices.
    pub devices: Option<Vec<DeviceId>>,
    /// Only of this point.
    pub point: Option<PointId>,
    /// Only of this alarm.
    pub alarm: Option<AlarmId>,
    /// Only these; empty: all.
    pub priorities: Vec<Priority>,
    /// Only what happened so; empty: all.
    pub transitions: Vec<Transition>,
    /// Only where the alarm was so after it; empty: all.
    pub states: Vec<AlarmState>,
    /// Only entries with a smaller number: for paging.
    pub before: Option<u64>,
    /// At most so many.
    pub limit: usize,
}

/// A line as it is kept: who looks for a text need not take all of them apart.
#[derive(Clone, Debug)]
pub struct RawLine {
    /// Its number.
    pub seq: u64,
    /// Whose it is now.
    pub device: DeviceId,
    /// Whose it is now.
    pub point: Option<PointId>,
    /// Its fingerprint.
    pub fingerprint: Option<Fingerprint>,
    json: String,
}

/// What is read of a line.
pub(super) const LINE: &str = "seq, device, point, hash, entry";

impl RawLine {
    pub(super) fn of(row: &Row<'_>) -> Result<Self, Error> {
        let hash: Option<Vec<u8>> = row.get(3)?;
        Ok(Self {
            seq: row.get::<_, i64>(0)? as u64,
            device: DeviceId(row.get(1)?),
            point: row.get::<_, Option<u32>>(2)?.map(PointId),
            fingerprint: hash.and_then(|hash| hash.try_into().ok()).map(Fingerprint),
            json: row.get(4)?,
        })
    }

    /// The entry, under whose it is now.
    ///
    /// # Errors
    /// Where it is damaged.
    pub fn entry(&self) -> Result<AlarmEntry, Error> {
        let mut entry: AlarmEntry = serde_json::from_str(&self.json)?;
        entry.key.device = self.device;
        entry.key.point = self.point;
        Ok(entry)
    }
}

/// A line of the journal with its growing number.
pub type JournalRow = (u64, AlarmEntry);

impl Reader {
    /// The alarm journal, newest first, each entry with its growing number.
    ///
    /// # Errors
    /// Where the file refuses or is damaged.
    pub fn journal(&self, filter: &AlarmFilter) -> Result<Vec<JournalRow>, Error> {
        let lines = self.journal_lines(filter)?.into_iter();
        lines.map(|line| Ok((line.seq, line.entry()?))).collect()
    }

    /// As [`Reader::journal`], each line as it is kept.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn journal_lines(&self, filter: &AlarmFilter) -> Result<Vec<RawLine>, Error> {
        let (sql, values) = question(filter);
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT {LINE} FROM alarm_journal WHERE {sql} ORDER BY seq DESC LIMIT {}",
            i64::try_from(filter.limit).unwrap_or(i64::MAX)
        ))?;
        let mut rows = statement.query(rusqlite::params_from_iter(values))?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            all.push(RawLine::of(row)?);
        }
        Ok(all)
    }

    /// How many lines a filter leaves, whatever its `limit`.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn journal_count(&self, filter: &AlarmFilter) -> Result<u64, Error> {
        let (sql, values) = question(filter);
        let count: i64 = self
            .connection
            .prepare_cached(&format!("SELECT count(*) FROM alarm_journal WHERE {sql}"))?
            .query_row(rusqlite::params_from_iter(values), |row| row.get(0))?;
        Ok(count as u64)
    }

    /// Entries in the order of their receipt, from `from` to before `to`.
    ///
    /// # Errors
    /// Where the file refuses or is damaged.
    pub fn alarms_received(
        &self,
        from: Micros,
        to: Micros,
        take: &mut dyn FnMut(AlarmEntry),
    ) -> Result<(), Error> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT {LINE} FROM alarm_journal WHERE received >= ? AND received < ? AND alarm > 0 ORDER BY received, seq"
        ))?;
        let mut rows = statement.query((from, to))?;
        while let Some(row) = rows.next()? {
            take(RawLine::of(row)?.entry()?);
        }
        Ok(())
    }

    /// The last entry of each alarm of before a moment, by receipt; of those alone that were not normal then.
    ///
    /// # Errors
    /// Where the file refuses or is damaged.
    pub fn alarms_at(&self, moment: Micros) -> Result<Vec<AlarmEntry>, Error> {
        let first: i64 = self
            .connection
            .prepare_cached(
                "SELECT seq FROM alarm_journal WHERE received >= ? ORDER BY received, seq LIMIT 1",
            )?
            .query_row([moment], |row| row.get(0))
            .optional()?
            .unwrap_or(i64::MAX);
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT {LINE} FROM alarms JOIN alarm_journal
             ON alarm_journal.seq = (SELECT max(seq) FROM alarm_journal WHERE alarm = alarms.id AND seq < ?)
             WHERE state <> 'normal'"
        ))?;
        let mut rows = statement.query([first])?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            all.push(RawLine::of(row)?.entry()?);
        }
        Ok(all)
    }

    /// When the oldest line that is kept was written.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn journal_begins(&self) -> Result<Option<Micros>, Error> {
        Ok(self
            .connection
            .prepare_cached("SELECT min(received) FROM alarm_journal")?
            .query_row((), |row| row.get(0))?)
    }
}

fn question(filter: &AlarmFilter) -> (String, Vec<Box<dyn ToSql>>) {
    let mut sql = String::from("1");
    let mut values: Vec<Box<dyn ToSql>> = Vec::new();
    let mut also = |text: &str, value: Option<i64>| {
        if let Some(value) = value {
            sql.push_str(text);
            values.push(Box::new(value));
        }
    };
    also(" AND at >= ?", filter.from);
    also(" AND at < ?", filter.to);
    also(" AND device = ?", filter.device.map(|device| i64::from(device.0)));
    also(" AND point = ?", filter.point.map(|point| i64::from(point.0)));
    also(" AND alarm = ?", filter.alarm.map(|alarm| i64::from(alarm.0)));
    also(
        " AND seq < ?",
        filter
            .before
            .map(|before| i64::try_from(before).unwrap_or(i64::MAX)),
    );
    // Numbers and words of ours alone, so they may stand in the question itself.
    let mut within = |column: &str, list: Vec<String>| {
        sql.push_str(" AND ");
        sql.push_str(column);
        sql.push_str(" IN (");
        sql.push_str(&list.join(","));
        sql.push(')');
    };
    if let Some(devices) = &filter.devices {
        within(
            "device",
            devices.iter().map(|device| device.0.to_string()).collect(),
        );
    }
    if !filter.priorities.is_empty() {
        let list = filter.priorities.iter();
        within("priority", list.map(|it| (*it as u8).to_string()).collect());
    }
    if !filter.transitions.is_empty() {
        within("transition", filter.transitions.iter().filter_map(word).collect());
    }
    if !filter.states.is_empty() {
        within("state", filter.states.iter().filter_map(word).collect());
    }
    (sql, values)
}

/// A word of an enum, as SQL has it.
fn word<T: Serialize>(value: &T) -> Option<String> {
    let text = serde_json::to_string(value).ok()?;
    Some(text.replace('"', "'"))
}
