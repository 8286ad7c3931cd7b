//! What the less usual ways of logging in know about the account.

use std::collections::HashMap;

use crate::seed::Seed;

/// Drawn from a sequence of its own, so that it does not move what the world's seed gives.
pub(crate) struct Logins {
    /// The virtual server which has a metadata service.
    pub(crate) virtual_server: VirtualServer,
    /// What service brokers of Cloud Pak for Data show for a token.
    pub(crate) broker_secret: String,
    /// Whom each passcode that was not used yet logs in.
    pub(crate) passcodes: HashMap<String, String>,
    /// The passcode of the start.
    pub(crate) passcode: String,
}

impl Logins {
    pub(crate) fn new(seed: u64, account_id: &str, user_iam_id: &str) -> Self {
        let seed = Seed::new(seed.rotate_left(16));
        let passcode = passcode(&seed);
        Self {
            virtual_server: VirtualServer::new(&seed, account_id),
            broker_secret: seed.url_safe(32),
            passcodes: HashMap::from([(passcode.clone(), user_iam_id.to_owned())]),
            passcode,
        }
    }
}

/// Ten letters and digits, as the page for passcodes shows them.
pub(crate) fn passcode(seed: &Seed) -> String {
    seed.url_safe(64).chars().filter(char::is_ascii_alphanumeric).take(10).collect()
}

/// A compute resource that proves itself by where it is.
pub(crate) struct VirtualServer {
    pub(crate) instance_id: String,
    pub(crate) crn: String,
    pub(crate) vpc_id: String,
    pub(crate) vpc_crn: String,
    pub(crate) subnet_crn: String,
}

impl VirtualServer {
    pub(crate) const NAME: &str = "wml-server";
    pub(crate) const REGION: &str = "us-south";
    pub(crate) const ZONE: &str = "us-south-1";

    fn new(seed: &Seed, account_id: &str) -> Self {
        let [instance_id, vpc_id, subnet_id] =
            ["0717_", "r006-", "0717-"].map(|prefix| format!("{prefix}{}", seed.uuid()));
        let crn = |place: &str, kind: &str, id: &str| {
            format!("crn:v1:bluemix:public:is:{place}:a/{account_id}::{kind}:{id}")
        };
        Self {
            crn: crn(Self::ZONE, "instance", &instance_id),
            vpc_crn: crn(Self::REGION, "vpc", &vpc_id),
            subnet_crn: crn(Self::ZONE, "subnet", &subnet_id),
            instance_id,
            vpc_id,
        }
    }
}
