//! IBM's credential file, `ibm-credentials.env`, and where it is looked for.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use wml_auth_core::Secret;

use super::api_key_file;
use super::named_values::{NamedValues, collect};
use crate::file::{self, FileFault};
use crate::layer::{Layer, Lookup};
use crate::services::Services;
use crate::text::{printable, quoted};
use crate::variables::CREDENTIALS_FILE;
use crate::{ConfigError, Environment, Origin, Resolver, SourceKind};

const USUAL_NAME: &str = "ibm-credentials.env";
const API_KEY_FILE: &str = "apikey.json";

/// What the first credential file holds that there is.
///
/// The console's key file is only looked for while there is no credential yet: it holds nothing else, and its
/// name is a common one.
pub(crate) fn look(
    resolver: &Resolver,
    services: &Services,
    credential_is_known: bool,
) -> Result<Lookup, ConfigError> {
    let Resolver { environment, strict, .. } = resolver;
    let strict = *strict;
    if let Some(named) = &resolver.credential_file {
        let path = environment.locate(named, None);
        let text = file::read(&path).map_err(|fault| fault.into_error(&path))?;
        return read(&text, &path, environment, services, strict);
    }
    if let Some(named) = environment.variable(CREDENTIALS_FILE)? {
        let mut path = environment.locate(Path::new(named.expose()), None);
        // IBM's Node core takes the name of a directory for that of the file in it.
        if path.is_dir() {
            path.push(USUAL_NAME);
        }
        return match file::read(&path) {
            Ok(text) => read(&text, &path, environment, services, strict),
            Err(fault) => Err(fault
                .into_error(&path)
                .with_hint(format!("the variable {CREDENTIALS_FILE} names this file: mend or unset it"))),
        };
    }

    let usual = [environment.current_dir(), environment.home()];
    let mut reason = format!("there is no {USUAL_NAME}, here or in the home directory");
    let mut place = String::new();
    for path in usual.into_iter().flatten().map(|directory| directory.join(USUAL_NAME)) {
        let Some(text) = read_if_there(&path)? else { continue };
        match read(&text, &path, environment, services, strict)? {
            Lookup::Found(layer) => return Ok(Lookup::Found(layer)),
            // As with IBM's own loaders, a file here hides the one in the home directory, whatever it holds.
            Lookup::Absent { place: looked_at, reason: why } => {
                (place, reason) = (looked_at, why);
                break;
            }
        }
    }
    if !credential_is_known
        && let Some(path) = environment.current_dir().map(|directory| directory.join(API_KEY_FILE))
        && let Some(text) = read_if_there(&path)?
    {
        return read(&text, &path, environment, services, strict);
    }
    Ok(Lookup::Absent { place, reason })
}

fn read_if_there(path: &Path) -> Result<Option<Secret>, ConfigError> {
    match file::read(path) {
        Ok(text) => Ok(Some(text)),
        Err(FileFault::Missing) => Ok(None),
        Err(fault) => Err(fault.into_error(path)),
    }
}

/// The two kinds of files are told apart by what is in them: no line of a list of variables begins with a brace.
fn read(
    text: &Secret,
    path: &Path,
    environment: &Environment,
    services: &Services,
    strict: bool,
) -> Result<Lookup, ConfigError> {
    let text = text.expose();
    let is_json =
        text.trim_start().starts_with('{') || path.extension().is_some_and(|ending| ending == "json");
    let mut layer = if is_json {
        api_key_file::parse(text, path)?
    } else {
        let lines = Lines { values: parse(text, path)?, path, environment };
        let mut layer = Layer::new(SourceKind::CredentialFile, printable(path.display()));
        collect(&lines, services, &mut layer)?;
        layer
    };
    if layer.is_empty() && layer.warnings.is_empty() {
        return Ok(Lookup::Absent {
            place: layer.place,
            reason: String::from("the file holds nothing for the service"),
        });
    }
    layer.check_permissions(path, strict)?;
    Ok(Lookup::Found(layer))
}

struct Line {
    value: Secret,
    number: usize,
}

/// Each name with its value and line.
///
/// `NAME=value`, blanks around either dropped; an optional `export`; optional quotes around the whole value; `#` at
/// the beginning of a line is a comment and anywhere else is not. A name may be set twice only to the same value.
fn parse(text: &str, path: &Path) -> Result<BTreeMap<String, Line>, ConfigError> {
    let mut values: BTreeMap<String, Line> = BTreeMap::new();
    for (number, line) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((name, value)) = assignment(line).split_once('=') else {
            return Err(fault(path, number, String::from("neither NAME=value nor a comment"))
                .with_hint("a value stands on one line with its name"));
        };
        let name = name.trim();
        let value = Secret::from(unquoted(value.trim()));
        match values.get(name) {
            None => {
                values.insert(name.to_owned(), Line { value, number });
            }
            Some(first) if first.value == value => {}
            Some(first) => {
                let message = format!("{} has another value than in line {}", quoted(name), first.number);
                return Err(fault(path, number, message).with_hint("keep one of the two lines"));
            }
        }
    }
    Ok(values)
}

/// The name that is set in a line, counted from 1.
pub(crate) fn name_in_line(text: &str, number: usize) -> Option<&str> {
    let line = text.lines().nth(number.checked_sub(1)?)?.trim();
    let (name, _) = assignment(line).split_once('=')?;
    Some(name.trim())
}

/// The value of a name in the text of such a file.
pub(crate) fn value_of(text: &str, path: &Path, name: &str) -> Result<Option<Secret>, ConfigError> {
    let line = parse(text, path)?.remove(name);
    Ok(line.map(|line| line.value).filter(|value| !value.is_empty()))
}

/// The text with another value for a name, in each line that sets it. All else stays as it is, byte for byte: quotes,
/// blanks, comments and line breaks.
pub(crate) fn with_value(text: &str, name: &str, value: &str) -> String {
    let mut changed = String::with_capacity(text.len() + value.len());
    for line in text.split_inclusive('\n') {
        let bare = line.trim();
        let sets_it = !bare.starts_with('#')
            && assignment(bare).split_once('=').is_some_and(|(own, _)| own.trim() == name);
        match line.split_once('=').filter(|_| sets_it) {
            Some((before, after)) => {
                let written = after.trim();
                let old = unquoted(written);
                let blanks = match written.is_empty() {
                    true => 0,
                    false => after.len() - after.trim_start().len(),
                };
                let at = blanks + usize::from(written.len() > old.len());
                let (blanks, rest) = after.split_at_checked(at).unwrap_or(("", after));
                let end = rest.get(old.len()..).unwrap_or_default();
                changed.extend([before, "=", blanks, value, end]);
            }
            None => changed.push_str(line),
        }
    }
    changed
}

/// What is left of a line without `export`.
fn assignment(line: &str) -> &str {
    match line.strip_prefix("export") {
        Some(rest) if rest.starts_with([' ', '\t']) => rest,
        _ => line,
    }
}

fn fault(path: &Path, number: usize, message: String) -> ConfigError {
    ConfigError::about(&Origin::CredentialFile { file: path.to_owned(), line: Some(number) }, message)
}

fn unquoted(value: &str) -> &str {
    ['"', '\''].into_iter().find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote)).unwrap_or(value)
}

struct Lines<'a> {
    values: BTreeMap<String, Line>,
    path: &'a Path,
    environment: &'a Environment,
}

impl Lines<'_> {
    fn origin(&self, line: &Line) -> Origin {
        Origin::CredentialFile { file: self.path.to_owned(), line: Some(line.number) }
    }
}

impl NamedValues for Lines<'_> {
    /// An empty value counts as unset, as in the environment.
    fn value(&self, name: &str) -> Result<Option<(Secret, Origin)>, ConfigError> {
        let line = self.values.get(name).filter(|line| !line.value.is_empty());
        Ok(line.map(|line| (line.value.clone(), self.origin(line))))
    }

    fn names(&self) -> Vec<(String, Origin)> {
        self.values.iter().map(|(name, line)| (name.clone(), self.origin(line))).collect()
    }

    /// As in IBM's cores, a path starts where the program does, and not where the file is.
    fn locate(&self, path: &Path) -> PathBuf {
        self.environment.locate(path, None)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn values(text: &str) -> Result<Vec<(String, String)>, String> {
        let parsed = parse(text, Path::new("f")).map_err(|error| error.to_string())?;
        Ok(parsed.into_iter().map(|(name, line)| (name, line.value.expose().to_owned())).collect())
    }

    fn value(text: &str) -> String {
        values(text).unwrap().remove(0).1
    }

    #[test]
    fn every_form_that_an_ibm_core_writes_or_reads() {
        assert_eq!(value("  SVC_APIKEY = spaced "), "spaced");
        assert_eq!(value("A=\"quoted\""), "quoted");
        assert_eq!(value("A='it''s'"), "it''s");
        assert_eq!(value("A=\"open"), "\"open");
        assert_eq!(value("A=\""), "\"");
        assert_eq!(value("export A=x"), "x");
        assert_eq!(value("export\tA=x"), "x");
        assert_eq!(values("exported=x").unwrap()[0].0, "exported");
        assert_eq!(value("A=a=b=c"), "a=b=c");
        assert_eq!(value("A=with # hash"), "with # hash");
        assert_eq!(value("A="), "");
        assert_eq!(value("\u{feff}A=x"), "x");
        assert_eq!(values("# comment\r\n\r\nA=x\r\nB=y").unwrap().len(), 2);
        assert_eq!(value(&format!("A={}", "x".repeat(70_000))).len(), 70_000);
    }

    #[test]
    fn a_value_is_replaced_and_nothing_else() {
        let text = "# A=old\r\n export  A = \"old\" \r\nAA=old\nB=old\n\tA='old'";
        let changed = with_value(text, "A", "new");
        assert_eq!(changed, "# A=old\r\n export  A = \"new\" \r\nAA=old\nB=old\n\tA='new'");
        assert_eq!(with_value("A=\n", "A", "new"), "A=new\n");
        assert_eq!(with_value("A=x=x", "A", "new"), "A=new");
        assert_eq!(with_value("x\nB=A=1", "A", "new"), "x\nB=A=1");
        assert_eq!((name_in_line(text, 2), name_in_line(text, 1)), (Some("A"), Some("# A")));
        assert_eq!((name_in_line(text, 9), name_in_line(text, 0)), (None, None));
    }

    #[test]
    fn faults_name_lines_and_not_values() {
        assert_eq!(values("A=x\nA=x").unwrap().len(), 1);
        assert_eq!(values("A=s3cr3t\n\nA=t0ken"), Err("f:3: `A` has another value than in line 1".into()));
        assert_eq!(values("A=x\ns3cr3t\n"), Err("f:2: neither NAME=value nor a comment".into()));
    }

    proptest! {
        #[test]
        fn what_is_put_in_is_read_back(
            before in "[ \t]{0,2}(export )?", quote in "[\"']?", old in "[a-z=#]{0,8}", new in "[A-Za-z0-9_-]{1,44}"
        ) {
            let text = format!("B=1\n{before}A={quote}{old}{quote}\n# end");
            let changed = with_value(&text, "A", &new);
            let read = value_of(&changed, Path::new("f"), "A").unwrap().unwrap();
            prop_assert_eq!(read.expose(), new.as_str(), "{}", changed);
            prop_assert!(changed.starts_with("B=1\n") && changed.ends_with("\n# end"));
        }

        #[test]
        fn any_text_is_read_or_refused_without_showing_a_value(
            lines in proptest::collection::vec("[A-C]?=?CANARY.{0,8}|[^=]{0,6}|\\PC{0,12}", 0..8)
        ) {
            if let Err(error) = parse(&lines.join("\n"), Path::new("f")) {
                let shown = format!("{error} {error:?} {:?}", error.hint());
                let in_a_name = lines.iter().any(|line| line.split('=').next().unwrap().contains("CANARY"));
                prop_assert!(in_a_name || !shown.contains("CANARY"), "{}", shown);
            }
        }
    }
}
