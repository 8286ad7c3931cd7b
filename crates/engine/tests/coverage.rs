//! Every failure mode that an engine has to survive is named by a case or a test.
//!
//! A case names it in `covers`, a test in its comment.
#![allow(clippy::unwrap_used, reason = "a test may")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The ids, as ranges.
const MODES: &[(u32, u32)] = &[(1, 1), (4, 13), (23, 37), (47, 48), (51, 55), (59, 59)];

#[test]
fn every_failure_mode_is_covered() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut named = BTreeSet::new();
    for folder in ["src", "tests"] {
        collect(&root.join(folder), &mut named);
    }
    let missing: Vec<_> = MODES
        .iter()
        .flat_map(|(first, last)| *first..=*last)
        .filter(|id| !named.contains(id))
        .map(|id| format!("F{id}"))
        .collect();
    assert!(missing.is_empty(), "no case or test names {}", missing.join(", "));
}

fn collect(folder: &Path, named: &mut BTreeSet<u32>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, named);
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        named.extend(text.lines().filter(|line| names_modes(line.trim_start())).flat_map(ids));
    }
}

fn names_modes(line: &str) -> bool {
    line.starts_with("covers = ") || line.starts_with("//")
}

/// Each `F` that is followed by digits and stands by itself.
fn ids(line: &str) -> impl Iterator<Item = u32> {
    line.split(|c: char| !c.is_alphanumeric()).filter_map(|word| word.strip_prefix('F')?.parse().ok())
}

#[test]
fn an_id_is_found_where_it_stands_by_itself() {
    assert_eq!(ids("covers = [\"F5\", \"F28\"]").collect::<Vec<_>>(), [5, 28]);
    assert_eq!(ids("/// (F10, F13) of XF7 and F8x").collect::<Vec<_>>(), [10, 13]);
    assert!(names_modes("/// F1") && names_modes("covers = []") && !names_modes("let f1 = F1;"));
}
