//! A value that fits a JSON schema, with the words of a text in it.

use serde_json::{Map, Value};

/// Schemas may contain themselves.
const DEEPEST: usize = 8;

/// What a careful model would fill in.
pub(super) fn value(schema: &Value, text: &str) -> Value {
    Writer { root: schema, text }.value(schema, DEEPEST)
}

struct Writer<'a> {
    root: &'a Value,
    text: &'a str,
}

impl Writer<'_> {
    fn value(&self, schema: &Value, depth: usize) -> Value {
        let Some(depth) = depth.checked_sub(1) else { return Value::Null };
        if let Some(given) = ["const", "default"].iter().find_map(|name| schema.get(name)) {
            return given.clone();
        }
        if let Some(first) = list(schema, "enum").first() {
            return first.clone();
        }
        if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
            let pointer = target.trim_start_matches('#');
            return self.root.pointer(pointer).map_or(Value::Null, |schema| self.value(schema, depth));
        }
        let options = ["anyOf", "oneOf", "allOf"].iter().flat_map(|name| list(schema, name));
        if let Some(option) = options.into_iter().find(|option| type_of(option) != Some("null")) {
            return self.value(option, depth);
        }
        match type_of(schema) {
            Some("string") => self.string(schema).into(),
            Some("integer") => self.number(schema).into(),
            Some("number") => (self.number(schema) as f64).into(),
            Some("boolean") => true.into(),
            Some("null") => Value::Null,
            Some("array") => self.array(schema, depth),
            _ if schema.get("properties").is_some() => self.object(schema, depth),
            Some(_) => Value::Object(Map::new()),
            None => self.text.into(),
        }
    }

    /// The required members, or all where none is required.
    fn object(&self, schema: &Value, depth: usize) -> Value {
        let required = list(schema, "required");
        let wanted = |name: &str| required.is_empty() || required.iter().any(|own| own == name);
        let properties = schema.get("properties").and_then(Value::as_object);
        let members = properties.into_iter().flatten().filter(|(name, _)| wanted(name));
        Value::Object(members.map(|(name, own)| (name.clone(), self.value(own, depth))).collect())
    }

    fn array(&self, schema: &Value, depth: usize) -> Value {
        let least = schema.get("minItems").and_then(Value::as_u64).unwrap_or(1).clamp(1, 16);
        let Some(items) = schema.get("items") else { return Value::Array(Vec::new()) };
        Value::Array((0..least).map(|_| self.value(items, depth)).collect())
    }

    fn string(&self, schema: &Value) -> String {
        match schema.get("format").and_then(Value::as_str) {
            Some("date") => "2025-01-01".to_owned(),
            Some("time") => "00:00:00Z".to_owned(),
            Some("date-time") => "2025-01-01T00:00:00Z".to_owned(),
            Some("email") => "somebody@example.com".to_owned(),
            Some("uri") => "https://example.com".to_owned(),
            Some("uuid") => "00000000-0000-4000-8000-000000000000".to_owned(),
            _ => {
                let most = schema.get("maxLength").and_then(Value::as_u64).unwrap_or(u64::MAX);
                self.text.chars().take(usize::try_from(most).unwrap_or(usize::MAX)).collect()
            }
        }
    }

    /// The first number in the text, within the bounds.
    fn number(&self, schema: &Value) -> i64 {
        let found = self.text.split(|c: char| !c.is_ascii_digit()).find_map(|digits| digits.parse().ok());
        let bound = |name: &str| schema.get(name).and_then(Value::as_f64).map(|bound| bound as i64);
        let least = bound("minimum").or(bound("exclusiveMinimum").map(|bound| bound.saturating_add(1)));
        let most = bound("maximum").or(bound("exclusiveMaximum").map(|bound| bound.saturating_sub(1)));
        let number: i64 = found.unwrap_or(1);
        number.min(most.unwrap_or(i64::MAX)).max(least.unwrap_or(i64::MIN))
    }
}

fn list<'a>(schema: &'a Value, name: &str) -> &'a [Value] {
    schema.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The type, or the first of several that says something.
fn type_of(schema: &Value) -> Option<&str> {
    match schema.get("type")? {
        Value::String(name) => Some(name),
        Value::Array(names) => names.iter().filter_map(Value::as_str).find(|name| *name != "null"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::value;

    #[test]
    fn every_kind_of_schema_is_filled_in() {
        let text = "one 2 three";
        for (schema, fitting) in [
            (json!({ "type": "string" }), json!(text)),
            (json!({ "type": "string", "maxLength": 3 }), json!("one")),
            (json!({ "type": "string", "format": "date" }), json!("2025-01-01")),
            (json!({ "type": "integer" }), json!(2)),
            (json!({ "type": "integer", "minimum": 5 }), json!(5)),
            (json!({ "type": "integer", "exclusiveMaximum": 1 }), json!(0)),
            (json!({ "type": "number" }), json!(2.0)),
            (json!({ "type": "boolean" }), json!(true)),
            (json!({ "type": "null" }), Value::Null),
            (json!({ "type": ["null", "boolean"] }), json!(true)),
            (json!({ "enum": ["a", "b"] }), json!("a")),
            (json!({ "const": 7 }), json!(7)),
            (json!({ "type": "string", "default": "d" }), json!("d")),
            (json!({ "anyOf": [{ "type": "null" }, { "type": "boolean" }] }), json!(true)),
            (json!({ "type": "array", "items": { "type": "integer" }, "minItems": 2 }), json!([2, 2])),
            (json!({ "type": "array" }), json!([])),
            (json!({ "type": "object" }), json!({})),
            (json!({ "properties": { "a": { "type": "integer" } } }), json!({ "a": 2 })),
            (
                json!({
                    "type": "object", "required": ["b"],
                    "properties": { "a": { "type": "string" }, "b": { "$ref": "#/$defs/b" } },
                    "$defs": { "b": { "type": "boolean" } },
                }),
                json!({ "b": true }),
            ),
            (json!({}), json!(text)),
        ] {
            assert_eq!(value(&schema, text), fitting, "{schema}");
        }
    }

    #[test]
    fn a_schema_within_itself_comes_to_an_end() {
        let schema = json!({ "type": "object", "properties": { "next": { "$ref": "#" } } });
        assert!(value(&schema, "").to_string().ends_with("null}}}}"));
    }
}
