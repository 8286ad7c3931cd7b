//! One cloud's state: the world in it, and the means to serve it.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::barrier::Barriers;
use crate::clock::{Clock, DateHeader};
use crate::journal::Journal;
use crate::minted::Minted;
use crate::scenario::{Scenario, ScenarioError};
use crate::script::Script;
use crate::seed::Seed;
use crate::signing::Signer;
use crate::world::World;

/// What every request handler is given. No two servers share one.
pub(crate) struct Cloud {
    pub(crate) clock: Clock,
    pub(crate) date: DateHeader,
    pub(crate) signer: Signer,
    pub(crate) issuer: String,
    pub(crate) token_lifetime: Duration,
    pub(crate) journal: Journal,
    pub(crate) script: Script,
    pub(crate) barriers: Barriers,
    /// Tokens that may be given out again.
    pub(crate) minted: Minted,
    /// For what need not be repeatable: request ids, `jti`. Apart from the world's own seed, so that the number of
    /// requests does not change the keys that are made later.
    pub(crate) noise: Seed,
    /// For what a script leaves to chance.
    pub(crate) draws: Seed,
    pub(crate) world: Mutex<World>,
    pub(crate) seed: u64,
    scenario: Scenario,
    /// The scenario's API keys by name.
    pub(crate) named_keys: BTreeMap<String, String>,
}

impl Cloud {
    /// A cloud as the scenario describes it.
    pub(crate) fn new(
        seed: u64,
        issuer: String,
        token_lifetime: Duration,
        scenario: Scenario,
    ) -> io::Result<Self> {
        let clock = Clock::default();
        scenario.set(&clock);
        let mut world = World::new(seed, clock.now());
        let mut furnish = || {
            let keys = scenario.furnish(&mut world, clock.now())?;
            let script = Script::default();
            scenario.rehearse(&script, &world)?;
            Ok((keys, script))
        };
        let (named_keys, script) =
            furnish().map_err(|error: ScenarioError| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        Ok(Self {
            clock,
            date: DateHeader::default(),
            signer: Signer::embedded()?,
            issuer,
            token_lifetime,
            journal: Journal::default(),
            script,
            barriers: Barriers::default(),
            minted: Minted::default(),
            noise: Seed::new(noise(seed)),
            draws: Seed::new(draws(seed)),
            world: Mutex::new(world),
            seed,
            scenario,
            named_keys,
        })
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes everything as it was at the start, with the same ids and keys.
    pub(crate) fn reset(&self) -> Result<(), ScenarioError> {
        self.clock.reset();
        self.scenario.set(&self.clock);
        let mut world = self.world();
        *world = World::new(self.seed, self.clock.now());
        self.scenario.furnish(&mut world, self.clock.now())?;
        self.script.clear();
        self.noise.restart(noise(self.seed));
        self.draws.restart(draws(self.seed));
        self.signer.restart();
        self.minted.forget();
        self.journal.clear();
        self.scenario.rehearse(&self.script, &world)
    }
}

fn noise(seed: u64) -> u64 {
    !seed
}

fn draws(seed: u64) -> u64 {
    seed.rotate_left(32)
}
