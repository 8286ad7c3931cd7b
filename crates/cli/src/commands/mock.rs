//! `wml-auth mock`

use tempfile::TempDir;
use wml_auth_mock_iam::MockIam;

use crate::args::Mock;
use crate::failure::Failure;
use crate::terminal;

pub(crate) async fn run(args: &Mock) -> Result<(), Failure> {
    let broken = |error: std::io::Error| Failure::internal(format!("the mock did not start: {error}"));
    let mut builder = MockIam::builder().port(args.port).tls(args.tls);
    if let Some(seed) = args.seed {
        builder = builder.seed(seed);
    }
    let cloud = builder.start().await.map_err(broken)?;
    let mut fixture = cloud.fixture().clone();
    // Kept until the server stops: clients read the certificate from it.
    let directory = TempDir::with_prefix("wml-auth-mock-").map_err(broken)?;
    if let Some(pem) = cloud.ca_pem() {
        let file = directory.path().join("ca.pem");
        std::fs::write(&file, pem).map_err(broken)?;
        fixture.ca_file = Some(file);
    }
    let line = serde_json::to_string(&fixture).map_err(|error| Failure::internal(error.to_string()))?;
    terminal::answer(&line);
    terminal::say(&format!("serving a mock IBM Cloud at {}; stop it with Ctrl-C", cloud.url()));
    stopped().await.map_err(broken)
}

/// Returns when the process is asked to stop.
#[cfg(unix)]
async fn stopped() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    tokio::select! {
        _ = interrupt.recv() => Ok(()),
        _ = terminate.recv() => Ok(()),
    }
}

/// Returns when the process is asked to stop.
#[cfg(not(unix))]
async fn stopped() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
