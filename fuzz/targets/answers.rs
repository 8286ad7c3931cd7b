//! Whatever a token service answers is a token that fits a header, or an error that shows nothing that was sent.
#![no_main]

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::FutureExt as _;
use http::{Request, Response};
use libfuzzer_sys::fuzz_target;
use wml_auth_core::{AuthError, Secret, Transport};
use wml_auth_iam::{ApiKey, Endpoint, Grant, IamClient};

const KEY: &str = "CANARY-key-0123456789-abcdefghijklmnopqrstuv";
const STATUSES: [u16; 12] = [200, 200, 200, 201, 204, 302, 400, 401, 403, 429, 500, 503];

/// What the service answers: a status, headers of a line each, an empty line, and a body.
struct Answers(Vec<u8>);

#[async_trait]
impl Transport for Answers {
    async fn send(&self, _: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, AuthError> {
        let (status, rest) = self.0.split_first().map_or((0, [].as_slice()), |(first, rest)| (*first, rest));
        let mut answer = Response::builder().status(STATUSES[usize::from(status) % STATUSES.len()]);
        let end = rest.windows(2).position(|pair| pair == b"\n\n").unwrap_or(rest.len());
        let (head, body) = rest.split_at(end);
        for line in head.split(|byte| *byte == b'\n') {
            let at = line.iter().position(|byte| *byte == b':').unwrap_or(line.len());
            let (name, value) = line.split_at(at);
            let value = value.get(1..).unwrap_or_default();
            let name = http::HeaderName::from_bytes(name);
            if let (Ok(name), Ok(value)) = (name, http::HeaderValue::from_bytes(value)) {
                answer = answer.header(name, value);
            }
        }
        Ok(answer.body(body.get(2..).unwrap_or_default().to_vec()).expect("each part was checked"))
    }
}

fuzz_target!(|bytes: &[u8]| {
    let endpoint = Endpoint::parse("https://iam.example.com").expect("a URL");
    let iam = IamClient::new(Arc::new(Answers(bytes.to_vec())), endpoint);
    let key = ApiKey::parse(Secret::from(KEY)).expect("a key");
    let answer = iam.session(&Grant::api_key(&key)).now_or_never().expect("nothing is waited for");
    match answer {
        Ok(session) => {
            let token = session.token.secret().expose();
            http::HeaderValue::from_str(&format!("Bearer {token}")).expect("a token fits a header");
        }
        Err(error) => {
            let shown = format!("{error} {error:?} {:?}", error.hint());
            assert!(!shown.contains(KEY), "{shown}");
        }
    }
});
