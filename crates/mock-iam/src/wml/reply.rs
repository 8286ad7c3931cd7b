//! What the model says: the prompt with the words in reverse order. No poet, but it has read it.

const DEFAULT_MAX_TOKENS: usize = 200;

/// A word counts as a token.
pub(super) struct Reply {
    pub(super) text: String,
    pub(super) tokens: usize,
    pub(super) input_tokens: usize,
    /// Whether there was more to say than was allowed.
    pub(super) cut: bool,
}

impl Reply {
    pub(super) fn to(prompt: &str, most: Option<usize>) -> Self {
        let words = prompt.split_whitespace().collect::<Vec<_>>();
        let tokens = words.len().min(most.unwrap_or(DEFAULT_MAX_TOKENS));
        Self {
            text: words.iter().rev().take(tokens).copied().collect::<Vec<_>>().join(" "),
            tokens,
            input_tokens: words.len(),
            cut: tokens < words.len(),
        }
    }

    /// The text word by word, with nothing lost between them.
    pub(super) fn pieces(&self) -> impl Iterator<Item = &str> {
        self.text.split_inclusive(' ')
    }
}
