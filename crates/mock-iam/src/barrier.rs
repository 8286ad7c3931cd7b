//! Requests that wait until a test lets them go.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use crate::route::Route;

/// All barriers of one server.
#[derive(Default)]
pub(crate) struct Barriers {
    gates: Mutex<Vec<Arc<Gate>>>,
}

struct Gate {
    route: Route,
    state: watch::Sender<Crowd>,
}

#[derive(Clone, Copy, Default)]
struct Crowd {
    arrived: usize,
    waiting: usize,
    open: bool,
}

impl Barriers {
    pub(crate) fn hold(&self, route: Route) -> Barrier {
        let gate = Arc::new(Gate { route, state: watch::Sender::new(Crowd::default()) });
        self.gates.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(&gate));
        Barrier { gate }
    }

    /// Waits at every closed barrier in front of this path.
    pub(crate) async fn pass(&self, path: &str) {
        let gates = {
            let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
            gates.retain(|gate| !gate.state.borrow().open);
            gates.iter().filter(|gate| gate.route.matches(path)).cloned().collect::<Vec<_>>()
        };
        for gate in gates {
            let mut crowd = gate.state.subscribe();
            let _waiting = Waiting::at(&gate);
            // The sender lives as long as the gate, which this function keeps alive.
            let _ = crowd.wait_for(|crowd| crowd.open).await;
        }
    }
}

/// Counts a request as waiting for as long as it does: a client that hangs up is no longer counted.
struct Waiting<'a>(&'a Gate);

impl<'a> Waiting<'a> {
    fn at(gate: &'a Gate) -> Self {
        gate.state.send_modify(|crowd| {
            crowd.arrived += 1;
            crowd.waiting += 1;
        });
        Self(gate)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.state.send_modify(|crowd| crowd.waiting -= 1);
    }
}

/// Holds the requests of one route, from [`MockIam::hold`](crate::MockIam::hold), until it is released or dropped.
///
/// With it a test can count what is in flight without sleeping: wait until the requests have
/// [`arrived`](Self::arrived), look, then [`release`](Self::release) them.
pub struct Barrier {
    gate: Arc<Gate>,
}

impl Barrier {
    /// How many requests wait here now.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.gate.state.borrow().waiting
    }

    /// Returns once `count` requests have come to this barrier, those included which have gone since.
    ///
    /// Works on any async runtime.
    pub async fn arrived(&self, count: usize) {
        let mut crowd = self.gate.state.subscribe();
        // The sender lives as long as this barrier.
        let _ = crowd.wait_for(|crowd| crowd.arrived >= count).await;
    }

    /// Lets every waiting request go on, and all later ones pass.
    pub fn release(&self) {
        self.gate.state.send_modify(|crowd| crowd.open = true);
    }
}

impl Drop for Barrier {
    fn drop(&mut self) {
        self.release();
    }
}

impl fmt::Debug for Barrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let crowd = *self.gate.state.borrow();
        f.debug_struct("Barrier")
            .field("route", &self.gate.route)
            .field("arrived", &crowd.arrived)
            .field("waiting", &crowd.waiting)
            .field("open", &crowd.open)
            .finish()
    }
}
