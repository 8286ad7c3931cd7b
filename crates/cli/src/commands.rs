//! One file per command.

mod explain;
mod import;
mod keys;
mod login;
mod logout;
mod mock;
mod profiles;
mod score;
mod service_level;
mod task_credentials;
mod token;
mod whoami;

use crate::args::{Args, Command};
use crate::failure::Failure;
use crate::session::Session;

/// Runs the command that was asked for.
pub(crate) async fn run(args: &Args) -> Result<(), Failure> {
    match &args.command {
        Command::Mock(mock) => mock::run(mock).await,
        Command::Token(token) => token::run(Session::start(&args.common).await?, token).await,
        Command::Score(score) => score::run(Session::start(&args.common).await?, score).await,
        Command::Explain(explain) => explain::run(&Session::start(&args.common).await?, explain),
        Command::Whoami(whoami) => whoami::run(&Session::start(&args.common).await?, whoami).await,
        Command::Login(login) => login::run(&Session::start_as(&args.common, None).await?, login).await,
        Command::Logout(logout) => logout::run(&Session::start_as(&args.common, None).await?, logout),
        Command::Keys(keys) => keys::run(&args.common, keys).await,
        Command::TaskCredentials(tasks) => {
            task_credentials::run(&Session::start(&args.common).await?, tasks).await
        }
        Command::Import(import) => import::run(&Session::start(&args.common).await?, import),
        Command::ServiceLevel(service_level) => service_level::run(&args.common, service_level).await,
        Command::Profiles(profiles) => profiles::run(&Session::start(&args.common).await?, profiles),
    }
}
