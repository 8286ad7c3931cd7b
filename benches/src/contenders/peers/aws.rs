//! aws-smithy-runtime: the identity cache of the AWS clients, with a bearer token.

use std::time::SystemTime;

use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_async::time::SystemTimeSource;
use aws_smithy_runtime::client::identity::IdentityCache;
use aws_smithy_runtime_api::client::identity::http::Token;
use aws_smithy_runtime_api::client::identity::{
    Identity, IdentityFuture, ResolveCachedIdentity, ResolveIdentity, SharedIdentityCache,
    SharedIdentityResolver,
};
use aws_smithy_runtime_api::client::runtime_components::{RuntimeComponents, RuntimeComponentsBuilder};
use aws_smithy_types::config_bag::ConfigBag;
use http::HeaderValue;

use crate::client::Client;
use crate::{Contender, Early, Issuer};

pub(crate) struct Aws {
    cache: SharedIdentityCache,
    resolver: SharedIdentityResolver,
    components: RuntimeComponents,
    config: ConfigBag,
}

#[derive(Debug)]
struct Resolver(Client);

impl ResolveIdentity for Resolver {
    fn resolve_identity<'a>(&'a self, _: &'a RuntimeComponents, _: &'a ConfigBag) -> IdentityFuture<'a> {
        IdentityFuture::new(async move {
            let issued = self.0.token().await.map_err(|refusal| format!("{refusal:?}"))?;
            let expiry = Some(SystemTime::now() + issued.life());
            Ok(Identity::new(Token::new(issued.access_token, expiry), expiry))
        })
    }
}

impl Contender for Aws {
    const NAME: &'static str = "aws-smithy-runtime";
    // Renewed when between five and ten seconds are left.
    const EARLY: Result<Early, &'static str> = Ok(Early::new(11, 6));

    async fn build(issuer: &Issuer) -> Self {
        let components = RuntimeComponentsBuilder::for_tests()
            .with_time_source(Some(SystemTimeSource::new()))
            .with_sleep_impl(Some(SharedAsyncSleep::new(TokioSleep::new())))
            .build()
            .expect("complete components");
        Self {
            cache: IdentityCache::lazy().build(),
            resolver: SharedIdentityResolver::new(Resolver(issuer.client())),
            components,
            config: ConfigBag::base(),
        }
    }

    async fn header(&self) -> Result<HeaderValue, String> {
        let identity = self
            .cache
            .resolve_cached_identity(self.resolver.clone(), &self.components, &self.config)
            .await
            .map_err(|error| error.to_string())?;
        // What its bearer auth scheme does with each request.
        let token = identity.data::<Token>().ok_or("not a token")?;
        HeaderValue::try_from(format!("Bearer {}", token.token())).map_err(|error| error.to_string())
    }
}
