//! Yes and no, as text.

/// `true` and `false` in any case, and Go's short forms `1`, `t`, `0`, `f`. IBM's cores read anything else as no, or in
/// one place as yes, which turns a typing error into a silent setting; here it is nothing at all.
pub(crate) fn parse(text: &str) -> Option<bool> {
    let is = |words: [&str; 3]| words.iter().any(|word| text.trim().eq_ignore_ascii_case(word));
    if is(["true", "t", "1"]) {
        Some(true)
    } else if is(["false", "f", "0"]) {
        Some(false)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn only_what_every_reader_takes_for_the_same() {
        assert_eq!((parse("True"), parse("0"), parse(" false ")), (Some(true), Some(false), Some(false)));
        assert_eq!((parse("ture"), parse(""), parse("2"), parse("yes")), (None, None, None, None));
    }
}
