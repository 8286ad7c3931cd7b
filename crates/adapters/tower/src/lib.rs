//! Request middleware for wml-auth on tower: a layer that puts an authorization on each request to one origin and, when
//! the service refuses that very token, obtains another and sends the request once more.
//!
//! ```
//! use http::{Request, Response};
//! use tower::{Service, ServiceBuilder, ServiceExt as _};
//! use wml_auth_core::Credentials;
//! use wml_auth_tower::{AuthorizeLayer, BoxError};
//!
//! async fn deployments<S>(http: S, credentials: Credentials) -> Result<Response<Vec<u8>>, BoxError>
//! where
//!     S: Service<Request<Vec<u8>>, Response = Response<Vec<u8>>> + Clone,
//!     S::Error: Into<BoxError>,
//! {
//!     let origin = "https://us-south.ml.cloud.ibm.com".parse()?;
//!     let service = ServiceBuilder::new().layer(AuthorizeLayer::new(credentials, origin)).service(http);
//!     let request = Request::get("https://us-south.ml.cloud.ibm.com/ml/v4/deployments?version=2026-10-14");
//!     Ok(service.oneshot(request.body(Vec::new())?).await?)
//! }
//! ```
//!
//! # What goes through
//!
//! | a request for | is |
//! | --- | --- |
//! | the layer's [`Origin`](wml_auth_core::Origin) | signed |
//! | another | passed on as it came: a stack may serve several services, each with a layer of its own |
//! | none, because its URI is only a path | refused: put the layer around whatever completes the URI |
//!
//! A layer that follows redirects belongs around this one. It then comes back with another URI, which is judged anew.
//! Below this one it would carry the header wherever it goes.
//!
//! # What comes back
//!
//! An answer of any status is an answer. When it says that the token was refused, the token is rejected; the request
//! goes out a second time, if the new token is another; and the second answer is the caller's, whatever it is. What
//! counts as a refusal is up to a [`Refusal`]:
//!
//! | the answer's body | looked at by the default, [`KnownRefusals`] |
//! | --- | --- |
//! | `Vec<u8>`, `Bytes`, `String`, `&'static str` | the challenge, and the body |
//! | anything else, such as one that streams | the challenge alone |
//!
//! Watson Machine Learning says it in the body. So where bodies stream, either read those of a 401 below this layer
//! with [`TokenVerdict`](wml_auth_core::TokenVerdict) and leave a note for a refusal of your own:
//!
//! ```
//! use http::Response;
//! use wml_auth_core::{Credentials, Origin};
//! use wml_auth_tower::AuthorizeLayer;
//! # struct Streaming;
//!
//! /// What a layer below has left.
//! #[derive(Clone)]
//! struct TokenRefused;
//!
//! fn layer(credentials: Credentials, origin: Origin) -> AuthorizeLayer<impl Fn(&Response<Streaming>) -> bool + Clone> {
//!     AuthorizeLayer::new(credentials, origin)
//!         .with_refusal(|answer: &Response<Streaming>| answer.extensions().get::<TokenRefused>().is_some())
//! }
//! ```
//!
//! # What a body must be
//!
//! The request is kept for a second time, so its body is `Clone`. Bytes are, and cheaply; a stream is not, and is best
//! sent by `wml-auth-reqwest`, which sends once what it can send only once.
//!
//! # Cancel safety
//!
//! Dropping the future gives the request up; a server that has received it may act on it. Others who wait for the same
//! token get it nevertheless, and a token that was rejected stays so.

mod error;
mod future;
mod layer;
mod refusal;
mod service;

pub use error::{BoxError, Error};
pub use future::AuthorizeFuture;
pub use layer::AuthorizeLayer;
pub use refusal::{KnownRefusals, Refusal};
pub use service::Authorize;
