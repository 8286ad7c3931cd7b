"""The Model Gateway, as IBM's client for watsonx.ai calls it. Nothing in it is patched."""

import asyncio
import logging
from importlib.metadata import version

from ibm_watsonx_ai import APIClient, Credentials
from ibm_watsonx_ai.gateway import Gateway
from ibm_watsonx_ai.wml_client_error import ApiRequestFailure, WMLClientError
from support import mock, tap

SPACE = {"space_id": mock.ANNOUNCED["space_id"]}
PROJECT = {"project_id": mock.ANNOUNCED["project_id"]}
MODEL = "ibm/granite-4-h-small"
EMBEDDING_MODEL = "ibm/slate-125m-english-rtrvr-v2"
QUESTION = [{"role": "user", "content": "one two three"}]
PROMPT = "one two three"
ANSWER = "three two one"
CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOL = {"type": "function", "function": {"name": "weather", "parameters": CITY}}

# It logs each error that it raises; those that a scenario wants are no news.
logging.disable(logging.CRITICAL)


def credentials(api_key=mock.ANNOUNCED["api_key"], token=None):
    return Credentials(
        url=mock.TLS_URL,
        platform_url=mock.TLS_URL,
        auth_url=f"{mock.TLS_URL}/identity/token",
        api_key=None if token else api_key,
        token=token,
        verify=mock.CA_FILE,
    )


def gateway(*, api_key=mock.ANNOUNCED["api_key"], token=None, **place):
    return Gateway(api_client=APIClient(credentials(api_key, token), **place))


def content(answer):
    return answer["choices"][0]["message"]["content"]


def joined(pieces):
    choices = [piece["choices"][0] for piece in pieces if piece["choices"]]
    return "".join(choice["delta"].get("content") or "" for choice in choices)


def not_valid(asked):
    """Asserts that a chat is refused for its token."""
    error = tap.refused(ApiRequestFailure, lambda: asked.chat.completions.create(MODEL, QUESTION))
    tap.equal(error.response.status_code, 401, "status")
    tap.equal(error.response.json()["error"]["code"], "authentication_token_not_valid", "code")


def chat():
    """A chat is answered in a space, in a project and in neither, at once and in pieces."""
    for place in (SPACE, PROJECT, {}):
        completions = gateway(**place).chat.completions
        answer = completions.create(MODEL, QUESTION)
        tap.equal((content(answer), answer["object"]), (ANSWER, "chat.completion"), f"answer in {place}")
        tap.equal(answer["usage"]["total_tokens"], 6, "tokens")
        tap.equal(joined(completions.create(MODEL, QUESTION, stream=True)), ANSWER, f"pieces in {place}")
    tap.equal(set(mock.requests("/gateway/")), {"POST /ml/gateway/v1/chat/completions"}, "requests")


def credentials_alone():
    """Credentials without a client are enough, of a user and of a Service ID."""
    for key in ("api_key", "service_api_key"):
        asked = Gateway(credentials=credentials(mock.ANNOUNCED[key]))
        tap.equal(content(asked.chat.completions.create(MODEL, QUESTION)), ANSWER, key)


def usage_of_pieces():
    """An answer in pieces says what it cost when asked to."""
    options = {"stream": True, "stream_options": {"include_usage": True}, "max_tokens": 2}
    pieces = list(gateway(**SPACE).chat.completions.create(MODEL, QUESTION, **options))
    tap.equal(joined(pieces).split(), ["three", "two"], "pieces")
    tap.equal(pieces[-2]["choices"][0]["finish_reason"], "length", "reason")
    tap.equal(pieces[-1]["usage"]["total_tokens"], 5, "tokens")


def tools():
    """A tool is called, whichever way the choice is put."""
    completions = gateway(**SPACE).chat.completions
    for choice in ("auto", "required", {"type": "function", "function": {"name": "weather"}}):
        choice = completions.create(MODEL, QUESTION, tools=[TOOL], tool_choice=choice)["choices"][0]
        tap.equal(choice["finish_reason"], "tool_calls", "reason")
        called = choice["message"]["tool_calls"][0]["function"]
        tap.equal(called, {"name": "weather", "arguments": f'{{"city":"{PROMPT}"}}'}, "call")
    tap.equal(content(completions.create(MODEL, QUESTION, tools=[TOOL], tool_choice="none")), ANSWER, "answer")


def completions():
    """Prompts go on, one or several, at once and in pieces."""
    asked = gateway(**PROJECT).completions
    answer = asked.create(MODEL, PROMPT)
    tap.equal((answer["choices"][0]["text"], answer["object"]), (ANSWER, "text_completion"), "text")
    several = asked.create(MODEL, [PROMPT, "a b"], n=2)
    tap.equal([one["text"] for one in several["choices"]], [ANSWER] * 2 + ["b a"] * 2, "texts")
    tap.equal(several["usage"], {"prompt_tokens": 5, "completion_tokens": 10, "total_tokens": 15}, "usage")
    pieces = asked.create(MODEL, PROMPT, stream=True)
    tap.equal("".join(piece["choices"][0]["text"] for piece in pieces), ANSWER, "pieces")


def embeddings():
    """Texts become vectors, one or several."""
    asked = gateway(**SPACE).embeddings
    several = asked.create(EMBEDDING_MODEL, ["one two", "three"])["data"]
    tap.equal([one["index"] for one in several], [0, 1], "indices")
    one = asked.create(EMBEDDING_MODEL, "one two")["data"]
    tap.equal([vector["embedding"] for vector in one], [several[0]["embedding"]], "the same vector")


def in_a_coroutine():
    """A coroutine chats, goes on and gets vectors, at once and in pieces."""
    asked = gateway(**SPACE)

    async def ask():
        whole = content(await asked.chat.completions.acreate(MODEL, QUESTION))
        pieces = await asked.chat.completions.acreate(MODEL, QUESTION, stream=True)
        parts = joined([piece async for piece in pieces])
        text = (await asked.completions.acreate(MODEL, PROMPT))["choices"][0]["text"]
        pieces = await asked.completions.acreate(MODEL, PROMPT, stream=True)
        texts = "".join([piece["choices"][0]["text"] async for piece in pieces])
        vectors = await asked.embeddings.acreate(EMBEDDING_MODEL, [PROMPT])
        return whole, parts, text, texts, len(vectors["data"])

    tap.equal(asyncio.run(ask()), (ANSWER, ANSWER, ANSWER, ANSWER, 1), "answers")


def models():
    """Models are listed, all and those of a provider, and one is read."""
    asked = gateway(**SPACE)
    listed = asked.models.list()
    if not {MODEL, "gpt-4o"} <= set(listed["MODEL"]):
        raise AssertionError(str(listed))
    provider = asked.providers.list().iloc[0]
    tap.equal(provider["TYPE"], "watsonxai", "type")
    own = asked.models.get_details(provider_id=provider["ID"])["data"]
    tap.equal(own[0]["id"], MODEL, "model")
    one = asked.models.get_details(model_id=asked.models.get_id(own[0]))
    tap.equal(one, own[0], "model that is read")


def a_provider_of_ones_own():
    """A provider and a model are registered, asked by an alias and removed."""
    asked = gateway(**SPACE)
    made = asked.providers.create("anthropic", "mine", data={"apikey": "not a real one"})
    provider = asked.providers.get_id(made)
    tap.equal(asked.providers.get_details(provider)["name"], "mine", "name")
    model = asked.models.create(provider, "a-model", alias="nick", metadata={"context_window": 8192})
    tap.equal(model["owned_by"], "anthropic:mine", "owner")
    tap.equal(asked.providers.list_available_models(provider)["MODEL_ID"].tolist(), ["a-model"], "available")
    for name in ("a-model", "nick"):
        tap.equal(content(asked.chat.completions.create(name, QUESTION)), ANSWER, name)
    tap.equal(asked.models.delete(asked.models.get_id(model)), "SUCCESS", "deletion")
    tap.refused(ApiRequestFailure, lambda: asked.chat.completions.create("nick", QUESTION))
    tap.equal(asked.providers.delete(provider), "SUCCESS", "deletion")
    tap.refused(ApiRequestFailure, lambda: asked.providers.get_details(provider))


def policies_and_rate_limits():
    """Policies and rate limits are kept, listed and removed."""
    asked = gateway(**SPACE)
    policy = asked.policies.create(action="read", resource="model/1", subject=mock.ANNOUNCED["iam_id"])
    tap.equal(asked.policies.list()["ID"].tolist(), [policy["uuid"]], "policies")
    tap.equal(asked.policies.delete(policy["uuid"]), "SUCCESS", "deletion")
    limit = asked.rate_limits.create_for_tenant(request={"amount": 5, "duration": "1m", "capacity": 5})
    id = asked.rate_limits.get_id(limit)
    tap.equal(asked.rate_limits.list()["ID"].tolist(), [id], "limits")
    changed = asked.rate_limits.update_for_tenant(id, request={"amount": 6, "duration": "1m", "capacity": 6})
    tap.equal(changed["request"]["amount"], 6, "amount")
    tap.equal(asked.rate_limits.delete(id), "SUCCESS", "deletion")


def unknown_model():
    """A model that nobody registered is refused in the gateway's own envelope."""
    create = gateway(**SPACE).chat.completions.create
    error = tap.refused(ApiRequestFailure, lambda: create("no-such-model", QUESTION))
    tap.equal(error.response.status_code, 404, "status")
    tap.equal(error.response.json()["error"]["code"], "model_not_supported", "code")


def expired_token():
    """A token that has run out by the mock's clock is refused with 401, at once and in pieces."""
    asked = gateway(**SPACE)
    mock.clock(advance=3601)
    error = tap.refused(ApiRequestFailure, lambda: asked.chat.completions.create(MODEL, QUESTION))
    tap.equal(error.response.status_code, 401, "status")
    tap.equal(error.response.json()["error"]["code"], "authentication_token_expired", "code")
    error = tap.refused(WMLClientError, lambda: list(asked.chat.completions.create(MODEL, QUESTION, stream=True)))
    if "authentication_token_expired" not in str(error):
        raise AssertionError(str(error))


def revoked_token():
    """A token is refused whose signature is nobody's, or of a key that was retired."""
    token = APIClient(credentials(), **SPACE).token
    asked = gateway(token=token)
    not_valid(gateway(token=token.rsplit(".", 1)[0] + ".AAAA"))
    kids = mock.control("GET", "signing-keys")["kids"]
    mock.control("POST", "signing-keys")
    tap.equal(content(asked.chat.completions.create(MODEL, QUESTION)), ANSWER, "answer to the old key")
    for kid in kids:
        mock.control("DELETE", f"signing-keys/{kid}")
    not_valid(asked)


def no_member():
    """A Service ID that is no member of the space is refused where the space is named."""
    asked = gateway(api_key=mock.ANNOUNCED["service_api_key"], **SPACE)
    APIClient(credentials(), **SPACE).spaces.delete_member(SPACE["space_id"], mock.ANNOUNCED["iam_id"])
    error = tap.refused(ApiRequestFailure, lambda: asked.chat.completions.create(MODEL, QUESTION))
    tap.equal(error.response.status_code, 403, "status")


if __name__ == "__main__":
    tap.run(
        f"ibm-watsonx-ai {version('ibm-watsonx-ai')} for Python, at the Model Gateway",
        [
            chat,
            credentials_alone,
            usage_of_pieces,
            tools,
            completions,
            embeddings,
            in_a_coroutine,
            models,
            a_provider_of_ones_own,
            policies_and_rate_limits,
            unknown_model,
            expired_token,
            revoked_token,
            no_member,
        ],
    )
