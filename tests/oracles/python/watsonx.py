"""IBM's client for watsonx.ai works with the mock, over TLS because it will not do without. Nothing in it is patched."""

import asyncio
import logging
from importlib.metadata import version

from ibm_watsonx_ai import APIClient, Credentials
from ibm_watsonx_ai.foundation_models import Embeddings, ModelInference
from ibm_watsonx_ai.wml_client_error import ApiRequestFailure, InvalidCredentialsError, WMLClientError
from support import mock, tap

SPACE = mock.ANNOUNCED["space_id"]
PROJECT = mock.ANNOUNCED["project_id"]
DEPLOYMENT = mock.ANNOUNCED["deployment_id"]
MODEL = "ibm/granite-4-h-small"
EMBEDDING_MODEL = "ibm/slate-125m-english-rtrvr-v2"
QUESTION = [{"role": "user", "content": "one two three"}]
ANSWER = "three two one"

# It logs each error that it raises; those that a scenario wants are no news.
logging.disable(logging.CRITICAL)


def client(api_key=mock.ANNOUNCED["api_key"], token=None, **place):
    """A client which finds all of the cloud at the mock."""
    credentials = Credentials(
        url=mock.TLS_URL,
        platform_url=mock.TLS_URL,
        auth_url=f"{mock.TLS_URL}/identity/token",
        api_key=None if token else api_key,
        token=token,
        verify=mock.CA_FILE,
    )
    return APIClient(credentials, **place)


def predictions(connected):
    """Scores two rows; how many predictions came back."""
    answer = connected.deployments.score(DEPLOYMENT, mock.INPUT)
    return len(answer["predictions"][0]["values"])


def order_of_requests():
    """The first call finds a token, the space and the deployment, in this order and once each."""
    connected = client(space_id=SPACE)
    tap.equal(predictions(connected), 2, "predictions")
    score = f"POST /ml/v4/deployments/{DEPLOYMENT}/predictions"
    tap.equal(mock.requests(), ["POST /identity/token", f"GET /v2/spaces/{SPACE}", score], "requests")


def service_id():
    """The API key of a Service ID that is an editor of the space scores like anybody's."""
    tap.equal(predictions(client(mock.ANNOUNCED["service_api_key"], space_id=SPACE)), 2, "predictions")


def ready_token():
    """A token that was obtained before scores without asking for another."""
    token = client().token
    mock.control("DELETE", "journal")
    tap.equal(predictions(client(token=token, space_id=SPACE)), 2, "predictions")
    tap.equal(mock.requests("/identity/token"), [], "requests")


def deployments():
    """Deployments are listed and read, with their scoring URL."""
    connected = client(space_id=SPACE)
    listed = connected.deployments.get_details()["resources"]
    tap.equal([each["metadata"]["id"] for each in listed], [DEPLOYMENT], "deployments")
    one = connected.deployments.get_details(DEPLOYMENT)
    href = connected.deployments.get_scoring_href(one)
    if f"/ml/v4/deployments/{DEPLOYMENT}/predictions" not in href:
        raise AssertionError(href)


def spaces():
    """Spaces are listed and read, and a space says which instance pays."""
    connected = client(space_id=SPACE)
    ids = [each["metadata"]["id"] for each in connected.spaces.get_details(get_all=True)["resources"]]
    if SPACE not in ids:
        raise AssertionError(f"{SPACE} is not in {ids}")
    compute = connected.spaces.get_details(SPACE)["entity"]["compute"][0]
    tap.equal(compute["type"], "machine_learning", "type")


def members():
    """Members of a space are listed, added, changed and removed."""
    spaces_of = client(space_id=SPACE).spaces
    names = spaces_of.MemberMetaNames
    before = len(spaces_of.list_members(SPACE))
    stranger = {"id": "iam-ServiceId-00000000-0000-4000-8000-000000000000", "type": "service", "role": "viewer"}
    spaces_of.create_member(SPACE, {names.MEMBERS: [stranger]})
    tap.equal(len(spaces_of.list_members(SPACE)), before + 1, "members")
    spaces_of.update_member(SPACE, stranger["id"], {names.MEMBER: {"role": "editor"}})
    spaces_of.delete_member(SPACE, stranger["id"])
    tap.equal(len(spaces_of.list_members(SPACE)), before, "members")


def generation():
    """Text is generated in a space and in a project, at once and in pieces."""
    for place in ({"space_id": SPACE}, {"project_id": PROJECT}):
        model = ModelInference(model_id=MODEL, api_client=client(**place))
        tap.equal(model.generate_text("one two three"), ANSWER, f"text in {place}")
        tap.equal("".join(model.generate_text_stream("one two three")), ANSWER, f"pieces in {place}")


def chat():
    """A chat is answered, at once and in pieces."""
    model = ModelInference(model_id=MODEL, api_client=client(project_id=PROJECT))
    tap.equal(model.chat(messages=QUESTION)["choices"][0]["message"]["content"], ANSWER, "answer")
    choices = [piece["choices"][0] for piece in model.chat_stream(messages=QUESTION) if piece["choices"]]
    tap.equal("".join(choice["delta"].get("content", "") for choice in choices), ANSWER, "pieces")


def chat_in_a_coroutine():
    """A chat is answered to a coroutine."""
    model = ModelInference(model_id=MODEL, api_client=client(space_id=SPACE))

    async def ask():
        answer = await model.achat(messages=QUESTION)
        await model.aclose_persistent_connection()
        return answer

    tap.equal(asyncio.run(ask())["choices"][0]["message"]["content"], ANSWER, "answer")


def embeddings():
    """Texts become vectors, one each and all of one length."""
    model = Embeddings(model_id=EMBEDDING_MODEL, api_client=client(space_id=SPACE))
    vectors = model.embed_documents(["one two", "three"])
    tap.equal(len(vectors), 2, "vectors")
    tap.equal(len(set(map(len, vectors))), 1, "lengths")
    tap.equal(model.embed_query("one two"), vectors[0], "vector of the same text")


def tokens():
    """A text is taken apart into tokens."""
    model = ModelInference(model_id=MODEL, api_client=client(space_id=SPACE))
    tap.equal(model.tokenize("one two three")["result"]["token_count"], 3, "tokens")


def deployed_model():
    """A deployment generates and chats without being told which model or space."""
    model = ModelInference(deployment_id=DEPLOYMENT, api_client=client(space_id=SPACE))
    tap.equal(model.generate_text("one two three"), ANSWER, "text")
    tap.equal(model.chat(messages=QUESTION)["choices"][0]["message"]["content"], ANSWER, "answer")


def cloud_pak_for_data():
    """Against Cloud Pak for Data a user scores with a password, and with an API key."""
    user = {"url": mock.TLS_URL, "username": mock.ANNOUNCED["username"], "verify": mock.CA_FILE}
    for secret in ({"password": mock.ANNOUNCED["password"]}, {"api_key": mock.ANNOUNCED["api_key"]}):
        credentials = Credentials(instance_id="openshift", version="5.2", **user, **secret)
        tap.equal(predictions(APIClient(credentials, space_id=SPACE)), 2, "predictions")
    tap.equal(mock.requests("/authorize"), ["POST /icp4d-api/v1/authorize"] * 2, "requests")


def nearly_expired_by_the_clock_of_the_client():
    """A token with a minute left is replaced before the next call, and the next one is kept."""
    mock.clock(skew=-3540)
    connected = client(space_id=SPACE)
    mock.clock(skew=0)
    tap.equal(predictions(connected), 2, "predictions")
    seen = len(mock.requests("/identity/token"))
    tap.equal(predictions(connected), 2, "predictions")
    tap.equal(len(mock.requests("/identity/token")), seen, "requests")


def expired_by_the_clock_of_the_service():
    """A token that has run out by the mock's clock is refused four times over, and not replaced."""
    connected = client(space_id=SPACE)
    mock.clock(advance=3601)
    error = tap.refused(ApiRequestFailure, lambda: predictions(connected))
    tap.equal(error.response.status_code, 401, "status")
    tap.equal(error.response.json()["errors"][0]["code"], "authentication_token_expired", "code")
    tap.equal(len(mock.requests("/predictions")), 4, "attempts")
    tap.equal(len(mock.requests("/identity/token")), 1, "requests")


def unknown_api_key():
    """An API key that nobody has is refused, and the error says with which code."""
    error = tap.refused(InvalidCredentialsError, lambda: client("no-such-api-key"))
    if "BXNIM0415E" not in str(error):
        raise AssertionError(str(error))


def token_service_hiccup():
    """A token service that fails once is asked again."""
    mock.rules({"route": "token", "times": 1, "answer": {"status": 503}})
    client()
    tap.equal(len(mock.requests("/identity/token")), 2, "requests")


def too_many_requests():
    """A 429 of the token service is taken for bad credentials."""
    mock.rules({"route": "token", "answer": {"status": 429, "headers": {"Retry-After": "1"}}})
    tap.refused(InvalidCredentialsError, client)
    tap.equal(len(mock.requests("/identity/token")), 1, "requests")


def no_such_space():
    """A space that nobody made cannot be chosen."""
    tap.refused(WMLClientError, lambda: client(space_id="00000000-0000-4000-8000-000000000000"))


def not_a_member():
    """A Service ID that is no member of the space may not score in it."""
    user = client(space_id=SPACE)
    user.spaces.delete_member(SPACE, mock.ANNOUNCED["iam_id"])
    stranger = client(mock.ANNOUNCED["service_api_key"])
    tap.refused(WMLClientError, lambda: stranger.set.default_space(SPACE))


if __name__ == "__main__":
    tap.run(
        f"ibm-watsonx-ai {version('ibm-watsonx-ai')} for Python",
        [
            order_of_requests,
            service_id,
            ready_token,
            deployments,
            spaces,
            members,
            generation,
            chat,
            chat_in_a_coroutine,
            embeddings,
            tokens,
            deployed_model,
            cloud_pak_for_data,
            nearly_expired_by_the_clock_of_the_client,
            expired_by_the_clock_of_the_service,
            unknown_api_key,
            token_service_hiccup,
            too_many_requests,
            no_such_space,
            not_a_member,
        ],
    )
