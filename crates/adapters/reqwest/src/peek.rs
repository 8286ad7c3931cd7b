//! A look at the beginning of an answer's body, which stays readable.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body as _, Frame, SizeHint};
use reqwest::{Body, Response, ResponseBuilderExt as _};
use wml_auth_core::TokenVerdict;

/// Says whether the answer is about the token. Of the body no more is read than the verdict needs, and the answer that
/// is returned has all of it.
pub(crate) async fn judge(answer: Response) -> (TokenVerdict, Response) {
    let verdict = TokenVerdict::of_head(answer.status(), answer.headers());
    if verdict != TokenVerdict::AskBody {
        return (verdict, answer);
    }
    let url = answer.url().clone();
    let (mut parts, body) = http::Response::<Body>::from(answer).into_parts();
    let mut peeked = Peeked { read: VecDeque::new(), rest: Some(body) };
    let verdict = verdict.or_by(&peeked.read_ahead(TokenVerdict::LONGEST_BODY).await);
    // The URL of an answer does not survive the way through `http`, except as an extension.
    if let Ok(carrier) = http::Response::builder().url(url).body(()) {
        parts.extensions.extend(carrier.into_parts().0.extensions);
    }
    (verdict, Response::from(http::Response::from_parts(parts, Body::wrap(peeked))))
}

/// A body of which a part has been read already.
struct Peeked {
    read: VecDeque<Result<Frame<Bytes>, reqwest::Error>>,
    /// `None` once it has ended, or broken.
    rest: Option<Body>,
}

impl Peeked {
    /// Reads until there are at least so many bytes, and returns what was read.
    async fn read_ahead(&mut self, enough: usize) -> Vec<u8> {
        let mut text = Vec::new();
        while text.len() < enough {
            let Some(frame) = poll_fn(|context| self.poll_rest(context)).await else { break };
            if let Ok(Some(data)) = frame.as_ref().map(Frame::data_ref) {
                text.extend_from_slice(data);
            }
            self.read.push_back(frame);
        }
        text
    }

    fn poll_rest(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, reqwest::Error>>> {
        let Some(rest) = &mut self.rest else { return Poll::Ready(None) };
        let polled = Pin::new(rest).poll_frame(context);
        if let Poll::Ready(None | Some(Err(_))) = &polled {
            self.rest = None;
        }
        polled
    }
}

impl hyper::body::Body for Peeked {
    type Data = Bytes;
    type Error = reqwest::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, reqwest::Error>>> {
        match self.read.pop_front() {
            Some(frame) => Poll::Ready(Some(frame)),
            None => self.poll_rest(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.read.is_empty() && self.rest.as_ref().is_none_or(|rest| rest.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        let read = self.read.iter().flatten().filter_map(Frame::data_ref).map(|data| data.len() as u64).sum();
        let rest = self.rest.as_ref().map_or(SizeHint::with_exact(0), |rest| rest.size_hint());
        let mut hint = SizeHint::new();
        if let Some(upper) = rest.upper() {
            hint.set_upper(upper.saturating_add(read));
        }
        hint.set_lower(rest.lower().saturating_add(read));
        hint
    }
}
