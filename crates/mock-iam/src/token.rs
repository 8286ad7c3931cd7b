//! IAM's access tokens: what it writes into them, and whether one is still good.

use std::io;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use crate::answer::TokenAnswer;
use crate::cloud::Cloud;
use crate::jwt::{self, Life, Refused};
use crate::world::World;
use crate::world::identity::Identity;

pub(crate) const SCOPE: &str = "ibm openid";
/// The grant of compute resources, also of those that log in through a metadata service.
pub(crate) const CR_TOKEN: &str = "urn:ibm:params:oauth:grant-type:cr-token";

/// Who logged in, and how: what a grant finds out.
#[derive(Clone)]
pub(crate) struct Login {
    pub(crate) identity: Identity,
    pub(crate) grant_type: &'static str,
    /// Who proved itself, if that is not the identity.
    pub(crate) authn: Option<Authn>,
    pub(crate) acr: Option<u32>,
    pub(crate) amr: Option<Vec<String>>,
    /// A token made from a token does not outlive it.
    pub(crate) not_after: Option<i64>,
    /// Some grants never give a refresh token.
    pub(crate) refreshable: bool,
}

impl Login {
    /// An identity that proved itself with something it knows.
    pub(crate) fn with_secret(identity: Identity, grant_type: &'static str) -> Self {
        Self {
            authn: None,
            identity,
            grant_type,
            acr: Some(1),
            amr: Some(vec!["pwd".to_owned()]),
            not_after: None,
            refreshable: true,
        }
    }

    /// A trusted profile on behalf of a compute resource, which is known by its CRN.
    pub(crate) fn of_compute_resource(profile: Identity, crn: String, name: &str) -> Self {
        Self {
            identity: profile,
            grant_type: CR_TOKEN,
            authn: Some(Authn {
                iam_id: format!("crn-{crn}"),
                sub: crn,
                sub_type: None,
                name: name.to_owned(),
                given_name: None,
                family_name: None,
                email: None,
            }),
            acr: None,
            amr: None,
            not_after: None,
            refreshable: false,
        }
    }
}

/// The claims, in the order in which IAM writes them. There is no `aud`, and no `nbf`.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Claims {
    pub(crate) iam_id: String,
    pub(crate) id: String,
    pub(crate) realmid: String,
    pub(crate) jti: String,
    pub(crate) identifier: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) given_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) family_name: Option<String>,
    pub(crate) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) email: Option<String>,
    pub(crate) sub: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sub_type: Option<String>,
    pub(crate) authn: Authn,
    pub(crate) account: Account,
    pub(crate) iat: i64,
    pub(crate) exp: i64,
    pub(crate) iss: String,
    pub(crate) grant_type: String,
    pub(crate) scope: String,
    pub(crate) client_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) acr: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) amr: Option<Vec<String>>,
}

/// Who proved itself, which for an assumed profile is somebody else than the subject.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Authn {
    pub(crate) sub: String,
    pub(crate) iam_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sub_type: Option<String>,
    pub(crate) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) given_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) family_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) email: Option<String>,
}

impl Authn {
    pub(crate) fn of(identity: &Identity) -> Self {
        let person = identity.person.as_ref();
        Self {
            sub: identity.sub.clone(),
            iam_id: identity.iam_id.clone(),
            sub_type: identity.sub_type.map(str::to_owned),
            name: identity.name.clone(),
            given_name: person.map(|p| p.given_name.clone()),
            family_name: person.map(|p| p.family_name.clone()),
            email: person.map(|p| p.email.clone()),
        }
    }
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Account {
    pub(crate) boundary: String,
    pub(crate) valid: bool,
    pub(crate) bss: String,
    pub(crate) frozen: bool,
}

/// A signed token with its life.
pub(crate) struct Issued {
    /// In quotes, as it stands in an answer.
    pub(crate) access_token: Box<RawValue>,
    pub(crate) life: Life,
}

/// How long a token lives that is signed now.
pub(crate) fn life(cloud: &Cloud, login: &Login, terms: &TokenAnswer) -> Life {
    Life::new(cloud, terms).until(login.not_after)
}

/// Signs a token for a login.
pub(crate) fn issue(
    cloud: &Cloud,
    login: &Login,
    client_id: &'static str,
    account_id: &str,
    terms: &TokenAnswer,
) -> io::Result<Issued> {
    let life = life(cloud, login, terms);
    let sign = || -> io::Result<_> {
        let token = jwt::sign(cloud, &claims(cloud, login, client_id, account_id, life), terms)?;
        Ok(to_raw_value(&token)?)
    };
    // A token on other terms is for one caller only.
    let access_token = match terms.is_normal() {
        true => cloud.minted.token(login, client_id, life, sign)?,
        false => sign()?,
    };
    Ok(Issued { access_token, life })
}

fn claims(cloud: &Cloud, login: &Login, client_id: &str, account_id: &str, life: Life) -> Claims {
    let identity = &login.identity;
    let person = identity.person.as_ref();
    Claims {
        iam_id: identity.iam_id.clone(),
        id: identity.iam_id.clone(),
        realmid: identity.realm.to_owned(),
        jti: cloud.noise.uuid(),
        identifier: identity.identifier.clone(),
        given_name: person.map(|p| p.given_name.clone()),
        family_name: person.map(|p| p.family_name.clone()),
        name: identity.name.clone(),
        email: person.map(|p| p.email.clone()),
        sub: identity.sub.clone(),
        sub_type: identity.sub_type.map(str::to_owned),
        authn: login.authn.clone().unwrap_or_else(|| Authn::of(identity)),
        account: Account {
            boundary: "global".to_owned(),
            valid: true,
            bss: account_id.to_owned(),
            frozen: true,
        },
        iat: life.iat,
        exp: life.exp,
        iss: cloud.issuer.clone(),
        grant_type: login.grant_type.to_owned(),
        scope: SCOPE.to_owned(),
        client_id: client_id.to_owned(),
        acr: login.acr,
        amr: login.amr.clone(),
    }
}

/// Whether an IAM token is good now: signed by us for this account, in time, not revoked.
pub(crate) fn verify(cloud: &Cloud, token: &str) -> Result<Claims, Refused> {
    let claims: Claims = jwt::read(cloud, token)?;
    match claims.account.bss == cloud.world().account_id {
        true => Ok(claims),
        false => Err(Refused::NotValid),
    }
}

/// Whose token has these claims.
pub(crate) fn holder(world: &World, claims: &Value) -> Option<String> {
    let claims = Claims::deserialize(claims).ok()?;
    (claims.account.bss == world.account_id).then_some(claims.iam_id)
}
