"""Every way to log in that IBM's client library for Python knows, each configured by variables, each up to a score."""

import os
import tempfile
from importlib.metadata import version
from pathlib import Path

from ibm_cloud_sdk_core import ApiException, get_authenticator_from_environment
from ibm_cloud_sdk_core.authenticators import IAMAuthenticator
from support import mock, service, tap

PREFIX = "ORACLE_PROBE_"
PROFILE = mock.ANNOUNCED["profile_id"]


def login(auth_type, **properties):
    """What the library makes of the variables of a service."""
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        del os.environ[name]
    os.environ[f"{PREFIX}AUTH_TYPE"] = auth_type
    os.environ.update({f"{PREFIX}{name}": value for name, value in properties.items()})
    return get_authenticator_from_environment("oracle-probe")


def scores(auth_type, **properties):
    """Asserts that a login scores; the claims of its token."""
    authenticator = login(auth_type, **properties)
    tap.equal(service.score(authenticator), 2, "predictions")
    return mock.verified(authenticator.token_manager.get_token())


def iam():
    """iam: an API key."""
    scores("iam", APIKEY=mock.ANNOUNCED["api_key"], AUTH_URL=mock.URL)


def iam_assume():
    """iamAssume: an API key of a user who takes on a trusted profile."""
    claims = scores(
        "iamAssume", APIKEY=mock.ANNOUNCED["api_key"], IAM_PROFILE_ID=PROFILE, AUTH_URL=mock.URL
    )
    tap.equal(claims["iam_id"], f"iam-{PROFILE}", "iam_id")
    tap.equal(mock.requests("/token"), ["POST /identity/token"] * 2, "requests")


def iam_assume_an_unknown_profile():
    """iamAssume: a trusted profile that nobody made is refused."""
    unknown = f"Profile-{'0' * 8}-0000-4000-8000-{'0' * 12}"
    authenticator = login(
        "iamAssume", APIKEY=mock.ANNOUNCED["api_key"], IAM_PROFILE_ID=unknown, AUTH_URL=mock.URL
    )
    error = tap.refused(ApiException, authenticator.token_manager.get_token)
    if error.status_code not in (400, 401, 403, 404):
        raise AssertionError(f"status {error.status_code}")


def container():
    """container: a compute resource token from a file, for a trusted profile."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "token")
        file.write_text(mock.ANNOUNCED["cr_token"])
        claims = scores(
            "container", CR_TOKEN_FILENAME=str(file), IAM_PROFILE_ID=PROFILE, AUTH_URL=mock.URL
        )
    tap.equal(claims["sub_type"], "Profile", "sub_type")


def vpc():
    """vpc: a virtual server's own identity, in both versions of the metadata service."""
    releases = {"2022-03-01": "/instance_identity/v1/iam_token", "2025-08-26": "/identity/v1/iam_tokens"}
    for release, path in releases.items():
        claims = scores("vpc", IAM_PROFILE_ID=PROFILE, VPC_IMS_VERSION=release, AUTH_URL=mock.URL)
        tap.equal(claims["iam_id"], f"iam-{PROFILE}", "iam_id")
        tap.equal(mock.requests(path), [f"POST {path}"], "requests")


def vpc_without_a_profile():
    """vpc: the profile that is linked to the server, when none is named."""
    tap.equal(scores("vpc", AUTH_URL=mock.URL)["sub_type"], "Profile", "sub_type")


def cp4d():
    """cp4d: a user of Cloud Pak for Data with a password, and with an API key."""
    user = {"USERNAME": mock.ANNOUNCED["username"], "AUTH_URL": f"{mock.URL}/icp4d-api"}
    for secret in ({"PASSWORD": mock.ANNOUNCED["password"]}, {"APIKEY": mock.ANNOUNCED["api_key"]}):
        tap.equal(service.score(login("cp4d", **user, **secret)), 2, "predictions")
    tap.equal(mock.requests("/authorize"), ["POST /icp4d-api/v1/authorize"] * 2, "requests")


def cp4d_with_a_wrong_password():
    """cp4d: a wrong password is refused."""
    user = {"USERNAME": mock.ANNOUNCED["username"], "PASSWORD": "wrong", "AUTH_URL": f"{mock.URL}/icp4d-api"}
    error = tap.refused(ApiException, login("cp4d", **user).token_manager.get_token)
    tap.equal(error.status_code, 401, "status")


def mcsp():
    """mcsp: an API key of the platform behind hosted software."""
    tap.equal(service.score(login("mcsp", APIKEY=mock.ANNOUNCED["api_key"], AUTH_URL=mock.URL)), 2, "predictions")
    tap.equal(mock.requests("/token"), ["POST /siusermgr/api/1.0/apikeys/token"], "requests")


def mcspv2():
    """mcspv2: the same for a scope, with claims of one's own."""
    authenticator = login(
        "mcspv2",
        APIKEY=mock.ANNOUNCED["api_key"],
        AUTH_URL=mock.URL,
        SCOPE_COLLECTION_TYPE="accounts",
        SCOPE_ID="an account",
        CALLER_EXT_CLAIM='{"productID": "prod123"}',
    )
    tap.equal(service.score(authenticator), 2, "predictions")
    tap.equal(mock.requests("/token"), ["POST /api/2.0/accounts/an%20account/apikeys/token"], "requests")


def basic():
    """basic: an API key on the request itself, under the user name apikey."""
    tap.equal(service.score(login("basic", USERNAME="apikey", PASSWORD=mock.ANNOUNCED["api_key"])), 2, "predictions")
    tap.equal(mock.requests("/token"), [], "requests")


def bearer_token():
    """bearerToken: a token that was obtained before."""
    token = IAMAuthenticator(mock.ANNOUNCED["api_key"], url=mock.URL).token_manager.get_token()
    tap.equal(service.score(login("bearerToken", BEARER_TOKEN=token)), 2, "predictions")


def bearer_token_of_somebody_else():
    """bearerToken: a token that this cloud did not make is refused with 401."""
    error = tap.refused(ApiException, lambda: service.score(login("bearerToken", BEARER_TOKEN="a.b.c")))
    tap.equal(error.status_code, 401, "status")


def no_auth():
    """noAuth: a service that wants a login refuses with 401."""
    error = tap.refused(ApiException, lambda: service.score(login("noAuth")))
    tap.equal(error.status_code, 401, "status")


if __name__ == "__main__":
    tap.run(
        f"ibm-cloud-sdk-core {version('ibm-cloud-sdk-core')} for Python",
        [
            iam,
            iam_assume,
            iam_assume_an_unknown_profile,
            container,
            vpc,
            vpc_without_a_profile,
            cp4d,
            cp4d_with_a_wrong_password,
            mcsp,
            mcspv2,
            basic,
            bearer_token,
            bearer_token_of_somebody_else,
            no_auth,
        ],
    )
