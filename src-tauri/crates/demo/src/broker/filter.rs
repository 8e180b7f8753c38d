//! Topic filters of MQTT (MQTT 5, 4.7).

/// Whether a filter is just a topic.
pub(super) fn is_plain(filter: &str) -> bool {
    !filter.contains(['+', '#'])
}

/// Whether a topic is wanted by a filter. Topics beginning with `$` are not wanted by a leading wildcard.
pub(super) fn matches(filter: &str, topic: &str) -> bool {
    if topic.starts_with('$') && filter.starts_with(['+', '#']) {
        return false;
    }
    let mut levels = topic.split('/');
    for want in filter.split('/') {
        match want {
            // Also the level above: `a/#` wants `a`.
            "#" => return true,
            "+" => {
                if levels.next().is_none() {
                    return false;
                }
            }
            _ => {
                if levels.next() != Some(want) {
                    return false;
                }
            }
        }
    }
    levels.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn filters_want_what_the_standard_says() {
        for (filter, topic, wanted) in [
            ("a/b", "a/b", true),
            ("a/b", "a/c", false),
            ("a/+", "a/b", true),
            ("a/+", "a", false),
            ("a/+", "a/b/c", false),
            ("a/#", "a", true),
            ("a/#", "a/b/c", true),
            ("#", "a/b", true),
            ("#", "/a", true),
            ("+/+", "/a", true),
            ("+", "/a", false),
            ("#", "$SYS/x", false),
            ("+/x", "$SYS/x", false),
            ("$SYS/#", "$SYS/x", true),
            ("a/+/c", "a/b/c", true),
            ("a/+/c", "a/b/d", false),
            ("a//b", "a//b", true),
        ] {
            assert_eq!(matches(filter, topic), wanted, "{filter} on {topic}");
        }
    }
}
