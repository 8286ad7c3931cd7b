//! The generated parts of documents, which stand between `<!-- generated: NAME -->` and `<!-- /generated -->`.

use anyhow::{Context as _, Result, bail};

const END: &str = "<!-- /generated -->";

/// Puts `content` between the markers of block `name`, each marker on a line of its own.
pub(crate) fn replace(document: &str, name: &str, content: &str) -> Result<String> {
    let begin = format!("<!-- generated: {name} -->");
    let (before, rest) = document.split_once(&begin).with_context(|| format!("there is no `{begin}`"))?;
    if rest.contains(&begin) {
        bail!("`{begin}` is there more than once");
    }
    let (old, after) = rest.split_once(END).with_context(|| format!("`{begin}` has no `{END}` after it"))?;
    if old.contains("<!-- generated:") {
        bail!("`{begin}` has no `{END}` before the next block begins");
    }
    // Blank lines, because Markdown takes what follows a comment directly for part of it.
    Ok(format!("{before}{begin}\n\n{}\n\n{END}{after}", content.trim()))
}

#[cfg(test)]
mod tests {
    use super::replace;

    #[test]
    fn only_the_named_block_changes() {
        let document = "a\n<!-- generated: one -->\nx\n<!-- /generated -->\nb\n\
                        <!-- generated: two -->\ny\n<!-- /generated -->\nc\n";
        let expected = "a\n<!-- generated: one -->\nx\n<!-- /generated -->\nb\n\
                        <!-- generated: two -->\n\nnew\n\n<!-- /generated -->\nc\n";
        assert_eq!(replace(document, "two", "new\n").unwrap(), expected);
    }

    #[test]
    fn an_empty_block_can_be_filled() {
        let document = "<!-- generated: one --><!-- /generated -->";
        assert_eq!(
            replace(document, "one", "new").unwrap(),
            "<!-- generated: one -->\n\nnew\n\n<!-- /generated -->"
        );
    }

    #[test]
    fn broken_markers_are_refused() {
        for document in [
            "no marker at all",
            "<!-- generated: one --> never ends",
            "<!-- generated: one --> <!-- generated: two --> <!-- /generated -->",
            "<!-- generated: one --><!-- /generated --><!-- generated: one --><!-- /generated -->",
            "<!-- /generated --> <!-- generated: one -->",
        ] {
            assert!(replace(document, "one", "new").is_err(), "{document}");
        }
    }
}
