//! What each component of Home Assistant becomes: one function a component, its options in, points out.

mod binary;
mod button;
mod climate;
mod cover;
mod fan;
mod generic;
mod happening;
mod light;
mod light_basic;
mod light_json;
mod light_template;
mod lock;
mod number;
mod sensor;
mod siren;
mod switch;
mod text;
mod tracker;
mod update;
mod vacuum;
mod water_heater;

use super::draft::Build;

/// Adds the points of a component's config. A component that is not known becomes a generic point.
pub(super) fn build(component: &str, build: &mut Build<'_>) {
    match component {
        "alarm_control_panel" => lock::alarm_panel(build),
        "binary_sensor" => sensor::binary(build),
        "button" => button::button(build),
        "camera" => binary::camera(build),
        "climate" => climate::climate(build),
        "cover" => cover::cover(build),
        "device_automation" => happening::automation(build),
        "device_tracker" => tracker::tracker(build),
        "event" => happening::event(build),
        "fan" => fan::fan(build),
        "humidifier" => fan::humidifier(build),
        "image" => binary::image(build),
        "lawn_mower" => vacuum::lawn_mower(build),
        "light" => light::light(build),
        "lock" => lock::lock(build),
        "notify" => button::notify(build),
        "number" => number::number(build),
        "scene" => button::scene(build),
        "select" => text::select(build),
        "sensor" => sensor::sensor(build),
        "siren" => siren::siren(build),
        "switch" => switch::switch(build),
        "tag" => happening::tag(build),
        "text" => text::text(build),
        "update" => update::update(build),
        "vacuum" => vacuum::vacuum(build),
        "valve" => cover::valve(build),
        "water_heater" => water_heater::water_heater(build),
        _ => generic::generic(build),
    }
}

/// Owned words for options and the like.
fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}
