//! A topic's levels as enterprise, site, area, line and cell (ISA-95), with the asset that speaks and its tag.

use crate::shape::lexicon::{HOMES, ROOMS, has};
use crate::units::lower_words;

/// Most levels that are looked at; further ones stay joined in the last.
const MOST_LEVELS: usize = 24;

/// A topic taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asset {
    /// From the enterprise to the asset itself.
    pub(super) levels: Vec<String>,
    /// The data contract, where there is one: `_historian`.
    pub(super) contract: Option<String>,
    /// Groups and name of the tag; empty where the payload names the tags.
    pub(super) tag: Vec<String>,
}

/// How sure a topic is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sure {
    /// Certain from its name.
    Yes(Asset),
    /// Only together with others of the same beginning, and payloads of a plant's sort.
    Perhaps(String, Asset),
}

/// Folders of tags: what sort of value it is, never an asset.
const GROUPS: &str = "status state states counter counters count counts production oee alarm alarms energy process edge telemetry \
    data metric metrics tag tags sensor sensors parameter parameters setting settings quality kpi kpis maintenance admin command \
    commands packml packtags value values input inputs output outputs property properties info diagnostics job jobs order orders \
    workorder recipe environment utilities performance event events measurements measurement online availability condition health \
    control batch material materials inventory stock meta metadata definition schema";

/// Words that name the level of an asset, with where it stands: 2 site, 3 area, 4 line, 5 cell, 6 a machine.
fn rank(level: &str) -> Option<u8> {
    let words = lower_words(level);
    let first = words.first()?;
    let bare = first.trim_end_matches(|c: char| c.is_ascii_digit());
    Some(match bare {
        "enterprise" | "company" => 1,
        "site" | "plant" | "factory" | "werk" | "standort" => 2,
        "area" | "hall" | "halle" | "department" | "zone" | "bereich" | "shopfloor" => 3,
        "line" | "linie" | "productionline" | "prodline" => 4,
        "cell" | "workcell" | "workcenter" | "workcentre" | "zelle" | "cellule" => 5,
        "machine" | "station" | "workunit" | "unit" | "asset" | "equipment" | "robot" | "press" | "cnc"
        | "plc" => 6,
        // "bottling line", "packaging-line-2", "assembly_cell".
        _ => words.iter().skip(1).find_map(|word| {
            Some(match word.trim_end_matches(|c: char| c.is_ascii_digit()) {
                "line" => 4,
                "cell" | "workcell" => 5,
                "machine" | "station" => 6,
                _ => return None,
            })
        })?,
    })
}

/// Whether a level is a folder of tags.
fn is_group(level: &str) -> bool {
    level.starts_with(['_', '$']) || has(GROUPS, &level.to_lowercase())
}

/// Whether a topic asks for something rather than tells it.
pub(super) fn is_command(topic: &str) -> bool {
    let last = topic.rsplit('/').next().unwrap_or_default();
    ["set", "cmd", "command", "get", "write", "request"]
        .iter()
        .any(|word| word.eq_ignore_ascii_case(last))
}

/// Takes a topic apart; none where it is none of a plant. `many` says that the payload names its tags itself.
pub(super) fn read(topic: &str, many: bool) -> Option<Sure> {
    let levels: Vec<&str> = topic.splitn(MOST_LEVELS, '/').collect();
    if levels.iter().any(|level| level.is_empty()) {
        return None;
    }
    if let Some(asset) = umh(&levels) {
        return Some(Sure::Yes(asset));
    }
    let rooted = levels[0].eq_ignore_ascii_case("uns");
    let levels = if rooted { &levels[1..] } else { &levels[..] };
    let end = if many {
        levels.len()
    } else {
        levels.len().checked_sub(1)?
    };
    if end < 3 || levels.iter().any(|level| is_home(level)) {
        return None;
    }
    let ranked: Vec<(u8, usize)> = levels[..end]
        .iter()
        .enumerate()
        .filter_map(|(ix, level)| Some((rank(level)?, ix)))
        .collect();
    // A line or a cell below an enterprise and a site makes a plant; an area or a machine alone does not: gardens have zones, servers are machines.
    let strong = rooted
        || ranked.iter().any(|(rank, ix)| matches!(rank, 4 | 5) && *ix > 1)
        || ranked.len() >= 2 && ranked.iter().any(|(rank, _)| *rank == 3);
    // The innermost level that is an asset and no folder of tags.
    let device = match ranked.iter().rfind(|(_, ix)| *ix > 0 && !is_group(levels[*ix])) {
        Some(&(6, ix)) => ix,
        Some(&(_, ix)) if ix + 1 < end && !is_group(levels[ix + 1]) => ix + 1,
        Some(&(_, ix)) => ix,
        None => positional(levels, end),
    };
    let asset = Asset {
        levels: levels[..=device].iter().map(|&level| level.to_owned()).collect(),
        contract: levels
            .get(device + 1)
            .filter(|it| it.starts_with('_'))
            .map(|&it| it.to_owned()),
        tag: levels[device + 1..]
            .iter()
            .filter(|level| !level.starts_with('_') || is_definition_word(level))
            .map(|&level| level.to_owned())
            .collect(),
    };
    if strong {
        Some(Sure::Yes(asset))
    } else if end >= 4 {
        Some(Sure::Perhaps(format!("{}/{}", levels[0], levels[1]), asset))
    } else {
        None
    }
}

/// Enterprise, site, area, line, cell by place alone: the fifth level is the cell, or the last before the tags.
fn positional(levels: &[&str], end: usize) -> usize {
    let mut device = 4.min(end - 1);
    while device > 2 && is_group(levels[device]) {
        device -= 1;
    }
    device
}

/// `umh/v1/<location>…/_<contract>/[<virtual path>/]<name>`.
fn umh(levels: &[&str]) -> Option<Asset> {
    if levels.len() < 4 || levels[0] != "umh" || !matches!(levels[1], "v0" | "v1") {
        return None;
    }
    let contract = levels
        .iter()
        .position(|level| level.starts_with('_'))
        .filter(|&at| at > 2)?;
    let owned = |levels: &[&str]| levels.iter().map(|&level| level.to_owned()).collect();
    Some(Asset {
        levels: owned(&levels[2..contract]),
        contract: Some(levels[contract].to_owned()),
        tag: owned(&levels[contract + 1..]),
    })
}

fn is_home(level: &str) -> bool {
    let lower = level.to_lowercase();
    let bare = lower.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '_' | '-'));
    // Those that a plant may have as well.
    has(HOMES, bare) || has(ROOMS, bare) && !matches!(bare, "hall" | "office" | "utility" | "entrance")
}

fn is_definition_word(level: &str) -> bool {
    let bare = level.trim_start_matches(['_', '$']).to_lowercase();
    matches!(
        bare.as_str(),
        "definition" | "metadata" | "meta" | "schema" | "description" | "tagdefinition" | "tagdefinitions"
    )
}

impl Asset {
    /// Whether the topic carries what tags are rather than their values.
    pub(super) fn is_definition(&self) -> bool {
        let last = self
            .tag
            .last()
            .or(self.contract.as_ref().filter(|_| self.tag.is_empty()));
        last.is_some_and(|last| is_definition_word(last))
    }

    /// The tag's name for machines, folders that say only a sort left out.
    pub(super) fn short(tag: &[&str]) -> String {
        let telling: Vec<&str> = tag
            .iter()
            .enumerate()
            .filter(|(ix, level)| ix + 1 == tag.len() || !is_group(level))
            .map(|(_, level)| *level)
            .collect();
        telling.join("/")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(topic: &str, many: bool, want: &str) {
        let text = |asset: &Asset| format!("{} | {}", asset.levels.join(" > "), asset.tag.join("/"));
        let found = match read(topic, many) {
            None => "no".to_owned(),
            Some(Sure::Yes(asset)) => text(&asset),
            Some(Sure::Perhaps(prefix, asset)) => format!("perhaps {prefix}: {}", text(&asset)),
        };
        assert_eq!(found, want, "{topic}");
    }

    #[test]
    fn assets_and_tags_are_told_apart() {
        check(
            "acme/berlin/filling/line1/filler/speed",
            false,
            "acme > berlin > filling > line1 > filler | speed",
        );
        check(
            "acme/berlin/filling/line1/filler/Status/State",
            false,
            "acme > berlin > filling > line1 > filler | Status/State",
        );
        check(
            "acme/berlin/filling/line1/OEE/availability",
            false,
            "acme > berlin > filling > line1 | OEE/availability",
        );
        check(
            "acme/berlin/filling/line1/filler",
            true,
            "acme > berlin > filling > line1 > filler | ",
        );
        check(
            "acme/berlin/filling/line1/cell2/filler/temp",
            false,
            "acme > berlin > filling > line1 > cell2 > filler | temp",
        );
        check(
            "acme/berlin/filling/line1/cell2/temp",
            false,
            "acme > berlin > filling > line1 > cell2 | temp",
        );
        check(
            "acme/site1/area2/station-3/motor/current",
            false,
            "acme > site1 > area2 > station-3 | motor/current",
        );
        check(
            "uns/acme/berlin/packing/wrapper/speed",
            false,
            "acme > berlin > packing > wrapper | speed",
        );
        check(
            "acme/berlin/filling/north/capper/torque",
            false,
            "perhaps acme/berlin: acme > berlin > filling > north > capper | torque",
        );
        check(
            "acme/berlin/bottling line/capper/torque",
            false,
            "acme > berlin > bottling line > capper | torque",
        );
    }

    #[test]
    fn homes_and_others_are_left_alone() {
        for topic in [
            "home/kitchen/line/x",
            "house/area/cell/x",
            "a/b",
            "//x/line1/y",
            "zigbee2mqtt/a/b",
            "wohnung/line1/cell/x",
        ] {
            check(topic, false, "no");
        }
    }

    #[test]
    fn the_united_manufacturing_hub_has_contracts() {
        check(
            "umh/v1/acme/berlin/_historian/motor/pressure",
            false,
            "acme > berlin | motor/pressure",
        );
        check("umh/v1/acme/_raw/x", false, "acme | x");
        check("umh/v1/_historian/x", false, "no");
    }
}
