use hearthline_model::{CommandDesc, PlaceHint, Role, StateClass};

use super::*;

fn device(realm: Realm, name: &str) -> DeviceDesc {
    DeviceDesc {
        name: name.into(),
        place: PlaceHint {
            realm,
            path: Vec::new(),
        },
        ..DeviceDesc::default()
    }
}

fn point(kind: Kind, class: &str) -> PointDesc {
    PointDesc {
        kind,
        class: (!class.is_empty()).then(|| class.into()),
        ..PointDesc::default()
    }
}

/// What the conditions come to, one a line.
fn said(point: &PointDesc, device: &DeviceDesc) -> Vec<String> {
    let conditions = default_conditions(point, device);
    assert!(conditions.iter().all(|it| it.default && !it.disabled));
    conditions
        .iter()
        .map(|it| {
            let limit = it
                .kind
                .limit()
                .map(|limit| format!(" {limit}"))
                .unwrap_or_default();
            format!(
                "{}{limit} {:?} {}s: {}",
                it.kind.name(),
                it.priority,
                it.on_delay / SECOND,
                it.text
            )
        })
        .collect()
}

#[test]
fn classes_of_a_home() {
    let home = device(Realm::Home, "Sensor");
    for (class, expected) in [
        ("smoke", "state Critical 0s: Smoke"),
        ("gas", "state Critical 0s: Gas leak"),
        ("carbon_monoxide", "state Critical 0s: Carbon monoxide"),
        ("moisture", "state High 0s: Water leak"),
        ("battery", "state Low 60s: Battery low"),
        ("window", "state Low 1800s: Window left open"),
        ("problem", "state Medium 30s: Reports a problem"),
        ("tamper", "state High 0s: Tampered with"),
        ("safety", "state High 0s: Unsafe"),
    ] {
        assert_eq!(said(&point(Kind::Bool, class), &home), [expected]);
    }
    assert_eq!(
        said(&point(Kind::Bool, "door"), &home),
        [
            "state Low 1800s: Door left open",
            "expression Medium 600s: Open at night"
        ]
    );
    let mut gate = point(Kind::Enum, "garage");
    gate.role = Role::OpenClose;
    assert_eq!(
        said(&gate, &home),
        [
            "state Low 1800s: Left open",
            "expression Medium 600s: Open at night"
        ]
    );
    gate.class = Some("blind".into());
    assert!(said(&gate, &home).is_empty());
    assert_eq!(
        said(&point(Kind::Number, "battery"), &home),
        ["lo 15 Low 60s: Battery low"]
    );
    for nothing in ["motion", "occupancy", "running", ""] {
        assert!(said(&point(Kind::Bool, nothing), &home).is_empty(), "{nothing}");
    }
    assert!(said(&point(Kind::Bool, "door"), &device(Realm::Plant, "Oven")).is_empty());
}

#[test]
fn a_battery_in_volts_has_no_percent_limit() {
    let mut battery = point(Kind::Number, "battery");
    battery.unit = Some("V".into());
    assert!(said(&battery, &device(Realm::Home, "Sensor")).is_empty());
}

#[test]
fn cold_places_go_by_name_and_unit() {
    let mut temperature = point(Kind::Number, "temperature");
    temperature.unit = Some("°C".into());
    let freezer = device(Realm::Home, "Cellar Freezer");
    assert_eq!(
        said(&temperature, &freezer),
        ["hi -15 High 600s: Freezer is warming"]
    );
    let fridge = device(Realm::Home, "Fridge");
    assert_eq!(
        said(&temperature, &fridge),
        [
            "hi 9 Medium 1800s: Fridge is warming",
            "lo -1 Low 1800s: Fridge is freezing"
        ]
    );
    temperature.name = "Freezer drawer".into();
    assert_eq!(
        said(&temperature, &fridge),
        ["hi -15 High 600s: Freezer is warming"]
    );
    temperature.unit = Some("°F".into());
    assert_eq!(
        said(&temperature, &fridge),
        ["hi 5 High 600s: Freezer is warming"]
    );
    temperature.command = Some(CommandDesc::default());
    assert!(
        said(&temperature, &fridge).is_empty(),
        "a set point is no reading"
    );
}

#[test]
fn announced_limits_win_over_everything() {
    let mut battery = point(Kind::Number, "battery");
    battery.name = "Charge".into();
    battery.range = Some((0.0, 100.0));
    battery.limits.lo = Some(30.0);
    let conditions = default_conditions(&battery, &device(Realm::Plant, "Truck"));
    assert_eq!(conditions.len(), 1);
    assert_eq!(conditions[0].kind, ConditionKind::Lo { limit: 30.0 });
    assert_eq!(conditions[0].deadband, 5.0);
    assert_eq!(conditions[0].text, "Charge low");
}

#[test]
fn a_sparkplug_range_alarms_outside_of_it_only() {
    let mut torque = point(Kind::Number, "");
    torque.name = "Torque".into();
    torque.platform = "metric".into();
    torque.range = Some((0.0, 10.0));
    let capper = device(Realm::Plant, "Capper");
    assert_eq!(
        said(&torque, &capper),
        [
            "lo -0.1 Low 5s: Torque below its range",
            "hi 10.1 Low 5s: Torque above its range"
        ]
    );
    torque.key = "Caps/Level".into();
    assert_eq!(said(&torque, &capper), ["hi 10.1 Low 5s: Torque above its range"]);
    torque.state_class = Some(StateClass::TotalIncreasing);
    assert!(said(&torque, &capper).is_empty());
}

#[test]
fn a_machine_tells_its_fault_in_words_or_numbers() {
    let filler = device(Realm::Plant, "Filler");
    let mut state = point(Kind::Text, "");
    state.key = "State".into();
    assert_eq!(said(&state, &filler), ["state High 0s: Machine fault"]);
    state.kind = Kind::Number;
    state.key = "Status/StateCurrent".into();
    assert_eq!(said(&state, &filler), ["state High 30s: Machine fault"]);
    let conditions = default_conditions(&state, &filler);
    assert_eq!(
        conditions[0].kind,
        ConditionKind::State {
            any_of: vec![Value::Int(9), Value::Int(11)]
        }
    );
    assert!(said(&state, &device(Realm::Home, "Robot")).is_empty());
}

#[test]
fn panels_locks_and_expiring_values() {
    let home = device(Realm::Home, "House");
    let mut panel = point(Kind::Enum, "");
    panel.role = Role::AlarmPanel;
    assert_eq!(said(&panel, &home), ["state Critical 0s: Alarm system triggered"]);
    let mut expiring = point(Kind::Number, "temperature");
    expiring.expire_after = Some(3600);
    assert_eq!(said(&expiring, &home), ["stale Diagnostic 0s: No fresh value"]);
}

#[test]
fn devices_and_stock() {
    let of = |realm| default_device_conditions(&device(realm, "X"))[0].clone();
    assert_eq!(
        (of(Realm::Home).priority, of(Realm::Home).on_delay),
        (Priority::Low, 10 * MINUTE)
    );
    assert_eq!(
        (of(Realm::Plant).priority, of(Realm::Plant).on_delay),
        (Priority::High, 15 * SECOND)
    );
    let stock = stock_condition(500.0);
    assert_eq!((stock.kind.limit(), stock.deadband), (Some(500.0), 25.0));
}

/// What the defaults that matter most must be: from which sort, how urgent, after how long at the most, and what raises them.
#[test]
fn defaults_that_matter_are_there_with_sane_delays() {
    let (home, plant) = (device(Realm::Home, "Thing"), device(Realm::Plant, "Filler"));
    let freezer = device(Realm::Home, "Freezer");
    let heater = device(Realm::Home, "Water heater");
    let mut cold = point(Kind::Number, "temperature");
    cold.unit = Some("°C".into());
    let mut metric = point(Kind::Number, "");
    metric.platform = "metric".into();
    metric.range = Some((0.0, 10.0));
    let mut state = point(Kind::Text, "");
    state.key = "State".into();
    let mut ppm = point(Kind::Number, "carbon_monoxide");
    ppm.unit = Some("ppm".into());
    let of = |point: &PointDesc, device: &DeviceDesc| default_conditions(point, device);
    let sensor = |class| of(&point(Kind::Bool, class), &home);
    let table: [(&str, Vec<Condition>, Priority, Micros); 13] = [
        ("smoke", sensor("smoke"), Priority::Critical, 0),
        ("gas", sensor("gas"), Priority::Critical, 0),
        (
            "carbon_monoxide",
            sensor("carbon_monoxide"),
            Priority::Critical,
            0,
        ),
        ("carbon_monoxide", of(&ppm, &home), Priority::Critical, MINUTE),
        ("moisture", sensor("moisture"), Priority::High, 0),
        ("night", sensor("door"), Priority::Medium, 15 * MINUTE),
        ("freezer", of(&cold, &freezer), Priority::High, 30 * MINUTE),
        ("battery", sensor("battery"), Priority::Low, 10 * MINUTE),
        ("water_heater", of(&cold, &heater), Priority::High, 5 * MINUTE),
        ("range", of(&metric, &plant), Priority::Low, MINUTE),
        ("machine_fault", of(&state, &plant), Priority::High, MINUTE),
        (
            "stock",
            vec![stock_condition(500.0)],
            Priority::Medium,
            5 * MINUTE,
        ),
        (
            "offline",
            default_device_conditions(&plant),
            Priority::High,
            MINUTE,
        ),
    ];
    for (sort, conditions, priority, longest) in table {
        let urgent = conditions.iter().filter(|it| it.source == sort);
        let urgent = urgent
            .min_by_key(|it| it.priority)
            .unwrap_or_else(|| panic!("{sort} has none"));
        assert_eq!(urgent.priority, priority, "{sort}");
        assert!(urgent.on_delay <= longest, "{sort}: {}", urgent.on_delay);
        assert_eq!(crate::check(urgent), Ok(()), "{sort}");
        assert!(!urgent.response.is_empty(), "{sort} says what to do");
    }
}

/// Every sort can be switched off by its name, so every default must have one, and none is listed that there is not.
#[test]
fn every_default_is_of_a_sort_that_is_listed() {
    let mut met = std::collections::BTreeSet::new();
    let kinds = [Kind::Bool, Kind::Number, Kind::Enum, Kind::Text];
    let classes = [
        "smoke",
        "gas",
        "carbon_monoxide",
        "moisture",
        "safety",
        "tamper",
        "heat",
        "cold",
        "problem",
        "battery",
        "connectivity",
        "door",
        "temperature",
        "carbon_dioxide",
        "garage",
        "",
    ];
    let roles = [
        Role::Value,
        Role::AlarmPanel,
        Role::Lock,
        Role::Activity,
        Role::OpenClose,
    ];
    let platforms = ["sensor", "vacuum", "metric"];
    let devices = [
        device(Realm::Home, "Freezer"),
        device(Realm::Home, "Fridge"),
        device(Realm::Home, "Boiler"),
        device(Realm::Plant, "Filler"),
    ];
    for (kind, class) in kinds
        .into_iter()
        .flat_map(|kind| classes.map(|class| (kind, class)))
    {
        for (role, platform) in roles.into_iter().flat_map(|role| platforms.map(|it| (role, it))) {
            for device in &devices {
                let mut point = point(kind, class);
                point.role = role;
                point.platform = platform.into();
                point.key = "State".into();
                point.unit = class.starts_with("carbon").then(|| "ppm".into());
                point.range = Some((0.0, 100.0));
                point.expire_after = Some(60);
                point.limits.hi_hi = (class.is_empty() && kind == Kind::Number).then_some(9.0);
                met.extend(default_conditions(&point, device).into_iter().map(|it| it.source));
                point.limits.hi_hi = None;
                met.extend(default_conditions(&point, device).into_iter().map(|it| it.source));
            }
        }
    }
    met.extend(
        default_device_conditions(&devices[0])
            .into_iter()
            .map(|it| it.source),
    );
    met.insert(stock_condition(1.0).source);
    let listed: std::collections::BTreeSet<String> = SORTS.iter().map(|sort| sort.id.to_owned()).collect();
    assert_eq!(met, listed);
}
