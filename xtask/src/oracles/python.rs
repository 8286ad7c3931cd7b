//! The Python clients: a virtual environment with the releases in `requirements.txt`. Clients whose pins do not agree have
//! a folder each.

use std::process::Command;

use crate::oracles::install;
use crate::oracles::interpreter::{Folders, Interpreter, Unavailable};
use crate::process::find_program;

pub(crate) fn prepare(folders: &Folders) -> Result<Interpreter, Unavailable> {
    let system = ["python3", "python"]
        .iter()
        .find_map(|name| find_program(name))
        .ok_or_else(|| Unavailable("python3 is not on the path".to_owned()))?;
    let requirements = folders.drivers.join("requirements.txt");
    let environment = folders.installed.join("venv");
    let python = environment.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });

    let mut create = Command::new(system);
    create.args(["-m", "venv", "--clear"]).arg(&environment);
    let mut fill = Command::new(&python);
    fill.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-input",
        "--requirement",
    ]);
    // When a pin changes, the others need not come over the network again.
    fill.arg(&requirements).arg("--cache-dir").arg(folders.installed.join("cache"));
    install::once(&folders.installed, &install::read(&requirements)?, &mut [create, fill])?;

    // What drivers share lies beside those of the first environment; and the source tree stays as it is.
    let shared = folders.drivers.with_file_name("python").into_os_string();
    let environment = vec![("PYTHONPATH", shared), ("PYTHONDONTWRITEBYTECODE", "1".into())];
    Ok(Interpreter { program: python, environment })
}
