//! The sky over the house: sun, clouds, temperature, wind and rain, from the date and the hour.

use std::f64::consts::TAU;

use crate::random::{Random, lag};

/// Latitude of the house, in degrees north.
const LATITUDE: f64 = 52.5;
const DAY: f64 = 86_400.0;

/// The weather now.
#[derive(Debug, Clone)]
pub(super) struct Weather {
    /// °C.
    pub temperature: f64,
    /// %.
    pub humidity: f64,
    /// hPa.
    pub pressure: f64,
    /// km/h.
    pub wind: f64,
    /// 0 clear to 1 overcast.
    pub clouds: f64,
    /// mm/h.
    pub rain: f64,
    /// mm since the station was put up; only rises.
    pub rain_total: f64,
    /// Sine of the sun's height; below 0 at night.
    pub sun: f64,
    /// What the clouds tend to, and how long still.
    tendency: (f64, f64),
    /// How much warmer than usual.
    anomaly: f64,
    random: Random,
}

impl Weather {
    /// `local`: seconds since the epoch in local time.
    pub fn new(mut random: Random, local: f64) -> Self {
        let clouds = random.between(0.1, 0.6);
        let mut weather = Self {
            temperature: usual(local),
            humidity: 65.0,
            pressure: random.between(1_005.0, 1_024.0),
            wind: random.between(5.0, 15.0),
            clouds,
            rain: 0.0,
            rain_total: random.between(300.0, 700.0),
            sun: 0.0,
            tendency: (clouds, 600.0),
            anomaly: random.between(-2.0, 3.0),
            random,
        };
        weather.sun = sun_height(local);
        weather.temperature += weather.anomaly;
        weather
    }

    /// Lets `dt` seconds pass until `local`.
    pub fn advance(&mut self, dt: f64, local: f64) {
        self.sun = sun_height(local);
        self.tendency.1 -= dt;
        if self.tendency.1 <= 0.0 {
            self.tendency = (self.random.between(0.0, 1.0), self.random.between(900.0, 5_400.0));
        }
        let small = (dt / 60.0).sqrt();
        self.clouds = (lag(self.clouds, self.tendency.0, dt, 900.0) + 0.01 * small * self.random.bell())
            .clamp(0.0, 1.0);
        self.anomaly = (self.anomaly + 0.02 * small * self.random.bell()).clamp(-5.0, 5.0);
        let shine = 2.5 * self.sun.max(0.0) * (1.0 - self.clouds);
        self.temperature = lag(self.temperature, usual(local) + self.anomaly + shine, dt, 2_400.0);
        let damp = 88.0 - 1.6 * (self.temperature - usual(local) + 6.0) + 12.0 * self.clouds
            - 20.0 * self.sun.max(0.0);
        self.humidity = lag(self.humidity, damp.clamp(25.0, 99.0), dt, 1_800.0);
        self.pressure = (self.pressure + 0.03 * small * self.random.bell()).clamp(980.0, 1_040.0);
        let breeze = 6.0 + 14.0 * self.clouds + 4.0 * self.sun.max(0.0);
        self.wind = (lag(self.wind, breeze, dt, 300.0) + 1.2 * small * self.random.bell()).max(0.0);
        let falls = if self.clouds > 0.8 {
            6.0 * (self.clouds - 0.8) / 0.2
        } else {
            0.0
        };
        self.rain = lag(self.rain, falls, dt, 240.0);
        if self.rain < 0.02 && falls == 0.0 {
            self.rain = 0.0;
        }
        self.rain_total += self.rain * dt / 3_600.0;
    }

    /// Light of the sun through the clouds, as a share of full sunshine at the zenith.
    pub fn shine(&self) -> f64 {
        self.sun.max(0.0).powf(1.15) * (1.0 - 0.75 * self.clouds * self.clouds)
    }
}

/// Hour of the day, 0 to 24.
pub(super) fn hour(local: f64) -> f64 {
    local.rem_euclid(DAY) / 3_600.0
}

/// Day of the week, 0 = Monday.
pub(super) fn weekday(local: f64) -> u32 {
    // The epoch was a Thursday.
    ((local / DAY).floor() as i64 + 3).rem_euclid(7) as u32
}

/// Part of the year that has passed, in radians.
fn season(local: f64) -> f64 {
    (local / DAY / 365.2425).fract() * TAU
}

/// The usual temperature of the hour and the date, °C.
fn usual(local: f64) -> f64 {
    10.0 - 9.5 * (season(local) - 0.3).cos() + 3.8 * ((hour(local) - 15.0) / 24.0 * TAU).cos()
}

fn sun_height(local: f64) -> f64 {
    let declination = -(23.44f64.to_radians()) * (season(local) + 0.17).cos();
    let angle = ((hour(local) - 12.2) * 15.0).to_radians();
    let latitude = LATITUDE.to_radians();
    latitude.sin() * declination.sin() + latitude.cos() * declination.cos() * angle.cos()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-06-21 and 2026-12-21, midnight.
    const JUNE: f64 = 1_782_000_000.0;
    const DECEMBER: f64 = 1_797_811_200.0;

    #[test]
    fn the_sun_is_high_in_june_and_below_at_night() {
        assert_eq!((hour(JUNE), hour(DECEMBER)), (0.0, 0.0));
        assert!((sun_height(JUNE + 12.2 * 3_600.0).asin().to_degrees() - 61.0).abs() < 1.0);
        assert!((sun_height(DECEMBER + 12.2 * 3_600.0).asin().to_degrees() - 14.0).abs() < 1.0);
        assert!(sun_height(JUNE) < 0.0 && sun_height(DECEMBER + 17.0 * 3_600.0) < 0.0);
    }

    #[test]
    fn a_year_has_believable_weather() {
        let mut weather = Weather::new(Random::new(1, "w"), JUNE);
        let mut rain = weather.rain_total;
        for minute in 0..3 * 24 * 60 {
            weather.advance(60.0, JUNE + f64::from(minute) * 60.0);
            assert!(
                (5.0..38.0).contains(&weather.temperature),
                "{}",
                weather.temperature
            );
            assert!((20.0..=100.0).contains(&weather.humidity));
            assert!((0.0..=1.0).contains(&weather.shine()));
            assert!(weather.rain_total >= rain);
            rain = weather.rain_total;
        }
        assert_eq!(weekday(JUNE), 6);
    }
}
