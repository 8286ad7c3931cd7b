//! `/v1/profiles/{id}/links`: single compute resources that are trusted. A link is made and deleted, never changed.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{find, put_back};
use crate::answer::Answer;
use crate::clock::minute_time;
use crate::identity_services::{Call, Outcome, Problem, context};
use crate::world::entity::Entity;
use crate::world::profile::{CrType, Link, LinkTarget};

#[derive(Deserialize)]
struct Create {
    name: Option<String>,
    cr_type: CrType,
    link: LinkTarget,
}

pub(in crate::identity_services) fn create(call: &Call<'_>, id: &str) -> Outcome {
    let asked: Create = call.body()?;
    let mut world = call.cloud.world();
    let mut profile = find(call, &world, id)?.clone();
    let target = asked.link;
    // A service account is known by its namespace and name, everything else by its CRN.
    let needed = match asked.cr_type {
        CrType::IKS_SA | CrType::ROKS_SA => {
            vec![
                ("link.crn", &target.crn),
                ("link.namespace", &target.namespace),
                ("link.name", &target.name),
            ]
        }
        _ => vec![("link.crn", &target.crn)],
    };
    if let Some((property, _)) = needed.iter().find(|(_, value)| value.as_ref().is_none_or(String::is_empty))
    {
        return Err(Problem::missing(property));
    }
    let link = Link {
        id: format!("Link-{}", world.seed.uuid()),
        entity: Entity::new(&world.seed, call.cloud.clock.now(), &call.caller.iam_id),
        name: asked.name,
        cr_type: asked.cr_type,
        target,
    };
    profile.links.push(link.clone());
    put_back(&mut world, profile);
    Ok(Answer::json(201, Body::of(&link)))
}

pub(in crate::identity_services) fn list(call: &Call<'_>, id: &str) -> Outcome {
    let world = call.cloud.world();
    let links = find(call, &world, id)?.links.iter().map(Body::of).collect::<Vec<_>>();
    Ok(Answer::json(200, json!({ "context": context(call.cloud, call.request), "links": links })))
}

pub(in crate::identity_services) fn read(call: &Call<'_>, id: &str, link: &str) -> Outcome {
    let world = call.cloud.world();
    let found = find(call, &world, id)?.links.iter().find(|own| own.id == link);
    Ok(Answer::json(200, Body::of(found.ok_or_else(|| Problem::unknown("Link", link))?)))
}

pub(in crate::identity_services) fn delete(call: &Call<'_>, id: &str, link: &str) -> Outcome {
    remove(call, id, &format!("Object of type Link with ID {link}"), |own| own.id == link)
}

/// Deletes the link that the query describes: clients which declare links do not know their ids.
pub(in crate::identity_services) fn delete_like(call: &Call<'_>, id: &str) -> Outcome {
    let query = |name| call.request.query(name);
    let kind = query("type").ok_or_else(|| Problem::missing("type"))?;
    let cr_type: CrType = serde_json::from_value(json!(kind))
        .map_err(|_| Problem::invalid("type", format!("'{kind}' is no type of a compute resource")))?;
    let target = LinkTarget {
        crn: query("crn"),
        namespace: query("namespace"),
        name: query("name"),
        component_type: query("component_type"),
        component_name: query("component_name"),
    };
    remove(call, id, "The link", |own| own.cr_type == cr_type && own.target == target)
}

fn remove(call: &Call<'_>, id: &str, what: &str, is_meant: impl Fn(&Link) -> bool) -> Outcome {
    let mut world = call.cloud.world();
    let mut profile = find(call, &world, id)?.clone();
    let before = profile.links.len();
    profile.links.retain(|own| !is_meant(own));
    if profile.links.len() == before {
        return Err(Problem::not_found(what));
    }
    put_back(&mut world, profile);
    Ok(Answer::status(204))
}

/// A link as the API shows it.
#[derive(Serialize)]
struct Body<'a> {
    id: &'a str,
    entity_tag: String,
    created_at: String,
    modified_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    cr_type: CrType,
    link: &'a LinkTarget,
}

impl<'a> Body<'a> {
    fn of(link: &'a Link) -> Self {
        Self {
            id: &link.id,
            entity_tag: link.entity.tag(),
            created_at: minute_time(link.entity.created_at),
            modified_at: minute_time(link.entity.modified_at),
            name: link.name.as_deref(),
            cr_type: link.cr_type,
            link: &link.target,
        }
    }
}
