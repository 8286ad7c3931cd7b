//! Which platform, and which issuer of tokens, goes with a WML URL.
//!
//! The facts are those of IBM's Python client for watsonx.ai. A URL that is not in the table is not wrong: its
//! platform has to be named.

use url::Url;

use crate::base_url::BaseUrl;

/// One place where Watson Machine Learning runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Region {
    /// What people call it.
    pub name: &'static str,
    /// The base URL of WML, by its public name.
    pub wml_url: &'static str,
    /// The base URL of the platform that holds its spaces and projects.
    pub platform_url: &'static str,
    /// The host of WML on the private network, and the platform that goes with it.
    pub private: Option<(&'static str, &'static str)>,
    /// Who issues its tokens.
    pub issuer: Issuer,
}

/// Who issues the tokens of a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Issuer {
    /// IBM Cloud IAM, at this base URL.
    Iam(&'static str),
    /// IBM's multi-cloud SaaS platform (MCSP), at this URL of its token requests. An IAM token is of no use there.
    Mcsp(&'static str),
}

/// The platform URL that goes with a WML URL, by the host of the latter.
///
/// ```
/// use wml_auth_iam::regions::platform_for;
///
/// assert_eq!(
///     platform_for("https://us-south.ml.cloud.ibm.com/"),
///     Some("https://api.dataplatform.cloud.ibm.com")
/// );
/// assert_eq!(
///     platform_for("https://private.au-syd.ml.cloud.ibm.com"),
///     Some("https://private.api.au-syd.dai.cloud.ibm.com")
/// );
/// assert_eq!(platform_for("https://wml.example.com"), None);
/// ```
pub fn platform_for(wml_url: &str) -> Option<&'static str> {
    let (region, is_private) = place(wml_url)?;
    match region.private {
        Some((_, platform)) if is_private => Some(platform),
        _ => Some(region.platform_url),
    }
}

/// The platform URL that goes with a WML URL on this machine: the same. Such a WML is a mock, which plays every part.
///
/// `None` for a URL that is not that of a loopback address.
pub fn platform_on_loopback(wml_url: &str) -> Option<String> {
    let base = BaseUrl::parse("the WML URL", wml_url).ok()?;
    base.is_loopback().then(|| base.as_str().to_owned())
}

/// The region of a WML URL, by its public or private host.
pub fn region_of(wml_url: &str) -> Option<&'static Region> {
    place(wml_url).map(|(region, _)| region)
}

/// The whole table.
pub fn all() -> &'static [Region] {
    TABLE
}

fn place(wml_url: &str) -> Option<(&'static Region, bool)> {
    let url = Url::parse(wml_url).ok().filter(|url| url.scheme() == "https" && url.port().is_none())?;
    let host = url.host_str()?;
    TABLE.iter().find_map(|region| {
        let is_public = region.wml_url.strip_prefix("https://") == Some(host);
        let is_private = region.private.is_some_and(|(private, _)| private == host);
        (is_public || is_private).then_some((region, is_private))
    })
}

const IAM: Issuer = Issuer::Iam("https://iam.cloud.ibm.com");
const IAM_TEST: Issuer = Issuer::Iam("https://iam.test.cloud.ibm.com");
const MCSP: Issuer = Issuer::Mcsp("https://account-iam.platform.saas.ibm.com/api/2.0/apikeys/token");
const MCSP_TEST: Issuer =
    Issuer::Mcsp("https://account-iam.platform.test.saas.ibm.com/api/2.0/apikeys/token");
const GOV: Issuer = Issuer::Mcsp("https://dai.ibmforusgov.com/api/rest/mcsp/apikeys/token");
const GOV_PREP: Issuer = Issuer::Mcsp("https://dai.prep.ibmforusgov.com/api/rest/mcsp/apikeys/token");

/// A row whose private host is `private.` and the public one, with the platform given for it.
macro_rules! region {
    ($name:literal, $wml:literal, $platform:literal, private: $private:literal, $issuer:expr) => {
        Region {
            name: $name,
            wml_url: concat!("https://", $wml),
            platform_url: concat!("https://", $platform),
            private: Some((concat!("private.", $wml), concat!("https://", $private))),
            issuer: $issuer,
        }
    };
    ($name:literal, $wml:literal, $platform:literal, $issuer:expr) => {
        Region {
            name: $name,
            wml_url: concat!("https://", $wml),
            platform_url: concat!("https://", $platform),
            private: None,
            issuer: $issuer,
        }
    };
}

// For test and AWS regions the platform is the public one either way.
#[rustfmt::skip]
static TABLE: &[Region] = &[
    region!("Dallas", "us-south.ml.cloud.ibm.com", "api.dataplatform.cloud.ibm.com", private: "private.api.dataplatform.cloud.ibm.com", IAM),
    region!("Frankfurt", "eu-de.ml.cloud.ibm.com", "api.eu-de.dataplatform.cloud.ibm.com", private: "private.api.eu-de.dataplatform.cloud.ibm.com", IAM),
    region!("London", "eu-gb.ml.cloud.ibm.com", "api.eu-gb.dataplatform.cloud.ibm.com", private: "private.api.eu-gb.dataplatform.cloud.ibm.com", IAM),
    region!("Tokyo", "jp-tok.ml.cloud.ibm.com", "api.jp-tok.dataplatform.cloud.ibm.com", private: "private.api.jp-tok.dataplatform.cloud.ibm.com", IAM),
    region!("Sydney", "au-syd.ml.cloud.ibm.com", "api.au-syd.dai.cloud.ibm.com", private: "private.api.au-syd.dai.cloud.ibm.com", IAM),
    region!("Toronto", "ca-tor.ml.cloud.ibm.com", "api.ca-tor.dai.cloud.ibm.com", private: "private.api.ca-tor.dai.cloud.ibm.com", IAM),
    region!("Mumbai (AWS)", "ap-south-1.aws.wxai.ibm.com", "api.ap-south-1.aws.data.ibm.com", private: "api.ap-south-1.aws.data.ibm.com", MCSP),
    region!("US East (AWS)", "us-east-1.aws.wxai.ibm.com", "api.us-east-1.aws.data.ibm.com", private: "api.us-east-1.aws.data.ibm.com", MCSP),
    region!("GovCloud", "wxai.ibmforusgov.com", "api.dai.ibmforusgov.com", GOV),
    region!("GovCloud, internal", "private.internal.wxai.ibmforusgov.com", "internal.api.dai.ibmforusgov.com", GOV),
    region!("GovCloud, pre-production", "wxai.prep.ibmforusgov.com", "api.dai.prep.ibmforusgov.com", GOV_PREP),
    region!("GovCloud, pre-production, internal", "private.internal.wxai.prep.ibmforusgov.com", "internal.api.dai.prep.ibmforusgov.com", GOV_PREP),
    region!("QA (yp-qa)", "yp-qa.ml.cloud.ibm.com", "api.dataplatform.test.cloud.ibm.com", private: "api.dataplatform.test.cloud.ibm.com", IAM),
    region!("QA (yp-cr)", "yp-cr.ml.cloud.ibm.com", "api.dataplatform.test.cloud.ibm.com", private: "api.dataplatform.test.cloud.ibm.com", IAM),
    region!("QA (wxai-qa)", "wxai-qa.ml.cloud.ibm.com", "api.dai.test.cloud.ibm.com", private: "api.dai.test.cloud.ibm.com", IAM),
    region!("Development", "us-south.ml.test.cloud.ibm.com", "api.dataplatform.dev.cloud.ibm.com", private: "api.dataplatform.dev.cloud.ibm.com", IAM_TEST),
    region!("Test (wml-fvt)", "wml-fvt.ml.test.cloud.ibm.com", "api.dataplatform.dev.cloud.ibm.com", private: "api.dataplatform.dev.cloud.ibm.com", IAM_TEST),
    region!("Development (MCSP)", "wml-mcsp-dev.ml.test.cloud.ibm.com", "api.dai.dev.cloud.ibm.com", private: "api.dai.dev.cloud.ibm.com", IAM_TEST),
    region!("Development (AWS)", "dev.aws.wxai.ibm.com", "api.dev.aws.data.ibm.com", private: "api.dev.aws.data.ibm.com", MCSP_TEST),
    region!("Test (AWS)", "test.aws.wxai.ibm.com", "api.test.aws.data.ibm.com", private: "api.test.aws.data.ibm.com", MCSP_TEST),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_host_stands_for_one_region() {
        let mut hosts = HashSet::new();
        for region in all() {
            assert!(hosts.insert(region.wml_url.trim_start_matches("https://")), "{}", region.name);
            assert_eq!(region_of(region.wml_url), Some(region));
            assert_eq!(platform_for(region.wml_url), Some(region.platform_url));
            if let Some((host, platform)) = region.private {
                assert!(hosts.insert(host), "{}", region.name);
                assert_eq!(platform_for(&format!("https://{host}")), Some(platform));
            }
        }
    }

    #[test]
    fn a_mock_on_this_machine_is_its_own_platform() {
        assert_eq!(platform_on_loopback("http://127.0.0.1:8080/").as_deref(), Some("http://127.0.0.1:8080"));
        assert_eq!(platform_on_loopback("https://localhost:1").as_deref(), Some("https://localhost:1"));
        for url in ["https://us-south.ml.cloud.ibm.com", "https://127.0.0.1.example.com", "127.0.0.1", ""] {
            assert_eq!(platform_on_loopback(url), None, "{url}");
        }
    }

    #[test]
    fn a_url_is_known_by_its_host_alone() {
        assert!(platform_for("https://EU-DE.ml.cloud.ibm.com/ml/v4").is_some());
        for url in [
            "http://eu-de.ml.cloud.ibm.com",
            "https://eu-de.ml.cloud.ibm.com.example.com",
            "https://eu-de.ml.cloud.ibm.com:8443",
            "eu-de.ml.cloud.ibm.com",
            "",
        ] {
            assert_eq!(platform_for(url), None, "{url}");
        }
    }
}
