//! A service account key of the kind that Google's console hands out, for an issuer on loopback.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::Issuer;

/// The mock's own signing key, which is public and worth nothing outside a test. In PKCS #8.
const KEY: &[u8] = include_bytes!("../../../../crates/mock-iam/src/signing/202410011011.der");

pub(crate) fn key(issuer: &Issuer) -> Value {
    json!({
        "type": "service_account",
        "project_id": "project",
        "private_key_id": "key",
        "private_key": pem(),
        "client_email": "service@project.example",
        "client_id": "1",
        "token_uri": format!("{}/token", issuer.url()),
    })
}

fn pem() -> String {
    let body = STANDARD.encode(KEY);
    let lines: Vec<_> = body.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
    format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n"))
}
