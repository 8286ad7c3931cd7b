//! The TLS port: good for those who trust the CA, and for nobody else.

use std::io;
use std::sync::Arc;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, ProtocolVersion, RootCertStore};
use wml_auth_mock_iam::{Answer, Certificate, MockIam, Route};

use crate::client::{apikey, get};

async fn connect(cloud: &MockIam, ca_pem: &str, name: &'static str) -> io::Result<TlsStream<TcpStream>> {
    connect_as(cloud, None, ca_pem, name).await
}

/// Connects with the certificate and the key in this PEM.
async fn connect_as(
    cloud: &MockIam,
    identity: Option<&str>,
    ca_pem: &str,
    name: &'static str,
) -> io::Result<TlsStream<TcpStream>> {
    let address = cloud.tls_url().unwrap().trim_start_matches("https://");
    connect_over(TcpStream::connect(address).await?, identity, ca_pem, name).await
}

async fn connect_over(
    stream: TcpStream,
    identity: Option<&str>,
    ca_pem: &str,
    name: &'static str,
) -> io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(ca_pem.as_bytes()).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots);
    let config = match identity.map(str::as_bytes) {
        None => config.with_no_client_auth(),
        Some(pem) => {
            let certificate = CertificateDer::from_pem_slice(pem).unwrap();
            config
                .with_client_auth_cert(vec![certificate], PrivateKeyDer::from_pem_slice(pem).unwrap())
                .unwrap()
        }
    };
    TlsConnector::from(Arc::new(config)).connect(ServerName::try_from(name).unwrap(), stream).await
}

#[tokio::test]
async fn the_same_cloud_is_behind_both_ports() {
    let cloud = MockIam::builder().tls(true).start().await.unwrap();
    let ca_pem = cloud.ca_pem().unwrap();
    let url = cloud.tls_url().unwrap();
    assert_eq!(cloud.fixture().tls_url.as_deref(), Some(url));
    for name in ["127.0.0.1", "::1", "localhost"] {
        let stream = connect(&cloud, ca_pem, name).await.unwrap();
        apikey(&cloud.fixture().api_key).exchange(stream).await.unwrap().ok(200);
    }
    let stream = connect(&cloud, ca_pem, "localhost").await.unwrap();
    let document = get("/identity/.well-known/openid-configuration").exchange(stream).await.unwrap().ok(200);
    assert_eq!(document["token_endpoint"], format!("{url}/identity/token"));
    get("/identity/keys").send(&cloud).await.ok(200);
    assert_eq!(cloud.journal().requests().len(), 5);
}

#[tokio::test]
async fn a_stranger_does_not_trust_it() {
    let (cloud, other) = (MockIam::builder().tls(true), MockIam::builder().tls(true));
    let (cloud, other) = (cloud.start().await.unwrap(), other.start().await.unwrap());
    assert!(connect(&cloud, other.ca_pem().unwrap(), "localhost").await.is_err());
    assert!(connect(&cloud, cloud.ca_pem().unwrap(), "cloud.example.com").await.is_err());
    connect(&cloud, cloud.ca_pem().unwrap(), "localhost").await.unwrap();
}

#[tokio::test]
async fn it_stands_in_for_the_hosts_of_ibm_and_for_others_when_asked() {
    let cloud = MockIam::builder().tls_name("*.cpd.example.com").start().await.unwrap();
    let ca_pem = cloud.ca_pem().unwrap();
    for name in [
        "iam.cloud.ibm.com",
        "us-south.ml.cloud.ibm.com",
        "private.us-south.ml.cloud.ibm.com",
        "private.ca-tor.ml.cloud.ibm.com",
        "api.dataplatform.cloud.ibm.com",
        "private.api.eu-de.dataplatform.cloud.ibm.com",
        "private.us-east-1.aws.wxai.ibm.com",
        "account-iam.platform.saas.ibm.com",
        "zen.cpd.example.com",
        "localhost",
    ] {
        let stream = connect(&cloud, ca_pem, name).await.unwrap();
        get("/identity/keys").exchange(stream).await.unwrap().ok(200);
    }
    let other = MockIam::builder().tls(true).start().await.unwrap();
    assert!(connect(&other, other.ca_pem().unwrap(), "zen.cpd.example.com").await.is_err());
}

#[tokio::test]
async fn a_reset_reaches_through_tls() {
    let cloud = MockIam::builder().tls(true).start().await.unwrap();
    cloud.on(Route::Keys).then(Answer::reset());
    let stream = connect(&cloud, cloud.ca_pem().unwrap(), "localhost").await.unwrap();
    let error = get("/identity/keys").exchange(stream).await.err().unwrap();
    assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn it_can_be_held_to_tls_1_2() {
    for (builder, version) in [
        (MockIam::builder().tls(true), ProtocolVersion::TLSv1_3),
        (MockIam::builder().tls12_only(true), ProtocolVersion::TLSv1_2),
    ] {
        let cloud = builder.start().await.unwrap();
        let stream = connect(&cloud, cloud.ca_pem().unwrap(), "localhost").await.unwrap();
        assert_eq!(stream.get_ref().1.protocol_version(), Some(version));
        get("/identity/keys").exchange(stream).await.unwrap().ok(200);
    }
}

#[tokio::test]
async fn the_tls_port_can_be_chosen() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let cloud = MockIam::builder().tls_port(free).start().await.unwrap();
    assert_eq!(cloud.tls_url(), Some(format!("https://127.0.0.1:{free}").as_str()));
}

#[tokio::test]
async fn without_tls_there_is_no_second_port() {
    let cloud = MockIam::start().await.unwrap();
    assert_eq!((cloud.tls_url(), cloud.ca_pem()), (None, None));
}

#[tokio::test]
async fn a_bad_certificate_is_bad_in_its_own_way() {
    for (certificate, said) in [
        (Certificate::Expired, "expired"),
        (Certificate::WrongName, "not valid for name"),
        (Certificate::UnknownAuthority, "BadSignature"),
    ] {
        let cloud = MockIam::builder().certificate(certificate).start().await.unwrap();
        let error = connect(&cloud, cloud.ca_pem().unwrap(), "localhost").await.err().unwrap();
        assert!(format!("{error} {error:?}").contains(said), "{certificate:?}: {error} {error:?}");
    }
}

#[tokio::test]
async fn a_client_may_need_a_certificate() {
    let cloud = MockIam::builder().client_certificates(true).start().await.unwrap();
    let (ca, identity) = (cloud.ca_pem().unwrap(), cloud.client_pem());
    let ask = get("/identity/keys");
    let stream = connect_as(&cloud, identity, ca, "localhost").await.unwrap();
    ask.exchange(stream).await.unwrap().ok(200);
    // The client has finished its handshake before it hears that it is not wanted.
    let refused = match connect(&cloud, ca, "localhost").await {
        Ok(stream) => ask.exchange(stream).await.is_err(),
        Err(_) => true,
    };
    assert!(refused);
    let other = MockIam::builder().client_certificates(true).start().await.unwrap();
    let stranger = match connect_as(&cloud, other.client_pem(), ca, "localhost").await {
        Ok(stream) => ask.exchange(stream).await.is_err(),
        Err(_) => true,
    };
    assert!(stranger);
    assert_eq!(cloud.journal().requests().len(), 1);
    let without = MockIam::builder().tls(true).start().await.unwrap();
    assert_eq!(without.client_pem(), None);
}

#[tokio::test]
async fn it_is_a_proxy_that_leads_to_itself() {
    let cloud = MockIam::builder().tls(true).start().await.unwrap();
    let name = "us-south.ml.cloud.ibm.com";
    let mut stream = TcpStream::connect(cloud.url().trim_start_matches("http://")).await.unwrap();
    stream
        .write_all(format!("CONNECT {name}:443 HTTP/1.1\r\nHost: {name}:443\r\n\r\n").as_bytes())
        .await
        .unwrap();
    let mut opened = [0; 39];
    stream.read_exact(&mut opened).await.unwrap();
    assert!(opened.starts_with(b"HTTP/1.1 200 ") && opened.ends_with(b"\r\n\r\n"));
    let stream = connect_over(stream, None, cloud.ca_pem().unwrap(), name).await.unwrap();
    let document = get("/identity/.well-known/openid-configuration").exchange(stream).await.unwrap().ok(200);
    assert_eq!(document["token_endpoint"], format!("https://{name}/identity/token"));
    assert_eq!(cloud.journal().requests().len(), 1);
}
