//! Groups: who was first, and whom a leader suppresses.

#![allow(clippy::unwrap_used)] // a failed expectation is how a test tells

mod common;

use common::{condition, id_of};
use hearthline_alarm::Alarms;
use hearthline_model::{
    AlarmAct, AlarmEntry, AlarmGroup, AlarmId, AlarmKey, AlarmState, Condition, ConditionKind, CoverKind,
    DeviceId, GroupLeader, Micros, PointId, Quality, SECOND, Sample, Transition, Value,
};
use proptest::prelude::*;

const LINE: DeviceId = DeviceId(1);
/// The point whose alarm leads.
const STOPPED: PointId = PointId(1);
const MEMBERS: u32 = 5;

#[derive(Default)]
struct Line {
    alarms: Alarms,
    journal: Vec<AlarmEntry>,
}

fn id(point: PointId) -> AlarmId {
    AlarmId(point.0 * 100 + 3)
}

fn key(point: PointId) -> AlarmKey {
    AlarmKey {
        device: LINE,
        point: Some(point),
        condition: "hi".into(),
    }
}

fn group(leader: GroupLeader) -> AlarmGroup {
    AlarmGroup {
        name: "Line 2".into(),
        window: 10 * SECOND,
        leader,
    }
}

fn led_by_alarm() -> AlarmGroup {
    group(GroupLeader::Alarm { key: key(STOPPED) })
}

fn high() -> Condition {
    Condition {
        group: "Line 2".into(),
        text: "Line stopped".into(),
        ..condition(ConditionKind::Hi { limit: 1.0 })
    }
}

impl Line {
    fn new(groups: &[AlarmGroup]) -> Self {
        let mut line = Self::default();
        line.alarms.set_groups(groups, 0, &mut line.journal);
        line.bind(0);
        line
    }

    fn bind(&mut self, now: Micros) {
        for point in 1..=MEMBERS + 1 {
            let mut ids = |key: &AlarmKey| AlarmId(point * 100 + id_of(key).0);
            let (alarms, journal) = (&mut self.alarms, &mut self.journal);
            alarms.set_conditions(LINE, Some(PointId(point)), &[high()], now, &mut ids, journal);
        }
    }

    fn put(&mut self, point: PointId, beyond: bool, at: Micros) {
        let sample = Sample {
            point,
            at,
            value: Value::Float(if beyond { 2.0 } else { 0.0 }),
            quality: Quality::Good,
        };
        self.alarms.sample(&sample, at, &mut self.journal);
    }

    fn wrote(&mut self) -> Vec<(u32, Transition, AlarmState, bool)> {
        let lines = self.journal.drain(..);
        lines
            .map(|it| (it.key.point.unwrap().0, it.transition, it.state, it.first))
            .collect()
    }

    fn is_suppressed(&self, point: PointId) -> bool {
        let covers = &self.alarms.get(id(point)).unwrap().covers;
        covers.iter().any(|cover| cover.kind == CoverKind::Suppressed)
    }

    fn state(&self, point: PointId) -> AlarmState {
        self.alarms.get(id(point)).unwrap().state
    }
}

#[test]
fn the_first_within_the_window_is_marked() {
    let mut line = Line::new(&[]);
    for (point, at) in [(2, 0), (3, 4), (4, 10), (5, 11)] {
        line.put(PointId(point), true, at * SECOND);
    }
    let first: Vec<(u32, bool)> = line
        .wrote()
        .into_iter()
        .map(|(point, .., first)| (point, first))
        .collect();
    assert_eq!(first, [(2, true), (3, false), (4, false), (5, true)]);
    let marked: Vec<AlarmId> = line
        .alarms
        .active()
        .iter()
        .filter(|it| it.first)
        .map(|it| it.id)
        .collect();
    assert_eq!(marked.len(), 2, "of two rounds");
    // Late data of an earlier one takes the mark over.
    let sample = Sample {
        point: PointId(6),
        at: 6 * SECOND,
        value: Value::Float(2.0),
        quality: Quality::Good,
    };
    line.alarms.told(&sample, 200 * SECOND, true, &mut line.journal);
    assert!(line.alarms.get(id(PointId(6))).unwrap().first);
    assert!(!line.alarms.get(id(PointId(5))).unwrap().first);
    assert!(line.alarms.get(id(PointId(2))).unwrap().first);
}

#[test]
fn a_leader_suppresses_the_others_and_they_call_anew_when_it_ends() {
    use AlarmState::{Normal, Returned, Unacknowledged};
    use Transition::{Cleared, Raised, Suppressed, Unsuppressed};
    let mut line = Line::new(&[led_by_alarm()]);
    line.put(PointId(2), true, 0);
    line.put(PointId(3), true, SECOND);
    line.put(PointId(3), false, 2 * SECOND);
    line.wrote();
    line.put(STOPPED, true, 3 * SECOND);
    line.put(PointId(4), true, 4 * SECOND);
    line.put(PointId(5), true, 5 * SECOND);
    line.put(PointId(5), false, 6 * SECOND);
    let reason = line.journal[1].reason.clone();
    assert_eq!(reason, "“Line stopped” leads the group Line 2");
    assert_eq!(
        line.wrote(),
        [
            (1, Raised, Unacknowledged, false),
            (2, Suppressed, Unacknowledged, true),
            (4, Suppressed, Normal, false),
            (4, Raised, Unacknowledged, false),
            (5, Suppressed, Normal, false),
            (5, Raised, Unacknowledged, false),
            (5, Cleared, Returned, false),
        ]
    );
    let shown: Vec<AlarmId> = line.alarms.active().iter().map(|it| it.id).collect();
    assert_eq!(
        shown,
        [id(STOPPED), id(PointId(3))],
        "what ended before it waits to be seen"
    );
    line.put(STOPPED, false, 20 * SECOND);
    assert!(
        line.journal[1..4]
            .iter()
            .filter(|it| it.is_annunciation())
            .count()
            == 2
    );
    assert_eq!(
        line.wrote(),
        [
            (1, Cleared, Returned, false),
            (2, Unsuppressed, Unacknowledged, true),
            (4, Unsuppressed, Unacknowledged, false),
            (5, Unsuppressed, Normal, false),
        ]
    );
    assert!((2..=5).all(|point| !line.is_suppressed(PointId(point))));
}

#[test]
fn what_a_person_suppressed_stays_so_and_a_leader_that_nobody_trusts_leads_nobody() {
    let mut line = Line::new(&[led_by_alarm()]);
    let reason = || "test".to_owned();
    let act = |line: &mut Line, point, act: AlarmAct| {
        let (alarms, journal) = (&mut line.alarms, &mut line.journal);
        alarms.act(id(point), &act, "Ann", SECOND, journal)
    };
    act(&mut line, PointId(2), AlarmAct::Suppress { reason: reason() });
    line.put(PointId(2), true, 2 * SECOND);
    line.put(PointId(3), true, 2 * SECOND);
    line.put(STOPPED, true, 3 * SECOND);
    assert!(line.is_suppressed(PointId(2)) && line.is_suppressed(PointId(3)));
    act(&mut line, STOPPED, AlarmAct::OutOfService { reason: reason() });
    assert!(line.is_suppressed(PointId(2)) && !line.is_suppressed(PointId(3)));
    act(&mut line, STOPPED, AlarmAct::InService);
    assert!(line.is_suppressed(PointId(3)));
    line.alarms.set_groups(&[], 9 * SECOND, &mut line.journal);
    assert!(line.is_suppressed(PointId(2)) && !line.is_suppressed(PointId(3)));
    line.alarms
        .set_groups(&[led_by_alarm()], 9 * SECOND, &mut line.journal);
    assert!(
        line.is_suppressed(PointId(3)),
        "it leads already when it is told to"
    );
}

#[test]
fn an_expression_leads_and_what_is_unknown_changes_nothing() {
    let formula = "{#77} == \"stopped\"".to_owned();
    let mut line = Line::new(&[group(GroupLeader::Expression { formula })]);
    line.put(PointId(2), true, 0);
    assert!(!line.is_suppressed(PointId(2)));
    assert_eq!(line.alarms.unknown().collect::<Vec<_>>(), [PointId(77)]);
    let state = |line: &mut Line, word: &str, at| {
        let sample = Sample {
            point: PointId(77),
            at,
            value: Value::text(word),
            quality: Quality::Good,
        };
        line.alarms.sample(&sample, at, &mut line.journal);
    };
    state(&mut line, "stopped", SECOND);
    assert!(line.is_suppressed(PointId(2)) && line.alarms.group_leads("Line 2"));
    line.put(PointId(1), true, SECOND);
    assert!(line.is_suppressed(PointId(1)), "an expression leads all of them");
    state(&mut line, "running", 2 * SECOND);
    assert!(!line.is_suppressed(PointId(2)));
    assert_eq!(line.state(PointId(2)), AlarmState::Unacknowledged);
    line.alarms.set_groups(&[], 3 * SECOND, &mut line.journal);
    assert_eq!(line.alarms.unknown().count(), 0);
}

#[test]
fn a_restart_goes_on_and_a_removed_leader_lets_go() {
    let mut line = Line::new(&[led_by_alarm()]);
    line.put(PointId(2), true, 0);
    line.put(STOPPED, true, SECOND);
    line.put(PointId(4), true, 2 * SECOND);
    let mut last: Vec<AlarmEntry> = Vec::new();
    for entry in &line.journal {
        last.retain(|it| it.alarm != entry.alarm);
        last.push(entry.clone());
    }
    let mut again = Line::default();
    for entry in last {
        again.alarms.restore(entry.alarm, entry.key.clone(), Some(entry));
    }
    again
        .alarms
        .set_groups(&[led_by_alarm()], 3 * SECOND, &mut again.journal);
    again.bind(3 * SECOND);
    assert_eq!(again.wrote(), [], "all is as it was");
    assert!(again.is_suppressed(PointId(2)) && again.is_suppressed(PointId(4)));
    let mut nobody = |_: &AlarmKey| AlarmId(9);
    let (alarms, journal) = (&mut again.alarms, &mut again.journal);
    alarms.set_conditions(LINE, Some(STOPPED), &[], 4 * SECOND, &mut nobody, journal);
    assert!(!again.is_suppressed(PointId(2)) && !again.is_suppressed(PointId(4)));
}

#[derive(Clone, Debug)]
enum Op {
    Put(u32, bool),
    Acknowledge(u32),
    Lead(bool),
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        6 => (1..=MEMBERS + 1, any::<bool>()).prop_map(|(point, beyond)| Op::Put(point, beyond)),
        2 => (1..=MEMBERS + 1).prop_map(Op::Acknowledge),
        1 => any::<bool>().prop_map(Op::Lead),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// After every step: suppressed are exactly the members that were raised while the leader was active, and its end leaves none;
    /// nobody is called by a suppressed one; and nothing is called twice.
    #[test]
    fn suppressed_is_who_was_raised_while_the_leader_was(ops in prop::collection::vec(op(), 1..60)) {
        let mut line = Line::new(&[led_by_alarm()]);
        let (mut set, mut raised) = (true, [false; MEMBERS as usize + 2]);
        // Raised while it was led, so suppressed until the leader ends.
        let mut covered = [false; MEMBERS as usize + 2];
        for (step, op) in ops.iter().enumerate() {
            let at = step as i64 * SECOND;
            match op {
                Op::Put(point, beyond) => {
                    line.put(PointId(*point), *beyond, at);
                    raised[*point as usize] = *beyond;
                }
                Op::Acknowledge(point) => {
                    line.alarms.acknowledge(id(PointId(*point)), "Ann", at, &mut line.journal);
                }
                Op::Lead(lead) => {
                    let groups = if *lead { vec![led_by_alarm()] } else { Vec::new() };
                    line.alarms.set_groups(&groups, at, &mut line.journal);
                    set = *lead;
                }
            }
            let leads = set && raised[STOPPED.0 as usize];
            for point in 2..=MEMBERS + 1 {
                let now = leads && (covered[point as usize] || raised[point as usize]);
                covered[point as usize] = now;
                prop_assert_eq!(line.is_suppressed(PointId(point)), now, "{} after {}", point, step);
            }
            for entry in line.journal.drain(..) {
                let point = entry.key.point.unwrap().0 as usize;
                prop_assert!(!(entry.is_annunciation() && point != 1 && covered[point] && leads));
            }
        }
    }
}
