//! IAM Identity Services: the management of API keys, Service IDs and trusted profiles, `/v1/…`.

mod account;
mod api_keys;
mod error;
mod filter;
mod page;
mod profiles;
mod record;
mod service_ids;

use http::Method;
use serde::de::DeserializeOwned;

use self::error::{Problem, context};
use crate::answer::Answer;
use crate::caller::{Caller, Refusal};
use crate::cloud::Cloud;
use crate::request::Request;
use crate::trace;
use crate::world::World;

type Outcome = Result<Answer, Problem>;

pub(crate) fn answer(cloud: &Cloud, request: &Request, path: &[&str]) -> Answer {
    let answer = route(cloud, request, path).unwrap_or_else(|problem| problem.answer(cloud, request));
    trace::with_ids(request, answer)
}

fn route(cloud: &Cloud, request: &Request, path: &[&str]) -> Outcome {
    let caller = Caller::by_token(cloud, request).map_err(|refusal| match refusal {
        Refusal::Missing => Problem::unauthorized("BXNIM0308E", "No authorization header found."),
        Refusal::NotValid => Problem::unauthorized("BXNIM0401E", "The provided token is not valid."),
        Refusal::Expired => Problem::unauthorized("BXNIM0407E", "The provided token is expired."),
    })?;
    cloud.world().forget_long_expired_keys(cloud.clock.now());
    if let [collection @ ("serviceids" | "profiles"), id, ..] = path
        && !cloud.world().spreading.has_reached(id, cloud.clock.now())
    {
        let kind = if *collection == "profiles" { "Profile" } else { "ServiceId" };
        return Err(Problem::unknown(kind, id));
    }
    let call = Call { cloud, request, caller: &caller };
    match (request.method.as_str(), path) {
        ("POST", ["apikeys"]) => api_keys::create(&call),
        ("GET", ["apikeys"]) => api_keys::list(&call),
        ("GET", ["apikeys", "details"]) => api_keys::details(&call),
        ("GET", ["apikeys", id]) => api_keys::read(&call, id),
        ("PUT", ["apikeys", id]) => api_keys::update(&call, id),
        ("DELETE", ["apikeys", id]) => api_keys::delete(&call, id),
        ("POST" | "DELETE", ["apikeys", id, "lock"]) => api_keys::lock(&call, id, call.turns_on()),
        ("POST" | "DELETE", ["apikeys", id, "disable"]) => api_keys::disable(&call, id, call.turns_on()),
        ("POST", ["serviceids"]) => service_ids::create(&call),
        ("GET", ["serviceids"]) => service_ids::list(&call),
        ("GET", ["serviceids", id]) => service_ids::read(&call, id),
        ("PUT", ["serviceids", id]) => service_ids::update(&call, id),
        ("DELETE", ["serviceids", id]) => service_ids::delete(&call, id),
        ("POST" | "DELETE", ["serviceids", id, "lock"]) => service_ids::lock(&call, id, call.turns_on()),
        ("POST", ["profiles"]) => profiles::create(&call),
        ("GET", ["profiles"]) => profiles::list(&call),
        ("GET", ["profiles", id]) => profiles::read(&call, id),
        ("PUT", ["profiles", id]) => profiles::update(&call, id),
        ("DELETE", ["profiles", id]) => profiles::delete(&call, id),
        ("POST", ["profiles", id, "rules"]) => profiles::rules::create(&call, id),
        ("GET", ["profiles", id, "rules"]) => profiles::rules::list(&call, id),
        ("GET", ["profiles", id, "rules", rule]) => profiles::rules::read(&call, id, rule),
        ("PUT", ["profiles", id, "rules", rule]) => profiles::rules::update(&call, id, rule),
        ("DELETE", ["profiles", id, "rules", rule]) => profiles::rules::delete(&call, id, rule),
        ("POST", ["profiles", id, "links"]) => profiles::links::create(&call, id),
        ("GET", ["profiles", id, "links"]) => profiles::links::list(&call, id),
        ("DELETE", ["profiles", id, "links"]) => profiles::links::delete_like(&call, id),
        ("GET", ["profiles", id, "links", link]) => profiles::links::read(&call, id, link),
        ("DELETE", ["profiles", id, "links", link]) => profiles::links::delete(&call, id, link),
        ("GET", ["profiles", id, "identities"]) => profiles::identities::list(&call, id),
        ("PUT", ["profiles", id, "identities"]) => profiles::identities::replace(&call, id),
        ("POST", ["profiles", id, "identities", kind]) => profiles::identities::add(&call, id, kind),
        ("GET", ["profiles", id, "identities", kind, who]) => {
            profiles::identities::read(&call, id, kind, who)
        }
        ("DELETE", ["profiles", id, "identities", kind, who]) => {
            profiles::identities::remove(&call, id, kind, who)
        }
        ("GET", ["accounts", id, "settings", "identity"]) => account::settings(&call, id),
        ("PUT", ["accounts", id, "settings", "identity"]) => account::change(&call, id),
        ("GET", ["accounts", id, "effective_settings", "identity"]) => account::effective(&call, id),
        ("GET", ["accounts", id, "limits", "identity"]) => account::limits(&call, id),
        (_, ["apikeys" | "serviceids" | "profiles", ..]) => Err(Problem::method_not_allowed()),
        _ => Err(Problem::not_found("the resource")),
    }
}

/// One call by somebody known.
struct Call<'a> {
    cloud: &'a Cloud,
    request: &'a Request,
    caller: &'a Caller,
}

impl Call<'_> {
    /// `POST` sets a flag, `DELETE` clears it.
    fn turns_on(&self) -> bool {
        self.request.method == Method::POST
    }

    /// The account's user may manage everybody, everybody else only themselves.
    fn may_manage(&self, world: &World, iam_id: &str) -> Result<(), Problem> {
        if self.caller.iam_id == world.user.iam_id() || self.caller.iam_id == iam_id {
            Ok(())
        } else {
            Err(Problem::forbidden())
        }
    }

    /// Only the account's user.
    fn may_administer(&self, world: &World) -> Result<(), Problem> {
        self.may_manage(world, "")
    }

    /// The revision that a change is meant for.
    fn if_match(&self) -> Result<&str, Problem> {
        self.request
            .header("If-Match")
            .filter(|tag| !tag.is_empty())
            .ok_or_else(|| Problem::missing("If-Match"))
    }

    /// A body of JSON.
    fn body<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        self.request.json_object().map_err(|why| Problem::invalid("body", why))
    }

    /// Entity-Lock and its like are headers with the words `true` and `false`.
    fn flag(&self, header: &str) -> bool {
        self.request.header(header).is_some_and(|word| word.eq_ignore_ascii_case("true"))
    }
}
