//! One step of a JSON Patch.

use serde::Deserialize;
use serde_json::Value;

use super::error::Problem;

#[derive(Deserialize)]
pub(super) struct Patch {
    op: String,
    pub(super) path: String,
    #[serde(default)]
    pub(super) value: Value,
}

impl Patch {
    /// The text that is put there.
    pub(super) fn text(&self) -> Result<String, Problem> {
        match (self.op.as_str(), self.value.as_str()) {
            ("replace" | "add", Some(text)) => Ok(text.to_owned()),
            (op, _) => Err(Problem::invalid_request(format!("'{op}' at '{}' needs a text.", self.path))),
        }
    }

    /// Puts it into an object.
    pub(super) fn apply(self, to: &mut Value) -> Result<(), Problem> {
        let unfit = Problem::invalid_request(format!("'{}' cannot be changed.", self.path));
        let (parent, name) = self.path.rsplit_once('/').unwrap_or(("", &self.path));
        let Some(members) = to.pointer_mut(parent).and_then(Value::as_object_mut) else { return Err(unfit) };
        match self.op.as_str() {
            "add" | "replace" => drop(members.insert(name.to_owned(), self.value)),
            "remove" => drop(members.remove(name)),
            _ => return Err(unfit),
        }
        Ok(())
    }
}
