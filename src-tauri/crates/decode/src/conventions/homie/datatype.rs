//! What a property holds: its datatype with its format.

/// Most options of an enum that are kept.
const MOST_OPTIONS: usize = 256;
/// Longest option, bytes.
const LONGEST_OPTION: usize = 128;

/// Homie 5, or one of the versions that describe a device by one topic an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// Homie 5: one JSON description.
    Five,
    /// Homie 2, 3 and 4: an attribute a topic.
    Older,
}

/// How a colour is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ColorFormat {
    /// 0 … 255 each.
    Rgb,
    /// Hue 0 … 360, saturation and value 0 … 100.
    Hsv,
    /// CIE 1931 x and y, 0 … 1.
    Xyz,
}

impl ColorFormat {
    pub(super) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "rgb" => Self::Rgb,
            "hsv" => Self::Hsv,
            "xyz" => Self::Xyz,
            _ => return None,
        })
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Rgb => "rgb",
            Self::Hsv => "hsv",
            Self::Xyz => "xyz",
        }
    }
}

/// The bounds of a number; an end may be open.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Bounds {
    pub(super) low: Option<f64>,
    pub(super) high: Option<f64>,
    pub(super) step: Option<f64>,
}

impl Bounds {
    /// Both ends, where both are there and make a range.
    pub(super) fn range(self) -> Option<(f64, f64)> {
        self.low.zip(self.high).filter(|(low, high)| low < high)
    }

    /// Whether a number is within.
    pub(super) fn holds(self, number: f64) -> bool {
        self.low.is_none_or(|low| number >= low) && self.high.is_none_or(|high| number <= high)
    }

    /// The nearest number that the step allows, counted from the low end, or else from the high one.
    pub(super) fn rounded(self, number: f64) -> f64 {
        match (self.step, self.low.or(self.high)) {
            (Some(step), Some(base)) => {
                let near = ((number - base) / step + 0.5).floor() * step + base;
                // 0.1 + 0.2 is to be sent as 0.3.
                (near * 1e9).round() / 1e9
            }
            _ => number,
        }
    }
}

/// What a property holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Datatype {
    Integer(Bounds),
    Float(Bounds),
    /// With what false and true are called, where the device tells.
    Boolean(Option<[String; 2]>),
    Text,
    Enum(Vec<String>),
    /// The formats in the device's order of preference.
    Color(Vec<ColorFormat>),
    DateTime,
    Duration,
    Json,
    /// Not told: it is read by what it looks like.
    Guess,
}

/// A datatype and what of its format could not be used.
pub(super) struct Parsed {
    pub(super) datatype: Datatype,
    /// Why the format does not hold.
    pub(super) problem: Option<String>,
}

/// The datatype of a name and a format; none for an unknown name. `doubled` says that a comma within an option is written twice (Homie 3).
pub(super) fn parse(name: &str, format: Option<&str>, doubled: bool) -> Option<Parsed> {
    let format = format.filter(|format| !format.is_empty());
    let mut problem = None;
    let datatype = match name {
        "integer" | "float" => {
            let bounds = format
                .map_or(Ok(Bounds::default()), bounds)
                .unwrap_or_else(|text| {
                    problem = Some(text);
                    Bounds::default()
                });
            if name == "integer" {
                Datatype::Integer(bounds)
            } else {
                Datatype::Float(bounds)
            }
        }
        "boolean" => Datatype::Boolean(format.and_then(|format| {
            let labels = labels(format);
            // `true,false` and the like stood there before Homie 5 and tell nothing.
            if labels.is_none() && !format.contains("true") {
                problem = Some(format!(
                    "the boolean's format \"{}\" is no pair of words",
                    short(format)
                ));
            }
            labels.filter(|[no, yes]| no != "false" || yes != "true")
        })),
        "string" => Datatype::Text,
        "enum" => {
            let options = format.map(|format| options(format, doubled)).unwrap_or_default();
            if options.is_empty() {
                problem = Some("the enum has no format that lists its values".to_owned());
            }
            Datatype::Enum(options)
        }
        "color" => {
            let list: Vec<&str> = format.unwrap_or_default().split(',').map(str::trim).collect();
            let mut formats: Vec<ColorFormat> = Vec::new();
            for known in list.iter().filter_map(|name| ColorFormat::of(name)) {
                if !formats.contains(&known) {
                    formats.push(known);
                }
            }
            if formats.is_empty() || list.iter().any(|name| ColorFormat::of(name).is_none()) {
                problem = Some(format!(
                    "the colour's format \"{}\" is none of rgb, hsv and xyz",
                    short(format.unwrap_or_default())
                ));
            }
            if formats.is_empty() {
                formats.push(ColorFormat::Rgb);
            }
            Datatype::Color(formats)
        }
        "datetime" => Datatype::DateTime,
        "duration" => Datatype::Duration,
        "json" => Datatype::Json,
        _ => return None,
    };
    Some(Parsed { datatype, problem })
}

/// `min:max[:step]`, each of which may be left out.
fn bounds(format: &str) -> Result<Bounds, String> {
    let wrong = |what: &str| Err(format!("the format \"{}\" {what}", short(format)));
    let parts: Vec<&str> = format.splitn(4, ':').collect();
    if !(2..=3).contains(&parts.len()) {
        return wrong("is not min:max or min:max:step");
    }
    let mut numbers = [None; 3];
    for (number, part) in numbers.iter_mut().zip(&parts) {
        let part = part.trim();
        if !part.is_empty() {
            match part.parse::<f64>() {
                Ok(it) if it.is_finite() => *number = Some(it),
                _ => return wrong("holds what is no number"),
            }
        }
    }
    let [low, high, step] = numbers;
    if low.zip(high).is_some_and(|(low, high)| low > high) {
        return wrong("has its ends the wrong way round");
    }
    if step.is_some_and(|step| step <= 0.0) {
        return wrong("has a step that is not above 0");
    }
    Ok(Bounds { low, high, step })
}

fn labels(format: &str) -> Option<[String; 2]> {
    let (no, yes) = format.split_once(',')?;
    let fits = |label: &str| !label.is_empty() && !label.contains(',') && label.len() <= LONGEST_OPTION;
    (fits(no) && fits(yes) && no != yes && (no, yes) != ("true", "false"))
        .then(|| [no.to_owned(), yes.to_owned()])
}

/// White space counts; empty values and repetitions do not.
fn options(format: &str, doubled: bool) -> Vec<String> {
    let mut options: Vec<String> = Vec::new();
    let mut seen = rustc_hash::FxHashSet::default();
    let mut add = |option: String| {
        if !option.is_empty()
            && option.len() <= LONGEST_OPTION
            && options.len() < MOST_OPTIONS
            && seen.insert(option.clone())
        {
            options.push(option);
        }
    };
    if doubled && format.contains(",,") {
        // No option holds the zero character: it stands for the comma that was written twice.
        for option in format.replace(",,", "\0").split(',') {
            add(option.replace('\0', ","));
        }
    } else {
        format.split(',').for_each(|option| add(option.to_owned()));
    }
    options
}

pub(super) fn short(text: &str) -> String {
    crate::decoder::shortened(text, 64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(format: &str) -> Result<[Option<f64>; 3], String> {
        bounds(format).map(|b| [b.low, b.high, b.step])
    }

    #[test]
    fn formats_of_numbers_may_be_open() {
        assert_eq!(number("-20:120"), Ok([Some(-20.0), Some(120.0), None]));
        assert_eq!(number("0:100:5"), Ok([Some(0.0), Some(100.0), Some(5.0)]));
        assert_eq!(number("0:"), Ok([Some(0.0), None, None]));
        assert_eq!(number(":10"), Ok([None, Some(10.0), None]));
        assert_eq!(number("::0.5"), Ok([None, None, Some(0.5)]));
        assert_eq!(number(":"), Ok([None, None, None]));
        for wrong in [
            "5", "a:b", "10:0", "0:10:0", "0:10:-1", "0:1:2:3", "0:inf", "nan:1",
        ] {
            assert!(number(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn steps_count_from_an_end() {
        let at = |low, high, step, number| {
            Bounds {
                low,
                high,
                step: Some(step),
            }
            .rounded(number)
        };
        assert_eq!(at(Some(2.0), Some(6.0), 2.0, 5.0), 6.0);
        assert_eq!(at(Some(2.0), Some(6.0), 2.0, 4.9), 4.0);
        assert_eq!(at(None, Some(5.0), 2.0, 2.2), 3.0);
        assert_eq!(at(Some(0.0), None, 0.1, 0.300_000_01), 0.3);
        assert_eq!(at(None, None, 2.0, 2.7), 2.7);
    }

    #[test]
    fn enums_keep_white_space_and_homie_3_doubles_commas() {
        assert_eq!(options("a, b,,a", false), ["a", " b"]);
        assert_eq!(options("A,,B,C", true), ["A,B", "C"]);
        assert!(options(",", false).is_empty());
        assert_eq!(options(&"x,".repeat(10), false), ["x"]);
        let many: Vec<String> = (0..1000).map(|ix| ix.to_string()).collect();
        assert_eq!(options(&many.join(","), false).len(), MOST_OPTIONS);
    }

    #[test]
    fn what_does_not_hold_is_told() {
        let problem = |name, format| parse(name, Some(format), false).unwrap().problem;
        assert_eq!(problem("color", "rgb,hsv"), None);
        assert!(problem("color", "cmyk").is_some());
        assert!(problem("enum", "").is_some());
        assert!(problem("integer", "many").is_some());
        assert_eq!(problem("boolean", "off,on"), None);
        assert_eq!(problem("boolean", "true,false"), None);
        assert!(problem("boolean", "on").is_some());
        assert!(parse("blob", None, false).is_none());
        assert_eq!(
            parse("boolean", Some("close,open"), false).unwrap().datatype,
            Datatype::Boolean(Some(["close".into(), "open".into()]))
        );
        assert_eq!(
            parse("boolean", Some("false,true"), false).unwrap().datatype,
            Datatype::Boolean(None)
        );
    }
}
