//! The tray icon while alarms wait: the shape and colour of the most urgent one, and how many there are.

use hearthline_model::Priority;

/// Width and height, pixels.
pub const SIZE: u32 = 32;

/// Rows of a digit, three bits each, the left one first.
const DIGITS: [[u8; 5]; 10] = [
    [0b111, 0b101, 0b101, 0b101, 0b111],
    [0b010, 0b110, 0b010, 0b010, 0b111],
    [0b111, 0b001, 0b111, 0b100, 0b111],
    [0b111, 0b001, 0b111, 0b001, 0b111],
    [0b101, 0b101, 0b111, 0b001, 0b001],
    [0b111, 0b100, 0b111, 0b001, 0b111],
    [0b111, 0b100, 0b111, 0b101, 0b111],
    [0b111, 0b001, 0b010, 0b010, 0b010],
    [0b111, 0b101, 0b111, 0b101, 0b111],
    [0b111, 0b101, 0b111, 0b001, 0b111],
];
const PLUS: [u8; 5] = [0b000, 0b010, 0b111, 0b010, 0b000];
/// Pixels of the icon that one of a digit takes.
const SCALE: usize = 3;

type Colour = [u8; 4];

const WHITE: Colour = [255, 255, 255, 255];
const DARK: Colour = [29, 20, 8, 255];

/// Fill and ink, those of the window in light.
fn colours(priority: Priority) -> (Colour, Colour) {
    match priority {
        Priority::Critical => ([0xc6, 0x28, 0x28, 255], WHITE),
        Priority::High => ([0xe0, 0x7a, 0x00, 255], DARK),
        Priority::Medium => ([0xd4, 0xad, 0x0c, 255], DARK),
        Priority::Low => ([0x35, 0x66, 0xc4, 255], WHITE),
        Priority::Diagnostic => ([0x75, 0x56, 0x9f, 255], WHITE),
    }
}

/// Whether a point belongs to the shape: ■ ▲ ◆ ● ○. Coordinates from -1 to 1, downwards.
fn is_in(priority: Priority, x: f32, y: f32) -> bool {
    let (far, radius) = (x.abs().max(y.abs()), x.hypot(y));
    match priority {
        Priority::Critical => far <= 0.94,
        Priority::High => (-1.0..=0.94).contains(&y) && x.abs() <= (y + 1.0) / 1.94,
        Priority::Medium => x.abs() + y.abs() <= 1.0,
        Priority::Low => radius <= 0.98,
        Priority::Diagnostic => (0.78..=0.98).contains(&radius),
    }
}

/// The icon as RGBA, [`SIZE`] by [`SIZE`].
pub fn draw(priority: Priority, count: u32) -> Vec<u8> {
    let side = SIZE as usize;
    let (fill, ink) = colours(priority);
    let mut pixels = vec![0; side * side * 4];
    for (ix, pixel) in pixels.chunks_exact_mut(4).enumerate() {
        let at = |step: usize| (step as f32 + 0.5) / side as f32 * 2.0 - 1.0;
        if is_in(priority, at(ix % side), at(ix / side)) {
            pixel.copy_from_slice(&fill);
        }
    }
    let glyphs: &[[u8; 5]] = match count {
        0 => &[],
        1..=9 => &[DIGITS[count as usize]],
        _ => &[DIGITS[9], PLUS],
    };
    let ink = if priority == Priority::Diagnostic {
        fill
    } else {
        ink
    };
    let width = glyphs.len() * 4 * SCALE - usize::from(!glyphs.is_empty()) * SCALE;
    let left = (side - width) / 2;
    // A triangle has its room below.
    let top = (side - 5 * SCALE) / 2 + if priority == Priority::High { 5 } else { 0 };
    for (place, glyph) in glyphs.iter().enumerate() {
        for (row, bits) in glyph.iter().enumerate() {
            for column in (0..3).filter(|column| bits >> (2 - column) & 1 == 1) {
                let (x, y) = (left + (place * 4 + column) * SCALE, top + row * SCALE);
                for at in (y..y + SCALE).flat_map(|y| (x..x + SCALE).map(move |x| (y * side + x) * 4)) {
                    pixels[at..at + 4].copy_from_slice(&ink);
                }
            }
        }
    }
    pixels
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(priority: Priority) -> usize {
        draw(priority, 0)
            .chunks_exact(4)
            .filter(|pixel| pixel[3] > 0)
            .count()
    }

    #[test]
    fn each_priority_has_its_shape_and_the_number_is_on_it() {
        let all = [
            Priority::Critical,
            Priority::High,
            Priority::Medium,
            Priority::Low,
            Priority::Diagnostic,
        ];
        let areas: Vec<usize> = all.map(filled).to_vec();
        for (ix, area) in areas.iter().enumerate() {
            assert!(*area > 100 && !areas[ix + 1..].contains(area), "{areas:?}");
        }
        for priority in all {
            let drawn: Vec<_> = [0, 1, 2, 9, 10].map(|count| draw(priority, count)).to_vec();
            for (ix, one) in drawn.iter().enumerate() {
                assert_eq!(one.len(), (SIZE * SIZE * 4) as usize);
                assert!(!drawn[ix + 1..].contains(one), "{priority:?} {ix}");
            }
            assert_eq!(draw(priority, 10), draw(priority, u32::MAX));
        }
    }
}
