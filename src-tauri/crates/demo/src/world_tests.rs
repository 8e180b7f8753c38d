//! The world as a whole.

use std::collections::BTreeMap;

use super::*;

const START: Clock = Clock {
    wall: 1_790_000_000_000,
    offset: 7_200,
};

/// Everything that is said within so many seconds, in ticks of a fifth.
fn said(seed: u64, seconds: i64, speed: f64) -> Vec<Message> {
    let mut world = World::new(seed, START);
    let mut out = Vec::new();
    for link in Link::ALL {
        world.connected(link, 3, START.wall, &mut out);
    }
    for i in 1..=seconds * 5 {
        world.step(0.2 * speed, START.wall + i * 200, &mut out);
    }
    out
}

#[test]
fn the_same_seed_says_the_same() {
    assert_eq!(said(11, 60, 1.0), said(11, 60, 1.0));
    assert_ne!(said(11, 5, 1.0), said(12, 5, 1.0));
}

#[test]
fn it_says_a_believable_amount_at_any_speed() {
    for speed in [1.0, 60.0] {
        let messages = said(1, 60, speed);
        let mut by_link: BTreeMap<Link, usize> = BTreeMap::new();
        for message in &messages {
            *by_link.entry(message.link).or_default() += 1;
        }
        let a_second = messages.len() as f64 / 60.0;
        println!("{a_second:.0} messages a second at speed {speed}: {by_link:?}");
        assert!(
            (50.0..300.0).contains(&a_second),
            "{a_second} at speed {speed}: {by_link:?}"
        );
    }
}

#[test]
fn a_link_that_is_not_connected_says_nothing() {
    let mut world = World::new(1, START);
    let mut out = Vec::new();
    world.connected(Link::Line1, 0, START.wall, &mut out);
    (1..50).for_each(|i| world.step(0.2, START.wall + i * 200, &mut out));
    assert!(!out.is_empty() && out.iter().all(|m| m.link == Link::Line1));
    world.disconnected(Link::Line1);
    out.clear();
    world.step(5.0, START.wall + 20_000, &mut out);
    assert_eq!(out, []);
}

#[test]
fn after_a_reconnection_everything_is_said_again() {
    let mut world = World::new(1, START);
    let mut out = Vec::new();
    world.connected(Link::Home, 0, START.wall, &mut out);
    world.step(0.2, START.wall + 200, &mut out);
    let topics = |out: &[Message]| {
        out.iter()
            .map(|m| m.topic.clone())
            .collect::<std::collections::BTreeSet<_>>()
    };
    let first = topics(&out);
    world.disconnected(Link::Home);
    out.clear();
    world.step(0.2, START.wall + 400, &mut out);
    world.connected(Link::Home, 1, START.wall + 600, &mut out);
    world.step(0.2, START.wall + 800, &mut out);
    assert_eq!(topics(&out), first);
}

/// Only the utilities fall silent.
fn will_is_expected(link: Link) -> bool {
    link != Link::Utilities
}

#[test]
fn goodbye_says_what_the_will_would() {
    let mut world = World::new(1, START);
    let mut out = Vec::new();
    for link in Link::ALL {
        assert_eq!(world.goodbye(link, START.wall), None);
        world.connected(link, 9, START.wall, &mut out);
        let will = world.will_maker(link)(9, START.wall);
        assert_eq!(world.goodbye(link, START.wall), will);
        assert_eq!(
            will_is_expected(link),
            world.will_maker(link)(9, START.wall).is_some()
        );
    }
}

#[test]
fn nonsense_steps_do_no_harm() {
    let mut world = World::new(1, START);
    let mut out = Vec::new();
    for dt in [f64::NAN, f64::INFINITY, -5.0, 0.0, 1e12] {
        world.step(dt, START.wall, &mut out);
    }
}
