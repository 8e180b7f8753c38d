//! One config a platform: the model it becomes, its values, its commands. A list of fixtures, hence its length.

use hearthline_model::Value;

use super::Stage;

/// Plays a config and more on it.
fn play(component: &str, config: &str, then: impl FnOnce(&mut Stage)) -> String {
    let mut stage = Stage::new();
    stage.say(&format!("homeassistant/{component}/x/config"), config);
    then(&mut stage);
    stage.out
}

fn text(text: &str) -> Value {
    Value::text(text)
}

macro_rules! snapshot {
    ($name:literal, $component:literal, $config:literal, $then:expr) => {
        insta::assert_snapshot!($name, play($component, $config, $then));
    };
}

#[test]
fn sensors() {
    snapshot!(
        "sensor",
        "sensor",
        r#"{"name":"Flow temperature","uniq_id":"flow","dev":{"ids":"boiler","name":"Boiler","mf":"ACME",
        "mdl":"B1","mdl_id":"b1x","sw":"1.2","hw":"A","sn":"77","cu":"http://boiler/","sa":"Cellar","via_device":"gw"},"stat_t":"b/s",
        "val_tpl":"{{ value_json.flow | round(1) }}","unit_of_meas":"°C","dev_cla":"temperature","stat_cla":"measurement","sug_dsp_prc":1,
        "exp_aft":120,"ent_cat":"diagnostic","en":false,"ic":"mdi:thermometer"}"#,
        |s| {
            s.say("b/s", r#"{"flow":54.32}"#)
                .say("b/s", r#"{"flow":null}"#)
                .say("b/s", r#"{"other":1}"#)
                .say("b/s", "junk")
                .say("b/s", r#"{"flow":"12,5"}"#);
        }
    );
    snapshot!(
        "sensor_plain",
        "sensor",
        r#"{"stat_t":"p","dev":{"ids":"d","name":"Plain"},"unit_of_meas":"μg/m³","dev_cla":"pm25"}"#,
        |s| {
            for payload in [
                "12",
                "12.5",
                "nan",
                "unavailable",
                "twelve",
                "",
                "[278, 0]",
                "12,5",
            ] {
                s.say("p", payload);
            }
        }
    );
    snapshot!(
        "sensor_undecided",
        "sensor",
        r#"{"stat_t":"p","name":null,"dev":{"ids":"d","name":"Odd"}}"#,
        |s| {
            s.say("p", "12").say("p", "12.5").say("p", "busy").say("p", "13");
        }
    );
    snapshot!(
        "sensor_enum",
        "sensor",
        r#"{"stat_t":"p","dev_cla":"enum","ops":["idle","busy"]}"#,
        |s| {
            s.say("p", "busy").say("p", "None");
        }
    );
    snapshot!(
        "sensor_timestamp",
        "sensor",
        r#"{"stat_t":"p","dev_cla":"timestamp","name":"Boot"}"#,
        |s| {
            s.say("p", "2026-11-24T08:00:00+01:00")
                .say("p", "2026-11-24 08:00:00")
                .say("p", "soon")
                .say("p", "None");
        }
    );
    snapshot!(
        "binary_sensor",
        "binary_sensor",
        r#"{"name":"Hall Motion","dev":{"ids":"pir","name":"Hall"},"stat_t":"m","dev_cla":"motion",
        "pl_on":true,"pl_off":false,"val_tpl":"{{ value_json.occupancy }}","off_dly":30,"exp_aft":3600}"#,
        |s| {
            s.say("m", r#"{"occupancy":true}"#)
                .tick(29)
                .tick(2)
                .say("m", r#"{"occupancy":true}"#)
                .say("m", r#"{"occupancy":false}"#)
                .tick(60)
                .say("m", r#"{"occupancy":"maybe"}"#)
                .say("m", r#"{"occupancy":null}"#);
        }
    );
}

#[test]
fn switches_and_the_like() {
    snapshot!(
        "switch",
        "switch",
        r#"{"name":"Pump","dev":{"ids":"b"},"stat_t":"s","cmd_t":"c","pl_on":"1","pl_off":"0","stat_on":"on",
        "stat_off":"off","dev_cla":"outlet","ret":true,"qos":1}"#,
        |s| {
            s.say("s", "on")
                .say("s", "1")
                .say("s", "off")
                .set("switch.x", Value::Bool(true))
                .set("switch.x", text("off"))
                .set("switch.x", Value::Float(3.0));
        }
    );
    snapshot!(
        "switch_optimistic_template",
        "switch",
        r#"{"name":"Raw","cmd_t":"c","cmd_tpl":"{% if value == 'ON' %}b'\\x01\\xff'{% else %}b'\\x00'{% endif %}"}"#,
        |s| {
            s.set("switch.x", Value::Bool(true))
                .set("switch.x", Value::Bool(false));
            let point = s.points["switch.x"];
            let publishes = s.decoder.command(point, &Value::Bool(true), 0).unwrap();
            assert_eq!(publishes[0].payload, [1, 255]);
        }
    );
    snapshot!(
        "button",
        "button",
        r#"{"name":"Restart","cmd_t":"c","dev_cla":"restart","ent_cat":"config"}"#,
        |s| {
            s.set("button.x", Value::Null);
        }
    );
    snapshot!("scene", "scene", r#"{"name":"Evening","cmd_t":"c"}"#, |s| {
        s.set("scene.x", Value::Null);
    });
    snapshot!(
        "notify",
        "notify",
        r#"{"name":"Panel","cmd_t":"c","cmd_tpl":"{\"msg\": {{ value | tojson }}}"}"#,
        |s| {
            s.set("notify.x", text("Hi \"you\""));
        }
    );
    snapshot!(
        "number",
        "number",
        r#"{"name":"Set point","stat_t":"s","cmd_t":"c","min":10,"max":80,"step":0.5,"unit_of_meas":"°C","pl_rst":"reset"}"#,
        |s| {
            s.say("s", "45.5")
                .say("s", "99")
                .say("s", "reset")
                .set("number.x", Value::Float(20.0))
                .set("number.x", Value::Float(20.5))
                .set("number.x", Value::Int(9))
                .set("number.x", text("21"));
        }
    );
    snapshot!(
        "select",
        "select",
        r#"{"name":"Mode","stat_t":"s","cmd_t":"c","ops":["eco","boost",3],"val_tpl":"{{ value_json.mode }}",
        "cmd_tpl":"{\"mode\":\"{{ value }}\"}"}"#,
        |s| {
            s.say("s", r#"{"mode":"eco"}"#)
                .set("select.x", text("boost"))
                .set("select.x", text("other"));
        }
    );
    snapshot!(
        "text",
        "text",
        r#"{"name":"Pin","stat_t":"s","cmd_t":"c","min":4,"max":6,"mode":"password"}"#,
        |s| {
            s.say("s", "1234")
                .set("text.x", text("12345"))
                .set("text.x", text("1"));
        }
    );
}

#[test]
fn lights() {
    snapshot!(
        "light_basic",
        "light",
        r#"{"name":"Lamp","stat_t":"s","cmd_t":"c","bri_stat_t":"bs","bri_cmd_t":"bc","bri_scl":100,
        "clr_temp_stat_t":"ts","clr_temp_cmd_t":"tc","min_mirs":153,"max_mirs":500,"rgb_stat_t":"rs","rgb_cmd_t":"rc",
        "rgb_cmd_tpl":"{{ '#%02x%02x%02x' % (red, green, blue) }}","hs_stat_t":"hs","fx_stat_t":"fs","fx_cmd_t":"fc","fx_list":["rainbow","none"],
        "clrm_stat_t":"cms","whit_cmd_t":"wc","on_cmd_type":"first"}"#,
        |s| {
            s.say("s", "ON")
                .say("bs", "50")
                .say("bs", "0")
                .say("ts", "250")
                .say("rs", "255,128,0")
                .say("hs", "120,100")
                .say("fs", "rainbow")
                .say("cms", "rgb")
                .set("light.x", Value::Bool(false))
                .set("light.x/brightness", Value::Int(30))
                .set("light.x/color_temp", Value::Int(4000))
                .set("light.x/color", text("#00ff7f"))
                .set("light.x/effect", text("none"))
                .set("light.x/white", Value::Int(100))
                .set("light.x/color", text("green"));
        }
    );
    snapshot!(
        "light_by_brightness",
        "light",
        r#"{"name":"Dimmer","cmd_t":"c","bri_cmd_t":"bc","on_cmd_type":"brightness","pl_off":"off"}"#,
        |s| {
            s.set("light.x", Value::Bool(true))
                .set("light.x", Value::Bool(false))
                .set("light.x/brightness", Value::Int(50));
        }
    );
    snapshot!(
        "light_json",
        "light",
        r#"{"schema":"json","name":null,"dev":{"ids":"l","name":"Strip"},"stat_t":"s","cmd_t":"c","brightness":true,"bri_scl":254,
        "sup_clrm":["xy","color_temp"],"effect":true,"fx_list":["blink"],"max_mirs":454,"min_mirs":250}"#,
        |s| {
            s.say("s", r#"{"state":"ON","brightness":127,"color_mode":"color_temp","color_temp":300,"color":{"x":0.3,"y":0.3}}"#)
            .say("s", r#"{"state":"ON","color_mode":"xy","color":{"x":0.7006,"y":0.2993}}"#).say("s", r#"{"state":"OFF","brightness":0}"#)
            .say("s", r#"{"effect":"blink"}"#).say("s", r#"{"state":null}"#)
            .set("light.x", Value::Bool(true)).set("light.x/brightness", Value::Int(50)).set("light.x/color", text("#ff0000"))
            .set("light.x/color_temp", Value::Int(3000)).set("light.x/effect", text("blink"));
        }
    );
    snapshot!(
        "light_template",
        "light",
        r#"{"schema":"template","name":"T","stat_t":"s","cmd_t":"c","stat_tpl":"{{ value.split(',')[0] }}",
        "bri_tpl":"{{ value.split(',')[1] }}","r_tpl":"{{ value.split(',')[2] }}","g_tpl":"{{ value.split(',')[3] }}","b_tpl":"{{ value.split(',')[4] }}",
        "cmd_on_tpl":"on,{{ brightness | default('-') }},{{ red | default('-') }}-{{ green | d('-') }}-{{ blue | d('-') }}","cmd_off_tpl":"off"}"#,
        |s| {
            s.say("s", "on,255,255,0,128")
                .say("s", "off,0,,,")
                .set("light.x", Value::Bool(true))
                .set("light.x", Value::Bool(false))
                .set("light.x/brightness", Value::Int(20))
                .set("light.x/color", text("#010203"));
        }
    );
}

#[test]
fn covers_and_valves() {
    snapshot!(
        "cover",
        "cover",
        r#"{"name":"Blind","dev_cla":"blind","stat_t":"s","cmd_t":"c","pos_t":"p","set_pos_t":"sp","pos_open":0,"pos_clsd":255,
        "set_pos_tpl":"{{ value }}/{{ position }}/{{ position_closed }}","tilt_status_t":"ts","tilt_cmd_t":"tc","tilt_min":0,"tilt_max":180}"#,
        |s| {
            s.say("p", "255")
                .say("s", "stopped")
                .say("p", "128")
                .say("s", "stopped")
                .say("s", "opening")
                .say("ts", "90")
                .say("s", "else")
                .set("cover.x", text("open"))
                .set("cover.x", text("STOP"))
                .set("cover.x", text("fly"))
                .set("cover.x/position", Value::Int(50))
                .set("cover.x/tilt", Value::Int(25));
        }
    );
    snapshot!(
        "cover_position_only",
        "cover",
        r#"{"name":"Shade","pos_t":"p","set_pos_t":"sp","pos_tpl":"{{ {'position': value_json.pos, 'tilt_position': value_json.tilt} | tojson }}","tilt_cmd_t":"tc"}"#,
        |s| {
            s.say("p", r#"{"pos":0,"tilt":10}"#)
                .say("p", r#"{"pos":40,"tilt":20}"#)
                .set("cover.x", text("close"));
        }
    );
    snapshot!(
        "cover_no_stop",
        "cover",
        r#"{"name":"Gate","cmd_t":"c","pl_stop":null}"#,
        |s| {
            s.set("cover.x", text("stop"));
        }
    );
    snapshot!(
        "valve",
        "valve",
        r#"{"name":"Water","stat_t":"s","cmd_t":"c","dev_cla":"water","pl_stop":"HALT"}"#,
        |s| {
            s.say("s", "open")
                .say("s", "closing")
                .say("s", r#"{"state":"closed"}"#)
                .set("valve.x", text("open"))
                .set("valve.x", text("stop"));
        }
    );
    snapshot!(
        "valve_position",
        "valve",
        r#"{"name":"Radiator","stat_t":"s","cmd_t":"c","pos":true,"pos_open":255}"#,
        |s| {
            s.say("s", "0")
                .say("s", "255")
                .say("s", r#"{"state":"closing","position":51}"#)
                .say("s", "opening")
                .set("valve.x", text("open"))
                .set("valve.x/position", Value::Int(40));
        }
    );
}

#[test]
fn climates() {
    snapshot!(
        "climate",
        "climate",
        r#"{"name":"Heating","mode_stat_t":"m","mode_cmd_t":"mc","modes":["off","heat"],"act_t":"a","curr_temp_t":"ct",
        "curr_temp_tpl":"{{ value_json.t }}","temp_stat_t":"t","temp_cmd_t":"tc","min_temp":5,"max_temp":30,"temp_step":0.5,"temp_lo_cmd_t":"lc",
        "temp_hi_cmd_t":"hc","curr_hum_t":"ch","hum_stat_t":"h","hum_cmd_t":"hc2","fan_mode_stat_t":"f","fan_mode_cmd_t":"fc","swing_mode_cmd_t":"sc",
        "swing_h_mode_cmd_t":"shc","pr_mode_stat_t":"p","pr_mode_cmd_t":"pc","pr_modes":["eco","away"],"pr_mode_val_tpl":"{{ value_json.p }}",
        "pow_cmd_t":"pw","mode_cmd_tpl":"{\"m\":\"{{ value }}\"}"}"#,
        |s| {
            s.say("m", "heat")
                .say("a", "heating")
                .say("ct", r#"{"t":20.5}"#)
                .say("t", "21")
                .say("t", "None")
                .say("ch", "45")
                .say("h", "50")
                .say("f", "low")
                .say("p", r#"{"p":"eco"}"#)
                .set("climate.x/mode", text("off"))
                .set("climate.x/temperature", Value::Float(21.5))
                .set("climate.x/temperature", Value::Int(40))
                .set("climate.x/power", Value::Bool(true))
                .set("climate.x/preset_mode", text("away"))
                .set("climate.x/action", text("idle"));
        }
    );
    snapshot!(
        "water_heater",
        "water_heater",
        r#"{"name":"Tank","mode_stat_t":"m","mode_cmd_t":"mc","modes":["off","eco"],"curr_temp_t":"ct","temp_stat_t":"t",
        "temp_cmd_t":"tc","temp_unit":"F"}"#,
        |s| {
            s.say("m", "eco")
                .say("ct", "118")
                .set("water_heater.x/temperature", Value::Int(120));
        }
    );
    snapshot!(
        "fan",
        "fan",
        r#"{"name":"Fan","stat_t":"s","cmd_t":"c","pct_stat_t":"p","pct_cmd_t":"pc","spd_rng_min":1,"spd_rng_max":4,"pr_mode_stat_t":"m",
        "pr_mode_cmd_t":"mc","pr_modes":["sleep"],"osc_stat_t":"o","osc_cmd_t":"oc","dir_stat_t":"d","dir_cmd_t":"dc"}"#,
        |s| {
            s.say("s", "ON")
                .say("p", "2")
                .say("p", "None")
                .say("m", "sleep")
                .say("o", "oscillate_on")
                .say("d", "reverse")
                .set("fan.x", Value::Bool(true))
                .set("fan.x/percentage", Value::Int(60))
                .set("fan.x/oscillation", Value::Bool(false))
                .set("fan.x/direction", text("forward"))
                .set("fan.x/direction", text("up"));
        }
    );
    snapshot!(
        "humidifier",
        "humidifier",
        r#"{"name":"Mist","stat_t":"s","cmd_t":"c","hum_cmd_t":"hc","hum_stat_t":"h","hum_state_tpl":"{{ value_json.h }}",
        "min_hum":30,"max_hum":80,"curr_hum_t":"ch","act_t":"a","modes":["auto"],"mode_stat_t":"m","mode_cmd_t":"mc","dev_cla":"humidifier"}"#,
        |s| {
            s.say("s", "OFF")
                .say("h", r#"{"h":55}"#)
                .say("ch", "40")
                .say("a", "humidifying")
                .say("m", "auto")
                .set("humidifier.x/target_humidity", Value::Int(60));
        }
    );
}

#[test]
fn locks_and_panels() {
    snapshot!(
        "lock",
        "lock",
        r#"{"name":"Door","stat_t":"s","cmd_t":"c","pl_open":"OPEN","cmd_tpl":"{\"do\":\"{{ value }}\"}"}"#,
        |s| {
            s.say("s", "LOCKED")
                .say("s", "JAMMED")
                .say("s", "None")
                .say("s", "?")
                .set("lock.x", text("unlock"))
                .set("lock.x", text("open"))
                .set("lock.x", text("kick"));
        }
    );
    snapshot!(
        "alarm_control_panel",
        "alarm_control_panel",
        r#"{"name":"Alarm","stat_t":"s","cmd_t":"c","sup_feat":["arm_home","arm_away"],"code":"1234",
        "cmd_tpl":"{{ action }}:{{ code }}"}"#,
        |s| {
            s.say("s", "armed_away")
                .say("s", "triggered")
                .set("alarm_control_panel.x", text("disarm"))
                .set("alarm_control_panel.x", text("arm_night"));
        }
    );
    snapshot!(
        "siren",
        "siren",
        r#"{"name":"Siren","stat_t":"s","cmd_t":"c","av_tones":["bell","whoop"],"sup_dur":false}"#,
        |s| {
            s.say("s", "ON")
                .say("s", r#"{"state":"OFF","tone":"bell","volume_level":0.5}"#)
                .set("siren.x", Value::Bool(true))
                .set("siren.x/tone", text("whoop"))
                .set("siren.x/volume_level", Value::Float(0.25));
        }
    );
    snapshot!(
        "siren_template",
        "siren",
        r#"{"name":"Siren","cmd_t":"c","cmd_tpl":"CMD:{{ value }}{% if tone is defined %},{{ tone }}{% endif %}","cmd_off_tpl":"OFF!","av_tones":["bell"],"sup_dur":false,"sup_vol":false}"#,
        |s| {
            s.set("siren.x", Value::Bool(true))
                .set("siren.x", Value::Bool(false))
                .set("siren.x/tone", text("bell"));
        }
    );
    snapshot!(
        "vacuum",
        "vacuum",
        r#"{"name":"Robo","stat_t":"s","cmd_t":"c","sup_feat":["start","pause","return_home","battery","fan_speed"],"fanspd_lst":["low","high"],
        "set_fan_spd_t":"f","send_cmd_t":"sc"}"#,
        |s| {
            s.say(
                "s",
                r#"{"state":"cleaning","battery_level":80,"fan_speed":"low"}"#,
            )
            .set("vacuum.x/task", text("return_to_base"))
            .set("vacuum.x/fan_speed", text("high"))
            .set("vacuum.x/command", text("zone 1"));
        }
    );
    snapshot!(
        "lawn_mower",
        "lawn_mower",
        r#"{"name":"Mower","act_stat_t":"a","act_val_tpl":"{{ value_json.a }}","strt_mw_cmd_t":"s","dock_cmd_t":"d","dock_cmd_tpl":"do {{ value }}"}"#,
        |s| {
            s.say("a", r#"{"a":"mowing"}"#)
                .set("lawn_mower.x/task", text("start_mowing"))
                .set("lawn_mower.x/task", text("dock"))
                .set("lawn_mower.x/task", text("pause"));
        }
    );
}

#[test]
fn happenings_and_the_rest() {
    snapshot!(
        "event",
        "event",
        r#"{"name":"Button","stat_t":"s","evt_typ":["press","hold"],"dev_cla":"button"}"#,
        |s| {
            s.say("s", r#"{"event_type":"press","n":1}"#)
                .say("s", r#"{"event_type":"other"}"#)
                .say("s", "{}")
                .say("s", "")
                .bytes("s", br#"{"event_type":"hold"}"#, true);
        }
    );
    snapshot!(
        "tag",
        "tag",
        r#"{"t":"s","val_tpl":"{{ value_json.uid }}","dev":{"ids":"r","name":"Reader"}}"#,
        |s| {
            s.say("s", r#"{"uid":"04AB"}"#);
        }
    );
    snapshot!(
        "device_automation",
        "device_automation",
        r#"{"atype":"trigger","type":"button_short_press","stype":"button_1","t":"s","pl":"single","dev":{"ids":"r","name":"Remote"}}"#,
        |s| {
            s.say("s", "single")
                .say("s", "double")
                .bytes("s", b"single", true);
        }
    );
    snapshot!(
        "update",
        "update",
        r#"{"name":"Firmware","stat_t":"s","cmd_t":"c","pl_inst":"go","l_ver_t":"lv","ent_cat":"config","dev_cla":"firmware"}"#,
        |s| {
            s.say(
                "s",
                r#"{"installed_version":"1.0","latest_version":"1.1","update_percentage":null}"#,
            )
            .say("s", "1.1")
            .say("lv", "1.2")
            .set("update.x/install", Value::Null);
        }
    );
    snapshot!(
        "device_tracker",
        "device_tracker",
        r#"{"name":"Phone","stat_t":"s","pl_home":"H","json_attr_t":"a"}"#,
        |s| {
            s.say("s", "H").say("s", "Work").say("s", "None").say("a", r#"{"latitude":52.5,"longitude":13.4,"gps_accuracy":10,"battery_level":77,"source":{"x":1}}"#)
            .say("a", r#"{"latitude":52.6}"#).say("a", "no json");
        }
    );
    snapshot!(
        "image",
        "image",
        r#"{"name":"Snapshot","img_t":"i","url_t":"u"}"#,
        |s| {
            s.bytes("i", &[0xff, 0xd8, 0, 1], false)
                .say("u", "http://cam/1.jpg");
        }
    );
    snapshot!(
        "camera",
        "camera",
        r#"{"name":"Cam","t":"i","img_e":"b64"}"#,
        |s| {
            s.say("i", "AAEC").say("i", "*");
        }
    );
    for (component, name) in [
        ("datetime", "generic_datetime"),
        ("infrared", "generic_infrared"),
        ("sometime_later", "generic_unknown"),
    ] {
        let config = r#"{"name":"Thing","stat_t":"s","cmd_t":"c","~":"b"}"#;
        insta::assert_snapshot!(
            name,
            play(component, config, |s| {
                s.say("s", "2026-01-01")
                    .set(&format!("{component}.x"), text("2027"));
            })
        );
    }
}
