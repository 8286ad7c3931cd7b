//! A token as an issuer handed it out.

use std::time::{Duration, SystemTime};

use http::header::HeaderName;

use crate::{Moment, Secret};

/// How a credential is announced in the `Authorization` header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Scheme {
    /// `Bearer <token>`: what IAM tokens use.
    #[default]
    Bearer,
    /// `Basic <base64 of user:password>`.
    Basic,
    /// `ZenApiKey <base64 of user:key>`: Cloud Pak for Data, without an exchange.
    ZenApiKey,
}

/// A token, and all that its issuer said about how long it lives.
///
/// A [`TokenSource`](crate::TokenSource) reports what it was told and judges nothing: an issuer may give a life
/// (`expires_in`), a date (`expiration`, a JWT's `exp`), both, or neither. Whoever caches the token takes the
/// earlier and refuses the absurd.
///
/// ```
/// use std::time::Duration;
/// use wml_auth_core::{AccessToken, Secret};
///
/// let token = AccessToken::new(Secret::from("eyJ…")).with_expires_in(Duration::from_secs(3600));
/// assert_eq!(token.expires_in(), Some(Duration::from_secs(3600)));
/// assert_eq!(token.expires_at(), None);
/// ```
#[derive(Clone, Debug)]
pub struct AccessToken {
    secret: Secret,
    scheme: Scheme,
    beside: Vec<(HeaderName, Secret)>,
    expires_in: Option<Duration>,
    expires_at: Option<SystemTime>,
    server_time: Option<SystemTime>,
    received: Option<Moment>,
}

impl AccessToken {
    /// A bearer token of which no life is known yet.
    pub fn new(secret: Secret) -> Self {
        Self {
            secret,
            scheme: Scheme::Bearer,
            beside: Vec::new(),
            expires_in: None,
            expires_at: None,
            server_time: None,
            received: None,
        }
    }

    /// Announces it by another scheme than `Bearer`.
    #[must_use]
    pub fn with_scheme(mut self, scheme: Scheme) -> Self {
        self.scheme = scheme;
        self
    }

    /// Sends this header beside the token on each request, such as the id of the instance that is to serve it.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: Secret) -> Self {
        self.beside.push((name, value));
        self
    }

    /// The issuer gave it this life. Said twice, the shorter stands.
    #[must_use]
    pub fn with_expires_in(mut self, life: Duration) -> Self {
        self.expires_in = Some(self.expires_in.map_or(life, |known| known.min(life)));
        self
    }

    /// The issuer named this date, by its own clock. Said twice (an answer and a claim), the earlier stands.
    #[must_use]
    pub fn with_expires_at(mut self, date: SystemTime) -> Self {
        self.expires_at = Some(self.expires_at.map_or(date, |known| known.min(date)));
        self
    }

    /// What the issuer's clock said when it answered (the HTTP `Date` header). It teaches the skew between the
    /// clocks, without which a date is worth little.
    #[must_use]
    pub fn with_server_time(mut self, date: SystemTime) -> Self {
        self.server_time = Some(date);
        self
    }

    /// When it arrived. A source may leave this out: whoever called it then takes the moment of the call, which is
    /// on the safe side.
    #[must_use]
    pub fn with_received(mut self, moment: Moment) -> Self {
        self.received = Some(moment);
        self
    }

    /// The token itself.
    pub fn secret(&self) -> &Secret {
        &self.secret
    }

    /// How it is announced.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The headers that go beside it.
    pub fn headers(&self) -> impl Iterator<Item = (&HeaderName, &Secret)> {
        self.beside.iter().map(|(name, value)| (name, value))
    }

    /// The life it was given, counted from its receipt.
    pub fn expires_in(&self) -> Option<Duration> {
        self.expires_in
    }

    /// The date it was given, by the issuer's clock.
    pub fn expires_at(&self) -> Option<SystemTime> {
        self.expires_at
    }

    /// The issuer's clock at the time of the answer.
    pub fn server_time(&self) -> Option<SystemTime> {
        self.server_time
    }

    /// When it arrived, if the source took note.
    pub fn received(&self) -> Option<Moment> {
        self.received
    }
}

impl Scheme {
    /// The word in the header.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bearer => "Bearer",
            Self::Basic => "Basic",
            Self::ZenApiKey => "ZenApiKey",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_was_said_can_be_read_back() {
        let moment = Moment { wall: SystemTime::UNIX_EPOCH, monotonic: Duration::from_secs(7) };
        let token = AccessToken::new(Secret::from("t"))
            .with_scheme(Scheme::ZenApiKey)
            .with_server_time(SystemTime::UNIX_EPOCH)
            .with_received(moment);
        assert_eq!(token.scheme(), Scheme::ZenApiKey);
        assert_eq!(token.server_time(), Some(SystemTime::UNIX_EPOCH));
        assert_eq!(token.received(), Some(moment));
        assert_eq!(token.secret().expose(), "t");
        let silent = AccessToken::new(Secret::from("t"));
        assert_eq!((silent.scheme(), silent.server_time(), silent.received()), (Scheme::Bearer, None, None));
    }

    #[test]
    fn the_shorter_life_and_the_earlier_date_stand() {
        let at = |secs| SystemTime::UNIX_EPOCH + Duration::from_secs(secs);
        let token = AccessToken::new(Secret::from("t"))
            .with_expires_in(Duration::from_secs(60))
            .with_expires_in(Duration::from_secs(90))
            .with_expires_at(at(500))
            .with_expires_at(at(400));
        assert_eq!(token.expires_in(), Some(Duration::from_secs(60)));
        assert_eq!(token.expires_at(), Some(at(400)));
    }
}
