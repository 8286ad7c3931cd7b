use proptest::prelude::*;

use super::*;

const U: &str = "urn:ibm:params:oauth:grant-type";

fn fields(grant: &Grant) -> Vec<(String, String)> {
    form_urlencoded::parse(&grant.fields().to_form()).into_owned().collect()
}

/// In one text, sorted: IBM's clients do not agree on the order.
fn sent(grant: Result<Grant, AuthError>) -> String {
    let mut fields: Vec<_> =
        fields(&grant.unwrap()).into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    fields.sort();
    fields.join("&").replace(U, "U")
}

fn secret(text: &str) -> Secret {
    Secret::from(text)
}

fn key(text: &str) -> ApiKey {
    ApiKey::parse(secret(text)).unwrap()
}

#[test]
fn an_api_key_is_sent_as_ibms_sdks_send_it() {
    let form = String::from_utf8(Grant::api_key(&key("a+b&c=d e/é%~*'()!:@")).fields().to_form()).unwrap();
    assert_eq!(
        form,
        "grant_type=urn%3Aibm%3Aparams%3Aoauth%3Agrant-type%3Aapikey\
         &apikey=a%2Bb%26c%3Dd+e%2F%C3%A9%25%7E*%27%28%29%21%3A%40&response_type=cloud_iam"
    );
}

#[test]
fn each_grant_has_the_fields_that_ibms_clients_send() {
    assert_eq!(
        sent(Grant::refresh_token(&secret("r+t"))),
        "grant_type=refresh_token&refresh_token=r+t&response_type=cloud_iam"
    );
    assert_eq!(
        sent(Grant::passcode(&secret("Ab1"))),
        "grant_type=U:passcode&passcode=Ab1&response_type=cloud_iam"
    );
    assert_eq!(
        sent(Grant::delegated_refresh_token(&secret("d"))),
        "grant_type=U:delegated-refresh-token&refresh_token=d"
    );
    assert_eq!(
        sent(Grant::service_authorization(&secret("t"), "crn:v1:x")),
        "access_token=t&desired_iam_id=crn-crn:v1:x&grant_type=U:iam-authz"
    );
    let [id, crn, name, name_in] = [
        Profile::by_id("Profile-1"),
        Profile::by_crn("crn:v1:p"),
        Profile::by_name("my profile"),
        Profile::by_name_in("my profile", "acc"),
    ]
    .map(Result::unwrap);
    let assume = |profile| sent(Grant::assume(&secret("t"), profile));
    assert_eq!(assume(&id), "access_token=t&grant_type=U:assume&profile_id=Profile-1");
    assert_eq!(assume(&crn), "access_token=t&grant_type=U:assume&profile_crn=crn:v1:p");
    assert_eq!(assume(&name_in), "access_token=t&account=acc&grant_type=U:assume&profile_name=my profile");
    assert!(Grant::assume(&secret("t"), &name).unwrap_err().is_misconfigured());
    let cr = |profiles: &[Profile]| sent(Grant::cr_token(&secret("c"), profiles));
    assert_eq!(
        cr(&[id.clone(), name.clone()]),
        "cr_token=c&grant_type=U:cr-token&profile_id=Profile-1&profile_name=my profile"
    );
    assert_eq!(cr(&[crn]), "cr_token=c&grant_type=U:cr-token&profile_crn=crn:v1:p");
    assert!(Grant::cr_token(&secret("c"), &[]).unwrap_err().is_misconfigured());
    assert!(Grant::cr_token(&secret("c"), &[name_in]).unwrap_err().is_misconfigured());
}

#[test]
fn a_delegated_refresh_token_is_asked_for_with_its_receivers() {
    let grant = || Grant::api_key(&key("k"));
    assert_eq!(
        sent(grant().with_receivers(&["kube", "other"], Some(Duration::from_secs(3600)))),
        "apikey=k&delegated_refresh_token_expiry=3600&grant_type=U:apikey&receiver_client_ids=kube,other\
         &response_type=cloud_iam delegated_refresh_token"
    );
    assert!(!sent(grant().with_receivers(&["kube"], None)).contains("expiry"));
    for receivers in [&[][..], &[""], &["a,b"], &["a b"], &["kube", "\n"]] {
        assert!(grant().with_receivers(receivers, None).unwrap_err().is_misconfigured(), "{receivers:?}");
    }
    assert!(grant().with_receivers(&["kube"], Some(Duration::ZERO)).unwrap_err().is_misconfigured());
}

#[test]
fn what_cannot_be_sent_is_refused_without_being_shown() {
    let id = Profile::by_id("p").unwrap();
    for text in ["", " ", "hunter2\n", " hunter2", "hunter2\u{0}x"] {
        let text = secret(text);
        for grant in [
            Grant::refresh_token(&text),
            Grant::passcode(&text),
            Grant::delegated_refresh_token(&text),
            Grant::assume(&text, &id),
            Grant::cr_token(&text, std::slice::from_ref(&id)),
            Grant::service_authorization(&text, "crn:v1:x"),
        ] {
            let error = grant.unwrap_err();
            assert!(error.is_misconfigured() && !format!("{error:?}").contains("hunter2"), "{error:?}");
        }
    }
    assert!(Grant::refresh_token(&secret("not_supported")).unwrap_err().is_misconfigured());
    assert!(Grant::service_authorization(&secret("t"), "ServiceId-1").unwrap_err().is_misconfigured());
}

#[test]
fn scope_and_account_are_one_field_each() {
    let grant = || Grant::api_key(&key("k"));
    let set = grant().with_scope("ibm openid").unwrap().with_account("a1").unwrap();
    let set = fields(&set.with_account("a2").unwrap());
    assert!(set.contains(&("scope".into(), "ibm openid".into())));
    assert!(set.contains(&("account".into(), "a2".into())));
    assert_eq!(set.iter().filter(|(name, _)| name == "account").count(), 1);
    assert!(grant().with_scope(" ").unwrap_err().is_misconfigured());
    assert!(grant().with_account("a\nb").unwrap_err().is_misconfigured());
}

#[test]
fn debug_hides_the_secrets() {
    let shown = format!(
        "{:?} {:?}",
        Grant::api_key(&key("hunter2")),
        Grant::assume(&secret("hunter2"), &Profile::by_id("p").unwrap()).unwrap()
    );
    assert!(shown.contains("grant-type:apikey") && !shown.contains("hunter2"), "{shown}");
}

proptest! {
    #[test]
    fn any_key_arrives_as_it_was(text in "\\PC{1,60}") {
        if let Ok(key) = ApiKey::parse(Secret::from(text.as_str())) {
            let grant = Grant::api_key(&key);
            prop_assert!(fields(&grant).contains(&("apikey".into(), text)));
            prop_assert!(grant.fields().to_form().is_ascii());
        }
    }

    #[test]
    fn any_token_arrives_as_it_was(text in "\\PC{1,60}") {
        if let Ok(grant) = Grant::refresh_token(&Secret::from(text.as_str())) {
            prop_assert!(fields(&grant).contains(&("refresh_token".into(), text)));
        }
    }
}
