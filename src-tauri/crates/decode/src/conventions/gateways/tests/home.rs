//! Shapes of homes.

use hearthline_model::Value;
use insta::assert_snapshot;

use super::{command, said, transcript};

#[test]
fn lorawan() {
    assert_snapshot!(transcript(&[
        (
            "application/17c82e96-be03-4f38-aef3-f83d48582d97/device/0102030405ABCDEF/event/up",
            r#"{"time":"2026-11-18T11:06:39Z","deviceInfo":{"applicationName":"Garden","deviceProfileName":"LSN50","deviceName":"Soil 1","devEui":"0102030405abcdef"},"fPort":2,"data":"AQ==","object":{"TempC1":21.5,"battery":98,"Soil_moisture":33},"rxInfo":[{"rssi":-108,"snr":4.5},{"rssi":-90,"snr":7}]}"#
        ),
        (
            "application/17c82e96-be03-4f38-aef3-f83d48582d97/device/0102030405ABCDEF/event/status",
            r#"{"deviceInfo":{"deviceName":"Soil 1","deviceProfileName":"LSN50"},"margin":10,"batteryLevel":87.5}"#
        ),
        (
            "application/1/device/0102030405abcd00/event/up",
            r#"{"applicationName":"Old","deviceName":"raw","data":"AQ=="}"#
        ),
        (
            "application/1/device/0102030405abcd00/command/down",
            r#"{"fPort":1}"#
        ),
        (
            "v3/garden@ttn/devices/rain-1/up",
            r#"{"end_device_ids":{"device_id":"rain-1","application_ids":{"application_id":"garden"},"dev_eui":"70B3D57ED0001234"},"received_at":"2026-11-18T11:06:39Z","uplink_message":{"f_port":1,"frm_payload":"AQ==","decoded_payload":{"rain_mm":0.4,"battery":3.1},"rx_metadata":[{"rssi":-97,"snr":8.2}],"received_at":"2026-11-18T11:06:38Z"}}"#
        ),
        ("v3/garden@ttn/devices/rain-1/down/sent", r"{}"),
    ]));
}

const VICTRON: &[(&str, &str)] = &[
    ("N/c0619ab1cdef/system/0/Serial", r#"{"value":"c0619ab1cdef"}"#),
    (
        "N/c0619ab1cdef/battery/512/ProductName",
        r#"{"value":"SmartShunt 500A"}"#,
    ),
    ("N/c0619ab1cdef/battery/512/Soc", r#"{"value":87.5}"#),
    ("N/c0619ab1cdef/battery/512/Dc/0/Voltage", r#"{"value":52.1}"#),
    ("N/c0619ab1cdef/battery/512/TimeToGo", r#"{"value":[]}"#),
    ("N/c0619ab1cdef/vebus/276/Mode", r#"{"value":3,"min":1,"max":4}"#),
    (
        "N/c0619ab1cdef/vebus/276/Ac/ActiveIn/CurrentLimit",
        r#"{"value":16.0,"min":0,"max":50}"#,
    ),
    ("N/c0619ab1cdef/system/0/Relay/0/State", r#"{"value":0}"#),
    (
        "N/c0619ab1cdef/settings/0/Settings/Gui/Language",
        r#"{"value":"en"}"#,
    ),
    ("R/c0619ab1cdef/keepalive", ""),
];

#[test]
fn victron() {
    let mut transcript = said(VICTRON);
    let start = transcript.now;
    for second in [0, 10, 31, 62, 700, 720] {
        transcript.tick(start + second * 1_000_000);
    }
    assert_snapshot!(transcript.text);
    let write = |key: &str, value: &Value| command(VICTRON, key, value);
    assert_eq!(
        write("Mode", &Value::text("off")),
        r#"W/c0619ab1cdef/vebus/276/Mode {"value":4}"#
    );
    assert_eq!(
        write("Relay/0/State", &Value::Bool(true)),
        r#"W/c0619ab1cdef/system/0/Relay/0/State {"value":1}"#
    );
    assert_eq!(
        write("Mode", &Value::text("bypass")),
        "refused: bypass cannot be sent to this point; it takes charger only, inverter only, on, off"
    );
    assert_eq!(
        write("Ac/ActiveIn/CurrentLimit", &Value::Float(12.5)),
        r#"W/c0619ab1cdef/vebus/276/Ac/ActiveIn/CurrentLimit {"value":12.5}"#
    );
    assert_eq!(
        write("Soc", &Value::Int(1)),
        "refused: this point cannot be written"
    );
}

const WLED: &[(&str, &str)] = &[
    ("wled/a1b2c3/status", "online"),
    ("wled/a1b2c3/g", "128"),
    ("wled/a1b2c3/c", "#FFA000"),
    (
        "wled/a1b2c3/v",
        r#"<?xml version="1.0" ?><vs><ac>128</ac><fx>9</fx><ds>Shelf</ds></vs>"#,
    ),
    ("wled/a1b2c3/g", "0"),
    ("wled/a1b2c3", "ON"),
    ("wled/a1b2c3/api", "FX=3"),
];

#[test]
fn wled() {
    assert_snapshot!(transcript(WLED));
    assert_eq!(command(WLED, "light", &Value::Bool(true)), "wled/a1b2c3 ON");
    assert_eq!(command(WLED, "brightness", &Value::Int(50)), "wled/a1b2c3 128");
    assert_eq!(
        command(WLED, "color", &Value::text("#00ff00")),
        "wled/a1b2c3/col #00ff00"
    );
    assert_eq!(
        command(WLED, "color", &Value::text("green")),
        "refused: green cannot be sent to this point; it takes a colour such as #ff8800"
    );
}

const OPENDTU: &[(&str, &str)] = &[
    ("solar/114181234567/name", "Balcony"),
    ("solar/114181234567/0/power", "312.5"),
    ("solar/114181234567/0/yieldtotal", "120.5"),
    ("solar/114181234567/1/voltage", "33.1"),
    ("solar/114181234567/status/reachable", "1"),
    ("solar/114181234567/status/producing", "1"),
    ("solar/114181234567/status/limit_relative", "100"),
    ("solar/114181234567/cmd/limit_nonpersistent_relative", "50"),
    ("solar/ac/power", "312.5"),
    ("solar/dtu/status", "offline"),
    ("solar/dtu/rssi", "-61"),
];

#[test]
fn opendtu() {
    assert_snapshot!(transcript(OPENDTU));
    assert_eq!(
        command(OPENDTU, "status/limit_relative", &Value::Int(50)),
        "solar/114181234567/cmd/limit_nonpersistent_relative 50"
    );
    assert_eq!(
        command(OPENDTU, "status/limit_relative", &Value::Int(150)),
        "refused: 150 cannot be sent to this point; it takes numbers from 0 to 100"
    );
    assert_eq!(
        command(OPENDTU, "status/producing", &Value::Bool(false)),
        "solar/114181234567/cmd/power 0"
    );
}

#[test]
fn rtl_433() {
    assert_snapshot!(transcript(&[
        (
            "rtl_433/pi/events",
            r#"{"time":"2026-11-18T11:06:40","model":"Bresser-5in1","id":118,"battery_ok":1,"temperature_C":8.4,"humidity":71,"wind_avg_km_h":3.5,"wind_dir_deg":270,"rain_mm":1.2,"mic":"CHECKSUM","rssi":-9.5}"#
        ),
        ("rtl_433/pi/devices/Bresser-5in1/118/temperature_C", "8.5"),
        ("rtl_433/pi/devices/Nexus-TH/1/33/battery_ok", "0"),
    ]));
}

#[test]
fn theengs() {
    assert_snapshot!(transcript(&[
        (
            "home/OMG_ESP32/BTtoMQTT/A4C138AABBCC",
            r#"{"id":"A4:C1:38:AA:BB:CC","name":"LYWSD03MMC","rssi":-71,"brand":"Xiaomi","model":"TH Sensor","model_id":"LYWSD03MMC","type":"THB","tempc":21.5,"tempf":70.7,"hum":48,"batt":93,"volt":2.9}"#
        ),
        (
            "home/OMG_ESP32/SYStoMQTT",
            r#"{"uptime":120,"version":"v1.7.0","freemem":100000,"rssi":-60,"mac":"24:0A:C4:11:22:33"}"#
        ),
        ("home/OMG_ESP32/LWT", "offline"),
        ("home/OMG_ESP32/commands/MQTTtoBT/config", r#"{"interval":100}"#),
    ]));
}

const EVCC: &[(&str, &str)] = &[
    ("evcc/status", "online"),
    ("evcc/site/gridPower", "-1200"),
    ("evcc/loadpoints/1/title", "Garage"),
    ("evcc/loadpoints/1/mode", "pv"),
    ("evcc/loadpoints/1/chargePower", "3600"),
    ("evcc/loadpoints/1/chargeCurrents/1", "16"),
    ("evcc/loadpoints/1/limitSoc", "80"),
    ("evcc/loadpoints/1/limitSoc/set", "90"),
    ("evcc/loadpoints/1/connected", "true"),
    ("evcc/vehicles/zoe/minSoc", "20"),
    ("evcc/updated", "1794999999"),
];

#[test]
fn evcc() {
    assert_snapshot!(transcript(EVCC));
    assert_eq!(
        command(EVCC, "mode", &Value::text("minpv")),
        "evcc/loadpoints/1/mode/set minpv"
    );
    assert_eq!(
        command(EVCC, "limitSoc", &Value::Int(90)),
        "evcc/loadpoints/1/limitSoc/set 90"
    );
}

const EMS: &[(&str, &str)] = &[
    ("ems-esp/status", "online"),
    (
        "ems-esp/boiler_data",
        r#"{"curflowtemp":45.5,"heatingactive":"on","syspress":1.6,"dhw":{"curtemp":50}}"#,
    ),
    (
        "ems-esp/thermostat_data",
        r#"{"errorcode":"--","hc1":{"seltemp":20.5,"currtemp":20.1,"mode":"auto"}}"#,
    ),
    (
        "ems-esp/heartbeat",
        r#"{"bus_status":"connected","uptime_sec":100,"rxfails":0}"#,
    ),
    ("ems-esp/thermostat/hc1/seltemp", "21"),
];

#[test]
fn ems_esp() {
    assert_snapshot!(transcript(EMS));
    assert_eq!(
        command(EMS, "hc1.seltemp", &Value::Float(21.5)),
        "ems-esp/thermostat/hc1/seltemp 21.5"
    );
}

const GO_E: &[(&str, &str)] = &[
    ("go-eCharger/012345/fna", r#""Carport""#),
    ("go-eCharger/012345/amp", "16"),
    ("go-eCharger/012345/car", "2"),
    ("go-eCharger/012345/frc", "0"),
    ("go-eCharger/012345/alw", "true"),
    ("go-eCharger/012345/eto", "1234567"),
    (
        "go-eCharger/012345/nrg",
        "[230,231,229,0,16,16,16,3680,3680,3680,0,11040,100,100,100,0]",
    ),
    ("go-eCharger/012345/xyz", "7"),
    ("go-eCharger/012345/amp/set", "10"),
];

#[test]
fn go_e() {
    assert_snapshot!(transcript(GO_E));
    assert_eq!(
        command(GO_E, "amp", &Value::Int(10)),
        "go-eCharger/012345/amp/set 10"
    );
    assert_eq!(
        command(GO_E, "frc", &Value::text("off")),
        "go-eCharger/012345/frc/set 1"
    );
    assert_eq!(
        command(GO_E, "amp", &Value::Int(64)),
        "refused: 64 cannot be sent to this point; it takes numbers from 6 to 32"
    );
}

#[test]
fn openwb_and_smarthome() {
    assert_snapshot!(transcript(&[
        ("openWB/evu/W", "-420"),
        ("openWB/housebattery/%Soc", "87"),
        ("openWB/lp/1/kWhCounter", "1234.5"),
        ("openWB/chargepoint/3/get/power", "3600"),
        ("openWB/chargepoint/3/get/currents", "[16,0,0]"),
        ("openWB/set/ChargeMode", "1"),
        (
            "hm/status/Kitchen Light/STATE",
            r#"{"val":true,"ts":1794999999000,"lc":1794999990000,"hm":{"x":1}}"#
        ),
        (
            "hm/status/Thermostat/ACTUAL_TEMPERATURE",
            r#"{"val":21.5,"ts":1794999999000}"#
        ),
        ("hm/connected", "1"),
        ("hm/set/Kitchen Light/STATE", "false"),
        ("hm/connected", "2"),
    ]));
}

const ZWAVE: &[(&str, &str)] = &[
    (
        "zwave/_CLIENTS/ZWAVE_GATEWAY-zwave/status",
        r#"{"value":true,"time":1794999999000}"#,
    ),
    (
        "zwave/Kitchen/Lamp/37/0/currentValue",
        r#"{"time":1794999999000,"value":true,"nodeName":"Lamp","nodeLocation":"Kitchen"}"#,
    ),
    (
        "zwave/Kitchen/Lamp/37/0/targetValue",
        r#"{"time":1794999999000,"value":true}"#,
    ),
    ("zwave/Kitchen/Lamp/37/0/targetValue/set", "true"),
    ("zwave/nodeID_5/switch_multilevel/endpoint_1/currentValue", "99"),
    (
        "zwave/nodeID_5/sensor_multilevel/endpoint_0/Air_temperature",
        r#"{"time":1794999999000,"value":21.5}"#,
    ),
    ("zwave/nodeID_5/battery/endpoint_0/level", "80"),
    ("zwave/nodeID_5/battery/endpoint_0/isLow", "false"),
    (
        "zwave/door/98/0/currentMode",
        r#"{"time":1794999999000,"value":255}"#,
    ),
    (
        "zwave/trv/67/0/setpoint/1",
        r#"{"time":1794999999000,"value":20.5}"#,
    ),
    ("zwave/nodeID_5/112/0/13", "4"),
    (
        "zwave/remote/91/0/scene/002",
        r#"{"time":1794999999000,"value":3}"#,
    ),
    (
        "zwave/nodeID_5/status",
        r#"{"time":1794999999000,"value":false,"status":"Dead","nodeId":5}"#,
    ),
    (
        "zwave/Kitchen/Lamp/status",
        r#"{"time":1794999999000,"value":true,"status":"Asleep"}"#,
    ),
    ("zwave/_CLIENTS/ZWAVE_GATEWAY-zwave/status", r#"{"value":false}"#),
];

#[test]
fn zwave() {
    assert_snapshot!(transcript(ZWAVE));
    assert_eq!(
        command(ZWAVE, "switch_binary/0/currentValue", &Value::Bool(false)),
        "zwave/Kitchen/Lamp/37/0/targetValue/set false"
    );
    assert_eq!(
        command(ZWAVE, "switch_multilevel/1/currentValue", &Value::Int(100)),
        "zwave/nodeID_5/switch_multilevel/endpoint_1/targetValue/set 99"
    );
    assert_eq!(
        command(ZWAVE, "door_lock/0/currentMode", &Value::text("unlock")),
        "zwave/door/98/0/targetMode/set 0"
    );
    assert_eq!(
        command(ZWAVE, "thermostat_setpoint/0/setpoint/1", &Value::Float(21.5)),
        "zwave/trv/67/0/setpoint/1/set 21.5"
    );
}

#[test]
fn senml() {
    assert_snapshot!(transcript(&[
        (
            "sensors/x",
            r#"[{"bn":"urn:dev:ow:10e2073a01080063:","bt":1794999990,"bu":"A","n":"voltage","u":"V","v":120.1},{"n":"current","t":-5,"v":1.2},{"n":"label","vs":"Machine Room"},{"n":"open","vb":false},{"n":"data","vd":"aGk"}]"#
        ),
        (
            "sensors/y",
            r#"[{"n":"urn:dev:mac:0024befffe804ff1","u":"Cel","v":23.1,"bn":""}]"#
        ),
        (
            "sensors/z",
            r#"[{"bn":"urn:dev:mac:0024befffe804ff1_","n":"temp","u":"Cel","v":23.1,"t":-60}]"#
        ),
    ]));
}
