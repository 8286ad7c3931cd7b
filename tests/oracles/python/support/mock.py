"""The mock, where it is controlled from, and what it was asked."""

import json
import os
from urllib.request import Request, urlopen

import jwt

ANNOUNCED = json.loads(os.environ["ORACLE_MOCK"])
URL = ANNOUNCED["url"]
TLS_URL = ANNOUNCED["tls_url"]
CA_FILE = ANNOUNCED["ca_file"]
ADMIN_URL = ANNOUNCED["admin_url"]

INPUT = {"input_data": [{"fields": ["height", "width"], "values": [[1.5, 0.5], [3.0, 2.0]]}]}
VERSION = "2026-10-14"


def control(method, path, body=None):
    """One call to the mock's controls; its answer, if it has one."""
    data = None if body is None else json.dumps(body).encode()
    request = Request(f"{ADMIN_URL}/{path}", data, {"Content-Type": "application/json"}, method=method)
    with urlopen(request, timeout=30) as answer:
        content = answer.read()
    return json.loads(content) if content else None


def reset():
    """Everything as it was at the start: ids and keys, clock, rules, journal."""
    control("POST", "reset")


def clock(**hands):
    """Moves the hands of the mock's clock, in seconds: `advance` on top of what it was, `skew` beside the machine's."""
    control("POST", "clock", hands)


def rules(*scripted):
    """Answers of one's own, until the next reset."""
    control("POST", "rules", scripted)


def requests(to=""):
    """What was asked since the last reset whose path has `to` in it, as `METHOD /path`."""
    seen = control("GET", "journal")["requests"]
    return [f"{request['method']} {request['path']}" for request in seen if to in request["path"]]


def verified(token):
    """The claims of a token whose signature, life and issuer are as the mock publishes them."""
    with urlopen(f"{URL}/identity/.well-known/openid-configuration", timeout=30) as answer:
        issuer = json.load(answer)["issuer"]
    key = jwt.PyJWKClient(f"{URL}/identity/keys").get_signing_key_from_jwt(token)
    required = ["exp", "iat", "iss", "sub"]
    return jwt.decode(token, key, algorithms=["RS256"], issuer=issuer, options={"require": required})
