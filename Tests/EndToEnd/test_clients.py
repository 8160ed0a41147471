"""push, watch and record where the daemon is not at a plain address."""
import json
import re
import subprocess

import pytest

from conftest import BINARY
from daemon import WAIT, Daemon, wait_for
from test_access import certificate
from test_recorded_items import recorded_items
from test_recording import INDEX, Program, recorded_so_far


class Place:
    """A daemon, and how clients of the command line reach it."""

    def __init__(self, daemon, *options):
        self.daemon = daemon
        self.options = [str(option) for option in options]

    def push(self, *arguments, **more):
        return subprocess.run(
            [BINARY, "push", INDEX, *self.options, *arguments], capture_output=True, text=True, timeout=WAIT, **more)


@pytest.fixture(scope="module", params=["unix", "tls"])
def place(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("place")
    if request.param == "unix":
        path = folder / "annscope.sock"
        with Daemon(BINARY, "demo", "--listen", "127.0.0.1:0", listen=f"unix:{path}").ready() as daemon:
            yield Place(daemon, "--server", f"unix:{path}")
        return
    certificate(folder, "here")
    daemon = Daemon(
        BINARY, "demo", "--tls-certificate", str(folder / "certificate.pem"), "--tls-key", str(folder / "key.pem"), scheme="https")
    yield Place(daemon, "--server", daemon.url, "--ca-file", folder / "certificate.pem")
    assert daemon.stop() == 0


def searched(place, *arguments, **more):
    """The results of a push, once the daemon has read its files."""
    runs = []

    def is_answered():
        runs.append(place.push(*arguments, **more))
        return runs[-1].returncode == 0 or "no index" not in runs[-1].stderr

    wait_for(is_answered)
    assert runs[-1].returncode == 0, runs[-1].stderr
    return [json.loads(line) for line in runs[-1].stdout.splitlines()]


def test_searches_are_pushed(place):
    [answer] = searched(place, "--label", "40", "--k", "3")
    assert answer["index"] == INDEX and answer["results"][0]["label"] == 40
    lines = "".join(json.dumps({"label": label}) + "\n" for label in range(5))
    answers = searched(place, "-", "--k", "1", "--ef", "200", input=lines)
    assert [answer["results"][0]["label"] for answer in answers] == list(range(5))


def test_searches_are_watched_and_recorded(place, tmp_path):
    searched(place, "--label", "40")
    output = tmp_path / "live.jsonl"
    watch = Program(BINARY, "watch", INDEX, "--count", "1", *place.options)
    record = Program(BINARY, "record", "--index", INDEX, "--output", output, "--pictures", *place.options)

    def has_ended():
        searched(place, "--label", "40", "--source", "a test")
        return watch.process.poll() is not None and any(
            event["type"] == "search.finished" for event in recorded_so_far(output, f"searches/{INDEX}")) and any(
            "picture" in item for item in recorded_items(output))

    wait_for(has_ended)
    assert watch.end(None) == 0 and watch.says("a test", "out")
    assert record.end() == 0


@pytest.mark.parametrize("command", [["push", INDEX, "--label", "40"], ["watch", INDEX], ["record"]])
def test_only_a_certificate_of_a_known_authority_is_trusted(command, tmp_path):
    for name in ("served", "other"):
        (tmp_path / name).mkdir()
        certificate(tmp_path / name, "here")
    (tmp_path / "none.pem").write_text("nothing")
    daemon = Daemon(
        BINARY, "demo", "--tls-certificate", str(tmp_path / "served/certificate.pem"), "--tls-key", str(tmp_path / "served/key.pem"),
        scheme="https")
    for options, status, words in [
        ([], 1, "can't be reached"), (["--ca-file", tmp_path / "other/certificate.pem"], 1, "can't be reached"),
        (["--ca-file", tmp_path / "missing.pem"], 1, "can't be read"), (["--ca-file", tmp_path / "none.pem"], 1, "holds no certificate"),
    ]:
        run = subprocess.run(
            [BINARY, *command, "--server", daemon.url, *options], capture_output=True, text=True, timeout=WAIT, cwd=tmp_path)
        assert run.returncode == status and words in run.stderr, (options, run.stderr)
    assert daemon.stop() == 0


@pytest.mark.parametrize("options, words", [
    (["--server", "unix:run/x"], "unix:/run/annscope/socket"), (["--server", "unix:/" + "x" * 108], "must be an address"),
    (["--server", "http://127.0.0.1:1/", "--ca-file", "x"], "only https"), (["--server", "unix:/x", "--ca-file", "x"], "only https"),
])
def test_what_is_no_address_is_said(annscope, options, words):
    run = annscope("push", INDEX, "--label", "1", *options, check=False)
    assert run.returncode == 64 and words in run.stderr


def test_nobody_at_a_socket_is_said(annscope, tmp_path):
    for command in (["push", INDEX, "--label", "1"], ["watch", INDEX]):
        run = annscope(*command, "--server", f"unix:{tmp_path}/nobody", check=False)
        assert run.returncode == 1 and f"unix:{tmp_path}/nobody can't be reached: is the daemon running there?" in run.stderr


def test_push_goes_on_with_a_daemon_that_was_started_anew():
    daemon = Daemon(BINARY, "demo").ready()
    process = subprocess.Popen(
        [BINARY, "push", INDEX, "-", "--server", daemon.url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def push():
        process.stdin.write('{"label": 40}\n')
        process.stdin.flush()
        return json.loads(process.stdout.readline())["results"]

    first = push()
    assert daemon.stop() == 0
    again = Daemon(BINARY, "demo", listen=f"127.0.0.1:{daemon.port}").ready()
    assert push() == first
    process.stdin.close()
    assert process.wait(WAIT) == 0
    assert again.stop() == 0


def test_large_searches_are_pushed_no_faster_than_the_daemon_takes_them(tmp_path):
    configuration = tmp_path / "annscope.toml"
    configuration.write_text("[rates]\nrequests = 20\nrequest_burst = 20\n")
    with Daemon(BINARY, "demo", "--config", str(configuration)).ready() as daemon:
        line = json.dumps({"label": 40, "subject": {"image": "data:image/png;base64," + "A" * 200_000}})
        run = Place(daemon, "--server", daemon.url).push("-", input=f"{line}\n" * 7)
        assert run.returncode == 0 and len(run.stdout.splitlines()) == 7, run.stderr


def test_a_request_that_is_larger_than_the_daemon_takes_is_not_sent(photos):
    run = Place(photos, "--server", photos.url).push("-", input=json.dumps([0.5] * 1_100_000))
    assert run.returncode == 1 and re.search(r"is more than the daemon takes \(\d+\)", run.stderr)
