//! Time for the suite's engines that a check can let run out.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use wml_auth_core::BoxFuture;
use wml_auth_engine::{AnyRuntime, Runtime};

/// An executor on which pauses and deadlines take their time, or end at a word. Clones share it.
///
/// A deadline of half a minute is thus kept without anybody waiting for it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hourglass(Arc<watch::Sender<()>>);

impl Hourglass {
    /// Ends every pause and deadline that has begun; later ones take their time again.
    pub(crate) fn run_out(&self) {
        self.0.send_modify(|()| {});
    }
}

impl Runtime for Hourglass {
    fn spawn(&self, work: BoxFuture<'static, ()>) -> bool {
        AnyRuntime.spawn(work)
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        let mut ran_out = self.0.subscribe();
        let sleep = AnyRuntime.sleep(time);
        Box::pin(async move {
            tokio::select! {
                () = sleep => {}
                _ = ran_out.changed() => {}
            }
        })
    }
}
