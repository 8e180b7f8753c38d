//! What the home's values must hold to.

use super::*;

#[test]
fn counters_only_rise_over_a_day() {
    let mut test = Test::new();
    let mut last: BTreeMap<String, f64> = BTreeMap::new();
    for minute in 0..24 * 60 {
        // A minute in five-second steps, told at its end.
        (0..12).for_each(|_| test.home.advance(5.0));
        test.out.set_time(minute * 60_000);
        test.home.report(&mut test.out);
        for message in test.take() {
            let text = String::from_utf8(message.payload).expect("text");
            let counters: Vec<(String, f64)> = match json_or_none(&text) {
                Some(Value::Object(object)) => ["energy", "odometer", "rain_total", "cycles"]
                    .into_iter()
                    .filter_map(|key| Some((format!("{} {key}", message.topic), object.get(key)?.as_f64()?)))
                    .chain(
                        object
                            .get("ENERGY")
                            .and_then(|e| Some((format!("{} Total", message.topic), e["Total"].as_f64()?))),
                    )
                    .collect(),
                Some(Value::Number(number))
                    if message.topic.ends_with("port") || message.topic.ends_with("/used") =>
                {
                    vec![(message.topic.clone(), number.as_f64().unwrap_or_default())]
                }
                _ => Vec::new(),
            };
            for (counter, value) in counters {
                let before = last.insert(counter.clone(), value).unwrap_or(value);
                assert!(value >= before, "{counter} fell from {before} to {value}");
            }
        }
    }
    assert!(last.len() >= 12, "{last:?}");
    assert!(
        last["home/meter/used"] > 30_620.0,
        "a day's consumption: {last:?}"
    );
}

fn json_or_none(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok()
}

#[test]
fn energy_adds_up() {
    let mut test = Test::new();
    let net = |said: &BTreeMap<String, String>| {
        let value = |topic: &str| said[topic].parse::<f64>().expect("a number");
        value("home/meter/import") - value("home/meter/export")
    };
    let solar = |said: &BTreeMap<String, String>| {
        json(&said["home/solar/state"])["energy"]
            .as_f64()
            .expect("a number")
    };
    let used = |said: &BTreeMap<String, String>| said["home/meter/used"].parse::<f64>().expect("a number");
    let before = test.after(10);
    // What has not changed is not said again.
    let mut after = before.clone();
    after.extend(test.after(900));
    let balance =
        (net(&after) - net(&before)) - (used(&after) - used(&before)) + (solar(&after) - solar(&before));
    assert!(
        balance.abs() < 0.03,
        "import − export = used − made, off by {balance} kWh"
    );
}

#[test]
fn an_opened_window_cools_its_room_and_closes_the_valve() {
    let mut test = Test::new();
    test.home.house.weather.temperature = 2.0;
    test.after(5);
    let before = test.home.house.air(Room::Bedroom).temperature;
    for _ in 0..600 {
        test.home.house.advance(1.0);
        test.home.house.air_mut(Room::Bedroom).window_open = true;
    }
    assert!(test.home.house.air(Room::Bedroom).temperature < before - 2.0);
    assert_eq!(climate::demand(25.0, 15.0, true), 0.0);
    assert!(climate::demand(25.0, 15.0, false) > 0.9);
}
