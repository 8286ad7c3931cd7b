//! One cloud's state: the world in it, and the means to serve it.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::barrier::Barriers;
use crate::clock::Clock;
use crate::journal::Journal;
use crate::script::Script;
use crate::seed::Seed;
use crate::signing::Signer;
use crate::world::World;

/// What every request handler is given. No two servers share one.
pub(crate) struct Cloud {
    pub(crate) clock: Clock,
    pub(crate) signer: Signer,
    pub(crate) issuer: String,
    pub(crate) token_lifetime: Duration,
    pub(crate) journal: Journal,
    pub(crate) script: Script,
    pub(crate) barriers: Barriers,
    /// For what need not be repeatable: request ids, `jti`. Apart from the world's own seed, so that the number of
    /// requests does not change the keys that are made later.
    pub(crate) noise: Seed,
    /// For what a script leaves to chance.
    pub(crate) draws: Seed,
    pub(crate) world: Mutex<World>,
}

impl Cloud {
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
