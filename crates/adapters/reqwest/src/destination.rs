//! Which URLs may be asked, and by which way.

use std::net::{Ipv4Addr, Ipv6Addr};

use http::Uri;
use url::{Host, Url};
use wml_auth_core::AuthError;

/// A URL that a request may be sent to.
#[derive(Debug)]
pub(crate) struct Destination {
    pub(crate) url: Url,
    /// Host, and port where it is not the scheme's own: all that an error may say of the URL.
    pub(crate) host: String,
    pub(crate) route: Route,
}

/// The way a request goes. Each has a client of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// Without TLS, and without a proxy.
    Plain,
    /// With TLS, and without a proxy.
    Direct,
    /// With TLS, and by whichever proxy the environment names.
    Open,
}

/// Who is at the other end, as far as its name tells.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Loopback,
    /// The link-local host that tells a machine its identity. It has no TLS of its own.
    Metadata,
    LinkLocal,
    Elsewhere,
}

impl Destination {
    pub(crate) fn of(uri: &Uri) -> Result<Self, AuthError> {
        // The text may hold a secret, such as a password before the host: no error repeats it.
        let url = Url::parse(&uri.to_string())
            .map_err(|_| AuthError::misconfigured("the request's address is not an absolute URL"))?;
        let Some(name) = url.host() else {
            return Err(AuthError::misconfigured("the request's URL names no host"));
        };
        let host = match url.port() {
            Some(port) => format!("{name}:{port}"),
            None => name.to_string(),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(AuthError::misconfigured("the request's URL holds a user name or password")
                .with_host(&host)
                .with_hint("take it out of the URL: it would end up in logs"));
        }
        let place = Place::of(&name);
        let route = match (url.scheme(), place) {
            ("https", Place::Elsewhere) => Route::Open,
            ("https", _) => Route::Direct,
            ("http", Place::Loopback | Place::Metadata) => Route::Plain,
            ("http", _) => {
                return Err(AuthError::misconfigured("a credential is not sent over plain http")
                    .with_host(&host)
                    .with_hint("use https; http is for loopback addresses and the metadata host"));
            }
            _ => {
                return Err(
                    AuthError::misconfigured("the request's URL is neither http nor https").with_host(&host)
                );
            }
        };
        Ok(Self { url, host, route })
    }
}

impl Place {
    fn of(host: &Host<&str>) -> Self {
        const METADATA: Ipv4Addr = Ipv4Addr::new(169, 254, 169, 254);
        match host {
            Host::Ipv4(address) if address.is_loopback() => Self::Loopback,
            Host::Ipv4(address) if *address == METADATA => Self::Metadata,
            Host::Ipv4(address) if address.is_link_local() => Self::LinkLocal,
            Host::Ipv6(address) if *address == Ipv6Addr::LOCALHOST => Self::Loopback,
            Host::Ipv6(address) if address.is_unicast_link_local() => Self::LinkLocal,
            Host::Domain("localhost") => Self::Loopback,
            Host::Domain("api.metadata.cloud.ibm.com") => Self::Metadata,
            // IBM's Power virtual servers: link-local as well, and always with TLS.
            Host::Domain("api.metadata.power-iaas.cloud.ibm.com") => Self::LinkLocal,
            _ => Self::Elsewhere,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(url: &str) -> Option<Route> {
        Destination::of(&url.parse().unwrap()).ok().map(|destination| destination.route)
    }

    #[test]
    fn plain_http_goes_to_loopback_and_the_metadata_host_only() {
        for url in [
            "http://127.0.0.1/",
            "http://127.9.9.9:8080/x",
            "http://[::1]:1/",
            "http://localhost:8080/",
            "http://LOCALHOST/",
            "http://169.254.169.254/identity/v1/token",
            "http://api.metadata.cloud.ibm.com/x",
        ] {
            assert_eq!(route(url), Some(Route::Plain), "{url}");
        }
        for url in [
            "http://iam.cloud.ibm.com/",
            "http://localhost.example.com/",
            "http://127.0.0.1.example.com/",
            "http://169.254.1.1/",
            "http://10.0.0.1/",
            "http://0.0.0.0/",
            "http://[::ffff:127.0.0.1]/",
            "http://api.metadata.power-iaas.cloud.ibm.com/",
            "ftp://127.0.0.1/",
        ] {
            assert_eq!(route(url), None, "{url}");
        }
    }

    #[test]
    fn only_what_is_elsewhere_may_go_by_a_proxy() {
        assert_eq!(route("https://iam.cloud.ibm.com/identity/token"), Some(Route::Open));
        assert_eq!(route("https://10.0.0.1/"), Some(Route::Open));
        for url in [
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://localhost/",
            "https://169.254.1.1/",
            "https://[fe80::1]/",
            "https://api.metadata.power-iaas.cloud.ibm.com/",
        ] {
            assert_eq!(route(url), Some(Route::Direct), "{url}");
        }
    }

    #[test]
    fn an_error_says_the_host_and_no_more_of_the_url() {
        let error =
            Destination::of(&"http://u:hunter2@example.com:81/path?q=1".parse().unwrap()).unwrap_err();
        assert!(error.is_misconfigured());
        assert_eq!(error.host(), Some("example.com:81"));
        let shown = format!("{error} {error:?} {:?}", error.hint());
        assert!(!["hunter2", "path", "q=1"].iter().any(|part| shown.contains(part)), "{shown}");
    }

    #[test]
    fn a_relative_address_is_refused() {
        assert!(Destination::of(&"/identity/token".parse().unwrap()).unwrap_err().is_misconfigured());
    }
}
