//! A provider without an engine.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock};

use async_trait::async_trait;
use tokio::runtime::Handle;
use wml_auth_core::{AuthError, AuthProvider, AuthRequest, Authorization, TokenSource};

use crate::naive::Naive;

pub(crate) struct Bare {
    source: Naive,
    /// Set while a call is under way, and left set by one that is dropped.
    busy: Option<AtomicBool>,
    /// The first runtime it is used on, for good.
    home: Option<OnceLock<Handle>>,
    first: Mutex<Option<Authorization>>,
}

impl Bare {
    pub(crate) fn new(source: Naive, busy: bool, home: bool) -> Self {
        let (busy, home) = (busy.then(AtomicBool::default), home.then(OnceLock::new));
        Self { source, busy, home, first: Mutex::default() }
    }
}

#[async_trait]
impl AuthProvider for Bare {
    async fn authorize(&self, _: &AuthRequest) -> Result<Authorization, AuthError> {
        if let Some(home) = &self.home {
            let gone = |_| AuthError::internal("the runtime has gone");
            home.get_or_init(Handle::current).spawn(async {}).await.map_err(gone)?;
        }
        if self.busy.as_ref().is_some_and(|busy| busy.swap(true, Ordering::SeqCst)) {
            return Err(AuthError::busy("somebody else is at it"));
        }
        let token = self.source.fetch().await?;
        if let Some(busy) = &self.busy {
            busy.store(false, Ordering::SeqCst);
        }
        let authorization = Authorization::from_token(&token)?;
        if self.busy.is_some() || self.home.is_some() {
            return Ok(self.first.lock().unwrap().get_or_insert(authorization).clone());
        }
        Ok(authorization)
    }
}
