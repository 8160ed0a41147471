"""What the page says in every state, in a real browser against a real daemon."""
import re
import signal
import subprocess

import hnswlib
import numpy
import pytest

from browser import Page
from conftest import BINARY, DEMO
from daemon import Daemon, guarded_demo, wait_for
from wire import Wire

VECTORS = numpy.random.default_rng(3).random((120, 8), dtype=numpy.float32)
SEES = "to-see-0123456789abcdef"


def build(path, count=60):
    index = hnswlib.Index("l2", 8)
    index.init_index(200, M=6, random_seed=1)
    if count:
        index.add_items(VECTORS[:count], num_threads=1)
    index.save_index(str(path))


@pytest.fixture(scope="module")
def page():
    """One browser for all tests: each opens the daemon that it wants."""
    page = Page.blank()
    page.prefers("reduce")
    yield page
    page.leave()


@pytest.fixture()
def serve(tmp_path):
    """Starts daemons over the test's folder, and ends them."""
    daemons = []

    def start(folder=tmp_path, **options):
        daemons.append(Daemon(BINARY, "serve", folder, **options))
        return daemons[-1].ready()

    yield start
    for daemon in daemons:
        if daemon.process.poll() is None:
            assert daemon.stop() == 0


@pytest.fixture()
def wires():
    made = []

    def make(*arguments):
        made.append(Wire(*arguments))
        return made[-1]

    yield make
    for wire in made:
        wire.close()


def card(page):
    return page.script(
        "const c = document.getElementById('state'); return c && !c.hidden ? c.innerText : ''")


def notices(page):
    return page.script("return document.getElementById('strips').innerText")


def seconds_to_next_try(page):
    return int(re.search(r"Next try in (\d+) s", notices(page)).group(1))


def test_no_index_a_broken_one_and_a_good_one(page, serve, tmp_path):
    daemon = serve()
    page.go(daemon.url)
    page.until(lambda: "No index yet" in card(page) and "annscope serve FOLDER" in card(page), "what to do")
    page.keep("state-no-index")
    build(tmp_path / "whole.bin")
    (tmp_path / "small.bin").write_bytes((tmp_path / "whole.bin").read_bytes()[:1000])
    (tmp_path / "whole.bin").unlink()
    page.until(lambda: "small could not be taken" in card(page) or page.snapshot()["index"] == "whole")
    page.until(lambda: "small could not be taken" in card(page), "the reason")
    reason = daemon.client().subscribe("indexes") and card(page)
    assert any(character.isdigit() for character in reason) and "whole" in reason
    page.keep("state-broken-index")
    build(tmp_path / "small.bin")
    page.until(lambda: page.snapshot()["index"] == "small" and card(page) == "", "the index")


def test_an_empty_index_says_so_and_fills(page, serve, tmp_path):
    build(tmp_path / "young.bin", 0)
    page.go(serve().url)
    page.until(lambda: "young is empty" in card(page) and "no vectors" in card(page), "that it is empty")
    page.keep("state-empty")
    build(tmp_path / "young.bin")
    page.until(lambda: card(page) == "" and page.snapshot()["map"]["total"] == 60, "the vectors")


def test_a_bad_file_names_the_place_and_the_old_revision_answers(page, serve, tmp_path):
    build(tmp_path / "photos.bin")
    page.go(serve().url, "photos")
    (tmp_path / "photos.bin").write_bytes((tmp_path / "photos.bin").read_bytes()[:900])
    page.until(lambda: "could not be taken" in notices(page) and "Revision 1 still answers" in notices(page), "the reason")
    page.until(lambda: "still answers" in page.told("index-photos"))
    assert page.run(label=40)["results"][0]["label"] == 40
    page.keep("state-failed")
    build(tmp_path / "photos.bin", 80)
    page.until(lambda: "still answers" not in notices(page) and "is at revision 2 now" in notices(page), "the new revision")


def test_an_index_that_is_removed_is_told_and_another_shown(page, serve, tmp_path):
    build(tmp_path / "first.bin")
    build(tmp_path / "second.bin", 80)
    page.go(serve().url + "#i=second", "second")
    (tmp_path / "second.bin").unlink()
    page.until(lambda: "second is gone" in notices(page) and "Shown now: first" in notices(page), "what became of it")
    assert page.snapshot()["index"] == "first"
    (tmp_path / "first.bin").unlink()
    page.until(lambda: "No index yet" in card(page), "that there is none")


def test_a_link_to_an_index_that_is_not_there(page, serve, tmp_path):
    build(tmp_path / "first.bin")
    page.go(serve().url + "#i=nowhere&label=3")
    page.until(lambda: "nowhere, which is not here" in notices(page), "that it is not here")


def test_a_vector_of_the_wrong_dimension(page, serve, tmp_path):
    build(tmp_path / "photos.bin")
    page.go(serve().url, "photos")
    page.fill("query-vector", "[1, 2, 3]")
    page.click("run")
    page.until(lambda: "photos takes 8 numbers" in notices(page) or "8" in page.text("query"), "the advice")
    page.keep("state-dimension")
    page.run(label=5)
    assert "Not searched" not in notices(page)


def test_a_token_is_asked_for_and_a_viewer_is_told(page, tmp_path):
    with guarded_demo(BINARY, tmp_path, f"viewer wall {SEES}") as daemon:
        page.load(daemon.url)
        page.until(lambda: page.find("token").is_displayed(), "the question")
        assert "A token is needed" in page.text("state")
        page.keep("state-token")
        page.fill("token", SEES)
        page.click("token-go")
        page.until(lambda: "may watch, not search" in notices(page), "what it may")
        page.until(lambda: page.snapshot()["index"])
        page.keep("state-viewer")
        page.script("sessionStorage.clear()")


def test_a_cut_line_keeps_the_picture_and_loses_nothing(page, serve, wires):
    daemon = serve(folder=DEMO)
    wire = wires(daemon.url)
    page.go(wire.url + "#i=photos-hnsw", "photos-hnsw")
    page.run(label=40)
    wire.cut()
    page.until(lambda: "connection to the daemon is lost" in notices(page) and "Next try in" in notices(page), "that it is lost")
    assert page.script("return document.getElementById('stage').dataset.stale") == "true"
    assert page.snapshot()["map"]["placed"] == 1000 and page.snapshot()["results"]
    page.keep("state-reconnecting")
    other = daemon.client()
    found = other.ask("search.run", index="photos-hnsw", label=41, k=5, efSearch=50, trace="full", source="checkout")
    # The page tries by itself, too: the button is pressed while that is still far off.
    page.until(lambda: seconds_to_next_try(page) >= 5, "a wait that is long enough")
    wire.mend()
    page.click("do-retry")
    page.until(lambda: page.snapshot()["connected"] and "lost" not in notices(page), "the connection")
    page.until(lambda: page.snapshot()["search"] == found["search"] and page.snapshot()["complete"], "what happened meanwhile")
    assert page.snapshot()["total"] == found["events"]
    other.close()


def test_a_daemon_that_goes_down_says_so(page, serve, tmp_path):
    build(tmp_path / "photos.bin")
    daemon = serve()
    page.go(daemon.url, "photos")
    assert daemon.stop() == 0
    page.until(lambda: "goes down, or starts anew" in notices(page) or "is lost" in notices(page), "that it goes down")
    serve(listen=f"127.0.0.1:{daemon.port}")
    page.until(lambda: page.snapshot()["connected"] and notices(page) == "", "the daemon again")


def test_a_daemon_of_another_version_offers_to_reload(page, serve, wires, tmp_path):
    build(tmp_path / "photos.bin")
    daemon = serve()
    version = daemon.client().hello["server"]["version"]
    wire = wires(daemon.url)
    page.go(wire.url, "photos")
    said = f'"version":"{version}"'.encode()
    wire.swap = (said, said.replace(version.encode(), ("9" + version[1:]).encode()))
    wire.cut()
    wire.mend()
    page.until(lambda: f"of version 9{version[1:]} now, this page is that of {version}" in notices(page), "that it is newer")
    page.keep("state-version")
    wire.swap = (b"", b"")
    page.click("do-reload")
    page.until(lambda: page.snapshot().get("index") == "photos" and "version" not in notices(page), "the page anew")


def test_a_revision_that_changes_under_a_paused_search(page, serve, tmp_path):
    build(tmp_path / "photos.bin", 60)
    page.go(serve().url, "photos")
    page.until(lambda: page.snapshot()["map"]["finished"], "the map")
    seen = page.run(label=40)
    page.click("step-back")
    build(tmp_path / "photos.bin", 120)
    page.until(lambda: "is at revision 2 now, this search is of revision 1" in notices(page), "the new revision")
    page.until(lambda: "The picture stays at revision 1" in notices(page) and page.snapshot()["map"]["total"] == 60, "the old picture")
    assert page.snapshot()["cursor"] == seen["total"] - 1 and page.snapshot()["visitedByLayer"]
    page.until(lambda: "60 × 8" in page.text("subtitle"), "what the picture is of")
    page.keep("state-revision")
    page.until(lambda: page.script("return Boolean(document.querySelector('[data-testid=do-newest]'))"), "the new map")
    before = page.snapshot()["search"]
    page.click("do-again")
    page.finished(before)
    page.until(lambda: page.snapshot()["map"]["total"] == 120 and "is at revision" not in notices(page), "the new picture")
    assert page.snapshot()["results"][0]["label"] == 40


def test_a_page_that_reads_too_slowly_is_told_what_it_missed(page, serve, wires):
    daemon = serve(folder=DEMO)
    wire = wires(daemon.url)
    page.go(wire.url + "#i=photos-hnsw", "photos-hnsw")
    page.until(lambda: page.snapshot()["map"]["finished"], "the map")
    page.rests()
    # What the daemon says to a viewer that is far behind; it takes a fast machine to get one there in time.
    wire.say({"jsonrpc": "2.0", "method": "stream.gap", "params": {
        "stream": "searches/photos-hnsw", "from": 10, "to": 52, "reason": "the viewer reads too slowly"}})
    page.until(lambda: "42 events of searches/photos-hnsw were left out" in notices(page), "what it missed")
    page.keep("state-gap")
    page.run(label=40)
    assert "left out" not in notices(page)


def test_a_recording_says_what_it_is(page, serve, tmp_path):
    folder = tmp_path / "indexes"
    folder.mkdir()
    build(folder / "photos.bin")
    daemon = serve(folder=folder)
    tape = tmp_path / "talk.jsonl"
    recorder = subprocess.Popen([BINARY, "record", "--server", daemon.url, "--output", str(tape)])
    wait_for(lambda: tape.exists() and "layout.finished" in tape.read_text())
    daemon.client().ask("search.run", index="photos", label=4, k=3, trace="full")
    wait_for(lambda: "search.finished" in tape.read_text())
    recorder.send_signal(signal.SIGINT)
    recorder.wait(10)
    replay = Daemon(BINARY, "replay", str(tape), keeps_maps=True)
    page.go(replay.url)
    page.until(lambda: "A recording of" in notices(page) and "played at × 1" in notices(page), "that it is one")
    page.until(lambda: page.snapshot()["index"] == "photos", "the index")
    page.until(lambda: "recording" in page.told("connection"), "connection")
    page.keep("state-recording")
    assert replay.stop() in (0, -signal.SIGTERM)
