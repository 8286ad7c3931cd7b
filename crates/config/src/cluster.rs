//! A cluster of Cloud Pak for Data, as the clients of watsonx.ai tell it from IBM Cloud: by its URL.
//!
//! To them a user name with a password or an API key is a user of the cluster, and the tokens are at the same host. The
//! properties of a service, as IBM's cores read them, say how to log in by an auth type and name the token service
//! themselves, so that none of this is for those.

use wml_auth_iam::regions;

use crate::layer::{Given, Layer};
use crate::{AuthType, Key, SourceKind};

/// Where a cluster keeps its tokens, below its URL; `/v1/authorize` follows.
const TOKENS: &str = "/icp4d-api";

/// How the user logs in whom a source names as those clients do, if what is called is a cluster.
///
/// As there, a token that is at hand goes before the user, and whoever names the platform means IBM Cloud.
pub(crate) fn auth_type(layer: &Layer, url: Option<&str>, has_platform: bool) -> Option<AuthType> {
    let is_cluster = !has_platform && regions::region_of(url?).is_none();
    if !is_cluster || !layer.names_a_cluster_user() {
        return None;
    }
    let tokens = [Key::BearerToken, Key::BearerTokenFile, Key::BearerTokenCommand];
    let has_token = tokens.iter().any(|key| layer.has(*key));
    Some(if has_token { AuthType::Bearer } else { AuthType::Cp4d })
}

/// The same for a source on its own.
pub(crate) fn auth_type_alone(layer: &Layer) -> Option<AuthType> {
    let url = layer.entry(Key::Url).and_then(|entry| match &entry.given {
        Given::Text(url) => Some(url.expose()),
        _ => None,
    });
    auth_type(layer, url, layer.has(Key::PlatformUrl))
}

/// Whether the token service follows from the URL of the service that stands in the same source.
pub(crate) fn follows_from_url(layer: &Layer) -> bool {
    layer.kind == SourceKind::Profile || layer.names_a_cluster_user()
}

/// Where the cluster at this URL keeps its tokens.
pub(crate) fn token_service(url: &str) -> String {
    let url = url.trim_end_matches('/');
    let bare = url.strip_suffix("/v1/authorize").unwrap_or(url);
    format!("{}{TOKENS}", bare.strip_suffix(TOKENS).unwrap_or(bare))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_service_is_below_the_cluster_however_it_is_written() {
        for url in [
            "https://cpd.example",
            "https://cpd.example/",
            "https://cpd.example/icp4d-api",
            "https://cpd.example/icp4d-api/v1/authorize",
        ] {
            assert_eq!(token_service(url), "https://cpd.example/icp4d-api");
        }
        assert_eq!(token_service("https://gateway.example/cpd"), "https://gateway.example/cpd/icp4d-api");
    }
}
