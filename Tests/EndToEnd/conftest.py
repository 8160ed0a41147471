"""The real binary, run as a user runs it."""
import json
import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Taken out of the environment, as the daemon refuses variables of this kind that it doesn't know.
BINARY = pathlib.Path(os.environ.pop("ANNSCOPE_BINARY", ROOT / ".build/debug/annscope"))
DEMO = ROOT / "Sources/AnnscopeDaemon/Demo"


def pytest_addoption(parser):
    parser.addoption(
        "--write-formats-table", action="store_true", help="put the table of formats that the tests find into README.md")


@pytest.fixture(scope="session")
def annscope_binary():
    return BINARY


@pytest.fixture(scope="session")
def annscope():
    def run(*arguments, check=True):
        return subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, check=check, timeout=60)

    return run


@pytest.fixture(scope="session")
def search(annscope):
    def run(path, **options):
        arguments = ["search", path, "--json", "--trace"]
        for name, value in options.items():
            option = "--" + name.replace("_", "-")
            if value is True:
                arguments.append(option)
            else:
                arguments += [option, json.dumps(value) if isinstance(value, list) else value]
        return json.loads(annscope(*arguments).stdout)

    return run


@pytest.fixture(scope="session")
def demo():
    return DEMO
