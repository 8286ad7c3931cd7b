"""LiteLLM's watsonx provider works with the mock. Nothing in it is patched."""

import asyncio
import base64
import os
from importlib.metadata import version

from support import mock, tap

# It would read its prices from the network.
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
os.environ["WATSONX_IAM_URL"] = f"{mock.URL}/identity/token"

import litellm
from ibm_cloud_sdk_core.authenticators import IAMAuthenticator
from litellm.llms.watsonx.common_utils import iam_token_cache

KEY = {"api_key": mock.ANNOUNCED["api_key"]}
SPACE = {"space_id": mock.ANNOUNCED["space_id"]}
PROJECT = {"project_id": mock.ANNOUNCED["project_id"]}
MODEL = "ibm/granite-4-h-small"
EMBEDDING_MODEL = "watsonx/ibm/slate-125m-english-rtrvr-v2"
RERANK_MODEL = "watsonx/cross-encoder/ms-marco-minilm-l-12-v2"
DEPLOYED = f"deployment/{mock.ANNOUNCED['deployment_id']}"
QUESTION = [{"role": "user", "content": "one two three"}]
ANSWER = "three two one"
# It sends no prompt for this model.
UNPROMPTED = "Hello there"

litellm.suppress_debug_info = True


def token():
    """A token that was obtained before."""
    return IAMAuthenticator(mock.ANNOUNCED["api_key"], url=mock.URL).token_manager.get_token()


def asked(**more):
    """What every call is told, and what this one is."""
    return {"model": f"watsonx/{MODEL}", "messages": QUESTION, "api_base": mock.URL, **more}


def content(answer):
    return answer.choices[0].message.content


def completed(**more):
    return content(litellm.completion(**asked(**more)))


def streamed(**more):
    return joined(litellm.completion(**asked(stream=True, **more)))


def joined(pieces):
    return "".join(piece.choices[0].delta.content or "" for piece in pieces)


def scenario(work):
    """LiteLLM keeps tokens for the whole process, which the mock forgets between scenarios."""

    def fresh():
        iam_token_cache.flush_cache()
        work()

    fresh.__doc__ = work.__doc__
    return fresh


def configured(work, **variables):
    """Does it with these variables set, and with no other configuration."""
    os.environ.update(variables)
    try:
        return work()
    finally:
        for name in variables:
            del os.environ[name]


def chat():
    """A chat is answered in a space and in a project, at once and in pieces."""
    for place in (SPACE, PROJECT):
        tap.equal(completed(**KEY, **place), ANSWER, f"answer in {place}")
        tap.equal(streamed(**KEY, **place), ANSWER, f"pieces in {place}")


def chat_in_a_coroutine():
    """A chat is answered to a coroutine, at once and in pieces."""

    async def ask():
        whole = await litellm.acompletion(**asked(**KEY, **PROJECT))
        pieces = await litellm.acompletion(**asked(stream=True, **KEY, **PROJECT))
        return content(whole), joined([piece async for piece in pieces])

    tap.equal(asyncio.run(ask()), (ANSWER, ANSWER), "answers")


def text():
    """A prompt that the library loses on its way is gone on from all the same, at once and in pieces."""
    lost = {"model": f"watsonx_text/{MODEL}", **KEY, **PROJECT}
    tap.equal(completed(**lost), UNPROMPTED, "text")
    tap.equal(streamed(**lost), UNPROMPTED, "pieces")
    tap.equal(content(asyncio.run(litellm.acompletion(**asked(**lost)))), UNPROMPTED, "text for a coroutine")


def prompt():
    """A prompt that the library has a template for is answered from its words."""
    templated = "watsonx_text/ibm-mistralai/mixtral-8x7b-instruct-v01-q"
    tap.equal(completed(model=templated, **KEY, **PROJECT), "[/INST] three two one <s>[INST]", "text")
    answer = litellm.text_completion(
        model=f"watsonx/{MODEL}", prompt="one two three", api_base=mock.URL, **KEY, **PROJECT
    )
    tap.equal(answer.choices[0].text, ANSWER, "text completion")


def deployed_model():
    """A deployment chats and generates, told a space or nothing."""
    for place in ({}, SPACE):
        tap.equal(completed(model=f"watsonx/{DEPLOYED}", **KEY, **place), ANSWER, "answer")
        tap.equal(streamed(model=f"watsonx/{DEPLOYED}", **KEY, **place), ANSWER, "pieces")
        tap.equal(completed(model=f"watsonx_text/{DEPLOYED}", **KEY, **place), UNPROMPTED, "text")


def embeddings():
    """Texts become vectors, for a coroutine too."""
    wanted = {"model": EMBEDDING_MODEL, "input": ["one two", "three"], "api_base": mock.URL, **KEY, **SPACE}
    vectors = [one["embedding"] for one in litellm.embedding(**wanted).data]
    tap.equal(len(vectors), 2, "vectors")
    again = asyncio.run(litellm.aembedding(**wanted))
    tap.equal([one["embedding"] for one in again.data], vectors, "the same vectors")


def rerank():
    """Texts are ordered by how well they fit a query."""
    answer = litellm.rerank(
        model=RERANK_MODEL,
        query="three",
        documents=["one two", "three"],
        top_n=1,
        api_base=mock.URL,
        **KEY,
        **PROJECT,
    )
    tap.equal([one["index"] for one in answer.results], [1], "order")


def forms():
    """An answer is JSON when that is asked for, and comes as often as that is."""
    tap.equal(completed(response_format={"type": "json_object"}, **KEY, **PROJECT), f'{{"answer":"{ANSWER}"}}', "JSON")
    answer = litellm.completion(**asked(n=2, max_tokens=2, **KEY, **PROJECT))
    tap.equal([one.message.content for one in answer.choices], ["three two"] * 2, "answers")
    tap.equal(answer.choices[0].finish_reason, "length", "reason")


def ways_in():
    """A token, a Zen key and a header of one's own are each enough for a chat, and ask for no token."""
    pair = f"{mock.ANNOUNCED['username']}:{mock.ANNOUNCED['api_key']}"
    zen = base64.b64encode(pair.encode()).decode()
    bearer = token()
    mock.control("DELETE", "journal")
    for way in (
        {"token": bearer},
        {"zen_api_key": zen},
        {"extra_headers": {"Authorization": f"Bearer {bearer}"}},
    ):
        tap.equal(completed(**way, **PROJECT), ANSWER, f"answer to {list(way)}")
    tap.equal(mock.requests("/token"), [], "requests")


def variables():
    """Every variable that the library knows for a key, a token or a place is enough to chat."""
    pair = f"{mock.ANNOUNCED['username']}:{mock.ANNOUNCED['api_key']}"
    secrets = {name: mock.ANNOUNCED["api_key"] for name in ("WX_API_KEY", "WATSONX_API_KEY", "WATSONX_APIKEY")}
    secrets["WATSONX_TOKEN"] = token()
    secrets["WATSONX_ZENAPIKEY"] = base64.b64encode(pair.encode()).decode()
    place = {"WATSONX_URL": mock.URL, "WATSONX_PROJECT_ID": mock.ANNOUNCED["project_id"]}
    for name, secret in secrets.items():
        ask = lambda: content(litellm.completion(model=f"watsonx/{MODEL}", messages=QUESTION))
        tap.equal(configured(ask, **{name: secret}, **place), ANSWER, f"answer to {name}")
    for url in ("WATSONX_API_BASE", "WX_URL", "WML_URL"):
        for name, id in (("WATSONX_SPACE_ID", "space_id"), ("WX_PROJECT_ID", "project_id")):
            ask = lambda: content(litellm.completion(model=f"watsonx/{MODEL}", messages=QUESTION, **KEY))
            tap.equal(configured(ask, **{url: mock.URL, name: mock.ANNOUNCED[id]}), ANSWER, f"answer to {name}")


def named_provider():
    """The provider may be named beside the model."""
    tap.equal(completed(model=MODEL, custom_llm_provider="watsonx", **KEY, **PROJECT), ANSWER, "answer")
    tap.equal(streamed(model=MODEL, custom_llm_provider="watsonx", **KEY, **SPACE), ANSWER, "pieces")


def router():
    """A router chats, at once and in pieces, and gets vectors, for a coroutine too."""
    place = {"api_base": mock.URL, **KEY, **PROJECT}
    routes = {"chat": f"watsonx/{MODEL}", "vectors": EMBEDDING_MODEL}
    models = [{"model_name": name, "litellm_params": {"model": model, **place}} for name, model in routes.items()]
    routed = litellm.Router(model_list=models, num_retries=0)
    tap.equal(content(routed.completion(model="chat", messages=QUESTION)), ANSWER, "answer")
    tap.equal(joined(routed.completion(model="chat", messages=QUESTION, stream=True)), ANSWER, "pieces")
    vectors = routed.embedding(model="vectors", input=["one", "two"]).data

    async def ask():
        whole = await routed.acompletion(model="chat", messages=QUESTION)
        pieces = await routed.acompletion(model="chat", messages=QUESTION, stream=True)
        again = await routed.aembedding(model="vectors", input=["one", "two"])
        return content(whole), joined([piece async for piece in pieces]), again.data == vectors

    tap.equal(asyncio.run(ask()), (ANSWER, ANSWER, True), "answers")
    tap.equal(len(mock.requests("/identity/token")), 1, "requests")


def one_token_for_all():
    """A key that is passed is exchanged once, and a key from the environment at every call."""
    for _ in range(3):
        completed(**KEY, **PROJECT)
    tap.equal(len(mock.requests("/identity/token")), 1, "requests with an argument")
    for _ in range(3):
        configured(lambda: completed(**PROJECT), WATSONX_APIKEY=mock.ANNOUNCED["api_key"])
    tap.equal(len(mock.requests("/identity/token")), 4, "requests with a variable")


def service_id():
    """The API key of a Service ID that is an editor of the space chats like anybody's."""
    tap.equal(completed(api_key=mock.ANNOUNCED["service_api_key"], **SPACE), ANSWER, "answer")


def unknown_api_key():
    """An API key that nobody has is refused, and the error says with which code."""
    error = tap.refused(litellm.BadRequestError, lambda: completed(api_key="no-such-api-key", **PROJECT))
    if "BXNIM0415E" not in str(error):
        raise AssertionError(str(error))


def expired_token():
    """A token that has run out by the mock's clock is refused with 401."""
    bearer = token()
    mock.clock(advance=3601)
    error = tap.refused(litellm.AuthenticationError, lambda: completed(token=bearer, **PROJECT))
    if "authentication_token_expired" not in str(error):
        raise AssertionError(str(error))


def refused_in_mid_run():
    """A kept token that runs out by the mock's clock, or whose key is retired, is refused with 401 to every kind of call."""
    vectors = {"model": EMBEDDING_MODEL, "input": ["one"], "api_base": mock.URL, **KEY, **SPACE}
    asks = [
        lambda: completed(**KEY, **PROJECT),
        lambda: streamed(**KEY, **PROJECT),
        lambda: asyncio.run(litellm.acompletion(**asked(**KEY, **PROJECT))),
        lambda: litellm.embedding(**vectors),
        lambda: asyncio.run(litellm.aembedding(**vectors)),
    ]

    def retire():
        kids = mock.control("GET", "signing-keys")["kids"]
        mock.control("POST", "signing-keys")
        for kid in kids:
            mock.control("DELETE", f"signing-keys/{kid}")

    ends = {"expired": lambda: mock.clock(advance=3601), "not_valid": retire}
    for code, end in ends.items():
        mock.reset()
        iam_token_cache.flush_cache()
        for ask in asks:
            ask()
        end()
        for ask in asks:
            error = tap.refused(litellm.AuthenticationError, ask)
            if f"authentication_token_{code}" not in str(error):
                raise AssertionError(str(error))
        tap.equal(len(mock.requests("/identity/token")), 1, "requests")


def unknown_model():
    """A model that nobody offers is not found."""
    tap.refused(litellm.NotFoundError, lambda: completed(model="watsonx/ibm/no-such-model", **KEY, **PROJECT))


if __name__ == "__main__":
    tap.run(
        f"litellm {version('litellm')} for Python",
        [
            scenario(work)
            for work in (
                chat,
                chat_in_a_coroutine,
                text,
                prompt,
                deployed_model,
                embeddings,
                rerank,
                forms,
                ways_in,
                variables,
                named_provider,
                router,
                one_token_for_all,
                service_id,
                unknown_api_key,
                expired_token,
                refused_in_mid_run,
                unknown_model,
            )
        ],
    )
