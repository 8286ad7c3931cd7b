//! The page about variables.

use std::fmt::Write as _;

use super::{Reads, VARIABLES};
use crate::Key;
use crate::services::{DEFAULT_SERVICES, prefix};

/// The variables as a Markdown table: the reference page is made from it.
///
/// ```
/// let page = wml_auth_config::variables_markdown();
/// assert!(page.contains("| `WATSONX_APIKEY` | `apikey`, 4th |"));
/// ```
pub fn variables_markdown() -> String {
    let services: Vec<_> = DEFAULT_SERVICES.iter().map(|name| format!("`{}`", prefix(name))).collect();
    let mut page = format!(
        "`<SERVICE>_` stands for {}, or for the name of the service that was asked for.\n\n\
         | variable | sets | meaning | used by |\n| --- | --- | --- | --- |\n",
        services.join(" and ")
    );
    for (place, variable) in VARIABLES.iter().enumerate() {
        let sets = match variable.reads {
            Reads::Key(key) | Reads::Host(key) | Reads::Fallback(key) => {
                let above =
                    VARIABLES.iter().take(place).filter(|other| sets(other.reads) == Some(key)).count();
                format!("`{}`, {}", key.name(), ordinal(above + 1))
            }
            Reads::Nothing => String::from("nothing"),
            Reads::Own => String::from("where to look"),
        };
        let _ = writeln!(page, "| `{}` | {sets} | {} | {} |", variable.name, variable.doc, variable.used_by);
    }
    page
}

fn sets(reads: Reads) -> Option<Key> {
    match reads {
        Reads::Key(key) | Reads::Host(key) | Reads::Fallback(key) => Some(key),
        _ => None,
    }
}

fn ordinal(number: usize) -> String {
    let ending = match (number % 10, number % 100) {
        (1, rest) if rest != 11 => "st",
        (2, rest) if rest != 12 => "nd",
        (3, rest) if rest != 13 => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

#[cfg(test)]
mod tests {
    use super::ordinal;

    #[test]
    fn ordinals() {
        let all: Vec<_> = [1, 2, 3, 4, 11, 12, 21, 22, 103].into_iter().map(ordinal).collect();
        assert_eq!(all, ["1st", "2nd", "3rd", "4th", "11th", "12th", "21st", "22nd", "103rd"]);
    }
}
