//! The ids by which one call is followed through the cloud, and the names of the machines which it never touched.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::answer::Answer;
use crate::cloud::Cloud;
use crate::request::Request;

/// `instanceId` and `host` of an error's context.
pub(crate) const POD: &str = "iamid-1-0-1-mock-5d8f7c6b9d-q7w2x";
pub(crate) const CLUSTER: &str = "iam-id-mock-loopback-01";

/// A transaction id as IAM makes them: the end of the pod's name in base64url, and 32 hexadecimal digits.
pub(crate) fn transaction_id(cloud: &Cloud) -> String {
    let tail = POD.rsplit('-').next().unwrap_or(POD);
    format!("{}-{}", URL_SAFE_NO_PAD.encode(tail), cloud.noise.hex32())
}

/// Puts the request's ids on an answer.
pub(crate) fn with_ids(request: &Request, answer: Answer) -> Answer {
    answer
        .header("transaction-id", &request.transaction_id)
        .header("x-correlation-id", &request.transaction_id)
        .header("x-request-id", &request.request_id)
}
