//! A token printed by a program.

use std::fmt;
use std::io;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::future::{Either, join, select};
use secrecy::zeroize::Zeroizing;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};
use tokio::runtime::Handle;
use wml_auth_core::{AccessToken, AuthError, Identity, TokenSource};

use super::command_output;
use crate::token_text::UNKNOWN_LIFE;

const LONGEST: usize = 64 * 1024;
/// Enough for a complaint; the rest is read and dropped, so that the command can go on.
const LONGEST_COMPLAINT: usize = 8 * 1024;
/// For what is already in the pipe when the command ends. Only a grandchild that keeps the pipe open makes it wait.
const AFTER_THE_END: Duration = Duration::from_millis(250);

/// Runs a program that prints a token: `ibmcloud iam oauth-tokens --output json`, a vault's client, a script.
///
/// The arguments are passed on as they are; there is no shell that would read them. The program inherits the
/// environment and the working directory, and finds nothing on its standard input.
///
/// ```
/// use std::time::Duration;
/// use wml_auth_bearer::TokenCommand;
///
/// let source = TokenCommand::new(["vault", "kv", "get", "-field=token", "secret/watsonx"])?
///     .with_timeout(Duration::from_secs(5))
///     .with_lifetime(Duration::from_secs(600));
/// # Ok::<(), wml_auth_core::AuthError>(())
/// ```
///
/// # What it has to print
///
/// The token alone on one line, or a JSON object with the token as `access_token`, `token` or `iam_token`, and perhaps
/// `expires_in` (seconds) and `expiration` (seconds since 1970), read by the rules of
/// [`answer`](wml_auth_iam::answer). At most 64 KiB.
///
/// # Failures
///
/// | what happened | error |
/// | --- | --- |
/// | there is no such program, or it may not be run | misconfigured |
/// | it ended with an exit code other than 0 | rejected; not repeated at once, because a login command may ask a person |
/// | it was ended by a signal, or took too long | unreachable, so worth another try |
/// | it printed nothing, too much, or no token | invalid answer |
///
/// The error names the program, without its arguments, which may hold a secret. At most one line of what it wrote to
/// standard error goes with it, without control characters and without what looks like a token.
///
/// # How it ends
///
/// When its time is up, or nobody waits for it any more, it is killed; on Unix together with all processes of its
/// group, which it leads, and elsewhere alone. A process that it left behind after ending by itself is not looked for,
/// and its hold on the pipe is not waited for.
#[derive(Clone)]
pub struct TokenCommand {
    program: String,
    arguments: Vec<String>,
    timeout: Duration,
    lifetime: Duration,
}

impl TokenCommand {
    /// Runs the first of these with the others as its arguments. A name without a slash is looked for in `PATH`.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] when there is no program, or a NUL in any of them.
    pub fn new(argv: impl IntoIterator<Item = impl Into<String>>) -> Result<Self, AuthError> {
        let mut argv = argv.into_iter().map(Into::into);
        let program: String = argv.next().unwrap_or_default();
        let arguments: Vec<String> = argv.collect();
        if program.trim().is_empty() {
            return Err(AuthError::misconfigured("the token command names no program")
                .with_hint("write it as a list: the program, then its arguments"));
        }
        if program.contains('\0') || arguments.iter().any(|argument| argument.contains('\0')) {
            return Err(AuthError::misconfigured("the token command has a NUL character in it"));
        }
        Ok(Self { program, arguments, timeout: Duration::from_secs(30), lifetime: UNKNOWN_LIFE })
    }

    /// How long it may take. 30 seconds unless set.
    #[must_use]
    pub fn with_timeout(mut self, most: Duration) -> Self {
        self.timeout = most;
        self
    }

    /// How long a token is used of which neither the command nor the token itself says so. At least a second; a minute
    /// unless set.
    #[must_use]
    pub fn with_lifetime(mut self, supposed: Duration) -> Self {
        self.lifetime = supposed.max(Duration::from_secs(1));
        self
    }

    fn spawn(&self) -> Result<Running, AuthError> {
        let mut command = Command::new(&self.program);
        command
            .args(&self.arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        #[cfg(unix)]
        command.process_group(0);
        match command.spawn() {
            Ok(child) => Ok(Running(child)),
            Err(error) => Err(match error.kind() {
                io::ErrorKind::NotFound => AuthError::misconfigured(self.told("was not found"))
                    .with_hint("check the spelling, and PATH if it is given without a path"),
                io::ErrorKind::PermissionDenied => AuthError::misconfigured(self.told("may not be run")),
                kind => AuthError::unreachable(self.told(&format!("could not be started: {kind}"))),
            }),
        }
    }

    async fn run(&self) -> Result<AccessToken, AuthError> {
        let mut running = self.spawn()?;
        let (stdout, stderr) = (running.0.stdout.take(), running.0.stderr.take());
        // Room for all that may come, so that growing leaves no copy behind.
        let mut printed = Zeroizing::new(Vec::with_capacity(LONGEST + 1));
        let mut complained = Vec::new();
        let ended = {
            let reading = std::pin::pin!(join(read(stdout, &mut printed), drain(stderr, &mut complained)));
            match select(std::pin::pin!(running.0.wait()), reading).await {
                Either::Left((ended, reading)) => {
                    // Not until the pipe is closed: a grandchild may hold it for ever.
                    let _ = tokio::time::timeout(AFTER_THE_END, reading).await;
                    ended
                }
                Either::Right((_, waiting)) => waiting.await,
            }
        };
        let status = ended.map_err(|_| AuthError::unreachable(self.told("ended, and nobody knows how")))?;
        if printed.len() > LONGEST {
            return Err(AuthError::invalid_answer(self.told("printed more than 64 KiB")));
        }
        if !status.success() {
            let error = self.failed(status);
            return Err(match command_output::complaint(&complained, &printed) {
                Some(line) => error.with_service_message(&line),
                None => error,
            });
        }
        command_output::read(&printed, self.lifetime).map_err(|error| {
            let told = AuthError::invalid_answer(self.told(&format!("is of no use: {}", error.message())));
            error.hint().map(str::to_owned).into_iter().fold(told, AuthError::with_hint)
        })
    }

    fn failed(&self, status: ExitStatus) -> AuthError {
        match status.code() {
            Some(code) => AuthError::rejected(self.told(&format!("failed with exit code {code}")))
                .with_hint("run it by hand to see what it needs"),
            None => AuthError::unreachable(self.told("was ended by a signal")),
        }
    }

    fn told(&self, what: &str) -> String {
        format!("the token command {} {what}", self.program)
    }
}

async fn read(pipe: Option<impl AsyncRead + Unpin>, into: &mut Vec<u8>) {
    if let Some(pipe) = pipe {
        // What was read before a fault counts; whether it is enough shows when it is looked at.
        let _ = pipe.take(LONGEST as u64 + 1).read_to_end(into).await;
    }
}

async fn drain(pipe: Option<impl AsyncRead + Unpin>, into: &mut Vec<u8>) {
    let Some(mut pipe) = pipe else { return };
    let _ = (&mut pipe).take(LONGEST_COMPLAINT as u64).read_to_end(into).await;
    let _ = tokio::io::copy(&mut pipe, &mut tokio::io::sink()).await;
}

/// A process that does not outlive whoever waits for it.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It has an id until its end has been noticed, so the group is still its own.
        #[cfg(unix)]
        if let Some(group) =
            self.0.id().and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw)
        {
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }
}

/// # Cancel safety
///
/// Dropping the future kills the command.
#[async_trait]
impl TokenSource for TokenCommand {
    async fn fetch(&self) -> Result<AccessToken, AuthError> {
        if Handle::try_current().is_err() {
            return Err(AuthError::misconfigured("a token command was run outside a tokio runtime")
                .with_hint("call it from within a tokio runtime with I/O and time enabled"));
        }
        match tokio::time::timeout(self.timeout, self.run()).await {
            Ok(outcome) => outcome,
            Err(_) => {
                Err(AuthError::unreachable(self.told(&format!("gave no token within {:?}", self.timeout))))
            }
        }
    }

    fn identity(&self) -> Identity {
        let lifetime = format!("{:?}", self.lifetime);
        let arguments = self.arguments.iter().map(|argument| ("argument", argument.as_str()));
        let inputs: Vec<_> = arguments.chain([("lifetime", lifetime.as_str())]).collect();
        Identity::new("token-command", &self.program, &inputs)
    }
}

/// Shows how many arguments there are, not what they say.
impl fmt::Debug for TokenCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenCommand")
            .field("program", &self.program)
            .field("arguments", &self.arguments.len())
            .field("timeout", &self.timeout)
            .field("lifetime", &self.lifetime)
            .finish()
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::io::Read as _;

    use super::*;

    fn shell(script: &str) -> TokenCommand {
        TokenCommand::new(["sh", "-c", script]).unwrap()
    }

    async fn refusal(script: &str) -> AuthError {
        let error = shell(script).fetch().await.unwrap_err();
        assert!(error.message().contains("command sh"), "{error}");
        assert!(!format!("{error:?} {:?}", error.hint()).contains("hunter2"), "{error:?}");
        error
    }

    #[tokio::test]
    async fn what_it_prints_is_the_token() {
        let token = shell("echo abc").fetch().await.unwrap();
        assert_eq!((token.secret().expose(), token.expires_in()), ("abc", Some(UNKNOWN_LIFE)));
        let json = shell(r#"echo '{"token":"abc","expires_in":90}'"#).fetch().await.unwrap();
        assert_eq!(json.expires_in(), Some(Duration::from_secs(90)));
        let patient = shell("echo abc").with_lifetime(Duration::from_secs(600));
        assert_eq!(patient.fetch().await.unwrap().expires_in(), Some(Duration::from_secs(600)));
    }

    #[tokio::test]
    async fn arguments_are_passed_on_as_they_are() {
        let command = TokenCommand::new(["printf", "%s", "$HOME;`id`*"]).unwrap();
        assert_eq!(command.fetch().await.unwrap().secret().expose(), "$HOME;`id`*");
    }

    #[tokio::test]
    async fn standard_input_is_empty() {
        assert_eq!(shell("cat; echo abc").fetch().await.unwrap().secret().expose(), "abc");
    }

    #[tokio::test]
    async fn a_failure_is_told_in_one_line_without_the_token() {
        let error = refusal("echo hunter2; echo first >&2; echo no hunter2 for you >&2; exit 3").await;
        assert!(error.is_rejected_credential() && !error.is_retryable(), "{error}");
        assert!(error.message().contains("exit code 3"), "{error}");
        assert_eq!(error.service_message(), Some("no [redacted] for you"));
        assert!(refusal("kill -9 $$").await.is_retryable());
    }

    #[tokio::test]
    async fn a_success_may_complain() {
        assert_eq!(shell("echo careful >&2; echo abc").fetch().await.unwrap().secret().expose(), "abc");
    }

    #[tokio::test]
    async fn output_that_is_no_token_is_an_invalid_answer() {
        for script in ["", "echo", "echo hunter2 two", "printf 'hunter2\\n\\n'", "echo '{\"token\":5}'"] {
            assert!(refusal(script).await.is_invalid_answer(), "{script}");
        }
        let error = refusal("head -c 70000 /dev/zero | tr '\\0' x").await;
        assert!(error.is_invalid_answer() && error.message().contains("64 KiB"), "{error}");
    }

    #[tokio::test]
    async fn many_complaints_do_not_block_it() {
        let script = "head -c 300000 /dev/zero >&2; echo abc";
        assert_eq!(shell(script).fetch().await.unwrap().secret().expose(), "abc");
    }

    #[tokio::test]
    async fn a_grandchild_that_keeps_the_pipe_is_not_waited_for() {
        let command = shell("sleep 30 & echo abc").with_timeout(Duration::from_secs(20));
        assert_eq!(command.fetch().await.unwrap().secret().expose(), "abc");
    }

    #[tokio::test]
    async fn it_has_to_be_done_in_time() {
        let error = shell("sleep 1000").with_timeout(Duration::from_millis(50)).fetch().await.unwrap_err();
        assert!(error.is_unreachable() && error.message().contains("50ms"), "{error}");
    }

    /// A pipe whose readers see its end when nobody is left who could write into it tells that all of them are gone.
    #[tokio::test]
    async fn the_whole_group_ends_when_nobody_waits_any_more() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let script = format!("exec 3>'{}'; echo up >&3; sleep 1000 & wait", pipe.display());
        let asked = tokio::spawn(async move { shell(&script).fetch().await });
        let (started, up) = tokio::sync::oneshot::channel();
        let reader = tokio::task::spawn_blocking(move || {
            let mut pipe = std::fs::File::open(pipe).unwrap();
            let mut word = [0; 3];
            pipe.read_exact(&mut word).unwrap();
            started.send(()).unwrap();
            pipe.read_to_end(&mut Vec::new()).unwrap()
        });
        up.await.unwrap();
        asked.abort();
        let ended = tokio::time::timeout(Duration::from_secs(10), reader).await;
        assert_eq!(ended.expect("the grandchild is gone").unwrap(), 0);
    }

    #[tokio::test]
    async fn what_cannot_be_run_is_a_mistake() {
        let unfit = tempfile::NamedTempFile::new().unwrap();
        let unfit = unfit.path().to_str().unwrap();
        for program in ["/no/such/program", "no-such-program-anywhere", unfit] {
            let error = TokenCommand::new([program]).unwrap().fetch().await.unwrap_err();
            assert!(error.is_misconfigured(), "{error}");
        }
        assert!(TokenCommand::new(Vec::<String>::new()).unwrap_err().is_misconfigured());
        assert!(TokenCommand::new([" "]).unwrap_err().is_misconfigured());
        assert!(TokenCommand::new(["a", "b\0c"]).unwrap_err().is_misconfigured());
    }

    #[test]
    fn outside_a_runtime_it_says_so() {
        let command = shell("echo abc");
        let mut fetching = command.fetch();
        let polled = fetching.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop()));
        let std::task::Poll::Ready(Err(error)) = polled else { panic!("it waits for a runtime") };
        assert!(error.is_misconfigured(), "{error}");
    }

    #[test]
    fn arguments_tell_commands_apart_and_are_not_shown() {
        let command = |argument: &str| TokenCommand::new(["get", argument]).unwrap();
        assert_eq!(command("a").identity(), command("a").identity());
        assert_ne!(command("a").identity(), command("b").identity());
        let shown = format!("{:?} {}", command("hunter2"), command("hunter2").identity());
        assert!(shown.contains("get") && !shown.contains("hunter2"), "{shown}");
    }
}
