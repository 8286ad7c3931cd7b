//! Values that the program or its command line gives.

use std::collections::BTreeMap;
use std::path::Path;

use wml_auth_core::Secret;

use super::named_values::{command, switch};
use crate::key::Form;
use crate::layer::{Entry, Given, Layer, Lookup};
use crate::{ConfigError, Environment, Key, Origin, SourceKind};

/// What was given. An empty value is an error, because nobody passes one on purpose: it usually is a variable in a
/// script that is not set.
pub(crate) fn look(values: &BTreeMap<Key, Secret>, environment: &Environment) -> Result<Lookup, ConfigError> {
    if values.is_empty() {
        return Ok(Lookup::Absent { place: String::new(), reason: String::from("none given") });
    }
    let mut layer = Layer::new(SourceKind::Explicit, "");
    for (&key, value) in values {
        let origin = Origin::Explicit { key };
        if value.expose().trim().is_empty() {
            return Err(
                ConfigError::about(&origin, "the value is empty").with_hint("leave it out, or give a value")
            );
        }
        let given = match key.form() {
            Form::Path => Given::Path(environment.locate(Path::new(value.expose()), None)),
            Form::Command => Given::Command(command(value, &origin)?),
            Form::Switch => Given::Text(switch(value.clone(), &origin)?),
            Form::Text | Form::Secret => Given::Text(value.clone()),
            Form::Login => {
                return Err(ConfigError::about(&origin, "a login within a login")
                    .with_hint("write it into a profile, as a table or as source_profile"));
            }
        };
        layer.offer(Entry { key, given, origin });
    }
    Ok(Lookup::Found(layer))
}
