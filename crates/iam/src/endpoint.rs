//! Where IAM is asked.

use std::fmt;

use wml_auth_core::AuthError;

use crate::base_url::BaseUrl;

/// The base URL of an IAM, such as `https://iam.cloud.ibm.com`.
///
/// ```
/// use wml_auth_iam::Endpoint;
///
/// let endpoint = Endpoint::parse("https://private.iam.cloud.ibm.com/identity/token")?;
/// assert_eq!(endpoint.as_str(), "https://private.iam.cloud.ibm.com");
/// assert_eq!(endpoint.host(), "private.iam.cloud.ibm.com");
/// assert!(Endpoint::parse("http://iam.cloud.ibm.com").is_err());
/// # Ok::<(), wml_auth_core::AuthError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Endpoint(BaseUrl);

impl Endpoint {
    /// The public IAM, for every region: `https://iam.cloud.ibm.com`.
    pub const fn public() -> Self {
        Self(BaseUrl::known("https://iam.cloud.ibm.com", "iam.cloud.ibm.com"))
    }

    /// IAM on IBM's private network, for virtual private clouds: `https://private.iam.cloud.ibm.com`.
    pub const fn private() -> Self {
        Self(BaseUrl::known("https://private.iam.cloud.ibm.com", "private.iam.cloud.ibm.com"))
    }

    /// IAM on the private network of classic infrastructure: `https://private.<region>.iam.cloud.ibm.com`.
    ///
    /// IBM lists au-syd, br-sao, ca-mon, ca-tor, eu-de, eu-es, eu-gb, jp-osa, jp-tok, us-east and us-south. Others are
    /// not refused, because the list grows.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] when the region is not a word of lower-case letters, digits and hyphens.
    pub fn private_regional(region: &str) -> Result<Self, AuthError> {
        let is_word = region.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        if region.is_empty() || !is_word || region.starts_with('-') || region.ends_with('-') {
            return Err(AuthError::misconfigured("the region of the IAM endpoint is not a region's name")
                .with_hint("write it like us-south"));
        }
        Self::parse(&format!("https://private.{region}.iam.cloud.ibm.com"))
    }

    /// IBM's staging environment: `https://iam.test.cloud.ibm.com`. Keys of production are unknown there.
    pub const fn staging() -> Self {
        Self(BaseUrl::known("https://iam.test.cloud.ibm.com", "iam.test.cloud.ibm.com"))
    }

    /// Reads a URL that somebody configured.
    ///
    /// As IBM's SDKs do, it takes off `/identity/token` and slashes at the end; also the older `/oidc/token`. A path
    /// before that is kept.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] when it is no URL, not `https` (except for a loopback address), or holds white
    /// space, braces, quotes, a user name, a query or a fragment. The error repeats no more of it than the host.
    pub fn parse(text: &str) -> Result<Self, AuthError> {
        let base = BaseUrl::parse("the IAM endpoint", text)?;
        Ok(Self(base.without("/identity/token").without("/oidc/token")))
    }

    /// The base URL, without a slash at the end.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The host, with the port where it is not the scheme's own.
    pub fn host(&self) -> &str {
        self.0.host()
    }

    pub(crate) fn base(&self) -> &BaseUrl {
        &self.0
    }
}

impl Default for Endpoint {
    /// [`Endpoint::public`].
    fn default() -> Self {
        Self::public()
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({})", self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_ibms_sdks_strip_is_stripped() {
        let parsed = |text: &str| Endpoint::parse(text).unwrap().as_str().to_owned();
        for text in [
            "https://iam.cloud.ibm.com",
            "https://iam.cloud.ibm.com/",
            "https://iam.cloud.ibm.com//",
            "https://IAM.cloud.ibm.com:443/identity/token",
            "https://iam.cloud.ibm.com/identity/token/",
            "https://iam.cloud.ibm.com/oidc/token",
        ] {
            assert_eq!(parsed(text), "https://iam.cloud.ibm.com", "{text}");
            assert_eq!(Endpoint::parse(text).unwrap(), Endpoint::public());
        }
        assert_eq!(parsed("https://gateway.example.com/iam/"), "https://gateway.example.com/iam");
        assert_eq!(parsed("http://127.0.0.1:8080/identity/token"), "http://127.0.0.1:8080");
        assert_eq!(parsed("http://[::1]:8080"), "http://[::1]:8080");
        assert_eq!(parsed("http://localhost:8080"), "http://localhost:8080");
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for text in [
            "",
            " ",
            "iam.cloud.ibm.com",
            "https:iam.cloud.ibm.com",
            "https://",
            "http://iam.cloud.ibm.com",
            "http://127.0.0.1.example.com",
            "ftp://127.0.0.1",
            "https://iam.cloud.ibm.com?x=1",
            "https://iam.cloud.ibm.com#x",
            "https://iam.cloud.ibm.com/ ",
            "https://iam.\ncloud.ibm.com",
            "https://{region}.iam.cloud.ibm.com",
            "\"https://iam.cloud.ibm.com\"",
            "https://iam.cloud.ibm.com\\@example.com",
            "https://iam.cloud.ibm.com:99999",
        ] {
            assert!(Endpoint::parse(text).unwrap_err().is_misconfigured(), "{text}");
        }
    }

    #[test]
    fn a_password_in_the_url_is_neither_used_nor_shown() {
        let error = Endpoint::parse("https://user:hunter2@iam.cloud.ibm.com").unwrap_err();
        assert_eq!(error.host(), Some("iam.cloud.ibm.com"));
        assert!(!format!("{error} {:?}", error.hint()).contains("hunter2"));
    }

    #[test]
    fn a_region_is_one_word() {
        assert_eq!(
            Endpoint::private_regional("us-south").unwrap().host(),
            "private.us-south.iam.cloud.ibm.com"
        );
        for region in ["", "us south", "evil.example.com/", "US-SOUTH", "-x", "x@y"] {
            assert!(Endpoint::private_regional(region).unwrap_err().is_misconfigured(), "{region}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_refused_or_safe_to_ask(text in "(https?://)?.{0,40}") {
            if let Ok(endpoint) = Endpoint::parse(&text) {
                let token_url = format!("{endpoint}/identity/token");
                prop_assert_eq!(&Endpoint::parse(&token_url).unwrap(), &endpoint);
                prop_assert!(token_url.parse::<http::Uri>().is_ok());
                let safe = endpoint.as_str().starts_with("https://");
                prop_assert!(safe || endpoint.as_str().starts_with("http://"));
            }
        }
    }
}
