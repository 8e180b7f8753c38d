//! Databases of both ages of the recorder, made by hand, through survey and taking.

use std::fmt::Write as _;

use hearthline_history::{Batch, Reader, Store, Synchronous};
use hearthline_model::{BrokerId, DeviceDesc, HOUR, PointDesc, PointId, Sample};
use proptest::prelude::*;

use super::*;
use crate::import::{self, Report, StoreTarget};

/// 2026-11-24T14:00:00Z in seconds.
const AT: i64 = 1_795_528_800;

const NEW: &str = "
CREATE TABLE schema_changes (change_id INTEGER PRIMARY KEY, schema_version INTEGER);
INSERT INTO schema_changes VALUES (1, 50);
CREATE TABLE states_meta (metadata_id INTEGER PRIMARY KEY, entity_id VARCHAR(255));
CREATE TABLE state_attributes (attributes_id INTEGER PRIMARY KEY, hash BIGINT, shared_attrs TEXT);
CREATE TABLE states (state_id INTEGER PRIMARY KEY, entity_id CHAR(0), state VARCHAR(255), attributes CHAR(0),
    last_changed_ts FLOAT, last_updated CHAR(0), last_updated_ts FLOAT, attributes_id INTEGER, metadata_id INTEGER);
CREATE TABLE statistics_meta (id INTEGER PRIMARY KEY, statistic_id VARCHAR(255), source VARCHAR(32),
    unit_of_measurement VARCHAR(255), has_mean BOOLEAN, mean_type INTEGER, has_sum BOOLEAN, name VARCHAR(255));
CREATE TABLE statistics (id INTEGER PRIMARY KEY, metadata_id INTEGER, start CHAR(0), start_ts FLOAT, mean FLOAT, min FLOAT,
    max FLOAT, last_reset_ts FLOAT, state FLOAT, sum FLOAT);
CREATE TABLE statistics_short_term (id INTEGER PRIMARY KEY, metadata_id INTEGER, start_ts FLOAT, mean FLOAT, min FLOAT,
    max FLOAT, state FLOAT, sum FLOAT);
INSERT INTO states_meta VALUES (1, 'sensor.kitchen_temperature'), (2, 'binary_sensor.door'), (3, 'sensor.meter'), (4, 'select.mode');
INSERT INTO state_attributes VALUES
    (1, 0, '{\"unit_of_measurement\":\"°C\",\"device_class\":\"temperature\",\"state_class\":\"measurement\",\"friendly_name\":\"Kitchen Temperature\"}'),
    (2, 0, '{\"device_class\":\"door\",\"friendly_name\":\"Door\"}'),
    (3, 0, '{\"unit_of_measurement\":\"kWh\",\"state_class\":\"total_increasing\"}'),
    (4, 0, '{\"options\":[\"on\",\"eco\"]}');
";

fn database(sql: &str) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("home-assistant_v2.db");
    let connection = Connection::open(&path).unwrap();
    connection.execute_batch("PRAGMA journal_mode = WAL").unwrap();
    connection.execute_batch(sql).unwrap();
    (folder, path)
}

/// States of the last minutes and statistics of the two hours before.
fn recent() -> (tempfile::TempDir, std::path::PathBuf) {
    database(&format!(
        "{NEW}
        INSERT INTO states (metadata_id, state, last_updated_ts, attributes_id) VALUES
            (1, '21.5', {AT}.25, 1), (2, 'on', {AT}.5, 2), (1, 'unavailable', {AT} + 60, NULL), (1, '22', {AT} + 120, 1),
            (2, 'off', {AT} + 121, 2), (3, '105.5', {AT} + 1, 3), (1, 'garbage', {AT} + 180, 1), (4, 'eco', {AT} + 3, 4),
            (4, 'on', {AT} + 4, 4), (9, 'lost', {AT}, 1), (1, '23', NULL, 1), (2, 'unknown', {AT} + 200, 2);
        INSERT INTO statistics_meta (id, statistic_id, source, unit_of_measurement, has_mean, has_sum, name) VALUES
            (1, 'sensor.kitchen_temperature', 'recorder', '°C', 1, 0, NULL), (2, 'sensor.meter', 'recorder', 'kWh', 0, 1, NULL),
            (3, 'solar:yield', 'solar', 'kWh', 0, 1, 'Solar yield'), (4, 'select.mode', 'recorder', 'W', 1, 0, NULL);
        INSERT INTO statistics (metadata_id, start_ts, mean, min, max, state, sum) VALUES
            (1, {AT} - 7200, 19.5, 18, 21, NULL, NULL), (2, {AT} - 7200, NULL, NULL, NULL, 100.5, 3.5),
            (1, {AT} - 3600, 20.5, 19, 22, NULL, NULL), (2, {AT} - 3600, NULL, NULL, NULL, 103.25, 6.25),
            (1, {AT}, 21.7, 21, 22, NULL, NULL), (3, {AT} - 3600, NULL, NULL, NULL, NULL, 7.5);
        INSERT INTO statistics_short_term (metadata_id, start_ts, mean, min, max) VALUES (1, {AT} - 300, 21.25, 21, 21.5);"
    ))
}

struct Home {
    _folder: tempfile::TempDir,
    path: std::path::PathBuf,
    target: StoreTarget,
}

impl Home {
    fn new(fill: impl FnOnce(&mut Store)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("h.db");
        let mut store = Store::open(&path, Synchronous::Normal).unwrap();
        fill(&mut store);
        Self {
            target: StoreTarget::new(store, AT * 1_000_000).unwrap(),
            path,
            _folder: folder,
        }
    }

    fn reader(&self) -> Reader {
        Reader::open(&self.path).unwrap()
    }

    fn survey(&self, path: &Path, extremes: bool) -> Result<Survey, Error> {
        let options = Options { zone: None, extremes };
        let known = self.reader().catalogue().unwrap();
        import::survey(
            Source::HomeAssistant,
            path,
            &options,
            &known,
            &Progress::default(),
        )
    }

    fn import(&mut self, path: &Path, extremes: bool) -> Report {
        let survey = self.survey(path, extremes).unwrap();
        import::take(&survey, &[], &mut self.target, &Progress::default()).unwrap()
    }

    /// Seconds since [`AT`] and values.
    fn of(&self, key: &str) -> Vec<(f64, Value, Quality)> {
        let reader = self.reader();
        let listed = reader.catalogue().unwrap();
        let point = listed.iter().find(|listed| listed.desc.key == key).unwrap().id;
        self.at(point)
    }

    fn at(&self, point: PointId) -> Vec<(f64, Value, Quality)> {
        let samples = self.reader().raw(point, i64::MIN, i64::MAX, usize::MAX).unwrap();
        samples
            .into_iter()
            .map(|sample| {
                (
                    (sample.at - AT * 1_000_000) as f64 / 1e6,
                    sample.value,
                    sample.quality,
                )
            })
            .collect()
    }
}

#[test]
fn states_and_the_statistics_before_them_come_in() {
    let (_folder, path) = recent();
    let mut home = Home::new(|_| {});
    let survey = home.survey(&path, false).unwrap();
    assert_eq!(survey.title, "Home Assistant's recorder, schema 50");
    let report = home.import(&path, false);
    let good = Quality::Good;
    assert_eq!(
        home.of("sensor.kitchen_temperature"),
        [
            (-7200.0, Value::Float(19.5), good),
            (-3600.0, Value::Float(20.5), good),
            (-300.0, Value::Float(21.25), good),
            (0.25, Value::Float(21.5), good),
            (60.0, Value::Null, Quality::Bad),
            (120.0, Value::Int(22), good),
        ]
    );
    assert_eq!(
        home.of("binary_sensor.door"),
        [
            (0.5, Value::Bool(true), good),
            (121.0, Value::Bool(false), good),
            (200.0, Value::Null, Quality::Bad)
        ]
    );
    // A meter was read at the end of its hour.
    assert_eq!(
        home.of("sensor.meter"),
        [
            (-3600.0, Value::Float(100.5), good),
            (0.0, Value::Float(103.25), good),
            (1.0, Value::Float(105.5), good)
        ]
    );
    assert_eq!(home.of("solar:yield"), [(0.0, Value::Float(7.5), good)]);
    assert_eq!(home.of("select.mode").len(), 2);
    let listed = home.reader().catalogue().unwrap();
    let point = |key: &str| &listed.iter().find(|listed| listed.desc.key == key).unwrap().desc;
    assert_eq!(point("sensor.kitchen_temperature").unit.as_deref(), Some("°C"));
    assert_eq!(
        point("sensor.kitchen_temperature").class.as_deref(),
        Some("temperature")
    );
    assert_eq!(point("binary_sensor.door").kind, Kind::Bool);
    assert_eq!(point("select.mode").kind, Kind::Enum);
    assert_eq!(point("solar:yield").name, "Solar yield");
    assert!(listed.iter().all(|point| point.device_name() == "Home Assistant"));
    let reasons: Vec<(&str, u64)> = report
        .skipped
        .reasons()
        .iter()
        .map(|reason| (reason.text, reason.count))
        .collect();
    assert_eq!(reasons, [(NO_NUMBER, 1), (UNNAMED, 1), (UNTIMED, 1)]);

    let again = home.import(&path, false);
    assert_eq!((again.taken, again.made), (0, 0));
    // Of the hour that five minutes tell of more finely the mean is not even looked for.
    let finer = again
        .skipped
        .reasons()
        .iter()
        .find(|reason| reason.text == FINER)
        .unwrap();
    assert_eq!(again.known + finer.count, report.taken);
}

#[test]
fn the_old_schema_with_names_and_texts_of_time_comes_in() {
    let (_folder, path) = database(
        "CREATE TABLE states (state_id INTEGER PRIMARY KEY, domain VARCHAR, entity_id VARCHAR(255), state VARCHAR(255),
            attributes TEXT, last_changed DATETIME, last_updated DATETIME);
         INSERT INTO states VALUES
            (1, 'sensor', 'sensor.old', '1.5', '{\"unit_of_measurement\":\"W\",\"friendly_name\":\"Old thing\"}', NULL,
                '2026-11-24 14:00:00.250000'),
            (5, 'switch', 'switch.lamp', 'on', 'no json', NULL, '2026-11-24 14:00:01'),
            (6, 'switch', 'switch.lamp', 'off', '{}', NULL, 'yesterday');",
    );
    let mut home = Home::new(|_| {});
    let report = home.import(&path, true);
    assert_eq!(home.of("sensor.old"), [(0.25, Value::Float(1.5), Quality::Good)]);
    assert_eq!(home.of("switch.lamp"), [(1.0, Value::Bool(true), Quality::Good)]);
    assert_eq!((report.taken, report.skipped.count()), (2, 1));
    assert_eq!(home.import(&path, true).taken, 0);
}

fn thermometer(store: &mut Store, unit: &str) -> PointId {
    store
        .register(|it| {
            let device = DeviceDesc {
                key: "ha:1".into(),
                name: "Kitchen".into(),
                ..DeviceDesc::default()
            };
            let at = it.device(BrokerId(1), &device, &|_| false)?.at;
            let point = PointDesc {
                key: "sensor.1_temperature".into(),
                name: "Temperature".into(),
                platform: "sensor".into(),
                kind: Kind::Number,
                unit: Some(unit.into()),
                ..PointDesc::default()
            };
            Ok(it.point(at, &point, &|_| false)?.id)
        })
        .unwrap()
}

#[test]
fn an_entity_goes_to_the_point_that_it_is_and_finer_samples_are_left_alone() {
    let (_folder, path) = recent();
    let mut point = PointId(0);
    let mut home = Home::new(|store| {
        point = thermometer(store, "°C");
        // Of the hour before last the history has samples of its own.
        let samples: Vec<Sample> = (0..30)
            .map(|minute| Sample {
                point,
                at: AT * 1_000_000 - 2 * HOUR + minute * 60_000_000 + 5,
                value: Value::Float(19.0),
                quality: Quality::Good,
            })
            .collect();
        store
            .append(&Batch {
                samples: &samples,
                ..Batch::default()
            })
            .unwrap();
    });
    let survey = home.survey(&path, true).unwrap();
    let joins = survey.series[0].joins.unwrap();
    assert_eq!((joins.point, joins.by), (point, "by its entity id"));
    let report = home.import(&path, true);
    let finer = report
        .skipped
        .reasons()
        .iter()
        .find(|reason| reason.text == FINER)
        .unwrap();
    assert_eq!(finer.count, 1);
    assert_eq!(home.at(point).len(), 30 + 5);
    // The five minutes have a lowest and highest as well.
    assert_eq!(
        home.of("sensor.kitchen_temperature#max"),
        [
            (-3600.0, Value::Float(22.0), Quality::Good),
            (-300.0, Value::Float(21.5), Quality::Good)
        ]
    );
    assert_eq!(home.import(&path, true).taken, 0);
    let fahrenheit = Home::new(|store| {
        thermometer(store, "°F");
    });
    assert_eq!(fahrenheit.survey(&path, false).unwrap().series[0].joins, None);
}

#[test]
fn the_registries_beside_the_file_tell_devices_and_unique_ids() {
    let (folder, path) = recent();
    let storage = folder.path().join(".storage");
    std::fs::create_dir(&storage).unwrap();
    std::fs::write(
        storage.join("core.entity_registry"),
        r#"{"data":{"entities":[
            {"entity_id":"sensor.kitchen_temperature","unique_id":"1_temperature"},
            {"entity_id":"binary_sensor.door","unique_id":"d","device_id":"x","original_name":"Opening"}]}}"#,
    )
    .unwrap();
    std::fs::write(
        storage.join("core.device_registry"),
        r#"{"data":{"devices":[{"id":"x","identifiers":[["mqtt","d"]],"name":"Front door"}]}}"#,
    )
    .unwrap();
    let mut point = PointId(0);
    let home = Home::new(|store| point = thermometer(store, "°C"));
    let survey = home.survey(&path, false).unwrap();
    let joins = survey.series[0].joins.unwrap();
    assert_eq!((joins.point, joins.by), (point, "by its unique id"));
    let door = &survey.series[1].made;
    assert_eq!(
        (door.device.name.as_str(), door.point.name.as_str()),
        ("Front door", "Opening")
    );
}

#[test]
fn hostile_databases_are_refused_or_bounded() {
    let home = Home::new(|_| {});
    let (_a, view) = database(
        "CREATE TABLE t (state_id INTEGER PRIMARY KEY, entity_id, state, last_updated_ts);
         CREATE VIEW states AS SELECT * FROM t;",
    );
    assert!(
        home.survey(&view, false)
            .unwrap_err()
            .to_string()
            .contains("no database of Home Assistant")
    );
    let (_b, reckoned) = database(
        "CREATE TABLE states (state_id INTEGER PRIMARY KEY, entity_id, state AS (zeroblob(1000000000)), last_updated_ts);",
    );
    assert!(home.survey(&reckoned, false).is_err());
    let (_c, strange) = database(&format!(
        "{NEW} INSERT INTO states (state_id, metadata_id, state, last_updated_ts, attributes_id) VALUES
            (-9223372036854775807, 1, x'ff00', {AT}, 'one'), (1, 1, hex(randomblob(100000)), {AT}, 99),
            (2, 1, '5', 9e300, 1), (9223372036854775807, 1, '6', 'soon', 1);
         INSERT INTO statistics VALUES (1, 1, NULL, -1e18, 'warm', 1e999, NULL, NULL, 5, NULL);
         INSERT INTO statistics_meta (id, statistic_id) VALUES (1, 'sensor.kitchen_temperature');"
    ));
    let mut home = Home::new(|_| {});
    let report = home.import(&strange, true);
    assert!(report.taken <= 2, "{report:?}");
}

#[test]
fn what_is_readable_of_a_damaged_database_comes_in() {
    let mut rows = String::new();
    for row in 0..60_000 {
        write!(rows, "(1, '{row}', {}, 1),", AT + row).unwrap();
    }
    rows.pop();
    let (_folder, path) = database(&format!(
        "{NEW} INSERT INTO states (metadata_id, state, last_updated_ts, attributes_id) VALUES {rows};
         PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE;"
    ));
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 4096].fill(0xa5);
    std::fs::write(&path, bytes).unwrap();
    let mut home = Home::new(|_| {});
    let report = home.import(&path, false);
    assert!(report.taken > 20_000 && report.taken < 60_000, "{report:?}");
    assert!(
        report
            .skipped
            .reasons()
            .iter()
            .any(|reason| reason.text == "a damaged part of the file")
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn a_database_with_any_bytes_changed_is_read_without_panic(at in 0usize..40_000, change in prop::collection::vec(any::<u8>(), 1..64)) {
        let (_folder, path) = recent();
        Connection::open(&path).unwrap().execute_batch("PRAGMA journal_mode = DELETE").unwrap();
        let mut bytes = std::fs::read(&path).unwrap();
        let at = at % bytes.len();
        let end = (at + change.len()).min(bytes.len());
        bytes[at..end].copy_from_slice(&change[..end - at]);
        std::fs::write(&path, bytes).unwrap();
        let mut home = Home::new(|_| {});
        if let Ok(survey) = home.survey(&path, true) {
            let _ = import::take(&survey, &[], &mut home.target, &Progress::default());
        }
    }
}
