//! Where IBM's SDK cores read the same configuration in different ways, and how it is read here.
//!
//! Whatever all four read alike is read alike here, too, and has no row. Each row has a test of its name.

mod table;

use std::fmt::Write as _;

/// One question on which the cores do not agree, or agree on what helps nobody.
struct Rule {
    /// Its name, and that of its test.
    name: &'static str,
    what: &'static str,
    /// The answers, in the order Go, Python, Node, Java.
    cores: [&'static str; 4],
    ours: &'static str,
}

/// The rules as a Markdown table: the reference page is made from it.
///
/// ```
/// assert!(wml_auth_config::rules_markdown().contains("| unknown-type |"));
/// ```
pub fn rules_markdown() -> String {
    let mut page = String::from(
        "| rule | what | Go core | Python core | Node core | Java core | wml-auth |\n\
         | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for Rule { name, what, cores: [go, python, node, java], ours } in table::RULES {
        let _ = writeln!(page, "| {name} | {what} | {go} | {python} | {node} | {java} | **{ours}** |");
    }
    page
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::table::RULES;

    #[test]
    fn names_are_unique_and_no_cell_breaks_the_table() {
        let mut names = BTreeSet::new();
        for rule in RULES {
            assert!(names.insert(rule.name), "{} twice", rule.name);
            let cells = rule.cores.into_iter().chain([rule.name, rule.what, rule.ours]);
            for cell in cells {
                assert!(!cell.is_empty() && !cell.contains(['|', '\n']), "{}: {cell}", rule.name);
            }
        }
    }
}
