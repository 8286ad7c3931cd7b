//! What a profile comes to: its own values over those it extends, and the login behind a trusted profile.

use super::document::Document;
use super::inheritance;
use crate::layer::{Entry, Given, Hidden, Layer};
use crate::text::{did_you_mean, printable, quoted};
use crate::{ConfigError, Key, SourceKind};

/// The profile of this name, with everything that it needs of others.
pub(super) fn layer(document: &Document, name: &str) -> Result<Layer, ConfigError> {
    of_profile(document, name, &mut Vec::new())
}

/// `trail` are the profiles that led here by `source_profile`.
fn of_profile<'d>(
    document: &'d Document,
    name: &'d str,
    trail: &mut Vec<&'d str>,
) -> Result<Layer, ConfigError> {
    let chain = document.chain(name)?;
    let layers = inheritance::layers(&chain);
    let place = format!("{} in {}", printable(name), printable(document.path().display()));
    let mut layer = Layer::new(SourceKind::Profile, place);
    for key in layers.keys() {
        layer.entries.extend(layers.visible(key).cloned());
        let visible = layers.visible(key).map(|entry| &entry.given);
        layer.hidden.extend(layers.hidden(key).map(|entry| Hidden {
            key,
            origin: entry.origin.clone(),
            differs: visible != Some(&entry.given),
        }));
    }
    let (by_name, by_table) = (layers.visible(Key::SourceProfile), layers.visible(Key::Source));
    let meant = match (by_name, by_table, layers.is_above(Key::SourceProfile, Key::Source)) {
        (Some(_), Some(table), None) => {
            return Err(ConfigError::about(&table.origin, "source and source_profile are both set")
                .with_hint("leave one of them out"));
        }
        (Some(name), Some(_), Some(true)) | (Some(name), None, _) => Some(name),
        (_, table, _) => table,
    };
    trail.push(name);
    layer.source = meant.map(|entry| of_entry(document, entry, trail)).transpose()?.map(Box::new);
    trail.pop();
    Ok(layer)
}

/// The login that an entry means: a table of its own, or another profile.
fn of_entry<'d>(
    document: &'d Document,
    entry: &'d Entry,
    trail: &mut Vec<&'d str>,
) -> Result<Layer, ConfigError> {
    match &entry.given {
        Given::Login(entries) => {
            let mut layer = Layer::new(SourceKind::Profile, entry.origin.to_string());
            layer.entries.clone_from(entries);
            let find = |key| entries.iter().find(|entry| entry.key == key);
            let meant = match (find(Key::SourceProfile), find(Key::Source)) {
                (Some(_), Some(table)) => {
                    return Err(ConfigError::about(&table.origin, "source and source_profile are both set")
                        .with_hint("leave one of them out"));
                }
                (by_name, by_table) => by_name.or(by_table),
            };
            layer.source = meant.map(|entry| of_entry(document, entry, trail)).transpose()?.map(Box::new);
            Ok(layer)
        }
        Given::Text(name) => {
            let name = name.expose();
            if trail.contains(&name) {
                let path = trail.iter().copied().chain([name]).map(quoted).collect::<Vec<_>>();
                let message = format!("a login assumes itself: {}", path.join(" has the source "));
                return Err(ConfigError::about(&entry.origin, message)
                    .with_hint("let one of them log in with a credential"));
            }
            if document.profile(name).is_none() {
                return Err(ConfigError::about(
                    &entry.origin,
                    format!("there is no profile {}", quoted(name)),
                )
                .with_hint(did_you_mean(name, document.names())));
            }
            of_profile(document, name, trail)
        }
        _ => Err(ConfigError::about(&entry.origin, "not a login")),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn source_of(text: &str) -> Result<String, String> {
        let document = Document::parse(&text.into(), Path::new("p.toml")).map_err(|e| e.to_string())?;
        let layer = layer(&document, "p").map_err(|error| error.to_string())?;
        Ok(layer.source.map_or_else(String::new, |source| {
            source.entries.iter().map(|entry| format!("{} {}; ", entry.key.name(), entry.origin)).collect()
        }))
    }

    #[test]
    fn a_source_is_a_table_or_another_profile() {
        assert_eq!(
            source_of("[profiles.p]\n[profiles.p.source]\napikey = \"k\"\n"),
            Ok("apikey p.toml:3 (profile \"p\"); ".into())
        );
        let other = "[profiles.p]\nsource_profile = \"q\"\n[profiles.q]\nextends = \"r\"\n[profiles.r]\napikey = \"k\"";
        assert_eq!(source_of(other), Ok("apikey p.toml:6 (profile \"r\"); ".into()));
        let nearer = "[profiles.a]\nsource.apikey = \"k\"\n[profiles.p]\nextends = \"a\"\nsource_profile = \"q\"\n\
                      [profiles.q]\npassword = \"w\"";
        assert_eq!(source_of(nearer), Ok("password p.toml:7 (profile \"q\"); ".into()));
    }

    #[test]
    fn what_leads_nowhere_is_an_error_of_the_whole_file() {
        assert_eq!(
            source_of("[profiles.p]\n[profiles.x]\nsource_profile = \"y\""),
            Err("p.toml:3 (profile \"x\"): there is no profile `y`".into())
        );
        let circle = "[profiles.p]\nsource_profile = \"q\"\n[profiles.q]\nsource_profile = \"p\"";
        assert_eq!(
            source_of(circle),
            Err(
                "p.toml:4 (profile \"q\"): a login assumes itself: `p` has the source `q` has the source `p`"
                    .into()
            )
        );
        let both = "[profiles.p]\nsource_profile = \"q\"\nsource.apikey = \"k\"\n[profiles.q]";
        assert_eq!(
            source_of(both),
            Err("p.toml:3 (profile \"p\"): source and source_profile are both set".into())
        );
        assert_eq!(
            source_of("[profiles.p]\nsource = { url = \"https://x\" }"),
            Err("p.toml:2:12: unknown key `url`".into())
        );
    }
}
