//! stdout for the answer, stderr for everything else.

use std::io::{self, Write};

use tracing_subscriber::EnvFilter;

use crate::failure::Failure;

/// Prints the answer. A reader who has gone away (`| head`) is not an error.
pub(crate) fn answer(text: &str) {
    let mut stdout = io::stdout().lock();
    let _ = writeln!(stdout, "{text}").and_then(|()| stdout.flush());
}

/// Says something on the side.
pub(crate) fn say(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Says why the run failed.
pub(crate) fn report(failure: &Failure, json: bool) {
    if json { say(&failure.json().to_string()) } else { say(&failure.text()) }
}

/// Sends logs to stderr: none, or as many as `-v` or `WML_AUTH_LOG` asks for.
pub(crate) fn log_to_stderr(verbose: u8) {
    let wanted = match verbose {
        0 => "off",
        1 => "wml_auth=info",
        _ => "debug",
    };
    let filter = EnvFilter::try_from_env("WML_AUTH_LOG").unwrap_or_else(|_| EnvFilter::new(wanted));
    // Only fails if a subscriber is set already, and this is the only place that sets one.
    let _ =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_ansi(false).try_init();
}
