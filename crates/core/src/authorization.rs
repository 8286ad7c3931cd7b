//! Headers, ready to send.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use bytes::Bytes;
use http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use secrecy::zeroize::Zeroizing;

use crate::{AccessToken, Identity, Scheme, Secret, UnsafeSecret, base64};

/// What to put on a request: usually one header, sometimes more or none; marked sensitive, and where they came from.
///
/// A clone costs one reference count. The memory of the header values is wiped when the last clone, and the last
/// request that carries them, is gone.
///
/// ```
/// use http::HeaderMap;
/// use wml_auth_core::{Authorization, Secret};
///
/// let authorization = Authorization::bearer(&Secret::from("eyJ…".replace('…', "x")))?;
/// let mut headers = HeaderMap::new();
/// authorization.apply(&mut headers);
/// assert!(headers["authorization"].is_sensitive());
/// # Ok::<(), wml_auth_core::UnsafeSecret>(())
/// ```
#[derive(Clone)]
pub struct Authorization(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    /// `None` only where there is no header at all.
    name: Option<HeaderName>,
    /// Empty where there is no name, so that a warm call need not look.
    value: HeaderValue,
    more: Vec<(HeaderName, HeaderValue)>,
    expires_at: Option<SystemTime>,
    generation: Generation,
    identity: Identity,
}

/// Which of its successive tokens a provider handed out. A higher one is newer.
///
/// Comparing generations is how a late 401 for an old token is kept from evicting a newer one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Generation(pub u64);

impl Authorization {
    /// `Authorization: Bearer <token>`.
    ///
    /// # Errors
    ///
    /// [`UnsafeSecret`] when the token cannot stand in a header; nothing is built from it then.
    pub fn bearer(token: &Secret) -> Result<Self, UnsafeSecret> {
        Self::with_scheme(Scheme::Bearer, token.header_text()?)
    }

    /// `Authorization: Basic <base64 of username:password>`, in UTF-8.
    ///
    /// # Errors
    ///
    /// [`UnsafeSecret`] when either part is empty or holds a control character, or the name holds a colon (which
    /// would move the border between the two).
    pub fn basic(username: &str, password: &Secret) -> Result<Self, UnsafeSecret> {
        Self::with_scheme(Scheme::Basic, &pair(username, password)?)
    }

    /// `Authorization: ZenApiKey <base64 of username:key>`.
    ///
    /// # Errors
    ///
    /// As [`basic`](Self::basic).
    pub fn zen_api_key(username: &str, key: &Secret) -> Result<Self, UnsafeSecret> {
        Self::with_scheme(Scheme::ZenApiKey, &pair(username, key)?)
    }

    /// The header for a token, by the token's own scheme, and those that go beside it. The text is sent as it is: for a
    /// scheme that encodes a pair, the token is the encoded pair.
    ///
    /// # Errors
    ///
    /// [`UnsafeSecret`] when the token, or a header beside it, cannot stand in a header.
    pub fn from_token(token: &AccessToken) -> Result<Self, UnsafeSecret> {
        let own = Self::with_scheme(token.scheme(), token.secret().header_text()?)?;
        token.headers().try_fold(own, |all, (name, value)| all.and_header(name.clone(), value))
    }

    /// Nothing at all, for a service that asks for no credential.
    ///
    /// ```
    /// use http::HeaderMap;
    /// use wml_auth_core::Authorization;
    ///
    /// let mut headers = HeaderMap::new();
    /// Authorization::none().apply(&mut headers);
    /// assert!(headers.is_empty());
    /// ```
    pub fn none() -> Self {
        Self::from_inner(None, HeaderValue::from_static(""))
    }

    /// Any other header, such as an API key in one of its own.
    ///
    /// # Errors
    ///
    /// [`UnsafeSecret`] when the value cannot stand in a header.
    pub fn from_header(name: HeaderName, value: &Secret) -> Result<Self, UnsafeSecret> {
        Ok(Self::from_parts(name, sensitive(value.header_text()?)?))
    }

    fn with_scheme(scheme: Scheme, text: &str) -> Result<Self, UnsafeSecret> {
        // Reserved in full, so that no half-written copy stays behind in memory.
        let mut value = Zeroizing::new(String::with_capacity(scheme.as_str().len() + 1 + text.len()));
        value.push_str(scheme.as_str());
        value.push(' ');
        value.push_str(text);
        Ok(Self::from_parts(AUTHORIZATION, sensitive(&value)?))
    }

    fn from_parts(name: HeaderName, value: HeaderValue) -> Self {
        Self::from_inner(Some(name), value)
    }

    fn from_inner(name: Option<HeaderName>, value: HeaderValue) -> Self {
        static UNKNOWN: OnceLock<Identity> = OnceLock::new();
        let identity = UNKNOWN.get_or_init(|| Identity::new("unnamed", "", &[])).clone();
        Self(Arc::new(Inner {
            name,
            value,
            more: Vec::new(),
            expires_at: None,
            generation: Generation::default(),
            identity,
        }))
    }

    /// Adds a header beside the first, or the first to [none](Self::none).
    ///
    /// # Errors
    ///
    /// [`UnsafeSecret`] when the value cannot stand in a header.
    pub fn and_header(self, name: HeaderName, value: &Secret) -> Result<Self, UnsafeSecret> {
        let value = sensitive(value.header_text()?)?;
        Ok(self.change(|inner| match &inner.name {
            Some(_) => inner.more.push((name, value)),
            None => (inner.name, inner.value) = (Some(name), value),
        }))
    }

    /// Says until when it may be used.
    #[must_use]
    pub fn with_expiry(self, date: SystemTime) -> Self {
        self.change(|inner| inner.expires_at = Some(date))
    }

    /// Says which of its provider's successive authorizations it is.
    #[must_use]
    pub fn with_generation(self, generation: Generation) -> Self {
        self.change(|inner| inner.generation = generation)
    }

    /// Says whose it is.
    #[must_use]
    pub fn with_identity(self, identity: Identity) -> Self {
        self.change(|inner| inner.identity = identity)
    }

    fn change(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }

    /// Puts the headers on a request, over any of the same name.
    pub fn apply(&self, headers: &mut HeaderMap) {
        for (name, value) in self.headers() {
            headers.insert(name.clone(), value.clone());
        }
    }

    /// The headers, the first of which is nearly always the only one.
    pub fn headers(&self) -> impl Iterator<Item = (&HeaderName, &HeaderValue)> {
        let first = self.0.name.iter().map(|name| (name, &self.0.value));
        first.chain(self.0.more.iter().map(|(name, value)| (name, value)))
    }

    /// The value of the first header, ready to be cloned onto a request. Empty where there is [none](Self::none).
    pub fn header_value(&self) -> &HeaderValue {
        &self.0.value
    }

    /// The credential alone, without its scheme: for a protocol that has no HTTP headers. Handle it as a secret.
    pub fn expose_token(&self) -> &str {
        let value = self.header_value().to_str().unwrap_or_default();
        value.split_once(' ').map_or(value, |(_, token)| token)
    }

    /// Until when it may be used, by the local wall clock; `None` when it does not expire or nobody knows.
    pub fn expires_at(&self) -> Option<SystemTime> {
        self.0.expires_at
    }

    /// Which of its provider's successive authorizations this is.
    pub fn generation(&self) -> Generation {
        self.0.generation
    }

    /// Whose it is.
    pub fn identity(&self) -> &Identity {
        &self.0.identity
    }
}

impl fmt::Debug for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("Authorization")
            .field("headers", &names)
            .field("expires_at", &self.0.expires_at)
            .field("generation", &self.0.generation.0)
            .field("identity", &self.0.identity)
            .finish()
    }
}

fn pair(username: &str, password: &Secret) -> Result<Zeroizing<String>, UnsafeSecret> {
    let password = password.expose();
    if username.is_empty() || password.is_empty() {
        return Err(UnsafeSecret::Empty);
    }
    let refused = |c: char| c.is_control();
    let fault = username.find(|c| refused(c) || c == ':').or_else(|| password.find(refused));
    if let Some(at) = fault {
        return Err(UnsafeSecret::Control { at });
    }
    let mut plain = Zeroizing::new(String::with_capacity(username.len() + 1 + password.len()));
    plain.push_str(username);
    plain.push(':');
    plain.push_str(password);
    Ok(base64::encode(plain.as_bytes()))
}

/// A header value whose memory is wiped with its last clone.
fn sensitive(text: &str) -> Result<HeaderValue, UnsafeSecret> {
    let owner = Zeroizing::new(text.as_bytes().to_vec());
    let mut value = HeaderValue::from_maybe_shared(Bytes::from_owner(owner))
        .map_err(|_| UnsafeSecret::Control { at: 0 })?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(authorization: &Authorization) -> &str {
        authorization.header_value().to_str().unwrap()
    }

    #[test]
    fn each_scheme_says_its_own_word() {
        let secret = Secret::from("open sesame");
        assert_eq!(first(&Authorization::bearer(&secret).unwrap()), "Bearer open sesame");
        assert_eq!(
            first(&Authorization::basic("Aladdin", &secret).unwrap()),
            "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
        );
        assert_eq!(
            first(&Authorization::zen_api_key("Aladdin", &secret).unwrap()),
            "ZenApiKey QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
        );
        let other = Authorization::from_header(HeaderName::from_static("x-key"), &secret).unwrap();
        assert_eq!(other.headers().next().unwrap().0, "x-key");
    }

    #[test]
    fn a_basic_pair_may_be_any_text_but_not_break_out_of_it() {
        assert!(Authorization::basic("usér", &Secret::from("pä:ss wörd")).is_ok());
        assert_eq!(
            Authorization::basic("a:b", &Secret::from("x")).unwrap_err(),
            UnsafeSecret::Control { at: 1 }
        );
        assert_eq!(
            Authorization::basic("a", &Secret::from("x\n")).unwrap_err(),
            UnsafeSecret::Control { at: 1 }
        );
        assert_eq!(Authorization::basic("", &Secret::from("x")).unwrap_err(), UnsafeSecret::Empty);
        assert_eq!(Authorization::basic("a", &Secret::from("")).unwrap_err(), UnsafeSecret::Empty);
    }

    #[test]
    fn all_headers_are_applied_and_sensitive() {
        let authorization = Authorization::bearer(&Secret::from("t"))
            .unwrap()
            .and_header(HeaderName::from_static("ml-instance-id"), &Secret::from("i"))
            .unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, HeaderValue::from_static("old"));
        authorization.apply(&mut headers);
        assert_eq!(headers.len(), 2);
        assert_eq!(headers["authorization"], "Bearer t");
        assert!(headers.values().all(HeaderValue::is_sensitive));
    }

    #[test]
    fn what_goes_beside_a_token_goes_with_it() {
        let instance = HeaderName::from_static("ml-instance-id");
        let token = AccessToken::new(Secret::from("t")).with_header(instance.clone(), Secret::from("i"));
        let names: Vec<_> = token.headers().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["ml-instance-id"]);
        let mut headers = HeaderMap::new();
        Authorization::from_token(&token).unwrap().apply(&mut headers);
        assert_eq!(
            (&headers["authorization"], &headers["ml-instance-id"]),
            (&"Bearer t".parse().unwrap(), &"i".parse().unwrap())
        );
        let unsafe_one = AccessToken::new(Secret::from("t")).with_header(instance, Secret::from("i\n"));
        assert_eq!(Authorization::from_token(&unsafe_one).unwrap_err(), UnsafeSecret::Control { at: 1 });
    }

    #[test]
    fn nothing_can_be_sent_and_added_to() {
        let none = Authorization::none();
        assert_eq!((none.headers().count(), none.expose_token(), none.header_value().len()), (0, "", 0));
        let one = none.and_header(HeaderName::from_static("x-key"), &Secret::from("k")).unwrap();
        assert_eq!((one.headers().count(), first(&one)), (1, "k"));
    }

    #[test]
    fn where_it_came_from_can_be_read_back() {
        let bare = Authorization::bearer(&Secret::from("t")).unwrap();
        assert_eq!((bare.expires_at(), bare.generation()), (None, Generation(0)));
        let identity = Identity::new("kind", "issuer", &[]);
        let full = bare
            .with_expiry(SystemTime::UNIX_EPOCH)
            .with_generation(Generation(7))
            .with_identity(identity.clone());
        assert_eq!((full.expires_at(), full.generation()), (Some(SystemTime::UNIX_EPOCH), Generation(7)));
        assert_eq!(full.identity(), &identity);
    }

    #[test]
    fn debug_shows_names_only() {
        let shown = format!("{:?}", Authorization::basic("user-name", &Secret::from("pass-word")).unwrap());
        assert!(shown.contains("authorization"), "{shown}");
        assert!(!shown.contains("dXNlci1uYW1lOnBhc3Mtd29yZA") && !shown.contains("pass-word"), "{shown}");
    }

    #[test]
    fn the_bare_token_is_without_its_scheme() {
        assert_eq!(Authorization::bearer(&Secret::from("a.b.c")).unwrap().expose_token(), "a.b.c");
        let bare = Authorization::from_header(AUTHORIZATION, &Secret::from("bare")).unwrap();
        assert_eq!(bare.expose_token(), "bare");
    }
}
