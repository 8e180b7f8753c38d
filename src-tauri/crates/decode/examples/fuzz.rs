//! Mutated messages for every convention and the template engine, without coverage and on a stable compiler.
//!
//! `cargo xtask fuzz [--seconds N] [--target NAME] [--seed N] [--jobs N] [--runs N]`, or `--input FILE --target NAME` to run one input again.
//!
//! What is made depends on the printed seed alone. An input that breaks a promise is written to the temporary folder, shown for
//! people, and the program fails. The table tells executions, the processor's time that they had (less than the seconds asked for on a
//! busy machine), how many bytes went in, and the slowest of them: an input within the limits that takes seconds is a finding too.
#![allow(clippy::expect_used)] // a program for developers: what it cannot do it says by ending

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use hearthline_decode::fuzzing::{Mutator, Outcome, TARGETS, corpora, readable, run, seeds};

/// No input is longer than 96 KiB; the slowest that is fair takes a few hundredths of a second. Time of the processor where the system
/// tells it, so that a busy machine is no finding.
const SLOW: Duration = Duration::from_secs(10);
/// Memory of the whole program at which something is without bounds, kB.
const MEMORY: u64 = 3 << 20;

struct Args {
    seconds: u64,
    runs: u64,
    seed: u64,
    jobs: usize,
    targets: Vec<&'static str>,
    input: Option<PathBuf>,
}

/// What became of a target.
#[derive(Default)]
struct Row {
    seeds: usize,
    runs: u64,
    bytes: usize,
    sum: Outcome,
    slowest: Duration,
    cpu: Duration,
    found: Option<String>,
}

fn main() -> ExitCode {
    let Some(args) = args() else {
        eprintln!(
            "usage: fuzz [--seconds N] [--runs N] [--target NAME] [--seed N] [--jobs N] [--input FILE]"
        );
        eprintln!("targets: {}", TARGETS.join(" "));
        return ExitCode::FAILURE;
    };
    if let Some(input) = &args.input {
        let data = std::fs::read(input).expect("the input can be read");
        println!(
            "{}\n{:?}",
            readable(args.targets[0], &data),
            run(args.targets[0], &data)
        );
        return ExitCode::SUCCESS;
    }
    // A finding is shown with its input, once.
    std::panic::set_hook(Box::new(|_| {}));
    println!(
        "fuzz: seed {}, {} s a target, {} at a time",
        args.seed, args.seconds, args.jobs
    );
    if corpora().is_none() {
        println!("skipped: no corpora; only our own seeds");
    }
    println!(
        "{:<14} {:>6} {:>10} {:>7} {:>9} {:>11} {:>9} {:>9} {:>10}",
        "target", "seeds", "executions", "CPU s", "MB", "messages", "points", "commands", "slowest ms"
    );
    let next = AtomicUsize::new(0);
    let found = Mutex::new(Vec::new());
    let running: Vec<Running> = (0..args.jobs.max(1)).map(|_| Mutex::new(None)).collect();
    let busy = AtomicUsize::new(running.len());
    std::thread::scope(|scope| {
        scope.spawn(|| watch(&running, &busy));
        for slot in &running {
            let (args, next, found, busy) = (&args, &next, &found, &busy);
            scope.spawn(move || {
                while let Some(&target) = args.targets.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let row = fuzz(target, args, slot);
                    println!(
                        "{target:<14} {:>6} {:>10} {:>7.1} {:>9.1} {:>11} {:>9} {:>9} {:>10.1}",
                        row.seeds,
                        row.runs,
                        row.cpu.as_secs_f64(),
                        row.bytes as f64 / 1e6,
                        row.sum.messages,
                        row.sum.points,
                        row.sum.commands,
                        row.slowest.as_secs_f64() * 1e3
                    );
                    if let (Some(text), Ok(mut found)) = (row.found, found.lock()) {
                        found.push(text);
                    }
                }
                busy.fetch_sub(1, Ordering::Relaxed);
            });
        }
    });
    let found = found.into_inner().unwrap_or_default();
    if let Some(peak) = memory("VmHWM:") {
        println!("peak memory {} MB", peak >> 10);
    }
    for text in &found {
        println!("\n{text}");
    }
    if found.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// The input that a thread is at.
struct Run {
    since: Instant,
    /// Where the system tells of the thread.
    thread: Option<PathBuf>,
    target: &'static str,
    data: Vec<u8>,
}

type Running = Mutex<Option<Run>>;

/// Ends the program where an input does not come to an end or takes all memory: neither can be caught where it happens.
fn watch(running: &[Running], busy: &AtomicUsize) {
    // When each input that is under way was first seen, and the processor's time of its thread at that moment.
    let mut seen: Vec<Option<(Instant, Duration)>> = vec![None; running.len()];
    while busy.load(Ordering::Relaxed) > 0 {
        std::thread::sleep(Duration::from_millis(200));
        let much = memory("VmRSS:").is_some_and(|now| now > MEMORY);
        for (slot, seen) in running.iter().zip(&mut seen) {
            let Ok(slot) = slot.lock() else { continue };
            let Some(run) = &*slot else { continue };
            let now = run
                .thread
                .as_deref()
                .and_then(spent)
                .unwrap_or_else(|| run.since.elapsed());
            let took = match *seen {
                Some((since, before)) if since == run.since => now.saturating_sub(before),
                _ => {
                    *seen = Some((run.since, now));
                    Duration::ZERO
                }
            };
            if much || took > SLOW {
                let why = format!(
                    "{} s and no end, {} MB",
                    took.as_secs(),
                    memory("VmRSS:").unwrap_or(0) >> 10
                );
                println!("\n{}", tell(run.target, &run.data, &why));
                std::process::exit(1);
            }
        }
    }
}

/// Where the system tells what this thread has had of the processor; none where it does not.
fn thread() -> Option<PathBuf> {
    let this = std::fs::read_link("/proc/thread-self").ok()?;
    let path = PathBuf::from("/proc").join(this).join("schedstat");
    spent(&path).map(|_| path)
}

fn spent(path: &Path) -> Option<Duration> {
    let text = std::fs::read_to_string(path).ok()?;
    text.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

fn fuzz(target: &'static str, args: &Args, slot: &Running) -> Row {
    let seeds = seeds(target, corpora().as_deref());
    let mut row = Row {
        seeds: seeds.len(),
        ..Row::default()
    };
    let thread = thread();
    let begin = Instant::now();
    // The time of this thread, as coarse as the system's clock; on a busy machine the time of day would be that of others.
    let cpu = || {
        thread
            .as_deref()
            .and_then(spent)
            .unwrap_or_else(|| begin.elapsed())
    };
    let before = cpu();
    let mut mutator = Mutator::new(args.seed);
    let end = Instant::now() + Duration::from_secs(args.seconds);
    while Instant::now() < end && row.runs < args.runs {
        let data = match seeds.get(row.runs as usize) {
            Some(seed) => seed.clone(),
            None => mutator.script(&seeds),
        };
        row.runs += 1;
        row.bytes += data.len();
        let (start, at_start) = (Instant::now(), cpu());
        if let Ok(mut slot) = slot.lock() {
            *slot = Some(Run {
                since: start,
                thread: thread.clone(),
                target,
                data: data.clone(),
            });
        }
        let result = std::panic::catch_unwind(|| run(target, &data));
        let took = cpu().saturating_sub(at_start);
        if let Ok(mut slot) = slot.lock() {
            *slot = None;
        }
        row.slowest = row.slowest.max(took);
        let why = match result {
            Ok(outcome) => {
                row.sum.messages += outcome.messages;
                row.sum.points += outcome.points;
                row.sum.commands += outcome.commands;
                continue;
            }
            Err(panic) => panic
                .downcast_ref::<String>()
                .cloned()
                .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
                .unwrap_or_default(),
        };
        row.found = Some(tell(target, &smallest(target, data), &why));
        break;
    }
    row.cpu = cpu().saturating_sub(before);
    row
}

/// The input without what the finding does not need: records first, then halves of payloads.
fn smallest(target: &str, mut data: Vec<u8>) -> Vec<u8> {
    let fails = |data: &[u8]| std::panic::catch_unwind(|| run(target, data)).is_err();
    if !fails(&data) {
        return data;
    }
    let mut chunk = data.len() / 2;
    let end = Instant::now() + Duration::from_secs(20);
    while chunk > 0 {
        let mut at = 0;
        while at < data.len() && Instant::now() < end {
            let mut less = data.clone();
            less.drain(at..(at + chunk).min(data.len()));
            if fails(&less) {
                data = less;
            } else {
                at += chunk;
            }
        }
        chunk /= 2;
    }
    data
}

fn tell(target: &str, data: &[u8], why: &str) -> String {
    let path = std::env::temp_dir().join(format!("hearthline-fuzz-{target}"));
    let mut text = format!("FOUND in {target}: {why}\n");
    match std::fs::write(&path, data) {
        Ok(()) => {
            let _ = writeln!(
                text,
                "again: cargo xtask fuzz --target {target} --input {}",
                path.display()
            );
        }
        Err(error) => {
            let _ = writeln!(text, "the input could not be kept: {error}");
        }
    }
    let shown: String = readable(target, data).chars().take(4_000).collect();
    text + &shown
}

/// Memory of this program, kB (`VmRSS:` now, `VmHWM:` at its peak); none where the system does not tell.
fn memory(which: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(which))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

fn args() -> Option<Args> {
    let mut args = Args {
        seconds: 10,
        runs: u64::MAX,
        seed: 1,
        jobs: 2,
        targets: TARGETS.to_vec(),
        input: None,
    };
    let mut list = std::env::args().skip(1);
    while let Some(name) = list.next() {
        let value = list.next()?;
        match name.as_str() {
            "--seconds" => args.seconds = value.parse().ok()?,
            "--runs" => args.runs = value.parse().ok()?,
            "--seed" => args.seed = value.parse().ok()?,
            "--jobs" => args.jobs = value.parse().ok()?,
            "--target" => args.targets = vec![TARGETS.iter().find(|target| **target == value)?],
            "--input" => args.input = Some(value.into()),
            _ => return None,
        }
    }
    Some(args)
}
