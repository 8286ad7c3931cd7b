//! Running a command that prints a secret.

use std::fmt;
use std::io::Read;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use wml_auth_core::Secret;

use crate::Environment;

/// How long a command may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// No secret is this long.
const LARGEST: u64 = 64 * 1024;

/// Why a command gave no secret. What it wrote to its error output is not kept, because it may hold one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CommandFault {
    NotStarted(std::io::ErrorKind),
    TooSlow,
    TooLong,
    NotUtf8,
    Failed(Option<i32>),
}

/// What the command prints. `argv` is the program and its arguments: no shell is involved.
pub(crate) fn run(
    argv: &[String],
    environment: &Environment,
    patience: Duration,
) -> Result<Secret, CommandFault> {
    let Some((program, arguments)) = argv.split_first() else {
        return Err(CommandFault::NotStarted(std::io::ErrorKind::NotFound));
    };
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    if let Some(directory) = environment.current_dir() {
        command.current_dir(directory);
    }
    if let Some(variables) = environment.for_a_command() {
        command.env_clear().envs(variables.iter().map(|(name, value)| (name, value.expose())));
    }
    let mut child = command.spawn().map_err(|error| CommandFault::NotStarted(error.kind()))?;
    let outcome = watch(&mut child, patience);
    if outcome.is_err() {
        // It may have ended by itself; either way nothing is left behind.
        let _ = child.kill();
        let _ = child.wait();
    }
    outcome
}

fn watch(child: &mut Child, patience: Duration) -> Result<Secret, CommandFault> {
    let (sender, printed) = channel();
    let output = child.stdout.take();
    // A thread, because reading from a pipe cannot be given up. It ends when the other end closes.
    let reader = std::thread::Builder::new().name(String::from("wml-auth-command"));
    let started = reader.spawn(move || {
        let mut bytes = Vec::with_capacity(4096);
        let outcome = output.map(|output| output.take(LARGEST + 1).read_to_end(&mut bytes));
        let _ = sender.send(outcome.is_some_and(|read| read.is_ok()).then_some(bytes));
    });
    if let Err(error) = started {
        return Err(CommandFault::NotStarted(error.kind()));
    }
    let bytes = match printed.recv_timeout(patience) {
        Ok(Some(bytes)) => bytes,
        Ok(None) | Err(RecvTimeoutError::Disconnected) => return Err(CommandFault::Failed(None)),
        Err(RecvTimeoutError::Timeout) => return Err(CommandFault::TooSlow),
    };
    if u64::try_from(bytes.len()).is_ok_and(|length| length > LARGEST) {
        return Err(CommandFault::TooLong);
    }
    let text = Secret::new(String::from_utf8(bytes).map_err(|_| CommandFault::NotUtf8)?);
    let status = end_of(child, patience)?;
    if status.success() { Ok(text) } else { Err(CommandFault::Failed(status.code())) }
}

/// Its exit status, which follows the end of its output nearly at once, unless it does something odd.
fn end_of(child: &mut Child, patience: Duration) -> Result<ExitStatus, CommandFault> {
    const STEP: Duration = Duration::from_millis(5);
    let (_nobody_sends, pause) = channel::<()>();
    let mut waited = Duration::ZERO;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status),
            Ok(None) if waited < patience => {
                let _ = pause.recv_timeout(STEP);
                waited += STEP;
            }
            Ok(None) => return Err(CommandFault::TooSlow),
            Err(_) => return Err(CommandFault::Failed(None)),
        }
    }
}

/// Completes a sentence that begins with the command.
impl fmt::Display for CommandFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotStarted(kind) => write!(f, "could not be started: {kind}"),
            Self::TooSlow => write!(f, "did not end within {} seconds", PATIENCE.as_secs()),
            Self::TooLong => f.write_str("printed more than 64 KiB"),
            Self::NotUtf8 => f.write_str("printed something that is not UTF-8"),
            Self::Failed(Some(code)) => write!(f, "failed with exit code {code}"),
            Self::Failed(None) => f.write_str("was ended by a signal"),
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str, patience: Duration) -> Result<Secret, CommandFault> {
        let environment = Environment::from_vars([("PATH", "/usr/bin:/bin"), ("GREETING", "hello")]);
        run(&["sh".into(), "-c".into(), script.into()], &environment, patience)
    }

    #[test]
    fn its_output_is_the_secret_and_its_errors_are_not_kept() {
        assert_eq!(shell("echo noise >&2; printf \"$GREETING\"", PATIENCE), Ok(Secret::from("hello")));
    }

    #[test]
    fn each_fault_has_its_name() {
        assert_eq!(shell("printf secret; exit 3", PATIENCE), Err(CommandFault::Failed(Some(3))));
        assert_eq!(shell("printf '\\377'", PATIENCE), Err(CommandFault::NotUtf8));
        assert_eq!(shell("head -c 70000 /dev/zero", PATIENCE), Err(CommandFault::TooLong));
        assert_eq!(shell("kill -9 $$", PATIENCE), Err(CommandFault::Failed(None)));
        let environment = Environment::from_vars([("PATH", "/nowhere")]);
        assert_eq!(
            run(&["no-such-program".into()], &environment, PATIENCE),
            Err(CommandFault::NotStarted(std::io::ErrorKind::NotFound))
        );
    }

    #[test]
    fn one_that_hangs_is_ended_whether_it_holds_its_output_open_or_not() {
        let short = Duration::from_millis(100);
        assert_eq!(shell("exec sleep 60", short), Err(CommandFault::TooSlow));
        assert_eq!(shell("exec sleep 60 >&-", short), Err(CommandFault::TooSlow));
    }
}
