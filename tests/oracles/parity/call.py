"""One request to a service through IBM's client core for Python, which finds its configuration by itself.

Nothing in the core is patched. What it sends is in the mock's journal.
"""

import os

from ibm_cloud_sdk_core import BaseService, get_authenticator_from_environment

authenticator = get_authenticator_from_environment(os.environ["PARITY_SERVICE"])
if authenticator is None:
    raise SystemExit("the core finds no authenticator")
service = BaseService(service_url=os.environ["PARITY_URL"], authenticator=authenticator)
headers = {"Content-Type": "application/json"}
path, body = os.environ["PARITY_PATH"], os.environ["PARITY_BODY"]
service.send(
    service.prepare_request(
        "POST", path, params={"version": os.environ["PARITY_VERSION"]}, data=body, headers=headers
    )
)
