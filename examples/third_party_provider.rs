//! A login of your own: one method that makes one attempt, one that says whose tokens these are.
//!
//! This one reads a badge machine. Caching, sharing, renewal, retries and rejection come with the engine.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use wml_auth::engine::Engine;
use wml_auth::{AccessToken, AuthError, AuthRequest, Credentials, Identity, Secret, TokenSource};

struct BadgeMachine {
    pin: Secret,
    printed: AtomicU64,
}

#[async_trait]
impl TokenSource for BadgeMachine {
    async fn fetch(&self) -> Result<AccessToken, AuthError> {
        if self.pin.expose() != "0000" {
            return Err(
                AuthError::rejected("the badge machine does not know this PIN").with_hint("ask the porter")
            );
        }
        let number = self.printed.fetch_add(1, Ordering::Relaxed);
        Ok(AccessToken::new(Secret::new(format!("badge-{number}"))).with_expires_in(Duration::from_secs(600)))
    }

    fn identity(&self) -> Identity {
        Identity::new("badge", "front desk", &[("pin", self.pin.expose())])
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), AuthError> {
    let machine = BadgeMachine { pin: Secret::from("0000"), printed: AtomicU64::new(1) };
    let credentials = Credentials::new(Engine::new(machine));
    for _ in 0..3 {
        let authorization = credentials.authorize(&AuthRequest::new()).await?;
        println!("{} from {}", authorization.expose_token(), authorization.identity());
        assert_eq!(authorization.expose_token(), "badge-1");
    }

    let refused = credentials.authorize(&AuthRequest::new()).await?;
    credentials.reject(&refused);
    assert_eq!(credentials.authorize(&AuthRequest::new()).await?.expose_token(), "badge-2");
    Ok(())
}
