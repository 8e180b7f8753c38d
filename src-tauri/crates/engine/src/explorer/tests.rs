use super::*;
use proptest::prelude::*;

const BROKER: BrokerId = BrokerId(1);
const SECOND: Micros = 1_000_000;

fn nobody(_: &str) -> Vec<&'static str> {
    Vec::new()
}

fn say(explorer: &mut Explorer, topic: &str, payload: &str, at: Micros) {
    explorer.record(
        BROKER,
        topic,
        &Bytes::copy_from_slice(payload.as_bytes()),
        false,
        1,
        at,
    );
}

fn look(explorer: &Explorer, parent: &str) -> ExplorerView {
    explorer.view(BROKER, parent, "", 1000, &nobody, 10 * SECOND)
}

fn paths(view: &ExplorerView) -> Vec<&str> {
    view.rows.iter().map(|row| row.path.as_str()).collect()
}

#[test]
fn levels_count_what_is_at_or_below_them() {
    let mut explorer = Explorer::default();
    say(&mut explorer, "home/kitchen/temperature", "21.5", SECOND);
    say(&mut explorer, "home/kitchen", "{\"a\":1}", 2 * SECOND);
    say(&mut explorer, "home/attic/temperature", "12", 3 * SECOND);
    say(&mut explorer, "home/kitchen/temperature", "21.6", 4 * SECOND);
    say(&mut explorer, "garden", "", 5 * SECOND);
    let top = look(&explorer, "");
    assert_eq!(paths(&top), ["garden", "home"]);
    assert_eq!((top.topics, top.messages, top.more), (4, 5, 0));
    let home = &top.rows[1];
    assert_eq!(
        (home.children, home.topics, home.messages, home.at),
        (2, 3, 4, 4 * SECOND)
    );
    assert_eq!((&home.payload, home.format), (&None, PayloadFormat::Empty));
    assert_eq!(top.rows[0].payload.as_deref(), Some(""));
    let below = look(&explorer, "home");
    assert_eq!(paths(&below), ["home/attic", "home/kitchen"]);
    let kitchen = &below.rows[1];
    assert_eq!(
        (kitchen.name.as_str(), kitchen.children, kitchen.messages),
        ("kitchen", 1, 3)
    );
    assert_eq!(
        (kitchen.payload.as_deref(), kitchen.format),
        (Some("{\"a\":1}"), PayloadFormat::Json)
    );
    assert!(look(&explorer, "nowhere").rows.is_empty());
    assert!(explorer.view(BrokerId(9), "", "", 10, &nobody, 0).rows.is_empty());
}

#[test]
fn only_topics_are_claimed_and_the_limit_counts_what_it_leaves_out() {
    let mut explorer = Explorer::default();
    for i in 0..10 {
        say(&mut explorer, &format!("a/{i}"), "1", 0);
    }
    let claims = |topic: &str| {
        if topic == "a/3" {
            vec!["homeassistant"]
        } else {
            vec![]
        }
    };
    let view = explorer.view(BROKER, "a", "", 4, &claims, 0);
    assert_eq!((view.rows.len(), view.more), (4, 6));
    assert_eq!(view.rows[3].conventions, ["homeassistant"]);
    assert!(
        explorer.view(BROKER, "", "", 4, &|_| vec!["plain"], 0).rows[0]
            .conventions
            .is_empty()
    );
}

#[test]
fn search_looks_into_topics_and_payloads() {
    let mut explorer = Explorer::default();
    say(&mut explorer, "z/kitchen/lamp", "ON", 0);
    say(&mut explorer, "a/b", "{\"room\":\"Kitchen\"}", 0);
    say(&mut explorer, "a/c", "off", 0);
    let find = |text: &str, limit| explorer.view(BROKER, "ignored", text, limit, &nobody, 0);
    assert_eq!(paths(&find("KITCHEN", 10)), ["a/b", "z/kitchen/lamp"]);
    assert_eq!(find("kitchen", 10).rows[1].name, "lamp");
    let limited = find("kitchen", 1);
    assert_eq!((limited.rows.len(), limited.more), (1, 1));
    assert!(find("cellar", 10).rows.is_empty());
}

#[test]
fn empty_levels_can_be_opened() {
    let mut explorer = Explorer::default();
    for topic in ["/a/b", "//x", "/", "c/", "c//d", "///"] {
        say(&mut explorer, topic, topic, 0);
    }
    assert_eq!(paths(&look(&explorer, "")), ["/", "c"]);
    assert_eq!(paths(&look(&explorer, "/")), ["//", "/a"]);
    assert_eq!(paths(&look(&explorer, "/a")), ["/a/b"]);
    assert_eq!(paths(&look(&explorer, "//")), ["///", "//x"]);
    assert_eq!(paths(&look(&explorer, "c")), ["c/"]);
    assert_eq!(paths(&look(&explorer, "c/")), ["c//d"]);
    assert_eq!(explorer.raw(BROKER, "c/").unwrap().payload, "c/");
    assert_eq!(explorer.raw(BROKER, "////").unwrap().topic, "///");
}

#[test]
fn rates_fade() {
    let mut explorer = Explorer::default();
    for second in 0..10 {
        for _ in 0..20 {
            say(&mut explorer, "a/b", "1", second * SECOND);
        }
    }
    let rate = |now| explorer.view(BROKER, "", "", 1, &nobody, now).rows[0].rate;
    assert!((rate(10 * SECOND) - 20.0).abs() < 0.01);
    assert!(rate(15 * SECOND) < 10.0);
    assert_eq!(rate(200 * SECOND), 0.0);
}

#[test]
fn raw_shows_flags_and_what_was_cut() {
    let mut explorer = Explorer::default();
    explorer.record(BROKER, "big", &Bytes::from(vec![b'x'; 100_000]), true, 1, 7);
    let raw = explorer.raw(BROKER, "big").unwrap();
    assert_eq!(
        (raw.bytes, raw.truncated, raw.payload.len()),
        (100_000, true, 64 << 10)
    );
    assert_eq!(
        (raw.retain, raw.qos, raw.at, raw.format),
        (true, 1, 7, PayloadFormat::Text)
    );
    let view = look(&explorer, "");
    assert_eq!(
        (view.truncated, view.rows[0].payload.as_ref().map(String::len)),
        (1, Some(PREVIEW))
    );
    assert!(view.rows[0].retained);
    explorer.record(BROKER, "big", &Bytes::from_static(&[0, 255]), false, 0, 8);
    let raw = explorer.raw(BROKER, "big").unwrap();
    assert_eq!(
        (raw.payload.as_str(), raw.format, raw.truncated),
        ("00 ff", PayloadFormat::Binary, false)
    );
    assert!(explorer.raw(BROKER, "small").is_none());
}

#[test]
fn a_hundred_thousand_topics_fit_and_what_goes_beyond_the_bound_is_counted() {
    let mut explorer = Explorer::default();
    for i in 0..TOPICS as u32 {
        say(&mut explorer, &format!("plant/{}/{i}", i % 100), "12.5", 0);
        if i + 1 == 100_000 {
            assert_eq!(look(&explorer, "").topics, 100_000);
            assert_eq!(look(&explorer, "plant/7").rows.len(), 1000);
        }
    }
    say(&mut explorer, "one/more", "1", 0);
    say(&mut explorer, "plant/0/0", "still counted", 0);
    let view = look(&explorer, "");
    assert_eq!(
        (view.topics, view.untracked, view.messages),
        (TOPICS as u64, 1, TOPICS as u64 + 2)
    );
    assert!(explorer.raw(BROKER, "one/more").is_none());
    assert_eq!(
        explorer.raw(BROKER, "plant/0/0").unwrap().payload,
        "still counted"
    );
    explorer.forget(BROKER);
    say(&mut explorer, "one/more", "1", 0);
    assert_eq!(look(&explorer, "").topics, 1, "forgetting makes room");
}

/// What is held, by the sizes of what is held, not by the explorer's own book-keeping.
fn payload_bytes(explorer: &Explorer) -> usize {
    let whole = |row: &TopicRow| explorer.raw(row.broker, &row.path).unwrap().payload.len();
    explorer
        .view(BROKER, "t", "", u32::MAX, &nobody, 0)
        .rows
        .iter()
        .map(whole)
        .sum()
}

#[test]
fn payloads_are_bounded_in_all_and_late_comers_still_get_something() {
    let mut explorer = Explorer::default();
    let big = Bytes::from(vec![b'x'; 64 << 10]);
    for i in 0..3000 {
        explorer.record(BROKER, &format!("t/{i}"), &big, false, 0, 0);
    }
    let held = payload_bytes(&explorer);
    assert!(held <= PAYLOADS && held > PAYLOADS / 2, "{held}");
    say(&mut explorer, "late", "21.5", 0);
    assert_eq!(explorer.raw(BROKER, "late").unwrap().payload, "21.5");
    // Small payloads in their place give the room back.
    for i in 0..3000 {
        say(&mut explorer, &format!("t/{i}"), "1", 0);
    }
    assert_eq!(payload_bytes(&explorer), 3000);
    assert!(
        explorer.budget.payloads > PAYLOADS - (1 << 20),
        "{}",
        explorer.budget.payloads
    );
}

#[test]
fn names_are_bounded() {
    let mut explorer = Explorer::default();
    for i in 0..30_000 {
        say(&mut explorer, &format!("{}{i}", "n".repeat(4000)), "1", 0);
    }
    let view = look(&explorer, "");
    assert!(view.topics * 4000 * 2 <= NAMES as u64, "{}", view.topics);
    assert_eq!(view.topics + view.untracked, 30_000);
    for topic in [String::new(), "d/".repeat(2000), "x".repeat(60_000)] {
        say(&mut explorer, &topic, "1", 0);
    }
    assert_eq!(look(&explorer, "").topics, view.topics);
}

proptest! {
    /// Any topics and payloads: no panic, sums agree, and each row's path leads on.
    #[test]
    fn counters_agree(
        messages in prop::collection::vec(("[ab/]{0,6}", prop::collection::vec(any::<u8>(), 0..20)), 0..60),
    ) {
        let mut explorer = Explorer::default();
        for (topic, payload) in &messages {
            explorer.record(BROKER, topic, &Bytes::copy_from_slice(payload), false, 0, 0);
        }
        let top = look(&explorer, "");
        prop_assert_eq!(top.messages, messages.len() as u64);
        let sum: u64 = top.rows.iter().map(|row| row.messages).sum();
        prop_assert_eq!(sum + top.untracked, top.messages);
        let mut open: Vec<TopicRow> = top.rows;
        while let Some(row) = open.pop() {
            let below = look(&explorer, &row.path);
            prop_assert_eq!(below.rows.len() as u32, row.children, "{}", row.path);
            let sum: u32 = below.rows.iter().map(|row| row.topics).sum();
            prop_assert_eq!(sum + u32::from(row.payload.is_some()), row.topics);
            open.extend(below.rows);
        }
    }
}
