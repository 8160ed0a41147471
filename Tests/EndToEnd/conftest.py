"""The real binary, run as a user runs it."""
import json
import os
import pathlib
import subprocess

import pytest

from daemon import Daemon

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Taken out of the environment, as the daemon refuses variables of this kind that it doesn't know; the processes that pytest-xdist
# starts find it under the other name.
BINARY = pathlib.Path(
    os.environ.pop("ANNSCOPE_BINARY", None) or os.environ.get("TESTED_BINARY") or ROOT / ".build/debug/annscope")
os.environ["TESTED_BINARY"] = str(BINARY)
DEMO = ROOT / "Sources/AnnscopeDaemon/Demo"
# Pictures of the page in `test-output`, which no test needs.
KEEPS_PICTURES = "KEEP_PICTURES" in os.environ
# What listens where the README says, or shares the network of the machine and does so: never both at once.
ON_THE_DEFAULT_PORT = ("test_install.py", "test_systemd.py")


def pytest_addoption(parser):
    parser.addoption(
        "--write-formats-table", action="store_true", help="put the table of formats that the tests find into README.md")


def pytest_configure():
    # Before the libraries are loaded: their threads wait for each other in busy loops, which on a machine that does something else
    # as well takes many times as long as one thread alone.
    os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """With `--dist loadgroup` a file's tests stay together, as they share what is made for them."""
    for item in items:
        name = item.path.name
        item.add_marker(pytest.mark.xdist_group("default port" if name in ON_THE_DEFAULT_PORT else name.removesuffix(".py")))


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


@pytest.fixture(scope="module")
def photos():
    """The demo, read whole."""
    with Daemon(BINARY, "demo").ready() as daemon:
        yield daemon
