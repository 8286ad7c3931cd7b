//! Why there was no answer, in words that repeat nothing of the request.

use std::error::Error;
use std::io;

use rustls::CertificateError;
use rustls::pki_types::InvalidDnsNameError;
use wml_auth_core::AuthError;

use crate::destination::Route;
use crate::options::Options;

/// Reads what reqwest says. Its own text is not passed on: it holds the URL, and that of its causes may hold more.
pub(crate) fn explain(error: &reqwest::Error, host: &str, route: Route, options: &Options) -> AuthError {
    let found = classify(error, options).with_host(host);
    match (found.hint(), route) {
        (None, Route::Open) if found.is_unreachable() => {
            found.with_hint("check the network, and HTTPS_PROXY and NO_PROXY if there is a proxy")
        }
        _ => found,
    }
}

fn classify(error: &reqwest::Error, options: &Options) -> AuthError {
    if error.is_builder() {
        return AuthError::misconfigured("the request cannot be built");
    }
    if error.is_dns() {
        return AuthError::unreachable("the host name cannot be resolved")
            .with_hint("check the spelling of the host, and the name servers");
    }
    if cause::<InvalidDnsNameError>(error).is_some() {
        return AuthError::misconfigured("the host name is not one that a certificate can be for");
    }
    if let Some(fault) = cause::<rustls::Error>(error) {
        return tls(fault);
    }
    if error.is_timeout() {
        return AuthError::unreachable(if error.is_connect() {
            format!("no connection within {:?}", options.connect_timeout.min(options.timeout))
        } else {
            format!("no complete answer within {:?}", options.timeout)
        });
    }
    if cause::<hyper::Error>(error).is_some_and(hyper::Error::is_parse) {
        return AuthError::invalid_answer("the answer is not HTTP");
    }
    let kind = cause::<io::Error>(error).map(io::Error::kind);
    match kind {
        Some(io::ErrorKind::ConnectionRefused) => AuthError::unreachable("the connection was refused"),
        Some(io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable) => {
            AuthError::unreachable("there is no route to the host")
        }
        _ if error.is_connect() => AuthError::unreachable("no connection could be made"),
        _ if error.is_body() || error.is_decode() => {
            AuthError::unreachable("the connection broke in the middle of the answer")
        }
        _ => AuthError::unreachable("the connection broke before the answer came"),
    }
}

fn tls(fault: &rustls::Error) -> AuthError {
    use CertificateError as Certificate;
    let words = match fault {
        rustls::Error::InvalidCertificate(certificate) => match certificate {
            Certificate::UnknownIssuer => "its certificate is by an unknown authority",
            Certificate::Expired | Certificate::ExpiredContext { .. } => "its certificate has expired",
            Certificate::NotValidYet | Certificate::NotValidYetContext { .. } => {
                "its certificate is not valid yet"
            }
            Certificate::NotValidForName | Certificate::NotValidForNameContext { .. } => {
                "its certificate is for another host"
            }
            Certificate::Revoked => "its certificate has been revoked",
            _ => "its certificate is not valid",
        },
        rustls::Error::InvalidMessage(_) => "it does not speak TLS",
        rustls::Error::AlertReceived(_) => "it broke off the TLS handshake",
        _ => "the TLS handshake failed",
    };
    let error = AuthError::unreachable(format!("no safe connection to the server: {words}"));
    match fault {
        rustls::Error::InvalidCertificate(Certificate::UnknownIssuer) => {
            error.with_hint("if a proxy opens TLS connections here, name its CA certificate")
        }
        rustls::Error::InvalidCertificate(_) => error.with_hint("check this machine's clock and the host"),
        _ => error,
    }
}

/// The first of an error's causes that is an `E`.
fn cause<'e, E: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e E> {
    let mut next = Some(error);
    while let Some(current) = next {
        if let Some(found) = current.downcast_ref::<E>() {
            return Some(found);
        }
        // An I/O error names as its source the source of what it wraps, which passes over the wrapped one.
        let wrapped = current.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = match wrapped {
            Some(wrapped) => Some(wrapped),
            None => current.source(),
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_found_inside_an_io_error() {
        let inner = io::Error::new(io::ErrorKind::ConnectionRefused, "inner");
        let outer = io::Error::other(io::Error::other(rustls::Error::DecryptError));
        assert!(cause::<rustls::Error>(&outer).is_some());
        assert!(cause::<rustls::Error>(&inner).is_none());
        assert_eq!(cause::<io::Error>(&inner).unwrap().kind(), io::ErrorKind::ConnectionRefused);
    }
}
