//! What the model says: the prompt with the words in reverse order. No poet, but it has read it.

use serde_json::Value;

const DEFAULT_MAX_TOKENS: usize = 200;

/// A model goes on even from nothing.
const UNPROMPTED: &str = "there Hello";

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
        let input_tokens = prompt.split_whitespace().count();
        let words = if input_tokens == 0 { UNPROMPTED } else { prompt };
        let words = words.split_whitespace().collect::<Vec<_>>();
        let tokens = words.len().min(most.unwrap_or(DEFAULT_MAX_TOKENS));
        Self {
            text: words.iter().rev().take(tokens).copied().collect::<Vec<_>>().join(" "),
            tokens,
            input_tokens,
            cut: tokens < words.len(),
        }
    }

    /// The same reply with another text, which is whole.
    pub(super) fn saying(&self, value: Value) -> Self {
        let text = value.to_string();
        let tokens = text.split_whitespace().count();
        Self { text, tokens, input_tokens: self.input_tokens, cut: false }
    }

    /// The text word by word, with nothing lost between them.
    pub(super) fn pieces(&self) -> impl Iterator<Item = &str> {
        self.text.split_inclusive(' ')
    }
}
