//! What the system says of processes and threads, read from `/proc`.

use std::time::Duration;

/// Memory of a process, in bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Memory {
    /// Resident: what a task manager shows; files that are mapped and shared are in it.
    pub resident: f64,
    /// The part of it that is the process's own, in no file.
    pub own: f64,
    /// The most that was ever resident.
    pub peak: f64,
}

/// Memory of a process; none where it has ended.
pub fn memory(process: u32) -> Option<Memory> {
    let text = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let field = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        let kilobytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
        Some(kilobytes * 1024.0)
    };
    Some(Memory {
        resident: field("VmRSS")?,
        own: field("RssAnon")?,
        peak: field("VmHWM")?,
    })
}

/// Whether a process has ended with all its threads; only then what it held, such as the lock of a file, is free.
pub fn ended(process: u32) -> bool {
    let threads = std::fs::read_dir(format!("/proc/{process}/task")).map_or(0, Iterator::count);
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    // One that nobody has waited for yet is left as a name.
    let name_only = status.lines().any(|line| line.starts_with("State:\tZ"));
    threads == 0 || (threads == 1 && name_only)
}

/// A process and all that it started, with their names.
pub fn family(process: u32) -> Vec<(u32, String)> {
    let mut found = Vec::new();
    let mut next = vec![process];
    while let Some(process) = next.pop() {
        let Ok(name) = std::fs::read_to_string(format!("/proc/{process}/comm")) else {
            continue;
        };
        found.push((process, name.trim().to_owned()));
        let Ok(tasks) = std::fs::read_dir(format!("/proc/{process}/task")) else {
            continue;
        };
        for task in tasks.flatten() {
            let children = std::fs::read_to_string(task.path().join("children")).unwrap_or_default();
            next.extend(
                children
                    .split_whitespace()
                    .filter_map(|child| child.parse::<u32>().ok()),
            );
        }
    }
    found
}

/// Time on a processor that the threads of this process have taken, those of the load left out.
pub fn busy() -> Duration {
    let Ok(tasks) = std::fs::read_dir("/proc/self/task") else {
        return Duration::ZERO;
    };
    let of = |task: std::fs::DirEntry| {
        let name = std::fs::read_to_string(task.path().join("comm")).ok()?;
        if name.trim() == super::load::THREAD {
            return None;
        }
        let figures = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        figures.split_whitespace().next()?.parse::<u64>().ok()
    };
    Duration::from_nanos(tasks.flatten().filter_map(of).sum())
}

/// The machine and how busy it is, in a line.
pub fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let info = read("/proc/cpuinfo");
    let model = info
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map_or("processor", |rest| rest.trim_start_matches(['\t', ' ', ':']));
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let load = read("/proc/loadavg");
    let load = load.split_whitespace().next().unwrap_or("?");
    format!("{cores} × {model}; load before the run {load}")
}
