//! One request, one answer.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, HeaderMap};
use http::{Request, Response};
use reqwest::Client;
use secrecy::zeroize::Zeroizing;
use wml_auth_core::{AuthError, BodyLimit};

use crate::clients::Clients;
use crate::destination::Destination;
use crate::fault;

pub(crate) async fn exchange(
    clients: Arc<Clients>,
    client: Client,
    request: Request<Vec<u8>>,
    destination: Destination,
) -> Result<Response<Vec<u8>>, AuthError> {
    let Destination { url, host, route } = destination;
    let BodyLimit(limit) = BodyLimit::of(&request);
    let (parts, body) = request.into_parts();
    let mut outgoing = client.request(parts.method, url).headers(parts.headers);
    if !body.is_empty() {
        // It may hold a key: its memory is wiped once it has been written to the socket.
        outgoing = outgoing.body(Bytes::from_owner(Zeroizing::new(body)));
    }
    let explain = |error: &reqwest::Error| fault::explain(error, &host, route, clients.options());
    let mut incoming = outgoing.send().await.map_err(|error| explain(&error))?;

    if is_compressed(incoming.headers()) {
        return Err(AuthError::invalid_answer("the answer is compressed, which was not asked for")
            .with_host(&host)
            .with_status(incoming.status().as_u16()));
    }
    let too_long = |status: u16| {
        AuthError::invalid_answer(format!("the answer is longer than {limit} bytes"))
            .with_host(&host)
            .with_status(status)
    };
    let status = incoming.status();
    if incoming.content_length().is_some_and(|length| length > limit as u64) {
        return Err(too_long(status.as_u16()));
    }
    let mut chunks = Vec::new();
    let mut length = 0_usize;
    while let Some(chunk) = incoming.chunk().await.map_err(|error| explain(&error))? {
        length = length.saturating_add(chunk.len());
        if length > limit {
            return Err(too_long(status.as_u16()));
        }
        chunks.push(chunk);
    }
    // Put together at once: growing piece by piece would leave copies of a token behind.
    let mut answer = Response::new(chunks.concat());
    *answer.status_mut() = status;
    *answer.version_mut() = incoming.version();
    *answer.headers_mut() = std::mem::take(incoming.headers_mut());
    Ok(answer)
}

fn is_compressed(headers: &HeaderMap) -> bool {
    headers
        .get_all(CONTENT_ENCODING)
        .iter()
        .any(|coding| !coding.as_bytes().trim_ascii().eq_ignore_ascii_case(b"identity"))
}
