//! The allocator that counts. Only the program that counts has it: it would slow the one that measures time.

use std::alloc::System;

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

/// To be made the global allocator.
pub static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;
