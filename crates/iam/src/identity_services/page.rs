//! Lists, a page at a time.

use http::Method;
use serde::Deserialize;
use url::Url;
use wml_auth_core::{AuthError, Authorization};

use super::{IdentityServices, Kind};

/// The most that a page may hold.
const PAGE: &str = "100";

/// More than any account has: a list that goes on for longer goes on for ever.
const MOST_PAGES: usize = 1000;

/// A page of either list.
#[derive(Deserialize)]
struct Page<T> {
    #[serde(alias = "apikeys", alias = "serviceids")]
    items: Vec<T>,
    next: Option<Next>,
}

/// The link to the next page: a string in what the service sends, an object in the examples of its description.
#[derive(Deserialize)]
#[serde(untagged)]
enum Next {
    Link(String),
    Object { href: String },
}

impl Next {
    /// Only the token is taken out of it: a link could lead to another host, with the caller's token.
    fn token(&self) -> Option<String> {
        let (Self::Link(link) | Self::Object { href: link }) = self;
        let base = Url::parse("https://localhost").ok()?;
        let url = base.join(link).ok()?;
        url.query_pairs().find(|(name, _)| name == "pagetoken").map(|(_, token)| token.into_owned())
    }
}

impl IdentityServices {
    /// All entities that a query selects.
    pub(super) async fn all<T: for<'de> Deserialize<'de>>(
        &self,
        kind: Kind,
        query: &[(&str, &str)],
        authorization: &Authorization,
    ) -> Result<Vec<T>, AuthError> {
        let mut items = Vec::new();
        let mut token: Option<String> = None;
        for _ in 0..MOST_PAGES {
            let path = path(kind, query, token.as_deref());
            let answer = self.call(Method::GET, &path, authorization)?.send().await?;
            let page: Page<T> = answer.read(match kind {
                Kind::ApiKey => "API keys",
                Kind::ServiceId => "Service IDs",
            })?;
            items.extend(page.items);
            let next = page.next.as_ref().and_then(Next::token);
            if next.is_none() {
                return Ok(items);
            }
            if next == token {
                return Err(answer.located(AuthError::invalid_answer("a page of the list leads to itself")));
            }
            token = next;
        }
        Err(AuthError::invalid_answer("the list does not end").with_host(self.endpoint().host()))
    }
}

fn path(kind: Kind, query: &[(&str, &str)], token: Option<&str>) -> String {
    let mut text = form_urlencoded::Serializer::new(String::new());
    text.extend_pairs(query).append_pair("pagesize", PAGE);
    if let Some(token) = token {
        text.append_pair("pagetoken", token);
    }
    format!("{}?{}", kind.folder(), text.finish())
}
