//! Looking at every source, in order.

use crate::explanation::{SourceReport, SourceStatus};
use crate::key::Group;
use crate::layer::{Hidden, Layer, Lookup};
use crate::layers::Layers;
use crate::profiles::{self, Asked};
use crate::sources::{credential_file, environment, explicit, vcap};
use crate::text::quoted;
use crate::{ConfigError, Key, Origin, ProfileSummary, Resolver, SourceKind};

/// What all sources hold, or the first thing that is wrong with one of them.
pub(crate) struct Survey {
    /// In order; only sources that hold something.
    pub(crate) layers: Vec<Layer>,
    pub(crate) reports: Vec<SourceReport>,
    pub(crate) profiles: Vec<ProfileSummary>,
    pub(crate) asked: Option<String>,
    pub(crate) error: Option<ConfigError>,
}

impl Survey {
    pub(crate) fn of(resolver: &Resolver) -> Self {
        let mut survey =
            Self { layers: Vec::new(), reports: Vec::new(), profiles: Vec::new(), asked: None, error: None };
        let asked = Asked::find(resolver.profile.as_deref(), &resolver.environment);
        // Whether a profile was asked for has to be known first: it decides on the order.
        let (asked, mut failure) = match asked {
            Ok(asked) => (asked, None),
            Err(error) => (None, Some(error)),
        };
        survey.asked = asked.as_ref().map(|asked| asked.name.clone());
        for kind in order(asked.is_some(), resolver.asks_for_a_file_or_service()) {
            if survey.error.is_some() {
                let reason = "the search ended at the source above";
                survey.reports.push(SourceReport::new(kind, "", SourceStatus::NotReached, reason));
                continue;
            }
            let outcome = match failure.take() {
                Some(error) => Err(error),
                None => survey.look(kind, resolver, asked.as_ref()),
            };
            match outcome {
                // What it gives is known only when all sources have been seen.
                Ok(Lookup::Found(layer)) => {
                    survey.reports.push(SourceReport::new(kind, &layer.place, SourceStatus::Skipped, ""));
                    survey.layers.push(layer);
                }
                Ok(Lookup::Absent { place, reason }) => {
                    survey.reports.push(SourceReport::new(kind, &place, SourceStatus::Skipped, reason));
                }
                Err(error) => {
                    survey.reports.push(SourceReport::new(kind, "", SourceStatus::Broken, error.to_string()));
                    survey.error = Some(error);
                }
            }
        }
        survey.settle_fallbacks();
        survey
    }

    /// Values by common names count where no source says otherwise. A space and a project are alternatives, so one by
    /// its own name keeps both of the common ones out.
    fn settle_fallbacks(&mut self) {
        let alternatives = [Key::SpaceId, Key::ProjectId];
        let is_set = alternatives.iter().any(|key| self.layers.iter().any(|layer| layer.has(*key)));
        for layer in &mut self.layers {
            for entry in std::mem::take(&mut layer.fallbacks) {
                if is_set {
                    layer.hidden.push(Hidden { key: entry.key, origin: entry.origin, differs: true });
                } else {
                    layer.offer(entry);
                }
            }
        }
    }

    fn look(
        &mut self,
        kind: SourceKind,
        resolver: &Resolver,
        asked: Option<&Asked>,
    ) -> Result<Lookup, ConfigError> {
        if kind != SourceKind::Profile {
            return look(kind, resolver, self.layers.iter().any(Layer::claims));
        }
        let document = profiles::read(resolver.profiles_file.as_deref(), &resolver.environment)?;
        if let Some(document) = &document {
            self.profiles = document.summaries()?;
        }
        profiles::look(document.as_ref(), asked, resolver.strict)
    }

    /// The source of the credential: the first that claims to hold one.
    pub(crate) fn winner(&self) -> Option<&Layer> {
        self.layers.iter().find(|layer| layer.claims())
    }

    /// The profile that was asked for, or else the file's default.
    pub(crate) fn profile(&self) -> Option<String> {
        let default = || self.profiles.iter().find(|profile| profile.is_default);
        self.asked.clone().or_else(|| default().map(|profile| profile.name.clone()))
    }

    /// Says of every source that holds something what it gave.
    pub(crate) fn report_use(&mut self, credential: Option<&Origin>, target: &Layers<'_>) {
        let winner = self.winner().map(|layer| layer.kind);
        let reports = self.layers.iter().map(|layer| {
            let why_not = match (winner, &self.asked, credential) {
                (Some(SourceKind::Profile), Some(asked), _) => {
                    format!("profile {} was asked for", quoted(asked))
                }
                (_, _, Some(origin)) => format!("the credential comes from {origin}"),
                _ => String::from("the credential comes from a source above"),
            };
            use_of(layer, winner, credential.is_some(), &why_not, target)
        });
        for report in reports.collect::<Vec<_>>() {
            if let Some(place) = self.reports.iter_mut().find(|old| old.source == report.source) {
                *place = report;
            }
        }
    }
}

/// What a source other than the profiles holds.
pub(crate) fn look(
    kind: SourceKind,
    resolver: &Resolver,
    credential_is_known: bool,
) -> Result<Lookup, ConfigError> {
    let environment = &resolver.environment;
    let services = resolver.services()?;
    match kind {
        SourceKind::Explicit => explicit::look(&resolver.values, environment),
        SourceKind::Environment => environment::look(environment, &services),
        SourceKind::Profile => profiles::look(None, None, resolver.strict),
        SourceKind::CredentialFile => {
            // The console's key file is nobody's service.
            let is_known = credential_is_known || !services.are_default();
            credential_file::look(resolver, &services, is_known)
        }
        SourceKind::Vcap => vcap::look(environment, &services),
    }
}

/// What was asked for by name comes first. A credential file that is named, or that is to have a service by name, goes
/// before the environment, as in all of IBM's cores.
fn order(profile_first: bool, file_first: bool) -> [SourceKind; 5] {
    use SourceKind::{CredentialFile, Environment, Explicit, Profile, Vcap};
    match (profile_first, file_first) {
        (true, true) => [Explicit, Profile, CredentialFile, Environment, Vcap],
        (true, false) => [Explicit, Profile, Environment, CredentialFile, Vcap],
        (false, true) => [Explicit, CredentialFile, Environment, Profile, Vcap],
        (false, false) => [Explicit, Environment, Profile, CredentialFile, Vcap],
    }
}

fn use_of(
    layer: &Layer,
    winner: Option<SourceKind>,
    is_resolved: bool,
    why_not: &str,
    target: &Layers<'_>,
) -> SourceReport {
    let names = |group: &dyn Fn(Group) -> bool, visible: bool| -> String {
        let entries = layer.entries.iter().filter(|entry| group(entry.key.group()));
        let seen = entries.filter(|entry| {
            !visible || target.visible(entry.key).is_some_and(|top| top.origin == entry.origin)
        });
        seen.map(|entry| entry.key.name()).collect::<Vec<_>>().join(", ")
    };
    let of_login = names(&|group| group != Group::Target, false);
    let of_target = names(&|group| group == Group::Target, true);
    let is_winner = Some(layer.kind) == winner;
    let overrides = layer.kind == SourceKind::Explicit && !of_login.is_empty();
    let mut parts = Vec::new();
    if is_winner {
        let verb = if is_resolved { "gives" } else { "holds" };
        parts.push(format!("{verb} {of_login}"));
    } else if overrides {
        parts.push(format!("overrides {of_login}"));
    } else if layer.claims() && of_login.is_empty() {
        parts.push(why_not.to_owned());
    } else if !of_login.is_empty() {
        parts.push(format!("{of_login} not used: {why_not}"));
    }
    if !of_target.is_empty() {
        parts.push(format!("gives {of_target}"));
    }
    if parts.is_empty() {
        let nothing =
            if layer.entries.is_empty() { "holds nothing for the service" } else { "all of it is set above" };
        parts.push(nothing.to_owned());
    }
    let status = match (is_winner, overrides || !of_target.is_empty()) {
        (true, _) => SourceStatus::Credential,
        (false, true) => SourceStatus::Values,
        (false, false) => SourceStatus::Skipped,
    };
    SourceReport::new(layer.kind, &layer.place, status, parts.join("; "))
}
