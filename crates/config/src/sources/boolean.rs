//! Yes and no, as text.

/// `true`, `1`, `yes`, `on` and their opposites, in any case. IBM's cores read anything else as no, which turns a
/// typing error into a silent setting; here it is nothing at all.
pub(super) fn parse(text: &str) -> Option<bool> {
    let is = |words: [&str; 4]| words.iter().any(|word| text.trim().eq_ignore_ascii_case(word));
    if is(["true", "1", "yes", "on"]) {
        Some(true)
    } else if is(["false", "0", "no", "off"]) {
        Some(false)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn only_what_is_clearly_meant() {
        assert_eq!((parse("True"), parse("0"), parse(" off ")), (Some(true), Some(false), Some(false)));
        assert_eq!((parse("ture"), parse(""), parse("2")), (None, None, None));
    }
}
