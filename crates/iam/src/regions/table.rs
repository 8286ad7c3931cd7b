//! The table of regions. The addresses are those in IBM's Python client for watsonx.ai.

use super::{Issuer, Network, Protocol, Region};

/// Domains in which only regions live: a host in one of them that is not in the table is a mistake, or very new.
pub(super) const DOMAINS: &[&str] =
    &["ml.cloud.ibm.com", "ml.test.cloud.ibm.com", "aws.wxai.ibm.com", "ibmforusgov.com"];

const fn iam(url: &'static str, private_url: Option<&'static str>) -> Issuer {
    Issuer { protocol: Protocol::Iam, url, private_url }
}

const fn mcsp(url: &'static str, private_url: Option<&'static str>) -> Issuer {
    Issuer { protocol: Protocol::Mcsp, url, private_url }
}

const IAM: Issuer = iam("https://iam.cloud.ibm.com", Some("https://private.iam.cloud.ibm.com"));
const IAM_TEST: Issuer = iam("https://iam.test.cloud.ibm.com", None);
const AWS: Issuer = mcsp("https://account-iam.platform.saas.ibm.com/api/2.0/apikeys/token", None);
const AWS_TEST: Issuer = mcsp("https://account-iam.platform.test.saas.ibm.com/api/2.0/apikeys/token", None);
const GOV: Issuer = mcsp(
    "https://dai.ibmforusgov.com/api/rest/mcsp/apikeys/token",
    Some("https://account-iam.awsg.usge1.private.platform.ibmforusgov.com/api/2.0/apikeys/token"),
);
const GOV_PREP: Issuer = mcsp(
    "https://dai.prep.ibmforusgov.com/api/rest/mcsp/apikeys/token",
    Some("https://account-iam.awsg.usge1.private.platform.prep.ibmforusgov.com/api/2.0/apikeys/token"),
);

/// Rows in short: a region whose private address is `private.` and the public one, with the platforms of both; then
/// the addresses that are alone.
macro_rules! table {
    (
        pairs: $($id:literal $name:literal $wml:literal $platform:literal $private:literal $issuer:ident;)*
        singles: $($one_id:literal $one_name:literal $network:ident $one_wml:literal $one_platform:expr, $one_issuer:ident;)*
    ) => {
        pub(super) static REGIONS: &[Region] = &[
            $(
                Region {
                    id: $id,
                    name: $name,
                    network: Network::Public,
                    wml_url: concat!("https://", $wml),
                    platform_url: Some(concat!("https://", $platform)),
                    issuer: $issuer,
                },
                Region {
                    id: $id,
                    name: $name,
                    network: Network::Private,
                    wml_url: concat!("https://private.", $wml),
                    platform_url: Some(concat!("https://", $private)),
                    issuer: $issuer,
                },
            )*
            $(
                Region {
                    id: $one_id,
                    name: $one_name,
                    network: Network::$network,
                    wml_url: concat!("https://", $one_wml),
                    platform_url: $one_platform,
                    issuer: $one_issuer,
                },
            )*
        ];
    };
}

// For AWS and test regions the platform is the public one either way.
table! {
    pairs:
    "us-south" "Dallas" "us-south.ml.cloud.ibm.com" "api.dataplatform.cloud.ibm.com" "private.api.dataplatform.cloud.ibm.com" IAM;
    "eu-de" "Frankfurt" "eu-de.ml.cloud.ibm.com" "api.eu-de.dataplatform.cloud.ibm.com" "private.api.eu-de.dataplatform.cloud.ibm.com" IAM;
    "eu-gb" "London" "eu-gb.ml.cloud.ibm.com" "api.eu-gb.dataplatform.cloud.ibm.com" "private.api.eu-gb.dataplatform.cloud.ibm.com" IAM;
    "jp-tok" "Tokyo" "jp-tok.ml.cloud.ibm.com" "api.jp-tok.dataplatform.cloud.ibm.com" "private.api.jp-tok.dataplatform.cloud.ibm.com" IAM;
    "au-syd" "Sydney" "au-syd.ml.cloud.ibm.com" "api.au-syd.dai.cloud.ibm.com" "private.api.au-syd.dai.cloud.ibm.com" IAM;
    "ca-tor" "Toronto" "ca-tor.ml.cloud.ibm.com" "api.ca-tor.dai.cloud.ibm.com" "private.api.ca-tor.dai.cloud.ibm.com" IAM;
    "ap-south-1" "Mumbai (AWS)" "ap-south-1.aws.wxai.ibm.com" "api.ap-south-1.aws.data.ibm.com" "api.ap-south-1.aws.data.ibm.com" AWS;
    "us-east-1" "US East (AWS)" "us-east-1.aws.wxai.ibm.com" "api.us-east-1.aws.data.ibm.com" "api.us-east-1.aws.data.ibm.com" AWS;
    "yp-qa" "QA" "yp-qa.ml.cloud.ibm.com" "api.dataplatform.test.cloud.ibm.com" "api.dataplatform.test.cloud.ibm.com" IAM;
    "yp-cr" "QA" "yp-cr.ml.cloud.ibm.com" "api.dataplatform.test.cloud.ibm.com" "api.dataplatform.test.cloud.ibm.com" IAM;
    "wxai-qa" "QA" "wxai-qa.ml.cloud.ibm.com" "api.dai.test.cloud.ibm.com" "api.dai.test.cloud.ibm.com" IAM;
    "us-south.test" "development" "us-south.ml.test.cloud.ibm.com" "api.dataplatform.dev.cloud.ibm.com" "api.dataplatform.dev.cloud.ibm.com" IAM_TEST;
    "wml-fvt" "test" "wml-fvt.ml.test.cloud.ibm.com" "api.dataplatform.dev.cloud.ibm.com" "api.dataplatform.dev.cloud.ibm.com" IAM_TEST;
    "wml-mcsp-dev" "development (MCSP)" "wml-mcsp-dev.ml.test.cloud.ibm.com" "api.dai.dev.cloud.ibm.com" "api.dai.dev.cloud.ibm.com" IAM_TEST;
    "dev.aws" "development (AWS)" "dev.aws.wxai.ibm.com" "api.dev.aws.data.ibm.com" "api.dev.aws.data.ibm.com" AWS_TEST;
    "test.aws" "test (AWS)" "test.aws.wxai.ibm.com" "api.test.aws.data.ibm.com" "api.test.aws.data.ibm.com" AWS_TEST;
    singles:
    "govcloud" "GovCloud" Public "wxai.ibmforusgov.com" Some("https://api.dai.ibmforusgov.com"), GOV;
    "govcloud" "GovCloud" Private "private.wxai.ibmforusgov.com" None, GOV;
    "govcloud" "GovCloud, internal" Private "private.internal.wxai.ibmforusgov.com" Some("https://internal.api.dai.ibmforusgov.com"), GOV;
    "govcloud-prep" "GovCloud, pre-production" Public "wxai.prep.ibmforusgov.com" Some("https://api.dai.prep.ibmforusgov.com"), GOV_PREP;
    "govcloud-prep" "GovCloud, pre-production" Private "private.wxai.prep.ibmforusgov.com" None, GOV_PREP;
    "govcloud-prep" "GovCloud, pre-production, internal" Private "private.internal.wxai.prep.ibmforusgov.com" Some("https://internal.api.dai.prep.ibmforusgov.com"), GOV_PREP;
}
