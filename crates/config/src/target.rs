//! What is called.

use serde::Serialize;

use wml_auth_iam::regions;

use crate::explanation::ValueReport;
use crate::key::Group;
use crate::layer::{Given, Layer};
use crate::layers::Layers;
use crate::values::{about, shadows};
use crate::warning::WarningCode;
use crate::{ConfigError, Key, Warning, check};

/// The service, and the things in it, that the credential is meant for. Every value is optional, has been checked for
/// its form, and comes from the first source that has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Target {
    /// The base URL of the service, without a slash at its end.
    pub url: Option<String>,
    /// The region, where one was named. [`url`](Self::url) is then that of the region, unless a nearer source has a URL.
    pub region: Option<String>,
    /// Whether the service may have any certificate, because the configuration says so beside the URL. Whoever sends
    /// requests there decides whether to obey: [`Resolution::service_transport`](crate::Resolution::service_transport).
    pub disable_ssl: bool,
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

/// The target, where each value of it came from, and what is to be said about it.
pub(crate) fn read(
    layers: &Layers<'_>,
    sources: &[Layer],
) -> Result<(Target, Vec<ValueReport>, Vec<Warning>), ConfigError> {
    let mut target = Target::default();
    let mut reports = Vec::new();
    for key in layers.keys() {
        let Some(entry) = layers.visible(key) else { continue };
        let Given::Text(written) = &entry.given else { continue };
        let value = if key == Key::DisableSsl {
            target.disable_ssl = check::switch(written.expose()).map_err(|fault| about(entry, fault))?;
            target.disable_ssl.to_string()
        } else {
            let text = check::text(key, written.expose()).map_err(|fault| about(entry, fault))?;
            let Some(field) = target.field(key) else { continue };
            field.insert(text).clone()
        };
        reports.push(ValueReport {
            key,
            role: None,
            value,
            via: None,
            origin: entry.origin.clone(),
            shadows: shadows(entry, sources),
        });
    }
    let mut warnings = Vec::new();
    target.find_url(layers, &mut warnings)?;
    target.check_region(layers)?;
    target.check_tls(layers, &mut warnings);
    Ok((target, reports, warnings))
}

impl Target {
    /// A region stands for the URL of its service. Where both are set, the nearer source decides, and in one source the
    /// URL, which says more.
    fn find_url(&mut self, layers: &Layers<'_>, warnings: &mut Vec<Warning>) -> Result<(), ConfigError> {
        let (Some(name), Some(region)) = (&self.region, layers.visible(Key::Region)) else { return Ok(()) };
        let known = regions::named(name).map_err(|error| about(region, error.into()))?;
        let Some(url) = layers.visible(Key::Url) else {
            self.url = Some(known.wml_url.to_owned());
            return Ok(());
        };
        let of_url = self.url.as_deref().and_then(regions::region_of);
        if of_url.is_some_and(|of_url| of_url.id == known.id) {
            return Ok(());
        }
        let region_wins = layers.is_above(Key::Region, Key::Url) == Some(true);
        let (loser, winner) = if region_wins { (url, region) } else { (region, url) };
        if region_wins {
            self.url = Some(known.wml_url.to_owned());
        }
        let message = format!("{} leads elsewhere than {}, which is used", loser.key.name(), winner.origin);
        warnings.push(Warning::new(WarningCode::AliasesDisagree, message).at(&loser.origin));
        Ok(())
    }

    /// A URL that is nearly that of a region, or in IBM's domains and of none, is a mistake; except that whoever names the
    /// platform, too, may know of a new region.
    fn check_region(&self, layers: &Layers<'_>) -> Result<(), ConfigError> {
        let (Some(url), Some(entry)) = (&self.url, layers.visible(Key::Url)) else { return Ok(()) };
        match regions::check(url) {
            Err(_) if self.platform_url.is_some() && regions::is_of_ibm(url) => Ok(()),
            Err(error) => Err(about(entry, error.into())),
            Ok(_) => Ok(()),
        }
    }

    /// The switch is for the URL that it stands beside: that of another source is not to lose its protection.
    fn check_tls(&mut self, layers: &Layers<'_>, warnings: &mut Vec<Warning>) {
        let Some(switch) = layers.visible(Key::DisableSsl).filter(|_| self.disable_ssl) else { return };
        let own = layers.sheet(Key::DisableSsl);
        let (code, message) = if [Key::Url, Key::Region].iter().any(|key| layers.sheet(*key) == own) {
            let message = "the certificate of the service goes unchecked: whoever stands between can read the token; \
                           better let the system, or --ca-file, trust the right authority";
            (WarningCode::UncheckedCertificates, message)
        } else {
            self.disable_ssl = false;
            (
                WarningCode::IgnoredSwitch,
                "has no effect: the URL of the service does not come from the same source",
            )
        };
        warnings.push(Warning::new(code, message).at(&switch.origin));
    }

    fn field(&mut self, key: Key) -> Option<&mut Option<String>> {
        match key {
            Key::Url => Some(&mut self.url),
            Key::Region => Some(&mut self.region),
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
                key.group() == Group::Target && key != Key::DisableSsl,
                "{}",
                key.name()
            );
        }
    }
}
