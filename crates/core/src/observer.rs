//! What a caching provider does, told as it happens.

use std::time::{Duration, SystemTime};

use crate::{AuthError, Generation, Identity};

/// Is told what happens to a token: for metrics, logs and tests.
///
/// Called on the task that does the work, sometimes on the caller's: be quick, do not block, do not panic.
///
/// ```
/// use std::sync::atomic::{AtomicUsize, Ordering};
/// use wml_auth_core::{Event, Observer};
///
/// #[derive(Default)]
/// struct Failures(AtomicUsize);
///
/// impl Observer for Failures {
///     fn observe(&self, event: &Event<'_>) {
///         if let Event::RefreshFailed { .. } = event {
///             self.0.fetch_add(1, Ordering::Relaxed);
///         }
///     }
/// }
/// ```
pub trait Observer: Send + Sync {
    /// Something happened. The default takes no notice.
    fn observe(&self, event: &Event<'_>) {
        let _ = event;
    }
}

/// Something that happened to a token. More may join.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A source is being asked for a token.
    RefreshStarted {
        /// Whose token it is.
        identity: &'a Identity,
        /// Whether callers are meanwhile served with the token at hand.
        early: bool,
    },
    /// A new token has replaced the old one.
    RefreshSucceeded {
        /// Whose token it is.
        identity: &'a Identity,
        /// The new token's generation.
        generation: Generation,
        /// When it expires, by the local wall clock.
        expires_at: SystemTime,
        /// How long the exchange took, retries included.
        took: Duration,
    },
    /// No new token could be had.
    RefreshFailed {
        /// Whose token it is.
        identity: &'a Identity,
        /// Why.
        error: &'a AuthError,
        /// How long the source will be left alone.
        next_attempt_in: Duration,
    },
    /// A failed attempt is going to be repeated within the same refresh.
    Retrying {
        /// Whose token it is.
        identity: &'a Identity,
        /// Why the attempt failed.
        error: &'a AuthError,
        /// How long until the next one.
        wait: Duration,
    },
    /// A refresh failed, and callers go on with the token at hand, which is still valid.
    ServedStale {
        /// Whose token it is.
        identity: &'a Identity,
        /// Why it could not be renewed.
        error: &'a AuthError,
    },
    /// Many engines were built for one identity in a short time. Each obtains a token of its own, so a program that
    /// builds one per call asks the issuer for a token per call.
    ManyEngines {
        /// Whose tokens these are.
        identity: &'a Identity,
        /// How many there have been.
        engines: u32,
    },
    /// The service refused a token.
    Rejected {
        /// Whose token it is.
        identity: &'a Identity,
        /// The generation that was refused.
        generation: Generation,
        /// Whether it was dropped: `false` when it was no longer current, or refusals come too fast to be believed.
        dropped: bool,
    },
}

/// Takes no notice.
impl Observer for () {}
