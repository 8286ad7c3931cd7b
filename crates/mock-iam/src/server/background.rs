//! A thread with a runtime of its own.
//!
//! The code under test may therefore block its thread, pause its runtime's time or shut the runtime down, and still
//! find the server as it was.

use std::convert::Infallible;
use std::io;
use std::thread::{self, JoinHandle};

use tokio::sync::oneshot;

/// Tasks that run until this is dropped.
pub(crate) struct Background {
    stop: Option<oneshot::Sender<Infallible>>,
    thread: Option<JoinHandle<()>>,
}

impl Background {
    /// Runs whatever `start` spawns.
    pub(crate) fn run(start: impl FnOnce() -> io::Result<()>) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel();
        {
            let _context = runtime.enter();
            start()?;
        }
        let thread = thread::Builder::new().name("wml-auth-mock-iam".to_owned()).spawn(move || {
            // Nothing is ever sent: the channel ends with its sender, and the runtime with everything in it ends then.
            let _ = runtime.block_on(stopped);
        })?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
