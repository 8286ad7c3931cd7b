//! A certificate authority, a server certificate and one for a client, made for each server anew.

use std::io;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::version::TLS12;
use tokio_rustls::rustls::{ALL_VERSIONS, RootCertStore, ServerConfig};

const LOOPBACK: [&str; 3] = ["127.0.0.1", "::1", "localhost"];

/// IBM's hosts that the mock stands in for. Some clients insist on these names, and reach the mock through a proxy or a
/// hosts file; the authority is trusted by nobody who does not ask for it.
const IBM: [&str; 9] = [
    "iam.cloud.ibm.com",
    "private.iam.cloud.ibm.com",
    "*.ml.cloud.ibm.com",
    "*.aws.wxai.ibm.com",
    "*.us-east-1.aws.wxai.ibm.com",
    "*.ap-south-1.aws.wxai.ibm.com",
    "account-iam.platform.saas.ibm.com",
    "iam.platform.saas.ibm.com",
    "api.metadata.cloud.ibm.com",
];

/// Private hosts of Watson Machine Learning have the region before this.
const REGIONS: [&str; 6] = ["us-south", "eu-de", "eu-gb", "jp-tok", "au-syd", "ca-tor"];

/// The platform's hosts, each of which has a private one of the same name.
const PLATFORM: [&str; 8] = [
    "api.dataplatform.cloud.ibm.com",
    "api.eu-de.dataplatform.cloud.ibm.com",
    "api.eu-gb.dataplatform.cloud.ibm.com",
    "api.jp-tok.dataplatform.cloud.ibm.com",
    "api.au-syd.dai.cloud.ibm.com",
    "api.ca-tor.dai.cloud.ibm.com",
    "api.us-east-1.aws.data.ibm.com",
    "api.ap-south-1.aws.data.ibm.com",
];

fn names() -> impl Iterator<Item = String> {
    let private = REGIONS.map(|region| format!("*.{region}.ml.cloud.ibm.com"));
    let platform = PLATFORM.iter().flat_map(|host| [(*host).to_owned(), format!("private.{host}")]);
    LOOPBACK.into_iter().chain(IBM).map(str::to_owned).chain(private).chain(platform)
}

type Failed = Box<dyn std::error::Error + Send + Sync>;

/// What the certificate of the TLS port is like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Certificate {
    /// Good for `127.0.0.1`, `::1` and `localhost`, for IBM's public hosts, and for
    /// [other names](crate::MockIamBuilder::tls_name).
    #[default]
    Valid,
    /// It ended in 2001.
    Expired,
    /// It is for `wrong.example.com`.
    WrongName,
    /// It is signed by another authority than the one in [`ca_pem`](crate::MockIam::ca_pem).
    UnknownAuthority,
}

/// How the TLS port shall be.
#[derive(Clone, Debug, Default)]
pub(crate) struct Terms {
    pub(crate) certificate: Certificate,
    /// Names that it is good for besides.
    pub(crate) names: Vec<String>,
    pub(crate) client_certificates: bool,
    pub(crate) tls12_only: bool,
}

pub(crate) struct Tls {
    pub(crate) acceptor: TlsAcceptor,
    /// The certificate which a client has to trust.
    pub(crate) ca_pem: String,
    /// A certificate and its key with which a client is let in, if clients need one.
    pub(crate) client_pem: Option<String>,
}

impl Tls {
    pub(crate) fn generate(terms: Terms) -> io::Result<Self> {
        generate(terms).map_err(io::Error::other)
    }
}

fn generate(terms: Terms) -> Result<Tls, Failed> {
    let Terms { certificate, names, client_certificates, tls12_only } = terms;
    let authority = Authority::new("wml-auth mock CA")?;
    let known = match certificate {
        Certificate::UnknownAuthority => Authority::new("wml-auth mock CA")?.pem,
        _ => authority.pem.clone(),
    };
    let key = KeyPair::generate()?;
    let server = server(certificate, names)?.signed_by(&key, &authority.issuer)?;
    // The provider is named, because a process-wide default is not ours to choose.
    let provider = Arc::new(ring::default_provider());
    let versions: &[_] = if tls12_only { &[&TLS12] } else { ALL_VERSIONS };
    let config =
        ServerConfig::builder_with_provider(Arc::clone(&provider)).with_protocol_versions(versions)?;
    let (config, client_pem) = match client_certificates {
        false => (config.with_no_client_auth(), None),
        true => {
            let mut roots = RootCertStore::empty();
            roots.add(authority.certificate.clone())?;
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build()?;
            (config.with_client_cert_verifier(verifier), Some(client(&authority)?))
        }
    };
    let config =
        config.with_single_cert(vec![server.der().clone()], PrivateKeyDer::try_from(key.serialize_der())?)?;
    Ok(Tls { acceptor: TlsAcceptor::from(Arc::new(config)), ca_pem: known, client_pem })
}

struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
    pem: String,
}

impl Authority {
    fn new(name: &str) -> Result<Self, Failed> {
        let mut authority = CertificateParams::new(Vec::new())?;
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        authority.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate()?;
        let certificate = authority.self_signed(&key)?;
        let (der, pem) = (certificate.der().clone(), certificate.pem());
        Ok(Self { issuer: Issuer::new(authority, key), certificate: der, pem })
    }
}

fn server(certificate: Certificate, others: Vec<String>) -> Result<CertificateParams, Failed> {
    let names = match certificate {
        Certificate::WrongName => vec!["wrong.example.com".to_owned()],
        _ => names().chain(others).collect(),
    };
    let mut server = CertificateParams::new(names)?;
    server.distinguished_name.push(DnType::CommonName, "wml-auth mock");
    if certificate == Certificate::Expired {
        server.not_before = date_time_ymd(2000, 1, 1);
        server.not_after = date_time_ymd(2001, 1, 1);
    }
    Ok(server)
}

fn client(authority: &Authority) -> Result<String, Failed> {
    let mut client = CertificateParams::new(Vec::new())?;
    client.distinguished_name.push(DnType::CommonName, "wml-auth mock client");
    client.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    let key = KeyPair::generate()?;
    let certificate = client.signed_by(&key, &authority.issuer)?;
    Ok(format!("{}{}", certificate.pem(), key.serialize_pem()))
}
