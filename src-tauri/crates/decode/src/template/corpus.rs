//! Templates of the wild beside what they must print, and hostile ones.

use super::*;
use crate::fuzzing::ACCEPTED;

const NOW: i64 = 1_767_225_600_000_000; // 2026-01-01T00:00:00Z

fn render(source: &str, value: &str) -> Result<String, TemplateError> {
    let mut templates = Templates::default();
    let id = templates.add(source);
    templates
        .render(id, &Vars::new(value, NOW))
        .map(|rendered| rendered.text().into_owned())
}

fn ok(source: &str, value: &str) -> String {
    render(source, value).unwrap_or_else(|error| format!("ERR {error:?}"))
}

/// The corpora, or none (and a line that says so).
fn corpus(path: &str) -> Option<serde_json::Value> {
    let root = std::env::var("HEARTHLINE_CORPORA")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../../shared/corpora").to_owned());
    if let Ok(text) = std::fs::read_to_string(std::path::Path::new(&root).join(path)) {
        Some(serde_json::from_str(&text).unwrap())
    } else {
        eprintln!("skipped: no {path} in the corpora");
        None
    }
}

#[test]
fn print_what_jinja2_prints() {
    let Some(corpus) = corpus("ha-templates/jinja2_vs_minijinja.json") else {
        return;
    };
    let cases = corpus.as_array().unwrap();
    assert!(cases.len() >= 65);
    for case in cases {
        let text = |key: &str| case[key].as_str().unwrap();
        let (template, value, want) = (text("template"), text("value"), text("jinja2_3"));
        let got = render(template, value);
        if let Some((_, want, _)) = ACCEPTED.iter().find(|(known, ..)| *known == template) {
            assert_eq!(got.as_deref(), Ok(*want), "{template}");
        } else if want.starts_with("ERR UndefinedError") {
            assert!(matches!(got, Err(TemplateError::Jinja(_))), "{template}: {got:?}");
        } else {
            assert_eq!(got.as_deref(), Ok(want.trim()), "{template} with {value}");
        }
    }
}

#[test]
fn shelly_templates_compile_and_give_what_they_mean() {
    let Some(corpus) = corpus("shelly-gen1-ha-templates/shelly_gen1.json") else {
        return;
    };
    let info = r#"{"bat":{"value":88},"bat_":1,"thermostats":[{"target_t":{"value":21.5,"accelerated_heating":false,"enabled":true},
        "pos":40,"tmp":{"value":20.1},"schedule":true,"schedule_profile":2,"boost_minutes":30,"window_open":false,
        "valve_min_percent":0,"open_window_report":true}],"calibrated":true,"charger":false,"cloud":{"connected":true},
        "event":"S","lux":120,"ip":"10.0.0.2","wifi_sta":{"ip":"10.0.0.3","rssi":-60,"ssid":"home"},
        "update":{"old_version":"1.11","new_version":"1.12","has_update":true},"motion":true,"sensor":{"motion":false,"vibration":true},
        "mqtt":{"connected":true},"new_fw":false,"overpower":false,"uptime":60,"vibration":false,"target_t":{"enabled":true},"temp":2700,
        "tmp":{"value":19}}"#;
    let expected = [
        ("TPL_ACCELERATED_HEATING", info, "False"),
        ("TPL_BATTERY_FROM_INFO", info, "88"),
        ("TPL_BOOST_MINUTES", info, "30"),
        ("TPL_CALIBRATED_AVAILABILITY", info, "online"),
        ("TPL_COMMAND_PROFILES", "profile 3", "3"),
        ("TPL_CONCENTRATION", "65535", "65535"),
        ("TPL_CONCENTRATION", "65536", ""),
        ("TPL_CURRENT_TEMPERATURE", info, "20.1"),
        ("TPL_ENERGY_WMIN", "120", "2.0"),
        ("TPL_EVENT", info, r#"{"event_type":"S"}"#),
        ("TPL_GAS", "heavy", "ON"),
        ("TPL_GAS_TO_JSON", "mild", r#"{"status": "mild"}"#),
        ("TPL_HUMIDITY", "999", ""),
        ("TPL_HUMIDITY", "45.2", "45.2"),
        ("TPL_INSTALLED_VERSION", info, "1.11"),
        ("TPL_LATEST_VERSION", info, "1.12"),
        ("TPL_MODE", info, "heat"),
        ("TPL_PROFILES", info, "profile 2"),
        ("TPL_VALVE", "not_calibrated", "not calibrated"),
        ("TPL_VALVE_STATE", "opened", "open"),
        ("TPL_VALVE_POSITION", info, "40"),
        ("TPL_NEW_FIRMWARE_FROM_INFO", info, "ON"),
        ("TPL_POWER_FACTOR", "0.5", "50.0"),
        ("TPL_RSSI", info, "-60"),
        ("TPL_TARGET_TEMPERATURE", info, "21.5"),
        ("TPL_TEMPERATURE", "-5.5", "-5.5"),
        ("TPL_TEMPERATURE", "999", ""),
        ("TPL_UPTIME", info, "2025-12-31T23:59:00+00:00"),
        ("TPL_COLOR_TEMP_WHITE_LIGHT", info, "370"),
    ];
    let templates = corpus["templates"].as_object().unwrap();
    assert_eq!(templates.len(), 64);
    for (name, value, want) in expected {
        assert_eq!(ok(templates[name].as_str().unwrap(), value), want, "{name}");
    }
    let mut kept = Templates::default();
    for (name, source) in templates {
        let source = crate::fuzzing::shelly::source(source.as_str().unwrap());
        let id = kept.add(&source);
        assert_eq!(kept.fault(id), None, "{name}: {source}");
    }
}

#[test]
fn filters_of_home_assistant() {
    for (source, value, want) in [
        ("{{ value | multiply(0.5) }}", "3", "1.5"),
        (
            "{{ value | add(1) }}",
            "x",
            "ERR Value(\"invalid operation: add got invalid input 'x' and no default was given\")",
        ),
        ("{{ value | float(none) }}", "x", "None"),
        ("{{ value | int(base=16) }}", "0x1F", "31"),
        ("{{ '1f' | int(0, 16) }}", "", "31"),
        ("{{ value | round(1, 'floor') }}", "2.39", "2.3"),
        ("{{ value | round(1, 'half') }}", "2.3", "2.5"),
        ("{{ 2.675 | round(2) }}", "", "2.67"),
        (
            "{{ 0.5 | round }} {{ 1.5 | round }} {{ 1234 | round(-2) }}",
            "",
            "0 2 1200.0",
        ),
        ("{{ value | bool }}", "on", "True"),
        ("{{ value | bool | iif('a', 'b') }}", "off", "b"),
        (
            "{{ value_json.x | is_defined }}",
            "{}",
            "ERR Jinja(\"undefined value: a value that must be there is not\")",
        ),
        ("{{ value is match('a.c') }}", "abcd", "True"),
        ("{{ value is search('C', ignorecase=True) }}", "abcd", "True"),
        ("{{ value | regex_findall_index('(\\\\d+)', 1) }}", "a1b22", "22"),
        (
            "{{ value | regex_replace('(\\\\d)(\\\\d)', '\\\\2\\\\1') }}",
            "12",
            "21",
        ),
        ("{{ value | regex_findall('[a-z]') }}", "a1b", "['a', 'b']"),
        (
            "{{ 'aGk=' | base64_decode }} {{ 'hi' | base64_encode }}",
            "",
            "hi aGk=",
        ),
        ("{{ 3 | ordinal }} {{ 12 | ordinal }}", "", "3rd 12th"),
        ("{{ 'Küche Süd!' | slugify }}", "", "kuche_sud"),
        ("{{ value | from_hex | unpack('>h') }}", "ff38", "-200"),
        ("{{ 258 | pack('>H') }}", "", r"b'\x01\x02'"),
        ("{{ 6 | bitwise_and(3) }}", "", "2"),
        (
            "{{ [1, 2, 6] | average }} {{ median([3, 1, 2]) }} {{ [1,2,2] | statistical_mode }}",
            "",
            "3.0 2.0 2.0",
        ),
        (
            "{{ min(3, 1) }} {{ [4, 9] | max }} {{ clamp(12, 0, 10) }} {{ wrap(370, 0, 360) }}",
            "",
            "1 9 10 10",
        ),
        ("{{ remap(5, 0, 10, 0, 255) }}", "", "127.5"),
        (
            "{{ 0 | timestamp_custom('%Y-%m-%d %H:%M') }}",
            "",
            "1970-01-01 00:00",
        ),
        (
            "{{ as_timestamp('2026-01-01T01:00:00+01:00') }}",
            "",
            "1767225600.0",
        ),
        (
            "{{ now().isoformat() }} {{ now() }}",
            "",
            "2026-01-01T00:00:00+00:00 2026-01-01 00:00:00+00:00",
        ),
        (
            "{{ (now() - timedelta(seconds = value | int)).isoformat() }}",
            "90",
            "2025-12-31T23:58:30+00:00",
        ),
        (
            "{{ (utcnow() - as_datetime('2025-12-31T00:00:00Z')).days }}",
            "",
            "1",
        ),
        ("{{ strptime('21.03.2025', '%d.%m.%Y').year }}", "", "2025"),
        (
            "{{ relative_time(as_datetime('2025-12-31T22:00:00Z')) }}",
            "",
            "2 hours",
        ),
        ("{{ typeof(1.0) }} {{ 'a' | typeof }}", "", "float str"),
        ("{{ version('2.10') > version('2.9') }}", "", "True"),
        ("{{ {'a': 1} | combine({'b': 2}) }}", "", "{'a': 1, 'b': 2}"),
        ("{{ [[1], [2, [3]]] | flatten }}", "", "[1, 2, 3]"),
        (
            "{{ [1, 2] | union([2, 3]) }} {{ [1, 2] | contains(2) }} {{ [1] is contains(2) }}",
            "",
            "[1, 2, 3] True False",
        ),
        (
            "{{ {'b': 1, 'a': [true, none, 1.5]} | to_json }}",
            "",
            r#"{"b":1,"a":[true,null,1.5]}"#,
        ),
        ("{{ value | from_json | length }}", "[1,2]", "2"),
        (
            "{{ states('sensor.x') }} {{ is_state('a', 'b') }}",
            "",
            "None False",
        ),
        ("{{ value | truncate(5, True, '', 0) }}", "abcdefgh", "abcde"),
        (
            "{{ '%05.1f|%s|%d' % (value | float, 'a', 7) }}",
            "3.14159",
            "003.1|a|7",
        ),
        ("{{ '%.1f' % value_json.t | float }}", r#"{"t":"21.26"}"#, "21.3"),
        (
            "{{ value.zfill(4) }} {{ value.removeprefix('4') }}",
            "42",
            "0042 2",
        ),
        (
            "{% for i in range(3) %}{% if i == 1 %}{% continue %}{% endif %}{{ i }}{% endfor %}",
            "",
            "02",
        ),
        (
            "{% set ns = namespace(l=[]) %}{% for k in value_json %}{% set ns.l = ns.l + [k] %}{% endfor %}{{ ns.l }}",
            r#"{"z":1,"a":2}"#,
            "['z', 'a']",
        ),
        ("just text", "5", "just text"),
        (
            "{{ 5 | log(10) | round(3) }} {{ 9 | sqrt }} {{ pi | round(2) }}",
            "",
            "0.699 3.0 3.14",
        ),
        (
            "{{ value_json.a.b.c | default('x') }}",
            r#"{"a":{}}"#,
            "ERR Jinja(\"undefined value: `value_json.a.b` is undefined\")",
        ),
        (
            "{{ 1 + 'a' }}",
            "",
            "ERR Value(\"invalid operation: tried to use + operator on unsupported types number and string\")",
        ),
    ] {
        assert_eq!(ok(source, value), want, "{source}");
    }
}

#[test]
fn the_fast_path_gives_what_the_engine_gives() {
    let payloads = [
        "21.5",
        "12",
        "x",
        "",
        " 7 ",
        "true",
        "null",
        "nan",
        "[1,[2]]",
        r#"{"a":"21.55"}"#,
        r#"{"a":null}"#,
        r#"{"a":true,"b":{"c":[1,2.5]}}"#,
        r#"{"a":12345678901234567890}"#,
        r#"{"a":2.5}"#,
        r#"{"a":-0.4}"#,
        r#"{"a":1e22}"#,
        r#"{"b":{}}"#,
        r#"{"b":[]}"#,
        r#"{"a":" On "}"#,
        r#"{"a":"9007199254740993"}"#,
    ];
    let paths = [
        "value",
        "value_json",
        "value_json.a",
        "value_json['a']",
        "value_json.b.c",
        "value_json.b.c.1",
        "value_json.b.c[-1]",
        "value_json.0",
        "value|float",
        "value|int",
        "value|round",
        "value_json.a|float(0)",
        "value_json.a|int(0)",
        "value_json.a|int",
        "value_json.a|round(1)",
        "value_json.a|round(0)",
        "value_json.a|is_defined",
        "value_json.a/10",
        "value_json.a*2",
        "value_json.a+1",
        "value_json.a-0.5",
        "(value_json.a|float/10)|round(1)",
        "value_json.a|lower",
        "value|float*100",
        "value|upper",
    ];
    for path in paths {
        let fast = format!("{{{{ {path} }}}}");
        // An empty comment keeps it from being a path.
        let slow = format!("{{{{ {path} }}}}{{##}}");
        for payload in payloads {
            assert_eq!(
                render(&fast, payload),
                render(&slow, payload),
                "{path} of {payload}"
            );
        }
    }
}

#[test]
fn hostile_templates_end() {
    for source in [
        "{% for a in range(9999) %}{% for b in range(9999) %}{% for c in range(9999) %}x{% endfor %}{% endfor %}{% endfor %}",
        "{% set ns = namespace(s='ab') %}{% for i in range(64) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}{{ ns.s }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{{ 'x' * 999999999 }}",
        "{{ range(9999) | list | string * 99 }}",
        "{% set ns = namespace(l=[]) %}{% for i in range(9000) %}{% set ns.l = [ns.l] %}{% endfor %}{{ ns.l }}",
        "{{ 10 ** 10 ** 10 }}",
        "{{ '%0999999999d' % 1 }}",
        "{{ 'a' | regex_findall('(a{1000}){1000}') }}",
        "{{ 'a'.rjust(999999999) | length }}",
    ] {
        let got = render(source, "");
        assert!(
            got.as_ref().is_ok_and(|text| text.len() <= MAX_OUTPUT) || got.is_err(),
            "{source}"
        );
    }
    let error = render(
        "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}",
        "",
    )
    .unwrap_err();
    assert!(matches!(error, TemplateError::Bounds(_)), "{error}");
    assert!(matches!(
        render(&format!("{{{{ {} }}}}", "(".repeat(8000)), "").unwrap_err(),
        TemplateError::Jinja(_)
    ));
    assert!(matches!(
        render(&format!("{{{{ '{}' }}}}", "x".repeat(20_000)), "").unwrap_err(),
        TemplateError::Bounds(_)
    ));
}

proptest::proptest! {
    #[test]
    fn any_template_on_any_payload_ends(source in "(\\{\\{|\\{%|\\}\\}|%\\}|value|value_json|\\||\\.|'|\"|\\(|\\)|%|-|now\\(\\)|[ a-z0-9é\\[\\]]){0,20}", value in ".{0,40}") {
        let _ = render(&source, &value);
    }
}
