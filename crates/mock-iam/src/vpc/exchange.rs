//! The identity token for an IAM token of a trusted profile.

use serde_json::{Map, Value};

use super::error::Problem;
use super::{Outcome, fields, identity, success};
use crate::answer::TokenAnswer;
use crate::cloud::Cloud;
use crate::request::{Authorization, Request};
use crate::token::{Login, issue};
use crate::world::World;
use crate::world::logins::VirtualServer;
use crate::world::profile::Profile;

pub(super) fn create(cloud: &Cloud, request: &Request, terms: &TokenAnswer) -> Outcome {
    let Some(Authorization::Bearer(token)) = request.authorization() else {
        return Err(Problem::unauthenticated("The request has no identity token."));
    };
    identity::check(cloud, &token)?;
    let asked = fields::of(request, &["trusted_profile"])?;
    let (login, account_id) = {
        let world = cloud.world();
        let profile = profile(&world, asked.get("trusted_profile"))?.identity();
        let crn = world.logins.virtual_server.crn.clone();
        (Login::of_compute_resource(profile, crn, VirtualServer::NAME), world.account_id.clone())
    };
    let issued = issue(cloud, &login, "default", &account_id, terms).map_err(|_| Problem::service_error())?;
    Ok(success(Some(issued.access_token), issued.life, terms))
}

/// The profile that is named by its id, CRN or name; the one which the server is linked to, if none is.
fn profile<'w>(world: &'w World, asked: Option<&Value>) -> Result<&'w Profile, Problem> {
    let server = world.virtual_server();
    let mut linked = world.profiles.iter().filter(|profile| profile.trusts_resource(&server));
    let Some(asked) = asked else { return linked.next().ok_or_else(Problem::profile_not_linked) };
    let asked: Map<String, Value> = asked
        .as_object()
        .cloned()
        .ok_or_else(|| Problem::invalid_request("'trusted_profile' is no object."))?;
    let asked = fields::only(asked, &["id", "crn", "name"])?;
    let mut named = asked.iter();
    let (name, value) = match (named.next(), named.next()) {
        (None, _) => return Err(Problem::missing("trusted_profile.id", "field")),
        (Some(_), Some(_)) => {
            return Err(Problem::invalid_request("'trusted_profile' has one of 'id', 'crn' and 'name'."));
        }
        (Some(one), None) => one,
    };
    let field = format!("trusted_profile.{name}");
    let value = value
        .as_str()
        .filter(|value| !value.is_empty())
        .ok_or_else(|| Problem::invalid(&field, "field", &value.to_string(), "must be text"))?;
    let is_meant = |profile: &&Profile| match name.as_str() {
        "id" => profile.id == value,
        "crn" => profile.crn(&world.account_id) == value,
        _ => profile.name == value,
    };
    linked.find(is_meant).ok_or_else(Problem::profile_not_linked)
}
