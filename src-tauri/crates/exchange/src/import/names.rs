//! Names of others, made fit: bounded, without control characters, comparable.

use super::Made;

/// Longest key, bytes.
const LONGEST_KEY: usize = 512;
/// Longest name, unit or word, bytes.
const LONGEST_NAME: usize = 256;
/// Options of an enum.
const MOST_OPTIONS: usize = 64;

/// A text of at most so many bytes, cut between letters, control characters as blanks.
pub fn clean(text: &str, longest: usize) -> String {
    let mut out = String::with_capacity(text.len().min(longest));
    for letter in text.trim().chars() {
        if out.len() + letter.len_utf8() > longest {
            break;
        }
        out.push(if letter.is_control() { ' ' } else { letter });
    }
    out
}

/// A name: [`clean`], of a length that can be shown.
pub fn name(text: &str) -> String {
    clean(text, LONGEST_NAME)
}

/// Bounds everything that a file says of a device and a point.
pub fn bound(made: &mut Made) {
    let word = |text: &mut Option<String>| {
        if let Some(inside) = text {
            *inside = name(inside);
            if inside.is_empty() {
                *text = None;
            }
        }
    };
    let device = &mut made.device;
    device.key = clean(&device.key, LONGEST_KEY);
    device.name = name(&device.name);
    device.convention = name(&device.convention);
    for text in [
        &mut device.manufacturer,
        &mut device.model,
        &mut device.firmware,
        &mut device.hardware,
        &mut device.serial,
        &mut device.via,
        &mut device.url,
    ] {
        word(text);
    }
    device.identities.truncate(32);
    for identity in &mut device.identities {
        *identity = name(identity);
    }
    device.place.path.truncate(8);
    for level in &mut device.place.path {
        *level = name(level);
    }
    device.sources.truncate(8);
    for source in &mut device.sources {
        source.key = clean(&source.key, LONGEST_KEY);
        source.convention = name(&source.convention);
    }
    let point = &mut made.point;
    point.key = clean(&point.key, LONGEST_KEY);
    point.name = name(&point.name);
    point.entity = clean(&point.entity, LONGEST_KEY);
    point.platform = name(&point.platform);
    for text in [
        &mut point.unit,
        &mut point.class,
        &mut point.icon,
        &mut point.topic,
        &mut point.path,
    ] {
        word(text);
    }
    point.options.truncate(MOST_OPTIONS);
    for option in &mut point.options {
        *option = name(option);
    }
    point.sources.truncate(8);
    for source in &mut point.sources {
        source.device = clean(&source.device, LONGEST_KEY);
        source.key = clean(&source.key, LONGEST_KEY);
    }
    // What came as a file cannot be written, and nothing watches over it.
    point.command = None;
    point.expire_after = None;
    point.transient = false;
}

/// A name as Home Assistant makes part of an entity's id of it: `Kitchen: Wärme` → `kitchen_warme`.
pub fn slug(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        let plain: &str = match letter {
            'à'..='å' | 'ā' | 'ă' | 'ą' => "a",
            'æ' => "ae",
            'ç' | 'ć' | 'č' => "c",
            'ď' | 'đ' | 'ð' => "d",
            'è'..='ë' | 'ē' | 'ę' | 'ě' => "e",
            'ğ' => "g",
            'ì'..='ï' | 'ī' | 'ı' => "i",
            'ł' | 'ľ' => "l",
            'ñ' | 'ń' | 'ň' => "n",
            'ò'..='ö' | 'ø' | 'ő' => "o",
            'œ' => "oe",
            'ř' => "r",
            'ś' | 'š' | 'ş' => "s",
            'ß' => "ss",
            'ť' | 'ţ' => "t",
            'ù'..='ü' | 'ů' | 'ű' | 'ū' => "u",
            'ý' | 'ÿ' => "y",
            'ź' | 'ż' | 'ž' => "z",
            // Dropped rather than parted: `Anna's` is `annas`.
            '\'' | '’' => "",
            letter if letter.is_alphanumeric() => {
                out.push(letter);
                continue;
            }
            _ => {
                if !out.is_empty() && !out.ends_with('_') {
                    out.push('_');
                }
                continue;
            }
        };
        out.push_str(plain);
    }
    while out.ends_with('_') {
        out.pop();
    }
    out
}

/// A name for people out of an id: `kitchen_temperature` → `Kitchen temperature`.
pub fn humanise(id: &str) -> String {
    let spaced = id.replace(['_', '.'], " ");
    let mut letters = spaced.trim().chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_fit() {
        assert_eq!(name(" a\u{7}b\n"), "a b");
        assert_eq!(name(&"ä".repeat(1000)).len(), LONGEST_NAME);
        assert_eq!(slug("Kitchen: Wärme (°C)"), "kitchen_warme_c");
        assert_eq!(slug("Anna's  Lamp 2"), "annas_lamp_2");
        assert_eq!(slug("---"), "");
        assert_eq!(humanise("kitchen_temperature"), "Kitchen temperature");
    }
}
