//! The ways of logging in, and all the names they go by.

use std::fmt;
use std::fmt::Write as _;

use serde::{Serialize, Serializer};

use crate::Key;
use crate::text::{did_you_mean, quoted};

/// Declares the enum together with its table.
macro_rules! auth_types {
    ($($(#[doc = $doc:literal])+ $variant:ident $name:literal [$($alias:literal),*] $takes:literal;)*) => {
        /// A way of logging in.
        ///
        /// ```
        /// use wml_auth_config::AuthType;
        ///
        /// assert_eq!(AuthType::Bearer.to_string(), "bearer");
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum AuthType {
            $($(#[doc = $doc])+ $variant,)*
        }

        impl AuthType {
            /// Every way of logging in.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name in a profile and in an explanation.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// Other names for it, among them IBM's.
            pub const fn aliases(self) -> &'static [&'static str] {
                match self { $(Self::$variant => &[$($alias),*],)* }
            }

            /// What it needs and what it may have, as a sentence for a table.
            pub const fn takes(self) -> &'static str {
                match self { $(Self::$variant => $takes,)* }
            }
        }
    };
}

auth_types! {
    /// An API key, or else a refresh token, exchanged for IAM tokens.
    Iam "iam" []
        "`apikey`, or else `refresh_token`; optional `auth_url`, `client_id` with `client_secret`, `scope`, `account_id`";
    /// The API key of a Service ID, exchanged for IAM tokens and bound to a deployment space or project.
    ServiceLevel "service-level" ["serviceLevel", "service_level"]
        "`apikey`, `space_id` or `project_id`, and `url` or `platform_url`; optional `auth_url`, `client_id` with \
         `client_secret`, `service_id`, `minimum_role`";
    /// A trusted profile, assumed by whoever another login proves to be.
    TrustedProfile "trusted-profile" ["iamAssume", "iam_assume", "trustedProfile", "trusted_profile"]
        "one of `iam_profile_id`, `iam_profile_crn`, `iam_profile_name` with `iam_account_id`; and `apikey` with what goes \
         with it, or in a profile any login as `source` or `source_profile`";
    /// A trusted profile, for the compute resource that the program runs in.
    Container "container" ["cr-token", "cr_token"]
        "`iam_profile_id` or `iam_profile_name`; optional `cr_token_filename`, `auth_url`, `client_id` with \
         `client_secret`, `scope`";
    /// The identity of the VPC instance that the program runs on.
    Vpc "vpc" ["vpc-instance", "vpcInstance"]
        "nothing; optional one of `iam_profile_id`, `iam_profile_crn`, `iam_profile_name`; `vpc_ims_version`, `auth_url` of \
         the metadata service";
    /// A user of Cloud Pak for Data.
    Cp4d "cp4d" ["icp4d", "cpd"]
        "`username`, `password` or `apikey`, and `auth_url`, for which in a profile `url` will do; optional `cp4d_account_id`, \
         `bedrock_url` with a password";
    /// An API key of Cloud Pak for Data, on every request.
    Zen "zen" ["ZenApiKey"]
        "`zen_api_key`; or `username` and `apikey`";
    /// A service broker on Cloud Pak for Data.
    Cp4dService "cp4dService" ["cp4d-service"]
        "`auth_url` with its prefix `/zen-data/internal`, `service_broker_secret`; optional `username`, `uid`, \
         `display_name`, `permissions`, `expiration_time`";
    /// A service instance on Cloud Pak for Data.
    Cp4dServiceInstance "cp4dServiceInstance" ["cp4d-service-instance"]
        "`auth_url`, `username`, `apikey`, `service_instance_id`";
    /// A key of the Multi-Cloud SaaS Platform, by its first interface.
    Mcsp "mcsp" []
        "`apikey`, `auth_url`";
    /// A key of the Multi-Cloud SaaS Platform, for a scope.
    McspV2 "mcspv2" ["mcsp-v2", "mcsp_v2"]
        "`apikey`, `auth_url`, `scope_collection_type`, `scope_id`; optional `include_builtin_actions`, \
         `include_custom_actions`, `include_roles`, `prefix_roles`, `caller_ext_claim`";
    /// A key of the Multi-Cloud SaaS Platform, for watsonx.ai on AWS and in GovCloud.
    Aws "aws" ["mcsp-unscoped", "govcloud"]
        "`apikey`; `auth_url` where it does not follow from the region";
    /// A token that somebody else obtained.
    Bearer "bearer" ["bearerToken", "bearer_token"]
        "one of `bearer_token`, `bearer_token_file`, `bearer_token_command`";
    /// User and password, or the API key itself, on every request.
    Basic "basic" []
        "`username` and `password`; or `apikey`, with the user `apikey` unless `username` says otherwise";
    /// The service credentials of a Watson Machine Learning instance from before spaces.
    LegacyWml "legacy-wml" ["legacyWml", "legacy_wml"]
        "`username`, `password`, and `auth_url` or `url` of the instance; optional `service_instance_id`. Or `apikey`, which is \
         exchanged for IAM tokens, and `service_instance_id`";
    /// No login: requests go out as they are.
    NoAuth "noAuth" ["none", "no-auth", "no_auth"]
        "nothing";
}

/// Why a name is no auth type that can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AuthTypeFault {
    pub(crate) message: String,
    pub(crate) hint: String,
}

impl AuthType {
    /// The type of this name, in any case and by any alias.
    pub(crate) fn parse(name: &str) -> Result<Self, AuthTypeFault> {
        let is = |known: &str| known.eq_ignore_ascii_case(name);
        let mut types = Self::ALL.iter().copied();
        types.find(|known| known.names().any(is)).ok_or_else(|| AuthTypeFault {
            message: format!("unknown auth type {}", quoted(name)),
            hint: did_you_mean(name, Self::ALL.iter().map(|known| known.name())),
        })
    }

    fn names(self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name()).chain(self.aliases().iter().copied())
    }

    /// IBM's rule, an API key means `iam`, and then what else the credential itself says. IBM's last resort is to take
    /// everything without an API key for a container; here that takes a property of a container.
    pub(crate) fn infer(has: impl Fn(Key) -> bool) -> Option<Self> {
        let any = |keys: &[Key]| keys.iter().any(|key| has(*key));
        if any(&[Key::ApiKey]) {
            Some(Self::Iam)
        } else if any(&[Key::BearerToken, Key::BearerTokenFile, Key::BearerTokenCommand]) {
            Some(Self::Bearer)
        } else if any(&[Key::ZenApiKey]) {
            Some(Self::Zen)
        } else if any(&[Key::Password]) {
            Some(Self::Basic)
        } else if any(&[Key::RefreshToken]) {
            Some(Self::Iam)
        } else if any(&[Key::ServiceBrokerSecret]) {
            Some(Self::Cp4dService)
        } else if any(&[Key::Source, Key::SourceProfile]) {
            Some(Self::TrustedProfile)
        } else if any(&[Key::CrTokenFilename, Key::IamProfileId, Key::IamProfileName]) {
            Some(Self::Container)
        } else {
            None
        }
    }
}

/// Every name under which a type may be written, for the schema.
pub(crate) fn all_names() -> impl Iterator<Item = &'static str> {
    AuthType::ALL.iter().flat_map(|known| known.names())
}

/// The auth types as a Markdown table: the reference page is made from it.
///
/// ```
/// assert!(wml_auth_config::auth_types_markdown().contains("| `service-level` |"));
/// ```
pub fn auth_types_markdown() -> String {
    let mut page = String::from("| auth type | also written | takes |\n| --- | --- | --- |\n");
    for known in AuthType::ALL {
        let aliases: Vec<_> = known.aliases().iter().map(|alias| format!("`{alias}`")).collect();
        let _ = writeln!(page, "| `{known}` | {} | {} |", aliases.join(", "), known.takes());
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
        assert_eq!(of("IAMASSUME"), Ok(AuthType::TrustedProfile));
        assert_eq!(of("iamm"), Err("unknown auth type `iamm`".into()));
        assert_eq!(AuthType::parse("iamm").unwrap_err().hint, "did you mean `iam`?");
    }

    #[test]
    fn no_two_types_share_a_name_and_each_leads_back() {
        let mut names: Vec<_> = all_names().map(str::to_lowercase).collect();
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count);
        for known in AuthType::ALL {
            assert!(known.names().all(|name| AuthType::parse(name) == Ok(*known)));
        }
    }

    #[test]
    fn every_type_of_an_ibm_core_has_its_name() {
        for name in [
            "noAuth",
            "basic",
            "bearerToken",
            "iam",
            "iamAssume",
            "container",
            "vpc",
            "cp4d",
            "mcsp",
            "mcspv2",
            "cp4dService",
            "cp4dServiceInstance",
        ] {
            assert!(AuthType::parse(name).is_ok(), "{name}");
        }
    }

    #[test]
    fn the_credential_infers_the_type_and_a_user_name_alone_does_not() {
        let infer = |keys: &[Key]| AuthType::infer(|key| keys.contains(&key));
        assert_eq!(infer(&[Key::BearerToken, Key::ApiKey]), Some(AuthType::Iam));
        assert_eq!(infer(&[Key::BearerTokenFile]), Some(AuthType::Bearer));
        assert_eq!(infer(&[Key::Username, Key::Password]), Some(AuthType::Basic));
        assert_eq!(infer(&[Key::RefreshToken]), Some(AuthType::Iam));
        assert_eq!(infer(&[Key::IamProfileName]), Some(AuthType::Container));
        assert_eq!(infer(&[Key::Username, Key::ServiceId, Key::SpaceId, Key::AuthUrl]), None);
    }
}
