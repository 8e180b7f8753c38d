//! Whole messages through a decoder.

use hearthline_model::{Kind, Role, Value};
use insta::assert_snapshot;
use proptest::prelude::*;

use crate::transcript::{START, Transcript};
use crate::{CommandError, Decoder, Event, Message, Options, PointIx};

fn said(messages: &[(&str, &str)]) -> Transcript {
    let mut t = Transcript::new(Options::default());
    for (topic, payload) in messages {
        t.message(topic, payload.as_bytes());
    }
    t
}

fn text(messages: &[(&str, &str)]) -> String {
    said(messages).text
}

/// Keys and values as `TeslaMate` publishes them for a parked car.
const PARKED: &[(&str, &str)] = &[
    ("display_name", "Blue Thunder"),
    ("state", "online"),
    ("since", "2026-11-18T11:00:07Z"),
    ("healthy", "true"),
    ("version", "2026.32.12.2"),
    ("update_available", "false"),
    ("update_version", ""),
    ("model", "3"),
    ("trim_badging", "74D"),
    ("exterior_color", "DeepBlue"),
    ("wheel_type", "Pinwheel18"),
    ("spoiler_type", "None"),
    ("geofence", "🏡 Home"),
    ("location", r#"{"latitude":35.278131,"longitude":29.744801}"#),
    ("latitude", "35.278131"),
    ("longitude", "29.744801"),
    ("shift_state", "P"),
    ("power", "-9"),
    ("speed", "nil"),
    ("heading", "340"),
    ("elevation", "70"),
    ("locked", "true"),
    ("sentry_mode", "false"),
    ("windows_open", "false"),
    ("doors_open", "true"),
    ("driver_front_door_open", "true"),
    ("driver_rear_door_open", "false"),
    ("passenger_front_door_open", "false"),
    ("passenger_rear_door_open", "false"),
    ("trunk_open", "false"),
    ("frunk_open", "false"),
    ("is_user_present", "false"),
    ("is_climate_on", "true"),
    ("inside_temp", "20.8"),
    ("outside_temp", "18.4"),
    ("is_preconditioning", "false"),
    ("climate_keeper_mode", "off"),
    ("odometer", "1653.21"),
    ("est_battery_range_km", "372.5"),
    ("rated_battery_range_km", "401.63"),
    ("ideal_battery_range_km", "335.79"),
    ("battery_level", "88"),
    ("usable_battery_level", "85"),
    ("plugged_in", "true"),
    ("charge_energy_added", "5.06"),
    ("charge_limit_soc", "90"),
    ("charge_port_door_open", "true"),
    ("charger_actual_current", "2.05"),
    ("charger_phases", "3"),
    ("charger_power", "48.9"),
    ("charger_voltage", "240"),
    ("charge_current_request", "40"),
    ("charge_current_request_max", "40"),
    ("scheduled_charging_start_time", "2026-11-19T01:00:00Z"),
    ("time_to_full_charge", "1.83"),
    ("tpms_pressure_fl", "2.9"),
    ("tpms_pressure_fr", "2.8"),
    ("tpms_pressure_rl", "2.9"),
    ("tpms_pressure_rr", "2.8"),
    ("tpms_soft_warning_fl", "false"),
    ("tpms_soft_warning_fr", "false"),
    ("tpms_soft_warning_rl", "false"),
    ("tpms_soft_warning_rr", "true"),
    ("active_route", r#"{"error":"No active route available"}"#),
    ("active_route_destination", "nil"),
    ("active_route_latitude", "nil"),
    ("active_route_longitude", "nil"),
    ("charging_state", "Charging"),
    ("center_display_state", "0"),
    ("a_new_key_w", "12.5"),
];

#[test]
fn every_value_of_a_tesla_is_shown() {
    let mut t = Transcript::new(Options::default());
    for (key, value) in PARKED {
        t.message(&format!("teslamate/cars/1/{key}"), value.as_bytes());
    }
    assert_snapshot!(t.text);
}

/// What the window's card of a car looks for.
#[test]
fn a_tesla_is_drawn_as_a_car() {
    let mut points = Vec::new();
    let mut t = Transcript::new(Options::default());
    for (key, value) in PARKED {
        t.message(&format!("teslamate/cars/1/{key}"), value.as_bytes());
        points.extend(t.events.iter().filter_map(|event| match event {
            Event::Point { desc, .. } => Some(desc.clone()),
            _ => None,
        }));
    }
    let said = |desc: &hearthline_model::PointDesc| {
        format!("{} {}", desc.key, desc.name)
            .to_lowercase()
            .replace('_', " ")
    };
    let charging = points
        .iter()
        .find(|p| {
            p.kind != Kind::Number
                && (p.role == Role::Charging || said(p).split(' ').any(|w| w == "charging"))
        })
        .unwrap();
    assert_eq!((charging.key.as_str(), charging.kind), ("charging", Kind::Bool));
    let power = points
        .iter()
        .find(|p| p.class.as_deref() == Some("power"))
        .unwrap();
    assert_eq!(power.key, "charger_power");
    let battery: Vec<_> = points.iter().filter(|p| p.role == Role::Battery).collect();
    assert_eq!(battery.len(), 1);
    let range = points
        .iter()
        .find(|p| p.kind == Kind::Number && said(p).contains("range") && p.unit.as_deref() == Some("km"));
    assert!(range.is_some());
    assert!(
        points
            .iter()
            .any(|p| p.role == Role::Location && p.platform == "device_tracker")
    );
}

#[test]
fn a_tesla_drives_off_and_is_guided() {
    assert_snapshot!(text(&[
        ("teslamate/mine/cars/2/geofence", ""),
        ("teslamate/mine/cars/2/geofence", "nil"),
        ("teslamate/mine/cars/2/state", "driving"),
        ("teslamate/mine/cars/2/state", "charging"),
        ("teslamate/mine/cars/2/state", "nil"),
        ("teslamate/mine/cars/2/latitude", "52.1"),
        (
            "teslamate/mine/cars/2/location",
            r#"{"latitude":52.2,"longitude":13.4}"#
        ),
        ("teslamate/mine/cars/2/location", "nil"),
        (
            "teslamate/mine/cars/2/active_route",
            r#"{"destination":"Rome","energy_at_arrival":38,"miles_to_arrival":12.4,"minutes_to_arrival":21.5,"traffic_minutes_delay":0,
            "location":{"latitude":41.9,"longitude":12.5},"error":null}"#
        ),
        (
            "teslamate/mine/cars/2/active_route",
            r#"{"error":"No active route available"}"#
        ),
        ("teslamate/mine/cars/2/active_route", "[]"),
        ("teslamate/mine/cars/2/healthy", "false"),
        ("teslamate/mine/cars/2/speed", "fast"),
        ("teslamate/mine/cars/2/locked", "maybe"),
        ("teslamate/mine/cars/2/odometer", ""),
        ("teslamate/mine/cars/2/charging_state", "Stopped"),
    ]));
}

#[test]
fn ovms_metrics_have_their_units() {
    assert_snapshot!(text(&[
        ("ovms/jane/EV1/metric/s/v3/connected", "yes"),
        ("ovms/jane/EV1/metric/m/version", "3.3.004 (build idf)"),
        ("ovms/jane/EV1/metric/v/type", "NL"),
        ("ovms/jane/EV1/metric/v/vin", "SJNFAAZE0U6000001"),
        ("ovms/jane/EV1/metric/v/b/soc", "71.5"),
        ("ovms/jane/EV1/metric/v/b/range/est", "180"),
        ("ovms/jane/EV1/metric/v/b/power", "-6.4"),
        ("ovms/jane/EV1/metric/v/c/charging", "yes"),
        ("ovms/jane/EV1/metric/v/c/power", "6.6"),
        ("ovms/jane/EV1/metric/v/e/locked", "yes"),
        ("ovms/jane/EV1/metric/v/d/fl", "no"),
        ("ovms/jane/EV1/metric/v/p/odometer", "45210.3"),
        ("ovms/jane/EV1/metric/v/p/latitude", "48.2"),
        ("ovms/jane/EV1/metric/v/t/pressure", "240,241,239,238"),
        ("ovms/jane/EV1/metric/v/b/c/voltage", "4.01,4.02,4.00"),
        ("ovms/jane/EV1/metric/xnl/v/b/e/capacity", "22.4"),
        ("ovms/jane/EV1/notify/alert/charge.stopped", "Charging stopped"),
        ("ovms/jane/EV1/notify/data/log", "1,2,3"),
        ("ovms/jane/EV1/event", "vehicle.charge.stop"),
        ("ovms/jane/EV1/client/app/command/1", "stat"),
        ("ovms/jane/EV1/metric/s/v3/connected", "no"),
    ]));
}

#[test]
fn a_planners_telemetry_and_an_adapters_parameters_are_a_car() {
    assert_snapshot!(text(&[
        (
            "home/ioniq/abrp",
            r#"{"utc":1794999990,"soc":62.5,"power":-11.2,"speed":0,"lat":52.5,"lon":13.4,"is_charging":1,"is_dcfc":0,"is_parked":1,"soh":98,
            "odometer":31245,"est_battery_range":241,"ext_temp":9,"batt_temp":17.5,"voltage":388,"current":-29,"kwh_charged":4.2}"#
        ),
        // Said later, but older.
        ("home/ioniq/abrp", r#"{"utc":1794999000,"soc":60.0}"#),
        (
            "wican/a0b1c2d3e4f5/status",
            r#"{"status":"online","fw_version":"3.48"}"#
        ),
        (
            "wican/a0b1c2d3e4f5/can/rx",
            r#"{"bus":"0","type":"rx","ts":34610,"frame":[]}"#
        ),
        (
            "wican/a0b1c2d3e4f5/soc",
            r#"{"SOC":55.5,"SOH":97,"HV_V":352.1,"ODOMETER":20100}"#
        ),
        ("wican/a0b1c2d3e4f5/status", r#"{"status":"offline"}"#),
        // A solar battery and a robot are no cars.
        ("solar/battery", r#"{"soc":80,"power":400}"#),
        ("robot/state", r#"{"battery_level":80,"charging":true}"#),
    ]));
}

#[test]
fn bridges_that_name_a_car_by_its_number_are_understood() {
    assert_snapshot!(text(&[
        ("weconnect/0/vehicles/WVWZZZE1ZMP000001/nickname", "Our ID.3"),
        ("weconnect/0/vehicles/WVWZZZE1ZMP000001/model", "ID.3"),
        (
            "weconnect/0/vehicles/WVWZZZE1ZMP000001/domains/charging/batteryStatus/currentSOC_pct",
            "64"
        ),
        (
            "weconnect/0/vehicles/WVWZZZE1ZMP000001/domains/charging/batteryStatus/cruisingRangeElectric_km",
            "255"
        ),
        (
            "weconnect/0/vehicles/WVWZZZE1ZMP000001/domains/charging/chargingStatus/chargingState",
            "charging"
        ),
        (
            "weconnect/0/vehicles/WVWZZZE1ZMP000001/domains/charging/chargingStatus/chargePower_kW",
            "7.2"
        ),
        (
            "weconnect/0/vehicles/WVWZZZE1ZMP000001/domains/measurements/odometerStatus/odometer",
            "12043"
        ),
        (
            "weconnect/0/vehicles/WVWZZZE1ZMP000001/parking/position/latitude",
            "52.5"
        ),
        (
            "weconnect/0/vehicles/WVWZZZE1ZMP000001/domains/access/doorLockStatus",
            "invalid"
        ),
        (
            "weconnect/0/vehicles/WVWZZZE1ZMP000001/controls/charging_writetopic",
            "x"
        ),
        (
            "renault/VF1AG000123456789/battery",
            r#"{"timestamp":"2026-11-18T11:05:00Z","batteryLevel":71,"batteryAutonomy":210,"plugStatus":1,"chargingStatus":0.2}"#
        ),
        ("renault/VF1AG000123456789/cockpit", r#"{"totalMileage":20345.1}"#),
    ]));
}

#[test]
fn what_another_convention_describes_is_left_to_it() {
    let state = r#"{"soc":70,"range":240,"odometer":1200}"#;
    let config = r#"{"name":"Battery","uniq_id":"car_soc","stat_t":"car/state","val_tpl":"{{ value_json.soc }}","unit_of_meas":"%",
        "dev":{"ids":["car"],"name":"Car"}}"#;
    assert_snapshot!(text(&[
        ("car/state", state),
        ("homeassistant/sensor/car/soc/config", config),
        ("car/state", state),
    ]));
}

#[test]
fn cars_only_tell() {
    let mut t = said(&[("teslamate/cars/1/battery_level", "50")]);
    assert_eq!(
        t.decoder.command(PointIx(0), &Value::Int(80), START),
        Err(CommandError::ReadOnly)
    );
}

proptest! {
    #[test]
    fn hostile_input_is_endured(
        key in "[a-z_]{1,12}|location|active_route|geofence|state|latitude",
        payload in proptest::collection::vec(any::<u8>(), 0..80),
        json in "\\{\"(soc|odometer|latitude|error|utc)\":(-?[0-9]{1,30}|\"x\"|null|\\[1,2\\]),\"(is_charging|range|x)\":(true|1e400|0)\\}",
        mess in "[ -~]{0,30}",
    ) {
        let mut decoder = Decoder::new(Options::default());
        for topic in [
            format!("teslamate/cars/1/{key}"),
            format!("ovms/u/v/metric/v/b/{key}"),
            format!("wican/x/{key}"),
            format!("b/WVWZZZE1ZMP000001/{key}"),
            format!("any/{key}"),
        ] {
            for payload in [payload.as_slice(), json.as_bytes(), mess.as_bytes()] {
                decoder.message(&Message { topic: &topic, payload, retain: false, at: START }, &mut Vec::new());
            }
        }
    }

    #[test]
    fn points_of_a_car_are_bounded(start in 0..1000u32) {
        let mut decoder = Decoder::new(Options::default());
        let mut points = 0;
        for round in 0..5 {
            let fields = (0..200).map(|ix| format!("\"k{}\":1", start + round * 200 + ix)).collect::<Vec<_>>().join(",");
            let payload = format!("{{{fields}}}");
            let mut out = Vec::new();
            decoder.message(&Message { topic: "wican/x/pids", payload: payload.as_bytes(), retain: false, at: START }, &mut out);
            points += out.iter().filter(|event| matches!(event, Event::Point { .. })).count();
        }
        prop_assert_eq!(points, 512);
    }
}
