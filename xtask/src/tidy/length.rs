//! A file is about one thing. One that is long is usually about two.

use crate::problem::Problem;
use crate::tidy::SourceFile;

const LONG: usize = 400;
const TOO_LONG: usize = 600;

pub(crate) fn check(file: &SourceFile) -> Option<Problem> {
    if !file.is_code() {
        return None;
    }
    let lines = file.text.lines().count();
    if lines > TOO_LONG {
        return Some(Problem::new(
            &file.path,
            format!("{lines} lines, at most {TOO_LONG} are allowed"),
            "split it where its subject changes, and name the parts after what they are about",
        ));
    }
    if lines > LONG {
        eprintln!("warning: {}: {lines} lines; split it before it reaches {TOO_LONG}", file.path);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::files::file;

    #[test]
    fn code_has_a_limit_and_prose_has_none() {
        assert!(check(&file("a.rs", &"x\n".repeat(600))).is_none());
        assert!(check(&file("a.rs", &"x\n".repeat(601))).is_some());
        assert!(check(&file("a.md", &"x\n".repeat(9000))).is_none());
    }
}
