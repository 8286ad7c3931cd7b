use std::collections::HashSet;

use super::*;

#[test]
fn every_address_is_one_row_and_leads_back_to_it() {
    let mut hosts = HashSet::new();
    for region in all() {
        assert!(hosts.insert(region.wml_url), "{} twice", region.wml_url);
        assert_eq!(region_of(region.wml_url), Some(region));
        assert_eq!(platform_for(region.wml_url), region.platform_url);
        assert_eq!(check(region.wml_url).unwrap(), Some(region));
        assert!(is_of_ibm(region.wml_url), "{}", region.wml_url);
        let urls =
            [Some(region.wml_url), region.platform_url, Some(region.issuer.url), region.issuer.private_url];
        for url in urls.into_iter().flatten() {
            let parsed = Url::parse(url).unwrap();
            assert!(parsed.scheme() == "https" && parsed.as_str().trim_end_matches('/') == url, "{url}");
        }
    }
}

#[test]
fn the_public_address_of_a_name_comes_first() {
    for region in all().filter(|region| region.network == Network::Public) {
        assert_eq!(named(region.id).unwrap().wml_url, region.wml_url);
        assert_eq!(named(&region.id.to_uppercase()).unwrap().id, region.id);
    }
}

#[test]
fn each_kind_of_region_has_its_issuer() {
    let issuer = |url: &str| region_of(url).unwrap().issuer.url;
    assert_eq!(issuer("https://private.us-south.ml.cloud.ibm.com"), "https://iam.cloud.ibm.com");
    assert_eq!(issuer("https://yp-qa.ml.cloud.ibm.com"), "https://iam.cloud.ibm.com");
    assert_eq!(issuer("https://wml-fvt.ml.test.cloud.ibm.com"), "https://iam.test.cloud.ibm.com");
    let aws = "https://account-iam.platform.saas.ibm.com/api/2.0/apikeys/token";
    assert_eq!(issuer("https://ap-south-1.aws.wxai.ibm.com"), aws);
    let gov = region_of("https://private.internal.wxai.ibmforusgov.com").unwrap().issuer;
    assert_eq!(
        (gov.protocol, gov.url),
        (Protocol::Mcsp, "https://dai.ibmforusgov.com/api/rest/mcsp/apikeys/token")
    );
    assert!(gov.private_url.unwrap().contains(".private.platform.ibmforusgov.com/"));
}

#[test]
fn a_slip_and_a_strange_region_are_errors_with_the_nearest_names() {
    let fault = |url: &str| {
        let error = check(url).unwrap_err();
        (error.message().to_owned(), error.hint().unwrap_or_default().to_owned())
    };
    for slip in [
        "https://us-suoth.ml.cloud.ibm.com",
        "https://us-south.ml.clod.ibm.com",
        "https://us-south.ml.cloud.ibm.co",
        "https://us-south.ml.cloud.ibm.com.",
        "https://ussouth.ml.cloud.ibm.com/ml/v4",
    ] {
        let (message, hint) = fault(slip);
        assert_eq!(message, "the URL of the service is nearly that of a region", "{slip}");
        assert!(hint.starts_with("did you mean https://us-south.ml.cloud.ibm.com?"), "{slip}: {hint}");
    }
    let (message, hint) = fault("https://kr-seoul.ml.cloud.ibm.com");
    assert_eq!(message, "the URL of the service is not that of a known region");
    assert!(
        hint.starts_with("the nearest known are https://") && hint.ends_with("give platform_url, too"),
        "{hint}"
    );
    let (message, hint) = fault("https://api.eu-de.dataplatform.cloud.ibm.com/");
    assert_eq!(message, "the URL of the service is that of the platform");
    assert_eq!(hint, "the service is at https://eu-de.ml.cloud.ibm.com");
    for elsewhere in
        ["https://cpd.apps.cluster.example.com", "http://127.0.0.1:1", "https://localhost", "nonsense"]
    {
        assert_eq!(check(elsewhere).unwrap(), None, "{elsewhere}");
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
