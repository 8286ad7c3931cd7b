//! Taking values out of their sources, and keeping account of it.

use std::path::PathBuf;

use wml_auth_core::Secret;

use crate::explanation::{Shadow, ValueReport};
use crate::layer::{Entry, Given, Layer};
use crate::text::{printable, redacted};
use crate::{ConfigError, Environment, Key, KeyPlace, Origin, Warning, check};

/// The values that go with one credential: those of the source that won, under the explicit ones.
pub(crate) struct Values<'l> {
    environment: &'l Environment,
    layers: &'l [Layer],
    winner: &'l Layer,
    explicit: Option<&'l Layer>,
    reports: Vec<ValueReport>,
    pub(crate) warnings: Vec<Warning>,
}

impl<'l> Values<'l> {
    pub(crate) fn new(environment: &'l Environment, layers: &'l [Layer], winner: &'l Layer) -> Self {
        let explicit = layers.iter().find(|layer| layer.kind == crate::SourceKind::Explicit);
        Self { environment, layers, winner, explicit, reports: Vec::new(), warnings: Vec::new() }
    }

    /// The values of the login that assumes the trusted profile, where the source gives one.
    pub(crate) fn of_source(&self) -> Option<Self> {
        let source = self.winner.source.as_deref()?;
        Some(Self {
            environment: self.environment,
            layers: &[],
            winner: source,
            explicit: None,
            reports: Vec::new(),
            warnings: Vec::new(),
        })
    }

    /// Takes over the account of the values of that login.
    pub(crate) fn absorb(&mut self, source: Self) {
        self.warnings.extend(source.warnings);
        self.reports.extend(source.reports.into_iter().map(|report| ValueReport {
            role: Some(match report.role {
                Some(deeper) => format!("source.{deeper}"),
                None => String::from("source"),
            }),
            ..report
        }));
    }

    pub(crate) fn winner(&self) -> &'l Layer {
        self.winner
    }

    /// The entry that counts for a key of the credential.
    pub(crate) fn entry(&self, key: Key) -> Option<&'l Entry> {
        self.explicit.and_then(|layer| layer.entry(key)).or_else(|| self.winner.entry(key))
    }

    /// Where a secret stands, so that it can be replaced.
    pub(crate) fn place(&self, key: Key) -> Result<KeyPlace, ConfigError> {
        match self.entry(key) {
            Some(entry) => KeyPlace::of(entry, self.environment),
            None => Err(ConfigError::broken(format!("there is no {}", key.name()))),
        }
    }

    /// A value that may be shown.
    pub(crate) fn text(&mut self, key: Key) -> Result<Option<String>, ConfigError> {
        let Some(entry) = self.entry(key) else { return Ok(None) };
        let Given::Text(written) = &entry.given else { return Ok(None) };
        let text = check::text(key, written.expose()).map_err(|fault| about(entry, fault))?;
        self.report(entry, text.clone(), None);
        Ok(Some(text))
    }

    /// The URL of the service, if it stands in the same source. It is part of the target, whose account is kept there.
    pub(crate) fn url_beside(&self) -> Result<Option<String>, ConfigError> {
        let Some(entry) = self.entry(Key::Url) else { return Ok(None) };
        let Given::Text(written) = &entry.given else { return Ok(None) };
        check::text(Key::Url, written.expose()).map(Some).map_err(|fault| about(entry, fault))
    }

    /// A secret, fetched if it stands elsewhere.
    pub(crate) fn secret(&mut self, key: Key) -> Result<Option<Secret>, ConfigError> {
        let Some(entry) = self.entry(key) else { return Ok(None) };
        let (secret, via) = match &entry.given {
            Given::Text(secret) => (secret.clone(), None),
            Given::Reference(reference) => {
                (reference.read(self.environment, &entry.origin)?, Some(reference.to_string()))
            }
            Given::Path(_) | Given::Command(_) | Given::Login(_) => return Ok(None),
        };
        let secret = check::secret(key, secret).map_err(|fault| about(entry, fault))?;
        self.report(entry, redacted(secret.expose()), via);
        Ok(Some(secret))
    }

    /// Yes or no.
    pub(crate) fn switch(&mut self, key: Key) -> Result<Option<bool>, ConfigError> {
        let Some(entry) = self.entry(key) else { return Ok(None) };
        let Given::Text(written) = &entry.given else { return Ok(None) };
        let yes = check::switch(written.expose()).map_err(|fault| about(entry, fault))?;
        self.report(entry, yes.to_string(), None);
        Ok(Some(yes))
    }

    /// A path.
    pub(crate) fn path(&mut self, key: Key) -> Option<PathBuf> {
        let entry = self.entry(key)?;
        let Given::Path(path) = &entry.given else { return None };
        let path = self.environment.locate(path, None);
        self.report(entry, printable(path.display()), None);
        Some(path)
    }

    /// A program and its arguments, of which only the program is shown.
    pub(crate) fn command(&mut self, key: Key) -> Option<Vec<String>> {
        let entry = self.entry(key)?;
        let Given::Command(argv) = &entry.given else { return None };
        let program = argv.first().map(printable).unwrap_or_default();
        let shown = match argv.len() {
            0 | 1 => program,
            count => format!("{program} [{} arguments]", count - 1),
        };
        self.report(entry, shown, None);
        Some(argv.clone())
    }

    /// Everything that was taken so far.
    pub(crate) fn into_reports(self) -> Vec<ValueReport> {
        self.reports
    }

    /// Notes that a value was understood which has nothing to show of itself.
    pub(crate) fn note(&mut self, key: Key, shown: &str) {
        if let Some(entry) = self.entry(key) {
            self.report(entry, shown.to_owned(), None);
        }
    }

    /// Where a value came from that was taken.
    pub(crate) fn origin(&self, key: Key) -> Option<&Origin> {
        let own = self.reports.iter().find(|report| report.key == key && report.role.is_none());
        own.map(|report| &report.origin)
    }

    fn report(&mut self, entry: &Entry, shown: String, via: Option<String>) {
        self.reports.push(ValueReport {
            key: entry.key,
            role: None,
            value: shown,
            via,
            origin: entry.origin.clone(),
            shadows: shadows(entry, self.layers),
        });
    }
}

/// Every other place that sets the same key, in order.
pub(crate) fn shadows(entry: &Entry, layers: &[Layer]) -> Vec<Shadow> {
    let mut shadows = Vec::new();
    for layer in layers {
        for other in layer.entries.iter().filter(|other| other.key == entry.key) {
            if other.origin != entry.origin {
                shadows.push(Shadow { origin: other.origin.clone(), differs: other.given != entry.given });
            }
        }
        for hidden in layer.hidden.iter().filter(|hidden| hidden.key == entry.key) {
            shadows.push(Shadow { origin: hidden.origin.clone(), differs: hidden.differs });
        }
    }
    shadows
}

pub(crate) fn about(entry: &Entry, fault: check::Fault) -> ConfigError {
    ConfigError::about(&entry.origin, fault.message).with_hint(fault.hint)
}
