//! One device in two conventions, from its messages to what is stored and shown of it.

use std::sync::atomic::Ordering;

use hearthline_history::Reader;
use hearthline_model::{
    AlarmAct, AlarmId, AlarmState, Condition, ConditionKind, DeviceId, PlaceKind, PointId, Priority, Realm,
    Transition, Value,
};

use super::tests::{BROKER, Bench, bench};
use crate::view::DeviceView;

const TASMOTA: (&str, &str) = (
    "tasmota/discovery/5CCF7F49A3BC/config",
    r#"{"ip":"192.168.1.40","dn":"Kitchen plug","fn":["Kitchen plug",null,null,null,null,null,null,null],"hn":"tasmota-49A3BC-0956",
    "mac":"5CCF7F49A3BC","md":"Sonoff Basic","ty":0,"if":0,"cam":0,"ofln":"Offline","onln":"Online",
    "state":["OFF","ON","TOGGLE","HOLD"],"sw":"14.2.0","t":"tasmota_49A3BC","ft":"%prefix%/%topic%/","tp":["cmnd","stat","tele"],
    "rl":[1,0,0,0,0,0,0,0],"swc":[-1,-1,-1,-1,-1,-1,-1,-1],"swn":[null,null,null,null,null,null,null,null],
    "btn":[0,0,0,0,0,0,0,0],"so":{"4":0,"11":0,"13":0,"17":0,"20":0,"30":0,"68":0,"73":0,"82":0,"114":0,"117":0},
    "lk":1,"lt_st":0,"bat":0,"dslp":0,"sho":[0,0,0,0],"sht":[[0,0,0],[0,0,0]],"ver":1}"#,
);
const SWITCH: (&str, &str) = (
    "homeassistant/switch/49A3BC_RL_1/config",
    r#"{"name":"Kitchen plug","stat_t":"tele/tasmota_49A3BC/STATE","val_tpl":"{{value_json.POWER}}","pl_on":"ON","pl_off":"OFF",
    "cmd_t":"cmnd/tasmota_49A3BC/POWER","avty_t":"tele/tasmota_49A3BC/LWT","pl_avail":"Online","pl_not_avail":"Offline",
    "uniq_id":"49A3BC_RL_1","dev":{"ids":["49A3BC"],"cns":[["mac","5C:CF:7F:49:A3:BC"]],"name":"Kitchen plug"}}"#,
);
const SIGNAL: (&str, &str) = (
    "homeassistant/sensor/49A3BC_status/config",
    r#"{"name":"Radio","stat_t":"tele/tasmota_49A3BC/HASS_STATE","val_tpl":"{{value_json['RSSI']}}","unit_of_meas":"%",
    "uniq_id":"49A3BC_status","dev":{"ids":["49A3BC"],"cns":[["mac","5C:CF:7F:49:A3:BC"]],"name":"Kitchen plug"}}"#,
);
const STATE: (&str, &str) = (
    "tele/tasmota_49A3BC/STATE",
    r#"{"Time":"2026-11-18T10:00:00","POWER":"ON"}"#,
);

fn devices(bench: &Bench) -> Vec<DeviceView> {
    bench.pipeline.shared.world().device_views(&|_| 0)
}

fn one(bench: &Bench) -> DeviceView {
    let mut devices = devices(bench);
    assert_eq!(devices.len(), 1, "{devices:#?}");
    devices.remove(0)
}

/// The point that switches; there is one in a device.
fn switch(device: &DeviceView) -> PointId {
    let writable: Vec<PointId> = device
        .points
        .iter()
        .filter(|point| point.platform == "switch" || point.platform == "light")
        .map(|point| point.id)
        .collect();
    assert_eq!(writable.len(), 1, "{device:#?}");
    writable[0]
}

fn by(bench: &Bench, convention: &str) -> DeviceView {
    devices(bench)
        .into_iter()
        .find(|device| device.sources.len() == 1 && device.convention == convention)
        .unwrap()
}

#[test]
fn one_device_is_found_and_its_values_are_stored_once() {
    let mut bench = bench();
    bench.feed(&[TASMOTA, SWITCH, SIGNAL, ("tele/tasmota_49A3BC/LWT", "Online")]);
    let device = one(&bench);
    assert_eq!(device.sources.len(), 2);
    switch(&device);
    let before = bench.pipeline.shared.stored.load(Ordering::Relaxed);
    bench.feed(&[STATE]);
    // POWER, and nothing else of what is shown.
    assert_eq!(bench.pipeline.shared.stored.load(Ordering::Relaxed) - before, 1);
}

#[test]
fn ids_last_over_restarts_whatever_comes_first() {
    let mut bench = bench();
    bench.feed(&[SWITCH, SIGNAL, STATE]);
    let first = one(&bench);
    let point = switch(&first);
    bench.feed(&[TASMOTA, STATE]);
    let merged = one(&bench);
    assert_eq!((merged.id, switch(&merged)), (first.id, point));
    for order in [[TASMOTA, SWITCH, SIGNAL], [SIGNAL, TASMOTA, SWITCH]] {
        bench = bench.restart();
        for message in order {
            bench.feed(&[message]);
            let now = devices(&bench);
            assert!(now.iter().any(|device| device.id == first.id), "{now:#?}");
        }
        let merged = one(&bench);
        assert_eq!((merged.id, switch(&merged)), (first.id, point));
    }
}

#[test]
fn a_live_merge_keeps_the_older_id_and_what_the_person_chose() {
    let mut bench = bench();
    // Two devices that nothing tells to be one, until the second names its address.
    let nameless = SWITCH
        .1
        .replace(r#","cns":[["mac","5C:CF:7F:49:A3:BC"]]"#, "")
        .replace("tasmota_49A3BC", "x");
    bench.feed(&[(SWITCH.0, &nameless), TASMOTA]);
    assert_eq!(devices(&bench).len(), 2);
    let (ha, native) = (by(&bench, "homeassistant"), by(&bench, "tasmota"));
    assert!(ha.id < native.id);
    bench
        .pipeline
        .store
        .rename_device(native.id, Some("Mine"))
        .unwrap();
    bench
        .pipeline
        .shared
        .world_mut()
        .rename(native.id, Some("Mine".into()));
    bench.feed(&[SWITCH]);
    let merged = one(&bench);
    assert_eq!((merged.id, merged.name.as_str()), (ha.id, "Mine"));
    bench = bench.restart();
    bench.feed(&[TASMOTA]);
    let merged = one(&bench);
    assert_eq!((merged.id, merged.name.as_str()), (ha.id, "Mine"));
}

/// What the journal has of a device, oldest first.
fn journal(bench: &Bench, device: DeviceId) -> Vec<(Transition, AlarmState, String)> {
    let reader = Reader::open(&bench.pipeline.shared.path).unwrap();
    let filter = hearthline_history::AlarmFilter {
        device: Some(device),
        limit: 100,
        ..Default::default()
    };
    let mut lines: Vec<_> = reader
        .journal(&filter)
        .unwrap()
        .into_iter()
        .map(|(_, entry)| {
            assert_eq!(entry.key.device, device);
            (entry.transition, entry.state, entry.reason)
        })
        .collect();
    lines.reverse();
    lines
}

fn act(bench: &mut Bench, alarm: AlarmId, act: &AlarmAct) -> usize {
    bench
        .pipeline
        .act_on_alarms(&[alarm], act, "Ada", crate::clock::now())
}

#[test]
fn an_alarm_goes_over_to_the_device_that_its_own_is_found_to_be() {
    let mut bench = bench();
    let nameless = SWITCH
        .1
        .replace(r#","cns":[["mac","5C:CF:7F:49:A3:BC"]]"#, "")
        .replace("tasmota_49A3BC", "x");
    bench.feed(&[(SWITCH.0, &nameless), TASMOTA, STATE]);
    let (ha, native) = (by(&bench, "homeassistant"), by(&bench, "tasmota"));
    let (kept, lost) = (switch(&ha), switch(&native));
    assert!(kept < lost, "the one that loses is the later one");
    let on = ConditionKind::State {
        any_of: vec![Value::Bool(true)],
    };
    let own = vec![Condition::new(on, Priority::High, "Left on")];
    bench.pipeline.set_conditions(lost, Some(own.clone())).unwrap();
    bench.feed(&[STATE]);
    let alarm = bench.pipeline.alarms.active()[0].clone();
    assert_eq!(alarm.key.device, native.id);
    assert_eq!(act(&mut bench, alarm.id, &AlarmAct::Acknowledge), 1);

    // The second announcement names the address: the two are one.
    bench.feed(&[SWITCH]);
    let merged = one(&bench);
    assert_eq!((merged.id, switch(&merged)), (ha.id, kept));
    let check = |bench: &Bench| {
        let active = bench.pipeline.alarms.active();
        assert_eq!(active.len(), 1, "{active:#?}");
        let it = active[0];
        assert_eq!((it.id, it.state), (alarm.id, AlarmState::Acknowledged));
        assert_eq!((it.key.device, it.key.point), (ha.id, Some(kept)));
        assert_eq!((it.text.as_str(), it.raised_at), ("Left on", alarm.raised_at));
        assert_eq!(bench.pipeline.conditions_of(kept).as_ref(), Some(&own));
    };
    check(&bench);
    let lines = journal(&bench, ha.id);
    let went: Vec<_> = lines.iter().map(|(what, state, _)| (*what, *state)).collect();
    assert_eq!(
        went,
        [
            (Transition::Raised, AlarmState::Unacknowledged),
            (Transition::Acknowledged, AlarmState::Acknowledged),
            (Transition::Moved, AlarmState::Acknowledged)
        ]
    );
    assert!(lines[2].2.contains("known before"), "{lines:?}");
    assert!(journal(&bench, native.id).is_empty());

    bench = bench.restart();
    check(&bench);
    bench.feed(&[TASMOTA, SWITCH]);
    check(&bench);
    // It ends as any other, when the device says so.
    bench.feed(&[(STATE.0, r#"{"Time":"2026-11-18T10:01:00","POWER":"OFF"}"#)]);
    assert!(bench.pipeline.alarms.active().is_empty());
    bench.feed(&[STATE]);
    assert_eq!(bench.pipeline.alarms.active().len(), 1);

    // Split, each is watched by what the person said of it, and the alarm stays where it is.
    bench.pipeline.split_device(ha.id).unwrap();
    let native = by(&bench, "tasmota");
    assert_eq!(switch(&native), lost);
    assert_eq!(bench.pipeline.conditions_of(lost).as_ref(), Some(&own));
    assert_eq!(bench.pipeline.conditions_of(kept).as_ref(), Some(&own));
    let keys: Vec<_> = bench
        .pipeline
        .alarms
        .active()
        .iter()
        .map(|it| it.key.device)
        .collect();
    assert!(keys.contains(&ha.id), "{keys:?}");
}

#[test]
fn what_covers_an_alarm_goes_over_with_it() {
    let mut bench = bench();
    let nameless = SWITCH
        .1
        .replace(r#","cns":[["mac","5C:CF:7F:49:A3:BC"]]"#, "")
        .replace("tasmota_49A3BC", "x");
    bench.feed(&[(SWITCH.0, &nameless), TASMOTA, STATE]);
    let (ha, native) = (by(&bench, "homeassistant"), by(&bench, "tasmota"));
    let lost = switch(&native);
    let on = ConditionKind::State {
        any_of: vec![Value::Bool(true)],
    };
    bench
        .pipeline
        .set_conditions(lost, Some(vec![Condition::new(on, Priority::High, "Left on")]))
        .unwrap();
    let alarm = bench.pipeline.alarms.active()[0].clone();
    let shelve = AlarmAct::Shelve {
        until: None,
        once: true,
        reason: "wanted".into(),
    };
    assert_eq!(act(&mut bench, alarm.id, &shelve), 1);
    bench.feed(&[SWITCH]);
    assert_eq!(one(&bench).id, ha.id);
    for _ in 0..2 {
        assert!(bench.pipeline.alarms.active().is_empty());
        let covered = bench.pipeline.alarms.covered();
        assert_eq!(covered.len(), 1, "{covered:#?}");
        assert_eq!((covered[0].id, covered[0].key.device), (alarm.id, ha.id));
        assert_eq!(covered[0].covers[0].reason, "wanted");
        bench = bench.restart();
    }
}

#[test]
fn a_split_holds_at_once_and_after_a_restart_and_a_join_takes_it_back() {
    let mut bench = bench();
    bench.feed(&[SWITCH, SIGNAL]);
    let first = one(&bench);
    bench.feed(&[TASMOTA, STATE]);
    let merged = one(&bench);
    let room = bench
        .pipeline
        .store
        .register(|it| it.place(None, PlaceKind::Room, Realm::Home, "Kitchen"))
        .unwrap();
    bench
        .pipeline
        .store
        .move_device(merged.id, Some(room), Realm::Home)
        .unwrap();
    bench
        .pipeline
        .shared
        .world_mut()
        .move_device(merged.id, Some(room), Realm::Home);

    bench.pipeline.split_device(merged.id).unwrap();
    let ids = |bench: &Bench| -> Vec<(DeviceId, PointId)> {
        ["homeassistant", "tasmota"]
            .iter()
            .map(|convention| by(bench, convention))
            .map(|device| (device.id, switch(&device)))
            .collect()
    };
    let split = ids(&bench);
    assert_eq!(split[0].0, first.id);
    assert_ne!(split[0].1, split[1].1);
    assert_eq!(by(&bench, "homeassistant").place, Some(room));
    // Each has its own value now.
    let before = bench.pipeline.shared.stored.load(Ordering::Relaxed);
    bench.feed(&[(
        "tele/tasmota_49A3BC/STATE",
        r#"{"Time":"2026-11-18T10:05:00","POWER":"OFF"}"#,
    )]);
    assert_eq!(bench.pipeline.shared.stored.load(Ordering::Relaxed) - before, 2);

    bench = bench.restart();
    bench.feed(&[TASMOTA, SIGNAL, SWITCH]);
    assert_eq!(devices(&bench).len(), 2);
    assert_eq!(ids(&bench), split);

    assert!(bench.pipeline.split_device(first.id).is_err());
    bench.pipeline.join_devices(split[1].0, split[0].0).unwrap();
    let joined = one(&bench);
    assert_eq!((joined.id, switch(&joined)), split[0]);
    assert_eq!(joined.place, Some(room));
    bench = bench.restart();
    bench.feed(&[TASMOTA, SIGNAL, SWITCH]);
    assert_eq!(one(&bench).id, joined.id);
}

#[test]
fn devices_of_different_brokers_and_one_with_itself_are_not_joined() {
    let mut bench = bench();
    bench.feed(&[TASMOTA]);
    let device = one(&bench).id;
    assert!(bench.pipeline.join_devices(device, device).is_err());
    assert!(bench.pipeline.join_devices(device, DeviceId(999)).is_err());
    assert_eq!(bench.pipeline.shared.world().broker_of(device), Some(BROKER));
}
