//! Which points of devices that are one are one themselves: a pure function of their descriptions.

use hearthline_model::{Kind, PointDesc, Role};
use rustc_hash::FxHashMap;

/// Puts the points of a device's sources together. `members` holds the descriptions of each source, the best source first and
/// each in a lasting order; the answer names them as (source, index), the best source first.
///
/// No source has two points in one cluster. What is not certain is left alone: a point shown twice is a blemish, two values in one
/// point are a lie.
pub(super) fn clusters(members: &[Vec<&PointDesc>]) -> Vec<Vec<(usize, usize)>> {
    let mut clusters: Vec<Vec<(usize, usize)>> = Vec::new();
    for (source, points) in members.iter().enumerate() {
        let mut found: Vec<Option<usize>> = vec![None; points.len()];
        let mut taken = vec![false; clusters.len()];
        if source > 0 {
            let mut matcher = Matcher {
                members,
                clusters: &clusters,
                points,
                found: &mut found,
                taken: &mut taken,
            };
            matcher.spots();
            matcher.unique(&|desc| role_token(desc).into_iter().collect());
            matcher.unique(&|desc| word_token(desc, &last_word(desc)).into_iter().collect());
            matcher.unique(&|desc| word_token(desc, &plain(&desc.name)).into_iter().collect());
        }
        for (ix, cluster) in found.into_iter().enumerate() {
            match cluster {
                Some(cluster) => clusters[cluster].push((source, ix)),
                None => clusters.push(vec![(source, ix)]),
            }
        }
    }
    clusters
}

struct Matcher<'a> {
    members: &'a [Vec<&'a PointDesc>],
    clusters: &'a [Vec<(usize, usize)>],
    points: &'a [&'a PointDesc],
    found: &'a mut [Option<usize>],
    taken: &'a mut [bool],
}

impl<'a> Matcher<'a> {
    fn descs(&self, cluster: usize) -> impl Iterator<Item = &'a PointDesc> + use<'a> {
        let members = self.members;
        self.clusters[cluster]
            .iter()
            .map(|(source, ix)| members[*source][*ix])
    }

    fn take(&mut self, point: usize, cluster: usize) {
        self.found[point] = Some(cluster);
        self.taken[cluster] = true;
    }

    /// Points that read the same spot of the same topic.
    fn spots(&mut self) {
        type Sides = (Vec<usize>, Vec<usize>);
        let mut by_spot: FxHashMap<(&str, &str), Sides> = FxHashMap::default();
        for (ix, desc) in self.points.iter().enumerate() {
            if let Some(spot) = spot(desc) {
                by_spot.entry(spot).or_default().1.push(ix);
            }
        }
        for cluster in 0..self.clusters.len() {
            for spot in self.descs(cluster).filter_map(spot) {
                if let Some(sides) = by_spot.get_mut(&spot)
                    && !sides.0.contains(&cluster)
                {
                    sides.0.push(cluster);
                }
            }
        }
        let mut all: Vec<Sides> = by_spot
            .into_values()
            .filter(|sides| !sides.0.is_empty())
            .collect();
        all.sort_unstable();
        for (left, right) in all {
            // The likest first, where several points read one spot (a cover's state and position, say).
            for likeness in [3_u8, 2] {
                for &point in &right {
                    if self.found[point].is_some() {
                        continue;
                    }
                    let like = left.iter().copied().find(|cluster| {
                        !self.taken[*cluster]
                            && self
                                .descs(*cluster)
                                .any(|desc| alike(desc, self.points[point]) == likeness)
                    });
                    if let Some(cluster) = like {
                        self.take(point, cluster);
                    }
                }
            }
            let left: Vec<usize> = left.into_iter().filter(|ix| !self.taken[*ix]).collect();
            let right: Vec<usize> = right.into_iter().filter(|ix| self.found[*ix].is_none()).collect();
            if let ([cluster], [point]) = (left.as_slice(), right.as_slice()) {
                self.take(*point, *cluster);
            }
        }
    }

    /// Points with a token that one cluster and one point alone have.
    fn unique(&mut self, tokens: &dyn Fn(&PointDesc) -> Vec<Token>) {
        type Sides = (Option<usize>, Option<usize>, bool);
        let mut by_token: FxHashMap<Token, Sides> = FxHashMap::default();
        for cluster in (0..self.clusters.len()).filter(|ix| !self.taken[*ix]) {
            for token in self.descs(cluster).flat_map(tokens) {
                let sides = by_token.entry(token).or_default();
                sides.2 |= sides.0.is_some_and(|known| known != cluster);
                sides.0 = Some(cluster);
            }
        }
        for (ix, desc) in self.points.iter().enumerate() {
            if self.found[ix].is_some() {
                continue;
            }
            for token in tokens(desc) {
                let sides = by_token.entry(token).or_default();
                sides.2 |= sides.1.is_some_and(|known| known != ix);
                sides.1 = Some(ix);
            }
        }
        let mut pairs: Vec<(usize, usize)> = by_token
            .into_values()
            .filter_map(|(cluster, point, many)| (!many).then_some((cluster?, point?)))
            .collect();
        pairs.sort_unstable();
        for (cluster, point) in pairs {
            let apart = || {
                self.descs(cluster)
                    .any(|desc| elsewhere(desc, self.points[point]) || !kinds_fit(desc, self.points[point]))
            };
            if !self.taken[cluster] && self.found[point].is_none() && !apart() {
                self.take(point, cluster);
            }
        }
    }
}

fn spot(desc: &PointDesc) -> Option<(&str, &str)> {
    Some((desc.topic.as_deref()?, desc.path.as_deref()?))
}

/// Both read the same topic, at different spots: surely two values.
fn elsewhere(a: &PointDesc, b: &PointDesc) -> bool {
    match (spot(a), spot(b)) {
        (Some((topic, path)), Some((other, at))) => topic == other && path != at,
        _ => false,
    }
}

/// How much points of one spot are alike.
fn alike(a: &PointDesc, b: &PointDesc) -> u8 {
    2 * u8::from(a.role == b.role) + u8::from(a.kind == b.kind)
}

fn kinds_fit(a: &PointDesc, b: &PointDesc) -> bool {
    let words = |kind| matches!(kind, Kind::Enum | Kind::Text | Kind::Event);
    // A sensor without any unit is text until its first value comes.
    a.kind == b.kind || words(a.kind) && words(b.kind)
}

/// What a point says of itself that another convention would say alike.
type Token = (String, String, String, Role);

fn role_token(desc: &PointDesc) -> Option<Token> {
    (!is_plain(desc.role)).then(|| (desc.platform.clone(), String::new(), String::new(), desc.role))
}

fn word_token(desc: &PointDesc, word: &str) -> Option<Token> {
    let telling = desc.class.is_some() || desc.unit.is_some() || !is_plain(desc.role);
    let role = if is_plain(desc.role) {
        Role::Value
    } else {
        desc.role
    };
    (telling && !word.is_empty()).then(|| {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        (text(&desc.class), text(&desc.unit), word.to_owned(), role)
    })
}

/// A role that says nothing of what a point means.
pub(super) fn is_plain(role: Role) -> bool {
    matches!(role, Role::Value | Role::Attribute)
}

/// The last word of where a value stands.
fn last_word(desc: &PointDesc) -> String {
    let path = desc.path.as_deref().unwrap_or_default();
    let topic = desc.topic.as_deref().unwrap_or_default();
    let last = match path {
        "" => topic.rsplit('/').next(),
        path => path.rsplit('.').next(),
    };
    plain(last.unwrap_or_default())
}

fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(key: &str, topic: &str, path: Option<&str>) -> PointDesc {
        PointDesc {
            key: key.into(),
            kind: Kind::Number,
            topic: Some(topic.into()),
            path: path.map(Into::into),
            ..PointDesc::default()
        }
    }

    fn run(members: &[&[PointDesc]]) -> Vec<Vec<(usize, usize)>> {
        let members: Vec<Vec<&PointDesc>> = members.iter().map(|it| it.iter().collect()).collect();
        clusters(&members)
    }

    #[test]
    fn the_same_spot_is_the_same_point_whatever_it_is_called() {
        let native = [
            point("temperature", "t", Some("temperature")),
            point("x", "t", Some("x")),
        ];
        let ha = [
            point("sensor.1", "t", Some("x")),
            point("sensor.2", "t", Some("y")),
        ];
        assert_eq!(
            run(&[&native, &ha]),
            [vec![(0, 0)], vec![(0, 1), (1, 0)], vec![(1, 1)]]
        );
    }

    #[test]
    fn of_several_points_of_one_spot_the_likest_go_together() {
        let with = |key: &str, role: Role, kind: Kind| PointDesc {
            role,
            kind,
            ..point(key, "t", Some("position"))
        };
        let native = [
            with("position", Role::Position, Kind::Number),
            with("state", Role::OpenClose, Kind::Enum),
        ];
        let ha = [
            with("cover", Role::OpenClose, Kind::Enum),
            with("cover/position", Role::Position, Kind::Number),
        ];
        assert_eq!(run(&[&native, &ha]), [vec![(0, 0), (1, 1)], vec![(0, 1), (1, 0)]]);
    }

    #[test]
    fn a_role_or_a_word_tells_where_it_is_the_only_one() {
        let switch = |key: &str, topic: &str, name: &str| PointDesc {
            role: Role::Switch,
            platform: "switch".into(),
            kind: Kind::Bool,
            name: name.into(),
            ..point(key, topic, Some(""))
        };
        let one = run(&[
            &[switch("a", "stat/p/POWER", "")],
            &[switch("b", "tele/p/STATE", "P")],
        ]);
        assert_eq!(one.len(), 1);
        // Two relays each: the names tell them apart.
        let two = run(&[
            &[
                switch("a", "stat/p/POWER1", "Relay 1"),
                switch("b", "stat/p/POWER2", "Relay 2"),
            ],
            &[switch("c", "x", "Relay 2"), switch("d", "y", "Relay 1")],
        ]);
        assert_eq!(two, [vec![(0, 0), (1, 1)], vec![(0, 1), (1, 0)]]);
        // And where nothing does, they stay as they are.
        let none = run(&[
            &[switch("a", "p", "A"), switch("b", "q", "B")],
            &[switch("c", "x", "C"), switch("d", "y", "D")],
        ]);
        assert_eq!(none.len(), 4);
    }

    #[test]
    fn two_spots_of_one_topic_are_two_values() {
        let battery = |key: &str, path: &str| PointDesc {
            class: Some("battery".into()),
            role: Role::Battery,
            platform: "sensor".into(),
            ..point(key, "t", Some(path))
        };
        assert_eq!(
            run(&[&[battery("a", "battery")], &[battery("b", "cell")]]).len(),
            2
        );
    }
}
