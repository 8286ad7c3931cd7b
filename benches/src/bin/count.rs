//! Counts what everybody allocates and prints it, as JSON.

use std::alloc::System;

use stats_alloc::StatsAlloc;
use wml_auth_benches::Settings;
use wml_auth_benches::counting::ALLOCATOR;
use wml_auth_benches::roster::takers;

#[global_allocator]
static GLOBAL: &StatsAlloc<System> = ALLOCATOR;

fn main() {
    let settings = Settings::from_arguments();
    let mut samples = Vec::new();
    if settings.wants("warm") {
        eprintln!("allocations");
        for entry in takers("warm") {
            samples.push(entry.sample("warm", Ok([("allocations", (entry.allocations)())].into())));
        }
    }
    if settings.wants("memory") {
        eprintln!("memory");
        for entry in takers("memory") {
            eprintln!("  {}", entry.name);
            samples.push(entry.sample("memory", Ok([("bytes", (entry.memory)())].into())));
        }
    }
    println!("{}", serde_json::to_string(&samples).expect("plain numbers"));
}
