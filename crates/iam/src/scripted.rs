//! A transport that answers from a script, for tests.

use std::sync::Mutex;

use async_trait::async_trait;
use http::{Request, Response};
use wml_auth_core::{AuthError, Transport};

/// Gives its answers in turn and remembers what it was asked.
#[derive(Default)]
pub(crate) struct Scripted {
    answers: Mutex<Vec<Result<Response<Vec<u8>>, AuthError>>>,
    asked: Mutex<Vec<Request<Vec<u8>>>>,
}

impl Scripted {
    pub(crate) fn new(answers: impl IntoIterator<Item = Result<Response<Vec<u8>>, AuthError>>) -> Self {
        let mut answers: Vec<_> = answers.into_iter().collect();
        answers.reverse();
        Self { answers: Mutex::new(answers), asked: Mutex::default() }
    }

    pub(crate) fn asked(&self) -> Vec<Request<Vec<u8>>> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

pub(crate) fn answer(
    status: u16,
    headers: &[(&str, &str)],
    body: &str,
) -> Result<Response<Vec<u8>>, AuthError> {
    let builder =
        headers.iter().fold(Response::builder().status(status), |b, (name, value)| b.header(*name, *value));
    Ok(builder.body(body.as_bytes().to_vec()).unwrap())
}

#[async_trait]
impl Transport for Scripted {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, AuthError> {
        self.asked.lock().unwrap().push(request);
        self.answers.lock().unwrap().pop().expect("the script is long enough")
    }
}
