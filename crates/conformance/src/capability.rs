//! What a provider can do.

use std::fmt;

/// Something that a provider may lack. Checks that need it are then skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Capability {
    /// It obtains its token from the token service of the mock IBM Cloud.
    Exchange,
    /// It is a token source, which the suite wraps in an engine with a clock of its own. A finished provider is not.
    Source,
    /// It can obtain another token when one is refused.
    Renewal,
    /// It logs in with something secret, and not by where it runs.
    Secret,
    /// It takes a token that says nothing of itself, as long as the answer tells its life.
    OpaqueToken,
    /// It asks by POST. Some token services are asked by GET or PUT, without a body.
    Post,
    /// It asks with the same credential each time, so that a token service can count its requests.
    SameCaller,
    /// It reads when a JWT ends, and goes by the server's `Date`.
    Claims,
    /// It goes to [`MockIam::tls_url`](wml_auth_mock_iam::MockIam::tls_url), and trusts
    /// [`MockIam::ca_pem`](wml_auth_mock_iam::MockIam::ca_pem), where the cloud that it is made against has them. Lacking
    /// unless it is said to be [there](crate::Subject::with).
    Tls,
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Exchange => "an exchange with the token service",
            Self::Source => "a token source with a clock of the suite's",
            Self::Renewal => "a second token",
            Self::Secret => "a secret to log in with",
            Self::OpaqueToken => "a use for tokens that say nothing of themselves",
            Self::Post => "a request by POST",
            Self::SameCaller => "one credential for all its exchanges",
            Self::Claims => "an eye for the end of a JWT",
            Self::Tls => "a way to be made against a cloud with TLS",
        })
    }
}
