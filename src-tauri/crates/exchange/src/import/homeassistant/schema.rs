//! What a recorder's database looks like: it changed over the years, and old ones are around.

use std::path::Path;

use rusqlite::Connection;

use crate::{Error, sqlite};

/// Where things stand in this database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schema {
    /// The recorder's own number for it, where it tells.
    pub version: Option<i64>,
    /// Columns of `states` as an SQL list: id, metadata id, entity id, state, time, time as text, attributes id.
    pub states: String,
    /// Entities have a table of their own (since 2023.4).
    pub meta: bool,
    /// Attributes have a table of their own (since 2022.4).
    pub shared: bool,
    /// Attributes stand beside the state.
    pub inline: bool,
    /// The tables of statistics that are there: name, and the SQL list of id, metadata id, time, time as text, mean, min, max,
    /// state, sum.
    pub statistics: Vec<(Period, String)>,
    /// Whether statistics can carry names (since 2021.12).
    pub named: bool,
}

/// What a row of statistics is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// Five minutes; kept for some days.
    Short,
    /// An hour; kept for ever.
    Long,
}

impl Period {
    /// The table.
    pub fn table(self) -> &'static str {
        match self {
            Self::Short => "statistics_short_term",
            Self::Long => "statistics",
        }
    }

    /// How long it is.
    pub fn length(self) -> hearthline_model::Micros {
        match self {
            Self::Short => 5 * hearthline_model::MINUTE,
            Self::Long => hearthline_model::HOUR,
        }
    }
}

impl Schema {
    /// Finds it out.
    ///
    /// # Errors
    /// Where it is no recorder's database.
    pub fn find(connection: &Connection, path: &Path) -> Result<Self, Error> {
        let columns = |table: &str| {
            sqlite::columns(connection, table).map_err(|source| Error::Database {
                path: path.into(),
                source,
            })
        };
        let states = columns("states")?;
        let has = |columns: &[String], name: &str| columns.iter().any(|column| column == name);
        let meta = has(&states, "metadata_id") && has(&columns("states_meta")?, "entity_id");
        let shared = has(&states, "attributes_id") && has(&columns("state_attributes")?, "shared_attrs");
        let told = |columns: &[String], name: &str| {
            if has(columns, name) {
                name.to_owned()
            } else {
                "NULL".to_owned()
            }
        };
        let timed = has(&states, "last_updated_ts") || has(&states, "last_updated");
        if !(has(&states, "state_id")
            && has(&states, "state")
            && timed
            && (meta || has(&states, "entity_id")))
        {
            return Err(Error::Foreign {
                path: path.into(),
                what: "no database of Home Assistant's recorder; choose a file named home-assistant_v2.db"
                    .into(),
            });
        }
        let list = [
            "state_id".to_owned(),
            if meta { "metadata_id".into() } else { "NULL".into() },
            told(&states, "entity_id"),
            "CASE WHEN octet_length(state) <= 65536 THEN state END".into(),
            told(&states, "last_updated_ts"),
            told(&states, "last_updated"),
            if shared {
                "attributes_id".into()
            } else {
                "NULL".into()
            },
        ];
        let described = columns("statistics_meta")?;
        let mut statistics = Vec::new();
        if has(&described, "statistic_id") {
            for period in [Period::Short, Period::Long] {
                let table = columns(period.table())?;
                if has(&table, "id")
                    && has(&table, "metadata_id")
                    && (has(&table, "start_ts") || has(&table, "start"))
                {
                    let names = ["start_ts", "start", "mean", "min", "max", "state", "sum"];
                    let rest: Vec<String> = names.iter().map(|name| told(&table, name)).collect();
                    statistics.push((period, format!("id, metadata_id, {}", rest.join(", "))));
                }
            }
        }
        let version = if has(&columns("schema_changes")?, "schema_version") {
            connection
                .query_row("SELECT max(schema_version) FROM schema_changes", (), |row| {
                    row.get(0)
                })
                .unwrap_or_default()
        } else {
            None
        };
        Ok(Self {
            version,
            states: list.join(", "),
            meta,
            shared,
            inline: has(&states, "attributes"),
            statistics,
            named: has(&described, "name"),
        })
    }
}
