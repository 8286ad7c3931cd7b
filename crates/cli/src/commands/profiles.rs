//! `wml-auth profiles`

use serde_json::json;

use crate::args::{Format, Profiles};
use crate::failure::Failure;
use crate::session::Session;
use crate::terminal;

pub(crate) fn run(session: &Session, args: &Profiles) -> Result<(), Failure> {
    let profiles = session.resolver().profiles()?;
    match args.format {
        Format::Json => {
            let list: Vec<_> = profiles
                .iter()
                .map(|profile| {
                    json!({
                        "name": profile.name,
                        "is_default": profile.is_default,
                        "extends": profile.extends,
                        "auth_type": profile.auth_type,
                        "line": profile.line,
                    })
                })
                .collect();
            terminal::answer(&json!({ "schema": 1, "profiles": list }).to_string());
        }
        Format::Text if profiles.is_empty() => session.say("there are no profiles"),
        Format::Text => {
            let widest = profiles.iter().map(|profile| profile.name.len()).max().unwrap_or_default();
            for profile in &profiles {
                let mark = if profile.is_default { "*" } else { " " };
                let auth_type = profile.auth_type.as_deref().unwrap_or("-");
                let extends =
                    profile.extends.as_ref().map(|parent| format!("  extends {parent}")).unwrap_or_default();
                terminal::answer(format!("{mark} {:widest$}  {auth_type}{extends}", profile.name).trim_end());
            }
        }
    }
    Ok(())
}
