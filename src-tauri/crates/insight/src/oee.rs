//! OEE after ISO 22400-2: availability × performance × quality.

use hearthline_model::{MINUTE, Micros};

/// What a machine did in a window.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Production {
    /// Planned busy time (PBT): the window less planned stops.
    pub planned: Micros,
    /// Actual production time (APT).
    pub running: Micros,
    /// Pieces a minute at best.
    pub ideal_rate: Option<f64>,
    /// Good pieces.
    pub good: Option<f64>,
    /// Rejects.
    pub rejected: Option<f64>,
}

/// OEE and its parts, each from 0 to 1; none where it is undefined.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Oee {
    /// APT / PBT.
    pub availability: Option<f64>,
    /// Ideal time of what was made / APT (effectiveness). Above 1 where the ideal rate is wrong.
    pub performance: Option<f64>,
    /// Good / made (quality ratio).
    pub quality: Option<f64>,
    /// The product of the three.
    pub oee: Option<f64>,
    /// Performance above 1: shown as it is, and not to be believed.
    pub performance_suspect: bool,
}

/// OEE of a window. No planned time, no production, no ideal rate: what hangs on it is undefined, not 0.
pub fn oee(made: &Production) -> Oee {
    let ratio = |part: f64, whole: f64| {
        let ratio = part / whole;
        (whole > 0.0 && part >= 0.0 && ratio.is_finite()).then_some(ratio)
    };
    let pieces = made.good.map(|good| good + made.rejected.unwrap_or(0.0));
    let availability = ratio(made.running as f64, made.planned as f64);
    let performance = pieces.zip(made.ideal_rate).and_then(|(pieces, ideal)| {
        let possible = ideal * (made.running as f64 / MINUTE as f64);
        ratio(pieces, possible)
    });
    let quality = match (made.good, made.rejected) {
        (Some(good), Some(rejected)) if rejected >= 0.0 => ratio(good, good + rejected),
        _ => None,
    };
    let oee = availability
        .zip(performance)
        .zip(quality)
        .map(|((availability, performance), quality)| availability * performance * quality);
    Oee {
        availability,
        performance,
        quality,
        oee,
        // A hair above is the arithmetic's, not the rate's.
        performance_suspect: performance.is_some_and(|performance| performance > 1.0 + 1e-9),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minutes(minutes: i64) -> Micros {
        minutes * MINUTE
    }

    /// In hundredths of a per cent, as the sources print it.
    fn printed(ratio: Option<f64>) -> Option<f64> {
        ratio.map(|ratio| (ratio * 10_000.0).round() / 100.0)
    }

    fn check(made: Production, expected: [Option<f64>; 4]) {
        let oee = oee(&made);
        let found = [oee.availability, oee.performance, oee.quality, oee.oee].map(printed);
        assert_eq!(found, expected);
        assert!(!oee.performance_suspect);
    }

    #[test]
    fn example_of_plant_applications() {
        check(
            Production {
                planned: minutes(125),
                running: minutes(120),
                ideal_rate: Some(10.0),
                good: Some(1043.0),
                rejected: Some(7.0),
            },
            [Some(96.00), Some(87.50), Some(99.33), Some(83.44)],
        );
    }

    #[test]
    fn example_of_the_calculator() {
        check(
            Production {
                planned: minutes(480),
                running: minutes(420),
                ideal_rate: Some(1.0),
                good: Some(380.0),
                rejected: Some(20.0),
            },
            [Some(87.50), Some(95.24), Some(95.00), Some(79.17)],
        );
    }

    #[test]
    fn example_of_the_primer() {
        check(
            Production {
                planned: minutes(480 - 60),
                running: minutes(480 - 60 - 47),
                ideal_rate: Some(60.0),
                good: Some(19_271.0 - 423.0),
                rejected: Some(423.0),
            },
            [Some(88.81), Some(86.11), Some(97.80), Some(74.79)],
        );
    }

    #[test]
    fn example_of_tpm_has_no_quality_and_so_no_oee() {
        check(
            Production {
                planned: minutes(910),
                running: minutes(910 - 115 - 12),
                ideal_rate: Some(1.0 / 3.0),
                good: Some(203.0),
                rejected: None,
            },
            [Some(86.04), Some(77.78), None, None],
        );
    }

    #[test]
    fn undefined_is_not_zero() {
        let nothing = oee(&Production::default());
        assert_eq!(nothing, Oee::default());
        let idle = oee(&Production {
            planned: minutes(60),
            running: 0,
            ideal_rate: Some(10.0),
            good: Some(0.0),
            rejected: Some(0.0),
        });
        assert_eq!(
            idle.availability,
            Some(0.0),
            "planned and not run at all is known"
        );
        assert_eq!((idle.performance, idle.quality, idle.oee), (None, None, None));
        let odd = oee(&Production {
            planned: -5,
            running: minutes(1),
            ideal_rate: Some(f64::NAN),
            good: Some(f64::INFINITY),
            rejected: Some(-1.0),
        });
        assert_eq!(odd, Oee::default());
    }

    #[test]
    fn above_a_hundred_per_cent_is_shown_and_flagged() {
        let fast = oee(&Production {
            planned: minutes(10),
            running: minutes(10),
            ideal_rate: Some(10.0),
            good: Some(120.0),
            rejected: Some(0.0),
        });
        assert_eq!(fast.performance, Some(1.2));
        assert!(fast.performance_suspect);
    }
}
