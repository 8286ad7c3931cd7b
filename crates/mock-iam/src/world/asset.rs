//! Something that can be deployed: a model, a function, an AI service.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::software::SOFTWARE;
use super::workspace::Deployment;

pub(crate) struct Asset {
    /// The API's word for its kind, in the plural.
    pub(crate) kind: String,
    pub(crate) id: String,
    /// The space or project that it is in.
    pub(crate) place: String,
    pub(crate) owner: String,
    pub(crate) created_at: Timestamp,
    /// All that was said about it.
    pub(crate) entity: Value,
    pub(crate) content: Vec<u8>,
}

impl Asset {
    /// The model that is deployed from the start.
    pub(crate) fn of(deployment: &Deployment) -> Self {
        let software = SOFTWARE.first().map(|(id, name)| json!({ "id": id, "name": name }));
        Self {
            kind: "models".to_owned(),
            id: deployment.asset_id.clone(),
            place: deployment.space_id.clone(),
            owner: deployment.owner.clone(),
            created_at: deployment.created_at,
            entity: json!({ "name": "wml-model", "type": "scikit-learn_1.3", "software_spec": software }),
            content: Vec::new(),
        }
    }
}
