//! What `--for` prints at its end.

use hearthline_engine::Engine;

/// Devices, points, samples, alarms, on one line each.
pub fn print(engine: &Engine) {
    let status = engine.status();
    let alarms = engine.alarms();
    println!(
        "hearthline: {} devices, {} points, {} samples stored, {} alarms active ({} not acknowledged)",
        status.devices,
        status.points,
        status.stored,
        alarms.active.iter().sum::<u32>(),
        alarms.unacknowledged.iter().sum::<u32>(),
    );
    if status.diagnoses > 0 {
        println!(
            "hearthline: {} troubles with input were counted",
            status.diagnoses
        );
    }
}
