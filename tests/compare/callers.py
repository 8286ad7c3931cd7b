"""Callers of IBM's client core for Python, as a plan has them. Prints a line of JSON for each call as it ends.

Nothing in the core is patched.
"""

import json
import os
import sys
import threading
import time
import traceback
from importlib.metadata import version
from urllib.request import Request, urlopen

from ibm_cloud_sdk_core import ApiException, BaseService, get_authenticator_from_environment

PLAN = json.loads(os.environ["COMPARE_PLAN"])


def call(service):
    """One request to the service, with whatever the core puts on it; nothing, or what went wrong."""
    try:
        headers = {"Content-Type": "application/json"}
        service.send(service.prepare_request("POST", PLAN["path"], data=PLAN["body"], headers=headers))
    except ApiException as error:
        traceback.print_exc()
        return f"HTTP {error.status_code}"
    except Exception as error:
        traceback.print_exc()
        return type(error).__name__
    return None


def callers(service, count):
    """So many calls at once: how long each took, and what went wrong."""
    together = threading.Barrier(count)

    def one():
        together.wait()
        start = time.monotonic()
        error = call(service)
        tell({"ms": round((time.monotonic() - start) * 1000), "error": error})

    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def tell(what):
    """A line in one piece, at once: who knows how this ends."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def main():
    tell({"client": f"ibm-cloud-sdk-core {version('ibm-cloud-sdk-core')} (Python)"})
    service = BaseService(
        service_url=PLAN["url"], authenticator=get_authenticator_from_environment("compare")
    )
    for step in PLAN["steps"]:
        time.sleep(step["after_ms"] / 1000)
        if step["well_again"]:
            urlopen(Request(PLAN["rules_url"], method="DELETE"), timeout=30).close()
        callers(service, step["callers"])


main()
