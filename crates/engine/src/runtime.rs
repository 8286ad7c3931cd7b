//! What an engine needs of the executor it finds itself on.

use std::time::Duration;

use futures_timer::Delay;
use wml_auth_core::BoxFuture;

/// Starts work and waits.
///
/// The default, [`AnyRuntime`], uses the Tokio runtime that is current at the time of the call, if there is one, and a
/// timer of its own. Bring another to run on another executor, or on one whose time a test controls.
pub trait Runtime: Send + Sync {
    /// Runs `work` to its end in the background, and says whether it could.
    ///
    /// It may be dropped unfinished, as when the executor shuts down: then whoever waits for it goes on with it.
    fn spawn(&self, work: BoxFuture<'static, ()>) -> bool;

    /// Completes after this time.
    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()>;
}

/// Whatever is at hand: Tokio where it is current, otherwise the caller's own task.
///
/// Its timer is a thread of the process that starts when it is first needed. It belongs to no runtime, so a
/// pause survives the end of the runtime on which it began. A forked child has no such thread: there, pauses and deadlines
/// do not end, and a program that forks after its first token should bring a runtime of its own.
#[derive(Clone, Copy, Debug, Default)]
pub struct AnyRuntime;

impl Runtime for AnyRuntime {
    #[cfg(feature = "tokio")]
    fn spawn(&self, work: BoxFuture<'static, ()>) -> bool {
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => {
                runtime.spawn(work);
                true
            }
            Err(_) => false,
        }
    }

    #[cfg(not(feature = "tokio"))]
    fn spawn(&self, work: BoxFuture<'static, ()>) -> bool {
        drop(work);
        false
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        Box::pin(Delay::new(time))
    }
}
