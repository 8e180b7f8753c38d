use hearthline_model::Value;
use insta::assert_snapshot;
use serde_json::json;

use super::{DEVICE, SENSORS, Stage, announced};

const SENSOR: &str = "tele/tasmota_49A3BC/SENSOR";

#[test]
fn announced_readings_make_points_and_no_values() {
    let mut stage = Stage::new();
    // Before the config, as brokers may have it.
    stage.kept(
        SENSORS,
        r#"{"sn":{"Time":"2026-11-01T00:00:00","ENERGY":{"TotalStartTime":"2026-01-01T00:00:00","Total":0.017,"TotalTariff":[0.0,0.017],"Yesterday":0,"Today":0.002,"Power":[0,0,0],"Factor":0.39},"TempUnit":"C"},"ver":1}"#,
    );
    stage.kept(super::CONFIG, super::config(&json!({})));
    assert!(stage.values.is_empty(), "{:?}", stage.values);
    stage
        .say(
            SENSOR,
            r#"{"Time":"2026-11-18T12:06:41","ENERGY":{"TotalStartTime":"2026-01-01T00:00:00","Total":44.657,"Yesterday":0.203,"Today":0.009,"Period":12,"Power":[5,6],"Factor":0.9,"Voltage":[230,231,null]}}"#,
        )
        // One phase as a bare number is the first.
        .say(SENSOR, r#"{"ENERGY":{"Power":7}}"#);
    assert_snapshot!(stage.out);
}

#[test]
fn sensors_of_many_drivers() {
    let mut stage = announced(&json!({"rl": [0], "dn": "Weather"}));
    stage
        .say(
            SENSOR,
            r#"{"Time":"2026-11-18T12:06:41","AM2301":{"Temperature":19.4,"Humidity":34.0,"DewPoint":3.2},"BME280":{"Temperature":20.1,"Humidity":41.0,"DewPoint":6.5,"Pressure":1009.4,"SeaPressure":1013.9},"SCD40":{"CarbonDioxide":612,"eCO2":600},"SDS0X1":{"PM2.5":4.1,"PM10":9.8},"PMS5003":{"CF1":3,"PM1":3,"PB0.3":660},"BH1750":{"Illuminance":42},"VL53L0X":{"Distance":263},"HX711":{"WeightRaw":12,"Weight":1.25},"COUNTER":{"C1":5,"C2":0},"ANALOG":{"A0":1024,"Temperature2":21.2,"CTEnergy1":{"Energy":1.5,"Power":2300,"Voltage":230,"Current":10}},"ESP32":{"Temperature":53.3},"AS3935":{"Event":4,"Distance":12,"Energy":58622},"TX23":{"Speed":{"Act":14.8,"Avg":8.5},"Dir":{"Card":"WSW","Deg":247.5}},"MCP230XX":{"D0":1,"D1":0},"PressureUnit":"hPa","TempUnit":"C","SpeedUnit":"km/h"}"#,
        )
        // Another unit, and a reading that failed.
        .say(
            SENSOR,
            r#"{"Time":"2026-11-18T12:06:42","AM2301":{"Temperature":null,"Humidity":null,"DewPoint":null},"BME280":{"Temperature":68.2},"TempUnit":"F"}"#,
        );
    assert_snapshot!(stage.out);
}

#[test]
fn probes_keep_their_points_when_they_change_places() {
    let mut stage = announced(&json!({"rl": [0]}));
    stage
        .say(
            SENSOR,
            r#"{"DS18B20-1":{"Id":"01131B7B3FAA","Temperature":21.4},"DS18B20-2":{"Id":"0113227B1CFF","Temperature":55.0},"TempUnit":"C"}"#,
        )
        .say(
            SENSOR,
            r#"{"DS18B20-1":{"Id":"0113227B1CFF","Temperature":56.0},"DS18B20-2":{"Id":"01131B7B3FAA","Temperature":21.5},"DS18B20-3":{"Id":"AA","Temperature":1.5},"TempUnit":"C"}"#,
        );
    assert_eq!(
        stage.values[&format!("{DEVICE}|DS18 01131B7B3FAA.Temperature")],
        Value::Float(21.5)
    );
    assert_snapshot!(stage.out);
}

#[test]
fn codes_and_tags_happen() {
    let mut stage = announced(&json!({"rl": [0], "dn": "Hub"}));
    stage
        .kept("tele/tasmota_49A3BC/RESULT", r#"{"RfReceived":{"Data":"0x1","RfKey":"None"}}"#)
        .say(
            "tele/tasmota_49A3BC/RESULT",
            r#"{"Time":"2026-11-18T12:06:41","IrReceived":{"Protocol":"NEC","Bits":32,"Data":"0x00FF02FD","DataLSB":"0x00FF40BF","Repeat":0}}"#,
        )
        .say(
            "tele/tasmota_49A3BC/RESULT",
            r#"{"IrReceived":{"Protocol":"UNKNOWN","Bits":14,"Hash":"0x6C5AE1E8","Repeat":0}}"#,
        )
        .say(
            "tele/tasmota_49A3BC/RESULT",
            r#"{"RfReceived":{"Sync":12330,"Low":410,"High":1240,"Data":"0x7028D2","RfKey":3}}"#,
        )
        .say(
            "tele/tasmota_49A3BC/SENSOR",
            r#"{"Time":"2026-11-18T12:06:41","PN532":{"UID":"A1B2C3D4","Data":""}}"#,
        )
        .say("tele/tasmota_49A3BC/RESULT", r#"{"TuyaReceived":{"Data":"55AA"}}"#);
    assert_snapshot!(stage.out);
}

#[test]
fn what_is_behind_a_bridge() {
    let mut stage = announced(&json!({"rl": [0], "dn": "Zigbee bridge"}));
    stage
        .say(
            SENSOR,
            r#"{"ZbReceived":{"0x5ADF":{"Device":"0x5ADF","Name":"Hall sensor","Temperature":21.4,"Humidity":48.2,"BatteryPercentage":87,"Endpoint":1,"LinkQuality":120}}}"#,
        )
        .say(
            "tele/tasmota_49A3BC/RESULT",
            r#"{"ZbInfo":{"0x5ADF":{"Device":"0x5ADF","Name":"Hall sensor","IEEEAddr":"0x00158D0001ABCDEF","ModelId":"lumi.weather","Manufacturer":"LUMI"}}}"#,
        )
        .say(
            "tele/tasmota_49A3BC/7C1A/SENSOR",
            r#"{"ZbReceived":{"0x7C1A":{"Device":"0x7C1A","Power":1,"Dimmer":127,"0006/4000":1,"Click":"double"}}}"#,
        )
        .say("tele/tasmota_49A3BC/LWT", "Offline")
        .set(&format!("{DEVICE}/zb:0x7c1a|power"), Value::Bool(false))
        .set(&format!("{DEVICE}/zb:0x7c1a|dimmer"), Value::Int(50));
    let mut bluetooth = announced(&json!({"rl": [0], "dn": "Gateway"}));
    bluetooth.say(
        SENSOR,
        r#"{"Time":"2026-11-18T12:06:41","ATC-5cd8dd":{"mac":"a4c1385cd8dd","Temperature":20.4,"Humidity":51.0,"DewPoint":9.9,"Battery":88,"RSSI":-71},"TempUnit":"C"}"#,
    );
    assert_snapshot!(format!("{}----\n{}", stage.out, bluetooth.out));
}

#[test]
fn the_time_of_a_reading() {
    let mut stage = announced(&json!({"rl": [0]}));
    let say = |stage: &mut Stage, time: &str| {
        stage.quietly();
        stage.say(SENSOR, format!(r#"{{"Time":"{time}","X":{{"Power":1}}}}"#));
        stage
            .out
            .lines()
            .filter(|line| line.contains('=') && !line.contains("point"))
            .map(str::trim)
            .collect::<Vec<_>>()
            .join(";")
    };
    // The arrival is 2026-11-18T11:06:4x UTC.
    for (time, want) in [
        ("2026-11-18T12:06:41", "X.Power = 1"),
        ("2026-11-18T11:05:00", "X.Power = 1"),
        ("2026-11-18T12:06:43+01:00", "X.Power = 1"),
        ("2026-11-18T11:56:44+01:00", "X.Power = 1 600 s ago"),
        ("1970-01-01T00:00:09+01:00", "X.Power = 1"),
        ("2031-01-01T00:00:00Z", "X.Power = 1"),
        ("soon", "X.Power = 1"),
    ] {
        assert_eq!(say(&mut stage, time), want, "{time}");
    }
}

#[test]
fn broken_json_is_read_as_far_as_it_goes() {
    let mut stage = announced(&json!({"rl": [0]}));
    stage
        .say(
            SENSOR,
            r#"{"Time":"2018-10-23T23:47:58","DHT11":{"Temperature": nan,"Humidity": nan},"TempUnit":"C"}"#,
        )
        .say(
            SENSOR,
            r#"{"Time":"2018-10-23T23:47:58","DHT11":{"Temperature": nan,"Humidity": 40},"TempUnit":"C"}"#,
        )
        .say(SENSOR, r#"{"DHT11":{"Temperature":21.0,"Humidity":41},,"DS18B2"#)
        .say(SENSOR, "nonsense")
        .say(SENSOR, "{nonsense")
        .say(SENSOR, [0x7b, 0xff]);
    assert_snapshot!(stage.out);
}
