//! Marks of work that is not done.

use crate::problem::Problem;
use crate::tidy::SourceFile;

/// Put together, so that this file is not its own first finding.
const LEFTOVERS: &[&str] = &[
    concat!("to", "do!("),
    concat!("un", "implemented!("),
    concat!("db", "g!("),
    concat!("FIX", "ME"),
    concat!("XX", "X:"),
];

pub(crate) fn check(file: &SourceFile) -> Vec<Problem> {
    if !file.is_code() {
        return Vec::new();
    }
    let mut problems = Vec::new();
    for (number, line) in (1..).zip(file.text.lines()) {
        for found in LEFTOVERS.iter().filter(|leftover| line.contains(**leftover)) {
            problems.push(Problem::new(
                format!("{}:{number}", file.path),
                format!("`{}` is left over", found.trim_end_matches('(')),
                "finish it, or say in a sentence what the limit is",
            ));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::files::file;

    #[test]
    fn leftovers_are_found_with_their_line() {
        let text = format!("fine\n{}oops)\n// {}\n", concat!("db", "g!("), concat!("FIX", "ME"));
        let found: Vec<_> = check(&file("a.rs", &text)).iter().map(ToString::to_string).collect();
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].starts_with("a.rs:2: "), "{found:?}");
    }
}
