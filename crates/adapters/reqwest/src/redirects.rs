//! How far a redirect is followed.

use reqwest::Url;
use reqwest::redirect::{Action, Attempt, Policy};
use wml_auth_core::Origin;

const MOST: usize = 10;

/// Follows up to ten redirects within the origin that was asked, and delivers one that leads elsewhere as the answer
/// that it is.
///
/// [`AuthorizedClient::builder`](crate::AuthorizedClient::builder) sets it. Set it on a client of your own: without it
/// reqwest follows a redirect to another origin. On the way it drops the header `Authorization`, and no other that a
/// provider may have put there.
///
/// ```
/// let builder = reqwest::Client::builder().redirect(wml_auth_reqwest::same_origin_redirects());
/// ```
pub fn same_origin_redirects() -> Policy {
    Policy::custom(follow_within_origin)
}

fn follow_within_origin(attempt: Attempt<'_>) -> Action {
    let asked = attempt.previous().first().and_then(origin);
    if asked.is_none() || asked != origin(attempt.url()) {
        attempt.stop()
    } else if attempt.previous().len() > MOST {
        attempt.error("too many redirects")
    } else {
        attempt.follow()
    }
}

fn origin(url: &Url) -> Option<Origin> {
    url.as_str().parse().ok()
}
