//! What an API key says of itself that was made for the platform alone.

use wml_auth_iam::identity_services::ApiKeyDetails;

const BEGIN: &str = "[wml-auth: kept by the platform as ";
const END: &str = "]";

/// The longest part of a name that is written down.
const LONGEST: usize = 150;

/// The description of a key that the platform is to keep under this name.
pub(super) fn written(name: &str) -> String {
    let name: String = name.chars().take(LONGEST).collect();
    format!("{BEGIN}{name}{END}")
}

/// The name under which the platform was to keep this key, if it was made for that.
pub(super) fn read(key: &ApiKeyDetails) -> Option<&str> {
    name_in(key.description.as_deref()?)
}

fn name_in(description: &str) -> Option<&str> {
    description.strip_prefix(BEGIN)?.strip_suffix(END).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_read_back_and_what_people_write_is_none() {
        for name in ["nightly", "a] b", "[x]", "ü"] {
            assert_eq!(name_in(&written(name)), Some(name));
        }
        assert!(written(&"x".repeat(1000)).len() < 240);
        for text in [
            "",
            "nightly",
            "[wml-auth: kept by the platform as ]",
            "mine [wml-auth: kept by the platform as x]",
        ] {
            assert_eq!(name_in(text), None, "{text}");
        }
    }
}
