//! A JSON Schema of the profiles file, for editors and for checks in a pipeline.

use std::borrow::Cow;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use super::value::REFERENCES;
use crate::auth_type;
use crate::key::{Form, Group, Key};

/// The JSON Schema (draft 2020-12) of the profiles file. Editors that know TOML complete and check with it.
///
/// The schema is made from the same tables as the reader. What it cannot say (that `extends` leads somewhere and not
/// in a circle) only the reader checks.
///
/// ```
/// let schema = wml_auth_config::profiles_schema();
/// assert_eq!(schema["title"], "wml-auth profiles");
/// ```
pub fn profiles_schema() -> Value {
    SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<File>().to_value()
}

/// The whole file.
struct File;

impl JsonSchema for File {
    fn schema_name() -> Cow<'static, str> {
        "wml-auth profiles".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "Profiles of wml-auth: named sets of a credential and the service it is for.",
            "type": "object",
            "additionalProperties": false,
            "properties": {
                "default_profile": {
                    "description": "The profile that is used when none is asked for.",
                    "type": "string",
                    "pattern": "\\S",
                },
                "profiles": {
                    "description": "The profiles, by name.",
                    "type": "object",
                    "additionalProperties": generator.subschema_for::<Profile>(),
                },
            },
        })
    }
}

/// One profile.
struct Profile;

impl JsonSchema for Profile {
    fn schema_name() -> Cow<'static, str> {
        "Profile".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut properties = Map::new();
        properties.insert(
            "extends".to_owned(),
            json!({
                "description": "The profile that this one is laid over: what is not set here is taken from there.",
                "type": "string",
                "pattern": "\\S",
            }),
        );
        for &key in Key::ALL {
            properties.insert(key.name().to_owned(), property(key, generator));
        }
        json_schema!({
            "description": "A credential and the service it is for.",
            "type": "object",
            "additionalProperties": false,
            "properties": properties,
        })
    }
}

/// The login that assumes a trusted profile.
struct Login;

impl JsonSchema for Login {
    fn schema_name() -> Cow<'static, str> {
        "Login".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let keys = Key::ALL.iter().filter(|key| key.group() != Group::Target);
        let properties: Map<_, _> =
            keys.map(|&key| (key.name().to_owned(), property(key, generator))).collect();
        json_schema!({
            "description": "A credential and what goes with it.",
            "type": "object",
            "additionalProperties": false,
            "properties": properties,
        })
    }
}

fn property(key: Key, generator: &mut SchemaGenerator) -> Value {
    let mut schema = match (key, key.form()) {
        (Key::AuthType, _) => json!({ "type": "string", "anyOf": auth_type_names() }),
        (_, Form::Secret) => generator.subschema_for::<SecretValue>().to_value(),
        (_, Form::Command) => generator.subschema_for::<Command>().to_value(),
        (_, Form::Login) => generator.subschema_for::<Login>().to_value(),
        (_, Form::Switch) => {
            json!({ "anyOf": [{ "type": "boolean" }, { "type": "string", "pattern": SWITCH }] })
        }
        (_, Form::Text | Form::Path) => json!({ "type": "string", "pattern": "\\S" }),
    };
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("description".to_owned(), key.description().into());
    }
    schema
}

/// What a switch may be in quotes.
const SWITCH: &str = "^\\s*([tT]([rR][uU][eE])?|[fF]([aA][lL][sS][eE])?|[01])\\s*$";

/// The names as suggestions for an editor, and the same names in any case.
fn auth_type_names() -> Value {
    let names: Vec<_> = auth_type::all_names().collect();
    let any_case = |name: &str| -> String {
        name.chars()
            .map(|c| match c.is_ascii_alphabetic() {
                true => format!("[{}{}]", c.to_ascii_lowercase(), c.to_ascii_uppercase()),
                false => c.to_string(),
            })
            .collect()
    };
    let pattern = names.iter().map(|name| any_case(name)).collect::<Vec<_>>().join("|");
    json!([{ "enum": names }, { "pattern": format!("^({pattern})$") }])
}

/// A secret, or where it stands.
struct SecretValue;

impl JsonSchema for SecretValue {
    fn schema_name() -> Cow<'static, str> {
        "Secret".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let references = REFERENCES.map(|kind| {
            let value = match kind {
                "command" => generator.subschema_for::<Command>().to_value(),
                _ => json!({ "type": "string", "pattern": "\\S" }),
            };
            json!({
                "type": "object",
                "additionalProperties": false,
                "required": [kind],
                "properties": { kind: value },
            })
        });
        let literal = json!({ "type": "string", "pattern": "\\S" });
        let all: Vec<_> = std::iter::once(literal).chain(references).collect();
        json_schema!({
            "description": "The secret itself, or the variable, file or command that has it.",
            "oneOf": all,
        })
    }
}

/// A program and its arguments.
struct Command;

impl JsonSchema for Command {
    fn schema_name() -> Cow<'static, str> {
        "Command".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A program and its arguments. No shell is involved.",
            "type": "array",
            "minItems": 1,
            "prefixItems": [{ "type": "string", "pattern": "\\S" }],
            "items": { "type": "string" },
        })
    }
}
