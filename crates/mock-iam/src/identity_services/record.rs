//! What is told of an entity on request: `include_history` and `include_activity`.

use serde::Serialize;

use super::Call;
use crate::clock::minute_time;
use crate::world::World;
use crate::world::entity::Entity;

#[derive(Default, Serialize)]
pub(super) struct Record<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    history: Option<Vec<Event<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    activity: Option<Activity>,
}

#[derive(Serialize)]
struct Event<'a> {
    timestamp: String,
    iam_id: &'a str,
    iam_id_account: &'a str,
    action: &'a str,
    params: [&'a str; 0],
    message: String,
}

#[derive(Serialize)]
struct Activity {
    #[serde(skip_serializing_if = "Option::is_none")]
    last_authn: Option<String>,
    authn_count: u64,
}

impl<'a> Record<'a> {
    /// As much as the call asks for.
    pub(super) fn of(call: &Call<'_>, world: &'a World, id: &str, entity: &'a Entity) -> Self {
        let wants = |name| call.request.query(name).as_deref() == Some("true");
        let event = |event: &'a crate::world::entity::Event| Event {
            timestamp: minute_time(event.at),
            iam_id: &event.iam_id,
            iam_id_account: &world.account_id,
            action: event.action,
            params: [],
            message: format!("{} of {id}", event.action),
        };
        let logins = world.activity.of(id);
        Self {
            history: wants("include_history").then(|| entity.history.iter().map(event).collect()),
            activity: wants("include_activity").then(|| Activity {
                last_authn: logins.map(|logins| minute_time(logins.last)),
                authn_count: logins.map_or(0, |logins| logins.count),
            }),
        }
    }
}
