//! The size of samples after Gorilla (Pelkonen et al., VLDB 2015, §4.1): delta of delta for times, XOR with the forerunner
//! for values. Written for the table; in whole seconds where the series is, as the paper has it, else in what it needs.

use hearthline_model::Sample;

/// Bits that the samples of one point take.
pub fn bits(samples: &[Sample]) -> u64 {
    let unit = [1_000_000i64, 1_000, 1]
        .into_iter()
        .find(|unit| samples.iter().all(|sample| sample.at % unit == 0))
        .unwrap_or(1);
    let mut bits = 64;
    let (mut time, mut step) = (samples.first().map_or(0, |first| first.at / unit), 0);
    let (mut value, mut lead, mut trail) = (0u64, u32::MAX, 0u32);
    for (index, sample) in samples.iter().enumerate() {
        let now = sample.at / unit;
        let change = now - time - step;
        bits += match change {
            0 => 1,
            -63..=64 => 2 + 7,
            -255..=256 => 3 + 9,
            -2047..=2048 => 4 + 12,
            // The paper ends here with 32 bits; microseconds may need all.
            _ if i32::try_from(change).is_ok() => 5 + 32,
            _ => 5 + 64,
        };
        (step, time) = (now - time, now);
        let next = sample.value.as_f64().unwrap_or_default().to_bits();
        let differs = next ^ value;
        value = next;
        bits += if index == 0 {
            64
        } else if differs == 0 {
            1
        } else {
            let (leading, trailing) = (differs.leading_zeros().min(31), differs.trailing_zeros());
            if lead != u32::MAX && leading >= lead && trailing >= trail {
                2 + u64::from(64 - lead - trail)
            } else {
                (lead, trail) = (leading, trailing);
                2 + 5 + 6 + u64::from(64 - leading - trailing)
            }
        };
    }
    bits
}
