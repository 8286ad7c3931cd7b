//! The command line.

mod import;
mod keys;
mod login;
mod service_level;
mod task_credentials;
mod whoami;
mod writing;

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, Parser, Subcommand, ValueEnum};

pub(crate) use self::import::{Import, ImportSource};
pub(crate) use self::keys::{CreateKey, Keys, KeysCommand, ListKeys, RotateKey};
pub(crate) use self::login::{Login, Logout};
pub(crate) use self::service_level::{ServiceLevel, Setup, Teardown};
pub(crate) use self::task_credentials::{
    CreateTaskCredential, DeleteTaskCredential, RotateTaskCredential, TaskCredentials, TaskCredentialsCommand,
};
pub(crate) use self::whoami::Whoami;
pub(crate) use self::writing::Writing;
use crate::time::parse_duration;

/// Credentials for IBM Watson Machine Learning and watsonx.ai: obtain a token, score a model, and see why it does not
/// work.
#[derive(Debug, Parser)]
#[command(name = "wml-auth", version, propagate_version = true, after_help = EXIT_CODES)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str = "\
Exit codes: 0 ok · 64 wrong usage or input · 65 bad configuration · 69 IAM or the service unreachable · 70 internal · \
75 try later · 77 credential or rights refused · 78 no credential found";

#[derive(Debug, clap::Args)]
pub(crate) struct Common {
    /// Run against an embedded mock IBM Cloud: no account, no network, no configuration
    #[arg(long, global = true)]
    pub(crate) sandbox: bool,
    /// The profile to use, whatever the environment holds
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// The profiles file, instead of the one that WML_AUTH_PROFILES_FILE or the default place names
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) profiles_file: Option<PathBuf>,
    /// The service name whose properties are read (`my-svc` reads MY_SVC_APIKEY …)
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) service: Option<String>,
    /// Treat warnings about the configuration as errors
    #[arg(long, global = true)]
    pub(crate) strict: bool,
    /// Certificates to trust besides the system's, in PEM
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,
    /// Log to stderr what is done; twice for all details. Secrets are never logged
    #[arg(long, short, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Say nothing on stderr but errors
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Print a token that can be used right away
    Token(Token),
    /// Authenticate, then score a model
    Score(Score),
    /// Show what would be used, where each value comes from, and why the rest was skipped
    Explain(Explain),
    /// Show whose token would be used: its claims, account and expiry, without the token
    Whoami(Whoami),
    /// Log in with a one-time passcode, and make a profile that stays logged in
    Login(Login),
    /// Take a profile that `login` made away again, with its refresh token
    Logout(Logout),
    /// List the profiles, and which is the default
    Profiles(Profiles),
    /// Manage API keys, and replace the one of a profile
    Keys(Keys),
    /// Manage the API key that the platform keeps for jobs, and replace it
    TaskCredentials(TaskCredentials),
    /// Take a credential over from another place into a profile
    Import(Import),
    /// Make a Service ID that may score in a space or project, or take it away again
    #[command(subcommand)]
    ServiceLevel(ServiceLevel),
    /// Serve a mock IBM Cloud until stopped
    Mock(Mock),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Token {
    /// How to print it
    #[arg(long, value_enum, default_value_t = TokenFormat::Raw)]
    pub(crate) format: TokenFormat,
    /// The least time that the token must still be valid (`90`, `90s`, `5m`, `1h`)
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    pub(crate) min_ttl: Option<Duration>,
    /// Obtain a new token. Every run of this command does so today: nothing is cached between runs
    #[arg(long)]
    pub(crate) fresh: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TokenFormat {
    /// The token alone
    Raw,
    /// The whole header, as `curl -H` takes it
    Header,
    /// Token, scheme and expiry as JSON
    Json,
    /// `WATSONX_TOKEN=…`, as a shell or an env file takes it
    Env,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Score {
    /// The deployment to score; otherwise the one that the profile names
    #[arg(long, value_name = "ID")]
    pub(crate) deployment: Option<String>,
    /// The deployment space, instead of the configured one
    #[arg(long, value_name = "ID", conflicts_with = "project")]
    pub(crate) space: Option<String>,
    /// The project, instead of the configured one
    #[arg(long, value_name = "ID")]
    pub(crate) project: Option<String>,
    /// The request body as JSON: `{"input_data":[{"fields":[…],"values":[[…]]}]}`. `-` reads standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) input: Option<PathBuf>,
    /// The API version date that the service is asked for
    #[arg(long, value_name = "DATE")]
    pub(crate) api_version: Option<String>,
    /// The answer is the service's own JSON in either format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Explain {
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Profiles {
    /// How to print them
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Mock {
    /// The port; 0 takes a free one
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) port: u16,
    /// The address to listen at. Whoever reaches it may do everything
    #[arg(long, value_name = "IP", default_value = "127.0.0.1")]
    pub(crate) host: IpAddr,
    /// What is in the cloud and what goes wrong in it, in TOML
    #[arg(long, value_name = "FILE")]
    pub(crate) scenario: Option<PathBuf>,
    /// Serve the control API at this port: journal, clock, keys, rules, metrics; 0 takes a free one
    #[arg(long, value_name = "N")]
    pub(crate) admin_port: Option<u16>,
    /// Serve TLS on a second port, with a certificate authority made for the occasion. The certificate is good for the
    /// loopback addresses and for IBM's public hosts, and with the other port as their HTTPS_PROXY clients reach those here
    #[arg(long)]
    pub(crate) tls: bool,
    /// The same at this port
    #[arg(long, value_name = "N")]
    pub(crate) tls_port: Option<u16>,
    /// The same with a certificate that is good for this name too, such as `cpd.example.com` or `*.example.com`
    #[arg(long = "tls-name", value_name = "NAME")]
    pub(crate) tls_names: Vec<String>,
    /// The same with TLS 1.2 and no other version
    #[arg(long = "tls-1-2")]
    pub(crate) tls12: bool,
    /// Serve at a Unix socket besides, which is made here and removed at the end
    #[cfg(unix)]
    #[arg(long, value_name = "FILE")]
    pub(crate) unix_socket: Option<PathBuf>,
    /// Fixes all ids, keys and draws; the same seed gives the same ones
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// The first line is JSON in either format
    #[arg(long, value_enum, default_value_t = Format::Json)]
    pub(crate) format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

impl Args {
    /// Whether errors, too, are to be JSON.
    pub(crate) fn wants_json(&self) -> bool {
        match &self.command {
            Command::Token(token) => token.format == TokenFormat::Json,
            Command::Score(Score { format, .. })
            | Command::Explain(Explain { format })
            | Command::Whoami(Whoami { format })
            | Command::Keys(Keys { format, .. })
            | Command::TaskCredentials(TaskCredentials { format, .. })
            | Command::Profiles(Profiles { format })
            | Command::Login(Login { format, .. })
            | Command::Logout(Logout { format })
            | Command::Import(Import { format, .. })
            | Command::ServiceLevel(
                ServiceLevel::Setup(Setup { format, .. }) | ServiceLevel::Teardown(Teardown { format, .. }),
            ) => *format == Format::Json,
            Command::Mock(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn global_options_stand_before_or_after_the_command() {
        let before = Args::try_parse_from(["wml-auth", "--sandbox", "--profile", "p", "token"]).unwrap();
        let after = Args::try_parse_from(["wml-auth", "token", "--sandbox", "--profile", "p"]).unwrap();
        assert!(before.common.sandbox && after.common.sandbox);
        assert_eq!(before.common.profile, after.common.profile);
    }
}
