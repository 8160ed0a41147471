"""The live view in a real browser, with other programs that push searches."""
import math
import threading
import time

import hnswlib
import numpy
import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from browser import Page
from conftest import BINARY
from daemon import Daemon, wait_for
from wire import Wire

NAME = "changing"
DIMENSION = 16
VECTORS = numpy.random.default_rng(5).random((1200, DIMENSION), dtype=numpy.float32)
# What 2000 searches may leave behind in the page, in bytes.
HEAP_SLACK = 3_000_000


class Ledger:
    """What was told and counted on the stream, as another viewer sees it."""

    def __init__(self, daemon):
        self.client = daemon.client()
        self.client.subscribe(f"searches/{NAME}")
        self.searches = {}
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        try:
            while True:
                self._take(self.client.next(
                    "search.started", "search.finished", "search.recall", "search.counted", seconds=120))
        except Exception:  # noqa: BLE001 - the end of the test
            return

    def _take(self, event):
        if event["type"] == "search.counted":
            for i, number in enumerate(event["search"]):
                source = event["source"][i]
                self.searches[f"s{number}"] = {
                    "source": event["sources"][source], "distances": event["distances"][i], "microseconds": event["microseconds"][i],
                    "recall": event["recall"][i]}
            return
        search = self.searches.setdefault(event["search"], {"recall": None})
        if event["type"] == "search.started":
            search["source"] = event["source"]
        elif event["type"] == "search.finished":
            search.update(distances=event["counters"]["distances"], microseconds=event["microseconds"])
        else:
            search["recall"] = event.get("recall")


def build(path, count):
    index = hnswlib.Index("l2", DIMENSION)
    index.init_index(len(VECTORS), M=8, random_seed=1)
    index.add_items(VECTORS[:count], num_threads=1)
    index.save_index(str(path))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("live")
    build(folder / f"{NAME}.bin", 1000)
    return folder


@pytest.fixture(scope="module")
def daemon(folder):
    with Daemon(BINARY, "serve", folder).ready() as daemon:
        yield daemon


@pytest.fixture(scope="module")
def wire(daemon):
    wire = Wire(daemon.url)
    yield wire
    wire.close()


@pytest.fixture(scope="module")
def page(wire):
    page = Page(f"{wire.url}#v=live&i={NAME}")
    page.until(lambda: page.snapshot()["panels"] is not None and page.snapshot()["map"]["finished"], "the live view")
    yield page
    page.leave()  # the connection that is cut is no fault of the page


def live(page):
    return page.snapshot()["panels"]


def figure(page, name):
    return page.script(f"return document.querySelector('[data-testid=\"figure-{name}\"]')?.textContent")


def push(client, count, source, **more):
    labels = numpy.random.default_rng(count).integers(0, 1000, count).tolist()
    answer = client.ask("search.runMany", index=NAME, labels=labels, source=source, **{"k": 10, "efSearch": 24, **more})
    assert len(answer["results"]) == count
    return answer["results"]


def heap(page):
    page.browser.execute_cdp_cmd("HeapProfiler.enable", {})
    for _ in range(2):
        page.browser.execute_cdp_cmd("HeapProfiler.collectGarbage", {})
    return page.browser.execute_cdp_cmd("Runtime.getHeapUsage", {})["usedSize"]


def test_the_figures_are_those_of_what_was_pushed(page, daemon):
    ledger = Ledger(daemon)
    clients = [daemon.client() for _ in range(3)]
    before = live(page)["total"]
    pushed = []
    for turn in range(4):
        for client, source, count in zip(clients, ("ann-bench", "web-demo", "ingest-check"), (30, 18, 9)):
            pushed += [(source, result) for result in push(client, count, source)]
        time.sleep(0.5)
    for label in range(3):
        pushed.append(("ann-bench", clients[0].ask("search.run", index=NAME, label=label, k=10, efSearch=24, source="ann-bench")))
    assert before == 0 and len(pushed) == 4 * 57 + 3
    page.until(lambda: live(page)["figures"]["ended"] == len(pushed), "all searches")
    wait_for(lambda: sum("distances" in one for one in ledger.searches.values()) == len(pushed))
    # Recalls come after the searches; none is left when both say the same for a while.
    measured = lambda: [one["recall"] for one in ledger.searches.values() if one["recall"] is not None]
    page.until(lambda: len(measured()) == live(page)["figures"]["measured"] > 0, "the recalls")
    figures = live(page)["figures"]
    assert figures["count"] == len(pushed) and figures["failed"] == 0 and figures["k"] == 10
    assert math.isclose(figures["distances"], numpy.mean([result["counters"]["distances"] for _, result in pushed]))
    assert math.isclose(figures["recall"], numpy.mean(measured()), rel_tol=1e-5)
    times = sorted(result["microseconds"] for _, result in pushed)
    assert math.isclose(figures["p95"], times[math.ceil(0.95 * len(times)) - 1], rel_tol=0.05)
    page.until(lambda: sum(live(page)["seconds"]) == len(pushed), "the second in which the last of them came")
    page.until(lambda: f"{figures['recall']:.3f}" in figure(page, "recall") and f"of {len(pushed)} measured" in figure(page, "recall"), "the recall")
    assert f"{round(figures['distances'])}" in figure(page, "distances")
    for source in ("ann-bench", "web-demo", "ingest-check"):
        assert source in page.text("minute")
    told = page.snapshot()["panels"]
    assert told["counted"] + len(told["listed"]) == len(pushed)
    page.until(lambda: "searches a second, recall 0." in page.text("spoken"), "what is said aloud")
    ledger.client.close()


def test_six_are_animated_and_the_rest_are_counted(page, daemon):
    client = daemon.client()
    page.until(lambda: not live(page)["ticks"], "the walks' ends")
    time.sleep(2.6)  # until all of them may give way
    results = push(client, 42, "burst")
    names = [result["search"] for result in results]
    page.until(lambda: len({one["search"] for one in live(page)["animated"]} & set(names)) == 6, "the new walks")
    assert len({one["slot"] for one in live(page)["animated"]}) == len(live(page)["animated"]) == 6
    page.until(lambda: figure(page, "animated") == "6 of 42animated; the rest counted", "the figure")
    page.keep("live")
    page.until(lambda: all(one["ended"] for one in live(page)["animated"]), "the walks' ends")
    for one in live(page)["animated"]:
        trace = client.ask("search.trace", search=one["search"])
        assert one["cursor"] == len(trace["columns"]["kind"])
        nearest = trace["results"][0]["node"]
        assert one["route"][-1] == nearest
    # Their names over the map.
    tags = page.script("return [...document.querySelectorAll('.tag:not([hidden])')].map((tag) => tag.textContent).sort()")
    assert tags == sorted(one["search"] for one in live(page)["animated"])
    client.close()


def test_the_list_keeps_still_and_takes_one_source(page, daemon):
    client = daemon.client()
    page.click("list-pause")
    before = live(page)["listed"]
    push(client, 3, "later", trace="full")
    page.until(lambda: page.told("list-newer") == "3 newer", "the newer ones")
    assert live(page)["listed"] == before
    page.click("list-pause")
    ActionChains(page.browser).move_to_element(page.find("tab-live")).perform()
    page.until(lambda: len(live(page)["listed"]) == len(before) + 3, "the newer ones in the list")
    page.put("list-source", "=later", "change")
    page.until(lambda: len(live(page)["listed"]) == 3, "those of one source")
    page.put("list-source", "", "change")
    client.close()


def test_a_click_opens_a_search(page, daemon):
    client = daemon.client()
    result = push(client, 1, "pinned", trace="full")[0]
    page.until(lambda: result["search"] in live(page)["listed"], "the search in the list")
    page.click(f"search-{result['search']}")
    page.until(lambda: page.snapshot()["view"] == "descent" and page.snapshot()["search"] == result["search"], "the descent")
    shown = page.finished()
    assert [hit["label"] for hit in shown["results"]] == [hit["label"] for hit in result["results"]]
    page.click("tab-live")
    page.until(lambda: page.snapshot()["view"] == "live" and live(page) is not None and "animated" in live(page), "the live view")
    # Nothing is played by itself here, and what was looked at stays.
    other = push(client, 1, "other", trace="full")[0]
    page.until(lambda: other["search"] in live(page)["listed"], "the other one in the list")
    assert page.snapshot()["search"] == result["search"]
    client.close()


def test_keys_of_a_player_do_nothing_where_no_search_is_played(page):
    live(page)
    before = page.snapshot()
    body = page.browser.find_element("tag name", "body")
    for key in (" ", "[", "]", Keys.HOME, Keys.END, Keys.ARROW_LEFT, Keys.ARROW_RIGHT):
        body.send_keys(key)
    after = page.snapshot()
    assert (after["playing"], after["cursor"], after["search"], after["view"]) == (before["playing"], before["cursor"], before["search"], "live")
    # The same key, where a search is played.
    page.click("tab-descent")
    page.until(lambda: page.snapshot()["panels"] is None, "the descent")
    at = page.snapshot()["cursor"]
    body.send_keys(Keys.HOME)
    page.until(lambda: page.snapshot()["cursor"] == 0 != at, "the beginning of the search")
    page.click("tab-live")
    page.until(lambda: page.snapshot()["view"] == "live" and live(page) is not None and "animated" in live(page), "the live view")


def test_an_index_that_is_rewritten_is_marked(page, folder):
    build(folder / f"{NAME}.bin", 1200)
    page.until(lambda: page.snapshot()["revision"] == 2, "the second revision")
    page.until(lambda: live(page)["marks"] == ["r2: 200 vectors added"], "the mark")
    page.until(lambda: page.script("return document.querySelector('.seconds').dataset.marks") == "r2: 200 vectors added", "the drawn mark")


def test_a_connection_that_is_cut_loses_nothing(page, daemon, wire):
    client = daemon.client()
    before = live(page)["total"]
    push(client, 20, "before")
    page.until(lambda: live(page)["total"] == before + 20, "those before")
    wire.cut()
    page.until(lambda: not page.snapshot()["connected"], "the loss")
    push(client, 40, "meanwhile")
    wire.mend()
    push(client, 10, "after")
    page.until(lambda: page.snapshot()["connected"], "the connection")
    page.until(lambda: live(page)["total"] == before + 70, "those that came meanwhile")
    time.sleep(0.5)
    now = live(page)
    assert now["total"] == before + 70 and now["marks"] == ["r2: 200 vectors added"]
    client.close()


def test_two_thousand_searches_leave_nothing_behind_and_then_all_is_at_rest(page, daemon):
    client = daemon.client()
    page.until(lambda: page.snapshot()["map"]["revision"] == 2 and page.snapshot()["map"]["finished"], "the new map")
    before = live(page)["total"]

    def run(count, come=0):
        for end in range(come + 200, come + count + 1, 200):
            for _ in range(4):
                push(client, 50, "many", trace="full")
                time.sleep(0.05)
            page.until(lambda end=end: live(page)["total"] == before + end, f"the first {end}")

    # The list is full then, and all that is made once is made.
    run(600)
    page.until(lambda: not live(page)["ticks"], "the walks' ends")
    first = heap(page)
    run(2000, come=600)
    page.keep("live-after-many")
    page.until(lambda: not live(page)["ticks"], "the walks' ends")
    last = heap(page)
    assert last - first < HEAP_SLACK, f"{first} and then {last} bytes"
    assert 200 <= len(live(page)["listed"]) <= 206
    page.rests(180)
    assert not live(page)["ticks"]
    client.close()
