//! `wml-auth keys`

mod change;
mod create;
mod list;
mod rotate;
mod shown;

use wml_auth_core::{AuthError, AuthRequest, Authorization};
use wml_auth_iam::Endpoint;
use wml_auth_iam::identity_services::IdentityServices;

use crate::args::{Common, Keys, KeysCommand};
use crate::failure::Failure;
use crate::session::Session;

pub(crate) async fn run(common: &Common, args: &Keys) -> Result<(), Failure> {
    let session = Session::start(common).await?;
    let format = args.format;
    match &args.command {
        KeysCommand::Rotate(rotate) => rotate::run(&session, rotate, format).await,
        KeysCommand::List(list) => list::run(&Administration::log_in(&session).await?, list, format).await,
        KeysCommand::Create(create) => create::run(&session, create, format).await,
        KeysCommand::Show(key) => list::show(&Administration::log_in(&session).await?, &key.id, format).await,
        command => change::run(&session, command, format).await,
    }
}

/// Whoever manages keys, logged in.
struct Administration {
    iam: IdentityServices,
    authorization: Authorization,
}

impl Administration {
    async fn log_in(session: &Session) -> Result<Self, Failure> {
        let (_, credentials) = session.resolve()?;
        let authorization = credentials.authorize(&AuthRequest::new()).await?;
        // The token service that issued the token manages the keys, too.
        let endpoint = Endpoint::parse(authorization.identity().issuer()).map_err(|_| {
            AuthError::misconfigured("API keys are managed at IAM, and this login is by something else")
                .with_hint("use a profile that logs in with an API key")
        })?;
        Ok(Self { iam: IdentityServices::new(session.transport(), endpoint), authorization })
    }
}
