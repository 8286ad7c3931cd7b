//! A user by the names of other watsonx clients is one of Cloud Pak for Data where a cluster is called, and nobody else is.

use wml_auth_config::AuthType;

use crate::support::Place;

pub(crate) fn holds() {
    const CLUSTER: &str = "https://cpd.example";
    let with = |properties: &[(&str, &str)]| {
        properties.iter().fold(Place::new(), |place, (name, value)| place.set(name, value))
    };
    let of = |properties: &[(&str, &str)]| {
        let resolution = with(properties).resolver().resolve().unwrap();
        let asked = resolution.explanation().token_service.clone().unwrap_or_default();
        (resolution.auth_type(), asked)
    };
    let user = ("WATSONX_USERNAME", "ada");
    let (password, key) = (("WATSONX_PASSWORD", "p"), ("WATSONX_APIKEY", "k"));
    let there = (AuthType::Cp4d, format!("{CLUSTER}/icp4d-api"));
    for proof in [password, key, ("WATSONX_API_KEY", "k")] {
        assert_eq!(of(&[user, proof, ("WATSONX_URL", CLUSTER)]), there, "{proof:?}");
        assert_eq!(of(&[user, proof, ("WATSONX_AI_URL", CLUSTER)]), there, "{proof:?}");
    }
    let instance = ("WATSONX_INSTANCE_ID", "openshift");
    assert_eq!(of(&[user, password, instance, ("WATSONX_URL", CLUSTER)]), there);
    let token = ("WATSONX_TOKEN", "t");
    assert_eq!(of(&[user, key, token, ("WATSONX_URL", CLUSTER)]).0, AuthType::Bearer);
    let dallas = ("WATSONX_URL", "https://us-south.ml.cloud.ibm.com");
    assert_eq!(of(&[user, key, dallas]), (AuthType::Iam, "https://iam.cloud.ibm.com".into()));
    assert_eq!(of(&[user, key, ("WATSONX_REGION", "eu-de")]).0, AuthType::Iam);
    let new = [("WATSONX_URL", "https://xx-new.ml.cloud.ibm.com"), ("WATSONX_AI_PLATFORM_URL", CLUSTER)];
    assert_eq!(of(&[user, key, new[0], new[1]]).0, AuthType::Iam, "whoever names the platform");
    assert_eq!(of(&[user, key]).0, AuthType::Iam, "nobody says that it is a cluster");
    assert_eq!(of(&[key, ("WATSONX_URL", CLUSTER)]).0, AuthType::Iam, "nobody is named");
    let other_key = ("IBMCLOUD_API_KEY", "k");
    assert_eq!(of(&[user, other_key, ("WATSONX_URL", CLUSTER)]).0, AuthType::Iam, "a key of IBM Cloud");

    // The properties of a service are read as IBM's cores read them, whatever the URL.
    let cores = [("WATSONX_AI_USERNAME", "ada"), ("WATSONX_AI_PASSWORD", "p")];
    assert_eq!(of(&[cores[0], cores[1], ("WATSONX_AI_URL", CLUSTER)]).0, AuthType::Basic);
    let cores = [("WATSONX_AI_USERNAME", "ada"), ("WATSONX_AI_APIKEY", "k")];
    assert_eq!(of(&[cores[0], cores[1], ("WATSONX_AI_URL", CLUSTER)]).0, AuthType::Iam);

    // A password goes to no host that another source names.
    let apart = with(&[user, ("WATSONX_PASSWORD", "CANARY")])
        .profiles(&format!("default_profile = \"p\"\n[profiles.p]\nurl = \"{CLUSTER}\""));
    let said = apart.error();
    assert!(said.contains("needs auth_url, or the url of the cluster") && !said.contains("CANARY"), "{said}");
    let file = Place::new().write(
        "here/ibm-credentials.env",
        &format!("WATSONX_USERNAME=ada\nWATSONX_PASSWORD=p\nWATSONX_URL={CLUSTER}\n"),
    );
    assert_eq!(file.resolver().resolve().unwrap().auth_type(), AuthType::Cp4d);
}
