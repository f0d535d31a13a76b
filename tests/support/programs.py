"""System programs that tests use."""

import os
import shutil

import pytest


def program(name: str, package: str | None = None) -> str:
    """Return the path of a system program; without it skip the test, or fail where CI=true."""
    path = shutil.which(name)
    if path is None:
        reason = f"{name} is not installed: apt-get install {package or name}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return path
