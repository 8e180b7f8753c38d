//! Home energy.

use hearthline_model::PointId;
use serde::{Deserialize, Serialize};

/// Home energy at a glance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct EnergyView {
    /// Watts used now.
    pub power: Option<f64>,
    /// Watts from the roof now.
    pub solar: Option<f64>,
    /// Watts of what never goes off (lowest of the last day).
    pub standby: Option<f64>,
    /// kWh used since local midnight.
    pub today: Option<f64>,
    /// Share of today's use that the roof covered, 0–1.
    pub solar_share: Option<f64>,
    /// Of today, in the person's currency.
    pub cost: Option<f64>,
    /// Today by the hour.
    pub hours: Vec<EnergyHour>,
    /// The points it is made from.
    pub points: Vec<PointId>,
}

/// An hour of the energy card.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct EnergyHour {
    /// Local hour, 0–23.
    pub hour: u8,
    /// kWh used.
    pub used: f64,
    /// kWh from the roof.
    pub solar: f64,
}
