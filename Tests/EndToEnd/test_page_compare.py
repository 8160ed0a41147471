"""Two searches of one query, side by side in a real browser: what is drawn is what the daemon answered."""
import shutil

import hnswlib
import numpy
import pytest
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from browser import Page
from conftest import BINARY, DEMO
from daemon import Daemon, wait_for

DIMENSION = 16


def write_index(path, vectors, seed=1):
    index = hnswlib.Index("l2", DIMENSION)
    index.init_index(len(vectors), M=5, ef_construction=30, random_seed=seed)
    index.add_items(vectors, numpy.arange(len(vectors)), num_threads=1)
    index.save_index(str(path) + ".new")
    (path.parent / (path.name + ".new")).replace(path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("compare")
    shutil.copytree(DEMO, folder / "demo", ignore=shutil.ignore_patterns("rebuild"))
    write_index(folder / "demo" / "growing.bin", numpy.random.default_rng(7).standard_normal((400, DIMENSION), dtype=numpy.float32))
    return folder / "demo"


@pytest.fixture(scope="module")
def daemon(folder):
    with Daemon(BINARY, "serve", folder).ready() as daemon:
        yield daemon


@pytest.fixture(scope="module")
def client(daemon):
    client = daemon.client()
    yield client
    client.close()


@pytest.fixture(scope="module")
def page(daemon):
    with Page(f"{daemon.url}#v=compare&i=photos-hnsw&cmp=40!photos-hnsw~k10~e6!photos-ivf~k10~n6!distances") as page:
        yield page


def compared(page, condition=lambda now: True):
    """What is compared, once both searches are there and measured."""
    def is_there():
        now = page.snapshot()["panels"]
        return now["isReady"] and all(not one["busy"] and one["search"] for one in now["rivals"]) and condition(now)
    page.until(is_there, "the comparison")
    return page.snapshot()["panels"]


def ids(now):
    return [one["search"] for one in now["rivals"]]


def choose(page, name, text):
    """The list of searches may grow while one chooses."""
    for _ in range(5):
        try:
            return Select(page.find(name)).select_by_visible_text(text)
        except StaleElementReferenceException:
            continue
    raise AssertionError(f"{name} is made anew all the time")


def run_both(page):
    before = ids(page.snapshot()["panels"])
    page.click("compare-run")
    return compared(page, lambda now: not set(ids(now)) & set(before))


def assert_ends(now, client):
    """The curves end at the counters and at the recall of the daemon's own answers."""
    for rival in now["rivals"]:
        answer = client.ask("search.trace", search=rival["search"])
        end = rival["curve"][-1]
        assert end["value"] == answer["recall"]["recall"] == rival["recall"]
        assert end["cursor"] == answer["events"] == rival["length"]
        cost = {"distances": answer["counters"]["distances"], "steps": answer["events"], "time": answer["microseconds"]}[now["clock"]]
        assert end["cost"] == cost
        costs = [point["cost"] for point in rival["curve"]]
        assert costs == sorted(costs)
    return [client.ask("search.trace", search=name) for name in ids(now)]


def assert_fates(rows, answers):
    for row in rows:
        for fate, answer in zip(row["fates"], answers):
            missed = {hit["label"] for hit in answer["recall"]["missed"]}
            truth = {hit["label"] for hit in answer["recall"]["exact"]}
            assert fate == ("missed" if row["label"] in missed else "found") or row["label"] not in truth


def assert_drawn(now, answers):
    """On the maps are the nodes that each search measured, as its trace has them."""
    for rival, answer in zip(now["rivals"], answers):
        (way,) = [way for pane in now["drawn"] if pane["index"] == rival["index"] for way in pane["ways"] if way["name"] == rival["name"]]
        columns, stages = answer["columns"], answer["started"]["header"]["stages"]
        measured = {to for kind, flags, to, distance in zip(columns["kind"], columns["flags"], columns["to"], columns["distance"])
                    if kind in (0, 1, 2) and stages[flags & 15]["nodes"] == "vectors" and to != 0xFFFFFFFF and distance is not None}
        assert set(way["nodes"]) == measured
        assert set(way["route"]) <= measured


def test_hnsw_against_ivf_on_every_clock(page, client):
    now = compared(page)
    assert [one["index"] for one in now["rivals"]] == ["photos-hnsw", "photos-ivf"]
    answers = assert_ends(now, client)
    assert now["isShared"] and now["maps"] == ["photos-ivf"]
    page.until(lambda: len(page.snapshot()["panels"]["drawn"]) == 2, "both maps")
    assert_drawn(page.snapshot()["panels"], answers)
    assert_fates(now["lists"][0], answers)
    found = [{hit["label"] for hit in answer["recall"]["exact"]} - {hit["label"] for hit in answer["recall"]["missed"]} for answer in answers]
    assert now["verdict"][0] == f"{len(found[0] & found[1])} of 10 shared."
    page.until(lambda: page.told("verdict").startswith(now["verdict"][0]), "verdict")
    for clock in ("steps", "time"):
        page.click(f"clock-{clock}")
        assert_ends(compared(page, lambda now, clock=clock: now["clock"] == clock), client)
    page.until(lambda: "spread evenly" in page.told("compare-reading"), "compare-reading")
    page.click("clock-distances")
    page.keep("compare-hnsw-ivf")


def test_one_scrubber_moves_both(page):
    page.click("clock-distances")
    now = compared(page, lambda now: now["clock"] == "distances" and now["cursor"] == now["length"])
    slider = page.find("compare-scrub")
    slider.send_keys(Keys.HOME)
    page.until(lambda: page.snapshot()["panels"]["cursor"] == 0)
    slider.send_keys(*[Keys.ARROW_RIGHT] * 30)
    page.until(lambda: page.snapshot()["panels"]["cursor"] == 30)
    shown = page.snapshot()["panels"]
    for rival in shown["rivals"]:
        in_hand = [point for point in rival["curve"] if point["cost"] <= 30][-1]["value"]
        page.until(lambda: f"{rival['name']} {in_hand:.2f}".replace("0.", ".") in page.told("compare-reading"), "compare-reading")
        assert 0 < rival["cursor"] < rival["length"]
    assert "at 30 distances" in slider.get_attribute("aria-valuetext")
    page.click("compare-play")
    page.until(lambda: page.snapshot()["panels"]["cursor"] > 40, "motion")
    page.keep("compare-on-the-way")
    slider.send_keys(Keys.END)
    page.until(lambda: page.snapshot()["panels"]["cursor"] == now["length"])


def test_nothing_is_drawn_when_nothing_moves(page):
    compared(page)
    page.rests(60)


def test_tables_say_the_same(page):
    now = compared(page)
    page.find("compare-table").find_element(By.TAG_NAME, "summary").click()
    page.until(lambda: page.find("cost-table"))
    rows = [[cell.text for cell in row.find_elements(By.TAG_NAME, "td")] for row in page.find("cost-table").find_elements(By.CSS_SELECTOR, "tbody tr")]
    assert rows[-1][1] == str(now["rivals"][0]["counters"]["distances"]) and rows[-1][4] == str(now["rivals"][1]["counters"]["distances"])
    for number, column in enumerate((1, 4)):
        for i, row in enumerate(rows[:-1]):
            reached = [point for point in now["rivals"][number]["curve"] if point["value"] >= (i + 1) / 10 - 1e-9]
            assert row[column] == (str(reached[0]["cost"]) if reached else "never")
    neighbours = page.find("neighbour-table").find_elements(By.CSS_SELECTOR, "tbody tr")
    assert [[cell.text for cell in row.find_elements(By.TAG_NAME, "td")][-2:] for row in neighbours] == [row["fates"] for row in now["lists"][0]]
    page.find("compare-table").find_element(By.TAG_NAME, "summary").click()


def test_the_ladder_is_one_search_a_value_and_a_point_becomes_b(page, client):
    page.click("ladder")
    page.until(lambda: len(page.snapshot()["panels"]["ladder"]) == 8 and page.find("ladder").is_enabled(), "the ladder")
    points = page.snapshot()["panels"]["ladder"]
    assert [point["value"] for point in points] == [1, 2, 4, 8, 16, 32, 64, 128]
    for point in points[:3]:
        answer = client.ask("search.run", index="photos-ivf", label=40, k=10, nprobe=point["value"], exact=True, trace="none")
        assert (point["distances"], point["recall"]) == (answer["counters"]["distances"], answer["recall"]["recall"])
    page.keep("compare-ladder")
    page.click("rung-16")
    now = compared(page, lambda now: now["rivals"][1]["fields"]["nprobe"] == "16" and now["rivals"][1]["counters"]["distances"] == points[4]["distances"])
    assert now["rivals"][1]["recall"] == points[4]["recall"]


def test_raw_against_normalised_has_two_truths(page, client):
    choose(page, "b-index", "photos-unit-hnsw")
    page.fill("compare-label", "63")
    page.find("compare-label").send_keys(Keys.TAB)
    page.fill("a-efSearch", "30")
    page.fill("b-efSearch", "30")
    now = run_both(page)
    answers = assert_ends(now, client)
    assert not now["isShared"] and now["query"] == {"label": 63}
    truths = [[hit["label"] for hit in answer["recall"]["exact"]] for answer in answers]
    assert [[row["label"] for row in rows] for rows in now["lists"]] == truths
    assert now["overlap"] == len(set(truths[0]) & set(truths[1]))
    for rows in now["lists"]:
        assert_fates(rows, answers)
    page.until(lambda: "different true neighbours (A: squared L2, B: inner product)" in page.told("verdict"), "verdict")
    page.click("shows-best")
    page.until(lambda: "no axis in common" in page.text("contest"), "that there is no common axis")
    page.click("shows-recall")
    page.keep("compare-raw-normalised")


def test_what_cannot_be_searched_is_said(page):
    page.fill("compare-label", "4000000")
    page.click("compare-run")
    page.until(lambda: "has no vector with the label 4000000" in page.text("rivals"), "that the label is unknown")
    page.fill("compare-label", "40")
    page.find("compare-label").send_keys(Keys.TAB)
    choose(page, "b-index", "sentences-hnsw")
    page.until(lambda: "128 dimensions in A and 384 in B" in page.text("rivals"), "the note about dimensions")
    run_both(page)


def test_a_link_is_followed(page, client):
    page.script("location.hash = arguments[0]", "v=compare&i=photos-hnsw&cmp=12!photos-hnsw~k3~e20!photos-hnsw~k3~e30!steps")
    now = compared(page, lambda now: now["query"] == {"label": 12})
    assert now["link"] == "12!photos-hnsw~k3~e20!photos-hnsw~k3~e30!steps" and now["clock"] == "steps"
    assert [one["fields"]["efSearch"] for one in now["rivals"]] == ["20", "30"]
    assert_ends(now, client)
    page.click("clock-distances")
    page.fill("compare-label", "40")
    page.fill("a-k", "10")
    page.fill("b-k", "10")
    page.fill("a-efSearch", "30")
    run_both(page)


def test_twice_the_effort_on_one_index_and_swapped(page, client):
    page.click("compare-double")
    now = compared(page, lambda now: now["rivals"][1]["index"] == "photos-hnsw" and now["rivals"][1]["fields"]["efSearch"] == "60")
    answers = assert_ends(now, client)
    assert now["maps"] == [] and [pane["index"] for pane in now["drawn"]] == ["photos-hnsw"]
    assert_drawn(now, answers)
    page.click("shows-best")
    page.until(lambda: "nearest distance so far" in page.told("compare-reading"))
    page.click("shows-recall")
    page.keep("compare-twice")
    page.click("compare-swap")
    swapped = compared(page, lambda now: now["rivals"][0]["fields"]["efSearch"] == "60")
    assert ids(swapped) == ids(now)[::-1]


def test_before_and_after_a_rebuild(page, folder, client):
    for side in "ab":
        choose(page, f"{side}-index", "growing")
    page.fill("compare-label", "5")
    page.find("compare-label").send_keys(Keys.TAB)
    old = run_both(page)
    assert [one["revision"] for one in old["rivals"]] == [1, 1] and page.snapshot()["panels"]["before"] is None
    write_index(folder / "growing.bin", numpy.random.default_rng(7).standard_normal((600, DIMENSION), dtype=numpy.float32), seed=2)
    page.until(lambda: page.find("compare-before").is_displayed(), "the offer to compare with before")
    page.until(lambda: "revision 1" in page.told("compare-before"), "compare-before")
    page.click("compare-before")
    now = compared(page, lambda now: [one["revision"] for one in now["rivals"]] == [1, 2])
    assert now["rivals"][0]["stored"] in ids(old)
    assert_ends(now, client)
    assert "A ran on revision 1; the index has revision 2 now." in page.text("rivals")
    page.keep("compare-rebuilt")


def test_the_keyboard_alone_compares(page, client):
    page.open("photos-hnsw")
    page.fill("query-label", "71")
    before = page.snapshot()["search"]
    page.find("query-label").send_keys(Keys.ENTER)
    page.until(lambda: page.snapshot()["search"] != before)
    body = page.browser.find_element(By.TAG_NAME, "body")
    page.find("query-label").send_keys(Keys.ESCAPE)
    body.send_keys("1")
    page.until(lambda: page.snapshot()["view"] == "chart")
    body.send_keys("c")
    page.until(lambda: page.snapshot()["view"] == "compare")
    now = compared(page, lambda now: now["query"] == {"label": 71})
    assert [one["index"] for one in now["rivals"]] == ["photos-hnsw", "photos-ivf"]
    assert_ends(now, client)
    body.send_keys(Keys.HOME)
    page.until(lambda: page.snapshot()["panels"]["cursor"] == 0)
    body.send_keys(Keys.ARROW_RIGHT)
    page.until(lambda: page.snapshot()["panels"]["cursor"] == 1)
    body.send_keys(Keys.END)
    page.until(lambda: page.snapshot()["panels"]["cursor"] == now["length"])


def test_a_vector_of_this_page_is_compared_and_other_dimensions_are_refused(page):
    page.put("query-vector", str([round(i / 128, 4) for i in range(128)]))
    before = page.snapshot()["search"]
    page.click("run")
    page.until(lambda: page.snapshot()["search"] != before)
    page.browser.find_element(By.TAG_NAME, "body").send_keys(Keys.NULL)
    page.find("tab-chart").click()
    page.browser.find_element(By.TAG_NAME, "body").send_keys("c")
    now = compared(page, lambda now: now["query"] and "vector" in now["query"])
    assert len(now["query"]["vector"]) == 128
    choose(page, "b-index", "sentences-hnsw")
    page.click("compare-run")
    page.until(lambda: "The query has 128 numbers, and the vectors of sentences-hnsw have 384" in page.text("rivals"), "the refusal")


def test_the_other_map_is_left_alone_when_the_view_is(page, daemon):
    page.click("tab-chart")
    page.until(lambda: page.snapshot()["view"] == "chart")
    wait_for(lambda: "\nannscope_subscriptions 3\n" in daemon.get("metrics")[1].decode())
    page.click("tab-compare")
    page.until(lambda: page.snapshot()["panels"]["maps"] == ["sentences-hnsw"])
    page.open("sentences-hnsw")
    page.until(lambda: page.snapshot()["map"]["finished"], "the map")
    page.rests()
    assert page.snapshot()["map"]["finished"]
