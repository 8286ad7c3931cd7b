//! Eventual consistency: what was just made is not known everywhere yet.

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;

/// How long a new API key or Service ID is unknown to those who are asked about it.
///
/// A key that is not known yet is refused like one that never existed: as IAM does it for some seconds after a key was
/// made. What the server starts with is known from the start.
///
/// ```
/// use std::time::Duration;
/// use wml_auth_mock_iam::{MockIam, Propagation};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let cloud = MockIam::start().await?;
/// cloud.identities().set_propagation(Propagation::after(Duration::from_secs(5)));
/// let key = cloud.identities().add_user_key();
/// // Refused with BXNIM0415E, until:
/// cloud.clock().advance(Duration::from_secs(5));
/// # let _ = key;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Propagation(Lag);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Lag {
    #[default]
    None,
    Time(Duration),
    Requests(u32),
}

impl Propagation {
    /// None: what is made is known at once.
    #[must_use]
    pub fn immediate() -> Self {
        Self(Lag::None)
    }

    /// It takes this long, on the server's [clock](crate::Clock).
    #[must_use]
    pub fn after(time: Duration) -> Self {
        Self(Lag::Time(time))
    }

    /// This many requests that need to know it do not.
    #[must_use]
    pub fn after_requests(count: u32) -> Self {
        Self(Lag::Requests(count))
    }
}

/// What is not known yet, by id.
#[derive(Default)]
pub(crate) struct Spreading {
    pub(crate) propagation: Propagation,
    pending: HashMap<String, Pending>,
}

enum Pending {
    Until(Timestamp),
    Requests(u32),
}

impl Spreading {
    /// Something was made.
    pub(crate) fn begin(&mut self, id: &str, now: Timestamp) {
        let pending = match self.propagation.0 {
            Lag::None => return,
            Lag::Time(time) => Pending::Until(now.saturating_add(time).unwrap_or(Timestamp::MAX)),
            Lag::Requests(count) => Pending::Requests(count),
        };
        self.pending.insert(id.to_owned(), pending);
    }

    /// Whether there is anybody yet who does not know it.
    pub(crate) fn is_under_way(&self, id: &str, now: Timestamp) -> bool {
        match self.pending.get(id) {
            None | Some(Pending::Requests(0)) => false,
            Some(Pending::Until(end)) => *end > now,
            Some(Pending::Requests(_)) => true,
        }
    }

    /// Whether one who is asked about it now knows it.
    pub(crate) fn has_reached(&mut self, id: &str, now: Timestamp) -> bool {
        let known = match self.pending.get_mut(id) {
            None => return true,
            Some(Pending::Until(end)) => *end <= now,
            Some(Pending::Requests(0)) => true,
            Some(Pending::Requests(left)) => {
                *left -= 1;
                false
            }
        };
        if known {
            self.pending.remove(id);
        }
        known
    }
}
