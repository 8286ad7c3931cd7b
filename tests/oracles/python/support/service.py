"""Watson Machine Learning and its platform as any service that IBM generates a client for: a base class and an authenticator."""

import json

from ibm_cloud_sdk_core import BaseService
from support import mock


def call(authenticator, method, path, data=None, params=None, url=mock.URL):
    """The answer to one call, as the library reads it."""
    service = BaseService(service_url=url, authenticator=authenticator)
    headers = {"Accept": "application/json", "Content-Type": "application/json"}
    body = None if data is None else json.dumps(data)
    request = service.prepare_request(method, path, data=body, params=params, headers=headers)
    return service.send(request).get_result()


def score(authenticator, url=mock.URL):
    """Scores two rows; how many predictions came back."""
    path = f"/ml/v4/deployments/{mock.ANNOUNCED['deployment_id']}/predictions"
    answer = call(authenticator, "POST", path, mock.INPUT, {"version": mock.VERSION}, url)
    return len(answer["predictions"][0]["values"])
