//! From variables by name to keys: the same rules for the environment and for a credential file.

use std::path::{Path, PathBuf};

use wml_auth_core::Secret;

use crate::check;
use crate::key::Form;
use crate::layer::{Entry, Given, Layer};
use crate::services::Services;
use crate::text::quoted;
use crate::variables::{CLUSTER_USER, Reads, VARIABLES};
use crate::warning::WarningCode;
use crate::{ConfigError, Key, Origin, Warning};

/// Values by the names of variables.
pub(super) trait NamedValues {
    /// A value that is set and not empty, and where it stands.
    fn value(&self, name: &str) -> Result<Option<(Secret, Origin)>, ConfigError>;

    /// The names of all values, and where they stand.
    fn names(&self) -> Vec<(String, Origin)>;

    /// The path that such a value means.
    fn locate(&self, path: &Path) -> PathBuf;
}

/// Goes through the table of variables and takes over what is set.
pub(super) fn collect(
    values: &impl NamedValues,
    services: &Services,
    layer: &mut Layer,
) -> Result<(), ConfigError> {
    for variable in VARIABLES {
        for name in variable.names(services) {
            if matches!(variable.reads, Reads::Own | Reads::Nothing) {
                continue;
            }
            let Some((value, origin)) = values.value(&name)? else { continue };
            match variable.reads {
                Reads::Key(key) => {
                    if !layer.has(key) && CLUSTER_USER.contains(&variable.name) {
                        layer.of_a_cluster_user.push(key);
                    }
                    layer.offer(entry(key, value, origin, values)?);
                }
                Reads::Host(key) => layer.offer(entry(key, with_scheme(&value), origin, values)?),
                Reads::Fallback(key) => layer.fallbacks.push(entry(key, value, origin, values)?),
                Reads::Nothing | Reads::Own => {}
            }
        }
    }
    layer.warnings.extend(misspelled(values, services));
    Ok(())
}

fn entry(key: Key, value: Secret, origin: Origin, values: &impl NamedValues) -> Result<Entry, ConfigError> {
    let given = match key.form() {
        Form::Path => Given::Path(values.locate(Path::new(value.expose()))),
        Form::Command => Given::Command(command(&value, &origin)?),
        Form::Switch => Given::Text(switch(value, &origin)?),
        Form::Text | Form::Secret | Form::Login => Given::Text(value),
    };
    Ok(Entry { key, given, origin })
}

/// A command in a place that has no lists is a JSON list: splitting at blanks would be a guess.
pub(super) fn command(value: &Secret, origin: &Origin) -> Result<Vec<String>, ConfigError> {
    match serde_json::from_str::<Vec<String>>(value.expose()) {
        Ok(argv) if argv.first().is_some_and(|program| !program.is_empty()) => Ok(argv),
        _ => Err(ConfigError::about(origin, "not a command")
            .with_hint("write it as a JSON list of program and arguments, such as [\"pass\", \"wml\"]")),
    }
}

fn with_scheme(host: &Secret) -> Secret {
    Secret::new(format!("https://{}", host.expose()))
}

/// Checked where it is read, so that a slip in a switch shows even while nothing asks for it.
pub(super) fn switch(value: Secret, origin: &Origin) -> Result<Secret, ConfigError> {
    match check::switch(value.expose()) {
        Ok(_) => Ok(value),
        Err(fault) => Err(ConfigError::about(origin, fault.message).with_hint(fault.hint)),
    }
}

/// Names that are unknown and nearly known. A name under our prefixes which resembles nothing is somebody else's:
/// container platforms set many, such as `…_SERVICE_HOST`.
fn misspelled(values: &impl NamedValues, services: &Services) -> Vec<Warning> {
    let known: Vec<String> = VARIABLES.iter().flat_map(|variable| variable.names(services)).collect();
    let prefixes: Vec<String> = if services.are_default() {
        let others = ["WATSONX_", "WML_", "WX_"].map(String::from);
        services.prefixes().chain(others).collect()
    } else {
        services.prefixes().collect()
    };
    let mut warnings = Vec::new();
    for (name, origin) in values.names() {
        if known.contains(&name) || !prefixes.iter().any(|prefix| name.starts_with(prefix)) {
            continue;
        }
        let near = known
            .iter()
            .map(|candidate| (strsim::osa_distance(candidate, &name), candidate))
            .filter(|(distance, _)| *distance == 1 || (*distance == 2 && name.len() > 12))
            .min_by_key(|(distance, _)| *distance);
        if let Some((_, candidate)) = near {
            let message =
                format!("{} is not a known name; did you mean {}?", quoted(&name), quoted(candidate));
            warnings.push(Warning::new(WarningCode::UnknownVariable, message).at(&origin));
        }
    }
    warnings
}
