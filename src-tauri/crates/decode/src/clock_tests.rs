//! The clock is set while something waits in a decoder.

use hearthline_model::{DAY, Micros, SECOND, Value};

use crate::{Decoder, Event, Message, Options};

const AT: Micros = 1_795_528_800_000_000;

fn say(decoder: &mut Decoder, topic: &str, payload: &str, at: Micros) -> Vec<Event> {
    let mut out = Vec::new();
    let message = Message {
        topic,
        payload: payload.as_bytes(),
        retain: false,
        at,
    };
    decoder.message(&message, &mut out);
    out
}

/// When a value of off came due by a tick at this time.
fn offs(decoder: &mut Decoder, now: Micros) -> Vec<Micros> {
    let mut out = Vec::new();
    decoder.tick(now, &mut out);
    let off = |event: &Event| match event {
        Event::Reading(reading) if reading.value == Value::Bool(false) => Some(reading.at),
        _ => None,
    };
    out.iter().filter_map(off).collect()
}

#[test]
fn a_delayed_off_comes_after_its_delay_whatever_the_clock_does() {
    let config = r#"{"name":"Motion","state_topic":"hall/motion","unique_id":"m1","off_delay":60,
        "device":{"identifiers":["m1"],"name":"Hall"}}"#;
    for by in [0, DAY, -DAY] {
        let mut decoder = Decoder::new(Options::default());
        say(
            &mut decoder,
            "homeassistant/binary_sensor/hall/config",
            config,
            AT,
        );
        say(&mut decoder, "hall/motion", "ON", AT);
        decoder.clock_moved(by);
        assert!(offs(&mut decoder, AT + by + 59 * SECOND).is_empty());
        assert_eq!(
            offs(&mut decoder, AT + by + 61 * SECOND),
            [AT + by + 60 * SECOND],
            "{by}"
        );
        assert!(offs(&mut decoder, AT + by + 62 * SECOND).is_empty());
    }
}

#[test]
fn a_clock_that_jumps_by_centuries_does_no_harm() {
    let mut decoder = Decoder::new(Options {
        birth: true,
        sparkplug_host: Some("host".into()),
        ..Options::default()
    });
    let mut out = Vec::new();
    decoder.connected(AT, &mut out);
    for (topic, payload) in [
        ("homie/lamp/$homie", "4.0"),
        (
            "shellyplus1-a8032abe54dc/status/switch:0",
            r#"{"id":0,"output":true}"#,
        ),
        ("tele/plug/LWT", "Online"),
        ("spBv1.0/g/NDATA/e", ""),
        ("N/c0619ab1f8d3/system/0/Serial", r#"{"value":"c0619ab1f8d3"}"#),
    ] {
        say(&mut decoder, topic, payload, AT);
    }
    for by in [100_000 * DAY, -200_000 * DAY, 100_000 * DAY] {
        decoder.clock_moved(by);
        decoder.tick(AT, &mut out);
    }
}
