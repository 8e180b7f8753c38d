//! Anything at all on the topics of the convention.

use hearthline_model::Value;
use proptest::prelude::*;

use super::Stage;

fn topic() -> impl Strategy<Value = String> {
    let level = prop::sample::select(vec![
        "homie",
        "5",
        "acme",
        "a",
        "b",
        "a_0",
        "a_1",
        "n",
        "p",
        "$state",
        "$description",
        "$homie",
        "$nodes",
        "$properties",
        "$datatype",
        "$format",
        "$settable",
        "$retained",
        "$array",
        "$name",
        "$target",
        "$alert",
        "$log",
        "$meta",
        "$stats",
        "interval",
        "uptime",
        "set",
        "$broadcast",
        "$online",
        "$mac",
        "",
        "$",
    ]);
    prop_oneof![
        prop::collection::vec(level, 1..7).prop_map(|levels| levels.join("/")),
        prop::sample::select(vec![
            "homie/5/a/$state",
            "homie/5/a/$description",
            "homie/5/a/n/p",
            "homie/5/a/n/p/$target",
            "homie/5/b/$description",
            "homie/5/b/$state",
            "homie/a/$homie",
            "homie/a/$nodes",
            "homie/a/n/$properties",
            "homie/a/n/$array",
            "homie/a/n/p/$datatype",
            "homie/a/n/p/$format",
            "homie/a/n/p",
            "homie/a/n_1/p",
            "homie/a/$state",
            "acme/5/a/$description",
            "acme/5/a/n/p",
            "acme/x/$homie",
            "acme/x/n/p",
            "homie/5/a/$alert/x",
            "homie/5/a/$log/warn",
            "homie/a/n/p/$retained",
            "homie/a/n/p/$settable",
        ])
        .prop_map(str::to_owned),
    ]
}

fn payload() -> impl Strategy<Value = Vec<u8>> {
    let word = prop::sample::select(vec![
        "",
        "ready",
        "init",
        "lost",
        "alert",
        "disconnected",
        "sleeping",
        "4.0.0",
        "3.0.1",
        "2.0",
        "n",
        "n[]",
        "n,m",
        "p",
        "p:settable",
        "p[1-3]",
        "0-1",
        "1-0",
        "0-99999999",
        "integer",
        "float",
        "boolean",
        "enum",
        "color",
        "json",
        "duration",
        "datetime",
        "string",
        "rgb",
        "hsv",
        "a,b",
        "0:10:2",
        "true",
        "false",
        "5",
        "21.5",
        "nan",
        "\0",
        "rgb,1,2,3",
        "PT5M",
        "[1]",
        "60",
    ]);
    let datatype = prop::sample::select(vec![
        "integer", "float", "boolean", "string", "enum", "color", "datetime", "duration", "json", "blob",
    ]);
    let format = prop::sample::select(vec![
        "",
        ":",
        "0:10",
        "a,b",
        "rgb,hsv",
        "xyz",
        "open,close,stop",
        "lock,unlock",
        "::",
        "0:1:0.3",
    ]);
    let name = prop::sample::select(vec![
        "p",
        "q",
        "on",
        "brightness",
        "position",
        "setpoint",
        "speed",
        "color",
    ]);
    let property = (name, datatype, format, any::<bool>(), any::<bool>(), prop::sample::select(vec!["%", "°C", "#", "MK⁻¹", ""])).prop_map(
        |(name, datatype, format, settable, retained, unit)| {
            format!(r#""{name}":{{"datatype":"{datatype}","format":"{format}","settable":{settable},"retained":{retained},"unit":"{unit}"}}"#)
        },
    );
    let description = (
        prop::collection::vec(property, 0..6),
        prop::sample::select(vec!["a", "b", "c", ""]),
    )
        .prop_map(|(list, root)| {
            format!(
                r#"{{"homie":"5.0","version":1,"root":"{root}","nodes":{{"n":{{"properties":{{{}}}}}}}}}"#,
                list.join(",")
            )
        });
    // A good one with a byte changed.
    let broken =
        (description.clone(), any::<prop::sample::Index>(), any::<u8>()).prop_map(|(text, at, byte)| {
            let mut bytes = text.into_bytes();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            bytes
        });
    prop_oneof![
        4 => word.prop_map(|text| text.as_bytes().to_vec()),
        3 => description.prop_map(String::into_bytes),
        1 => broken,
        1 => prop::collection::vec(any::<u8>(), 0..40),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]
    #[test]
    fn nothing_panics(steps in prop::collection::vec((topic(), payload(), any::<bool>()), 1..40)) {
        let mut stage = Stage::new();
        for (ix, (topic, payload, retain)) in steps.into_iter().enumerate() {
            stage.bytes(&topic, &payload, retain);
            if ix % 10 == 9 {
                stage.tick(20);
            }
            if stage.out.len() > 1 << 16 {
                stage.out.clear();
            }
        }
        let keys: Vec<String> = stage.points.keys().cloned().collect();
        for key in keys.iter().take(20) {
            for value in [Value::Null, Value::Bool(true), Value::Float(1e300), Value::Int(5), Value::text("open"), Value::text("")] {
                stage.set(key, value);
            }
        }
    }
}

#[test]
fn many_and_large_are_bounded() {
    let mut stage = Stage::new();
    let properties: Vec<String> = (0..5_000)
        .map(|ix| format!(r#""p{ix:05}":{{"datatype":"integer"}}"#))
        .collect();
    let description = format!(
        r#"{{"homie":"5.0","version":1,"name":"{}","nodes":{{"n":{{"properties":{{{}}}}}}}}}"#,
        "x".repeat(100_000),
        properties.join(",")
    );
    stage
        .say("homie/5/d/$state", "ready")
        .say("homie/5/d/$description", &description);
    assert_eq!(
        stage.points.len(),
        1_025,
        "properties of a node are bounded, and told: {:?}",
        stage.told
    );
    assert_eq!(stage.told["invalid_description"], 1);
    let nodes: Vec<String> = (0..5_000).map(|ix| format!("n{ix}")).collect();
    stage
        .say("homie/e/$homie", "4.0.0")
        .say("homie/e/$nodes", &nodes.join(","));
    stage.say(
        "homie/e/n1/$properties",
        &format!("{},x[0-4000000000]", nodes.join(",")),
    );
    stage.say("homie/e/$state", "ready");
    for ix in 0..200 {
        stage.say(&format!("homie/5/d/$alert/a{ix}"), &"alert ".repeat(10_000));
        stage.say(&format!("homie/5/d/$odd{ix}"), "x");
        stage.say(&format!("homie/e/$stats/s{ix}"), "1");
    }
    assert!(stage.points.len() < 1_200, "{}", stage.points.len());
    assert!(stage.told["ignored"] <= 64, "{:?}", stage.told);
    assert!(stage.points.keys().all(|key| key.len() < 300));
}

/// A node with a thousand properties is announced in time that grows with their number, not with its square.
#[test]
fn a_wide_node_is_taken_property_by_property() {
    let mut stage = Stage::new();
    let ids: Vec<String> = (0..1_000).map(|ix| format!("p{ix}")).collect();
    stage.say("homie/w/$homie", "4.0.0").say("homie/w/$nodes", "n");
    stage.say("homie/w/n/$properties", &ids.join(","));
    for id in &ids {
        stage.say(&format!("homie/w/n/{id}/$datatype"), "integer");
        stage.say(&format!("homie/w/n/{id}"), "1");
    }
    assert_eq!(stage.points.len(), 1_000);
    assert_eq!(stage.values, 1_000);
    stage.out.clear();
    stage.say("homie/w/n/$properties", "p1");
    assert_eq!(stage.out.matches(" gone").count(), 999);
}
