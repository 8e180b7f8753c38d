//! What the machines of a filling line are like.

use super::analog::AnalogSpec;

/// What is filled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Product {
    /// Its name on the order.
    pub name: &'static str,
    /// What goes into a bottle, in millilitres.
    pub millilitres: f64,
}

/// A kind of machine.
#[derive(Debug, Clone, Copy)]
pub(super) struct MachineSpec {
    pub name: &'static str,
    /// Speed against the line's slowest machine: the further from it, the faster, so that it is never the one to wait.
    pub pace: f64,
    /// Room for bottles between it and the next machine.
    pub buffer: u32,
    /// Share of rejects in normal running.
    pub rejects: f64,
    /// Mean running time between faults, in seconds.
    pub between_faults: f64,
    /// Mean time of repair, in seconds.
    pub repair: f64,
    pub faults: &'static [&'static str],
    pub small_stops: &'static [&'static str],
    /// What it uses: material and pieces (or litres) a bottle.
    pub uses: Option<(&'static str, f64)>,
    /// Electric power in kilowatts, standing and running.
    pub power: (f64, f64),
    pub analogs: &'static [AnalogSpec],
}

/// The name of the value that depends on the product.
pub(super) const FILL_VOLUME: &str = "FillVolume";

/// The machines in flow order.
#[rustfmt::skip] // a table: one value a line
pub(super) static MACHINES: [MachineSpec; 6] = [
    MachineSpec {
        name: "Depalletiser",
        pace: 1.3,
        buffer: 220,
        rejects: 0.000_5,
        between_faults: 70.0 * 60.0,
        repair: 100.0,
        faults: &["Layer gripper fault", "Pallet missing", "Light curtain interrupted"],
        small_stops: &["Fallen bottle", "Slip sheet stuck"],
        uses: Some(("Bottles", 1.0)),
        power: (1.2, 6.5),
        analogs: &[
            AnalogSpec { name: "VacuumPressure", unit: "kPa", low: 0.0, high: 100.0, normal: 72.0, warn: 8.0, trip: 14.0, idle: None, tau: 4.0, decimals: 1 },
            AnalogSpec { name: "MotorCurrent", unit: "A", low: 0.0, high: 40.0, normal: 14.0, warn: 5.0, trip: 9.0, idle: Some(12.5), tau: 2.0, decimals: 2 },
        ],
    },
    MachineSpec {
        name: "Washer",
        pace: 1.15,
        buffer: 180,
        rejects: 0.001,
        between_faults: 90.0 * 60.0,
        repair: 150.0,
        faults: &["Pump overload", "Bath temperature too low", "Carrier chain torque"],
        small_stops: &["Fallen bottle", "Nozzle blocked"],
        uses: None,
        power: (4.0, 18.0),
        analogs: &[
            AnalogSpec { name: "BathTemperature", unit: "°C", low: 20.0, high: 100.0, normal: 80.0, warn: 4.0, trip: 8.0, idle: None, tau: 8.0, decimals: 1 },
            AnalogSpec { name: "LyeConductivity", unit: "mS/cm", low: 0.0, high: 120.0, normal: 68.0, warn: 8.0, trip: 15.0, idle: None, tau: 12.0, decimals: 1 },
            AnalogSpec { name: "RinsePressure", unit: "bar", low: 0.0, high: 6.0, normal: 3.2, warn: 0.5, trip: 1.0, idle: Some(3.05), tau: 3.0, decimals: 2 },
        ],
    },
    MachineSpec {
        name: "Filler",
        pace: 1.0,
        buffer: 60,
        rejects: 0.004,
        between_faults: 50.0 * 60.0,
        repair: 120.0,
        faults: &["Valve 14 leaking", "Bottle burst", "CO₂ pressure low", "Product tank empty"],
        small_stops: &["Bottle burst rinse", "Infeed star wheel", "Fallen bottle"],
        uses: Some(("Syrup", 0.08)),
        power: (2.5, 14.0),
        analogs: &[
            AnalogSpec { name: FILL_VOLUME, unit: "ml", low: 0.0, high: 0.0, normal: 0.0, warn: 0.0, trip: 0.0, idle: None, tau: 3.0, decimals: 2 },
            AnalogSpec { name: "ProductTemperature", unit: "°C", low: 0.0, high: 30.0, normal: 6.0, warn: 2.0, trip: 4.0, idle: None, tau: 20.0, decimals: 2 },
            AnalogSpec { name: "CO2Pressure", unit: "bar", low: 0.0, high: 8.0, normal: 4.5, warn: 0.5, trip: 1.0, idle: None, tau: 5.0, decimals: 2 },
        ],
    },
    MachineSpec {
        name: "Capper",
        pace: 1.1,
        buffer: 120,
        rejects: 0.003,
        between_faults: 60.0 * 60.0,
        repair: 80.0,
        faults: &["Cap chute jam", "Torque out of tolerance", "Head 6 not lowering"],
        small_stops: &["Cap chute jam", "Cap missing"],
        uses: Some(("Caps", 1.0)),
        power: (0.8, 4.2),
        analogs: &[
            AnalogSpec { name: "Torque", unit: "Nm", low: 0.0, high: 4.0, normal: 1.8, warn: 0.3, trip: 0.6, idle: None, tau: 2.0, decimals: 2 },
            AnalogSpec { name: "HeadPressure", unit: "bar", low: 0.0, high: 10.0, normal: 5.8, warn: 0.8, trip: 1.6, idle: None, tau: 4.0, decimals: 2 },
        ],
    },
    MachineSpec {
        name: "Labeller",
        pace: 1.2,
        buffer: 160,
        rejects: 0.005,
        between_faults: 45.0 * 60.0,
        repair: 90.0,
        faults: &["Label web break", "Glue roller dirty", "Code reader fault"],
        small_stops: &["Label mark not found", "Fallen bottle", "Sensor dirty"],
        uses: Some(("Labels", 1.0)),
        power: (0.9, 3.6),
        analogs: &[
            AnalogSpec { name: "LabelOffset", unit: "mm", low: -4.0, high: 4.0, normal: 0.1, warn: 1.0, trip: 2.0, idle: None, tau: 3.0, decimals: 2 },
            AnalogSpec { name: "WebTension", unit: "N", low: 0.0, high: 80.0, normal: 32.0, warn: 6.0, trip: 12.0, idle: Some(30.2), tau: 2.0, decimals: 1 },
        ],
    },
    MachineSpec {
        name: "Packer",
        pace: 1.3,
        buffer: 0,
        rejects: 0.001,
        between_faults: 65.0 * 60.0,
        repair: 110.0,
        faults: &["Carton jam", "Glue temperature low", "Lane divider fault"],
        small_stops: &["Carton not opened", "Bottle missing in carton"],
        uses: Some(("Cartons", 1.0 / 12.0)),
        power: (1.5, 7.0),
        analogs: &[
            AnalogSpec { name: "GlueTemperature", unit: "°C", low: 20.0, high: 220.0, normal: 165.0, warn: 8.0, trip: 16.0, idle: None, tau: 15.0, decimals: 1 },
            AnalogSpec { name: "DriveCurrent", unit: "A", low: 0.0, high: 30.0, normal: 11.0, warn: 4.0, trip: 7.0, idle: Some(9.8), tau: 2.0, decimals: 2 },
        ],
    },
];

/// The fill volume of a product: its limits follow the bottle.
pub(super) fn fill_volume(template: AnalogSpec, product: &Product) -> AnalogSpec {
    let nominal = product.millilitres;
    AnalogSpec {
        low: nominal * 0.95,
        high: nominal * 1.05,
        normal: nominal,
        warn: nominal * 0.01,
        trip: nominal * 0.02,
        ..template
    }
}
