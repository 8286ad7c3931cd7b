//! Members that an answer has only sometimes.

use serde_json::Value;

/// Puts a member at a JSON pointer, if there is an object to hold it.
pub(crate) fn put(body: &mut Value, pointer: &str, value: Value) {
    let Some((parent, name)) = pointer.rsplit_once('/') else { return };
    if let Some(members) = body.pointer_mut(parent).and_then(Value::as_object_mut) {
        members.insert(name.to_owned(), value);
    }
}

/// Whether this text is at a JSON pointer.
pub(crate) fn says(body: &Value, pointer: &str, text: &str) -> bool {
    body.pointer(pointer).and_then(Value::as_str) == Some(text)
}
