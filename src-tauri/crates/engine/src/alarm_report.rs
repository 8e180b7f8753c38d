//! The figures of alarms as a file: a page that needs nothing else, or comma-separated values.
//!
//! *Invariants.* The page holds no script and loads nothing. Every text from outside is escaped; nothing in the values is run by
//! a spreadsheet.

use std::fmt::Write as _;

use hearthline_exchange::{csv_line, csv_time};
use hearthline_model::{HOUR, MINUTE, Micros, Priority, SECOND};

use crate::view::{ActorView, BoundView, MetricUnit, MetricView, PerformanceView, VerdictView};

/// Width and height of the picture.
const PICTURE: (f64, f64) = (960.0, 140.0);
/// Priorities, critical first.
const PRIORITIES: [(&str, &str); 5] = [
    ("■", "critical"),
    ("▲", "high"),
    ("◆", "medium"),
    ("●", "low"),
    ("○", "diagnostic"),
];

const STYLE: &str = "\
body{font:15px/1.45 system-ui,sans-serif;color:#1d2329;background:#fff;max-width:1000px;margin:24px auto;padding:0 20px}\
h1{font-size:24px;margin:0 0 4px}h2{font-size:17px;margin:28px 0 8px}p{margin:4px 0}\
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:5px 10px 5px 0;border-bottom:1px solid #d5dadf;vertical-align:top}\
td.n,th.n{text-align:right;white-space:nowrap}.soft{color:#56606a}.over{font-weight:700}\
svg{width:100%;height:auto;border:1px solid #d5dadf}\
@media print{body{margin:0;max-width:none}h2{break-after:avoid}tr{break-inside:avoid}}";

/// One page, to be looked at and printed.
pub fn html(view: &PerformanceView, now: Micros) -> String {
    let mut out = String::with_capacity(16 << 10);
    out.push_str(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Alarm performance</title>",
    );
    out.push_str("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">");
    let _ = write!(out, "<style>{STYLE}</style></head><body>");
    let _ = write!(
        out,
        "<h1>Alarm performance</h1><p>{} to {}</p><p class=\"soft\">Made {} by Hearthline from its alarm journal. Targets after \
         ISA-18.2 (IEC 62682) and EEMUA 191, for one operator.</p>",
        time(view.from),
        time(view.to),
        time(now)
    );
    if view.short {
        out.push_str("<p class=\"soft\">The journal begins within the time that was asked for.</p>");
    }
    out.push_str(
        "<h2>Figures</h2><table><thead><tr><th>Figure</th><th class=\"n\">Value</th><th class=\"n\">Very likely acceptable</th>\
         <th class=\"n\">Most that can be managed</th><th>Verdict</th></tr></thead><tbody>",
    );
    for metric in &view.metrics {
        let (sign, word) = verdict(metric.verdict);
        let class = if metric.verdict == VerdictView::Over {
            " class=\"over\""
        } else {
            ""
        };
        let _ = write!(
            out,
            "<tr><td>{}<br><span class=\"soft\">{}</span></td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td>\
             <td{class}>{sign} {word}</td></tr>",
            escaped(&metric.title),
            escaped(&metric.plain),
            value(metric),
            bound(metric.acceptable, metric.unit),
            bound(metric.manageable, metric.unit),
        );
    }
    out.push_str("</tbody></table>");
    if let Some(longest) = &view.longest {
        let _ = write!(
            out,
            "<p>Longest unacknowledged: {} ({}), called {}{}.</p>",
            escaped(&longest.alarm.text),
            escaped(&longest.alarm.device_name),
            longest.alarm.since.map(time).unwrap_or_default(),
            if longest.waits { ", still waiting" } else { "" }
        );
    }
    picture(&mut out, view);
    floods(&mut out, view);
    out.push_str("<h2>By priority</h2><table><tbody>");
    for ((sign, word), calls) in PRIORITIES.iter().zip(view.priorities) {
        let _ = write!(
            out,
            "<tr><td>{sign} {word}</td><td class=\"n\">{calls}</td><td class=\"n\">{}</td></tr>",
            share(f64::from(calls) / f64::from(view.calls.max(1)))
        );
    }
    out.push_str("</tbody></table>");
    list(&mut out, "The ten most frequent", &view.frequent, true, |it| {
        format!("{}, {}", times(it.calls), share(it.share))
    });
    list(&mut out, "Chattering", &view.chattering, false, |it| {
        format!(
            "{} within a minute, at most {}",
            times(it.calls),
            it.peak.unwrap_or_default()
        )
    });
    list(&mut out, "Fleeting", &view.fleeting, false, |it| {
        format!("{} gone within ten seconds", times(it.calls))
    });
    list(&mut out, "Stale", &view.stale, false, |it| {
        format!("active since {}", it.since.map(time).unwrap_or_default())
    });
    out.push_str("</body></html>\n");
    out
}

fn picture(out: &mut String, view: &PerformanceView) {
    let most = view.bars.iter().copied().max().unwrap_or_default();
    if most == 0 {
        return;
    }
    let (width, height) = PICTURE;
    let each = width / view.bars.len() as f64;
    let _ = write!(
        out,
        "<h2>Alarms over time</h2><svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"Alarms over time, at most {most} in {}\">",
        length(view.step)
    );
    let at = |moment: Micros| width * (moment - view.from) as f64 / (view.to - view.from).max(1) as f64;
    for flood in &view.floods {
        let _ = write!(
            out,
            "<rect x=\"{:.1}\" y=\"0\" width=\"{:.1}\" height=\"{height}\" fill=\"#f3d9d4\"/>",
            at(flood.from),
            (at(flood.to) - at(flood.from)).max(1.0)
        );
    }
    for (ix, calls) in view.bars.iter().enumerate().filter(|(_, calls)| **calls > 0) {
        let tall = (height - 10.0) * f64::from(*calls) / f64::from(most);
        let _ = write!(
            out,
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{tall:.1}\" fill=\"#3d566b\"/>",
            ix as f64 * each,
            height - tall,
            (each * 0.8).max(0.6)
        );
    }
    let _ = write!(
        out,
        "</svg><p class=\"soft\">One bar is {}, the highest {most}. Shaded: floods.</p>",
        length(view.step)
    );
}

fn floods(out: &mut String, view: &PerformanceView) {
    out.push_str("<h2>Floods</h2>");
    if view.floods.is_empty() {
        out.push_str("<p>None.</p>");
        return;
    }
    out.push_str(
        "<table><thead><tr><th>From</th><th>To</th><th class=\"n\">Lasted</th><th class=\"n\">Alarms</th>\
         <th class=\"n\">Most in 10 minutes</th></tr></thead><tbody>",
    );
    for flood in &view.floods {
        let _ = write!(
            out,
            "<tr><td>{}</td><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>",
            time(flood.from),
            time(flood.to),
            length(flood.to - flood.from),
            flood.calls,
            flood.peak
        );
    }
    out.push_str("</tbody></table>");
}

fn list(
    out: &mut String,
    title: &str,
    alarms: &[ActorView],
    always: bool,
    says: impl Fn(&ActorView) -> String,
) {
    if alarms.is_empty() && !always {
        return;
    }
    let _ = write!(out, "<h2>{title}</h2>");
    if alarms.is_empty() {
        out.push_str("<p>None.</p>");
        return;
    }
    out.push_str("<table><tbody>");
    for alarm in alarms {
        let (sign, word) = priority(alarm.priority);
        let _ = write!(
            out,
            "<tr><td><span title=\"{word}\">{sign}</span> {}</td><td>{} <span class=\"soft\">{}</span></td><td class=\"n\">{}</td></tr>",
            escaped(&alarm.text),
            escaped(&alarm.device_name),
            escaped(&alarm.place_name),
            says(alarm)
        );
    }
    out.push_str("</tbody></table>");
}

/// The same as lines for a spreadsheet: what, which, value, unit, targets, verdict.
pub fn csv(view: &PerformanceView) -> Vec<u8> {
    let mut out = csv_line(&[
        "part",
        "name",
        "device",
        "place",
        "value",
        "unit",
        "acceptable",
        "manageable",
        "verdict",
        "from",
        "to",
    ]);
    let (from, to) = (csv_time(view.from), csv_time(view.to));
    for metric in &view.metrics {
        let plain = |value: f64| match metric.unit {
            MetricUnit::Time => format!("{}", value / SECOND as f64),
            _ => format!("{value}"),
        };
        let limit = |bound: Option<BoundView>| bound.map(|it| plain(it.limit)).unwrap_or_default();
        let unit = match metric.unit {
            MetricUnit::Count => "alarms",
            MetricUnit::Share => "share",
            MetricUnit::Time => "s",
        };
        out.extend(csv_line(&[
            "figure",
            &metric.title,
            "",
            "",
            &metric.value.map(plain).unwrap_or_default(),
            unit,
            &limit(metric.acceptable),
            &limit(metric.manageable),
            verdict(metric.verdict).1,
            &from,
            &to,
        ]));
    }
    for ((_, word), calls) in PRIORITIES.iter().zip(view.priorities) {
        out.extend(csv_line(&[
            "priority",
            word,
            "",
            "",
            &calls.to_string(),
            "alarms",
            "",
            "",
            "",
            &from,
            &to,
        ]));
    }
    for flood in &view.floods {
        let (begin, end) = (csv_time(flood.from), csv_time(flood.to));
        out.extend(csv_line(&[
            "flood",
            "",
            "",
            "",
            &flood.calls.to_string(),
            "alarms",
            "",
            "",
            "",
            &begin,
            &end,
        ]));
    }
    for (part, alarms) in [
        ("frequent", &view.frequent),
        ("chattering", &view.chattering),
        ("fleeting", &view.fleeting),
        ("stale", &view.stale),
    ] {
        for alarm in alarms {
            let since = alarm.since.map(csv_time);
            out.extend(csv_line(&[
                part,
                &alarm.text,
                &alarm.device_name,
                &alarm.place_name,
                &alarm.calls.to_string(),
                "alarms",
                "",
                "",
                "",
                since.as_deref().unwrap_or(&from),
                &to,
            ]));
        }
    }
    out
}

fn verdict(verdict: VerdictView) -> (&'static str, &'static str) {
    match verdict {
        VerdictView::Good => ("✓", "acceptable"),
        VerdictView::Manageable => ("◆", "manageable"),
        VerdictView::Over => ("▲", "too much"),
        VerdictView::Unjudged => ("–", "not judged"),
    }
}

fn priority(priority: Priority) -> (&'static str, &'static str) {
    PRIORITIES[priority as usize]
}

fn value(metric: &MetricView) -> String {
    let Some(value) = metric.value else {
        return "–".into();
    };
    match metric.unit {
        MetricUnit::Count => number(value),
        MetricUnit::Share => share(value),
        MetricUnit::Time => length(value as Micros),
    }
}

fn bound(bound: Option<BoundView>, unit: MetricUnit) -> String {
    let Some(bound) = bound else {
        return "–".into();
    };
    let sign = if bound.below { "&lt;" } else { "≤" };
    match unit {
        MetricUnit::Share => format!("{sign} {} %", number(bound.limit * 100.0)),
        _ => format!("{sign} {}", number(bound.limit)),
    }
}

fn number(value: f64) -> String {
    if (value - value.round()).abs() < 1e-9 {
        format!("{value:.0}")
    } else {
        format!("{value:.2}")
    }
}

fn share(share: f64) -> String {
    format!("{:.2} %", share * 100.0)
}

fn times(calls: u32) -> String {
    if calls == 1 {
        "once".into()
    } else {
        format!("{calls} times")
    }
}

/// A length of time in its two greatest units.
fn length(length: Micros) -> String {
    let part = |count: i64, unit: &str| format!("{count} {unit}");
    let two = |high: i64, low: i64, units: (&str, &str)| {
        if low == 0 {
            part(high, units.0)
        } else {
            format!("{} {}", part(high, units.0), part(low, units.1))
        }
    };
    match length {
        ..MINUTE => part((length + SECOND / 2) / SECOND, "s"),
        MINUTE..HOUR => two(length / MINUTE, length % MINUTE / SECOND, ("min", "s")),
        HOUR.. if length < 48 * HOUR => two(length / HOUR, length % HOUR / MINUTE, ("h", "min")),
        _ => two(length / (24 * HOUR), length % (24 * HOUR) / HOUR, ("days", "h")),
    }
}

/// A time on the wall of this computer.
fn time(at: Micros) -> String {
    let at = jiff::Timestamp::from_microsecond(at).unwrap_or_default();
    at.to_zoned(jiff::tz::TimeZone::system())
        .strftime("%Y-%m-%d %H:%M:%S")
        .to_string()
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            letter if letter.is_control() => out.push(' '),
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use hearthline_model::{AlarmId, DAY, DeviceId};

    use super::*;
    use crate::view::{FloodSpanView, LongestView};

    fn actor(text: &str) -> ActorView {
        ActorView {
            alarm: AlarmId(1),
            device: DeviceId(1),
            point: None,
            condition: "offline".into(),
            text: text.into(),
            device_name: "<b>Pump</b>".into(),
            place_name: "Cellar & attic".into(),
            priority: Priority::High,
            calls: 3,
            share: 0.5,
            peak: Some(4),
            since: Some(0),
        }
    }

    fn view() -> PerformanceView {
        PerformanceView {
            from: 0,
            to: DAY,
            short: true,
            calls: 6,
            alarms: 2,
            metrics: vec![MetricView {
                id: "per_day".into(),
                title: "Alarms a day".into(),
                plain: "How many".into(),
                unit: MetricUnit::Count,
                value: Some(6.25),
                acceptable: Some(BoundView {
                    limit: 150.0,
                    below: true,
                }),
                manageable: None,
                verdict: VerdictView::Over,
            }],
            bars: vec![0, 6, 0],
            step: 10 * MINUTE,
            floods: vec![FloodSpanView {
                from: HOUR,
                to: HOUR + 1060 * SECOND,
                calls: 60,
                peak: 60,
            }],
            priorities: [0, 6, 0, 0, 0],
            frequent: vec![actor("<script>alert(1)</script>")],
            chattering: vec![actor("=cmd|' /C calc'!A0")],
            fleeting: Vec::new(),
            stale: Vec::new(),
            stale_now: 0,
            longest: Some(LongestView {
                alarm: actor("\"quoted\""),
                took: HOUR,
                waits: true,
            }),
        }
    }

    #[test]
    fn a_page_holds_no_script_and_loads_nothing() {
        let page = html(&view(), DAY);
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && page.contains("&lt;b&gt;Pump"));
        let lower = page.to_lowercase();
        for forbidden in [
            "<script",
            "<link",
            "<img",
            "src=",
            "http:",
            "https:",
            "javascript:",
            "onload",
            "<b>",
        ] {
            assert!(!lower.contains(forbidden), "{forbidden}");
        }
        assert!(page.contains("6.25") && page.contains("&lt; 150") && page.contains("▲ too much"));
        assert!(
            page.contains("17 min 40 s")
                && page.contains("&quot;quoted&quot;")
                && page.contains("still waiting")
        );
        assert_eq!(page.matches("<table>").count(), page.matches("</table>").count());
    }

    #[test]
    fn no_spreadsheet_runs_what_an_alarm_is_called() {
        let text = String::from_utf8(csv(&view())).unwrap();
        assert!(
            text.contains("chattering,'=cmd|' /C calc'!A0,<b>Pump</b>"),
            "{text}"
        );
        assert!(text.contains("figure,Alarms a day,,,6.25,alarms,150,,too much,1970-01-01T00:00:00.000000Z"));
        assert!(text.contains("flood,,,,60,alarms,,,,1970-01-01T01:00:00.000000Z"));
        assert!(text.lines().all(|line| line.matches(',').count() == 10), "{text}");
    }

    #[test]
    fn lengths_are_said_in_two_units() {
        for (value, text) in [
            (0, "0 s"),
            (30 * SECOND, "30 s"),
            (1060 * SECOND, "17 min 40 s"),
            (2 * HOUR, "2 h"),
            (25 * HOUR + 5 * MINUTE, "25 h 5 min"),
            (73 * HOUR, "3 days 1 h"),
        ] {
            assert_eq!(length(value), text);
        }
    }
}
