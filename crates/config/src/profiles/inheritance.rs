//! `extends`: a profile laid over its parent.

use super::document::{Document, Profile};
use crate::ConfigError;
use crate::layers::Layers;
use crate::text::quoted;

/// More generations than this are a mistake that nobody could read.
const DEEPEST: usize = 16;

/// A profile, its parent, and so on. An unknown parent, a circle and too many generations are errors.
pub(super) fn chain<'d>(document: &'d Document, name: &str) -> Result<Vec<&'d Profile>, ConfigError> {
    let mut chain: Vec<&Profile> = Vec::new();
    let mut next = document.profile(name);
    while let Some(profile) = next {
        chain.push(profile);
        let Some(parent) = &profile.extends else { break };
        let fault = |what: &str| {
            let names = chain.iter().map(|profile| profile.name.as_str()).chain([parent.name.as_str()]);
            let path = names.map(quoted).collect::<Vec<_>>().join(" extends ");
            ConfigError::broken(format!("{what}: {path}")).at(document.path(), parent.position)
        };
        if chain.iter().any(|known| known.name == parent.name) {
            return Err(fault("a profile extends itself").with_hint("take one `extends` out"));
        }
        if chain.len() == DEEPEST {
            return Err(fault("too many generations of profiles").with_hint("at most 16 are allowed"));
        }
        next = document.profile(&parent.name);
        if next.is_none() {
            return Err(document.unknown_profile(&parent.name, parent.position));
        }
    }
    Ok(chain)
}

/// The chain as sheets: the profile on top.
pub(super) fn layers<'d>(chain: &[&'d Profile]) -> Layers<'d> {
    chain.iter().fold(Layers::new(), |layers, profile| layers.below(&profile.name, &profile.entries))
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::path::Path;

    use super::*;
    use crate::Key;

    fn parse(text: &str) -> Result<Document, ConfigError> {
        Document::parse(&text.into(), Path::new("p.toml"))
    }

    #[test]
    fn a_child_hides_its_parent_key_by_key() {
        let text = "[profiles.base]\nurl = \"u\"\napikey = { env = \"A\" }\n[profiles.child]\nextends = \"base\"\n\
                    apikey = { file = \"/f\" }\n";
        let document = parse(text).unwrap();
        let chain = document.chain("child").unwrap();
        let layers = layers(&chain);
        let shown = |key| layers.visible(key).map(|entry| format!("{:?} {}", entry.given, entry.origin));
        assert_eq!(
            shown(Key::ApiKey).unwrap(),
            "Reference(File(\"/f\")) p.toml:6 (profile \"child\")",
            "the two references are not mixed"
        );
        assert!(shown(Key::Url).unwrap().ends_with("p.toml:2 (profile \"base\")"));
    }

    #[test]
    fn circles_and_unknown_parents_name_the_chain() {
        let error = parse("[profiles.a]\nextends = \"b\"\n[profiles.b]\nextends = \"a\"").unwrap_err();
        assert_eq!(error.to_string(), "p.toml:4:11: a profile extends itself: `a` extends `b` extends `a`");
        let error = parse("[profiles.a]\nextends = \"a\"").unwrap_err();
        assert_eq!(error.to_string(), "p.toml:2:11: a profile extends itself: `a` extends `a`");
        let error = parse("[profiles.base]\n[profiles.a]\nextends = \"bse\"").unwrap_err();
        assert_eq!(error.to_string(), "p.toml:3:11: there is no profile `bse`");
        assert_eq!(error.hint(), Some("did you mean `base`?"));
    }

    #[test]
    fn sixteen_generations_are_enough() {
        let with = |generations: usize| {
            let mut text = String::from("[profiles.p1]\n");
            for number in 2..=generations {
                let _ = write!(text, "[profiles.p{number}]\nextends = \"p{}\"\n", number - 1);
            }
            parse(&text)
        };
        assert!(with(16).is_ok());
        assert!(
            with(17)
                .unwrap_err()
                .to_string()
                .contains("too many generations of profiles: `p17` extends `p16`")
        );
    }
}
