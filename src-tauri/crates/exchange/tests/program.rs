//! The program as a person or a script runs it.

// Test code: a failed expectation is how it tells.
#![allow(clippy::expect_used, clippy::unwrap_used)]

use std::path::Path;
use std::process::Command;

use hearthline_exchange::{Made, register};
use hearthline_history::{Batch, Reader, Store, Synchronous};
use hearthline_model::{
    AlarmEntry, AlarmKey, AlarmState, DeviceDesc, DeviceId, Kind, PointDesc, PointId, Priority, Quality,
    Sample, Transition, Value,
};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;

/// 2026-11-24T14:00:00Z.
const AT: i64 = 1_795_528_800_000_000;

fn run(folder: &Path, line: &str) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_hearthline-history"))
        .args(line.split_whitespace())
        .current_dir(folder)
        .output()
        .expect("the program starts");
    (
        output.status.code(),
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

/// A history of a device with a number, a word and a switch.
fn fill(path: &Path) -> Vec<PointId> {
    let mut store = Store::open(path, Synchronous::Normal).unwrap();
    let made: Vec<Made> = [("t", Kind::Number), ("mode", Kind::Text), ("on", Kind::Bool)]
        .into_iter()
        .map(|(key, kind)| Made {
            device: DeviceDesc {
                key: "ha:1".into(),
                name: "=Kitchen".into(),
                ..DeviceDesc::default()
            },
            point: PointDesc {
                key: key.into(),
                name: key.to_uppercase(),
                kind,
                unit: (key == "t").then(|| "°C".into()),
                ..PointDesc::default()
            },
        })
        .collect();
    let ids = register(&mut store, &made).unwrap();
    let values = [
        Value::Float(0.1 + 0.2),
        Value::Int(i64::MAX),
        Value::Null,
        Value::text("=1+1,\n\"x\""),
        Value::text(""),
        Value::Bool(true),
    ];
    let samples: Vec<Sample> = values
        .iter()
        .enumerate()
        .map(|(ix, value)| Sample {
            point: ids[[0, 0, 0, 1, 1, 2][ix]],
            at: AT + ix as i64,
            value: value.clone(),
            quality: Quality::from_code(ix as u8 % 4),
        })
        .collect();
    store
        .append(&Batch {
            samples: &samples,
            ..Batch::default()
        })
        .unwrap();
    ids
}

fn all(path: &Path) -> Vec<(String, i64, Value, Quality)> {
    let reader = Reader::open(path).unwrap();
    let mut all = Vec::new();
    for listed in reader.catalogue().unwrap() {
        for sample in reader.raw(listed.id, i64::MIN, i64::MAX, usize::MAX).unwrap() {
            all.push((listed.desc.key.clone(), sample.at, sample.value, sample.quality));
        }
    }
    all
}

#[test]
fn a_history_goes_out_and_comes_in_again_the_very_same() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    fill(&here.join("a.db"));
    let (code, said, complained) = run(here, "export a.db -o out.csv");
    assert_eq!(
        (code, said.trim_end()),
        (Some(0), "6 samples of 3 points, written to out.csv"),
        "{complained}"
    );
    assert!(!here.join("out.csv.part").exists());
    let text = std::fs::read_to_string(here.join("out.csv")).unwrap();
    assert!(
        text.contains(
            "2026-11-24T14:00:00.000001Z,'=Kitchen,T,9223372036854775807,°C,uncertain,int,ha:1,t\r\n"
        ),
        "{text}"
    );

    let (code, said, _) = run(here, "import b.db --from-csv out.csv --dry-run");
    assert_eq!(code, Some(1), "{said}");
    drop(Store::open(&here.join("b.db"), Synchronous::Normal).unwrap());
    let (code, said, _) = run(here, "import b.db --from-csv out.csv --dry-run");
    assert!(
        code == Some(0) && said.contains("6 samples read, 6 would be new"),
        "{said}"
    );
    assert!(all(&here.join("b.db")).is_empty());
    let (code, said, complained) = run(here, "import b.db --from-csv out.csv");
    assert!(
        code == Some(0) && said.contains("6 samples read, 6 new, 0 known already; 3 points made"),
        "{said}{complained}"
    );
    assert_eq!(all(&here.join("b.db")), all(&here.join("a.db")));
    let (_, said, _) = run(here, "import b.db --from-csv out.csv");
    assert!(
        said.contains("6 samples read, 0 new, 6 known already; 0 points made"),
        "{said}"
    );

    // From file to file, by keys; twice.
    for (new, known) in [(6, 0), (0, 6)] {
        let (code, said, _) = run(here, "import c.db --from-hearthline a.db");
        assert_eq!(code, Some(0));
        assert!(said.contains(&format!("{new} new, {known} known")), "{said}");
    }
    assert_eq!(all(&here.join("c.db")), all(&here.join("a.db")));

    let (code, said, _) = run(here, "check c.db");
    assert!(code == Some(0) && said.contains("sound, 6 samples"), "{said}");
    let (_, said, _) = run(here, "info c.db");
    assert!(
        said.contains("samples  6\n") && said.contains("oldest   2026-11-24T14:00:00Z"),
        "{said}"
    );
    let (_, said, _) = run(here, "points c.db");
    assert!(
        said.contains("=Kitchen/MODE") && said.lines().count() == 3,
        "{said}"
    );
}

#[test]
fn parquet_is_read_back_by_its_columns() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    fill(&here.join("a.db"));
    let (code, _, complained) = run(here, "export a.db --format parquet -o out.parquet");
    assert_eq!(code, Some(0), "{complained}");
    let reader = SerializedFileReader::new(std::fs::File::open(here.join("out.parquet")).unwrap()).unwrap();
    let rows: Vec<Vec<(String, Field)>> = reader
        .get_row_iter(None)
        .unwrap()
        .map(|row| {
            row.unwrap()
                .get_column_iter()
                .map(|(name, field)| (name.clone(), field.clone()))
                .collect()
        })
        .collect();
    let of = |row: usize, name: &str| {
        rows[row]
            .iter()
            .find(|(known, _)| known == name)
            .unwrap()
            .1
            .clone()
    };
    assert_eq!(rows.len(), 6);
    assert_eq!(of(0, "time"), Field::TimestampMicros(AT));
    assert_eq!(of(0, "value"), Field::Double(0.1 + 0.2));
    assert_eq!(of(0, "unit"), Field::Str("°C".into()));
    assert_eq!(
        (of(0, "int"), of(0, "text"), of(0, "bool")),
        (Field::Null, Field::Null, Field::Null)
    );
    assert_eq!(of(1, "int"), Field::Long(i64::MAX));
    assert_eq!(of(2, "value"), Field::Null);
    assert_eq!(of(2, "quality"), Field::Str("bad".into()));
    assert_eq!(of(3, "text"), Field::Str("=1+1,\n\"x\"".into()));
    assert_eq!(of(4, "text"), Field::Str(String::new()));
    assert_eq!(
        (of(5, "bool"), of(5, "value")),
        (Field::Bool(true), Field::Double(1.0))
    );
    assert_eq!(of(5, "point_key"), Field::Str("on".into()));
}

#[test]
fn what_is_wrong_is_said_and_has_a_code() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let ids = fill(&here.join("a.db"));
    let (code, said, _) = run(here, "--help");
    assert!(code == Some(0) && said.contains("Examples:"), "{said}");
    assert_eq!(run(here, "export a.db").0, Some(2));
    assert_eq!(run(here, "info missing.db").0, Some(1));
    let (code, _, complained) = run(here, "export a.db --points nobody -o -");
    assert!(
        code == Some(1) && complained.contains("no point is meant by \"nobody\""),
        "{complained}"
    );
    let line = format!(
        "export a.db --points {} --from 2026-11-24T14:00:00.000001Z -o -",
        ids[0].0
    );
    let (code, said, _) = run(here, &line);
    assert!(code == Some(0) && said.lines().count() == 3, "{said}");
    let (code, said, _) = run(here, "export a.db --points *kitchen/o? -o -");
    assert!(code == Some(0) && said.lines().count() == 2, "{said}");

    // Hearthline has it open: looking is allowed, writing is not.
    let held = Store::open(&here.join("a.db"), Synchronous::Normal).unwrap();
    let (code, _, complained) = run(here, "import a.db --from-hearthline a.db");
    assert!(
        code == Some(3) && complained.contains("in use by another Hearthline"),
        "{complained}"
    );
    assert_eq!(run(here, "info a.db").0, Some(0));
    drop(held);

    std::fs::write(here.join("no.db"), vec![7; 8192]).unwrap();
    assert_eq!(run(here, "check no.db").0, Some(1));
    let (code, _, complained) = run(here, "import a.db --from-homeassistant a.db");
    assert!(
        code == Some(1) && complained.contains("no database of Home Assistant"),
        "{complained}"
    );
    rusqlite::Connection::open(here.join("trap.db"))
        .unwrap()
        .execute_batch(
            "CREATE TABLE places (a); CREATE TABLE devices (a); CREATE TABLE points (a); CREATE TABLE journal (body);
             CREATE TABLE chunks (body); CREATE VIEW trap AS SELECT 1;",
        )
        .unwrap();
    let (code, _, complained) = run(here, "import a.db --from-hearthline trap.db");
    assert!(
        code == Some(1) && complained.contains("views or triggers"),
        "{complained}"
    );
}

#[test]
fn a_damaged_chunk_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let path = here.join("a.db");
    fill(&path);
    let mut store = Store::open(&path, Synchronous::Normal).unwrap();
    store.compact(10, AT).unwrap();
    drop(store);
    rusqlite::Connection::open(&path)
        .unwrap()
        .execute(
            "UPDATE bodies SET body = x'0102' WHERE id = (SELECT min(id) FROM bodies)",
            (),
        )
        .unwrap();
    let (code, said, complained) = run(here, "check a.db");
    assert_eq!(code, Some(4), "{said}{complained}");
    assert!(said.contains("=Kitchen/"), "{said}");
}

#[test]
fn what_hours_come_to_goes_out_as_csv_and_parquet() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    fill(&here.join("a.db"));
    let (code, said, complained) = run(here, "export a.db --every 1h -o hours.csv");
    assert_eq!(
        (code, said.trim_end()),
        (
            Some(0),
            "2 rows of 2 points; 1 point of words left out, which only every sample can tell, written to hours.csv"
        ),
        "{complained}"
    );
    let text = std::fs::read_to_string(here.join("hours.csv")).unwrap();
    let mut lines = text.lines();
    assert!(
        lines
            .next()
            .unwrap()
            .starts_with("time,device,point,unit,count,min,max,mean,")
    );
    assert!(
        lines
            .next()
            .unwrap()
            .starts_with("2026-11-24T14:00:00.000000Z,'=Kitchen,T,°C,"),
        "{text}"
    );

    let (code, ..) = run(here, "export a.db --every 1h --format parquet -o hours.parquet");
    assert_eq!(code, Some(0));
    let file = SerializedFileReader::new(std::fs::File::open(here.join("hours.parquet")).unwrap()).unwrap();
    let rows: Vec<_> = file.get_row_iter(None).unwrap().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 2);
    let column = |name: &str| {
        let found = rows[0].get_column_iter().find(|(column, _)| *column == name);
        found.unwrap().1.clone()
    };
    assert_eq!(column("time"), Field::TimestampMicros(AT));
    assert_eq!(column("device"), Field::Str("=Kitchen".into()));
    assert!(matches!(column("mean"), Field::Double(_)));

    let (code, _, complained) = run(here, "export a.db --every 1w -o x.csv");
    assert_eq!(code, Some(1));
    assert!(complained.contains("length of time"), "{complained}");
}

#[test]
fn the_alarm_journal_is_checked_and_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("h.db");
    let ids = fill(&path);
    let mut store = Store::open(&path, Synchronous::Normal).unwrap();
    let key = AlarmKey {
        device: DeviceId(1),
        point: Some(ids[0]),
        condition: "hi".into(),
    };
    let alarm = store.alarm_id(&key).unwrap();
    let entries: Vec<AlarmEntry> = (0..3)
        .map(|n| AlarmEntry {
            alarm,
            key: key.clone(),
            at: AT + n,
            received_at: AT + n,
            transition: Transition::Raised,
            state: AlarmState::Unacknowledged,
            priority: Priority::High,
            value: Value::Float(0.5),
            limit: Some(0.25),
            quality: Quality::Good,
            text: "=Too hot".into(),
            who: String::new(),
            reason: String::new(),
            covers: Vec::new(),
            raised_at: None,
            count: 1,
            late: false,
            over: false,
            first: false,
        })
        .collect();
    store
        .append(&Batch {
            alarms: &entries,
            ..Batch::default()
        })
        .unwrap();
    drop(store);
    let (code, out, error) = run(folder.path(), "alarms h.db --verify");
    assert_eq!(code, Some(0), "{out}{error}");
    assert!(
        out.contains("3 lines fit") && out.contains("the journal is as it was written"),
        "{out}"
    );
    let known = out
        .lines()
        .find_map(|line| line.strip_prefix("fingerprint "))
        .unwrap();
    let (code, out, _) = run(folder.path(), &format!("alarms h.db --verify --known {known}"));
    assert_eq!(code, Some(0), "{out}");
    let (code, out, _) = run(
        folder.path(),
        &format!("alarms h.db --verify --known {}", "0".repeat(64)),
    );
    assert_eq!(code, Some(5), "{out}");
    let (code, out, error) = run(folder.path(), "alarms h.db -o a.csv");
    assert_eq!(code, Some(0), "{out}{error}");
    let csv = std::fs::read_to_string(folder.path().join("a.csv")).unwrap();
    assert_eq!(csv.lines().count(), 4);
    assert!(
        csv.contains("raised,unacknowledged,high,'=Too hot,'=Kitchen,") && csv.contains(known),
        "{csv}"
    );

    let connection = rusqlite::Connection::open(&path).unwrap();
    connection
        .execute_batch(
            "DROP TRIGGER alarm_journal_stays; UPDATE alarm_journal SET priority = 3 WHERE seq = 2;",
        )
        .unwrap();
    let (code, out, _) = run(folder.path(), "alarms h.db --verify");
    assert_eq!(code, Some(5));
    assert!(
        out.contains("line 2 was changed") && out.contains("1 lines fit"),
        "{out}"
    );
    assert_eq!(
        run(folder.path(), "alarms h.db").0,
        Some(2),
        "what to do is to be said"
    );
}
