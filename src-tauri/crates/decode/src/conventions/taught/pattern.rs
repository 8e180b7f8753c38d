//! Topic filters whose wildcards are remembered, and names that repeat them.

/// What the wildcards of a filter met on a topic.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Captures {
    levels: Vec<Box<str>>,
    rest: Box<str>,
}

impl Captures {
    /// Of `topic` under `filter`; none where the filter does not match.
    pub(super) fn of(filter: &str, topic: &str) -> Option<Self> {
        if !crate::matches(filter, topic) {
            return None;
        }
        let mut captures = Self::default();
        let mut levels = topic.split('/');
        for part in filter.split('/') {
            match part {
                "#" => {
                    captures.rest = levels.collect::<Vec<_>>().join("/").into();
                    break;
                }
                "+" => captures.levels.push(levels.next()?.into()),
                _ => {
                    levels.next();
                }
            }
        }
        Some(captures)
    }

    /// What `#` met; empty where there is none.
    pub(super) fn rest(&self) -> &str {
        &self.rest
    }

    /// `text` with `{1}`, `{2}`, … and `{rest}` filled in; anything else between braces stays as it is.
    pub(super) fn fill(&self, text: &str) -> String {
        let mut out = String::new();
        let mut left = text;
        while let Some(open) = left.find('{') {
            out.push_str(&left[..open]);
            let after = &left[open + 1..];
            let filled = after.find('}').and_then(|close| {
                let found = match &after[..close] {
                    "rest" => Some(&*self.rest),
                    number => {
                        let ix = number.parse::<usize>().ok()?.checked_sub(1)?;
                        self.levels.get(ix).map(|level| &**level)
                    }
                }?;
                Some((found, close))
            });
            if let Some((found, close)) = filled {
                out.push_str(found);
                left = &after[close + 1..];
            } else {
                out.push('{');
                left = after;
            }
        }
        out.push_str(left);
        out
    }

    /// Which captures `text` names, as a key that tells devices apart: the filled values with a separator that no level has.
    pub(super) fn key(&self, text: &str) -> String {
        let mut key = String::new();
        for (ix, level) in self.levels.iter().enumerate() {
            if text.contains(&format!("{{{}}}", ix + 1)) {
                key.push('/');
                key.push_str(level);
            }
        }
        if text.contains("{rest}") {
            key.push('/');
            key.push_str(&self.rest);
        }
        key
    }
}

/// Whether a filter is one that MQTT allows (MQTT 5 §4.7.1).
pub(super) fn is_filter(filter: &str) -> bool {
    let levels: Vec<&str> = filter.split('/').collect();
    let last = levels.len() - 1;
    !filter.is_empty()
        && filter.len() <= 65_535
        && !filter.contains('\0')
        && levels.iter().enumerate().all(|(ix, level)| match *level {
            "#" => ix == last,
            "+" => true,
            level => !level.contains(['+', '#']),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_are_remembered_and_filled_in() {
        let captures = Captures::of("factory/+/press/#", "factory/north/press/motor/temp").unwrap();
        assert_eq!(captures.fill("Press {1}"), "Press north");
        assert_eq!(
            captures.fill("{rest} of {1}, {2} {x} {"),
            "motor/temp of north, {2} {x} {"
        );
        assert_eq!(captures.key("Press {1}"), "/north");
        assert_eq!(captures.key("Press"), "");
        assert_eq!(captures.key("{rest}{1}"), "/north/motor/temp");
        assert!(Captures::of("factory/+/press", "factory/a/lathe").is_none());
    }

    #[test]
    fn filters_are_checked_as_mqtt_says() {
        for good in ["a", "a/b", "+", "#", "a/+/b/#", "/a", "a//b"] {
            assert!(is_filter(good), "{good}");
        }
        for bad in ["", "a/#/b", "a+", "a/b#", "a\0"] {
            assert!(!is_filter(bad), "{bad}");
        }
    }
}
