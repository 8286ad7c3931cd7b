//! The one error of the contract.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::text::printable;

/// Why no authorization could be had.
///
/// Opaque on purpose: ask the predicates, not the text. It is cheap to clone, because one failed exchange serves
/// every caller who waited for it.
///
/// # What to do with one
///
/// | predicate | what happened | what helps |
/// | --- | --- | --- |
/// | [`is_absent`](Self::is_absent) | nothing is configured here | a chain tries its next member |
/// | [`is_misconfigured`](Self::is_misconfigured) | what is configured cannot work | a person mends it; trying again does not |
/// | [`is_rejected_credential`](Self::is_rejected_credential) | the issuer or the service knows the credential and refuses it | another credential, or more rights |
/// | [`is_retryable`](Self::is_retryable) | the network, a time-out, a 429 or a 5xx | time; see [`retry_after`](Self::retry_after) |
///
/// # What it shows
///
/// `Display` is one line for people: what happened, the issuer's code and words, the host, the HTTP status and the
/// transaction id. The [`hint`](Self::hint) is not part of it. No promise is made about the wording.
/// Everything in it that came from a server is stripped of control characters and cut to a sane length,
/// and neither a secret nor a raw body gets in: build one with the methods below and never with text that was sent.
///
/// ```
/// use wml_auth_core::AuthError;
///
/// let error = AuthError::rejected("the API key was refused")
///     .with_code("BXNIM0415E")
///     .with_service_message("Provided API key could not be found.")
///     .with_host("iam.cloud.ibm.com")
///     .with_hint("check the key, or make a new one");
/// assert!(error.is_rejected_credential() && !error.is_retryable());
/// assert_eq!(error.code(), Some("BXNIM0415E"));
/// assert_eq!(
///     error.to_string(),
///     "the API key was refused: BXNIM0415E Provided API key could not be found. (iam.cloud.ibm.com)"
/// );
/// ```
#[derive(Clone)]
pub struct AuthError(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    kind: Kind,
    message: Cow<'static, str>,
    code: Option<String>,
    service_message: Option<String>,
    host: Option<String>,
    status: Option<u16>,
    transaction_id: Option<String>,
    hint: Option<Cow<'static, str>>,
    retry_after: Option<Duration>,
    attempts: Vec<Attempt>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Absent,
    Misconfigured,
    Rejected,
    Unreachable,
    Busy,
    InvalidAnswer,
    Internal,
}

/// One member of a chain that was tried, and what came of it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Attempt {
    /// The name under which the member stands in the chain.
    pub name: Cow<'static, str>,
    /// Why it gave no authorization.
    pub error: AuthError,
}

const LONGEST_MESSAGE: usize = 400;
const LONGEST_NAME: usize = 128;

impl AuthError {
    /// Nothing is configured here. In a chain the next member is asked.
    pub fn absent(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Absent, message)
    }

    /// What is configured cannot work: a malformed key, a missing field, an unreadable file. A chain stops.
    pub fn misconfigured(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Misconfigured, message)
    }

    /// The issuer or the service refused the credential, or what it may do is not enough.
    pub fn rejected(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Rejected, message)
    }

    /// No answer was had: no address, no connection, a broken one, or no time left.
    pub fn unreachable(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Unreachable, message)
    }

    /// The other side answered that it cannot serve now: 429 or 5xx.
    pub fn busy(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Busy, message)
    }

    /// An answer came and is of no use: not the promised format, no token in it, a token that is already dead.
    pub fn invalid_answer(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::InvalidAnswer, message)
    }

    /// Something that should not happen, such as a panic in a source.
    pub fn internal(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Internal, message)
    }

    fn new(kind: Kind, message: impl Into<Cow<'static, str>>) -> Self {
        let message = match message.into() {
            Cow::Borrowed(words) => Cow::Borrowed(words),
            Cow::Owned(words) => Cow::Owned(printable(&words, LONGEST_MESSAGE)),
        };
        Self(Arc::new(Inner {
            kind,
            message,
            code: None,
            service_message: None,
            host: None,
            status: None,
            transaction_id: None,
            hint: None,
            retry_after: None,
            attempts: Vec::new(),
        }))
    }

    /// The issuer's stable code, such as `BXNIM0415E`.
    #[must_use]
    pub fn with_code(self, code: &str) -> Self {
        self.change(|inner| inner.code = Some(printable(code, LONGEST_NAME)))
    }

    /// The issuer's own words. Cut to 400 characters, control characters removed.
    #[must_use]
    pub fn with_service_message(self, words: &str) -> Self {
        self.change(|inner| inner.service_message = Some(printable(words, LONGEST_MESSAGE)))
    }

    /// The host (and port, where it is not the usual one) that was asked. Never a whole URL.
    #[must_use]
    pub fn with_host(self, host: &str) -> Self {
        self.change(|inner| inner.host = Some(printable(host, LONGEST_NAME)))
    }

    /// The HTTP status of the answer.
    #[must_use]
    pub fn with_status(self, status: u16) -> Self {
        self.change(|inner| inner.status = Some(status))
    }

    /// The id under which the issuer's staff can find the request.
    #[must_use]
    pub fn with_transaction_id(self, id: &str) -> Self {
        self.change(|inner| inner.transaction_id = Some(printable(id, LONGEST_NAME)))
    }

    /// What a person can do about it, as a sentence without a full stop.
    #[must_use]
    pub fn with_hint(self, hint: impl Into<Cow<'static, str>>) -> Self {
        let hint = hint.into();
        self.change(|inner| inner.hint = Some(hint))
    }

    /// How long the other side asked to be left alone.
    #[must_use]
    pub fn with_retry_after(self, wait: Duration) -> Self {
        self.change(|inner| inner.retry_after = Some(wait))
    }

    /// Adds what came of one more member of a chain.
    #[must_use]
    pub fn with_attempt(self, name: impl Into<Cow<'static, str>>, error: AuthError) -> Self {
        let name = name.into();
        self.change(|inner| inner.attempts.push(Attempt { name, error }))
    }

    fn change(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }

    /// Nothing is configured here, as opposed to something that does not work.
    pub fn is_absent(&self) -> bool {
        self.0.kind == Kind::Absent
    }

    /// A person has to mend the configuration.
    pub fn is_misconfigured(&self) -> bool {
        self.0.kind == Kind::Misconfigured
    }

    /// The credential itself, or its rights, were refused.
    pub fn is_rejected_credential(&self) -> bool {
        self.0.kind == Kind::Rejected
    }

    /// The same request may succeed later: no connection, a time-out, 429 or 5xx.
    pub fn is_retryable(&self) -> bool {
        matches!(self.0.kind, Kind::Unreachable | Kind::Busy)
    }

    /// There was no answer at all. Implies [`is_retryable`](Self::is_retryable).
    pub fn is_unreachable(&self) -> bool {
        self.0.kind == Kind::Unreachable
    }

    /// There was an answer, and it made no sense: a login page, a proxy's error, a broken token.
    pub fn is_invalid_answer(&self) -> bool {
        self.0.kind == Kind::InvalidAnswer
    }

    /// What happened, in our words.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The issuer's stable code. Programs should compare this, never the words.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// What happened, in the issuer's words.
    pub fn service_message(&self) -> Option<&str> {
        self.0.service_message.as_deref()
    }

    /// The host that was asked.
    pub fn host(&self) -> Option<&str> {
        self.0.host.as_deref()
    }

    /// The HTTP status of the answer, if there was one.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The id to quote in a support case.
    pub fn transaction_id(&self) -> Option<&str> {
        self.0.transaction_id.as_deref()
    }

    /// What a person can do about it.
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// How long the other side asked to be left alone, as it said it. Whoever obeys bounds it.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The members of a chain that were tried, in order. Empty for an error that is not a chain's.
    pub fn attempts(&self) -> &[Attempt] {
        &self.0.attempts
    }
}

impl fmt::Display for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        match (self.code(), self.service_message()) {
            (Some(code), Some(words)) => write!(f, ": {code} {words}")?,
            (Some(words), None) | (None, Some(words)) => write!(f, ": {words}")?,
            (None, None) => {}
        }
        let facts = [
            self.host().map(str::to_owned),
            self.status().map(|status| format!("HTTP {status}")),
            self.transaction_id().map(|id| format!("transaction {id}")),
        ];
        let facts: Vec<String> = facts.into_iter().flatten().collect();
        if !facts.is_empty() {
            write!(f, " ({})", facts.join(", "))?;
        }
        for (place, Attempt { name, error }) in self.attempts().iter().enumerate() {
            write!(f, "{} {name}: {error}", if place == 0 { ":" } else { ";" })?;
        }
        Ok(())
    }
}

impl fmt::Debug for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AuthError({:?}, {:?})", self.0.kind, self.to_string())
    }
}

impl std::error::Error for AuthError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_answers_one_question_and_retrying_two() {
        let answers = |e: AuthError| {
            [
                e.is_absent(),
                e.is_misconfigured(),
                e.is_rejected_credential(),
                e.is_retryable(),
                e.is_invalid_answer(),
            ]
        };
        assert_eq!(answers(AuthError::absent("")), [true, false, false, false, false]);
        assert_eq!(answers(AuthError::misconfigured("")), [false, true, false, false, false]);
        assert_eq!(answers(AuthError::rejected("")), [false, false, true, false, false]);
        assert_eq!(answers(AuthError::unreachable("")), [false, false, false, true, false]);
        assert_eq!(answers(AuthError::busy("")), [false, false, false, true, false]);
        assert_eq!(answers(AuthError::invalid_answer("")), [false, false, false, false, true]);
        assert_eq!(answers(AuthError::internal("")), [false; 5]);
        assert!(AuthError::unreachable("").is_unreachable() && !AuthError::busy("").is_unreachable());
    }

    #[test]
    fn what_is_not_on_the_line_can_be_asked_for() {
        let bare = AuthError::busy("busy");
        assert_eq!((bare.message(), bare.hint(), bare.retry_after()), ("busy", None, None));
        let full = bare.with_hint("wait").with_retry_after(Duration::from_secs(7));
        assert_eq!(full.hint(), Some("wait"));
        assert_eq!(full.retry_after(), Some(Duration::from_secs(7)));
    }

    #[test]
    fn a_server_cannot_write_to_the_terminal() {
        let error = AuthError::rejected("refused")
            .with_service_message("a\r\nb\x1b[2Jc")
            .with_code("X\n")
            .with_host("h\0");
        assert!(!format!("{error} {error:?}").chars().any(char::is_control), "{error:?}");
    }

    #[test]
    fn the_line_names_all_that_is_known() {
        let error = AuthError::busy("IAM is busy").with_status(429).with_transaction_id("abc").with_host("h");
        assert_eq!(error.to_string(), "IAM is busy (h, HTTP 429, transaction abc)");
        let chain = AuthError::absent("no credential")
            .with_attempt("a", AuthError::absent("x"))
            .with_attempt("b", error);
        assert_eq!(chain.to_string(), "no credential: a: x; b: IAM is busy (h, HTTP 429, transaction abc)");
    }

    #[test]
    fn a_clone_is_not_changed_by_its_original() {
        let first = AuthError::busy("busy");
        let second = first.clone().with_code("C");
        assert_eq!((first.code(), second.code()), (None, Some("C")));
    }
}
