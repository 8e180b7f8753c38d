//! Opening databases of others: nothing in them runs, nothing of them changes.

use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use tempfile::TempDir;

use crate::Error;

/// An opened database; where it had to be copied, the copy goes with it.
#[derive(Debug)]
pub struct Opened {
    /// A connection that only reads.
    pub connection: Connection,
    /// What it reads: the file, or its copy.
    pub path: PathBuf,
    _copy: Option<TempDir>,
}

/// Opens a database that may be hostile, and may be in use by the program that it belongs to.
///
/// Another program's file is read in its own good time: with its locks, in questions that are short, so that it is never held
/// up for long. Where that cannot be, because the folder cannot be written (a backup on a read-only disk) and SQLite wants
/// to keep its bookkeeping beside the file, it is taken as one that nobody changes; but if a log of changes lies beside
/// it, both are copied first, since ignoring the log would lose what came last.
///
/// # Errors
/// Where there is no such file, or it is no database.
pub fn open(path: &Path) -> Result<Opened, Error> {
    std::fs::File::open(path).map_err(|source| Error::Read {
        path: path.into(),
        source,
    })?;
    match try_open(path, path, false) {
        Err(Error::Database { source, .. }) if cannot_write_beside(&source) => {}
        other => return Ok(opened(other?, path.into(), None)),
    }
    let log = beside(path, "-wal");
    if std::fs::metadata(&log).map_or(0, |log| log.len()) == 0 {
        return Ok(opened(try_open(path, path, true)?, path.into(), None));
    }
    let failed = |source| Error::Read {
        path: path.into(),
        source,
    };
    let folder = tempfile::tempdir().map_err(failed)?;
    let copy = folder.path().join("copy.db");
    std::fs::copy(path, &copy).map_err(failed)?;
    std::fs::copy(&log, beside(&copy, "-wal")).map_err(failed)?;
    Ok(opened(try_open(&copy, path, false)?, copy, Some(folder)))
}

/// A copy of an open database in a folder of its own, which the caller may change.
///
/// # Errors
/// Where there is no room for it.
pub fn copied(from: &Opened, said: &Path) -> Result<(TempDir, PathBuf), Error> {
    let folder = tempfile::tempdir().map_err(|source| Error::Read {
        path: said.into(),
        source,
    })?;
    let path = folder.path().join("copy.db");
    let work = || {
        let mut to = Connection::open(&path)?;
        let backup = rusqlite::backup::Backup::new(&from.connection, &mut to)?;
        backup.run_to_completion(4096, std::time::Duration::ZERO, None)
    };
    work().map_err(|source| Error::Database {
        path: said.into(),
        source,
    })?;
    Ok((folder, path))
}

fn opened(connection: Connection, path: PathBuf, copy: Option<TempDir>) -> Opened {
    Opened {
        connection,
        path,
        _copy: copy,
    }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

fn cannot_write_beside(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly)
    )
}

fn try_open(path: &Path, said: &Path, unchanging: bool) -> Result<Connection, Error> {
    let work = || {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = if unchanging {
            let flags = flags | OpenFlags::SQLITE_OPEN_URI;
            Connection::open_with_flags(format!("file:{}?immutable=1", escaped(path)), flags)?
        } else {
            Connection::open_with_flags(path, flags)?
        };
        connection.busy_timeout(std::time::Duration::from_secs(10))?;
        for (setting, on) in [
            (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
            (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
            (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
            (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
            (DbConfig::SQLITE_DBCONFIG_DQS_DML, false),
        ] {
            connection.set_db_config(setting, on)?;
        }
        connection.pragma_update(None, "cell_size_check", true)?;
        connection.pragma_update(None, "mmap_size", 0)?;
        // The first look at the file itself; what cannot be opened is told here.
        connection.query_row("SELECT count(*) FROM sqlite_schema", (), |row| {
            row.get::<_, i64>(0)
        })?;
        Ok(connection)
    };
    work().map_err(|source| Error::Database {
        path: said.into(),
        source,
    })
}

/// A path as part of an SQLite address.
fn escaped(path: &Path) -> String {
    path.display()
        .to_string()
        .replace('%', "%25")
        .replace('?', "%3f")
        .replace('#', "%23")
}

/// The columns of a table; empty where there is no plain table of this name. Views, virtual tables and columns that are
/// reckoned stand for code of whoever made the file, and are taken for no tables.
///
/// # Errors
/// Where the file is damaged.
pub fn columns(connection: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    let plain: bool = connection.query_row(
        "SELECT count(*) = 1 FROM sqlite_schema
         WHERE name = ?1 COLLATE NOCASE AND type = 'table' AND sql LIKE 'CREATE TABLE%'",
        [table],
        |row| row.get(0),
    )?;
    if !plain {
        return Ok(Vec::new());
    }
    let mut names = Vec::new();
    let mut statement = connection.prepare("SELECT name, hidden FROM pragma_table_xinfo(?1)")?;
    let mut rows = statement.query([table])?;
    while let Some(row) = rows.next()? {
        if row.get::<_, i64>(1)? != 0 {
            return Ok(Vec::new());
        }
        names.push(row.get::<_, String>(0)?.to_lowercase());
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn views_virtual_tables_and_reckoned_columns_are_no_tables() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a ?#%.db");
        Connection::open(&path)
            .unwrap()
            .execute_batch(
                "CREATE TABLE plain (a, B); CREATE VIEW seen AS SELECT a FROM plain;
                 CREATE TABLE reckoned (a, b AS (hex(a))); CREATE VIRTUAL TABLE text USING fts5(a);",
            )
            .unwrap();
        let opened = open(&path).unwrap();
        let names = |table| columns(&opened.connection, table).unwrap();
        assert_eq!(names("plain"), ["a", "b"]);
        assert!(names("seen").is_empty() && names("reckoned").is_empty() && names("text").is_empty());
        assert!(names("missing").is_empty());
        assert!(
            opened
                .connection
                .execute("INSERT INTO plain VALUES (1, 2)", ())
                .is_err()
        );
        let unchanging = try_open(&path, &path, true).unwrap();
        assert_eq!(columns(&unchanging, "plain").unwrap().len(), 2);
    }

    #[test]
    fn what_is_no_database_is_said_to_be_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.db");
        assert!(matches!(open(&path), Err(Error::Read { .. })));
        std::fs::write(&path, vec![7; 8192]).unwrap();
        let error = open(&path).unwrap_err();
        assert!(
            error.to_string().contains("cannot be read as a database"),
            "{error}"
        );
    }

    #[test]
    fn a_log_beside_the_file_is_read_as_well() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.db");
        let writer = Connection::open(&path).unwrap();
        writer.pragma_update(None, "journal_mode", "WAL").unwrap();
        writer
            .execute_batch("CREATE TABLE t (a); INSERT INTO t VALUES (1)")
            .unwrap();
        let count = |opened: &Opened| -> i64 {
            opened
                .connection
                .query_row("SELECT count(*) FROM t", (), |row| row.get(0))
                .unwrap()
        };
        let live = open(&path).unwrap();
        assert_eq!(count(&live), 1);
        writer.execute("INSERT INTO t VALUES (2)", ()).unwrap();
        assert_eq!(count(&live), 2);
        let (_folder, copy) = copied(&live, &path).unwrap();
        assert_eq!(count(&open(&copy).unwrap()), 2);
    }
}
