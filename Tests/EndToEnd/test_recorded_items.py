"""What queries and results are is recorded, with their pictures, and shown in a replay."""
import json
import urllib.error
import urllib.request

import pytest

from browser import Page
from daemon import Daemon, guarded_demo, wait_for
from test_recording import INDEX, Program, Replay, lines, recorded_so_far, run_searches

VIEWER, PUBLISHER = "0123456789abcdef-viewer", "0123456789abcdef-publisher"


def recorded_items(path):
    try:
        return [item for line in lines(path) if "items" in line for item in line["items"]["items"]]
    except json.JSONDecodeError:
        return []


def recorded(program_binary, daemon, output, *options, token=None):
    """Records three searches of a daemon; the items of their results, and the last search."""
    program = Program(
        program_binary, "record", "--server", daemon.url, "--index", INDEX, "--output", output, *options,
        env={"ANNSCOPE_TOKEN": VIEWER} if token else None)
    wait_for(lambda: output.exists() and any(
        event["type"] == "layout.finished" for event in recorded_so_far(output, f"layout/{INDEX}")))
    client = daemon.client(token=token) if token else daemon.client()
    answers = run_searches(client, 3)
    nodes = {hit["node"] for answer in answers for hit in answer["results"]}
    # Each search is for the vector of an item.
    items = client.ask("index.items", index=INDEX, labels=list(range(3)), nodes=sorted(nodes))["items"]

    def has_all():
        return {item["node"] for item in items} <= {item["node"] for item in recorded_items(output) if "picture" in item or "--pictures" not in options}

    wait_for(has_all)
    assert program.end() == 0, program.lines
    assert not program.says("pictures are not recorded")
    return items, answers[-1]["search"]


@pytest.fixture(scope="module")
def recording(annscope_binary, tmp_path_factory):
    """A recording with pictures of a daemon that asks for a token, and the pictures."""
    folder = tmp_path_factory.mktemp("pictures")
    daemon = guarded_demo(annscope_binary, folder, f"viewer wall {VIEWER}", f"publisher app {PUBLISHER}")
    output = folder / "live.jsonl"
    items, last = recorded(annscope_binary, daemon, output, "--pictures", token=PUBLISHER)
    pictures = {item["media"]: fetch(daemon.url + item["media"], VIEWER) for item in items}
    assert daemon.stop() == 0
    return {"path": output, "items": items, "last": last, "pictures": pictures}


def fetch(address, token=None):
    """The status, the headers and the body."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers)) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def test_the_queries_and_results_of_a_replay_are_what_they_were(annscope_binary, recording):
    # Each was asked for once, and came without and with its picture.
    nodes = [item["node"] for item in recorded_items(recording["path"])]
    assert {nodes.count(node) for node in nodes} == {2}
    replay = Replay(annscope_binary, recording["path"], options=["--speed", "100"])
    client = replay.client()
    client.subscribe(f"searches/{INDEX}")
    told = {}
    while not {item["node"] for item in recording["items"]} <= {node for node, item in told.items() if "media" in item}:
        told |= {item["node"]: item for item in client.next("index.items")["items"]}
    shown = [item["node"] for item in recording["items"]]
    assert [told[node] for node in shown] == recording["items"]
    unknown = max(nodes) + 1
    answer = client.ask("index.items", index=INDEX, labels=[unknown], nodes=[*shown, unknown])
    assert answer == {"revision": 1, "items": recording["items"], "missing": [unknown]}
    assert all(item["caption"] for item in answer["items"])
    first = recording["items"][0]
    assert first in client.ask("index.find", index=INDEX, text=first["caption"].upper())["items"]
    assert replay.program.end() == 0


def test_a_replay_serves_the_pictures_as_the_daemon_did(annscope_binary, recording):
    replay = Replay(annscope_binary, recording["path"], options=["--speed", "100"])
    client = replay.client()
    assert next(index for index in client.hello["indexes"] if index["name"] == INDEX)["hasMedia"]
    # Nothing is there before its time.
    assert all(fetch(replay.url + path)[0] == 404 for path in recording["pictures"])
    client.subscribe(f"searches/{INDEX}")
    wait_for(lambda: replay.program.says("the recording is over"))
    for path, (_, headers, body) in recording["pictures"].items():
        status, replayed, bytes_ = fetch(replay.url + path)
        assert status == 200 and bytes_ == body
        for name in ("Content-Type", "Content-Security-Policy", "X-Content-Type-Options", "Cross-Origin-Resource-Policy"):
            assert replayed[name] and replayed[name] == headers[name]
    assert fetch(f"{replay.url}media/{INDEX}/images/nothing.jpg")[0] == 404
    assert replay.program.end() == 0


def test_the_page_shows_the_pictures_of_a_recording(annscope_binary, recording):
    replay = Replay(annscope_binary, recording["path"])
    with Page(replay.url) as page:
        page.open(INDEX)
        page.until(lambda: page.snapshot()["search"] == recording["last"], "the last search")
        page.finished()
        captions = {item["node"]: item["caption"] for item in recording["items"]}
        assert captions[page.snapshot()["results"][0]["node"]] in page.told("result-1")
        page.until(lambda: page.script("return document.querySelector('[data-testid=result-1] img').naturalWidth") > 0, "the picture")
        assert page.told("obstacle") == "A recording can't be searched."
        # There are no pages of items, but those there are can be found.
        assert "find them here" in page.told("gallery-place")
        assert not page.script("return document.querySelector('[data-testid=gallery-on]').checkVisibility()")
        page.fill("gallery-find", captions[page.snapshot()["results"][0]["node"]])
        page.until(lambda: page.script("return document.querySelectorAll('#gallery .grid button').length") > 0, "what is found")
        page.keep("replay-with-pictures")
    assert replay.program.end() == 0


def test_pictures_are_recorded_only_if_asked_for(annscope_binary, tmp_path):
    daemon = Daemon(annscope_binary, "demo").ready()
    output = tmp_path / "live.jsonl"
    recorded(annscope_binary, daemon, output)
    assert daemon.stop() == 0
    assert not any("picture" in item for item in recorded_items(output))
    replay = Replay(annscope_binary, output, options=["--speed", "100"])
    client = replay.client()
    assert not next(index for index in client.hello["indexes"] if index["name"] == INDEX)["hasMedia"]
    client.subscribe(f"searches/{INDEX}")
    assert "media" not in client.next("index.items")["items"][0]
    assert replay.program.end() == 0


def test_each_file_tells_what_its_results_are(annscope_binary, tmp_path):
    output = tmp_path / "r.jsonl"
    daemon = Daemon(annscope_binary, "demo").ready()
    program = Program(
        annscope_binary, "record", "--server", daemon.url, "--index", INDEX, "--output", output, "--max-bytes", "64K", "--files", "9")
    client = daemon.client()

    def has_both():
        # The same results all the time.
        run_searches(client, 3)
        older = tmp_path / "r.jsonl.2"
        return older.exists() and all(recorded_items(path) for path in (older, tmp_path / "r.jsonl.1"))

    wait_for(has_both)
    assert program.end() == 0
    assert daemon.stop() == 0
