//! What may stand after the `=` of a key.

use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::DeValue;
use wml_auth_core::Secret;

use super::document::Reader;
use crate::key::Form;
use crate::layer::Given;
use crate::reference::Reference;
use crate::text::{did_you_mean, quoted};
use crate::{ConfigError, Key, check};

/// The ways of saying where a secret stands.
pub(super) const REFERENCES: [&str; 3] = ["env", "file", "command"];

pub(super) fn read<'t>(
    reader: &Reader<'t>,
    key: Key,
    value: &Spanned<DeValue<'t>>,
) -> Result<Given, ConfigError> {
    match key.form() {
        Form::Secret if value.get_ref().is_table() => reference(reader, value).map(Given::Reference),
        Form::Secret if !value.get_ref().is_str() => Err(reader
            .wrong_type(value, "a text in quotes, or one of { env = … }, { file = … }, { command = … }")),
        Form::Secret | Form::Text => Ok(Given::Text(Secret::new(reader.text_of(value)?))),
        Form::Switch => Ok(Given::Text(switch(reader, value)?)),
        Form::Path => Ok(Given::Path(path(reader, value)?)),
        Form::Command => Ok(Given::Command(command(reader, value)?)),
        Form::Login => Err(reader.wrong_type(value, "a table")),
    }
}

/// A boolean of TOML, or one in quotes as a variable would have it.
fn switch<'t>(reader: &Reader<'t>, value: &Spanned<DeValue<'t>>) -> Result<Secret, ConfigError> {
    if let Some(yes) = value.get_ref().as_bool() {
        return Ok(Secret::from(if yes { "true" } else { "false" }));
    }
    let text = Secret::new(reader.text_of(value)?);
    match check::switch(text.expose()) {
        Ok(_) => Ok(text),
        Err(fault) => Err(reader.fault(value.span(), fault.message).with_hint(fault.hint)),
    }
}

fn reference<'t>(reader: &Reader<'t>, value: &Spanned<DeValue<'t>>) -> Result<Reference, ConfigError> {
    let mut entries = reader.table_of(value)?.iter();
    let (Some((name, value)), None) = (entries.next(), entries.next()) else {
        return Err(reader
            .fault(value.span(), String::from("a reference names exactly one place"))
            .with_hint("write one of { env = \"…\" }, { file = \"…\" }, { command = [\"…\"] }"));
    };
    match name.get_ref().as_ref() {
        "env" => reader.text_of(value).map(Reference::Variable),
        "file" => path(reader, value).map(Reference::File),
        "command" => command(reader, value).map(Reference::Command),
        unknown => Err(reader
            .fault(name.span(), format!("unknown kind of reference {}", quoted(unknown)))
            .with_hint(did_you_mean(unknown, REFERENCES))),
    }
}

/// Relative to the profiles file, so that the meaning of a profile does not depend on where a program is started.
/// `~/` stays, and is replaced by the home when the path is used.
fn path<'t>(reader: &Reader<'t>, value: &Spanned<DeValue<'t>>) -> Result<PathBuf, ConfigError> {
    let path = PathBuf::from(reader.text_of(value)?);
    Ok(match reader.path.parent() {
        Some(directory) if !path.starts_with("~") => directory.join(path),
        _ => path,
    })
}

/// Program and arguments. Not one text: no shell takes it apart, and nothing has to be quoted.
fn command<'t>(reader: &Reader<'t>, value: &Spanned<DeValue<'t>>) -> Result<Vec<String>, ConfigError> {
    let expected = "a list of program and arguments";
    let list = value.get_ref().as_array().ok_or_else(|| reader.wrong_type(value, expected))?;
    let mut argv = Vec::new();
    for item in list.iter() {
        argv.push(if argv.is_empty() {
            reader.text_of(item)?
        } else {
            item.get_ref().as_str().ok_or_else(|| reader.wrong_type(item, "a text in quotes"))?.to_owned()
        });
    }
    if argv.is_empty() {
        return Err(reader
            .fault(value.span(), String::from("the command is empty"))
            .with_hint("write a list of program and arguments, such as [\"pass\", \"wml\"]"));
    }
    if let Some(program) = argv.first_mut() {
        // A program with a path of its own is found like a file: relative to the profiles file.
        let is_relative_path =
            Path::new(program.as_str()).components().count() > 1 && Path::new(program.as_str()).is_relative();
        if let (true, Some(directory)) = (is_relative_path, reader.path.parent()) {
            *program = directory.join(program.as_str()).display().to_string();
        }
    }
    Ok(argv)
}

#[cfg(test)]
mod tests {
    use super::super::Document;
    use super::*;

    fn value(line: &str) -> Result<Given, String> {
        let text = Secret::new(format!("[profiles.p]\n{line}"));
        let document = Document::parse(&text, Path::new("/etc/w/p.toml"));
        document
            .map(|document| document.profiles()[0].entries[0].given.clone())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_secret_is_a_text_or_one_reference() {
        assert_eq!(value("apikey = \"literal\""), Ok(Given::Text("literal".into())));
        assert_eq!(value("apikey = { env = \"K\" }"), Ok(Given::Reference(Reference::Variable("K".into()))));
        assert_eq!(value("apikey.file = \"k\""), Ok(Given::Reference(Reference::File("/etc/w/k".into()))));
        assert_eq!(value("apikey.file = \"/k\""), Ok(Given::Reference(Reference::File("/k".into()))));
        assert_eq!(value("apikey.file = \"~/k\""), Ok(Given::Reference(Reference::File("~/k".into()))));
        let argv = vec!["pass".to_owned(), String::new()];
        assert_eq!(
            value("apikey = { command = [\"pass\", \"\"] }"),
            Ok(Given::Reference(Reference::Command(argv)))
        );
        let argv = vec!["/etc/w/bin/key".to_owned()];
        assert_eq!(value("apikey.command = [\"bin/key\"]"), Ok(Given::Reference(Reference::Command(argv))));
        assert_eq!(value("include_roles = false"), Ok(Given::Text("false".into())));
        assert_eq!(value("include_roles = \"True\""), Ok(Given::Text("True".into())));
        assert_eq!(
            value("include_roles = \"yes\""),
            Err("/etc/w/p.toml:2:17: neither true nor false".into())
        );
        assert_eq!(value("bearer_token_file = \"t\""), Ok(Given::Path("/etc/w/t".into())));
        assert_eq!(value("bearer_token_command = [\"t\"]"), Ok(Given::Command(vec!["t".into()])));
    }

    #[test]
    fn anything_else_is_an_error_with_its_place() {
        let of = |line: &str| value(line).unwrap_err();
        assert!(of("apikey = 5").starts_with("/etc/w/p.toml:2:10: expected a text in quotes, or one of"));
        assert!(of("apikey = {}").ends_with("a reference names exactly one place"));
        assert!(
            of("apikey = { env = \"A\", file = \"b\" }").ends_with("a reference names exactly one place")
        );
        assert_eq!(of("apikey = { fil = \"k\" }"), "/etc/w/p.toml:2:12: unknown kind of reference `fil`");
        assert_eq!(of("apikey = { env = \"\" }"), "/etc/w/p.toml:2:18: the value is empty");
        assert_eq!(of("apikey = { command = [] }"), "/etc/w/p.toml:2:22: the command is empty");
        assert!(
            of("apikey = { command = \"pass\" }")
                .ends_with("expected a list of program and arguments, found string")
        );
        assert!(of("url = { env = \"U\" }").ends_with("expected a text in quotes, found table"));
    }
}
