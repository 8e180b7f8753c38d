//! Which point of a machine is which, by its name.

/// What a point is to its machine or line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// State, as word or number.
    State,
    /// Why it is in that state.
    Reason,
    /// Pieces a minute now.
    Rate,
    /// Pieces a minute at best.
    IdealRate,
    /// Counter of good pieces.
    Good,
    /// Counter of all pieces, good or not.
    Total,
    /// Counter of rejects.
    Reject,
    /// What is being made.
    Product,
    /// Place in the flow of the line.
    Position,
    /// The machine that sets the pace of its line.
    Constraint,
    /// Pieces planned for the shift.
    Target,
    /// How much of a material there is.
    Level,
    /// Where a material must be ordered.
    ReorderPoint,
}

/// Names, the most telling first: with several the earlier one wins.
const NAMES: [(Part, &[&str]); 11] = [
    (
        Part::State,
        &[
            "statecurrent",
            "state",
            "machinestate",
            "operatingstate",
            "packmlstate",
            "status",
        ],
    ),
    (
        Part::Reason,
        &[
            "stopreason",
            "reason",
            "downtimereason",
            "faultreason",
            "faulttext",
        ],
    ),
    (
        Part::Rate,
        &[
            "curmachspeed",
            "rate",
            "actualrate",
            "currentrate",
            "machinespeed",
        ],
    ),
    (
        Part::IdealRate,
        &[
            "machdesignspeed",
            "idealrate",
            "designrate",
            "designspeed",
            "nominalrate",
            "nominalspeed",
        ],
    ),
    (
        Part::Good,
        &["good", "goodcount", "goodparts", "goodpieces", "countgood"],
    ),
    (
        Part::Total,
        &[
            "prodprocessedcount",
            "totalcount",
            "processed",
            "processedcount",
            "producedcount",
        ],
    ),
    (
        Part::Reject,
        &[
            "proddefectivecount",
            "reject",
            "rejects",
            "rejectcount",
            "rejected",
            "scrap",
            "scrapcount",
            "defects",
            "bad",
        ],
    ),
    (Part::Product, &["product", "recipe", "productname", "productid"]),
    (
        Part::Target,
        &["target", "targetcount", "planned", "plannedcount"],
    ),
    (Part::Level, &["level"]),
    (Part::ReorderPoint, &["reorderpoint", "reorder", "reorderlevel"]),
];

/// What a point is, by the last part of its key or else of its name, and how telling that name is (0 the most).
pub fn part_of(key: &str, name: &str) -> Option<(Part, usize)> {
    by_path(key).or_else(|| by_path(name))
}

fn by_path(path: &str) -> Option<(Part, usize)> {
    let mut parts = path.rsplit(['/', '.']).map(plain);
    let mut last = parts.next()?;
    let mut parent = parts.next();
    // PackTags count in an array of structures: `ProdProcessedCount[0].Count`.
    if matches!(last.as_str(), "count" | "acccount" | "value")
        && let Some(above) = parent
    {
        last = above;
        parent = parts.next();
    }
    let last = last.trim_end_matches(|letter: char| letter.is_ascii_digit());
    // A position or constraint of its own would be an axis or a rule; as properties they are the line's.
    if parent.is_some_and(|parent| parent == "properties") {
        match last {
            "position" => return Some((Part::Position, 0)),
            "constraint" | "bottleneck" => return Some((Part::Constraint, 0)),
            _ => {}
        }
    }
    NAMES.iter().find_map(|(part, names)| {
        let rank = names.iter().position(|name| *name == last)?;
        Some((*part, rank))
    })
}

/// A path cut before its last part: `Cap/Level` into the material `Cap` and `Level`. The first is empty where there is none.
pub fn last_part(path: &str) -> (&str, &str) {
    path.rsplit_once(['/', '.']).unwrap_or(("", path))
}

fn plain(part: &str) -> String {
    part.chars()
        .take(64)
        .filter(|letter| letter.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(key: &str) -> Option<Part> {
        part_of(key, "").map(|(part, _)| part)
    }

    #[test]
    fn plain_names_and_pack_tags() {
        for (plain, packed, part) in [
            ("State", "Status/StateCurrent", Part::State),
            ("Reason", "Status/StopReason", Part::Reason),
            ("Rate", "Status/CurMachSpeed", Part::Rate),
            ("IdealRate", "Status/MachDesignSpeed", Part::IdealRate),
            ("Reject", "Admin/ProdDefectiveCount", Part::Reject),
            ("Product", "Status/Recipe", Part::Product),
            ("ideal_rate", "Status.MachDesignSpeed", Part::IdealRate),
            ("Properties/Position", "Properties/Position", Part::Position),
            ("Properties/Constraint", "Properties/Constraint", Part::Constraint),
        ] {
            assert_eq!(of(plain), Some(part), "{plain}");
            assert_eq!(of(packed), Some(part), "{packed}");
        }
        assert_eq!(of("Good"), Some(Part::Good));
        assert_eq!(of("Admin/ProdProcessedCount"), Some(Part::Total));
        assert_eq!(of("Admin/ProdProcessedCount[0].Count"), Some(Part::Total));
        assert_eq!(of("Admin/ProdDefectiveCount[0]/AccCount"), Some(Part::Reject));
        assert_eq!(of("Cap/Level"), Some(Part::Level));
        assert_eq!(of("Cap/Reorder Point"), Some(Part::ReorderPoint));
    }

    #[test]
    fn other_names_are_nothing() {
        for key in [
            "Torque",
            "Position",
            "FillVolume",
            "",
            "/",
            "Count",
            "Properties/Serial",
        ] {
            assert_eq!(of(key), None, "{key}");
        }
    }

    #[test]
    fn the_name_helps_where_the_key_does_not() {
        assert_eq!(part_of("0x17", "Good count"), Some((Part::Good, 1)));
    }
}
