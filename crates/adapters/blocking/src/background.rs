//! A thread with a runtime of its own.

use std::convert::Infallible;
use std::future::Future;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread::{self, ThreadId};
use std::time::Duration;

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;
use wml_auth_core::AuthError;

/// Started when it is first needed, and ended when this is dropped.
#[derive(Default)]
pub(crate) struct Background {
    running: OnceLock<Running>,
    /// Held by whoever starts it, so that there is one.
    starting: Mutex<()>,
}

struct Running {
    runtime: Handle,
    thread: ThreadId,
    /// Nothing is ever sent: the thread ends when this is dropped. It is not waited for, because it may itself be
    /// the one that drops this, or be busy with a source that takes its time.
    _stop: oneshot::Sender<Infallible>,
}

impl Background {
    /// Does something at once, on this thread. What it spawns runs in the background.
    ///
    /// Where no thread can be had, nothing can be spawned, and the rest is done nevertheless.
    pub(crate) fn within<T>(&self, act: impl FnOnce() -> T) -> T {
        let running = self.running().ok();
        let _context = running.map(|running| running.runtime.enter());
        act()
    }

    /// Has something done in the background and waits for it, up to a limit. It goes on after that.
    pub(crate) fn wait_for<T: Send + 'static>(
        &self,
        limit: Duration,
        work: impl Future<Output = Result<T, AuthError>> + Send + 'static,
    ) -> Result<T, AuthError> {
        let running = self.running()?;
        if thread::current().id() == running.thread {
            return Err(AuthError::misconfigured("a provider waits for an authorization of its own"));
        }
        let (answer, answered) = mpsc::sync_channel(1);
        // Sending fails only if nobody waits any more.
        running.runtime.spawn(async move { drop(answer.send(work.await)) });
        match answered.recv_timeout(limit) {
            Ok(outcome) => outcome,
            Err(RecvTimeoutError::Timeout) => {
                Err(AuthError::unreachable(format!("no authorization within {limit:?}")))
            }
            Err(RecvTimeoutError::Disconnected) => Err(AuthError::internal("the provider panicked")),
        }
    }

    fn running(&self) -> Result<&Running, AuthError> {
        if let Some(running) = self.running.get() {
            return Ok(running);
        }
        let _alone = self.starting.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = self.running.get() {
            return Ok(running);
        }
        let running = start()?;
        Ok(self.running.get_or_init(|| running))
    }
}

fn start() -> Result<Running, AuthError> {
    let failed = || AuthError::internal("no background thread can be started");
    let (stop, stopped) = oneshot::channel();
    let (tell, told) = mpsc::sync_channel(1);
    let thread = thread::Builder::new().name("wml-auth-blocking".to_owned());
    let thread = thread.spawn(move || {
        // Built and dropped here: a runtime may not be dropped on a thread that belongs to another.
        let Ok(runtime) = Builder::new_current_thread().enable_all().build() else { return };
        if tell.send(runtime.handle().clone()).is_ok() {
            let _ = runtime.block_on(stopped);
        }
        // Name look-ups that are under way are left to end by themselves.
        runtime.shutdown_background();
    });
    let thread = thread.map_err(|_| failed())?.thread().id();
    let runtime = told.recv().map_err(|_| failed())?;
    Ok(Running { runtime, thread, _stop: stop })
}
