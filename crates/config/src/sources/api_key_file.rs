//! The file that the IBM Cloud console and command line hand out with a new API key.

use std::collections::BTreeMap;
use std::path::Path;

use wml_auth_core::Secret;

use super::json::{self, LooseText};
use crate::layer::{Entry, Given, Layer};
use crate::text::{listed, printable};
use crate::{ConfigError, Key, Origin, SourceKind};

/// The console writes the first; the others are what people write by hand.
const NAMES: [&str; 3] = ["apikey", "apiKey", "api_key"];

/// The key in the text of such a file. Its other fields (name, description, createdAt …) are of no use here.
pub(crate) fn parse(text: &str, path: &Path) -> Result<Layer, ConfigError> {
    let fields: BTreeMap<String, LooseText> =
        serde_json::from_str(text).map_err(|error| json::fault(&error).in_file(path))?;
    let mut keys = NAMES.iter().filter_map(|name| fields.get(*name)?.0.clone());
    let Some(key) = keys.next() else {
        return Err(ConfigError::broken("the file holds no API key")
            .in_file(path)
            .with_hint("an API key file is a JSON object with the field `apikey`"));
    };
    if keys.any(|other| other != key) {
        return Err(ConfigError::broken(format!(
            "more than one of {} is set, to different values",
            listed(NAMES)
        ))
        .in_file(path)
        .with_hint("keep `apikey`"));
    }
    let mut layer = Layer::new(SourceKind::CredentialFile, printable(path.display()));
    let origin = Origin::CredentialFile { file: path.to_owned(), line: None };
    layer.offer(Entry { key: Key::ApiKey, given: Given::Text(key), origin });
    Ok(layer)
}

/// The key in the text of such a file.
pub(crate) fn key_in(text: &str, path: &Path) -> Result<Option<Secret>, ConfigError> {
    Ok(parse(text, path)?.entry(Key::ApiKey).and_then(|entry| match &entry.given {
        Given::Text(key) => Some(key.clone()),
        _ => None,
    }))
}

/// The text with another key in the place of this one. All else stays as it is, byte for byte.
pub(crate) fn with_key(text: &str, old: &str, new: &str) -> String {
    let quoted = |key: &str| serde_json::Value::from(key).to_string();
    text.replace(&quoted(old), &quoted(new))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(text: &str) -> Result<Given, String> {
        let layer = parse(text, Path::new("apikey.json")).map_err(|error| error.to_string())?;
        Ok(layer.entries[0].given.clone())
    }

    #[test]
    fn the_console_s_file_is_read() {
        let text =
            r#"{"name": "k", "description": null, "createdAt": "2024-01-01T00:00+0000", "apikey": "s3cr3t"}"#;
        assert_eq!(of(text), Ok(Given::Text("s3cr3t".into())));
        assert_eq!(of(r#"{"apiKey": "s"}"#), Ok(Given::Text("s".into())));
        assert_eq!(
            of(r#"{"apiKey": "s", "apikey": "s", "uuid": [1, {"a": 2.5}]}"#),
            Ok(Given::Text("s".into()))
        );
    }

    #[test]
    fn what_is_wrong_is_said_without_the_content() {
        let without = "apikey.json: the file holds no API key";
        assert_eq!(of(r#"{"apikey": ""}"#), Err(without.into()));
        assert_eq!(of(r#"{"apikey": 5}"#), Err(without.into()));
        assert_eq!(of(r#"{"key": "s3cr3t"}"#), Err(without.into()));
        assert_eq!(
            of("{\"apikey\": \"s3cr3t\"\n\"x\"}"),
            Err("apikey.json: not valid JSON, at line 2 column 1".into())
        );
        assert!(of(r#"["s3cr3t"]"#).unwrap_err().contains("unexpected structure"));
        assert!(of(r#"{"apikey": "a", "api_key": "b"}"#).unwrap_err().contains("different values"));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_without_showing_it(
            before in any::<String>(), after in any::<String>(), json in any::<bool>()
        ) {
            let text = if json {
                format!("{{\"apikey\": \"CANARY\" {after}")
            } else {
                format!("{before}CANARY{after}")
            };
            if let Err(error) = parse(&text, Path::new("f")) {
                let shown = format!("{error} {error:?}");
                prop_assert!(!shown.contains("CANARY"), "{}", shown);
            }
        }
    }
}
