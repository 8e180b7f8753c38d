//! From a convention's hint to a place of the tree.

use std::collections::BTreeMap;

use hearthline_history::{Error, Registrar};
use hearthline_model::{Place, PlaceHint, PlaceId, PlaceKind, Realm};

/// The root that rooms without a home of their own are in.
const HOME: &str = "Home";

/// The sorts of the levels of a hint, from the outside in.
fn kinds(hint: &PlaceHint) -> Vec<PlaceKind> {
    match hint.realm {
        Realm::Home => vec![PlaceKind::Room; hint.path.len()],
        Realm::Plant => {
            let all = [
                PlaceKind::Enterprise,
                PlaceKind::Site,
                PlaceKind::Area,
                PlaceKind::Line,
            ];
            let count = hint.path.len();
            // The last level is the line, whatever stands before it; more levels than ISA-95 has are sites.
            (0..count)
                .map(|index| {
                    let from_end = count - 1 - index;
                    *all.get(3usize.wrapping_sub(from_end))
                        .unwrap_or(&PlaceKind::Enterprise)
                })
                .collect()
        }
    }
}

/// Makes the places of a hint that are missing, and gives the innermost one with all that were touched.
pub fn place_of(
    hint: &PlaceHint,
    registrar: &mut Registrar<'_>,
) -> Result<(Option<PlaceId>, Vec<Place>), Error> {
    let mut parent = None;
    let mut touched = Vec::new();
    let names = std::iter::once((HOME, PlaceKind::Home))
        .filter(|_| hint.realm == Realm::Home)
        .chain(hint.path.iter().map(String::as_str).zip(kinds(hint)));
    if hint.path.is_empty() {
        return Ok((None, touched));
    }
    for (name, kind) in names {
        let id = registrar.place(parent, kind, hint.realm, name)?;
        touched.push(Place {
            id,
            parent,
            kind,
            realm: hint.realm,
            name: name.to_owned(),
            position: 0,
        });
        parent = Some(id);
    }
    Ok((parent, touched))
}

/// The known place of a hint, where all of its levels are known.
pub fn find(hint: &PlaceHint, places: &BTreeMap<PlaceId, Place>) -> Option<PlaceId> {
    if hint.path.is_empty() {
        return None;
    }
    let mut parent = match hint.realm {
        Realm::Home => Some(child(places, None, PlaceKind::Home, Realm::Home, HOME)?),
        Realm::Plant => None,
    };
    for (name, kind) in hint.path.iter().zip(kinds(hint)) {
        parent = Some(child(places, parent, kind, hint.realm, name)?);
    }
    parent
}

/// A place by where it is and what it is called.
pub fn child(
    places: &BTreeMap<PlaceId, Place>,
    parent: Option<PlaceId>,
    kind: PlaceKind,
    realm: Realm,
    name: &str,
) -> Option<PlaceId> {
    places
        .values()
        .find(|place| {
            place.parent == parent
                && place.kind == kind
                && place.realm == realm
                && place.name.eq_ignore_ascii_case(name)
        })
        .map(|place| place.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_level_of_a_plant_is_the_line() {
        let hint = |path: &[&str]| PlaceHint {
            realm: Realm::Plant,
            path: path.iter().map(|&name| name.to_owned()).collect(),
        };
        assert_eq!(
            kinds(&hint(&["Berlin", "Filling", "Line 2"])),
            [PlaceKind::Site, PlaceKind::Area, PlaceKind::Line]
        );
        assert_eq!(kinds(&hint(&["Line 2"])), [PlaceKind::Line]);
        assert_eq!(kinds(&hint(&["a", "b", "c", "d", "e"])).len(), 5);
    }
}
