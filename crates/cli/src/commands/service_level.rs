//! `wml-auth service-level`

mod administrator;
mod proof;
mod setup;
mod steps;
mod teardown;

use crate::args::{Common, ServiceLevel};
use crate::failure::Failure;
use crate::session::Session;

pub(crate) async fn run(common: &Common, args: &ServiceLevel) -> Result<(), Failure> {
    match args {
        ServiceLevel::Setup(args) => {
            setup::run(Session::start_as(common, args.login.as_deref()).await?, args).await
        }
        ServiceLevel::Teardown(args) => {
            teardown::run(&Session::start_as(common, args.login.as_deref()).await?, args).await
        }
    }
}
