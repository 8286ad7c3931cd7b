//! `wml-auth mock`

use std::io::{Error, ErrorKind};

use tempfile::TempDir;
use wml_auth_mock_iam::{MockIam, Scenario};

use crate::args::Mock;
use crate::failure::Failure;
use crate::terminal;

pub(crate) async fn run(args: &Mock) -> Result<(), Failure> {
    let broken = |error: Error| {
        let message = format!("the mock did not start: {error}");
        match error.kind() {
            // A scenario that names what is not there.
            ErrorKind::InvalidInput => Failure::usage(message),
            _ => Failure::internal(message),
        }
    };
    let mut builder = MockIam::builder().host(args.host).port(args.port).tls(args.tls);
    if let Some(file) = &args.scenario {
        let scenario = Scenario::read(file).map_err(|error| Failure::usage(error.to_string()))?;
        builder = builder.scenario(scenario);
    }
    if let Some(seed) = args.seed {
        builder = builder.seed(seed);
    }
    if let Some(port) = args.tls_port {
        builder = builder.tls_port(port);
    }
    for name in &args.tls_names {
        builder = builder.tls_name(name);
    }
    if args.tls12 {
        builder = builder.tls12_only(true);
    }
    #[cfg(unix)]
    if let Some(path) = &args.unix_socket {
        builder = builder.unix_socket(path);
    }
    if let Some(port) = args.admin_port {
        builder = builder.admin_port(port);
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
