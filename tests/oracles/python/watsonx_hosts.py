"""IBM's client for watsonx.ai works with the mock by the names of IBM's own hosts, with the mock for a proxy."""

import logging
import os
import warnings
from importlib.metadata import version

from support import mock, tap

os.environ["HTTPS_PROXY"] = mock.URL

from ibm_watsonx_ai import APIClient, Credentials
from ibm_watsonx_ai.wml_client_error import InvalidCredentialsError

SPACE = mock.ANNOUNCED["space_id"]
REGIONS = ("us-south", "eu-de", "eu-gb", "jp-tok", "au-syd", "ca-tor")

# What it warns of and logs is no news.
warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)


def predictions(host, api_key=mock.ANNOUNCED["api_key"], **more):
    """Scores two rows; how many predictions came back."""
    credentials = Credentials(url=f"https://{host}", api_key=api_key, verify=mock.CA_FILE, **more)
    connected = APIClient(credentials, space_id=SPACE)
    answer = connected.deployments.score(mock.ANNOUNCED["deployment_id"], mock.INPUT)
    return len(answer["predictions"][0]["values"])


def regions():
    """An API key scores in every region."""
    for region in REGIONS:
        tap.equal(predictions(f"{region}.ml.cloud.ibm.com"), 2, region)
    tap.equal(len(mock.requests("/identity/token")), len(REGIONS), "tokens")


def private_hosts():
    """An API key scores by the private name of every region."""
    for region in REGIONS:
        tap.equal(predictions(f"private.{region}.ml.cloud.ibm.com"), 2, region)


def hosted_elsewhere():
    """An API key scores where the platform is hosted by AWS, and is exchanged at another issuer."""
    for region in ("us-east-1", "ap-south-1"):
        for host in (f"{region}.aws.wxai.ibm.com", f"private.{region}.aws.wxai.ibm.com"):
            tap.equal(predictions(host), 2, host)
    tap.equal(mock.requests("/token"), ["POST /api/2.0/apikeys/token"] * 4, "requests")


def trusted_profile():
    """A trusted profile that is taken on with an API key scores."""
    profile = mock.ANNOUNCED["profile_id"]
    tap.equal(predictions("us-south.ml.cloud.ibm.com", trusted_profile_id=profile), 2, "predictions")
    tap.equal(mock.requests("/token"), ["POST /identity/token"] * 2, "requests")


def unknown_api_key():
    """An API key that nobody has is refused, and the error says with which code."""
    error = tap.refused(InvalidCredentialsError, lambda: predictions("us-south.ml.cloud.ibm.com", "nobody's"))
    if "BXNIM0415E" not in str(error):
        raise AssertionError(str(error))


if __name__ == "__main__":
    tap.run(
        f"ibm-watsonx-ai {version('ibm-watsonx-ai')} for Python, by the names of IBM's hosts",
        [regions, private_hosts, hosted_elsewhere, trusted_profile, unknown_api_key],
    )
