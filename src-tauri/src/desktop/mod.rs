//! What the desktop shows of alarms beside the window: notifications, the tray icon, the window's title and badge.

mod burst;
mod mark;
mod notice;

pub use burst::{Burst, Shown};
pub use mark::{SIZE, draw};
pub use notice::{Notice, show};
