"""The environment of child processes whose coverage is not measured."""

import os


def unmeasured_environment(**variables: str) -> dict[str, str]:
    """Return the present environment with further variables, and without those that start coverage or give pytest options.

    Used for copies of the program, whose lines are not the program's, and for processes that may not write.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_") and name != "PYTEST_ADDOPTS"}
    return kept | variables
