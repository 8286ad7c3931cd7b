//! Whatever is sent to the mock, it answers or hangs up; it does not die of it.
#![no_main]

use std::sync::OnceLock;
use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use wml_auth_mock_iam::MockIam;

/// Far longer than any answer takes.
const LIMIT: Duration = Duration::from_secs(10);

struct Rig {
    runtime: tokio::runtime::Runtime,
    cloud: MockIam,
}

fn rig() -> &'static Rig {
    static RIG: OnceLock<Rig> = OnceLock::new();
    RIG.get_or_init(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let cloud = runtime.block_on(MockIam::builder().seed(1).start()).expect("a mock");
        Rig { runtime, cloud }
    })
}

/// A request of the given bytes: which path, how, and with what.
fn request(cloud: &MockIam, bytes: &[u8]) -> Vec<u8> {
    let fixture = cloud.fixture();
    let deployment = format!("/ml/v4/deployments/{}/predictions?version=2026-10-14", fixture.deployment_id);
    let paths = [
        "/identity/token",
        "/v1/apikeys",
        "/v1/serviceids",
        "/v1/profiles",
        "/v2/spaces",
        "/icp4d-api/v1/authorize",
        "/siusermgr/api/1.0/apikeys/token",
        "/instance_identity/v1/token?version=2022-03-01",
        "/identity/introspect",
        "/ml/v1/text/chat?version=2026-10-14",
        &deployment,
    ];
    match bytes {
        // As it is.
        [0, raw @ ..] => raw.to_vec(),
        [which, method, body @ ..] => {
            let path = paths[usize::from(*which) % paths.len()];
            let method = ["POST", "PUT", "GET", "PATCH", "DELETE"][usize::from(*method) % 5];
            let kind = if body.first() == Some(&b'{') { "json" } else { "x-www-form-urlencoded" };
            let mut request = format!(
                "{method} {path} HTTP/1.1\r\nHost: mock\r\nConnection: close\r\nMetadata-Flavor: ibm\r\n\
                 Content-Type: application/{kind}\r\nContent-Length: {}\r\n\r\n",
                body.len()
            )
            .into_bytes();
            request.extend_from_slice(body);
            request
        }
        short => short.to_vec(),
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Rig { runtime, cloud } = rig();
    let address = cloud.url().trim_start_matches("http://").to_owned();
    let request = request(cloud, bytes);
    let answered = runtime.block_on(async {
        let mut stream = TcpStream::connect(&address).await.expect("the mock listens");
        // It may have hung up before all was sent.
        let _ = stream.write_all(&request).await;
        let _ = stream.shutdown().await;
        let mut answer = Vec::new();
        tokio::time::timeout(LIMIT, stream.read_to_end(&mut answer)).await.is_ok()
    });
    assert!(answered, "neither an answer nor an end");
    cloud.journal().clear();
});
