//! Requests to a server whose certificate the configuration says not to check.

use std::sync::Arc;

use async_trait::async_trait;
use http::{Request, Response};
use wml_auth_core::{AuthError, CertificateChecks, Transport};

/// Marks each request, so that the transport may leave the certificate unchecked. One that cannot do so keeps checking.
pub(crate) struct WithoutChecks(pub(crate) Arc<dyn Transport>);

#[async_trait]
impl Transport for WithoutChecks {
    async fn send(&self, mut request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, AuthError> {
        request.extensions_mut().insert(CertificateChecks::Off);
        self.0.send(request).await
    }
}
