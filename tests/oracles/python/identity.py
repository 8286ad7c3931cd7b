"""Identities, keys and the account are managed by IBM's own client for them. Nothing in it is patched."""

from importlib.metadata import version

from ibm_cloud_sdk_core import ApiException
from ibm_cloud_sdk_core.authenticators import IAMAssumeAuthenticator, IAMAuthenticator
from ibm_platform_services import IamIdentityV1
from support import mock, tap

ACCOUNT = mock.ANNOUNCED["account_id"]
SERVICE_ID = mock.ANNOUNCED["service_id"]
IAM_ID = mock.ANNOUNCED["iam_id"]


def client(authenticator=None):
    """The client, logged in as the account's user or as somebody else."""
    identity = IamIdentityV1(authenticator=authenticator or login(mock.ANNOUNCED["api_key"]))
    identity.set_service_url(mock.URL)
    return identity


def login(api_key):
    """Tokens for an API key."""
    return IAMAuthenticator(api_key, url=mock.URL)


def life_of_a_key():
    """A key is made, renamed, disabled, enabled, locked, unlocked and deleted, and its history tells."""
    identity = client()
    key = identity.create_api_key(name="mine", iam_id=IAM_ID, account_id=ACCOUNT).get_result()
    changed = identity.update_api_key(
        key["id"], if_match=key["entity_tag"], name="yours", support_sessions=False, action_when_leaked="none"
    ).get_result()
    tap.equal((changed["name"], changed["action_when_leaked"]), ("yours", "none"), "key")
    identity.disable_api_key(key["id"])
    error = tap.refused(ApiException, login(key["apikey"]).token_manager.get_token)
    tap.equal(error.http_response.json()["errorCode"], "BXNIM0462E", "code")
    identity.enable_api_key(key["id"])
    mock.verified(login(key["apikey"]).token_manager.get_token())
    identity.lock_api_key(key["id"])
    identity.unlock_api_key(key["id"])
    read = identity.get_api_key(key["id"], include_history=True, include_activity=True).get_result()
    tap.equal(read["activity"]["authn_count"], 1, "logins")
    if len(read["history"]) < 4:
        raise AssertionError(read["history"])
    identity.delete_api_key(key["id"])
    tap.equal(tap.refused(ApiException, lambda: identity.get_api_key(key["id"])).status_code, 404, "status")


def pages():
    """Keys are listed page by page, in the order that was asked for."""
    identity = client()
    for number in range(3):
        identity.create_api_key(name=f"key {number}", iam_id=IAM_ID, account_id=ACCOUNT)
    names, page = [], None
    while True:
        found = identity.list_api_keys(
            account_id=ACCOUNT, iam_id=IAM_ID, pagesize=2, pagetoken=page, sort="name", order="desc"
        ).get_result()
        names += [key["name"] for key in found["apikeys"]]
        if "next" not in found:
            break
        page = found["next"].partition("pagetoken=")[2].partition("&")[0]
    tap.equal(names, sorted(names, reverse=True), "names")
    tap.equal(len(names), 4, "keys")


def life_of_a_profile():
    """A trusted profile is made, given to a Service ID, assumed by it with an API key, and deleted."""
    identity = client()
    profile = identity.create_profile(name="mine", account_id=ACCOUNT).get_result()
    identity.update_profile(profile["id"], if_match=profile["entity_tag"], description="ours")
    key = mock.ANNOUNCED["service_api_key"]
    # Each time a new one: after a failure it waits for a minute.
    assume = lambda: IAMAssumeAuthenticator(key, iam_profile_id=profile["id"], url=mock.URL).token_manager.get_token()
    tap.refused(ApiException, assume)
    identity.set_profile_identity(profile["id"], "serviceid", identifier=SERVICE_ID, type="serviceid")
    found = identity.get_profile_identities(profile["id"]).get_result()["identities"]
    tap.equal([one["iam_id"] for one in found], [IAM_ID], "identities")
    tap.equal(mock.verified(assume())["iam_id"], profile["iam_id"], "iam_id")
    identity.delete_profile_identity(profile["id"], "serviceid", SERVICE_ID)
    identity.delete_profile(profile["id"])
    names = [one["name"] for one in identity.list_profiles(account_id=ACCOUNT).get_result()["profiles"]]
    if "mine" in names:
        raise AssertionError(names)


def rules_and_links():
    """A profile has rules for claims and links to what computes, each with a life of its own."""
    identity = client()
    profile = mock.ANNOUNCED["profile_id"]
    conditions = [{"claim": "blueGroups", "operator": "CONTAINS", "value": '"ours"'}]
    rule = identity.create_claim_rule(
        profile, type="Profile-SAML", conditions=conditions, realm_name="https://idp.example.com", expiration=3600
    ).get_result()
    identity.get_claim_rule(profile, rule["id"])
    identity.delete_claim_rule(profile, rule["id"])
    crn = "crn:v1:bluemix:public:containers-kubernetes:us-south:a/x:y::"
    target = {"crn": crn, "namespace": "default", "name": "worker"}
    link = identity.create_link(profile, cr_type="IKS_SA", link=target).get_result()
    tap.equal(identity.get_link(profile, link["id"]).get_result()["link"]["name"], "worker", "name")
    identity.delete_link(profile, link["id"])


def account_settings():
    """The account's settings are read and changed, and only by who knows the last revision."""
    identity = client()
    before = identity.get_account_settings(ACCOUNT, include_history=True).get_result()
    tag = before["entity_tag"]
    changed = identity.update_account_settings(
        if_match=tag, account_id=ACCOUNT, mfa="TOTP", session_expiration_in_seconds="3600"
    ).get_result()
    tap.equal((changed["mfa"], changed["session_expiration_in_seconds"]), ("TOTP", "3600"), "settings")
    stale = lambda: identity.update_account_settings(if_match=tag, account_id=ACCOUNT, mfa="NONE")
    tap.equal(tap.refused(ApiException, stale).status_code, 409, "status")
    effective = identity.get_effective_account_settings(ACCOUNT).get_result()
    tap.equal(effective["effective"]["mfa"], "TOTP", "effective settings")


def limits():
    """The account says how much there is in it, and how much there may be."""
    found = client().get_account_limits(ACCOUNT, profiles="true", apikeys_per_identity=IAM_ID).get_result()
    tap.equal(found["apikeys_per_identity"]["identities"], [{"iam_id": IAM_ID, "count": 1}], "keys")
    tap.equal(found["profiles"]["count"], 1, "profiles")


def somebody_else():
    """A Service ID sees its own keys, and may not touch those of others."""
    identity = client(login(mock.ANNOUNCED["service_api_key"]))
    keys = identity.list_api_keys(account_id=ACCOUNT, iam_id=IAM_ID).get_result()["apikeys"]
    tap.equal(len(keys), 1, "keys")
    users = client().get_api_keys_details(iam_api_key=mock.ANNOUNCED["api_key"]).get_result()
    error = tap.refused(ApiException, lambda: identity.delete_api_key(users["id"]))
    tap.equal(error.status_code, 403, "status")


def expired_token():
    """A token that has run out by the mock's clock is refused with 401."""
    identity = client()
    identity.list_service_ids(account_id=ACCOUNT)
    mock.clock(advance=3601)
    error = tap.refused(ApiException, lambda: identity.list_service_ids(account_id=ACCOUNT))
    tap.equal(error.status_code, 401, "status")


if __name__ == "__main__":
    tap.run(
        f"ibm-platform-services {version('ibm-platform-services')} for Python, and the account",
        [
            life_of_a_key,
            pages,
            life_of_a_profile,
            rules_and_links,
            account_settings,
            limits,
            somebody_else,
            expired_token,
        ],
    )
