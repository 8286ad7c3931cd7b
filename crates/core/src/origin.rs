//! Where an authorization may go.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use http::Uri;

use crate::AuthError;

/// A scheme, a host and a port: the one place that a credential is for.
///
/// Two URLs are of the same origin when all three are equal, the port being the scheme's own where none is written. A
/// subdomain, another port and `http` instead of `https` are each another origin. Plain `http` makes an origin only on
/// loopback, so whatever has an origin may be sent a credential.
///
/// ```
/// use wml_auth_core::Origin;
///
/// let service: Origin = "https://us-south.ml.cloud.ibm.com/ml/v4".parse()?;
/// assert_eq!(service.to_string(), "https://us-south.ml.cloud.ibm.com");
/// assert!(service.includes(&"https://US-SOUTH.ml.cloud.ibm.com:443/ml/v1/text/chat".parse()?));
/// assert!(!service.includes(&"https://eu-de.ml.cloud.ibm.com/ml/v1/text/chat".parse()?));
/// assert!("http://us-south.ml.cloud.ibm.com".parse::<Origin>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    is_https: bool,
    host: String,
    port: u16,
}

impl Origin {
    /// The origin of an absolute URL, whatever its path.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] when it is relative, neither `http` nor `https`, `http` to anywhere but
    /// loopback, or holds a user name. The error repeats no more of it than the host.
    pub fn of(uri: &Uri) -> Result<Self, AuthError> {
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(AuthError::misconfigured("the address is not an absolute URL")
                .with_hint("write it with its scheme and host"));
        };
        let host = canonical(authority.host());
        let refused = |why| Err(AuthError::misconfigured(why).with_host(&host));
        if authority.as_str().contains('@') {
            return refused("the URL holds a user name or password");
        }
        let is_https = match scheme {
            "https" => true,
            "http" if is_loopback(&host) => false,
            "http" => {
                return refused("a credential is not sent over plain http")
                    .map_err(|error| error.with_hint("use https; http is for loopback addresses"));
            }
            _ => return refused("the URL is neither http nor https"),
        };
        // A port that is no number would otherwise read as the usual one.
        let written = authority.as_str().rsplit_once(':').filter(|(_, port)| !port.ends_with(']'));
        let port = match (authority.port_u16(), written) {
            (Some(port), _) => port,
            (None, None | Some((_, ""))) => usual_port(is_https),
            (None, Some(_)) => return refused("the URL's port is not a number"),
        };
        if host.is_empty() {
            return refused("the URL names no host");
        }
        Ok(Self { is_https, host, port })
    }

    /// Whether a request to this URL would stay within the origin.
    pub fn includes(&self, uri: &Uri) -> bool {
        Self::of(uri).is_ok_and(|origin| origin == *self)
    }

    /// The rule for whoever puts a credential on a request: it is for this origin and no other.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] when the URL is of another origin, or of none.
    pub fn require(&self, uri: &Uri) -> Result<(), AuthError> {
        let asked = Self::of(uri)?;
        if asked == *self {
            return Ok(());
        }
        Err(AuthError::misconfigured("the request is for another origin than the credentials")
            .with_host(&asked.authority())
            .with_hint(format!("they are for {self}; for another service, make another client")))
    }

    /// Whether the host is loopback.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.host)
    }

    /// Host, and port where it is not the scheme's own: all that an error may say of a URL.
    pub fn authority(&self) -> String {
        match self.port == usual_port(self.is_https) {
            true => self.host.clone(),
            false => format!("{}:{}", self.host, self.port),
        }
    }
}

impl FromStr for Origin {
    type Err = AuthError;

    fn from_str(text: &str) -> Result<Self, AuthError> {
        // The text may hold a secret, such as a password before the host: no error repeats it.
        let uri = text.parse().map_err(|_| AuthError::misconfigured("the address is not a URL"))?;
        Self::of(&uri)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", if self.is_https { "https" } else { "http" }, self.authority())
    }
}

const fn usual_port(is_https: bool) -> u16 {
    if is_https { 443 } else { 80 }
}

/// One spelling for each host: small letters, and addresses as the standard library writes them.
fn canonical(host: &str) -> String {
    match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(address) => match address.parse::<Ipv6Addr>() {
            Ok(address) => format!("[{address}]"),
            Err(_) => host.to_ascii_lowercase(),
        },
        None => host.to_ascii_lowercase(),
    }
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    match bare.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => address.is_loopback(),
        Ok(IpAddr::V6(address)) => address == Ipv6Addr::LOCALHOST,
        Err(_) => bare == "localhost",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(url: &str) -> Option<String> {
        url.parse::<Origin>().ok().map(|origin| origin.to_string())
    }

    #[test]
    fn scheme_host_and_port_make_an_origin() {
        for (url, expected) in [
            ("https://example.com", "https://example.com"),
            ("https://EXAMPLE.com:443/path?query", "https://example.com"),
            ("https://example.com:8443/", "https://example.com:8443"),
            ("http://127.0.0.1:8080/x", "http://127.0.0.1:8080"),
            ("http://localhost/", "http://localhost"),
            ("http://[0:0:0:0:0:0:0:1]:80/", "http://[::1]"),
            ("https://[2001:DB8::1]/", "https://[2001:db8::1]"),
        ] {
            assert_eq!(origin(url).as_deref(), Some(expected), "{url}");
        }
    }

    #[test]
    fn what_a_credential_cannot_be_sent_to_has_none() {
        for url in [
            "",
            "/ml/v4/deployments",
            "example.com",
            "ftp://example.com/",
            "http://example.com/",
            "http://127.0.0.1.example.com/",
            "http://localhost.example.com/",
            "http://[::ffff:127.0.0.1]/",
            "http://127.1/",
            "http://0.0.0.0/",
            "https://user@example.com/",
            "https://user:hunter2@example.com/",
            "http://127.0.0.1@example.com/",
            "https://example.com:99999/",
        ] {
            assert_eq!(origin(url), None, "{url}");
        }
    }

    #[test]
    fn another_port_scheme_or_subdomain_is_another_origin() {
        let service: Origin = "https://ml.example.com".parse().unwrap();
        assert!(service.includes(&"https://ml.example.com:443/a".parse().unwrap()));
        for url in [
            "https://ml.example.com:444/",
            "https://a.ml.example.com/",
            "https://example.com/",
            "https://ml.example.com.evil.example/",
            "https://ml.example.com./",
            "http://ml.example.com/",
            "/relative",
        ] {
            assert!(!service.includes(&url.parse().unwrap()), "{url}");
        }
        let local: Origin = "http://127.0.0.1:1".parse().unwrap();
        assert!(!local.includes(&"https://127.0.0.1:1/".parse().unwrap()));
        assert!(!local.includes(&"http://localhost:1/".parse().unwrap()));
    }

    #[test]
    fn an_error_says_the_hosts_and_no_more_of_the_url() {
        let error = "https://user:hunter2@example.com/secret".parse::<Origin>().unwrap_err();
        assert!(error.is_misconfigured());
        let service: Origin = "https://a.example".parse().unwrap();
        let strayed = service.require(&"https://b.example:1/secret".parse().unwrap()).unwrap_err();
        assert_eq!(strayed.host(), Some("b.example:1"));
        let shown = format!("{error} {error:?} {:?} {strayed} {:?}", error.hint(), strayed.hint());
        assert!(!shown.contains("hunter2") && !shown.contains("secret"), "{shown}");
        assert!(service.require(&"https://a.example/x".parse().unwrap()).is_ok());
    }
}
