//! The ids by which one call is followed through the cloud, and the names of the machines which it never touched.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderName;

use crate::answer::Answer;
use crate::cloud::Cloud;
use crate::request::Request;

/// `instanceId` and `host` of an error's context.
pub(crate) const POD: &str = "iamid-1-0-1-mock-5d8f7c6b9d-q7w2x";
pub(crate) const CLUSTER: &str = "iam-id-mock-loopback-01";

/// The client's id of a call, and its name in the answer.
pub(crate) static TRANSACTION_ID: HeaderName = HeaderName::from_static("transaction-id");
pub(crate) static CORRELATION_ID: HeaderName = HeaderName::from_static("x-correlation-id");
pub(crate) static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// How every transaction id begins.
static POD_TAIL: LazyLock<String> =
    LazyLock::new(|| URL_SAFE_NO_PAD.encode(POD.rsplit('-').next().unwrap_or(POD)) + "-");

/// A transaction id as IAM makes them: the end of the pod's name in base64url, and 32 hexadecimal digits.
pub(crate) fn transaction_id(cloud: &Cloud) -> String {
    let mut id = String::with_capacity(POD_TAIL.len() + 32);
    id.push_str(&POD_TAIL);
    cloud.noise.push_hex32(&mut id);
    id
}

/// Puts the request's ids on an answer.
pub(crate) fn with_ids(request: &Request, answer: Answer) -> Answer {
    answer
        .known_header(&TRANSACTION_ID, &request.transaction_id)
        .known_header(&CORRELATION_ID, &request.transaction_id)
        .known_header(&REQUEST_ID, &request.request_id)
}
