//! The services that are bound to a Cloud Foundry application.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use wml_auth_core::Secret;

use super::json::{self, LooseText};
use super::named_values::{command, switch};
use crate::key::Form;
use crate::layer::{Entry, Given, Layer, Lookup};
use crate::services::Services;
use crate::text::listed;
use crate::variables::VCAP_SERVICES;
use crate::{ConfigError, Environment, Key, Origin, SourceKind};

/// The label under which Watson Machine Learning is offered.
const WML_LABEL: &str = "pm-20";

/// All instances with their labels, in the order of the document: which one is meant depends on it.
struct Bound(Vec<(String, Instance)>);

#[derive(Deserialize)]
struct Instance {
    #[serde(default)]
    name: LooseText,
    #[serde(default)]
    credentials: Option<InstanceCredentials>,
}

/// The fields, by name. Those of a user-provided service may have any of our names.
#[derive(Deserialize)]
struct InstanceCredentials(BTreeMap<String, LooseText<true>>);

impl InstanceCredentials {
    fn text(&self, name: &str) -> Option<&Secret> {
        self.0.get(name).and_then(|text| text.0.as_ref())
    }
}

/// What the variable holds for these services.
pub(crate) fn look(environment: &Environment, services: &Services) -> Result<Lookup, ConfigError> {
    let absent = |reason: String| Ok(Lookup::Absent { place: String::new(), reason });
    let Some(text) = environment.variable(VCAP_SERVICES)? else {
        return absent(String::from("the variable is not set"));
    };
    let about_the_variable = |error: ConfigError| {
        let origin = Origin::Environment { variable: VCAP_SERVICES.to_owned() };
        let about = ConfigError::about(&origin, error.message());
        match error.hint() {
            Some(hint) => about.with_hint(hint),
            None => about,
        }
    };
    let bound: Bound =
        serde_json::from_str(text.expose()).map_err(|error| about_the_variable(json::fault(&error)))?;
    let wanted = wanted(services);
    let Some((label, instance)) = choose(&bound, &wanted).map_err(about_the_variable)? else {
        return absent(format!("no instance is named, and none listed under, {}", listed(wanted)));
    };
    let layer = layer(label, instance)?;
    if layer.is_empty() {
        return Ok(Lookup::Absent {
            place: layer.place,
            reason: String::from("the instance has no credentials that are understood"),
        });
    }
    Ok(Lookup::Found(layer))
}

/// The names in their own case and without any conversion, as IBM's cores compare them. For the usual services both
/// spellings and the catalogue's label are tried.
fn wanted(services: &Services) -> Vec<&str> {
    let mut names = services.names();
    if services.are_default() {
        names.extend(["watson-machine-learning", "watsonx-ai", WML_LABEL]);
    }
    names
}

/// An instance of that name under any label; otherwise the first one under that label.
fn choose<'b>(bound: &'b Bound, wanted: &[&str]) -> Result<Option<(&'b str, &'b Instance)>, ConfigError> {
    for name in wanted {
        let mut named = bound.0.iter().filter(|(_, instance)| instance.is_named(name));
        if let Some((label, instance)) = named.next() {
            return match named.next() {
                None => Ok(Some((label, instance))),
                Some((other, _)) => Err(ConfigError::broken(format!(
                    "two instances have the same name, under {}",
                    listed([label.as_str(), other.as_str()])
                ))
                .with_hint("name the service of the one that is meant")),
            };
        }
    }
    let first = |name: &&str| bound.0.iter().find(|(label, _)| label == name);
    Ok(wanted.iter().find_map(first).map(|(label, instance)| (label.as_str(), instance)))
}

fn layer(label: &str, instance: &Instance) -> Result<Layer, ConfigError> {
    let name = instance.name.0.as_ref().map_or_else(String::new, |name| name.expose().to_owned());
    let origin = Origin::Vcap { label: label.to_owned(), instance: name };
    let mut layer = Layer::new(SourceKind::Vcap, origin.to_string());
    let Some(given) = &instance.credentials else { return Ok(layer) };
    let offers = if given.text(Key::AuthType.name()).is_some() { by_name(given) } else { as_bound(given) };
    for (key, value) in offers {
        let given = match key.form() {
            Form::Path => Given::Path(value.expose().into()),
            Form::Command => Given::Command(command(value, &origin)?),
            Form::Login => continue,
            Form::Switch => Given::Text(switch(value.clone(), &origin)?),
            Form::Text | Form::Secret => Given::Text(value.clone()),
        };
        layer.offer(Entry { key, given, origin: origin.clone() });
    }
    Ok(layer)
}

/// What IBM's services put there. An API key beats a password: services that were bound long ago hold both, and only the
/// key still works. A user name without a password is nothing.
fn as_bound(given: &InstanceCredentials) -> Vec<(Key, &Secret)> {
    let api_key = given.text("apikey").or_else(|| given.text("iam_apikey"));
    let pair = match (api_key, given.text("username"), given.text("password")) {
        (None, Some(username), Some(password)) => Some((username, password)),
        _ => None,
    };
    let bound = [
        (Key::ApiKey, api_key),
        (Key::Username, pair.map(|(username, _)| username)),
        (Key::Password, pair.map(|(_, password)| password)),
        (Key::AuthUrl, given.text("iam_url")),
        (Key::Url, given.text("url")),
    ];
    let bound = bound.into_iter().filter_map(|(key, value)| Some((key, value?)));
    let is_bound = |key: Key| ["apikey", "username", "password", "url"].contains(&key.name());
    bound.chain(by_name(given).into_iter().filter(|(key, _)| !is_bound(*key))).collect()
}

/// What somebody put there who knows our names: it says itself how to log in.
fn by_name(given: &InstanceCredentials) -> Vec<(Key, &Secret)> {
    Key::ALL.iter().filter_map(|key| Some((*key, given.text(key.name())?))).collect()
}

impl Instance {
    fn is_named(&self, name: &str) -> bool {
        self.name.0.as_ref().is_some_and(|own| own.expose() == name)
    }
}

impl<'de> Deserialize<'de> for Bound {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct BoundVisitor;

        impl<'de> Visitor<'de> for BoundVisitor {
            type Value = Bound;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of lists")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Bound, A::Error> {
                let mut bound = Vec::new();
                while let Some((label, instances)) = map.next_entry::<String, Vec<Instance>>()? {
                    bound.extend(instances.into_iter().map(|instance| (label.clone(), instance)));
                }
                Ok(Bound(bound))
            }
        }

        deserializer.deserialize_map(BoundVisitor)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn look_at(document: &str, service: Option<&str>) -> Result<Lookup, ConfigError> {
        look(&Environment::from_vars([("VCAP_SERVICES", document)]), &Services::new(service))
    }

    /// The keys that were found, with their values, and where.
    fn found(document: &Value, service: Option<&str>) -> (Vec<String>, String) {
        match look_at(&document.to_string(), service).unwrap() {
            Lookup::Found(layer) => {
                let shown = layer.entries.iter().map(|entry| match &entry.given {
                    Given::Text(text) => format!("{}={}", entry.key.name(), text.expose()),
                    other => panic!("{other:?}"),
                });
                (shown.collect(), layer.place)
            }
            Lookup::Absent { reason, .. } => panic!("absent: {reason}"),
        }
    }

    fn one(credentials: Value) -> Vec<String> {
        found(&json!({"pm-20": [{"name": "my-wml", "credentials": credentials}]}), None).0
    }

    #[test]
    fn a_name_beats_a_label_and_the_first_of_a_list_is_taken() {
        let document = json!({
            "svc": [{"name": "a", "credentials": {"apikey": "by-label"}}, {"name": "b", "credentials": {}}],
            "other": [{"name": "svc", "credentials": {"apikey": "by-name"}}],
        });
        assert_eq!(found(&document, Some("svc")).0, ["apikey=by-name"]);
        let document =
            json!({"svc": [{"credentials": {"apikey": "one"}}, {"credentials": {"apikey": "two"}}]});
        assert_eq!(found(&document, Some("svc")).0, ["apikey=one"]);
        let document = json!({"pm-20": [{"name": "my-wml", "credentials": {"apikey": "k"}}]});
        assert_eq!(found(&document, None).1, "VCAP_SERVICES, pm-20[\"my-wml\"]");
    }

    #[test]
    fn an_api_key_beats_the_others() {
        assert_eq!(
            one(json!({"iam_apikey": "i", "apikey": "k", "iam_url": "u"})),
            ["apikey=k", "auth_url=u"]
        );
        assert_eq!(one(json!({"iam_apikey": "i", "username": "n", "password": "p"})), ["apikey=i"]);
        assert_eq!(
            one(json!({"username": "n", "password": "p", "url": "u", "x": [1]})),
            ["username=n", "password=p", "url=u"]
        );
    }

    #[test]
    fn a_service_of_one_s_own_may_use_every_name() {
        assert_eq!(
            one(
                json!({"auth_type": "cp4d", "username": "n", "apikey": "k", "auth_url": "https://h", "x": 1})
            ),
            ["auth_type=cp4d", "apikey=k", "username=n", "auth_url=https://h"]
        );
        assert_eq!(one(json!({"iam_profile_id": "Profile-1"})), ["iam_profile_id=Profile-1"]);
        assert_eq!(
            one(json!({"auth_type": "cp4d", "cp4d_account_id": 1000, "scope": 1.5, "password": null})),
            ["auth_type=cp4d", "cp4d_account_id=1000"]
        );
        let document = json!({"pm-20": [{"name": "w", "credentials": {"include_roles": "yes"}}]});
        let error = look_at(&document.to_string(), None).unwrap_err();
        assert_eq!(error.to_string(), "VCAP_SERVICES, pm-20[\"w\"]: neither true nor false");
    }

    #[test]
    fn absent_is_not_broken() {
        let absent = |document: &str| matches!(look_at(document, None), Ok(Lookup::Absent { .. }));
        assert!(absent("{}") && absent(""));
        assert!(absent(r#"{"redis": [{"name": "r", "credentials": {"password": "p"}}]}"#));
        assert!(absent(r#"{"pm-20": [{"name": "w", "credentials": {"username": "only"}}]}"#));
        assert!(absent(r#"{"pm-20": [{"name": "w", "credentials": null}]}"#));
    }

    #[test]
    fn two_of_one_name_are_refused() {
        let document = r#"{"a": [{"name": "svc"}], "b": [{"name": "svc"}]}"#;
        let error = look_at(document, Some("svc")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "environment variable VCAP_SERVICES: two instances have the same name, under `a`, `b`"
        );
    }

    #[test]
    fn broken_json_is_an_error_with_a_position_and_no_content() {
        let of = |document: &str| look_at(document, None).unwrap_err().to_string();
        assert_eq!(
            of("{\"pm-20\":\n [s3cr3t]}"),
            "environment variable VCAP_SERVICES: not valid JSON, at line 2 column 3"
        );
        assert!(of(r#"{"pm-20": "s3cr3t"}"#).contains("unexpected structure, at line 1"));
        assert!(of(r#"{"pm-20": [{"credentials": {"apikey": "s3cr3t""#).contains("ends too early"));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_without_showing_it(
            tail in any::<String>(), shape in 0_usize..4, word in "[\\PC]{0,6}"
        ) {
            let document = match shape {
                0 => format!("{{\"pm-20\": [{{\"credentials\": {{\"apikey\": \"CANARY\"{tail}"),
                1 => format!("{{\"pm-20\": \"CANARY{word}\"}}"),
                2 => format!("[\"CANARY\", {tail}]"),
                _ => format!("{word}CANARY{tail}"),
            };
            if let Err(error) = look_at(&document, None) {
                let shown = format!("{error} {error:?}");
                prop_assert!(!shown.contains("CANARY"), "{}", shown);
            }
        }
    }
}
