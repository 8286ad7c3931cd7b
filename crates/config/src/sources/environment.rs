//! Values from environment variables.

use std::path::{Path, PathBuf};

use wml_auth_core::Secret;

use super::named_values::{NamedValues, collect};
use crate::layer::{Layer, Lookup};
use crate::services::Services;
use crate::{ConfigError, Environment, Origin, SourceKind};

struct Process<'e>(&'e Environment);

impl NamedValues for Process<'_> {
    fn value(&self, name: &str) -> Result<Option<(Secret, Origin)>, ConfigError> {
        let found = self.0.variable(name)?;
        Ok(found.map(|value| (value, Origin::Environment { variable: name.to_owned() })))
    }

    fn names(&self) -> Vec<(String, Origin)> {
        let at = |name: String| (name.clone(), Origin::Environment { variable: name });
        self.0.names().into_iter().map(at).collect()
    }

    fn locate(&self, path: &Path) -> PathBuf {
        self.0.locate(path, None)
    }
}

/// What the environment holds for these services.
pub(crate) fn look(environment: &Environment, services: &Services) -> Result<Lookup, ConfigError> {
    let mut layer = Layer::new(SourceKind::Environment, "");
    collect(&Process(environment), services, &mut layer)?;
    if layer.is_empty() && layer.warnings.is_empty() {
        return Ok(Lookup::Absent {
            place: String::new(),
            reason: String::from("no variable of the service is set"),
        });
    }
    Ok(Lookup::Found(layer))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Key;
    use crate::layer::Given;

    fn look_at(variables: &[(&str, &str)], service: Option<&str>) -> Result<Lookup, ConfigError> {
        let environment = Environment::from_vars(variables.iter().copied()).with_current_dir("/srv");
        look(&environment, &Services::new(service))
    }

    fn found(variables: &[(&str, &str)], service: Option<&str>) -> Layer {
        match look_at(variables, service).unwrap() {
            Lookup::Found(layer) => layer,
            Lookup::Absent { reason, .. } => panic!("absent: {reason}"),
        }
    }

    fn text(layer: &Layer, key: Key) -> Option<String> {
        match &layer.entry(key)?.given {
            Given::Text(text) => Some(text.expose().to_owned()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_name_of_a_service_ends_where_it_ends() {
        let variables = [("SVC_10_APIKEY", "ten"), ("SVC_1_URL", "https://one.example")];
        let layer = found(&variables, Some("svc-1"));
        assert_eq!(text(&layer, Key::Url).as_deref(), Some("https://one.example"));
        assert!(!layer.has(Key::ApiKey));
        assert_eq!(text(&found(&variables, Some("svc-10")), Key::ApiKey).as_deref(), Some("ten"));
    }

    #[test]
    fn the_service_s_own_name_comes_before_those_of_other_clients() {
        let layer = found(
            &[("WX_API_KEY", "c"), ("WATSONX_AI_APIKEY", "b"), ("WATSON_MACHINE_LEARNING_APIKEY", "a")],
            None,
        );
        assert_eq!(text(&layer, Key::ApiKey).as_deref(), Some("a"));
        assert_eq!(layer.hidden.len(), 2);
    }

    #[test]
    fn a_host_becomes_a_url_and_a_file_a_path() {
        let layer =
            found(&[("WATSONX_IAM_HOST", "iam.example"), ("RUNTIME_ENV_ACCESS_TOKEN_FILE", "t")], None);
        assert_eq!(text(&layer, Key::AuthUrl).as_deref(), Some("https://iam.example"));
        assert_eq!(layer.entry(Key::BearerTokenFile).unwrap().given, Given::Path("/srv/t".into()));
    }

    #[test]
    fn an_empty_variable_is_unset() {
        assert!(matches!(look_at(&[("WATSONX_APIKEY", "")], None), Ok(Lookup::Absent { .. })));
    }

    #[test]
    fn a_switch_is_true_or_false() {
        let layer = found(&[("WATSONX_AI_AUTH_DISABLE_SSL", "TRUE")], None);
        assert_eq!(text(&layer, Key::AuthDisableSsl).as_deref(), Some("TRUE"));
        let error = look_at(&[("WATSONX_AI_AUTH_DISABLE_SSL", "ture")], None).unwrap_err();
        assert_eq!(
            error.to_string(),
            "environment variable WATSONX_AI_AUTH_DISABLE_SSL: neither true nor false"
        );
    }

    #[test]
    fn a_common_name_waits_for_the_other_sources() {
        let layer = found(&[("SPACE_ID", "s"), ("WATSONX_APIKEY", "k")], None);
        assert!(!layer.has(Key::SpaceId) && layer.fallbacks.len() == 1);
    }

    #[test]
    fn a_misspelled_name_is_a_warning_and_a_strange_one_is_not() {
        let layer = found(&[("WATSONX_AI_APKEY", "s3cr3t"), ("WATSONX_AI_SERVICE_PORT", "80")], None);
        assert_eq!(layer.warnings.len(), 1);
        let said = layer.warnings[0].to_string();
        assert!(said.contains("did you mean") && said.contains("`WATSONX_AI_APIKEY`"), "{said}");
        assert!(!said.contains("s3cr3t"));
    }
}
