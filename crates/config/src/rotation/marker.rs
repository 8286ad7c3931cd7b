//! What a new key says of itself until it is in use for good.

use wml_auth_iam::identity_services::ApiKeyDetails;

use crate::KeyPlace;

const BEGIN: &str = "[wml-auth: to replace ";
const IN: &str = " in ";
const END: &str = "]";

/// The longest part of an old description that is taken over, so that the mark finds room behind it.
const LONGEST: usize = 150;

/// Which key it is to replace, and where: on which machine and in which file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Marker {
    pub(super) old_key: String,
    place: String,
}

impl Marker {
    pub(super) fn new(old_key: &str, place: &KeyPlace) -> Self {
        Self { old_key: old_key.to_owned(), place: tag(&host(), &place.to_string()) }
    }

    /// The mark of a key, if it has one.
    pub(super) fn of(key: &ApiKeyDetails) -> Option<Self> {
        Self::read(key.description.as_deref()?)
    }

    fn read(description: &str) -> Option<Self> {
        let (_, rest) = description.rsplit_once(BEGIN)?;
        let (old_key, place) = rest.strip_suffix(END)?.split_once(IN)?;
        Some(Self { old_key: old_key.to_owned(), place: place.to_owned() })
    }

    /// A description with this mark behind it.
    pub(super) fn written_after(&self, description: &str) -> String {
        let before: String = Self::stripped(description).chars().take(LONGEST).collect();
        let blank = if before.is_empty() { "" } else { " " };
        format!("{before}{blank}{BEGIN}{}{IN}{}{END}", self.old_key, self.place)
    }

    /// A description without its mark.
    pub(super) fn stripped(description: &str) -> &str {
        match description.rsplit_once(BEGIN) {
            Some((before, rest)) if rest.ends_with(END) => before.trim_end(),
            _ => description,
        }
    }
}

/// Sixteen digits that stand for a place on a machine: the same in every run, and telling nothing of either.
fn tag(host: &str, place: &str) -> String {
    // FNV-1a. It guards against mistakes, and against nobody.
    let bytes = host.bytes().chain([0]).chain(place.bytes());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    format!("{hash:016x}")
}

#[cfg(unix)]
fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

#[cfg(not(unix))]
fn host() -> String {
    String::new()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn marker() -> Marker {
        Marker::new("ApiKey-1", &KeyPlace::File { path: "/run/key".into(), key: crate::Key::ApiKey })
    }

    #[test]
    fn a_mark_can_be_read_and_taken_off() {
        let written = marker().written_after("scores at night");
        assert_eq!(Marker::read(&written), Some(marker()));
        assert_eq!(Marker::stripped(&written), "scores at night");
        assert_eq!(Marker::read(&marker().written_after("")), Some(marker()));
        assert_eq!(marker().written_after(&written), written, "there is one mark and no second");
        assert!(marker().written_after(&"x".repeat(1000)).len() < 240);
    }

    #[test]
    fn what_people_write_is_no_mark() {
        for text in
            ["", "x", "[wml-auth: to replace ", "[wml-auth: to replace a]", "[wml-auth: to replace a in b] c"]
        {
            assert_eq!(Marker::read(text), None, "{text}");
        }
    }

    #[test]
    fn machines_and_files_differ() {
        let tags = [tag("a", "/x"), tag("b", "/x"), tag("a", "/y"), tag("a/", "x")];
        assert!(tags.iter().enumerate().all(|(at, tag)| !tags[..at].contains(tag)));
        assert_eq!(tag("a", "/x"), tag("a", "/x"));
    }

    proptest! {
        #[test]
        fn any_description_is_read_without_panic(text in "\\PC{0,40}") {
            let _ = Marker::read(&text);
            let written = marker().written_after(&text);
            prop_assert_eq!(Marker::read(&written), Some(marker()));
        }
    }
}
