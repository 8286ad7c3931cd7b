//! The Node clients: the releases in `package-lock.json`.

use std::fs;
use std::process::Command;

use crate::oracles::install;
use crate::oracles::interpreter::{Folders, Interpreter, Unavailable};
use crate::process::find_program;

pub(crate) fn prepare(folders: &Folders) -> Result<Interpreter, Unavailable> {
    let find = |name| find_program(name).ok_or_else(|| Unavailable(format!("{name} is not on the path")));
    let node = find("node")?;
    let npm = find("npm")?;

    // npm installs beside its lock file, and the source tree stays as it is.
    let mut pins = String::new();
    for name in ["package.json", "package-lock.json"] {
        let text = install::read(&folders.drivers.join(name))?;
        let copy = folders.installed.join(name);
        fs::write(&copy, &text)
            .map_err(|error| Unavailable(format!("cannot write {}: {error}", copy.display())))?;
        pins.push_str(&text);
    }
    let mut fill = Command::new(npm);
    fill.current_dir(&folders.installed).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
    fill.arg("--cache").arg(folders.installed.join("cache"));
    install::once(&folders.installed, &pins, &mut [fill])?;

    let modules = folders.installed.clone().into_os_string();
    Ok(Interpreter { program: node, environment: vec![("ORACLE_MODULES", modules)] })
}
