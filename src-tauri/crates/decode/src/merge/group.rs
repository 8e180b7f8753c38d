//! Which devices are one: a pure function of what is known of them, so that the order of arrival does not matter.

use std::collections::BTreeSet;

use super::identity;
use super::ties::Tied;

/// A device as grouping sees it.
pub(super) struct Candidate<'a> {
    pub(super) key: &'a str,
    pub(super) convention: &'a str,
    pub(super) identities: &'a BTreeSet<String>,
}

/// What speaks for two devices being one, the strongest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Evidence {
    /// A person joined them.
    pub(super) joined: bool,
    /// They share a hardware address.
    pub(super) address: bool,
    /// They share another identity.
    pub(super) identity: bool,
    /// They read so many spots of payloads that nobody else of either convention reads.
    pub(super) spots: u32,
}

/// Puts devices into groups. `pairs` are indices into `devices`; each group's members are in the order of `devices`.
///
/// The strongest evidence goes first. A group takes in at most one device of a convention, because a convention knows its own
/// devices apart, unless a person joined them.
pub(super) fn groups(
    devices: &[Candidate<'_>],
    mut pairs: Vec<(usize, usize, Evidence)>,
    tied: &Tied,
) -> Vec<Vec<usize>> {
    for (a, b, _) in &mut pairs {
        if devices[*a].key > devices[*b].key {
            std::mem::swap(a, b);
        }
    }
    pairs.sort_by(|(a, b, left), (c, d, right)| {
        let keys = |a: &usize, b: &usize| (devices[*a].key, devices[*b].key);
        right.cmp(left).then_with(|| keys(a, b).cmp(&keys(c, d)))
    });
    let mut of: Vec<usize> = (0..devices.len()).collect();
    let mut groups: Vec<Vec<usize>> = (0..devices.len()).map(|ix| vec![ix]).collect();
    for (a, b, evidence) in pairs {
        let (into, from) = (of[a].min(of[b]), of[a].max(of[b]));
        if into == from || !fits(devices, &groups[into], &groups[from], evidence, tied) {
            continue;
        }
        for member in std::mem::take(&mut groups[from]) {
            of[member] = into;
            groups[into].push(member);
        }
    }
    groups.retain(|group| !group.is_empty());
    for group in &mut groups {
        group.sort_unstable();
    }
    groups
}

fn fits(devices: &[Candidate<'_>], left: &[usize], right: &[usize], evidence: Evidence, tied: &Tied) -> bool {
    let cross = || {
        left.iter()
            .flat_map(|a| right.iter().map(|b| (&devices[*a], &devices[*b])))
    };
    if cross().any(|(a, b)| tied.apart(a.key, b.key)) {
        return false;
    }
    if evidence.joined {
        return true;
    }
    let all = |side: &[usize]| -> Vec<&String> {
        side.iter()
            .flat_map(|ix| devices[*ix].identities.iter())
            .collect()
    };
    let (of_left, of_right) = (all(left), all(right));
    !cross().any(|(a, b)| a.convention == b.convention) && !identity::conflict(&of_left, &of_right)
}

#[cfg(test)]
mod tests {
    use super::super::ties::Ties;
    use super::*;

    fn run(
        devices: &[(&str, &str, &[&str])],
        pairs: &[(usize, usize, Evidence)],
        ties: &Ties,
    ) -> Vec<Vec<usize>> {
        let identities: Vec<BTreeSet<String>> = devices
            .iter()
            .map(|(.., ids)| ids.iter().map(|id| (*id).to_owned()).collect())
            .collect();
        let devices: Vec<Candidate<'_>> = devices
            .iter()
            .zip(&identities)
            .map(|((key, convention, _), identities)| Candidate {
                key,
                convention,
                identities,
            })
            .collect();
        groups(&devices, pairs.to_vec(), &Tied::new(ties))
    }

    const SPOT: Evidence = Evidence {
        joined: false,
        address: false,
        identity: false,
        spots: 1,
    };
    const ADDRESS: Evidence = Evidence {
        address: true,
        ..SPOT
    };

    #[test]
    fn one_device_of_a_convention_goes_into_a_group_by_the_strongest_evidence() {
        let devices = [("z:1", "z", &[][..]), ("ha:1", "ha", &[]), ("ha:2", "ha", &[])];
        let both = [(0, 1, SPOT), (0, 2, ADDRESS)];
        assert_eq!(run(&devices, &both, &Ties::default()), [vec![0, 2], vec![1]]);
    }

    #[test]
    fn addresses_that_differ_and_a_persons_word_keep_devices_apart() {
        let devices = [
            ("z:1", "z", &["a4cf12aabbcc"][..]),
            ("ha:1", "ha", &["a4cf12aabbcd"]),
        ];
        assert_eq!(run(&devices, &[(0, 1, SPOT)], &Ties::default()).len(), 2);
        let joined = Evidence { joined: true, ..SPOT };
        assert_eq!(run(&devices, &[(0, 1, joined)], &Ties::default()).len(), 1);
        let ties = Ties {
            apart: vec![("ha:1".into(), "z:1".into())],
            ..Ties::default()
        };
        let devices = [("z:1", "z", &[][..]), ("ha:1", "ha", &[])];
        assert_eq!(run(&devices, &[(0, 1, ADDRESS)], &ties).len(), 2);
    }
}
