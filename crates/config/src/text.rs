//! Small rules about text: what may be shown, what was meant, where something stands.

use std::cmp::Ordering;
use std::fmt::Display;

/// Names in messages are cut after this many characters.
const LONGEST_NAME: usize = 60;

/// A name from a file or a variable, in backticks: short, on one line, without control characters.
pub(crate) fn quoted(name: &str) -> String {
    let mut shown: String = printable(name).chars().take(LONGEST_NAME).collect();
    if name.chars().nth(LONGEST_NAME).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

/// A text of somebody else's on one line, without control characters: what is printed ends up in terminals.
pub(crate) fn printable(text: impl Display) -> String {
    text.to_string().chars().map(|c| if c.is_control() { '?' } else { c }).collect()
}

/// How a secret is shown: its length helps to recognise a truncated copy.
pub(crate) fn redacted(secret: &str) -> String {
    match secret.chars().count() {
        1 => String::from("[redacted, 1 character]"),
        count => format!("[redacted, {count} characters]"),
    }
}

/// The known name closest to what was written, if one is close.
pub(crate) fn closest<'k>(written: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    const CLOSE_ENOUGH: f64 = 0.8;
    let plain = |text: &str| text.to_lowercase().replace(['-', '_', ' '], "");
    let written = plain(written);
    known
        .into_iter()
        .map(|name| (strsim::jaro_winkler(&written, &plain(name)), name))
        .filter(|(score, _)| *score >= CLOSE_ENOUGH)
        .max_by(|(a, _), (b, _)| a.partial_cmp(b).unwrap_or(Ordering::Equal))
        .map(|(_, name)| name)
}

/// "did you mean …?", or the list of what there is.
pub(crate) fn did_you_mean<'k>(written: &str, known: impl IntoIterator<Item = &'k str> + Clone) -> String {
    match closest(written, known.clone()) {
        Some(name) => format!("did you mean {}?", quoted(name)),
        None => match listed(known) {
            names if names.is_empty() => String::from("there are none"),
            names => format!("there are: {names}"),
        },
    }
}

/// Names, quoted, separated by commas.
pub(crate) fn listed<'k>(names: impl IntoIterator<Item = &'k str>) -> String {
    names.into_iter().map(quoted).collect::<Vec<_>>().join(", ")
}

/// A place in a text, both counted from 1, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

/// The place of a byte offset. An offset past the end or inside a character is as good as the one before it.
pub(crate) fn position(text: &str, offset: usize) -> Position {
    let before = (0..=offset.min(text.len())).rev().find_map(|end| text.get(..end)).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    Position {
        line: before.matches('\n').count() + 1,
        column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_was_meant_is_found_despite_case_and_dashes() {
        let known = ["apikey", "auth_type", "space_id"];
        assert_eq!(closest("API_KEY", known), Some("apikey"));
        assert_eq!(closest("auth-typ", known), Some("auth_type"));
        assert_eq!(closest("zzz", known), None);
        assert_eq!(did_you_mean("zzz", ["a", "b"]), "there are: `a`, `b`");
    }

    #[test]
    fn positions_count_from_one_and_in_characters() {
        let at = |offset| position("ab\nüx\n", offset);
        assert_eq!(at(0), Position { line: 1, column: 1 });
        assert_eq!(at(3), Position { line: 2, column: 1 });
        assert_eq!(at(5), Position { line: 2, column: 2 });
        assert_eq!(at(99), Position { line: 3, column: 1 });
    }

    #[test]
    fn names_are_shown_on_one_short_line() {
        assert_eq!(quoted("a\nb"), "`a?b`");
        assert_eq!(quoted(&"x".repeat(61)), format!("`{}…`", "x".repeat(60)));
        assert_eq!(redacted("äb"), "[redacted, 2 characters]");
    }

    proptest! {
        #[test]
        fn any_offset_has_a_position(text in any::<String>(), offset in 0_usize..64) {
            let place = position(&text, offset);
            prop_assert!(place.line >= 1 && place.column >= 1);
        }
    }
}
