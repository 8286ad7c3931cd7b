//! The ways of logging in, and all the names they go by.

use std::fmt;
use std::fmt::Write as _;

use serde::{Serialize, Serializer};

use crate::Key;
use crate::text::{did_you_mean, quoted};

/// A way of logging in that this version supports.
///
/// ```
/// use wml_auth_config::AuthType;
///
/// assert_eq!(AuthType::Bearer.to_string(), "bearer");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AuthType {
    /// An API key, exchanged for IAM tokens.
    Iam,
    /// The API key of a Service ID, exchanged for IAM tokens and bound to a deployment space or project.
    ServiceLevel,
    /// A token that somebody else obtained.
    Bearer,
    /// User and password, or the API key itself, on every request.
    Basic,
}

/// One row of the table of all auth types that exist.
struct Row {
    name: &'static str,
    aliases: &'static [&'static str],
    supported: Option<AuthType>,
    takes: &'static str,
}

/// IBM's names first, so that an inferred or normalised type reads as in IBM's documentation.
const TABLE: &[Row] = &[
    Row {
        name: "iam",
        aliases: &[],
        supported: Some(AuthType::Iam),
        takes: "`apikey`; optional `auth_url`, `client_id` with `client_secret`, `scope`, `account_id`",
    },
    Row {
        name: "service-level",
        aliases: &["serviceLevel", "service_level"],
        supported: Some(AuthType::ServiceLevel),
        takes: "`apikey`, `space_id` or `project_id`, and `url` or `platform_url`; optional `auth_url`, `client_id` with \
                `client_secret`, `service_id`, `minimum_role`",
    },
    Row {
        name: "bearer",
        aliases: &["bearerToken", "bearer_token"],
        supported: Some(AuthType::Bearer),
        takes: "one of `bearer_token`, `bearer_token_file`, `bearer_token_command`",
    },
    Row {
        name: "basic",
        aliases: &[],
        supported: Some(AuthType::Basic),
        takes: "`username` and `password`; or `apikey`, with the user `apikey` unless `username` says otherwise",
    },
    Row { name: "noAuth", aliases: &["none"], supported: None, takes: "nothing" },
    Row {
        name: "iamAssume",
        aliases: &["trusted-profile"],
        supported: None,
        takes: "an API key and a trusted profile",
    },
    Row { name: "container", aliases: &[], supported: None, takes: "a compute resource token" },
    Row { name: "vpc", aliases: &[], supported: None, takes: "the identity of a VPC instance" },
    Row { name: "cp4d", aliases: &["icp4d"], supported: None, takes: "a Cloud Pak for Data user" },
    Row { name: "zen", aliases: &["ZenApiKey"], supported: None, takes: "a Cloud Pak for Data API key" },
    Row { name: "mcsp", aliases: &["aws"], supported: None, takes: "a Multi-Cloud SaaS Platform key" },
    Row {
        name: "mcspv2",
        aliases: &[],
        supported: None,
        takes: "a Multi-Cloud SaaS Platform key with a scope collection",
    },
    Row { name: "cp4dService", aliases: &[], supported: None, takes: "a service broker secret" },
    Row { name: "cp4dServiceInstance", aliases: &[], supported: None, takes: "a service instance" },
];

/// Why a name is no auth type that can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AuthTypeFault {
    pub(crate) message: String,
    pub(crate) hint: String,
}

impl AuthType {
    /// The name in a profile and in an explanation.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Iam => "iam",
            Self::ServiceLevel => "service-level",
            Self::Bearer => "bearer",
            Self::Basic => "basic",
        }
    }

    /// The type of this name, in any case and by any alias. `Ok(None)` is one that exists and is not supported.
    pub(crate) fn lookup(name: &str) -> Result<Option<Self>, AuthTypeFault> {
        let is = |known: &str| known.eq_ignore_ascii_case(name);
        match TABLE.iter().find(|row| is(row.name) || row.aliases.iter().any(|alias| is(alias))) {
            Some(row) => Ok(row.supported),
            None => Err(AuthTypeFault {
                message: format!("unknown auth type {}", quoted(name)),
                hint: did_you_mean(name, TABLE.iter().map(|row| row.name)),
            }),
        }
    }

    /// The type of this name, if it can be used.
    pub(crate) fn parse(name: &str) -> Result<Self, AuthTypeFault> {
        Self::lookup(name)?.ok_or_else(|| unsupported(name))
    }

    /// IBM's rule, without its last resort: what the credential itself says, and no guess beyond it.
    pub(crate) fn infer(has: impl Fn(Key) -> bool) -> Option<Self> {
        if has(Key::ApiKey) {
            Some(Self::Iam)
        } else if has(Key::BearerToken) || has(Key::BearerTokenFile) || has(Key::BearerTokenCommand) {
            Some(Self::Bearer)
        } else if has(Key::Password) {
            Some(Self::Basic)
        } else {
            None
        }
    }
}

/// The fault of a login type that exists, but not here.
pub(crate) fn unsupported(name: &str) -> AuthTypeFault {
    let supported: Vec<_> = supported_names().map(quoted).collect();
    AuthTypeFault {
        message: format!("auth type {} is not supported yet", quoted(name)),
        hint: format!("supported are {}", supported.join(", ")),
    }
}

/// The names of the types that can be used.
fn supported_names() -> impl Iterator<Item = &'static str> + Clone {
    TABLE.iter().filter(|row| row.supported.is_some()).map(|row| row.name)
}

/// Every name under which a usable type may be written, for the schema.
pub(crate) fn all_names() -> impl Iterator<Item = &'static str> {
    TABLE.iter().flat_map(|row| std::iter::once(row.name).chain(row.aliases.iter().copied()))
}

/// The auth types as a Markdown table: the reference page is made from it.
///
/// ```
/// assert!(wml_auth_config::auth_types_markdown().contains("| `service-level` |"));
/// ```
pub fn auth_types_markdown() -> String {
    let mut page = String::from("| auth type | also written | takes |\n| --- | --- | --- |\n");
    for row in TABLE {
        let aliases: Vec<_> = row.aliases.iter().map(|alias| format!("`{alias}`")).collect();
        let later = if row.supported.is_some() { "" } else { "not supported yet: " };
        let _ = writeln!(page, "| `{}` | {} | {later}{} |", row.name, aliases.join(", "), row.takes);
    }
    page
}

impl fmt::Display for AuthType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// As its name.
impl Serialize for AuthType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_aliases_in_any_case() {
        let of = |name| AuthType::parse(name).map_err(|fault| fault.message);
        assert_eq!(of("IAM"), Ok(AuthType::Iam));
        assert_eq!(of("bearertoken"), Ok(AuthType::Bearer));
        assert_eq!(of("ServiceLevel"), Ok(AuthType::ServiceLevel));
        assert_eq!(of("NOAUTH"), Err("auth type `NOAUTH` is not supported yet".into()));
        assert_eq!(of("iamm"), Err("unknown auth type `iamm`".into()));
        assert_eq!(AuthType::parse("iamm").unwrap_err().hint, "did you mean `iam`?");
    }

    #[test]
    fn no_two_types_share_a_name() {
        let mut names: Vec<_> = all_names().map(str::to_lowercase).collect();
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn each_supported_type_is_in_the_table_under_its_own_name() {
        for kind in [AuthType::Iam, AuthType::ServiceLevel, AuthType::Bearer, AuthType::Basic] {
            assert_eq!(AuthType::parse(kind.name()), Ok(kind));
        }
        assert_eq!(supported_names().count(), 4);
    }

    #[test]
    fn the_credential_infers_the_type_and_a_user_name_alone_does_not() {
        let infer = |keys: &[Key]| AuthType::infer(|key| keys.contains(&key));
        assert_eq!(infer(&[Key::BearerToken, Key::ApiKey]), Some(AuthType::Iam));
        assert_eq!(infer(&[Key::BearerTokenFile]), Some(AuthType::Bearer));
        assert_eq!(infer(&[Key::Username, Key::Password]), Some(AuthType::Basic));
        assert_eq!(infer(&[Key::Username, Key::ServiceId, Key::SpaceId]), None);
    }
}
