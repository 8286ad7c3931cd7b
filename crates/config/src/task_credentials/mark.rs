//! What an API key says of itself that was made for the platform alone.

use wml_auth_iam::identity_services::ApiKeyDetails;

const BEGIN: &str = "[wml-auth: kept by ";
const AS: &str = " as ";
const END: &str = "]";

/// The longest part of a name that is written down.
const LONGEST: usize = 150;

/// The description of a key that the platform at this host is to keep under this name. Each region has a platform of its
/// own, and what one of them keeps is no business of another.
pub(super) fn written(host: &str, name: &str) -> String {
    let name: String = name.chars().take(LONGEST).collect();
    format!("{BEGIN}{host}{AS}{name}{END}")
}

/// The name under which the platform at this host was to keep this key, if it was made for that.
pub(super) fn read<'k>(key: &'k ApiKeyDetails, host: &str) -> Option<&'k str> {
    name_in(key.description.as_deref()?, host)
}

fn name_in<'d>(description: &'d str, host: &str) -> Option<&'d str> {
    let (own, name) = description.strip_prefix(BEGIN)?.strip_suffix(END)?.split_once(AS)?;
    (own == host && !name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_read_back_where_it_was_written_and_nowhere_else() {
        for name in ["nightly", "a] b", "[x]", "ü", "a as b"] {
            let mark = written("h.example", name);
            assert_eq!((name_in(&mark, "h.example"), name_in(&mark, "eu.h.example")), (Some(name), None));
        }
        assert!(written("api.dataplatform.cloud.ibm.com", &"x".repeat(1000)).len() < 240);
        let mark = written("h", "x");
        for text in
            ["", "nightly", "[wml-auth: kept by h as ]", &format!("mine {mark}"), &format!("{mark} mine")]
        {
            assert_eq!(name_in(text, "h"), None, "{text}");
        }
    }
}
