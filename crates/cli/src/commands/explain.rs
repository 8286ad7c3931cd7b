//! `wml-auth explain`

use crate::args::{Explain, Format};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;
use crate::terminal;

/// Prints the explanation also when nothing can be used: that is when it is needed. The exit code tells which it was.
pub(crate) fn run(session: &Session, args: &Explain) -> Result<(), Failure> {
    let explanation = session.resolver().explain();
    match args.format {
        Format::Text => terminal::answer(explanation.to_string().trim_end()),
        Format::Json => {
            let json = serde_json::to_string_pretty(&explanation)
                .map_err(|error| Failure::internal(format!("the explanation cannot be written: {error}")))?;
            terminal::answer(&json);
        }
    }
    match session.resolver().resolve() {
        Ok(_) => Ok(()),
        Err(error) => {
            let failure = Failure::from(error);
            debug_assert_ne!(failure.exit(), Exit::Ok);
            Err(failure)
        }
    }
}
