"""IBM's own client library for Python gets IAM tokens from the mock. Nothing in it is patched or replaced."""

import os
import time
from importlib.metadata import version

from ibm_cloud_sdk_core import ApiException, get_authenticator_from_environment
from ibm_cloud_sdk_core.authenticators import IAMAuthenticator
from support import mock, service, tap


def authenticator(api_key=mock.ANNOUNCED["api_key"], url=mock.URL, **options):
    """The library's own way to log in with an API key."""
    return IAMAuthenticator(api_key, url=url, **options)


def token_of(login):
    """The token which the library puts on a request."""
    request = {"headers": {}}
    login.authenticate(request)
    scheme, token = request["headers"]["Authorization"].split(" ")
    tap.equal(scheme, "Bearer", "scheme")
    return token


def token_requests():
    """The token requests since the last reset."""
    return mock.requests("/token")


def api_key_of_a_user():
    """An API key of a user gives a token that verifies."""
    claims = mock.verified(token_of(authenticator()))
    tap.equal(claims.get("sub_type"), None, "sub_type")
    tap.equal(claims["exp"] - claims["iat"], 3600, "seconds of life")


def api_key_of_a_service_id():
    """An API key of a Service ID gives a token that verifies and says so."""
    claims = mock.verified(token_of(authenticator(mock.ANNOUNCED["service_api_key"])))
    tap.equal(claims.get("sub_type"), "ServiceId", "sub_type")


def unknown_api_key():
    """An API key that nobody has is refused with 400 and BXNIM0415E."""
    error = tap.refused(ApiException, lambda: token_of(authenticator("no-such-api-key")))
    tap.equal(error.status_code, 400, "status")
    tap.equal(error.http_response.json().get("errorCode"), "BXNIM0415E", "errorCode")


def second_call():
    """A second call takes the token from the cache and makes no request."""
    login = authenticator()
    tap.equal(token_of(login), token_of(login), "token of the second call")
    tap.equal(token_requests(), ["POST /identity/token"], "requests")


def base_url_with_a_slash():
    """A base URL that ends in a slash works, although the library then asks for //identity/token."""
    mock.verified(token_of(authenticator(url=f"{mock.URL}/")))
    tap.equal(token_requests(), ["POST //identity/token"], "requests")


def over_tls():
    """The same over TLS, with the mock's authority trusted."""
    mock.verified(token_of(authenticator(url=mock.TLS_URL)))


def scope_and_client():
    """A scope and a client id with its secret are sent along and do no harm."""
    mock.verified(token_of(authenticator(client_id="bx", client_secret="bx", scope="ibm openid")))


def environment():
    """Variables of a service give an authenticator that puts a token that verifies on a request."""
    os.environ["ORACLE_PROBE_APIKEY"] = mock.ANNOUNCED["api_key"]
    os.environ["ORACLE_PROBE_AUTH_URL"] = mock.URL
    mock.verified(token_of(get_authenticator_from_environment("oracle-probe")))


def old_when_it_comes():
    """A token that has lived through 80 % when it comes is replaced by a fresh one."""
    mock.rules({"route": "token", "nth": 1, "answer": {"token": {"issued": -3000}}})
    login = authenticator()
    token_of(login)
    claims = mock.verified(token_of(login))
    if claims["exp"] < time.time() + 3500:
        raise AssertionError("it is still the old one")
    tap.equal(len(token_requests()), 2, "requests")


def expired_by_the_clock_of_the_client():
    """A token with five seconds left is not used again, and the next one is kept."""
    mock.clock(skew=-3595)
    login = authenticator()
    first = token_of(login)
    mock.clock(skew=0)
    second = token_of(login)
    if first == second:
        raise AssertionError("it is used again")
    seen = len(token_requests())
    tap.equal(token_of(login), second, "token of the third call")
    tap.equal(len(token_requests()), seen, "requests")


def expired_by_the_clock_of_the_service():
    """A token that has run out by the mock's clock is refused by the service, which the library leaves at that."""
    login = authenticator()
    tap.equal(service.score(login), 2, "predictions")
    mock.clock(advance=3601)
    error = tap.refused(ApiException, lambda: service.score(login))
    tap.equal(error.status_code, 401, "status")
    tap.equal(len(token_requests()), 1, "requests")


def key_disabled():
    """A key that was disabled is refused, and accepted once it is enabled again."""
    mock.control("POST", "keys/user/disable")
    error = tap.refused(ApiException, lambda: token_of(authenticator()))
    tap.equal(error.http_response.json().get("errorCode"), "BXNIM0462E", "errorCode")
    mock.control("POST", "keys/user/enable")
    mock.verified(token_of(authenticator()))


def too_many_requests():
    """A 429 reaches the caller with its Retry-After, because the library does not try again."""
    mock.rules({"route": "token", "times": 1, "answer": {"status": 429, "headers": {"Retry-After": "7"}}})
    error = tap.refused(ApiException, lambda: token_of(authenticator()))
    tap.equal(error.status_code, 429, "status")
    tap.equal(error.http_response.headers.get("Retry-After"), "7", "Retry-After")
    tap.equal(len(token_requests()), 1, "requests")


if __name__ == "__main__":
    tap.run(
        f"ibm-cloud-sdk-core {version('ibm-cloud-sdk-core')} for Python, tokens verified by PyJWT {version('PyJWT')}",
        [
            api_key_of_a_user,
            api_key_of_a_service_id,
            unknown_api_key,
            second_call,
            base_url_with_a_slash,
            over_tls,
            scope_and_client,
            environment,
            old_when_it_comes,
            expired_by_the_clock_of_the_client,
            expired_by_the_clock_of_the_service,
            key_disabled,
            too_many_requests,
        ],
    )
