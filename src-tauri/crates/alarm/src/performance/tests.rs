use hearthline_model::{
    AlarmEntry, AlarmId, AlarmKey, AlarmState, Condition, ConditionKind, Cover, CoverKind, DAY, DeviceId,
    HOUR, MINUTE, Micros, PointId, Priority, Quality, SECOND, Sample, Transition, Value,
};
use proptest::prelude::*;

use super::*;

/// A midnight.
const MIDNIGHT: Micros = 20_000 * DAY;
const NOON: Micros = MIDNIGHT + 12 * HOUR;

fn entry(
    alarm: u32,
    at: Micros,
    transition: Transition,
    state: AlarmState,
    priority: Priority,
) -> AlarmEntry {
    AlarmEntry {
        alarm: AlarmId(alarm),
        key: AlarmKey {
            device: DeviceId(1),
            point: Some(PointId(alarm)),
            condition: "hi".into(),
        },
        at,
        received_at: at,
        transition,
        state,
        priority,
        value: Value::Null,
        limit: None,
        quality: Quality::Good,
        text: String::new(),
        who: String::new(),
        reason: String::new(),
        covers: Vec::new(),
        raised_at: None,
        count: 1,
        late: false,
        over: false,
        first: false,
    }
}

fn raised(alarm: u32, at: Micros) -> AlarmEntry {
    entry(
        alarm,
        at,
        Transition::Raised,
        AlarmState::Unacknowledged,
        Priority::Low,
    )
}

fn acknowledged(alarm: u32, at: Micros) -> AlarmEntry {
    entry(
        alarm,
        at,
        Transition::Acknowledged,
        AlarmState::Acknowledged,
        Priority::Low,
    )
}

fn cleared(alarm: u32, at: Micros) -> AlarmEntry {
    entry(alarm, at, Transition::Cleared, AlarmState::Normal, Priority::Low)
}

fn measure(mut entries: Vec<AlarmEntry>, from: Micros, to: Micros) -> Performance {
    entries.sort_by_key(|entry| entry.received_at);
    let mut meter = Meter::new(from, to);
    for entry in &entries {
        meter.take(entry);
    }
    meter.finish()
}

/// Calls of the worked example, in order.
fn example_calls() -> Vec<Micros> {
    let mut calls = Vec::new();
    // 12:00 is period 72; three on each side of it stay empty.
    let free = (0..144).filter(|period| !(69..=75).contains(period));
    calls.extend(
        free.take(100)
            .map(|period| MIDNIGHT + period * PERIOD + 3 * MINUTE),
    );
    calls.extend((0..60).map(|n| NOON + n * 10 * SECOND));
    calls.sort_unstable();
    calls
}

/// The worked example: each call of an alarm of its own, acknowledged after half a minute, of which 80 % are low.
fn example() -> Performance {
    let mut entries = Vec::new();
    for (ix, at) in example_calls().into_iter().enumerate() {
        let alarm = ix as u32 + 1;
        let priority = match ix {
            0 => Priority::Critical,
            1..8 => Priority::High,
            8..32 => Priority::Medium,
            _ => Priority::Low,
        };
        entries.push(AlarmEntry {
            priority,
            ..raised(alarm, at)
        });
        entries.push(acknowledged(alarm, at + 30 * SECOND));
        entries.push(cleared(alarm, at + 60 * SECOND));
    }
    measure(entries, MIDNIGHT, MIDNIGHT + DAY)
}

fn written(value: Option<f64>, unit: Unit) -> String {
    let Some(value) = value else { return "–".into() };
    let number = |value: f64| {
        if value.fract() == 0.0 {
            format!("{value}")
        } else {
            format!("{value:.2}")
        }
    };
    match unit {
        Unit::Count => number(value),
        Unit::Share => format!("{:.2} %", value * 100.0),
        Unit::Time => format!("{} s", value / SECOND as f64),
    }
}

fn bound(bound: Option<Bound>, unit: Unit) -> String {
    let Some(Bound { limit, below }) = bound else {
        return "–".into();
    };
    let sign = if below { "<" } else { "≤" };
    match unit {
        Unit::Share => format!("{sign} {} %", limit * 100.0),
        _ => format!("{sign} {limit}"),
    }
}

#[test]
fn the_worked_example_comes_out() {
    let done = example();
    assert_eq!((done.calls, done.peak, done.alarms), (160, 60, 160));
    assert_eq!(done.peak_at, Some(NOON + 590 * SECOND));
    assert_eq!(done.periods.len(), 144);
    assert_eq!(done.periods.iter().filter(|count| **count == 1).count(), 100);
    assert_eq!(done.periods[72], 60);
    assert_eq!(done.priorities, [1, 7, 24, 128, 0]);
    assert_eq!(done.flooded, 1060 * SECOND);
}

#[test]
fn the_table_of_the_documentation_is_what_comes_out() {
    let metrics = example().metrics();
    let mut checked = 0;
    let (table, tests) = (include_str!("mod.rs"), include_str!("tests.rs"));
    let rows = table
        .lines()
        .filter_map(|line| line.strip_prefix("//! | "))
        .filter(|row| !row.starts_with("metric"));
    for row in rows {
        let row = row.replace('`', "");
        let cells: Vec<&str> = row.trim_end_matches('|').split('|').map(str::trim).collect();
        let metric = &metrics[checked];
        assert_eq!(metric.id, cells[0]);
        assert_eq!(bound(metric.acceptable, metric.unit), cells[1], "{}", metric.id);
        assert_eq!(bound(metric.manageable, metric.unit), cells[2], "{}", metric.id);
        // A share of nothing is written as no number is.
        let value = match (metric.unit, metric.value) {
            (Unit::Share, Some(0.0)) => "0".into(),
            (unit, value) => written(value, unit),
        };
        assert_eq!(value, cells[3], "{}", metric.id);
        assert!(
            tests.contains(&format!("#[test]\nfn {}()", cells[4])),
            "no test {} holds {}",
            cells[4],
            metric.id
        );
        checked += 1;
    }
    assert_eq!(checked, metrics.len(), "each metric has its row");
}

#[test]
fn figures_are_judged_by_both_targets() {
    let verdict = |calls: u32| {
        let entries = (0..calls).map(|n| raised(n, MIDNIGHT + Micros::from(n) * MINUTE));
        let done = measure(entries.collect(), MIDNIGHT, MIDNIGHT + DAY);
        done.metrics()[0].verdict
    };
    assert_eq!(verdict(150), Verdict::Good);
    assert_eq!(verdict(151), Verdict::Manageable);
    assert_eq!(verdict(300), Verdict::Manageable);
    assert_eq!(verdict(301), Verdict::Over);
    let short = measure(
        (0..20).map(|n| raised(n, MIDNIGHT + SECOND)).collect(),
        MIDNIGHT,
        MIDNIGHT + MINUTE,
    );
    assert_eq!(short.metrics()[0].value, Some(20.0), "a minute is no day");
    let few = measure(vec![raised(1, MIDNIGHT)], MIDNIGHT, MIDNIGHT + DAY);
    let of = |id: &str| few.metrics().into_iter().find(|it| it.id == id).unwrap();
    assert_eq!(
        (of("top_ten").value, of("top_ten").verdict),
        (Some(1.0), Verdict::Unjudged)
    );
    let none = measure(Vec::new(), MIDNIGHT, MIDNIGHT + DAY);
    assert_eq!(none.metrics()[7].value, None);
    assert_eq!(none.metrics()[0].verdict, Verdict::Good);
}

#[test]
fn a_flood_lasts_from_the_tenth_call_until_fewer_than_five_are_within_ten_minutes() {
    let mut flood = Flood::default();
    let mut over = Vec::new();
    for at in example_calls() {
        over.extend(flood.call(at));
        if at == NOON + 80 * SECOND {
            assert_eq!(flood.ongoing(), None, "nine");
        }
        if at == NOON + 590 * SECOND {
            let ongoing = flood.ongoing().unwrap();
            assert_eq!(
                (ongoing.since, ongoing.calls, ongoing.peak),
                (NOON + 90 * SECOND, 60, 60)
            );
            assert_eq!(flood.within(at), 60);
        }
    }
    let span = FloodSpan {
        from: NOON + 90 * SECOND,
        to: NOON + 1150 * SECOND,
        calls: 60,
        peak: 60,
    };
    assert_eq!(over, [span]);
    assert_eq!(span.to - span.from, 1060 * SECOND);
    assert_eq!(example().floods, [span]);

    // Time alone ends it, at that very moment.
    let mut flood = Flood::default();
    for n in 0..60 {
        flood.call(NOON + n * 10 * SECOND);
    }
    assert_eq!(flood.tick(NOON + 1150 * SECOND - 1), None);
    assert_eq!(flood.tick(NOON + 1150 * SECOND), Some(span));
    assert_eq!(flood.tick(NOON + 1151 * SECOND), None, "once");
    // A call of that very moment keeps five within.
    let mut flood = Flood::default();
    for n in 0..10 {
        flood.call(n * SECOND);
    }
    let end = 5 * SECOND + WINDOW;
    assert_eq!(flood.call(end), None);
    assert!(flood.ongoing().is_some());
    assert_eq!(flood.tick(end + SECOND).map(|span| span.to), Some(end + SECOND));
}

#[test]
fn a_clock_that_was_set_back_ends_a_flood() {
    let mut flood = Flood::default();
    for n in 0..12 {
        flood.call(NOON + n);
    }
    assert_eq!(flood.call(NOON - MINUTE), None, "a little: the order counts");
    assert!(flood.ongoing().is_some());
    let over = flood.tick(NOON - HOUR).unwrap();
    assert_eq!(over.to, NOON + 11);
    assert_eq!(flood.within(NOON), 0);
    assert_eq!(flood.call(NOON - HOUR), None);
    assert_eq!(flood.ongoing(), None);
}

#[test]
fn floods_are_cut_to_the_span_and_one_that_began_before_it_is_known() {
    let calls = |from: Micros| (0..600).map(move |n| raised(n, from + Micros::from(n) * SECOND));
    let done = measure(
        calls(MIDNIGHT - 5 * MINUTE).collect(),
        MIDNIGHT,
        MIDNIGHT + 10 * MINUTE,
    );
    assert_eq!(done.floods.len(), 1);
    assert_eq!((done.floods[0].from, done.floods[0].to), (done.from, done.to));
    assert_eq!(done.calls, 300);
    assert_eq!(done.peak, 600, "the window reaches back before the span");
}

#[test]
fn chattering_and_fleeting_alarms_are_found() {
    let mut entries = Vec::new();
    // Thrice within a minute, and a fourth time much later.
    for at in [0, 20, 59, 300] {
        entries.push(raised(1, NOON + at * SECOND));
        entries.push(cleared(1, NOON + at * SECOND + 15 * SECOND));
    }
    // A minute apart is not within a minute.
    for at in [0, 30, 60] {
        entries.push(raised(2, NOON + at * SECOND));
        entries.push(cleared(2, NOON + at * SECOND + 20 * SECOND));
    }
    // Gone after ten seconds: fleeting; after eleven: not; acknowledged meanwhile: not.
    entries.extend([raised(3, NOON), cleared(3, NOON + 10 * SECOND)]);
    entries.extend([raised(4, NOON), cleared(4, NOON + 11 * SECOND)]);
    entries.extend([
        raised(5, NOON),
        acknowledged(5, NOON + SECOND),
        cleared(5, NOON + 2 * SECOND),
    ]);
    let done = measure(entries, MIDNIGHT, MIDNIGHT + DAY);
    let chatter = Chatter {
        alarm: AlarmId(1),
        calls: 3,
        peak: 3,
    };
    assert_eq!(done.chattering, [chatter]);
    let fleeting = Fleeting {
        alarm: AlarmId(3),
        calls: 1,
    };
    assert_eq!(done.fleeting, [fleeting]);
    assert_eq!(done.nuisance, 2);
    assert_eq!(
        done.frequent[0],
        Frequent {
            alarm: AlarmId(1),
            calls: 4
        }
    );
}

#[test]
fn stale_alarms_are_counted_by_day() {
    let to = MIDNIGHT + 7 * DAY;
    let mut meter = Meter::new(MIDNIGHT, to);
    // Since long before the span.
    meter.stood(&AlarmEntry {
        raised_at: Some(MIDNIGHT - 3 * DAY),
        ..raised(1, MIDNIGHT - 3 * DAY)
    });
    let shelved = Cover {
        kind: CoverKind::Shelved,
        since: NOON,
        until: None,
        once: false,
        reason: String::new(),
        who: String::new(),
    };
    for entry in [
        raised(2, NOON),
        raised(3, NOON + HOUR),
        // Stale on the third day for an hour alone.
        cleared(2, NOON + DAY + HOUR),
        cleared(1, NOON + 2 * DAY),
        // Out of the operator's sight it is not stale.
        AlarmEntry {
            covers: vec![shelved],
            ..entry(
                3,
                NOON + 4 * DAY,
                Transition::Shelved,
                AlarmState::Unacknowledged,
                Priority::Low,
            )
        },
        raised(4, to - DAY - 1),
        raised(5, to - DAY),
    ] {
        meter.take(&entry);
    }
    let done = meter.finish();
    assert_eq!(done.stale_most, 3, "the second day: 1, 2 and 3");
    let stale = Stale {
        alarm: AlarmId(4),
        since: to - DAY - 1,
    };
    assert_eq!((done.stale, done.stale_now), (vec![stale], 1));
    assert_eq!(example().stale_most, 0);
}

#[test]
fn times_to_acknowledge_are_from_the_call_on() {
    let ack = example().acknowledging;
    let half = Some(30 * SECOND);
    assert_eq!((ack.count, ack.median, ack.most), (160, half, half));
    let mut entries = Vec::new();
    for n in 1..=10u32 {
        let at = NOON + Micros::from(n) * HOUR / 2;
        entries.push(raised(n, at));
        // Called twice before anybody came: from the first time on.
        if n == 10 {
            entries.push(entry(
                n,
                at + SECOND,
                Transition::Cleared,
                AlarmState::Returned,
                Priority::Low,
            ));
            entries.push(raised(n, at + 2 * SECOND));
        }
        entries.push(acknowledged(n, at + Micros::from(n) * MINUTE));
    }
    // Nobody has to acknowledge it; it was shelved; it still waits.
    entries.push(entry(
        20,
        NOON,
        Transition::Raised,
        AlarmState::Acknowledged,
        Priority::Low,
    ));
    let done = measure(entries.clone(), MIDNIGHT, MIDNIGHT + DAY);
    let ack = done.acknowledging;
    assert_eq!(
        (ack.count, ack.median, ack.most),
        (10, Some(5 * MINUTE), Some(9 * MINUTE))
    );
    let longest = ack.longest.unwrap();
    assert_eq!(
        (longest.alarm, longest.took, longest.waits),
        (AlarmId(10), 10 * MINUTE, false)
    );
    entries.push(raised(30, NOON + 11 * HOUR));
    let longest = measure(entries, MIDNIGHT, MIDNIGHT + DAY)
        .acknowledging
        .longest
        .unwrap();
    assert_eq!(
        (longest.alarm, longest.took, longest.waits),
        (AlarmId(30), HOUR, true)
    );
}

#[test]
fn what_was_set_aside_without_a_reason_is_counted() {
    let aside = |alarm, transition, reason: &str| AlarmEntry {
        reason: reason.into(),
        ..entry(alarm, NOON, transition, AlarmState::Normal, Priority::Low)
    };
    let entries = vec![
        aside(1, Transition::Shelved, "maintenance"),
        aside(2, Transition::OutOfService, " "),
        aside(3, Transition::Suppressed, ""),
        aside(4, Transition::Unshelved, ""),
    ];
    assert_eq!(measure(entries, MIDNIGHT, MIDNIGHT + DAY).unexplained, 2);
}

#[test]
fn what_is_covered_calls_nobody() {
    let cover = Cover {
        kind: CoverKind::OutOfService,
        since: MIDNIGHT,
        until: None,
        once: false,
        reason: "x".into(),
        who: "x".into(),
    };
    let covered = (0..30).map(|n| AlarmEntry {
        covers: vec![cover.clone()],
        ..raised(n, NOON + Micros::from(n) * SECOND)
    });
    let done = measure(covered.collect(), MIDNIGHT, MIDNIGHT + DAY);
    assert_eq!((done.calls, done.floods.len(), done.nuisance), (0, 0, 0));
    assert_eq!(done.acknowledging.longest, None);
}

fn tank(deadband: f64, on_delay: Micros, off_delay: Micros) -> Condition {
    Condition {
        deadband,
        on_delay,
        off_delay,
        ..Condition::new(ConditionKind::Hi { limit: 80.0 }, Priority::High, "x")
    }
}

fn levels(values: impl IntoIterator<Item = (Micros, f64)>) -> Vec<Sample> {
    let sample = |(at, value)| Sample {
        point: PointId(4),
        at: NOON + at * SECOND,
        value: Value::Float(value),
        quality: Quality::Good,
    };
    values.into_iter().map(sample).collect()
}

#[test]
fn a_value_that_trembles_about_its_limit_is_offered_a_deadband() {
    // Ten minutes at the limit, above and below in turn, thrice; in between far away.
    let samples = levels((0..3).flat_map(|hour| {
        (0..120)
            .map(move |n| (hour * 3600 + n * 5, if n % 2 == 0 { 80.4 } else { 79.6 }))
            .chain([(hour * 3600 + 600, 30.0)])
    }));
    let end = NOON + 4 * HOUR;
    let found = advise(&tank(0.0, 0, 0), PointId(4), &samples, end, 0, MINUTE);
    assert_eq!((found.calls, found.real), (180, 3));
    let deadband = found
        .options
        .iter()
        .find(|option| matches!(option.change, Change::Deadband(_)))
        .unwrap();
    assert_eq!((deadband.calls, deadband.prevented), (3, 1.0));
    // The smallest that does: a share of the span of 50.4, as a number that can be read.
    assert_eq!(deadband.change, Change::Deadband(0.51));
    assert!(
        found
            .options
            .iter()
            .any(|it| it.change == Change::OffDelay(5 * SECOND) && it.calls == 3),
        "{:?}",
        found.options
    );
    assert!(
        found
            .options
            .iter()
            .all(|it| !matches!(it.change, Change::OnDelay(_))),
        "a delay before would miss the real ones: {:?}",
        found.options
    );
    // What was advised, tried: nothing is left to advise.
    let mended = deadband.change.applied(&tank(0.0, 0, 0));
    let again = advise(&mended, PointId(4), &samples, end, 0, MINUTE);
    assert_eq!((again.calls, again.options.len()), (3, 0));
}

#[test]
fn single_spikes_are_offered_a_delay_before_the_alarm() {
    // Forty spikes of three seconds, and one real occurrence of five minutes.
    let samples = levels(
        (0..40)
            .flat_map(|n| [(n * 300, 90.0), (n * 300 + 3, 20.0)])
            .chain([(20_000, 95.0), (20_300, 20.0)]),
    );
    let found = advise(&tank(0.0, 0, 0), PointId(4), &samples, NOON + DAY, 0, MINUTE);
    assert_eq!((found.calls, found.real), (41, 1));
    assert_eq!(found.options[0].change, Change::OnDelay(5 * SECOND));
    assert_eq!((found.options[0].calls, found.options[0].prevented), (1, 1.0));
    assert_eq!(
        advise(
            &tank(0.0, 5 * SECOND, 0),
            PointId(4),
            &samples,
            NOON + DAY,
            0,
            MINUTE
        )
        .options,
        []
    );
    assert_eq!(
        advise(&tank(0.0, 0, 0), PointId(4), &[], NOON, 0, MINUTE),
        Advised::default()
    );
}

/// The flood as its definition has it, looked at every second.
fn plainly(calls: &[Micros], until: Micros) -> Vec<(Micros, Micros)> {
    let window = WINDOW / SECOND;
    let within = |t: Micros| calls.iter().filter(|at| **at > t - window && **at <= t).count();
    let (mut found, mut since) = (Vec::new(), None);
    for t in 0..=until {
        match since {
            None if within(t) >= BEGINS => since = Some(t),
            Some(from) if within(t) < ENDS => {
                found.push((from, t));
                since = None;
            }
            _ => {}
        }
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn the_flood_is_what_its_definition_says(gaps in prop::collection::vec(0i64..130, 0..80)) {
        let mut at = 1000;
        let calls: Vec<Micros> = gaps.iter().map(|gap| { at += gap; at }).collect();
        let until = at + 1300;
        let mut flood = Flood::default();
        let mut found = Vec::new();
        for call in &calls {
            found.extend(flood.call(call * SECOND));
        }
        found.extend(flood.tick(until * SECOND));
        prop_assert_eq!(flood.ongoing(), None);
        let found: Vec<(Micros, Micros)> =
            found.iter().map(|span| (span.from / SECOND, span.to / SECOND)).collect();
        prop_assert_eq!(found, plainly(&calls, until));
    }

    /// Whatever the journal says, in whatever order: figures stay within their bounds.
    #[test]
    fn figures_stay_within_their_bounds(
        entries in prop::collection::vec((0u32..6, -4000i64..90_000, 0usize..8, any::<bool>()), 0..200)
    ) {
        let mut meter = Meter::new(MIDNIGHT, MIDNIGHT + DAY);
        for (alarm, at, what, waits) in entries {
            let transition = [
                Transition::Raised, Transition::Cleared, Transition::Acknowledged, Transition::Removed,
                Transition::Shelved, Transition::Unshelved, Transition::Reset, Transition::Noted,
            ][what];
            let state = if waits { AlarmState::Unacknowledged } else { AlarmState::Normal };
            meter.take(&entry(alarm, MIDNIGHT + at * SECOND, transition, state, Priority::High));
        }
        let done = meter.finish();
        prop_assert_eq!(done.periods.iter().sum::<u32>(), done.calls);
        prop_assert!(done.flooded >= 0 && done.flooded <= DAY);
        prop_assert!(done.top_ten <= done.calls && done.nuisance <= 6);
        for metric in done.metrics() {
            if let Some(value) = metric.value {
                prop_assert!(value.is_finite() && value >= 0.0, "{} {value}", metric.id);
                prop_assert!(metric.unit != Unit::Share || value <= 1.0, "{} {value}", metric.id);
            }
        }
    }
}
