//! Colours: `#rrggbb` here, red/green/blue, hue/saturation or CIE xy on the wire.

/// How a light speaks of colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Space {
    Rgb,
    /// One white channel besides.
    Rgbw,
    /// A cold and a warm white channel besides.
    Rgbww,
    /// Hue 0…360, saturation 0…100.
    Hs,
    /// CIE 1931 xy.
    Xy,
}

/// Red, green, blue, each 0…255.
pub(crate) type Rgb = [u8; 3];

/// `#rrggbb`.
pub(crate) fn to_hex([r, g, b]: Rgb) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// The colour of `#rrggbb` or `#rgb`.
pub(crate) fn from_hex(text: &str) -> Option<Rgb> {
    let digits = text.trim().strip_prefix('#')?;
    let value = u32::from_str_radix(digits, 16)
        .ok()
        .filter(|_| digits.is_ascii())?;
    let [_, r, g, b] = value.to_be_bytes();
    match digits.len() {
        6 => Some([r, g, b]),
        3 => Some([(value >> 8) as u8 & 15, (value >> 4) as u8 & 15, value as u8 & 15].map(|d| d * 17)),
        _ => None,
    }
}

/// The colour of a space's numbers.
pub(crate) fn from_space(space: Space, numbers: &[f64]) -> Option<Rgb> {
    let byte = |n: f64| n.round().clamp(0.0, 255.0) as u8;
    match (space, numbers) {
        (_, list) if list.iter().any(|n| !n.is_finite()) => None,
        (Space::Rgb | Space::Rgbw | Space::Rgbww, [r, g, b, ..]) => Some([byte(*r), byte(*g), byte(*b)]),
        (Space::Hs, [h, s, ..]) => Some(from_hs(*h, *s)),
        (Space::Xy, [x, y, ..]) => from_xy(*x, *y),
        _ => None,
    }
}

/// The numbers of a colour in a space.
pub(crate) fn to_space(space: Space, rgb: Rgb) -> Vec<f64> {
    let [r, g, b] = rgb.map(f64::from);
    match space {
        Space::Rgb => vec![r, g, b],
        Space::Rgbw => vec![r, g, b, 0.0],
        Space::Rgbww => vec![r, g, b, 0.0, 0.0],
        Space::Hs => to_hs(rgb),
        Space::Xy => to_xy(rgb),
    }
}

fn from_hs(hue: f64, saturation: f64) -> Rgb {
    let (h, s) = (hue.rem_euclid(360.0) / 60.0, (saturation / 100.0).clamp(0.0, 1.0));
    let channel = |n: f64| {
        let k = (n + h) % 6.0;
        let value = 1.0 - s * k.min(4.0 - k).clamp(0.0, 1.0);
        (value * 255.0).round() as u8
    };
    [channel(5.0), channel(3.0), channel(1.0)]
}

fn to_hs(rgb: Rgb) -> Vec<f64> {
    let [r, g, b] = rgb.map(|c| f64::from(c) / 255.0);
    let (max, min) = (r.max(g).max(b), r.min(g).min(b));
    let span = max - min;
    let hue = if span == 0.0 {
        0.0
    } else if max == r {
        60.0 * ((g - b) / span).rem_euclid(6.0)
    } else if max == g {
        60.0 * ((b - r) / span + 2.0)
    } else {
        60.0 * ((r - g) / span + 4.0)
    };
    let saturation = if max == 0.0 { 0.0 } else { span / max * 100.0 };
    vec![round(hue, 1e3), round(saturation, 1e3)]
}

/// At full brightness, with the sRGB primaries and D65.
fn from_xy(x: f64, y: f64) -> Option<Rgb> {
    if y <= 0.0 || !(0.0..=1.0).contains(&x) || y > 1.0 {
        return None;
    }
    let (big_x, big_z) = (x / y, (1.0 - x - y) / y);
    let linear = [
        3.2406 * big_x - 1.5372 - 0.4986 * big_z,
        -0.9689 * big_x + 1.8758 + 0.0415 * big_z,
        0.0557 * big_x - 0.2040 + 1.0570 * big_z,
    ]
    .map(|c| c.max(0.0));
    let max = linear.iter().copied().fold(0.0, f64::max);
    if max <= 0.0 {
        return None;
    }
    Some(linear.map(|c| {
        let c = c / max;
        let c = if c <= 0.003_130_8 {
            12.92 * c
        } else {
            1.055 * c.powf(1.0 / 2.4) - 0.055
        };
        (c * 255.0).round() as u8
    }))
}

#[allow(clippy::many_single_char_names)] // the names of the CIE formulas
fn to_xy(rgb: Rgb) -> Vec<f64> {
    let [r, g, b] = rgb.map(|c| {
        let c = f64::from(c) / 255.0;
        if c <= 0.040_45 {
            c / 12.92
        } else {
            ((c + 0.055) / 1.055).powf(2.4)
        }
    });
    let x = 0.4124 * r + 0.3576 * g + 0.1805 * b;
    let y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    let z = 0.0193 * r + 0.1192 * g + 0.9505 * b;
    let sum = x + y + z;
    if sum == 0.0 {
        return vec![0.3127, 0.329];
    }
    vec![round(x / sum, 1e4), round(y / sum, 1e4)]
}

fn round(number: f64, unit: f64) -> f64 {
    (number * unit).round() / unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_lead_back() {
        for hex in ["#ff0000", "#00ff00", "#0000ff", "#ffffff", "#ff8040", "#4080ff"] {
            let rgb = from_hex(hex).unwrap();
            for space in [Space::Rgb, Space::Rgbw, Space::Hs, Space::Xy] {
                let back = from_space(space, &to_space(space, rgb)).unwrap();
                let far = rgb.iter().zip(back).map(|(a, b)| a.abs_diff(b)).max().unwrap();
                assert!(far <= 3, "{hex} over {space:?}: {back:?}");
            }
            assert_eq!(to_hex(rgb), hex);
        }
        assert_eq!(from_hex("#f00"), Some([255, 0, 0]));
        assert_eq!(from_hex("red"), None);
        assert_eq!(from_space(Space::Xy, &[0.3, 0.0]), None);
        assert_eq!(from_space(Space::Rgb, &[f64::NAN, 0.0, 0.0]), None);
    }
}
