//! Shapes of plants.

use hearthline_model::Value;
use insta::assert_snapshot;

use super::{command, transcript};

const SIEMENS: &[(&str, &str)] = &[
    (
        "ie/d/j/simatic/v1/s7c1/dp/r/Filler/default",
        r#"{"seq":1,"vals":[{"id":"101","qc":3,"ts":"2026-11-18T11:06:39Z","val":72.5}]}"#,
    ),
    (
        "ie/m/j/simatic/v1/s7c1/dp",
        r#"{"seq":1,"connections":[{"name":"Filler","type":"S7","dataPoints":[{"name":"default","topic":"ie/d/j/simatic/v1/s7c1/dp/r/Filler/default","publishType":"bulk","dataPointDefinitions":[{"name":"FillTemp","id":"101","dataType":"Real","accessMode":"r"},{"name":"GoodCount","id":"102","dataType":"UDInt","accessMode":"r"},{"name":"SpeedSetpoint","id":"103","dataType":"Int","accessMode":"rw"},{"name":"Running","id":"104","dataType":"Bool","accessMode":"rw"}]}]}]}"#,
    ),
    (
        "ie/d/j/simatic/v1/s7c1/dp/r/Filler/default",
        r#"{"seq":2,"vals":[{"id":"102","qc":3,"ts":"2026-11-18T11:06:41Z","val":118},{"id":"103","qc":1,"val":90},{"id":"104","qc":0,"val":true}]}"#,
    ),
    (
        "ie/s/j/simatic/v1/s7c1/status",
        r#"{"seq":1,"connector":{"status":"good"},"connections":[{"name":"Filler","status":"bad"}]}"#,
    ),
    (
        "ie/d/j/simatic/v1/s7c1/dp/w/Filler",
        r#"{"seq":1,"vals":[{"id":"103","val":95}]}"#,
    ),
];

#[test]
fn siemens() {
    assert_snapshot!(transcript(SIEMENS));
    assert_eq!(
        command(SIEMENS, "SpeedSetpoint", &Value::Int(95)),
        r#"ie/d/j/simatic/v1/s7c1/dp/w/Filler {"seq":1,"vals":[{"id":"103","val":95}]}"#
    );
    assert_eq!(
        command(SIEMENS, "Running", &Value::Bool(false)),
        r#"ie/d/j/simatic/v1/s7c1/dp/w/Filler {"seq":1,"vals":[{"id":"104","val":false}]}"#
    );
    assert_eq!(
        command(SIEMENS, "FillTemp", &Value::Int(1)),
        "refused: this point cannot be written"
    );
}

#[test]
fn kepware() {
    assert_snapshot!(transcript(&[(
        "iotgateway",
        r#"{"timestamp":1794999999000,"values":[{"id":"Channel1.Filler.Temperature","v":42.5,"q":true,"t":1794999998000},{"id":"Channel1.Filler.Counts.Good","v":7,"q":true,"t":1794999998000},{"id":"Channel1.Capper.Torque","v":1,"q":false,"t":1794999998000}]}"#
    )]));
}

#[test]
fn litmus_neuron_highbyte() {
    assert_snapshot!(transcript(&[
        (
            "dh/alias/press",
            r#"{"success":true,"datatype":"float","timestamp":1794999999000,"registerId":"D1","value":5.5,"deviceID":"x","tagName":"Pressure","deviceName":"Press 1","description":""}"#
        ),
        (
            "dh/alias/press2",
            r#"{"success":false,"datatype":"float","timestamp":1794999999000,"value":0,"tagName":"Force","deviceName":"Press 1"}"#
        ),
        (
            "neuron/upload",
            r#"{"node":"modbus","group":"grp","timestamp":1794999999000,"values":{"tag0":42,"temperature":21.5},"errors":{"tag1":2014},"metas":{}}"#
        ),
        (
            "neuron/tags",
            r#"{"timestamp":1794999999000,"node":"modbus","group":"grp","tags":[{"name":"tag0","value":43},{"name":"tag1","error":2014}]}"#
        ),
        (
            "acme/berlin/press7",
            r#"{"_name":"Press7","_model":"Press","_timestamp":1794999999000,"force":12.5,"motor":{"temperature":55}}"#
        ),
    ]));
}

#[test]
fn ditto() {
    assert_snapshot!(transcript(&[
        (
            "ditto/1",
            r#"{"topic":"org.acme/pump1/things/twin/events/modified","path":"/features/motor/properties/temperature","value":55.5,"timestamp":"2026-11-18T11:06:39Z"}"#
        ),
        (
            "ditto/2",
            r#"{"topic":"org.acme/pump1/things/twin/events/modified","path":"/features","value":{"motor":{"properties":{"temperature":56}},"valve":{"properties":{"open":true}}}}"#
        ),
        (
            "ditto/3",
            r#"{"topic":"org.acme/pump1/things/twin/commands/retrieve","path":"/"}"#
        ),
    ]));
}

#[test]
fn telegraf_influx_collectd() {
    assert_snapshot!(transcript(&[
        (
            "telegraf/pc1/cpu",
            r#"{"name":"cpu","tags":{"cpu":"cpu-total","host":"pc1"},"fields":{"usage_idle":97.5},"timestamp":1794999999}"#
        ),
        (
            "telegraf/batch",
            r#"{"metrics":[{"name":"mem","tags":{"host":"pc1"},"fields":{"used":1024},"timestamp":1794999999}]}"#
        ),
        (
            "influx",
            "weather,location=us-midwest,host=pc\\ 2 temperature=82,humidity=71i,state=\"a, b\",rain=f 1794999999000000000\n# comment\nnonsense\nweather,host=pc\\ 2 wind=3.5"
        ),
        ("collectd/nas/cpu-0/cpu-idle", "1794999999.123:97.5\0"),
        ("collectd/nas/interface-eth0/if_octets", "1794999999:100:U"),
        ("collectd/nas/load/load", "1794999999:0.5:0.4:0.3"),
    ]));
}

#[test]
fn shadow_and_thingsboard() {
    assert_snapshot!(transcript(&[
        (
            "$aws/things/pump/shadow/update/accepted",
            r#"{"state":{"reported":{"temperature":21.5,"valve":{"open":true}}},"timestamp":1794999999}"#
        ),
        (
            "$aws/things/pump/shadow/name/config/update/documents",
            r#"{"current":{"state":{"desired":{"x":2},"reported":{"x":1}}},"timestamp":1794999999}"#
        ),
        ("$aws/things/pump/shadow/update/delta", r#"{"state":{"x":2}}"#),
        (
            "$aws/things/pump/shadow/update/rejected",
            r#"{"code":409,"message":"Version conflict"}"#
        ),
        (
            "v1/gateway/telemetry",
            r#"{"Device A":[{"ts":1794999999000,"values":{"temperature":42,"humidity":80}}],"Device B":[{"ts":1794999999000,"values":{"temperature":1}}]}"#
        ),
        ("v1/gateway/disconnect", r#"{"device":"Device B"}"#),
        (
            "v1/devices/me/telemetry",
            r#"{"ts":1794999999000,"values":{"voltage":230.5}}"#
        ),
        ("v1/devices/me/rpc/request/1", r#"{"method":"x"}"#),
    ]));
}
