//! The part of a URL that a configuration gives.

use std::borrow::Cow;
use std::fmt;

use url::{Host, Url};
use wml_auth_core::AuthError;

/// Where a service is: scheme, host, port and perhaps a path, without a slash at the end.
///
/// ```
/// use wml_auth_iam::BaseUrl;
///
/// let url = BaseUrl::parse("the cluster's URL", "https://cpd.example.com/icp4d-api/v1/authorize/")?;
/// assert_eq!(url.without("/v1/authorize").as_str(), "https://cpd.example.com/icp4d-api");
/// # Ok::<(), wml_auth_core::AuthError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct BaseUrl {
    text: Cow<'static, str>,
    host: Cow<'static, str>,
}

impl BaseUrl {
    pub(crate) const fn known(text: &'static str, host: &'static str) -> Self {
        Self { text: Cow::Borrowed(text), host: Cow::Borrowed(host) }
    }

    /// Reads what somebody configured as `what`.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] when it is no URL, not `https` (except for a loopback address), or holds white
    /// space, braces, quotes, a user name, a query or a fragment. The text is never repeated, for it may hold a
    /// password: only the host is.
    pub fn parse(what: &'static str, text: &str) -> Result<Self, AuthError> {
        Self::parse_if(what, text, is_loopback)
    }

    /// Reads where the metadata service of a virtual server is. That has no TLS of its own, so plain `http` will do for its
    /// hosts as well: `169.254.169.254` and `api.metadata.cloud.ibm.com`, which no packet leaves the machine for.
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse).
    pub fn parse_metadata(what: &'static str, text: &str) -> Result<Self, AuthError> {
        Self::parse_if(what, text, |host| is_loopback(host) || is_metadata(host))
    }

    fn parse_if(
        what: &'static str,
        text: &str,
        may_be_plain: fn(&Host<&str>) -> bool,
    ) -> Result<Self, AuthError> {
        let refused = |fault: &str| AuthError::misconfigured(format!("{what} {fault}"));
        if text.trim().is_empty() {
            return Err(refused("is empty"));
        }
        // A URL parser would drop or escape these, and ask another host than the reader of the file sees.
        if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(refused("has white space or a control character in it"));
        }
        if text.contains(['{', '}', '"', '\'', '<', '>', '\\']) {
            return Err(refused("has braces, quotes or a backslash in it")
                .with_hint("a placeholder may not have been filled in"));
        }
        let lower = text.to_ascii_lowercase();
        if !lower.starts_with("https://") && !lower.starts_with("http://") {
            return Err(refused("does not begin with https://").with_hint("write it with its scheme"));
        }
        let url = Url::parse(text).map_err(|_| refused("is not a URL"))?;
        let Some(name) = url.host() else {
            return Err(refused("names no host"));
        };
        let host = match url.port() {
            Some(port) => format!("{name}:{port}"),
            None => name.to_string(),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refused("holds a user name or password").with_host(&host));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(refused("has a query or a fragment").with_host(&host));
        }
        if url.scheme() == "http" && !may_be_plain(&name) {
            return Err(refused("is plain http")
                .with_host(&host)
                .with_hint("use https; http is for loopback addresses only"));
        }
        let text = format!("{}://{host}{}", url.scheme(), url.path().trim_end_matches('/'));
        // Where a parser of URLs puts up with more than a request can carry.
        if text.parse::<http::Uri>().is_err() {
            return Err(refused("is not a URL"));
        }
        Ok(Self { text: text.into(), host: host.into() })
    }

    /// The same without `suffix`, if the path ends with it.
    #[must_use]
    pub fn without(self, suffix: &str) -> Self {
        match self.text.strip_suffix(suffix) {
            Some(rest) => Self { text: rest.trim_end_matches('/').to_owned().into(), host: self.host },
            None => self,
        }
    }

    /// The text, without a slash at the end.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn is_loopback(&self) -> bool {
        Url::parse(&self.text).is_ok_and(|url| url.host().is_some_and(|host| is_loopback(&host)))
    }

    /// The host, with the port where it is not the scheme's own.
    pub fn host(&self) -> &str {
        &self.host
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BaseUrl({})", self.text)
    }
}

fn is_metadata(host: &Host<&str>) -> bool {
    match host {
        Host::Ipv4(address) => address.octets() == [169, 254, 169, 254],
        Host::Ipv6(_) => false,
        Host::Domain(name) => *name == "api.metadata.cloud.ibm.com",
    }
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
        Host::Domain(name) => *name == "localhost",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_metadata_hosts_may_be_asked_without_tls() {
        let may = |text: &str| {
            [BaseUrl::parse("it", text), BaseUrl::parse_metadata("it", text)].map(|parsed| parsed.is_ok())
        };
        assert_eq!(may("http://169.254.169.254"), [false, true]);
        assert_eq!(may("http://api.metadata.cloud.ibm.com/"), [false, true]);
        assert_eq!(may("http://127.0.0.1:8080"), [true, true]);
        assert_eq!(may("https://api.metadata.power-iaas.cloud.ibm.com"), [true, true]);
        for text in
            ["http://169.254.169.253", "http://metadata.example.com", "http://[fe80::1]", "http://10.0.0.1"]
        {
            assert_eq!(may(text), [false, false], "{text}");
        }
    }
}
