use hearthline_history::{Batch, Store, Synchronous};
use hearthline_model::{
    AlarmId, AlarmState, BrokerId, Category, DeviceId, HOUR, Kind, Limits, MINUTE, PlaceId, Priority, Role,
    SECOND, Sample,
};

use super::*;
use crate::view::{MachineState, PointView};

/// 2026-06-01, 06:00 UTC: the early shift begins.
const SHIFT: Micros = 1_780_293_600_000_000;
const LINE: PlaceId = PlaceId(3);

fn place(id: u32, parent: Option<u32>, kind: PlaceKind, name: &str) -> PlaceView {
    PlaceView {
        id: PlaceId(id),
        parent: parent.map(PlaceId),
        kind,
        realm: Realm::Plant,
        name: name.into(),
        position: 0,
    }
}

/// A plant in a temporary file.
struct Plant {
    _folder: tempfile::TempDir,
    store: Store,
    places: Vec<PlaceView>,
    devices: Vec<DeviceView>,
    alarms: Vec<AlarmView>,
    samples: Vec<Sample>,
    now: Micros,
}

impl Plant {
    fn new(now: Micros) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            store: Store::open(&folder.path().join("h.db"), Synchronous::Normal).unwrap(),
            _folder: folder,
            places: vec![
                place(1, None, PlaceKind::Site, "Berlin"),
                place(2, Some(1), PlaceKind::Area, "Filling"),
                place(3, Some(2), PlaceKind::Line, "Line 1"),
            ],
            devices: Vec::new(),
            alarms: Vec::new(),
            samples: Vec::new(),
            now,
        }
    }

    /// A device on the line with points of these keys; the ids follow on from 100 times its own.
    fn device(&mut self, id: u32, name: &str, keys: &[&str]) {
        let points = keys
            .iter()
            .enumerate()
            .map(|(at, key)| point(id * 100 + at as u32, key))
            .collect();
        self.devices.push(DeviceView {
            id: DeviceId(id),
            broker: BrokerId(1),
            place: Some(LINE),
            realm: Realm::Plant,
            name: name.into(),
            own_name: name.into(),
            manufacturer: None,
            model: None,
            firmware: None,
            serial: None,
            url: None,
            convention: "sparkplug".into(),
            sources: Vec::new(),
            via: None,
            online: true,
            last_seen: self.now,
            demo: false,
            diagnoses: 0,
            position: None,
            points,
        });
    }

    fn id(&self, device: &str, key: &str) -> PointId {
        let device = self.devices.iter().find(|it| it.name == device).unwrap();
        device.points.iter().find(|it| it.key == key).unwrap().id
    }

    fn say(&mut self, device: &str, key: &str, at: Micros, value: Value) {
        self.said(device, key, at, value, Quality::Good);
    }

    fn said(&mut self, device: &str, key: &str, at: Micros, value: Value, quality: Quality) {
        let point = self.id(device, key);
        self.samples.push(Sample {
            point,
            at,
            value,
            quality,
        });
    }

    /// A counter that counts `step` each minute of these, from `begin` on.
    fn count(
        &mut self,
        device: &str,
        key: &str,
        begin: i64,
        step: i64,
        minutes: impl IntoIterator<Item = i64>,
    ) -> i64 {
        let mut counter = begin;
        for minute in minutes {
            counter += step;
            self.say(device, key, SHIFT + minute * MINUTE, Value::Int(counter));
        }
        counter
    }

    fn lines(&mut self) -> Vec<LineView> {
        let samples = std::mem::take(&mut self.samples);
        self.store
            .append(&Batch {
                samples: &samples,
                at: self.now,
                ..Batch::default()
            })
            .unwrap();
        let before = self.ask();
        // The same from chunks as from the journal.
        self.store.compact(usize::MAX, self.now + HOUR).unwrap();
        assert_eq!(self.ask(), before);
        before
    }

    fn ask(&self) -> Vec<LineView> {
        let reader = self.store.reader().unwrap();
        let latest = reader.latest(self.now).unwrap();
        let devices: Vec<&DeviceView> = self.devices.iter().collect();
        let inputs = Inputs {
            places: &self.places,
            devices: &devices,
            latest: &|point| {
                latest.iter().find(|it| it.point == point).map(|it| Latest {
                    at: it.at,
                    value: it.value.clone(),
                    quality: it.quality,
                })
            },
            alarms: &self.alarms,
            reader: &reader,
            now: self.now,
        };
        lines_in(&inputs, &TimeZone::UTC).unwrap()
    }

    fn line(&mut self) -> LineView {
        let mut lines = self.lines();
        assert_eq!(lines.len(), 1);
        lines.remove(0)
    }
}

fn point(id: u32, key: &str) -> PointView {
    let (unit, range) = match key {
        "IdealRate" => (Some("/min"), None),
        "Torque" => (Some("Nm"), Some((0.0, 10.0))),
        "Caps/Level" => (Some("pcs"), Some((0.0, 10_000.0))),
        _ => (None, None),
    };
    let words = ["State", "Reason", "Status/StopReason", "Product"];
    PointView {
        id: PointId(id),
        key: key.into(),
        name: String::new(),
        entity: String::new(),
        platform: "metric".into(),
        kind: match key {
            _ if words.contains(&key) => Kind::Text,
            "Properties/Constraint" => Kind::Bool,
            _ => Kind::Number,
        },
        role: Role::Value,
        unit: unit.map(Into::into),
        class: None,
        state_class: None,
        range,
        step: None,
        precision: None,
        options: Vec::new(),
        writable: key.starts_with("Setpoint"),
        command_options: Vec::new(),
        code: None,
        optimistic: false,
        category: Category::Primary,
        hidden: false,
        icon: None,
        limits: Limits::default(),
        topic: None,
    }
}

fn near(found: Option<f64>, expected: f64) -> bool {
    found.is_some_and(|found| (found - expected).abs() < 1e-9)
}

const PLAIN: [&str; 8] = [
    "State",
    "Reason",
    "Rate",
    "IdealRate",
    "Good",
    "Reject",
    "Properties/Constraint",
    "Torque",
];

/// Two hours of a shift at the capper: a changeover before 06:10, a jam from 07:00 to 07:15, blocked since 07:55.
fn two_hours() -> Plant {
    let mut plant = Plant::new(SHIFT + 2 * HOUR);
    plant.device(1, "Filler", &["State", "IdealRate", "Good", "Reject"]);
    plant.device(2, "Capper", &PLAIN);
    plant.device(3, "Packer", &["State", "IdealRate", "Good"]);
    plant.device(4, "Line controller", &["Target", "Power"]);
    plant.device(5, "Stock", &["Caps/Level", "Caps/ReorderPoint"]);
    for (at, device) in plant.devices.iter_mut().enumerate() {
        device.position = [Some(1), Some(2), Some(3), None, None][at];
    }
    for device in ["Filler", "Packer"] {
        plant.say(device, "State", SHIFT - HOUR, Value::text("running"));
        plant.say(device, "IdealRate", SHIFT - HOUR, Value::Int(120));
    }
    plant.say("Filler", "State", SHIFT + HOUR - 2 * MINUTE, Value::text("fault"));
    plant.say("Filler", "State", SHIFT + HOUR, Value::text("running"));
    plant.say("Capper", "IdealRate", SHIFT - HOUR, Value::Int(100));
    plant.say("Capper", "Properties/Constraint", SHIFT - HOUR, Value::Bool(true));
    for (minute, state, reason) in [
        (-30, "changeover", "Changeover 0.5 l → 1 l"),
        (10, "running", ""),
        (60, "fault", "Cap jam"),
        (75, "running", ""),
        (115, "blocked", "Packer full"),
    ] {
        plant.say("Capper", "State", SHIFT + minute * MINUTE, Value::text(state));
        plant.say("Capper", "Reason", SHIFT + minute * MINUTE, Value::text(reason));
    }
    // 90 minutes running, 80 good and 10 bad a minute.
    plant.say("Capper", "Good", SHIFT - MINUTE, Value::Int(5_000));
    plant.say("Capper", "Reject", SHIFT - MINUTE, Value::Int(40));
    let runs = || (11..=60).chain(76..=115);
    plant.count("Capper", "Good", 5_000, 80, runs());
    plant.count("Capper", "Reject", 40, 10, runs());
    plant.say("Packer", "Good", SHIFT - MINUTE, Value::Int(9));
    plant.count("Packer", "Good", 9, 70, runs());
    plant.say("Line controller", "Target", SHIFT, Value::Int(40_000));
    plant.say("Stock", "Caps/ReorderPoint", SHIFT, Value::Int(3_000));
    for minute in 0..=60 {
        let at = SHIFT + HOUR + minute * MINUTE - SECOND;
        plant.say(
            "Stock",
            "Caps/Level",
            at,
            Value::Float(8_000.0 - 50.0 * minute as f64),
        );
    }
    plant
}

#[test]
fn a_line_in_its_shift() {
    let mut plant = two_hours();
    let line = plant.line();
    assert_eq!(
        (line.name.as_str(), line.path.as_str()),
        ("Line 1", "Berlin › Filling")
    );
    assert_eq!(
        (line.shift_name.as_str(), line.shift_from, line.shift_to),
        ("Early shift", SHIFT, SHIFT + 8 * HOUR)
    );
    assert_eq!(line.state, MachineState::Blocked);
    assert_eq!(line.constraint, Some(DeviceId(2)));
    let names: Vec<_> = line.machines.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["Filler", "Capper", "Packer"]);

    // Running 50 + 40 of 120 minutes, 8,100 of 9,000 possible pieces, 7,200 of them good.
    let oee = &line.oee;
    assert_eq!(
        (oee.planned, oee.running, oee.unknown),
        (120 * MINUTE, 90 * MINUTE, 0)
    );
    assert!(near(oee.availability, 0.75) && near(oee.performance, 0.9) && near(oee.quality, 8.0 / 9.0));
    assert!(near(oee.oee, 0.6) && !oee.performance_suspect);
    assert_eq!((oee.good, oee.rejected), (Some(7_200.0), Some(900.0)));
    assert_eq!((line.made, line.target), (Some(6_300.0), Some(40_000.0)));

    let timeline: Vec<_> = line
        .timeline
        .iter()
        .map(|it| ((it.to - it.from) / MINUTE, it.state))
        .collect();
    assert_eq!(
        timeline,
        [
            (10, MachineState::Changeover),
            (50, MachineState::Running),
            (15, MachineState::Fault),
            (40, MachineState::Running),
            (5, MachineState::Blocked)
        ]
    );
    let stops: Vec<_> = line
        .stops
        .iter()
        .map(|it| {
            (
                it.machine.as_str(),
                it.duration / MINUTE,
                it.lost,
                it.to.is_some(),
                it.reason.as_str(),
            )
        })
        .collect();
    assert_eq!(
        stops,
        [
            ("Capper", 15, Some(1_500.0), true, "Cap jam"),
            ("Capper", 10, Some(1_000.0), true, "Changeover 0.5 l → 1 l"),
            ("Capper", 5, Some(500.0), false, "Packer full"),
            ("Filler", 2, None, true, "")
        ]
    );
    let losses: Vec<_> = line
        .losses
        .iter()
        .map(|it| (it.name.as_str(), it.duration / MINUTE))
        .collect();
    assert_eq!(
        losses,
        [
            ("Cap jam", 15),
            ("Changeover 0.5 l → 1 l", 10),
            ("Rejects", 9),
            ("Slow running", 9),
            ("Packer full", 5)
        ]
    );
}

#[test]
fn machines_and_stock_of_a_line() {
    let mut plant = two_hours();
    let line = plant.line();
    let capper = &line.machines[1];
    assert_eq!(
        (capper.state, capper.reason.as_str()),
        (MachineState::Blocked, "Packer full")
    );
    assert_eq!(capper.state_since, SHIFT + 115 * MINUTE);
    assert_eq!(capper.stopped_for, 30 * MINUTE);
    assert_eq!(capper.value, Some(plant.id("Capper", "Torque")));
    assert_eq!((capper.made, capper.rejected), (Some(7_200.0), Some(900.0)));
    let filler = &line.machines[0];
    assert_eq!((filler.made, filler.rejected), (None, None), "it never said");
    let packer = &line.machines[2];
    assert_eq!(packer.state_since, SHIFT - HOUR, "since before the shift");
    assert_eq!(packer.value, None);

    let [caps] = &line.stock[..] else {
        panic!("one material")
    };
    assert_eq!(
        (caps.name.as_str(), caps.level, caps.capacity),
        ("Caps", Some(5_000.0), Some(10_000.0))
    );
    assert_eq!((caps.reorder, caps.unit.as_deref()), (Some(3_000.0), Some("pcs")));
    // 50 a minute: 100 minutes.
    let cover = caps.cover.unwrap() / MINUTE;
    assert!((99..=101).contains(&cover), "{cover}");
}

#[test]
fn alarms_of_a_line() {
    let mut plant = two_hours();
    for (id, device, priority, state) in [
        (1, 2, Priority::High, AlarmState::Acknowledged),
        (2, 2, Priority::Low, AlarmState::Unacknowledged),
        (3, 5, Priority::Medium, AlarmState::Unacknowledged),
        (4, 1, Priority::High, AlarmState::Returned),
        (5, 99, Priority::Critical, AlarmState::Unacknowledged),
    ] {
        plant.alarms.push(AlarmView {
            id: AlarmId(id),
            device: DeviceId(device),
            condition: "state".into(),
            state,
            priority,
            realm: Realm::Plant,
            raised_at: SHIFT,
            ..AlarmView::default()
        });
    }
    let line = plant.line();
    assert_eq!(line.alarms, [0, 1, 1, 1, 0]);
    assert_eq!(line.machines[1].alarm, Some(AlarmId(2)), "unacknowledged first");
    assert_eq!(line.machines[0].alarm, Some(AlarmId(4)));
    assert_eq!(line.machines[2].alarm, None);
}

#[test]
fn pack_tags_count_all_and_defective() {
    let mut plant = Plant::new(SHIFT + HOUR);
    let keys = [
        "Status/StateCurrent",
        "Status/StopReason",
        "Status/MachDesignSpeed",
        "Admin/ProdProcessedCount",
        "Admin/ProdDefectiveCount",
        "Status/CurMachSpeed",
    ];
    plant.device(1, "Labeller", &keys);
    let say = |plant: &mut Plant, at: Micros, state: i64, reason: &str| {
        plant.say("Labeller", "Status/StateCurrent", at, Value::Int(state));
        plant.say("Labeller", "Status/StopReason", at, Value::text(reason));
    };
    say(&mut plant, SHIFT, 6, "");
    say(&mut plant, SHIFT + 40 * MINUTE, 5, "Downstream full");
    say(&mut plant, SHIFT + 50 * MINUTE, 9, "Label roll torn");
    plant.say("Labeller", "Status/MachDesignSpeed", SHIFT, Value::Int(60));
    plant.say("Labeller", "Admin/ProdProcessedCount", SHIFT, Value::Int(0));
    plant.say("Labeller", "Admin/ProdDefectiveCount", SHIFT, Value::Int(0));
    plant.count("Labeller", "Admin/ProdProcessedCount", 0, 30, 1..=40);
    plant.count("Labeller", "Admin/ProdDefectiveCount", 0, 3, 1..=40);
    let line = plant.line();
    let states: Vec<_> = line.timeline.iter().map(|it| it.state).collect();
    assert_eq!(
        states,
        [MachineState::Running, MachineState::Blocked, MachineState::Fault]
    );
    let machine = &line.machines[0];
    assert_eq!((machine.made, machine.rejected), (Some(1_080.0), Some(120.0)));
    assert_eq!(
        (machine.state, machine.reason.as_str()),
        (MachineState::Fault, "Label roll torn")
    );
    assert_eq!(machine.value, machine.rate);
    // 40 of 60 minutes, half the speed, nine of ten good.
    assert!(near(line.oee.oee, 2.0 / 3.0 * 0.5 * 0.9), "{:?}", line.oee);
}

#[test]
fn counters_that_begin_anew_and_a_zero_of_bad_quality() {
    let mut plant = Plant::new(SHIFT + HOUR);
    plant.device(1, "A", &["State", "Good", "Reject"]);
    plant.say("A", "State", SHIFT, Value::text("running"));
    plant.say("A", "Good", SHIFT - MINUTE, Value::Int(1_000));
    plant.count("A", "Good", 1_000, 10, 1..=20);
    plant.said("A", "Good", SHIFT + 21 * MINUTE, Value::Int(0), Quality::Bad);
    plant.count("A", "Good", 1_200, 10, 22..=30);
    plant.count("A", "Good", 0, 10, 31..=40); // switched off and on
    plant.say("A", "Reject", SHIFT, Value::Int(65_530));
    plant.say("A", "Reject", SHIFT + 20 * MINUTE, Value::Int(4));
    let line = plant.line();
    assert_eq!(line.machines[0].made, Some(200.0 + 90.0 + 100.0));
    assert_eq!(line.machines[0].rejected, Some(10.0), "rolled over at 16 bits");
}

#[test]
fn what_is_not_known_is_not_a_stop() {
    let mut plant = Plant::new(SHIFT + 2 * HOUR);
    plant.device(1, "A", &["State", "IdealRate", "Good", "Reject"]);
    // First heard of at 06:30; silent while running from 07:00 to 07:20; gone since 07:50.
    plant.say("A", "State", SHIFT + 30 * MINUTE, Value::text("running"));
    plant.say("A", "IdealRate", SHIFT + 30 * MINUTE, Value::Int(10));
    plant.say("A", "Good", SHIFT + 30 * MINUTE, Value::Int(0));
    plant.say("A", "Reject", SHIFT + 30 * MINUTE, Value::Int(0));
    plant.count("A", "Good", 0, 10, (31..=60).chain(80..=110));
    plant.devices[0].online = false;
    plant.devices[0].last_seen = SHIFT + 110 * MINUTE;
    let line = plant.line();
    assert_eq!(line.oee.unknown, (30 + 20 + 10) * MINUTE);
    assert_eq!(
        (line.oee.planned, line.oee.availability),
        (60 * MINUTE, Some(1.0))
    );
    assert!(line.stops.is_empty());
    assert_eq!(
        (line.state, line.machines[0].state),
        (MachineState::Unknown, MachineState::Unknown)
    );
}

#[test]
fn a_machine_that_stands_may_be_silent() {
    let mut plant = Plant::new(SHIFT + HOUR);
    plant.device(1, "A", &["State", "Good"]);
    plant.say("A", "State", SHIFT, Value::text("stopped"));
    plant.say("A", "Good", SHIFT, Value::Int(7));
    let line = plant.line();
    assert_eq!((line.oee.unknown, line.oee.availability), (0, Some(0.0)));
    assert_eq!(line.made, Some(0.0), "its counter still holds");
    assert_eq!(
        (line.oee.performance, line.oee.quality, line.oee.oee),
        (None, None, None)
    );
}

#[test]
fn nothing_said_is_nothing_known() {
    let mut plant = Plant::new(SHIFT + HOUR);
    plant.device(1, "A", &PLAIN);
    let line = plant.line();
    assert_eq!(line.oee.oee, None);
    assert_eq!(
        (line.oee.availability, line.oee.planned, line.oee.unknown),
        (None, 0, HOUR)
    );
    assert_eq!((line.made, line.target, line.previous_oee), (None, None, None));
    assert_eq!(line.state, MachineState::Unknown);
}

#[test]
fn lines_need_machines_and_come_in_order() {
    let mut plant = Plant::new(SHIFT + HOUR);
    plant.device(5, "Stock", &["Caps/Level"]);
    assert!(plant.lines().is_empty());
    plant.places.push(place(4, Some(2), PlaceKind::Line, "Line 0"));
    plant.places.push(place(6, Some(3), PlaceKind::Cell, "Cell"));
    plant.device(1, "In a cell", &["State"]);
    plant.device(2, "Other", &["Good"]);
    plant.devices[1].place = Some(PlaceId(6));
    plant.devices[2].place = Some(PlaceId(4));
    let names: Vec<_> = plant
        .lines()
        .iter()
        .map(|line| (line.name.clone(), line.machines.len()))
        .collect();
    assert_eq!(names, [("Line 0".into(), 1), ("Line 1".into(), 1)]);
}

#[test]
fn without_a_word_the_slowest_sets_the_pace_and_without_rates_the_last() {
    let mut plant = Plant::new(SHIFT + HOUR);
    for (id, name) in [(1, "A"), (2, "B"), (3, "C")] {
        plant.device(id, name, &["State", "IdealRate"]);
    }
    assert_eq!(plant.line().constraint, Some(DeviceId(3)));
    for (name, rate) in [("A", 90), ("B", 60), ("C", 120)] {
        plant.say(name, "IdealRate", SHIFT, Value::Int(rate));
    }
    assert_eq!(plant.line().constraint, Some(DeviceId(2)));
    for (at, position) in [(0, 3), (1, 2), (2, 1)] {
        plant.devices[at].position = Some(position);
    }
    let names: Vec<_> = plant.line().machines.iter().map(|it| it.name.clone()).collect();
    assert_eq!(names, ["C", "B", "A"]);
}

#[test]
fn the_shift_before_has_its_own_oee() {
    let mut plant = Plant::new(SHIFT + 8 * HOUR + HOUR);
    plant.device(1, "A", &["State", "IdealRate", "Good", "Reject"]);
    plant.say("A", "IdealRate", SHIFT, Value::Int(10));
    plant.say("A", "State", SHIFT, Value::text("running"));
    plant.say("A", "State", SHIFT + 4 * HOUR, Value::text("stopped"));
    plant.say("A", "Good", SHIFT - MINUTE, Value::Int(100));
    plant.say("A", "Reject", SHIFT - MINUTE, Value::Int(0));
    plant.count("A", "Good", 100, 5, 1..=240);
    plant.say("A", "Reject", SHIFT + 240 * MINUTE, Value::Int(300));
    let line = plant.line();
    assert_eq!(line.shift_name, "Late shift");
    // Half the time, 1,500 of 2,400 pieces, 1,200 of 1,500 good.
    assert!(
        near(line.previous_oee, 0.5 * 0.625 * 0.8),
        "{:?}",
        line.previous_oee
    );
    assert_eq!(line.oee.oee, None, "nothing was made in this one");
}

#[test]
fn a_shift_that_was_seen_in_part_is_judged_by_that_part() {
    let mut plant = Plant::new(SHIFT + 8 * HOUR + HOUR);
    plant.device(1, "A", &["State", "IdealRate", "Good", "Reject"]);
    plant.say("A", "IdealRate", SHIFT, Value::Int(10));
    plant.say("A", "State", SHIFT, Value::text("running"));
    plant.say("A", "Good", SHIFT, Value::Int(0));
    plant.say("A", "Reject", SHIFT, Value::Int(0));
    // Hearthline was off from 08:00 on: two hours at half speed are all that is known.
    plant.count("A", "Good", 0, 4, 1..=120);
    plant.say("A", "Reject", SHIFT + 120 * MINUTE, Value::Int(120));
    let line = plant.line();
    assert!(near(line.previous_oee, 0.5 * 0.8), "{:?}", line.previous_oee);
}

#[test]
fn a_slow_machine_may_be_silent_between_two_pieces() {
    let mut plant = Plant::new(SHIFT + HOUR);
    plant.device(1, "Press", &["State", "IdealRate", "Good"]);
    plant.say("Press", "IdealRate", SHIFT, Value::Float(0.1));
    plant.say("Press", "State", SHIFT, Value::text("running"));
    plant.count("Press", "Good", 0, 1, [0, 10, 20, 30, 40, 50]);
    assert_eq!(plant.line().oee.unknown, 0);
}
