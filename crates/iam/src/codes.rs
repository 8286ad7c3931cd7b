//! The error codes of IBM Cloud IAM, and what helps against each.
//!
//! IBM keeps the codes stable and translates and rewords the texts that come with them, so programs should compare
//! [`AuthError::code`](wml_auth_core::AuthError::code). The table holds what is known from IBM's documentation and
//! clients and from public reports; a code that is not in it is judged by the HTTP status.

/// What a code says about trying again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// The credential, or what it may do, was refused.
    Rejected,
    /// IAM cannot serve now; later it may.
    Busy,
    /// What was asked cannot work, with whatever credential.
    Misconfigured,
}

/// One code of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Code {
    /// The code, such as `BXNIM0415E`.
    pub code: &'static str,
    /// What it says about trying again.
    pub verdict: Verdict,
    /// What it means, in our words.
    pub meaning: &'static str,
    /// What a person can do. `{host}` stands for the host that was asked.
    pub hint: &'static str,
}

/// Looks a code up.
///
/// ```
/// use wml_auth_iam::codes::{Verdict, find};
///
/// assert_eq!(find("BXNIM0462E").map(|code| code.verdict), Some(Verdict::Rejected));
/// assert_eq!(find("BXNIM9999E"), None);
/// ```
pub fn find(code: &str) -> Option<&'static Code> {
    all().iter().find(|known| known.code == code)
}

/// The whole table, in the order of the codes.
pub fn all() -> &'static [Code] {
    TABLE
}

const fn row(code: &'static str, verdict: Verdict, meaning: &'static str, hint: &'static str) -> Code {
    Code { code, verdict, meaning, hint }
}

use Verdict::{Busy, Misconfigured, Rejected};

const LOG_IN_AGAIN: &str = "log in again for a new one, or use an API key, which needs no refresh";
const ASK_FOR_RIGHTS: &str = "ask the account's administrator for the right to do this";

#[rustfmt::skip]
static TABLE: &[Code] = &[
    row("BXNIM0050E", Busy, "IAM has a fault of its own", "try again later; quote the transaction id if it lasts"),
    row("BXNIM0060E", Misconfigured, "this is not the address of token requests", "check the endpoint: it is a base URL such as https://iam.cloud.ibm.com"),
    row("BXNIM0106E", Misconfigured, "a field of the request has a value that IAM does not know", "check the scope and the other options; the details name the field"),
    row("BXNIM0109E", Misconfigured, "a field of the request is missing or empty", "check the configuration; the details name the field"),
    row("BXNIM0113E", Misconfigured, "a resource name (CRN) is not valid", "copy the CRN again from the console"),
    row("BXNIM0139E", Misconfigured, "the client may not do this", "check the client id"),
    row("BXNIM0141E", Rejected, "the user is not a member of the account", "check the account id, or have the user invited to the account"),
    row("BXNIM0151E", Rejected, "the identity has as many API keys as it may have", "delete keys that are no longer used"),
    row("BXNIM0308E", Misconfigured, "the request needs an Authorization header", "configure client id and secret, which this way of logging in needs"),
    row("BXNIM0310E", Misconfigured, "the client id is not known", "check the client id and its secret"),
    row("BXNIM0400E", Rejected, "the account or the login needs attention", "log in to the console once with this identity and see what it asks for"),
    row("BXNIM0401E", Rejected, "the token is malformed", "pass the token on whole and unchanged"),
    row("BXNIM0405E", Rejected, "the token has expired or is of another kind than is needed", LOG_IN_AGAIN),
    row("BXNIM0407E", Rejected, "the token is not valid", LOG_IN_AGAIN),
    row("BXNIM0408E", Rejected, "the refresh token has expired", LOG_IN_AGAIN),
    row("BXNIM0410E", Rejected, "the user is not known or not active", "check that the user still belongs to the account"),
    row("BXNIM0413E", Misconfigured, "an API key cannot be switched to another account", "leave the account out, or use a key of that account"),
    row("BXNIM0415E", Rejected, "the API key was not found", "check the key; one made seconds ago may take a while to be known; it was sent to {host}, which knows only the keys of its own environment"),
    row("BXNIM0421E", Rejected, "the login cookie has expired", LOG_IN_AGAIN),
    row("BXNIM0430E", Rejected, "logging in from this IP address is not allowed", "have the address allowed in the account's or the identity's settings, or go by the private endpoint"),
    row("BXNIM0434E", Rejected, "the API key is blocked", "make a new key; find out from IBM why this one was blocked"),
    row("BXNIM0436E", Rejected, "the user is suspended in the account", "ask the account's administrator"),
    row("BXNIM0439E", Rejected, "the session has ended after a time without use", LOG_IN_AGAIN),
    row("BXNIM0453E", Misconfigured, "the refresh token of a Service ID cannot be used here", "use the Service ID's API key"),
    row("BXNIM0462E", Rejected, "the API key is disabled", "enable the key again or make a new one; a key that was found in public is disabled by IBM"),
    row("BXNIM0501E", Rejected, "the identity may not use this API", ASK_FOR_RIGHTS),
    row("BXNIM0513E", Rejected, "the identity may not use this API", ASK_FOR_RIGHTS),
    row("BXNIM0515E", Rejected, "the identity may not manage this client id", ASK_FOR_RIGHTS),
    row("BXNIM0602E", Rejected, "the user name or password is wrong", "check both; a federated user needs an API key or a passcode"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_and_complete() {
        assert!(all().is_sorted_by(|a, b| a.code < b.code));
        for code in all() {
            assert!(code.code.len() == 10 && code.code.starts_with("BXNIM") && code.code.ends_with('E'));
            assert!(!code.meaning.is_empty() && !code.hint.is_empty());
            assert!(!code.hint.ends_with('.') && !code.meaning.ends_with('.'), "{}", code.code);
        }
    }
}
