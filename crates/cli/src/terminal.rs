//! stdout for the answer, stderr for everything else.

use std::io::{self, BufRead as _, IsTerminal as _, Read as _, Write};

use tracing_subscriber::EnvFilter;
use wml_auth_core::Secret;

use crate::failure::Failure;

/// In bytes. A passcode has ten.
const LONGEST_SECRET: usize = 4096;

/// Prints the answer. A reader who has gone away (`| head`) is not an error.
pub(crate) fn answer(text: &str) {
    let mut stdout = io::stdout().lock();
    let _ = writeln!(stdout, "{text}").and_then(|()| stdout.flush());
}

/// Says something on the side.
pub(crate) fn say(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Goes on only after a yes. Where there is nobody to ask, `instead` says how to agree beforehand.
pub(crate) fn agree(question: &str, instead: &str) -> Result<(), Failure> {
    match confirm(question) {
        Some(true) => Ok(()),
        Some(false) => Err(Failure::usage("nothing was done, as you wish")),
        None => {
            Err(Failure::usage("there is no terminal to ask whether this is to be done").with_hint(instead))
        }
    }
}

/// Asks for a yes on the terminal. `None` where there is nobody to ask; anything but a yes is a no.
fn confirm(question: &str) -> Option<bool> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return None;
    }
    let _ = write!(io::stderr().lock(), "{question} [y/N] ");
    let mut answer = String::new();
    let read = io::stdin().lock().read_line(&mut answer);
    Some(read.is_ok() && matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}

/// Asks for a secret: on the terminal without showing what is typed, or else the first line of standard input. Blanks
/// around it are not part of it.
pub(crate) fn secret(question: &str) -> io::Result<Secret> {
    let typed = if io::stdin().is_terminal() {
        Secret::new(rpassword::prompt_password(question)?)
    } else {
        // Reserved in full, so that growing leaves no copies behind.
        let mut line = String::with_capacity(LONGEST_SECRET);
        let limit = u64::try_from(LONGEST_SECRET).unwrap_or(u64::MAX);
        io::stdin().lock().take(limit).read_line(&mut line)?;
        Secret::new(line)
    };
    Ok(Secret::from(typed.expose().trim()))
}

/// Somebody else's words, fit for a terminal.
pub(crate) fn printable(words: &str) -> String {
    words.chars().take(400).map(|c| if c.is_control() { ' ' } else { c }).collect()
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
