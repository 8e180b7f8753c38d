//! Which points an export takes: by number, or by names with `*` and `?`.

use hearthline_history::ListedPoint;

use crate::Error;

/// What a person names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Everything.
    All,
    /// These: a number, or `device/point` by name or key with `*` for any text and `?` for any letter; a name without `/` is a
    /// device's.
    Named(Vec<String>),
    /// Everything in a place, by a part of its path.
    Place(String),
}

/// The points that a choice means, in the order of the catalogue.
///
/// # Errors
/// Where a name means nothing.
pub fn choose<'a>(choice: &Choice, catalogue: &'a [ListedPoint]) -> Result<Vec<&'a ListedPoint>, Error> {
    match choice {
        Choice::All => Ok(catalogue.iter().collect()),
        Choice::Named(names) => {
            let mut wanted = vec![false; catalogue.len()];
            for name in names {
                let mut any = false;
                for (point, wanted) in catalogue.iter().zip(&mut wanted) {
                    if means(name, point) {
                        any = true;
                        *wanted = true;
                    }
                }
                if !any {
                    return Err(Error::Invalid(format!(
                        "no point is meant by \"{name}\"; `hearthline-history points FILE` lists them"
                    )));
                }
            }
            Ok(chosen(catalogue, &wanted))
        }
        Choice::Place(name) => {
            let wanted: Vec<bool> = catalogue
                .iter()
                .map(|point| point.place.iter().any(|level| matches(name, level)))
                .collect();
            let points = chosen(catalogue, &wanted);
            if points.is_empty() {
                return Err(Error::Invalid(format!("no device is in a place \"{name}\"")));
            }
            Ok(points)
        }
    }
}

fn chosen<'a>(catalogue: &'a [ListedPoint], wanted: &[bool]) -> Vec<&'a ListedPoint> {
    catalogue
        .iter()
        .zip(wanted)
        .filter_map(|(point, wanted)| wanted.then_some(point))
        .collect()
}

fn means(name: &str, point: &ListedPoint) -> bool {
    if let Ok(number) = name.parse::<u32>() {
        return point.id.0 == number;
    }
    let device = [point.device_name(), point.device_desc.key.as_str()];
    if device.iter().any(|device| matches(name, device)) {
        return true;
    }
    device.iter().any(|device| {
        [point.name(), point.desc.key.as_str()]
            .iter()
            .any(|own| matches(name, &format!("{device}/{own}")))
    })
}

/// Whether a pattern with `*` and `?` fits all of a text, letters of either case alike. Steps: the product of both lengths
/// at the most.
fn matches(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.to_lowercase().chars().take(512).collect();
    let text: Vec<char> = text.to_lowercase().chars().take(1024).collect();
    let (mut at, mut of) = (0, 0);
    // The last star and where its text began: a mismatch behind it lets it take one letter more.
    let mut star: Option<(usize, usize)> = None;
    while at < text.len() {
        match pattern.get(of) {
            Some('*') => {
                star = Some((of, at));
                of += 1;
            }
            Some(&letter) if letter == '?' || letter == text[at] => {
                at += 1;
                of += 1;
            }
            _ => match &mut star {
                Some((star, begin)) => {
                    *begin += 1;
                    at = *begin;
                    of = *star + 1;
                }
                None => return false,
            },
        }
    }
    pattern[of..].iter().all(|letter| *letter == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_whole_texts() {
        for (pattern, text, fits) in [
            ("kitchen", "Kitchen", true),
            ("kitchen", "Kitchen lamp", false),
            ("kitchen*", "Kitchen lamp", true),
            ("*/temp*", "Kitchen/Temperature", true),
            ("k?tchen/*", "Kitchen/Temperature", true),
            ("*", "", true),
            ("?", "", false),
            ("**a*b**", "xaxxb", true),
            ("*aab", "aaaaab", true),
        ] {
            assert_eq!(matches(pattern, text), fits, "{pattern} {text}");
        }
        let long = "a".repeat(100_000);
        assert!(!matches(&"*a".repeat(1000), &format!("{long}b")) || long.len() > 1024);
    }
}
