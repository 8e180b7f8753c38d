//! What the tables of today's layout look like, so that a row found anywhere can be told to belong to one.

use hearthline_model::{
    AlarmEntry, AlarmKey, BrokerSettings, CommandRecord, Condition, DeviceDesc, PointDesc,
};
use rusqlite::Connection;
use rusqlite::types::{Value, ValueRef};
use serde::de::DeserializeOwned;

use crate::Error;

/// The order in which tables are saved: without the registry nothing else means anything.
const FIRST: [&str; 13] = [
    "brokers",
    "places",
    "devices",
    "sources",
    "points",
    "point_sources",
    "ties",
    "settings",
    "conditions",
    "configs",
    "alarms",
    "commands",
    "latest",
];
/// Tables that grow with the samples; they are saved while the program runs already ([`super::chunks`]).
const BULK: [&str; 2] = ["chunks", "bodies"];
/// Settings that are not the old file's to say: how far a salvage is, whether a run ended well, and how far compaction had come,
/// which begins anew with the rows of the journal that are saved; the head of the chain of alarms is that of the lines saved.
const OWN_SETTINGS: [&str; 4] = [super::STATE, "closed", "compacting", crate::alarms::HEAD];

/// A column.
#[derive(Clone, Debug)]
struct Column {
    name: String,
    /// As it is declared.
    kind: String,
    /// It may be missing.
    nullable: bool,
}

/// A table.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its name.
    pub name: String,
    columns: Vec<Column>,
    /// Whether its rows have a rowid.
    pub has_rowid: bool,
    /// The column that is the rowid under another name.
    alias: Option<usize>,
}

/// Today's tables in the order of saving; those that grow with the samples come last.
pub fn tables(connection: &Connection) -> Result<Vec<Table>, Error> {
    let mut statement = connection.prepare(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid",
    )?;
    let named: Vec<(String, String)> = statement
        .query_map((), |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let mut tables = Vec::with_capacity(named.len());
    for (name, sql) in named {
        let has_rowid = !sql.to_uppercase().contains("WITHOUT ROWID");
        let mut statement =
            connection.prepare("SELECT name, type, \"notnull\", pk FROM pragma_table_info(?)")?;
        let declared: Vec<(String, String, bool, i64)> = statement
            .query_map([&name], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })?
            .collect::<Result<_, _>>()?;
        let keys = declared.iter().filter(|(.., pk)| *pk > 0).count();
        let alias = declared
            .iter()
            .position(|(_, kind, _, pk)| has_rowid && keys == 1 && *pk == 1 && kind == "INTEGER");
        let columns = declared
            .into_iter()
            .map(|(name, kind, notnull, pk)| Column {
                name,
                kind,
                nullable: !notnull && (has_rowid || pk == 0),
            })
            .collect();
        tables.push(Table {
            name,
            columns,
            has_rowid,
            alias,
        });
    }
    let rank = |table: &Table| {
        if BULK.contains(&table.name.as_str()) {
            return usize::MAX;
        }
        FIRST
            .iter()
            .position(|name| *name == table.name)
            .unwrap_or(FIRST.len())
    };
    tables.sort_by_key(rank);
    Ok(tables)
}

impl Table {
    /// Whether it grows with the samples.
    pub fn is_bulk(&self) -> bool {
        BULK.contains(&self.name.as_str())
    }

    /// Its columns that `source` has too, in order; none where it has no such table.
    pub fn shared(&self, source: &Connection) -> Result<Vec<usize>, Error> {
        let mut statement = source.prepare("SELECT name FROM pragma_table_info(?)")?;
        let there: Vec<String> = statement
            .query_map([&self.name], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let shared = self
            .columns
            .iter()
            .enumerate()
            .filter(|(_, column)| there.contains(&column.name));
        Ok(shared.map(|(at, _)| at).collect())
    }

    /// The names of columns, for a statement.
    pub fn names(&self, columns: &[usize]) -> String {
        let names: Vec<&str> = columns.iter().map(|&at| self.columns[at].name.as_str()).collect();
        names.join(", ")
    }

    /// Writes a row; its values are of `columns`. False where one of its key is there already.
    pub fn insert(&self, target: &Connection, columns: &[usize], values: &[Value]) -> Result<bool, Error> {
        let names = self.names(columns);
        let marks = vec!["?"; columns.len()].join(", ");
        let sql = format!("INSERT OR IGNORE INTO {} ({names}) VALUES ({marks})", self.name);
        let changed = target
            .prepare_cached(&sql)?
            .execute(rusqlite::params_from_iter(values))?;
        Ok(changed > 0)
    }

    /// The columns and values of a row found in a page, where it can be one of this table.
    pub fn fit(&self, rowid: Option<i64>, mut values: Vec<Value>) -> Option<(Vec<usize>, Vec<Value>)> {
        if rowid.is_some() != self.has_rowid || values.len() != self.columns.len() {
            return None;
        }
        for (at, (column, value)) in self.columns.iter().zip(&values).enumerate() {
            let fits = match value {
                Value::Null => column.nullable || Some(at) == self.alias,
                Value::Integer(_) => matches!(column.kind.as_str(), "INTEGER" | "REAL"),
                Value::Real(_) => column.kind == "REAL",
                Value::Text(_) => column.kind == "TEXT",
                Value::Blob(_) => column.kind == "BLOB",
            };
            if !fits || Some(at) == self.alias && *value != Value::Null {
                return None;
            }
        }
        if let (Some(alias), Some(rowid)) = (self.alias, rowid) {
            values[alias] = Value::Integer(rowid);
        }
        Some(((0..self.columns.len()).collect(), values))
    }

    /// Whether a row says something that its readers will understand; columns of numbers are looked at elsewhere.
    pub fn makes_sense(&self, columns: &[usize], values: &[Value]) -> bool {
        let text = |name: &str| {
            let at = columns.iter().position(|&at| self.columns[at].name == name)?;
            match &values[at] {
                Value::Text(text) => Some(text.as_str()),
                _ => None,
            }
        };
        match self.name.as_str() {
            "brokers" => {
                is::<BrokerSettings>(text("settings"))
                    && text("settings").is_some_and(|text| text.contains("\"host\""))
            }
            "devices" => is::<DeviceDesc>(text("desc")),
            "points" => is::<PointDesc>(text("desc")),
            "alarms" => is::<AlarmKey>(text("key")),
            "alarm_journal" => is::<AlarmEntry>(text("entry")),
            "conditions" => is::<Vec<Condition>>(text("conditions")),
            "commands" => is::<CommandRecord>(text("record")),
            "settings" => text("key").is_some_and(|key| !OWN_SETTINGS.contains(&key)),
            "outbox" => text("note").is_some_and(|note| note.starts_with('{')),
            _ => true,
        }
    }
}

fn is<T: DeserializeOwned>(text: Option<&str>) -> bool {
    text.is_some_and(|text| serde_json::from_str::<T>(text).is_ok())
}

/// A column of a row as a value of its own; none where it is text that is none.
pub fn owned(value: ValueRef<'_>) -> Option<Value> {
    Some(match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(whole) => Value::Integer(whole),
        ValueRef::Real(real) => Value::Real(real),
        ValueRef::Text(text) => Value::Text(std::str::from_utf8(text).ok()?.to_owned()),
        ValueRef::Blob(blob) => Value::Blob(blob.to_vec()),
    })
}
