//! The identity token: a virtual server's proof that it is one.

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

use super::error::Problem;
use super::{Outcome, fields, success};
use crate::answer::TokenAnswer;
use crate::cloud::Cloud;
use crate::jwt::{self, Life, Refused};
use crate::request::Request;
use crate::world::logins::VirtualServer;

const DEFAULT_LIFETIME: u64 = 300;
const LIFETIMES: std::ops::RangeInclusive<u64> = 5..=3600;

pub(super) fn create(cloud: &Cloud, request: &Request, terms: &TokenAnswer) -> Outcome {
    let asked = fields::of(request, &["expires_in", "nonce"])?;
    let lifetime = match asked.get("expires_in") {
        None => DEFAULT_LIFETIME,
        Some(seconds) => seconds.as_u64().filter(|seconds| LIFETIMES.contains(seconds)).ok_or_else(|| {
            Problem::invalid("expires_in", "field", &seconds.to_string(), "must be from 5 to 3600")
        })?,
    };
    let nonce = asked.get("nonce");
    if let Some(other) = nonce.filter(|nonce| !nonce.is_string()) {
        return Err(Problem::invalid("nonce", "field", &other.to_string(), "must be text"));
    }
    let life = Life::lasting(cloud, terms, Duration::from_secs(lifetime));
    let mut claims = claims(cloud, life);
    if let (Some(nonce), Some(members)) = (nonce, claims.as_object_mut()) {
        members.insert("nonce".to_owned(), nonce.clone());
    }
    let token = jwt::sign(cloud, &claims, terms).map_err(|_| Problem::service_error())?;
    Ok(success(Some(token), life, terms))
}

fn issuer() -> String {
    format!("VSI-CR_{}", VirtualServer::REGION)
}

fn claims(cloud: &Cloud, life: Life) -> serde_json::Value {
    let world = cloud.world();
    let server = &world.logins.virtual_server;
    json!({
        "iss": issuer(),
        "sub": server.crn,
        "aud": [issuer(), "iam"],
        "iat": life.iat,
        "exp": life.exp,
        "jti": cloud.noise.uuid(),
        "iaas": {
            "crn": server.crn,
            "accountID": world.account_id,
            "instanceID": server.instance_id,
            "zone": VirtualServer::ZONE,
            "region": VirtualServer::REGION,
            "profile_name": "bx2-2x8",
            "resource_group_id": "default",
        },
        "ip_addresses": [{ "address": "10.240.0.4" }],
        "subnets": [{ "crn": server.subnet_crn }],
        "vpc": { "id": server.vpc_id, "crn": server.vpc_crn },
    })
}

/// What of the claims the second step looks at.
#[derive(Deserialize)]
struct Proof {
    iss: String,
    sub: String,
}

/// Whether this is a good identity token of the virtual server.
pub(super) fn check(cloud: &Cloud, token: &str) -> Result<(), Problem> {
    let proof: Proof = jwt::read(cloud, token).map_err(|refused| {
        Problem::unauthenticated(match refused {
            Refused::NotValid => "The identity token is not valid.",
            Refused::Expired => "The identity token has expired.",
        })
    })?;
    match proof.iss == issuer() && proof.sub == cloud.world().logins.virtual_server.crn {
        true => Ok(()),
        false => Err(Problem::unauthenticated("The token is no identity token of this instance.")),
    }
}
