"""A Service ID, its keys and its place in a space, set up by IBM's own clients. Nothing in them is patched."""

from importlib.metadata import version

from ibm_cloud_sdk_core import ApiException
from ibm_cloud_sdk_core.authenticators import IAMAuthenticator
from ibm_platform_services import IamIdentityV1
from support import mock, service, tap

ACCOUNT = mock.ANNOUNCED["account_id"]
MEMBERS = f"/v2/spaces/{mock.ANNOUNCED['space_id']}/members"


def login(api_key):
    """Tokens for an API key."""
    return IAMAuthenticator(api_key, url=mock.URL)


def identity_services():
    """The client, logged in as the account's user."""
    client = IamIdentityV1(authenticator=login(mock.ANNOUNCED["api_key"]))
    client.set_service_url(mock.URL)
    return client


def service_id_with_a_key(identity):
    """A new Service ID and a key of its own."""
    created = identity.create_service_id(account_id=ACCOUNT, name="nightly", description="Scores at night").get_result()
    key = identity.create_api_key(name="first", iam_id=created["iam_id"], account_id=ACCOUNT).get_result()
    return created, key


def from_nothing_to_a_score():
    """A Service ID that is made, given a key and made editor of the space scores with it."""
    identity = identity_services()
    created, key = service_id_with_a_key(identity)
    details = identity.get_api_keys_details(iam_api_key=key["apikey"]).get_result()
    tap.equal((details["id"], details["iam_id"]), (key["id"], created["iam_id"]), "key by its value")

    worker = login(key["apikey"])
    tap.equal(mock.verified(worker.token_manager.get_token())["iam_id"], created["iam_id"], "iam_id")
    stranger = tap.refused(ApiException, lambda: service.score(worker))
    tap.equal(stranger.status_code, 403, "status before it is a member")

    member = {"id": created["iam_id"], "type": "service", "role": "editor"}
    service.call(login(mock.ANNOUNCED["api_key"]), "POST", MEMBERS, {"members": [member]})
    tap.equal(service.score(worker), 2, "predictions")


def rotation():
    """A second key takes over, and the first one is refused once it is deleted."""
    identity = identity_services()
    _, first = service_id_with_a_key(identity)
    second = identity.create_api_key(name="second", iam_id=first["iam_id"], account_id=ACCOUNT).get_result()
    listed = identity.list_api_keys(account_id=ACCOUNT, iam_id=first["iam_id"]).get_result()["apikeys"]
    tap.equal({key["id"] for key in listed}, {first["id"], second["id"]}, "keys")

    identity.delete_api_key(first["id"])
    mock.verified(login(second["apikey"]).token_manager.get_token())
    error = tap.refused(ApiException, login(first["apikey"]).token_manager.get_token)
    tap.equal(error.status_code, 400, "status")
    tap.equal(error.http_response.json().get("errorCode"), "BXNIM0415E", "errorCode")


def locked():
    """A locked key cannot be deleted, a locked Service ID cannot be changed."""
    identity = identity_services()
    created, key = service_id_with_a_key(identity)
    identity.lock_api_key(key["id"])
    tap.refused(ApiException, lambda: identity.delete_api_key(key["id"]))
    identity.unlock_api_key(key["id"])
    identity.delete_api_key(key["id"])
    identity.lock_service_id(created["id"])
    tap.refused(ApiException, lambda: identity.delete_service_id(created["id"]))
    identity.unlock_service_id(created["id"])
    identity.delete_service_id(created["id"])


def changed_behind_ones_back():
    """A Service ID is changed with its entity tag, and not with the tag before."""
    identity = identity_services()
    created, _ = service_id_with_a_key(identity)
    changed = identity.update_service_id(created["id"], if_match=created["entity_tag"], description="By day").get_result()
    tap.equal(changed["description"], "By day", "description")
    stale = lambda: identity.update_service_id(created["id"], if_match=created["entity_tag"], description="Never")
    tap.equal(tap.refused(ApiException, stale).status_code, 409, "status")


def viewer():
    """A viewer may not score, and may once made an editor."""
    user = login(mock.ANNOUNCED["api_key"])
    worker = login(mock.ANNOUNCED["service_api_key"])
    member = f"{MEMBERS}/{mock.ANNOUNCED['iam_id']}"
    for role, status in (("viewer", 403), ("editor", None)):
        patch = [{"op": "replace", "path": "/role", "value": role}]
        service.call(user, "PATCH", member, patch)
        if status:
            tap.equal(tap.refused(ApiException, lambda: service.score(worker)).status_code, status, role)
        else:
            tap.equal(service.score(worker), 2, "predictions")


def no_such_service_id():
    """A Service ID that nobody made is not found."""
    error = tap.refused(ApiException, lambda: identity_services().get_service_id(f"ServiceId-{'0' * 8}"))
    tap.equal(error.status_code, 404, "status")


if __name__ == "__main__":
    tap.run(
        f"ibm-platform-services {version('ibm-platform-services')} for Python",
        [
            from_nothing_to_a_score,
            rotation,
            locked,
            changed_behind_ones_back,
            viewer,
            no_such_service_id,
        ],
    )
