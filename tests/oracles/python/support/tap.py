"""Runs scenarios and reports them in the Test Anything Protocol."""

import sys
import traceback

from support import mock


def run(client, scenarios):
    """Runs each scenario, a function whose first docstring line is its name, on a fresh mock, and ends the process."""
    print(f"# {client}")
    failed = 0
    for number, scenario in enumerate(scenarios, start=1):
        name = " ".join(scenario.__doc__.split()).rstrip(".")
        try:
            mock.reset()
            scenario()
            print(f"ok {number} - {name}", flush=True)
        except Exception as error:  # whatever it is, the next scenario still has something to say
            failed += 1
            print(f"not ok {number} - {name}")
            print(f"# {type(error).__name__}: {error}".replace("\n", "\n# "), flush=True)
            traceback.print_exc()
    print(f"1..{len(scenarios)}")
    sys.exit(1 if failed else 0)


def equal(found, wanted, what):
    """Says what was found where something else was wanted."""
    if found != wanted:
        raise AssertionError(f"{what}: wanted {wanted!r}, found {found!r}")


def refused(error_type, work):
    """The error with which `work` is refused; that it is none is an error itself."""
    try:
        work()
    except error_type as error:
        return error
    raise AssertionError("it was accepted")
