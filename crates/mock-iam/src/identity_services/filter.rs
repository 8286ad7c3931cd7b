//! The `filter` of a list: `name co "wml" and (description sw_ci "test" or name ew "-1")`.
//!
//! A part of SCIM's language: comparisons of the beginning, the end or any part of a text, with or without regard to
//! case, joined by `and` and `or`. There is no `eq`.

/// Parentheses within parentheses; more than anybody writes, and less than a stack holds.
const DEEPEST: usize = 32;

#[derive(Debug)]
pub(super) enum Filter {
    Compare { property: String, operator: Operator, ignore_case: bool, text: String },
    All(Vec<Filter>),
    Any(Vec<Filter>),
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Operator {
    StartsWith,
    EndsWith,
    Contains,
}

impl Filter {
    /// Reads a filter that compares only these properties, or says what is wrong with it.
    pub(super) fn parse(text: &str, properties: &[&str]) -> Result<Self, String> {
        let mut words = words(text)?.into_iter().peekable();
        let filter = any(&mut words, properties, 0)?;
        match words.next() {
            None => Ok(filter),
            Some(word) => Err(format!("{word:?} is one too many")),
        }
    }

    /// Whether an entity with these properties passes.
    pub(super) fn passes<'a>(&self, value: &impl Fn(&str) -> Option<&'a str>) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.passes(value)),
            Self::Any(parts) => parts.iter().any(|part| part.passes(value)),
            Self::Compare { property, operator, ignore_case, text } => {
                let own = value(property).unwrap_or("");
                match ignore_case {
                    true => operator.holds(&own.to_lowercase(), &text.to_lowercase()),
                    false => operator.holds(own, text),
                }
            }
        }
    }
}

impl Operator {
    fn holds(self, own: &str, text: &str) -> bool {
        match self {
            Self::StartsWith => own.starts_with(text),
            Self::EndsWith => own.ends_with(text),
            Self::Contains => own.contains(text),
        }
    }
}

#[derive(Debug, PartialEq)]
enum Word {
    Open,
    Close,
    Bare(String),
    Quoted(String),
}

fn words(text: &str) -> Result<Vec<Word>, String> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (word, end) = match first {
            '(' => (Word::Open, 1),
            ')' => (Word::Close, 1),
            '"' => {
                let inner = rest.get(1..).unwrap_or("");
                let end = inner.find('"').ok_or("a quotation mark is missing")?;
                (Word::Quoted(inner.get(..end).unwrap_or("").to_owned()), end + 2)
            }
            _ => {
                let end = rest.find(|c: char| c.is_whitespace() || "()\"".contains(c)).unwrap_or(rest.len());
                (Word::Bare(rest.get(..end).unwrap_or("").to_owned()), end)
            }
        };
        words.push(word);
        rest = rest.get(end..).unwrap_or("").trim_start();
    }
    Ok(words)
}

type Words = std::iter::Peekable<std::vec::IntoIter<Word>>;

fn any(words: &mut Words, properties: &[&str], depth: usize) -> Result<Filter, String> {
    let mut parts = vec![all(words, properties, depth)?];
    while joins(words, "or") {
        parts.push(all(words, properties, depth)?);
    }
    Ok(Filter::Any(parts))
}

fn all(words: &mut Words, properties: &[&str], depth: usize) -> Result<Filter, String> {
    let mut parts = vec![one(words, properties, depth)?];
    while joins(words, "and") {
        parts.push(one(words, properties, depth)?);
    }
    Ok(Filter::All(parts))
}

fn joins(words: &mut Words, joint: &str) -> bool {
    words.next_if(|word| matches!(word, Word::Bare(bare) if bare.eq_ignore_ascii_case(joint))).is_some()
}

fn one(words: &mut Words, properties: &[&str], depth: usize) -> Result<Filter, String> {
    match words.next() {
        Some(Word::Open) if depth >= DEEPEST => Err("the parentheses are too deep".to_owned()),
        Some(Word::Open) => {
            let inner = any(words, properties, depth + 1)?;
            match words.next() {
                Some(Word::Close) => Ok(inner),
                _ => Err("a closing parenthesis is missing".to_owned()),
            }
        }
        Some(Word::Bare(property)) if properties.contains(&property.as_str()) => compare(words, property),
        other => Err(format!("{} is none of the properties {}", described(other), properties.join(", "))),
    }
}

fn compare(words: &mut Words, property: String) -> Result<Filter, String> {
    let operator = match words.next() {
        Some(Word::Bare(operator)) => operator,
        other => return Err(format!("{} is no operator", described(other))),
    };
    let lower = operator.to_ascii_lowercase();
    let (name, ignore_case) = lower.strip_suffix("_ci").map_or((lower.as_str(), false), |name| (name, true));
    let operator = match name {
        "sw" => Operator::StartsWith,
        "ew" => Operator::EndsWith,
        "co" => Operator::Contains,
        _ => return Err(format!("'{operator}' is none of the operators sw, ew, co, sw_ci, ew_ci, co_ci")),
    };
    match words.next() {
        Some(Word::Quoted(text)) => Ok(Filter::Compare { property, operator, ignore_case, text }),
        other => Err(format!("{} is no text in quotation marks", described(other))),
    }
}

fn described(word: Option<Word>) -> String {
    match word {
        None => "the end".to_owned(),
        Some(Word::Open) => "'('".to_owned(),
        Some(Word::Close) => "')'".to_owned(),
        Some(Word::Bare(text) | Word::Quoted(text)) => format!("'{text}'"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PROPERTIES: [&str; 2] = ["name", "description"];

    fn passes(filter: &str) -> Result<bool, String> {
        let value = |property: &str| match property {
            "name" => Some("wml-Scoring"),
            _ => None,
        };
        Filter::parse(filter, &PROPERTIES).map(|filter| filter.passes(&value))
    }

    #[test]
    fn texts_are_compared_at_the_beginning_the_end_and_anywhere() {
        for (filter, expected) in [
            (r#"name sw "wml""#, true),
            (r#"name sw "Scoring""#, false),
            (r#"name ew "Scoring""#, true),
            (r#"name co "-S""#, true),
            (r#"name co "scoring""#, false),
            (r#"name co_ci "SCORING""#, true),
            (r#"description co "x""#, false),
            (r#"name sw "x" or name sw "wml" and name ew "x""#, false),
            (r#"(name sw "x" or name sw "wml") and name ew "g""#, true),
        ] {
            assert_eq!(passes(filter), Ok(expected), "{filter}");
        }
    }

    #[test]
    fn what_is_no_filter_is_refused_with_a_reason() {
        for (filter, reason) in [
            (r#"name eq "x""#, "'eq' is none of the operators"),
            (r#"iam_id sw "x""#, "'iam_id' is none of the properties"),
            ("name sw x", "'x' is no text"),
            (r#"name sw "x"#, "quotation mark"),
            (r#"(name sw "x""#, "closing parenthesis"),
            (r#"name sw "x" name"#, "one too many"),
            ("", "the end is none"),
            (&"(".repeat(100_000), "too deep"),
        ] {
            assert!(passes(filter).is_err_and(|why| why.contains(reason)), "{filter}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd(text in r#"[a-z"() _é]{0,60}"#) {
            let _ = passes(&text);
        }

        #[test]
        fn a_name_contains_its_parts(part in "[a-z é]{0,8}", before in "[a-z]{0,4}", after in "[a-z]{0,4}") {
            let name = format!("{before}{part}{after}");
            let filter = Filter::parse(&format!("name co \"{part}\""), &PROPERTIES).unwrap();
            prop_assert!(filter.passes(&|_: &str| Some(name.as_str())));
        }
    }
}
