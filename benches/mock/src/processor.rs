//! Processor time, and what else the system says of this process.
//!
//! The clocks are exact at any moment. What `/proc` says of a thread that runs is as old as the last tick of the scheduler, which
//! is longer than some of what is measured here.

use std::fs;

use rustix::time::{ClockId, clock_gettime};

/// Nanoseconds on a processor of all threads of this process but the one that asks.
pub(crate) fn of_others() -> u64 {
    spent(ClockId::ProcessCPUTime).saturating_sub(of_this())
}

/// Nanoseconds on a processor of this thread.
pub(crate) fn of_this() -> u64 {
    spent(ClockId::ThreadCPUTime)
}

/// Bytes of memory that are resident.
pub(crate) fn memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
}

/// How many files this process may have open.
pub(crate) fn open_files() -> Option<usize> {
    let limits = fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

fn spent(clock: ClockId) -> u64 {
    let time = clock_gettime(clock);
    u64::try_from(time.tv_sec * 1_000_000_000 + time.tv_nsec).unwrap_or(0)
}
