//! The driver under a model checker that chooses who goes next at every lock: run by `cargo xtask model`.
//!
//! Each scenario is a small program that is run under many schedules, half of them drawn evenly, half by the PCT
//! algorithm, which favours few switches at telling places. The schedules come from a fixed seed, so that what fails
//! once fails again. A schedule that fails is printed; `WML_AUTH_REPLAY` takes it back.
#![cfg(shuttle)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

mod cancellation;
mod rejection;
mod runtimes;
mod sharing;
mod world;

use shuttle::Runner;
use shuttle::scheduler::{PctScheduler, RandomScheduler};

const SEED: u64 = 0x5eed;
/// How many switches the PCT algorithm places. Most bugs of this kind take two or three.
const DEPTH: usize = 3;

fn explore(name: &str, scenario: fn()) {
    let scenario = move || {
        // What the engine draws at random must not differ from one run of a schedule to the next.
        fastrand::seed(SEED);
        scenario();
    };
    if let Ok(schedule) = std::env::var("WML_AUTH_REPLAY") {
        return shuttle::replay(scenario, &schedule);
    }
    let schedules = std::env::var("WML_AUTH_SCHEDULES").map_or(1000, |number| number.parse().unwrap());
    let evenly = usize::div_ceil(schedules, 2);
    let mut ran = Runner::new(RandomScheduler::new_from_seed(SEED, evenly), Default::default()).run(scenario);
    if schedules > evenly {
        let pct = PctScheduler::new_from_seed(SEED, DEPTH, schedules - evenly);
        ran += Runner::new(pct, Default::default()).run(scenario);
    }
    println!("model: {name} {ran}");
}

macro_rules! scenarios {
    ($($module:ident::$name:ident,)*) => {
        $(
            #[test]
            fn $name() {
                explore(stringify!($name), $module::$name);
            }
        )*
    };
}

scenarios! {
    sharing::all_who_ask_share_one_fetch,
    sharing::all_who_ask_share_one_failure,
    sharing::an_expired_token_is_fetched_once,
    sharing::a_source_that_panics_frees_the_place,
    cancellation::callers_leave_at_any_await_point,
    cancellation::a_caller_is_never_polled_again,
    cancellation::an_orphan_is_begun_anew,
    cancellation::the_engine_goes_with_a_fetch_under_way,
    rejection::a_rejection_races_with_callers,
    rejection::a_rejection_races_with_an_early_renewal,
    rejection::a_rejection_races_with_its_replacement,
    runtimes::a_spawned_task_helps,
    runtimes::a_runtime_shuts_down,
    runtimes::an_early_renewal_is_begun_once,
    runtimes::an_early_renewal_fails_nobody,
}
