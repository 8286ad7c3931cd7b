//! Lists, a page at a time.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::filter::Filter;
use super::{Call, Outcome, Problem, context};
use crate::answer::Answer;

const DEFAULT_SIZE: usize = 20;
const LARGEST_SIZE: usize = 100;

/// One page of `items` under `member`, filtered and in order by one of `properties`, if the call asks for that. The
/// links are strings, and there is no `next` on the last page and no `previous` on the first.
pub(super) fn answer(
    call: &Call<'_>,
    member: &str,
    properties: &[&str],
    items: Vec<impl Serialize>,
) -> Outcome {
    let items = chosen(call, properties, items)?;
    let size = match call.request.query("pagesize") {
        None => DEFAULT_SIZE,
        Some(text) => {
            text.parse().ok().filter(|size| (1..=LARGEST_SIZE).contains(size)).ok_or_else(|| {
                Problem::invalid("pagesize", format!("'{text}' is not between 1 and {LARGEST_SIZE}"))
            })?
        }
    };
    // Opaque to clients: they lift it out of `next`.
    let offset: usize = match call.request.query("pagetoken") {
        None => 0,
        Some(text) => text
            .strip_prefix("from-")
            .and_then(|number| number.parse().ok())
            .ok_or_else(|| Problem::invalid("pagetoken", "it is not from a list of this server"))?,
    };
    let link = |from: usize| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let given = call.request.query.as_deref().unwrap_or("");
        query.extend_pairs(form_urlencoded::parse(given.as_bytes()).filter(|(name, _)| name != "pagetoken"));
        if from > 0 {
            query.append_pair("pagetoken", &format!("from-{from}"));
        }
        format!("{}{}?{}", call.request.origin, call.request.path, query.finish())
    };
    let total = items.len();
    let page = items.into_iter().skip(offset).take(size).collect::<Vec<_>>();
    let mut body = Map::new();
    body.insert("context".to_owned(), context(call.cloud, call.request));
    body.insert("offset".to_owned(), json!(offset));
    body.insert("limit".to_owned(), json!(size));
    body.insert("first".to_owned(), json!(link(0)));
    if offset > 0 {
        body.insert("previous".to_owned(), json!(link(offset.saturating_sub(size))));
    }
    if offset.saturating_add(size) < total {
        body.insert("next".to_owned(), json!(link(offset.saturating_add(size))));
    }
    body.insert(member.to_owned(), json!(page));
    Ok(Answer::json(200, body))
}

/// Those that pass the filter, in the order that is asked for: as they were made, if none is.
fn chosen(call: &Call<'_>, properties: &[&str], items: Vec<impl Serialize>) -> Result<Vec<Value>, Problem> {
    // What cannot be written as JSON could not be sent either.
    let mut items = items
        .iter()
        .map(serde_json::to_value)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| Problem::invalid("the list", error))?;
    if let Some(text) = call.request.query("filter").filter(|text| !text.is_empty()) {
        let filter = Filter::parse(&text, properties).map_err(|why| Problem::invalid("filter", why))?;
        items.retain(|item| filter.passes(&|property: &str| text_of(item, property)));
    }
    if let Some(by) = call.request.query("sort").filter(|by| !by.is_empty()) {
        if !properties.contains(&by.as_str()) {
            return Err(Problem::invalid("sort", format!("'{by}' is none of {}", properties.join(", "))));
        }
        items.sort_by(|one, other| text_of(one, &by).cmp(&text_of(other, &by)));
    }
    match call.request.query("order").as_deref() {
        None | Some("" | "asc") => {}
        Some("desc") => items.reverse(),
        Some(other) => return Err(Problem::invalid("order", format!("'{other}' is neither asc nor desc"))),
    }
    Ok(items)
}

fn text_of<'v>(item: &'v Value, property: &str) -> Option<&'v str> {
    item.get(property)?.as_str()
}
