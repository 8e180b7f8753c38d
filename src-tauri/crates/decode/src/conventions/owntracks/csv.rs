//! The comma-separated form that small trackers send: `X0,542A46AA,k,30365854,7759697,26,4,7,5,104`, which is tracker id, time in
//! hexadecimal seconds, trigger, latitude and longitude in millionths of a degree, course and height in tens, speed, and two distances.

/// A position.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Position<'a> {
    /// Seconds since 1970.
    pub(super) time: i64,
    /// Why it was sent.
    pub(super) trigger: &'a str,
    /// Degrees.
    pub(super) latitude: f64,
    /// Degrees.
    pub(super) longitude: f64,
    /// `cog` in degrees, `vel` in km/h, `alt`, `dist` and `trip` in metres.
    pub(super) more: [(&'static str, i64); 5],
}

/// Reads it; none where it is no such text.
pub(super) fn read(text: &str) -> Option<Position<'_>> {
    let mut parts = text.split(',').map(str::trim);
    let mut next = || parts.next();
    let (_id, time, trigger) = (next()?, next()?, next()?);
    let mut number = || next()?.parse::<i32>().ok().map(i64::from);
    let (latitude, longitude) = (number()?, number()?);
    let more = [
        ("cog", number()? * 10),
        ("vel", number()?),
        ("alt", number()? * 10),
        ("dist", number()?),
        ("trip", number()?),
    ];
    Some(Position {
        time: i64::from_str_radix(time, 16)
            .ok()
            .filter(|time| (0..1 << 40).contains(time))?,
        trigger,
        latitude: latitude as f64 / 1e6,
        longitude: longitude as f64 / 1e6,
        more,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_read() {
        let position = read("X0,542A46AA,k,30365854,7759697,26,4,7,5,104").unwrap();
        assert_eq!(position.time, 0x542A_46AA);
        assert_eq!(
            (position.latitude, position.longitude, position.trigger),
            (30.365_854, 7.759_697, "k")
        );
        assert_eq!(
            position.more,
            [("cog", 260), ("vel", 4), ("alt", 70), ("dist", 5), ("trip", 104)]
        );
        for broken in [
            "",
            "a,b,c",
            "X0,zz,k,1,1,1,1,1,1,1",
            "X0,542A46AA,k,1e9,1,1,1,1,1,1",
        ] {
            assert_eq!(read(broken), None, "{broken}");
        }
    }
}
