"""IBM's own client library for Python gets IAM tokens from the mock. Nothing in it is patched or replaced."""

import json
import os
from importlib.metadata import version
from urllib.request import urlopen

import jwt
from ibm_cloud_sdk_core import ApiException, get_authenticator_from_environment
from ibm_cloud_sdk_core.authenticators import IAMAuthenticator
from support import relay, tap

MOCK = json.loads(os.environ["ORACLE_MOCK"])
URL = MOCK["url"]


def token_for(api_key, url=URL):
    """The token which the library obtains for an API key."""
    return IAMAuthenticator(api_key, url=url).token_manager.get_token()


def verified(token):
    """The claims of a token whose signature, life and issuer are as the mock publishes them."""
    with urlopen(f"{URL}/identity/.well-known/openid-configuration", timeout=30) as answer:
        issuer = json.load(answer)["issuer"]
    key = jwt.PyJWKClient(f"{URL}/identity/keys").get_signing_key_from_jwt(token)
    required = ["exp", "iat", "iss", "sub"]
    return jwt.decode(token, key, algorithms=["RS256"], issuer=issuer, options={"require": required})


def api_key_of_a_user():
    """An API key of a user gives a token that verifies."""
    claims = verified(token_for(MOCK["api_key"]))
    tap.equal(claims.get("sub_type"), None, "sub_type")
    tap.equal(claims["exp"] - claims["iat"], 3600, "seconds of life")


def api_key_of_a_service_id():
    """An API key of a Service ID gives a token that verifies and says so."""
    claims = verified(token_for(MOCK["service_api_key"]))
    tap.equal(claims.get("sub_type"), "ServiceId", "sub_type")


def unknown_api_key():
    """An API key that nobody has is refused with 400 and BXNIM0415E."""
    try:
        token_for("no-such-api-key")
    except ApiException as error:
        tap.equal(error.status_code, 400, "status")
        tap.equal(error.http_response.json().get("errorCode"), "BXNIM0415E", "errorCode")
    else:
        raise AssertionError("it was accepted")


def second_call():
    """A second call takes the token from the cache and makes no request."""
    with relay.in_front_of(URL) as front:
        authenticator = IAMAuthenticator(MOCK["api_key"], url=front.url)
        first, second = {"headers": {}}, {"headers": {}}
        authenticator.authenticate(first)
        authenticator.authenticate(second)
    tap.equal(front.paths, ["/identity/token"], "requests")
    tap.equal(first, second, "headers of the second call")


def base_url_with_a_slash():
    """A base URL that ends in a slash works, although the library then asks for //identity/token."""
    with relay.in_front_of(URL) as front:
        verified(token_for(MOCK["api_key"], url=f"{front.url}/"))
    tap.equal(front.paths, ["//identity/token"], "requests")


def scope_and_client():
    """A scope and a client id with its secret are sent along and do no harm."""
    authenticator = IAMAuthenticator(
        MOCK["api_key"], url=URL, client_id="bx", client_secret="bx", scope="ibm openid"
    )
    verified(authenticator.token_manager.get_token())


def environment():
    """Variables of a service give an authenticator that puts a token that verifies on a request."""
    os.environ["ORACLE_PROBE_APIKEY"] = MOCK["api_key"]
    os.environ["ORACLE_PROBE_AUTH_URL"] = URL
    request = {"headers": {}}
    get_authenticator_from_environment("oracle-probe").authenticate(request)
    scheme, token = request["headers"]["Authorization"].split(" ")
    tap.equal(scheme, "Bearer", "scheme")
    verified(token)


if __name__ == "__main__":
    tap.run(
        f"ibm-cloud-sdk-core {version('ibm-cloud-sdk-core')} for Python, tokens verified by PyJWT {version('PyJWT')}",
        [
            api_key_of_a_user,
            api_key_of_a_service_id,
            unknown_api_key,
            second_call,
            base_url_with_a_slash,
            scope_and_client,
            environment,
        ],
    )
