//! What is called.

use serde::Serialize;

use crate::explanation::ValueReport;
use crate::key::Group;
use crate::layer::{Given, Layer};
use crate::layers::Layers;
use crate::values::{about, shadows};
use crate::{ConfigError, Key, check};

/// The service, and the things in it, that the credential is meant for. Every value is optional, has been checked for
/// its form, and comes from the first source that has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Target {
    /// The base URL of the service, without a slash at its end.
    pub url: Option<String>,
    /// The base URL of the platform services.
    pub platform_url: Option<String>,
    /// The deployment space.
    pub space_id: Option<String>,
    /// The project.
    pub project_id: Option<String>,
    /// The deployment.
    pub deployment_id: Option<String>,
    /// The version date of the API.
    pub version: Option<String>,
}

/// The values of the target in all sources, laid over each other in order.
pub(crate) fn layers(sources: &[Layer]) -> Layers<'_> {
    sources.iter().fold(Layers::new(), |layers, source| {
        let entries = source.entries.iter().filter(|entry| entry.key.group() == Group::Target);
        layers.below(source.kind.name(), entries)
    })
}

/// The target, and where each value of it came from.
pub(crate) fn read(
    layers: &Layers<'_>,
    sources: &[Layer],
) -> Result<(Target, Vec<ValueReport>), ConfigError> {
    let mut target = Target::default();
    let mut reports = Vec::new();
    for key in layers.keys() {
        let Some(entry) = layers.visible(key) else { continue };
        let (Some(field), Given::Text(written)) = (target.field(key), &entry.given) else { continue };
        let text = check::text(key, written.expose()).map_err(|fault| about(entry, fault))?;
        reports.push(ValueReport {
            key,
            value: text.clone(),
            via: None,
            origin: entry.origin.clone(),
            shadows: shadows(entry, sources),
        });
        *field = Some(text);
    }
    Ok((target, reports))
}

impl Target {
    fn field(&mut self, key: Key) -> Option<&mut Option<String>> {
        match key {
            Key::Url => Some(&mut self.url),
            Key::PlatformUrl => Some(&mut self.platform_url),
            Key::SpaceId => Some(&mut self.space_id),
            Key::ProjectId => Some(&mut self.project_id),
            Key::DeploymentId => Some(&mut self.deployment_id),
            Key::Version => Some(&mut self.version),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_key_has_its_field() {
        for &key in Key::ALL {
            assert_eq!(
                Target::default().field(key).is_some(),
                key.group() == Group::Target,
                "{}",
                key.name()
            );
        }
    }
}
