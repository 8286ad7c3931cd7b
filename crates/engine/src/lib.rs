//! Keeps one token fresh.
//!
//! [`Engine`] turns a [`TokenSource`](wml_auth_core::TokenSource), which makes one attempt at obtaining a token, into an
//! [`AuthProvider`](wml_auth_core::AuthProvider) that any number of callers can lean on. [`Chain`] asks several providers
//! in order.
//!
//! # What an engine promises
//!
//! 1. **One fetch at a time**, however many callers. All who wait share its token, *or its error*.
//! 2. **The fetch is nobody's.** Dropping any caller at any await point neither cancels it for the others nor leaves it
//!    hanging. A panic in the source is an error like any other.
//! 3. **No runtime to build one.** Nothing is spawned until a caller comes. Where a Tokio runtime is current, refreshes
//!    run on it; where none is, the callers who wait drive them. An engine outlives the runtime it was first used on.
//! 4. **Early renewal.** After 80 % of its life (drawn forward a little at random) the token is renewed while callers
//!    are served at once with the one in hand. A slow or failing renewal neither delays nor fails them.
//! 5. **A promise of life.** A token with less left than the caller's minimum (60 s unless it says otherwise, never under
//!    10 s) is not handed out: the caller waits for a new one.
//! 6. **Only a sound token replaces another**: non-empty, fit for a header, with a sane life.
//! 7. **Two clocks.** A token has expired when either the wall or the monotonic clock says so.
//! 8. **Politeness.** What may pass is tried again with random pauses inside one deadline; `Retry-After` is obeyed,
//!    within bounds, and all engines of an issuer share a [`RetryBudget`]. What will not pass is answered from memory for
//!    some seconds, then asked again: it heals by itself. However short tokens live, a second passes between one that
//!    came and the next fetch.
//! 9. **Rejection.** When the service refuses a token, that generation is dropped and one fetch started; a late report
//!    about an older token does nothing, and a flood of reports is not believed. If the issuer answers with the very
//!    token that was refused, it keeps its generation: there is no other.
//! 10. **Rest.** Unused credentials are not renewed, and an expired token is never handed out.
//!
//! The decisions are made in one pure function of time and events; what waits and locks is kept apart from it.
//! A warm call reads one pointer and the clock.

mod bell;
mod budget;
mod builder;
mod census;
mod chain;
mod current;
mod engine;
mod fetch;
mod flight;
mod landing;
mod life;
mod planted;
mod policy;
mod runtime;
mod state;
mod status;
mod sync;
mod tell;

pub use budget::RetryBudget;
pub use builder::EngineBuilder;
pub use chain::Chain;
pub use engine::Engine;
pub use policy::Policy;
pub use runtime::{AnyRuntime, Runtime};
pub use status::{Counts, Phase, Status};
