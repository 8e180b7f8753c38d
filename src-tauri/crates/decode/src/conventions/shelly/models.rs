//! What a factory id or a model code tells of a device.

use crate::naming::humanise;

/// A device's kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Model {
    /// The part of the factory id before the address.
    id: &'static str,
    /// Its code in announcements.
    code: &'static str,
    /// What is printed on the box.
    pub(super) name: &'static str,
    /// It sleeps between reports, so that being offline says nothing.
    pub(super) sleeps: bool,
}

const fn model(id: &'static str, code: &'static str, name: &'static str) -> Model {
    Model {
        id,
        code,
        name,
        sleeps: false,
    }
}

const fn asleep(id: &'static str, code: &'static str, name: &'static str) -> Model {
    Model {
        id,
        code,
        name,
        sleeps: true,
    }
}

/// The first generation.
const FIRST: &[Model] = &[
    model("shelly1", "SHSW-1", "Shelly 1"),
    model("shelly1l", "SHSW-L", "Shelly 1L"),
    model("shelly1pm", "SHSW-PM", "Shelly 1PM"),
    model("shellyswitch", "SHSW-21", "Shelly 2"),
    model("shellyswitch25", "SHSW-25", "Shelly 2.5"),
    model("shelly4pro", "SHSW-44", "Shelly 4Pro"),
    model("shellyplug", "SHPLG-1", "Shelly Plug"),
    model("shellyplug-e", "SHPLG2-1", "Shelly Plug E"),
    model("shellyplug-s", "SHPLG-S", "Shelly Plug S"),
    model("shellyplug-u1", "SHPLG-U1", "Shelly Plug US"),
    model("shellydimmer", "SHDM-1", "Shelly Dimmer"),
    model("shellydimmer2", "SHDM-2", "Shelly Dimmer 2"),
    model("shellyrgbw2", "SHRGBW2", "Shelly RGBW2"),
    model("shellybulb", "SHBLB-1", "Shelly Bulb"),
    model("shellycolorbulb", "SHCB-1", "Shelly Bulb RGBW"),
    model("ShellyBulbDuo", "SHBDUO-1", "Shelly Duo"),
    model("ShellyVintage", "SHVIN-1", "Shelly Vintage"),
    model("shellyem", "SHEM", "Shelly EM"),
    model("shellyem3", "SHEM-3", "Shelly 3EM"),
    model("shellyix3", "SHIX3-1", "Shelly i3"),
    model("shellyuni", "SHUNI-1", "Shelly UNI"),
    model("shellyair", "SHAIR-1", "Shelly Air"),
    model("shellygas", "SHGS-1", "Shelly Gas"),
    model("shellysense", "SHSEN-1", "Shelly Sense"),
    model("shellymotionsensor", "SHMOS-01", "Shelly Motion"),
    model("shellymotion2", "SHMOS-02", "Shelly Motion 2"),
    model("shellytrv", "SHTRV-01", "Shelly TRV"),
    model("shellyspot", "SHSPOT-1", "Shelly Spot"),
    model("shellyspot2", "SHSPOT-2", "Shelly Spot 2"),
    asleep("shellyht", "SHHT-1", "Shelly H&T"),
    asleep("shellyflood", "SHWT-1", "Shelly Flood"),
    asleep("shellydw", "SHDW-1", "Shelly Door/Window"),
    asleep("shellydw2", "SHDW-2", "Shelly Door/Window 2"),
    asleep("shellysmoke", "SHSM-01", "Shelly Smoke"),
    asleep("shellysmoke2", "SHSM-02", "Shelly Smoke 2"),
    asleep("shellybutton1", "SHBTN-1", "Shelly Button1"),
    asleep("shellybutton2", "SHBTN-2", "Shelly Button1"),
];

/// The later ones, by the factory id; the code is what the firmware calls the application.
const LATER: &[Model] = &[
    model("shellyplus1", "Plus1", "Shelly Plus 1"),
    model("shellyplus1pm", "Plus1PM", "Shelly Plus 1PM"),
    model("shellyplus1mini", "Plus1Mini", "Shelly Plus 1 Mini"),
    model("shelly1mini", "Plus1Mini", "Shelly Plus 1 Mini"),
    model("shellyplus1pmmini", "Plus1PMMini", "Shelly Plus 1PM Mini"),
    model("shellypluspmmini", "PlusPMMini", "Shelly Plus PM Mini"),
    model("shellyplus2pm", "Plus2PM", "Shelly Plus 2PM"),
    model("shellyplusi4", "PlusI4", "Shelly Plus i4"),
    model("shellyplusplugs", "PlusPlugS", "Shelly Plus Plug S"),
    model("shellyplusplugit", "PlusPlugIT", "Shelly Plus Plug IT"),
    model("shellyplusplugus", "PlusPlugUS", "Shelly Plus Plug US"),
    model("shellypluspluguk", "PlusPlugUK", "Shelly Plus Plug UK"),
    model("shellyplusuni", "PlusUni", "Shelly Plus Uni"),
    model("shellyplus10v", "Plus10V", "Shelly Plus 0-10V Dimmer"),
    model("shellyplusrgbwpm", "PlusRGBWPM", "Shelly Plus RGBW PM"),
    model("shellypluswdus", "PlusWallDimmer", "Shelly Plus Wall Dimmer"),
    asleep("shellyplusht", "PlusHT", "Shelly Plus H&T"),
    asleep("shellyplussmoke", "PlusSmoke", "Shelly Plus Smoke"),
    model("shellyblugw", "BluGw", "Shelly BLU Gateway"),
    model("shellyblugwg3", "BluGwG3", "Shelly BLU Gateway Gen3"),
    model("shellypro1", "Pro1", "Shelly Pro 1"),
    model("shellypro1pm", "Pro1PM", "Shelly Pro 1PM"),
    model("shellypro2", "Pro2", "Shelly Pro 2"),
    model("shellypro2pm", "Pro2PM", "Shelly Pro 2PM"),
    model("shellypro2cover", "Pro2CoverPM", "Shelly Pro Dual Cover PM"),
    model("shellypro3", "Pro3", "Shelly Pro 3"),
    model("shellypro4pm", "Pro4PM", "Shelly Pro 4PM"),
    model("shellyproem50", "ProEM", "Shelly Pro EM-50"),
    model("shellypro3em", "Pro3EM", "Shelly Pro 3EM"),
    model("shellypro3em63", "Pro3EM63", "Shelly Pro 3EM-63"),
    model("shellyprodm1pm", "ProDimmer1PM", "Shelly Pro Dimmer 1PM"),
    model("shellyprodm2pm", "ProDimmer2PM", "Shelly Pro Dimmer 2PM"),
    model("shellyprorgbwwpm", "ProRGBWWPM", "Shelly Pro RGBWW PM"),
    model("shelly1g3", "S1G3", "Shelly 1 Gen3"),
    model("shelly1pmg3", "S1PMG3", "Shelly 1PM Gen3"),
    model("shelly2pmg3", "S2PMG3", "Shelly 2PM Gen3"),
    model("shelly1minig3", "Mini1G3", "Shelly 1 Mini Gen3"),
    model("shelly1pmminig3", "Mini1PMG3", "Shelly 1PM Mini Gen3"),
    model("shellypmminig3", "MiniPMG3", "Shelly PM Mini Gen3"),
    model("shelly1lg3", "S1LG3", "Shelly 1L Gen3"),
    model("shelly2lg3", "S2LG3", "Shelly 2L Gen3"),
    model("shellyi4g3", "I4G3", "Shelly i4 Gen3"),
    model("shellydimmerg3", "DimmerG3", "Shelly Dimmer Gen3"),
    model("shelly0110dimg3", "D0_10VG3", "Shelly Dimmer 0/1-10V PM Gen3"),
    model("shellyddimmerg3", "DaliDimmerG3", "Shelly DALI Dimmer Gen3"),
    model("shellyplugsg3", "PlugSG3", "Shelly Plug S Gen3"),
    model("shellyplugpmg3", "PlugPMG3", "Shelly Plug PM Gen3"),
    model("shellyazplug", "AZPlug", "Shelly AZ Plug"),
    model("shellyoutdoorsg3", "OutdoorPlugSG3", "Shelly Outdoor Plug S Gen3"),
    model("shellyemg3", "EMG3", "Shelly EM Gen3"),
    model("shelly3em63g3", "S3EMG3", "Shelly 3EM-63 Gen3"),
    asleep("shellyhtg3", "HTG3", "Shelly H&T Gen3"),
    asleep("shellyfloodg4", "FloodG4", "Shelly Flood Gen4"),
    model("shellyduobulbg3", "DuoBulbG3", "Shelly Duo Bulb Gen3"),
    model(
        "shellycolorbulbg3",
        "MulticolorBulbG3",
        "Shelly Multicolor Bulb Gen3",
    ),
    model("shelly1g4", "S1G4", "Shelly 1 Gen4"),
    model("shelly1pmg4", "S1PMG4", "Shelly 1PM Gen4"),
    model("shelly2pmg4", "S2PMG4", "Shelly 2PM Gen4"),
    model("shelly1minig4", "Mini1G4", "Shelly 1 Mini Gen4"),
    model("shelly1pmminig4", "Mini1PMG4", "Shelly 1PM Mini Gen4"),
    model("shellyemminig4", "MiniEMG4", "Shelly EM Mini Gen4"),
    model("shellydimmerg4", "DimmerG4", "Shelly Dimmer Gen4"),
    model("shellypresenceg4", "PresenceG4", "Shelly Presence Gen4"),
    model("shellypstripg4", "PowerStripG4", "Shelly Power Strip Gen4"),
    model("shellywalldisplay", "WallDisplay", "Shelly Wall Display"),
    model("ShellyWallDisplay", "WallDisplay", "Shelly Wall Display"),
];

/// A factory id taken apart: `shellyplus1pm-a8032ab12345` → `shellyplus1pm`, `a8032ab12345`.
pub(super) fn parts(id: &str) -> Option<(&str, &str)> {
    let (kind, address) = id.rsplit_once('-')?;
    let hex = matches!(address.len(), 6 | 12) && address.bytes().all(|b| b.is_ascii_hexdigit());
    let shelly = kind.len() > 6 && kind.is_char_boundary(6) && kind[..6].eq_ignore_ascii_case("shelly");
    (hex && shelly && kind.len() <= 40).then_some((kind, address))
}

/// The first generation's model by code or factory id.
pub(super) fn first(code: Option<&str>, id: &str) -> Option<&'static Model> {
    let kind = parts(id).map(|(kind, _)| kind);
    let by_code = code.and_then(|code| FIRST.iter().find(|model| model.code == code));
    by_code.or_else(|| {
        FIRST
            .iter()
            .find(|model| kind.is_some_and(|k| model.id.eq_ignore_ascii_case(k)))
    })
}

/// A later generation's model by application or factory id.
pub(super) fn later(app: Option<&str>, id: &str) -> Option<&'static Model> {
    let kind = parts(id).map(|(kind, _)| kind);
    LATER
        .iter()
        .find(|model| kind.is_some_and(|k| model.id.eq_ignore_ascii_case(k)))
        .or_else(|| app.and_then(|app| LATER.iter().find(|model| model.code == app)))
}

/// Whether an id is the factory id of a later generation.
pub(super) fn is_later(id: &str) -> bool {
    let Some((kind, address)) = parts(id) else {
        return false;
    };
    let lower = kind.to_ascii_lowercase();
    let known = LATER.iter().any(|model| model.id.eq_ignore_ascii_case(kind));
    let looks = ["shellyplus", "shellypro", "shellywall", "shellyblu"]
        .iter()
        .any(|start| lower.starts_with(start))
        || lower.ends_with("g3")
        || lower.ends_with("g4")
        || lower.ends_with("gen3")
        || lower.ends_with("gen4");
    address.len() == 12 && (known || looks)
}

/// A name for people: the model and the end of the address, which tells two of a kind apart.
pub(super) fn device_name(model: Option<&Model>, id: &str) -> String {
    match (model, parts(id)) {
        (Some(model), Some((_, address))) => {
            let end = &address[address.len() - 4..];
            format!("{} {}", model.name, end.to_ascii_uppercase())
        }
        (None, Some((kind, address))) => {
            let end = &address[address.len() - 4..];
            format!("Shelly {} {}", humanise(&kind[6..]), end.to_ascii_uppercase())
        }
        (_, None) => humanise(id),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factory_ids_tell_the_model() {
        assert_eq!(parts("shellyplug-s-1A2B3C"), Some(("shellyplug-s", "1A2B3C")));
        assert_eq!(parts("shelly-1A2B3C"), None);
        assert_eq!(parts("kitchen-lamp"), None);
        assert_eq!(first(None, "shellyplug-s-1A2B3C").unwrap().name, "Shelly Plug S");
        assert_eq!(first(Some("SHSW-25"), "roller").unwrap().name, "Shelly 2.5");
        assert!(first(None, "shellybulbduo-1A2B3C").is_some());
        assert!(is_later("shellyplus1pm-a8032ab12345"));
        assert!(is_later("shelly9newg4-a8032ab12345"));
        assert!(!is_later("shellymotionsensor-60a423d01234"));
        assert_eq!(
            device_name(first(None, "shellyplug-s-1A2B3C"), "shellyplug-s-1A2B3C"),
            "Shelly Plug S 2B3C"
        );
        assert_eq!(
            device_name(None, "shellyfuture7-a8032ab12345"),
            "Shelly Future 7 2345"
        );
        assert_eq!(device_name(None, "hall_lamp"), "Hall lamp");
    }

    #[test]
    fn no_two_models_share_an_id() {
        for list in [FIRST, LATER] {
            for (ix, model) in list.iter().enumerate() {
                assert!(
                    !list[..ix].iter().any(|other| other.id == model.id),
                    "{}",
                    model.id
                );
            }
        }
    }
}
