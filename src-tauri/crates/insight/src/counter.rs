//! What a counter counted: resets and roll-over understood, gaps bridged only by what is known.

/// A counter that falls by less than this share of itself was set back, as by a device that comes back with a reading of a
/// while ago; one that begins anew falls deeper.
pub(crate) const SET_BACK: f64 = 0.1;

/// What a counter counted over a stretch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Delta {
    /// Pieces.
    pub total: f64,
    /// How often it began anew.
    pub resets: u32,
}

/// The sum of what a counter went up by, in order of time. None with fewer than two readings: the first is only a base.
///
/// A fall is a roll-over where `width` (how many values it has, 65,536 for 16 bits) is given and the fall is more than half
/// of it. A slight one counts nothing ([`SET_BACK`]). Otherwise the counter was reset, and counted up to the new value
/// from 0.
pub fn delta(readings: impl IntoIterator<Item = f64>, width: Option<f64>) -> Option<Delta> {
    let width = width.filter(|width| *width > 0.0);
    let mut readings = readings.into_iter().filter(|reading| reading.is_finite());
    let mut before = readings.next()?;
    let mut any = false;
    let mut delta = Delta {
        total: 0.0,
        resets: 0,
    };
    for reading in readings {
        any = true;
        if reading >= before {
            delta.total += reading - before;
        } else if reading > before * (1.0 - SET_BACK) {
            // Set back: what it counted in between is not known.
        } else {
            delta.resets += 1;
            delta.total += match width {
                Some(width) if before - reading > width / 2.0 && before < width => reading + width - before,
                _ => reading.max(0.0),
            };
        }
        before = reading;
    }
    any.then_some(delta)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn total(readings: &[f64], width: Option<f64>) -> Option<f64> {
        delta(readings.iter().copied(), width).map(|delta| delta.total)
    }

    #[test]
    fn counts_on_over_resets_and_roll_over() {
        assert_eq!(total(&[10.0, 12.0, 15.0], None), Some(5.0));
        assert_eq!(total(&[10.0, 12.0, 3.0, 4.0], None), Some(6.0));
        assert_eq!(total(&[65_530.0, 4.0], Some(65_536.0)), Some(10.0));
        assert_eq!(
            total(&[500.0, 4.0], Some(65_536.0)),
            Some(4.0),
            "a small fall is a reset"
        );
    }

    #[test]
    fn a_counter_set_back_a_little_made_no_million_pieces() {
        let readings = [1_247_900.0, 1_247_648.0, 1_247_650.0];
        assert_eq!(
            delta(readings, None),
            Some(Delta {
                total: 2.0,
                resets: 0
            })
        );
    }

    #[test]
    fn unknown_is_not_zero() {
        assert_eq!(total(&[], None), None);
        assert_eq!(total(&[7.0], None), None);
        assert_eq!(total(&[7.0, f64::NAN], None), None);
        assert_eq!(total(&[7.0, 7.0], None), Some(0.0));
    }

    proptest! {
        /// Whatever is counted in steps is found again, wherever the counter was reset or rolled over.
        #[test]
        fn what_was_counted_is_found(steps in prop::collection::vec((0u32..100, prop::bool::weighted(0.1)), 1..100)) {
            let (mut made, mut counter, mut rolling) = (0u32, 0u32, 65_000u32);
            let (mut plain, mut rolled) = (vec![0.0], vec![65_000.0]);
            for (step, reset) in steps {
                if reset {
                    counter = 0;
                    plain.push(0.0);
                }
                made += step;
                counter += step;
                rolling = (rolling + step) % 65_536;
                plain.push(f64::from(counter));
                rolled.push(f64::from(rolling));
            }
            prop_assert_eq!(total(&plain, None), Some(f64::from(made)));
            prop_assert_eq!(total(&rolled, Some(65_536.0)), Some(f64::from(made)));
        }
    }
}
