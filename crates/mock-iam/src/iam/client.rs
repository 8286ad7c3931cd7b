//! Which OAuth client asks.

use super::error::OidcError;
use crate::request::{Authorization, Request};

/// A client that IAM knows. The secret of each is its own name: these two are public knowledge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Client {
    /// No client authentication: what the SDK cores do.
    Default,
    /// The IBM Cloud command line, and everything that borrowed its name.
    Bx,
    /// The Kubernetes service, which receives delegated refresh tokens.
    Kube,
}

impl Client {
    pub(super) fn of(request: &Request) -> Result<Self, OidcError> {
        match request.authorization() {
            // Some descriptions of the assume grant put a bearer token here; IAM does not need it.
            None | Some(Authorization::Bearer(_)) => Ok(Self::Default),
            Some(Authorization::Basic { user, password }) if user == password => {
                Self::named(&user).ok_or_else(|| OidcError::new("BXNIM0310E"))
            }
            Some(_) => Err(OidcError::new("BXNIM0310E")),
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "bx" => Some(Self::Bx),
            "kube" => Some(Self::Kube),
            _ => None,
        }
    }

    /// The `client_id` claim.
    pub(super) fn id(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Bx => "bx",
            Self::Kube => "kube",
        }
    }
}
