//! Whose certificates are believed.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use rustls_platform_verifier::Verifier;
use wml_auth_core::AuthError;

/// The certificates in a PEM text, each fit to be trusted as an authority.
pub(crate) fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, AuthError> {
    let unusable = |fault| {
        AuthError::misconfigured(format!("the CA certificate cannot be used: {fault}"))
            .with_hint("give the authority's certificate in PEM format, with its BEGIN and END lines")
    };
    let found: Vec<_> = CertificateDer::pem_slice_iter(pem)
        .collect::<Result<_, _>>()
        .map_err(|_| unusable("its text is not PEM"))?;
    if found.is_empty() {
        return Err(unusable("there is none in the text"));
    }
    let mut roots = RootCertStore::empty();
    for certificate in &found {
        roots.add(certificate.clone()).map_err(|_| unusable("it is not a certificate"))?;
    }
    Ok(found)
}

/// Believes the operating system's authorities and the `extra` ones.
pub(crate) fn config(extra: &[CertificateDer<'static>]) -> Result<ClientConfig, AuthError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier =
        Verifier::new_with_extra_roots(extra.iter().cloned(), Arc::clone(&provider)).map_err(|_| {
            AuthError::misconfigured(
                "the operating system has no certificate authorities to check a server by",
            )
            .with_hint("install the system's CA certificates, or name a CA file")
        })?;
    Ok(builder(provider)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth())
}

/// Believes anybody, for a server that the configuration exempts by name. The handshake itself stays sound.
pub(crate) fn unchecked() -> Result<ClientConfig, AuthError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let anybody = Arc::new(Anybody(provider.signature_verification_algorithms));
    Ok(builder(provider)?.dangerous().with_custom_certificate_verifier(anybody).with_no_client_auth())
}

/// Takes any certificate; that its owner holds the key to it is still verified.
#[derive(Debug)]
struct Anybody(WebPkiSupportedAlgorithms);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(message, certificate, signed, &self.0)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(message, certificate, signed, &self.0)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_schemes()
    }
}

/// Believes nobody: for the client that never speaks TLS, which must work where no authorities are installed.
pub(crate) fn none() -> Result<ClientConfig, AuthError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(builder(provider)?.with_root_certificates(RootCertStore::empty()).with_no_client_auth())
}

type Builder = rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier>;

fn builder(provider: Arc<rustls::crypto::CryptoProvider>) -> Result<Builder, AuthError> {
    // The provider is passed by hand: a process-wide one is the application's to choose.
    ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| AuthError::internal("no TLS version can be offered"))
}
