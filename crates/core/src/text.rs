//! Words from elsewhere, made fit to print.

/// `text` without control characters and invisible direction marks, at most `most` characters long.
///
/// What a server says ends up in terminals and log files: an escape sequence or a line break in it would let
/// the server write there what it likes.
pub(crate) fn printable(text: &str, most: usize) -> String {
    let mut words = text.trim().chars().map(|c| if is_printable(c) { c } else { ' ' });
    let mut kept: String = words.by_ref().take(most).collect();
    if words.next().is_some() {
        kept.push('…');
    }
    kept
}

fn is_printable(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::printable;

    proptest! {
        #[test]
        fn nothing_that_moves_a_cursor_gets_through(text in any::<String>(), most in 0_usize..40) {
            let kept = printable(&text, most);
            prop_assert!(kept.chars().all(|c| !c.is_control()));
            prop_assert!(kept.chars().count() <= most + 1);
        }
    }

    #[test]
    fn what_is_cut_is_marked() {
        assert_eq!(printable("abcdef", 3), "abc…");
        assert_eq!(printable("abc", 3), "abc");
        assert_eq!(printable("a\x1b[31mb\nc", 20), "a [31mb c");
    }
}
