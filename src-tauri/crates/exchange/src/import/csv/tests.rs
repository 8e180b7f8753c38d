//! Whole files through survey and taking.

use std::fmt::Write as _;

use hearthline_history::{Batch, Reader, Store, Synchronous};
use hearthline_model::{BrokerId, Sample};
use proptest::prelude::*;

use super::*;
use crate::import::{self, Destination, Report, StoreTarget};
use crate::{Choice, Format, choose, export};

struct Home {
    folder: tempfile::TempDir,
    target: StoreTarget,
}

impl Home {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("h.db"), Synchronous::Normal).unwrap();
        Self {
            target: StoreTarget::new(store, 1).unwrap(),
            folder,
        }
    }

    fn file(&self, text: &str) -> std::path::PathBuf {
        let path = self.folder.path().join("in put.csv");
        std::fs::write(&path, text).unwrap();
        path
    }

    fn reader(&self) -> Reader {
        Reader::open(&self.folder.path().join("h.db")).unwrap()
    }

    fn survey(&self, path: &Path) -> Survey {
        let known = self.reader().catalogue().unwrap();
        import::survey(
            Source::Csv,
            path,
            &Options::default(),
            &known,
            &Progress::default(),
        )
        .unwrap()
    }

    fn take(&mut self, survey: &Survey, destinations: &[Destination]) -> Report {
        import::take(survey, destinations, &mut self.target, &Progress::default()).unwrap()
    }

    fn samples(&self, point: &str) -> Vec<(Micros, Value, Quality)> {
        let reader = self.reader();
        let listed = reader.catalogue().unwrap();
        let point = listed.iter().find(|listed| listed.desc.key == point).unwrap();
        reader
            .raw(point.id, i64::MIN, i64::MAX, usize::MAX)
            .unwrap()
            .into_iter()
            .map(|sample| (sample.at, sample.value, sample.quality))
            .collect()
    }
}

const AT: Micros = 1_795_529_100_000_000; // 2026-11-24T14:05:00Z

#[test]
fn a_foreign_table_becomes_an_imported_device_and_a_second_time_adds_nothing() {
    let mut home = Home::new();
    let path = home.file(
        "time,sensor,value,unit\n2026-11-24T14:05:00Z,Boiler,21.5,°C\n2026-11-24T14:06:00Z,Boiler,unavailable,°C\n\
         2026-11-24T14:05:00Z,Door,on,\nbroken,Door,off,\n2026-11-24T14:07:00Z,Boiler,22,°C\n2026-11-24T14:07:00Z,Boiler,22,°C\n",
    );
    let survey = home.survey(&path);
    let shown: Vec<(&str, u64, Kind, Option<&str>)> = survey
        .series
        .iter()
        .map(|series| {
            let point = &series.made.point;
            (
                series.key.as_str(),
                series.samples,
                point.kind,
                point.unit.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("Boiler", 4, Kind::Number, Some("°C")),
            ("Door", 1, Kind::Bool, None)
        ]
    );
    assert_eq!(survey.skipped.reasons()[0].examples, ["broken"]);
    let report = home.take(&survey, &[]);
    assert_eq!(
        (report.read, report.taken, report.known, report.made),
        (5, 4, 1, 2)
    );
    assert_eq!(report.skipped.count(), 1);
    assert_eq!((report.from, report.to), (Some(AT), Some(AT + 120_000_000)));
    assert_eq!(
        home.samples("Boiler"),
        [
            (AT, Value::Float(21.5), Quality::Good),
            (AT + 60_000_000, Value::Null, Quality::Bad),
            (AT + 120_000_000, Value::Int(22), Quality::Good)
        ]
    );
    let listed = home.reader().catalogue().unwrap();
    assert!(
        listed
            .iter()
            .all(|point| point.broker == BrokerId::IMPORTED && point.device_name() == "Imported")
    );

    for packed in [false, true] {
        if packed {
            home.target.pack().unwrap();
        }
        let again = home.survey(&path);
        assert_eq!(
            again.series[0].joins.map(|joins| joins.by),
            Some("from an earlier import")
        );
        let report = home.take(&again, &[]);
        assert_eq!(
            (report.taken, report.known, report.made, report.joined),
            (0, 5, 0, 2)
        );
    }
    assert_eq!(home.reader().info().unwrap().samples, 4);
}

#[test]
fn a_series_goes_where_the_person_says() {
    let mut home = Home::new();
    let wide = home.file("Zeit;Power [W];Feuchte\n24.11.2026 14:05;1,5;40\n24.11.2026 14:06;;41\n");
    let survey = home.survey(&wide);
    assert_eq!(survey.series[0].made.point.unit.as_deref(), Some("W"));
    assert!(survey.notes[0].contains("UTC"));
    let report = home.take(&survey, &[Destination::Suggested, Destination::Nowhere]);
    assert_eq!((report.taken, report.made), (1, 1));
    assert_eq!(report.skipped.reasons()[0].text, "left out by choice");
    let point = home.reader().catalogue().unwrap()[0].id;
    let bare = home.file("1795529200,other,2.5\n");
    let survey = home.survey(&bare);
    let report = home.take(&survey, &[Destination::Point(point)]);
    assert_eq!((report.taken, report.joined), (1, 1));
    assert_eq!(home.samples("Power [W]").len(), 2);
}

#[test]
fn a_moment_with_too_many_values_does_not_stop_the_rest() {
    let mut home = Home::new();
    let mut text = "time,point,value\n".to_owned();
    for value in 0..5000 {
        writeln!(text, "2026-11-24T14:05:00Z,a,{value}").unwrap();
    }
    text.push_str("1969-01-01T00:00:00Z,a,1\n2026-11-24T14:06:00Z,a,1\n");
    let path = home.file(&text);
    let survey = home.survey(&path);
    let report = home.take(&survey, &[]);
    assert_eq!((report.read, report.taken), (5002, 65));
    assert_eq!(report.skipped.count(), 5002 - 65);
    let again = home.survey(&path);
    assert_eq!(home.take(&again, &[]).taken, 0);
}

#[test]
fn stopping_leaves_what_was_taken_and_the_rest_comes_later() {
    let mut home = Home::new();
    let mut text = "time,point,value\n".to_owned();
    for second in 0..10_000 {
        writeln!(text, "{},a,1", 1_795_529_100 + second).unwrap();
    }
    let path = home.file(&text);
    let survey = home.survey(&path);
    let progress = Progress::default();
    progress.cancel();
    let stopped = import::take(&survey, &[], &mut home.target, &progress);
    assert!(matches!(stopped, Err(Error::Cancelled)));
    let again = home.survey(&path);
    assert_eq!(home.take(&again, &[]).taken, 10_000);
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        any::<f64>().prop_map(Value::number),
        "[=+@'\\-]?\\PC{0,12}".prop_map(Value::text),
        "[\"',;\r\n\t =+-]{0,6}".prop_map(Value::text),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn what_is_exported_comes_back_the_very_same(
        raw in prop::collection::vec((0usize..3, 0i64..7_258_118_400_000_000, value(), 0u8..4), 1..60),
        device in "[=+@'-]?\\PC{0,8}",
        point in "[=+@'\"-]?\\PC{1,8}",
    ) {
        let first = Home::new();
        let path = first.folder.path().join("h.db");
        drop(first.target);
        let mut store = Store::open(&path, Synchronous::Normal).unwrap();
        let made: Vec<Made> = (0..3)
            .map(|ix| Made {
                device: imported(&format!("key {ix}{device}"), &device),
                point: described(&format!("{point}{ix}"), &point),
            })
            .collect();
        let ids = import::register(&mut store, &made).unwrap();
        let samples: Vec<Sample> = raw
            .into_iter()
            .map(|(ix, at, value, quality)| Sample { point: ids[ix], at, value, quality: Quality::from_code(quality) })
            .collect();
        store.append(&Batch { samples: &samples, ..Batch::default() }).unwrap();
        let reader = store.reader().unwrap();
        let known = reader.catalogue().unwrap();
        let all = choose(&Choice::All, &known).unwrap();
        let csv = first.folder.path().join("out.csv");
        let file = std::fs::File::create(&csv).unwrap();
        export(&reader, &all, 0, i64::MAX, Format::Csv, file, &Progress::default()).unwrap();

        let mut second = Home::new();
        let survey = second.survey(&csv);
        let report = second.take(&survey, &[]);
        prop_assert_eq!(report.skipped.count(), 0, "{:?}", report.skipped);
        let others = second.reader().catalogue().unwrap();
        for listed in &known {
            let before = reader.raw(listed.id, i64::MIN, i64::MAX, usize::MAX).unwrap();
            let cleaned = names::clean(&listed.desc.key, 512);
            let Some(other) = others.iter().find(|other| {
                other.desc.key == cleaned && other.device_desc.key == names::clean(&listed.device_desc.key, 512)
            }) else {
                prop_assert!(before.is_empty());
                continue;
            };
            let after = second.reader().raw(other.id, i64::MIN, i64::MAX, usize::MAX).unwrap();
            prop_assert_eq!(after.len(), before.len());
            for (one, other) in before.iter().zip(&after) {
                prop_assert_eq!(one.at, other.at);
                prop_assert_eq!(one.quality, other.quality);
                prop_assert!(crate::knows::same(&one.value, &other.value), "{:?} {:?}", one.value, other.value);
            }
        }
    }

    #[test]
    fn any_text_is_surveyed_and_taken_without_panic(text in "(time,point,value\n)?[0-9a-z,;\"\n:. T-]{0,200}") {
        let mut home = Home::new();
        let path = home.file(&text);
        let known = Vec::new();
        if let Ok(survey) = import::survey(Source::Csv, &path, &Options::default(), &known, &Progress::default()) {
            home.take(&survey, &[]);
        }
    }
}
