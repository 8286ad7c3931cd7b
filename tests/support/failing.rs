//! A network that fails when it is least wanted.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use http::{Request, Response};
use wml_auth::{AuthError, Transport};

/// Fails a call, or all from one on; before it is sent, or with the answer lost on the way.
#[allow(missing_debug_implementations, reason = "a transport has none")]
pub struct Failing {
    /// What carries the other calls.
    pub inner: Arc<dyn Transport>,
    /// How many there were.
    pub calls: AtomicUsize,
    /// The number of the one that fails, from 1.
    pub failing: usize,
    /// All that follow fail, too.
    pub for_good: bool,
    /// The other side has heard it.
    pub answer_is_lost: bool,
}

#[async_trait]
impl Transport for Failing {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, AuthError> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed) + 1;
        if call != self.failing && !(self.for_good && call > self.failing) {
            return self.inner.send(request).await;
        }
        if self.answer_is_lost {
            self.inner.send(request).await?;
        }
        Err(AuthError::unreachable("the connection broke"))
    }
}
