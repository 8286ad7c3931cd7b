//! Processor time, as the kernel counts it per thread.

use std::fs;
use std::process;

/// Nanoseconds on a processor of all threads of this process but the main one.
pub(crate) fn of_others() -> Option<u64> {
    let main = process::id().to_string();
    let mut total = 0;
    for task in fs::read_dir("/proc/self/task").ok()? {
        let task = task.ok()?;
        if task.file_name().to_str() != Some(&main) {
            total += spent(&format!("{}/schedstat", task.path().display())).unwrap_or(0);
        }
    }
    Some(total)
}

/// Nanoseconds on a processor of this thread.
pub(crate) fn of_this() -> Option<u64> {
    spent("/proc/thread-self/schedstat")
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

fn spent(file: &str) -> Option<u64> {
    fs::read_to_string(file).ok()?.split_whitespace().next()?.parse().ok()
}
