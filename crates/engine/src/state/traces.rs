//! Random traces of both clocks, callers, failures and rejections. Whatever happens:
//!
//! * a token is served only while both clocks leave it what the caller and the guard ask for;
//! * there is one fetch at a time;
//! * the issuer is not asked without end, however it answers and however callers press;
//! * once it answers again, a token is had within the longest pause that the policy knows.
//!
//! Clocks are kept here in milliseconds, by arithmetic of their own.

use std::time::{Duration, SystemTime};

use proptest::collection::vec;
use proptest::prelude::*;
use wml_auth_core::{Generation, Moment};

use super::{Action, Event, State};
use crate::Policy;
use crate::life::Life;
use crate::policy::{Failure, FailureKind};

const SECOND: i64 = 1000;
const HOUR: i64 = 3600 * SECOND;

#[derive(Clone, Debug)]
enum Turn {
    /// Both clocks go on.
    Pass(i64),
    /// The wall clock is set, or slewed by NTP, forward or back.
    SetWall(i64),
    /// The machine sleeps: the wall clock goes on alone.
    Sleep(i64),
    /// A caller, with what it needs.
    Ask(Option<i64>),
    /// The fetch under way, if there is one, ends.
    Land(Landing, f64),
    /// It is given up.
    GiveUp,
    /// The service refuses the token that was handed out so many generations ago.
    Reject(u64),
}

#[derive(Clone, Debug)]
enum Landing {
    Token { lives: i64, again: bool },
    Unreachable(Option<i64>),
    Refused(Option<i64>),
}

fn landing() -> impl Strategy<Value = Landing> {
    let lives = prop_oneof![10_001..30 * SECOND, 30 * SECOND..HOUR, Just(HOUR), Just(24 * HOUR)];
    let retry_after = || proptest::option::of(0..1000 * SECOND);
    prop_oneof![
        3 => (lives, any::<bool>()).prop_map(|(lives, again)| Landing::Token { lives, again }),
        1 => retry_after().prop_map(Landing::Unreachable),
        1 => retry_after().prop_map(Landing::Refused),
    ]
}

fn turn() -> impl Strategy<Value = Turn> {
    prop_oneof![
        4 => prop_oneof![0..2 * SECOND, 0..60 * SECOND, 0..HOUR].prop_map(Turn::Pass),
        1 => (-2 * HOUR..2 * HOUR).prop_map(Turn::SetWall),
        1 => (0..10 * HOUR).prop_map(Turn::Sleep),
        8 => proptest::option::of(0..2 * HOUR).prop_map(Turn::Ask),
        4 => (landing(), 0.0..1.0).prop_map(|(landing, roll)| Turn::Land(landing, roll)),
        1 => Just(Turn::GiveUp),
        2 => (0..3_u64).prop_map(Turn::Reject),
    ]
}

/// Both clocks.
#[derive(Clone, Copy, Debug)]
struct Clocks {
    wall: i64,
    monotonic: i64,
}

impl Clocks {
    const START: Self = Self { wall: 1000 * HOUR, monotonic: 0 };

    fn pass(&mut self, time: i64) {
        self.wall += time;
        self.monotonic += time;
    }

    fn moment(self) -> Moment {
        Moment { wall: SystemTime::UNIX_EPOCH + millis(self.wall), monotonic: millis(self.monotonic) }
    }

    /// What is left, at this time, of a life that began at `start`.
    fn left(self, start: Self, lives: i64) -> i64 {
        lives - (self.wall - start.wall).max(self.monotonic - start.monotonic)
    }
}

fn millis(time: i64) -> Duration {
    Duration::from_millis(u64::try_from(time).unwrap())
}

/// A driver without threads, which checks each decision.
struct Driver {
    state: State,
    policy: Policy,
    clocks: Clocks,
    under_way: bool,
    held: Option<(Clocks, i64)>,
    latest: u64,
    fetches: u32,
}

impl Driver {
    fn new(policy: Policy) -> Self {
        let state = State::default();
        Self { state, policy, clocks: Clocks::START, under_way: false, held: None, latest: 0, fetches: 0 }
    }

    fn step(&mut self, event: Event) -> Action {
        let action = self.state.step(self.clocks.moment(), event, &self.policy);
        assert_eq!(self.state.early_gate().is_none(), self.state.is_fetching());
        action
    }

    fn ask(&mut self, least: Option<i64>) -> Action {
        let action = self.step(Event::Asked { least: least.map(millis) });
        match action {
            Action::Serve => self.assert_good(least),
            Action::ServeAndFetch => {
                self.assert_good(least);
                self.begin();
            }
            Action::Fetch => self.begin(),
            Action::Join => assert!(self.under_way, "joined what is not there"),
            Action::Refuse { wait } => {
                assert!(!wait.is_zero() && wait <= self.policy.longest_retry_after, "{wait:?}");
            }
            Action::TooShort { .. } => assert!(least.is_some() || self.held.is_some()),
            other => panic!("{other:?} is no answer"),
        }
        action
    }

    fn assert_good(&self, least: Option<i64>) {
        let (start, lives) = self.held.unwrap();
        let guard = i64::try_from(self.policy.guard.as_millis()).unwrap();
        let left = self.clocks.left(start, lives);
        assert!(left >= guard.max(least.unwrap_or(0)), "{left} ms were left, {least:?} asked for");
    }

    fn begin(&mut self) {
        assert!(!self.under_way, "two fetches at once");
        self.under_way = true;
        self.fetches += 1;
    }

    fn land(&mut self, landing: &Landing, roll: f64) {
        if !std::mem::take(&mut self.under_way) {
            return;
        }
        let failed = |kind, retry_after: Option<i64>| {
            let failure = Failure { kind, retry_after: retry_after.map(millis) };
            Event::Failed { failure, roll }
        };
        match *landing {
            Landing::Token { lives, again } => {
                // It cannot come back before there was one.
                let again = again && self.held.is_none() && self.latest > 0;
                let life = Life::new(self.clocks.moment(), millis(lives));
                let Action::Replace(held) = self.step(Event::Fetched { life, again, roll }) else { panic!() };
                self.latest += u64::from(!again);
                assert_eq!(held.generation, Generation(self.latest));
                self.held = Some((self.clocks, lives));
            }
            Landing::Unreachable(after) => drop(self.step(failed(FailureKind::Transient, after))),
            Landing::Refused(after) => drop(self.step(failed(FailureKind::Permanent, after))),
        }
    }

    fn reject(&mut self, ago: u64) -> bool {
        let generation = Generation(self.latest.saturating_sub(ago));
        let dropped = self.step(Event::Rejected { generation }) == Action::Drop;
        assert!(!dropped || (ago == 0 && self.held.is_some()), "a newer token was dropped");
        if dropped {
            self.held = None;
        }
        dropped
    }

    fn turn(&mut self, turn: &Turn) {
        match turn {
            Turn::Pass(time) => self.clocks.pass(*time),
            Turn::SetWall(by) => self.clocks.wall += by,
            Turn::Sleep(time) => self.clocks.wall += time,
            Turn::Ask(least) => drop(self.ask(*least)),
            Turn::Land(landing, roll) => self.land(landing, *roll),
            Turn::GiveUp => {
                self.under_way = false;
                self.step(Event::Abandoned);
            }
            Turn::Reject(ago) => drop(self.reject(*ago)),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    /// F23, F24
    #[test]
    fn whatever_the_clocks_do(turns in vec(turn(), 1..80)) {
        let mut driver = Driver::new(Policy::default());
        for turn in &turns {
            driver.turn(turn);
        }
        // From here on the issuer answers. Whoever comes back when it is told to has a token.
        let token = Landing::Token { lives: HOUR, again: false };
        driver.land(&token, 0.5);
        if let Action::Refuse { wait } = driver.ask(None) {
            driver.clocks.pass(i64::try_from(wait.as_millis()).unwrap() + 1);
            let action = driver.ask(None);
            prop_assert!(!matches!(action, Action::Refuse { .. }), "{action:?} after {wait:?}");
        }
        driver.land(&token, 0.5);
        let action = driver.ask(None);
        prop_assert!(matches!(action, Action::Serve | Action::ServeAndFetch), "{action:?}");
    }
}

/// How often the issuer is asked in an hour in which a caller asks every 100 ms and each fetch ends at once.
fn fetches_in_an_hour(policy: Policy, landing: &Landing, roll: f64, rejecting: bool) -> u32 {
    let mut driver = Driver::new(policy);
    while driver.clocks.monotonic < HOUR {
        driver.ask(None);
        driver.land(landing, roll);
        if rejecting {
            driver.reject(0);
        }
        driver.clocks.pass(100);
    }
    driver.fetches
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    /// F4, F36: pauses double up to half a minute.
    #[test]
    fn constant_failure_is_no_hot_loop(roll in 0.0..1.0) {
        let fetches = fetches_in_an_hour(Policy::default(), &Landing::Unreachable(None), roll, false);
        prop_assert!((100..240).contains(&fetches), "{fetches}");
    }

    /// F35, F36
    #[test]
    fn retry_after_is_obeyed_for_an_hour(roll in 0.0..1.0, after in 60..1_000_000_i64) {
        let landing = Landing::Unreachable(Some(after * SECOND));
        let fetches = fetches_in_an_hour(Policy::default(), &landing, roll, false);
        let after = u32::try_from(after.min(300)).unwrap();
        prop_assert!(fetches <= 3600 / after + 1, "{fetches}");
    }

    /// F5
    #[test]
    fn constant_refusal_is_no_hot_loop(roll in 0.0..1.0) {
        let fetches = fetches_in_an_hour(Policy::default(), &Landing::Refused(None), roll, false);
        prop_assert!((80..190).contains(&fetches), "{fetches}");
    }

    /// F33: three at first, then one each half minute.
    #[test]
    fn a_service_that_refuses_every_token_costs_little(roll in 0.0..1.0) {
        let landing = Landing::Token { lives: HOUR, again: false };
        let fetches = fetches_in_an_hour(Policy::default(), &landing, roll, true);
        prop_assert!((115..=124).contains(&fetches), "{fetches}");
    }

    /// F32
    #[test]
    fn a_token_that_comes_back_costs_no_more(roll in 0.0..1.0) {
        let landing = Landing::Token { lives: HOUR, again: true };
        let fetches = fetches_in_an_hour(Policy::default(), &landing, roll, true);
        prop_assert!((115..=124).contains(&fetches), "{fetches}");
    }

    /// F28: whatever the tokens live, and however early a policy wants them renewed.
    #[test]
    fn an_absurd_life_is_no_hot_loop(lives in 10_001..60 * SECOND, early in 0.0..1.0, roll in 0.0..1.0) {
        let policy = Policy { early, ..Policy::default() };
        let landing = Landing::Token { lives, again: false };
        let fetches = fetches_in_an_hour(policy, &landing, roll, false);
        prop_assert!(fetches <= 3601, "{fetches}");
        let fetches = fetches_in_an_hour(Policy::default(), &landing, roll, false);
        let usable = (lives - 10 * SECOND).max(SECOND).min(lives / 2);
        prop_assert!(i64::from(fetches) <= HOUR / usable + 1, "{fetches} for lives of {lives} ms");
    }
}
