"""The map in the page: in parts when it is large, in motion when its file changes, and honest about what it misplaces."""
import shutil

import hnswlib
import numpy
import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By

from browser import Page
from conftest import BINARY, DEMO
from daemon import Daemon


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    shutil.copy(DEMO / "hnswlib_M6_ef30_l2.index", folder / "photos.index")
    return folder


@pytest.fixture(scope="module")
def daemon(folder):
    with Daemon(BINARY, "serve", folder, "--full-map-nodes", "300") as daemon:
        yield daemon


def zoom(page, times, key="+"):
    keys = ActionChains(page.browser)
    for _ in range(times):
        keys.send_keys(key)
    keys.perform()


def map_of(page):
    """What the page shows of the map."""
    return page.snapshot()["map"]


def finished_map(page, index):
    page.open(index)
    page.until(lambda: map_of(page)["finished"], "the map")
    page.click("tab-chart")
    page.until(lambda: page.snapshot()["view"] == "chart", "the chart")
    page.rests()


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_a_large_map_is_depth_and_a_sample_and_in_detail_where_one_looks(daemon, theme):
    with Page(daemon.url, theme=theme) as page:
        finished_map(page, "photos")
        seen = map_of(page)
        assert not seen["whole"] and seen["density"]
        assert 0 < seen["placed"] <= 400 < seen["total"]
        assert seen["tiles"] == 0 and "vectors drawn" in page.text("map")
        page.keep(f"map-depth-{theme}")
        page.blur()
        zoom(page, 5)
        page.until(lambda: map_of(page)["tiles"] > 0 and map_of(page)["detail"] > 0, "the tiles")
        assert map_of(page)["tiles"] <= 24
        page.keep(f"map-detail-{theme}")
        zoom(page, 5, "-")
        page.until(lambda: map_of(page)["tiles"] == 0, "the tiles to be let go of")
        assert map_of(page)["placed"] == seen["placed"]
        page.click("tab-descent")
        page.keep(f"map-descent-{theme}")


def test_a_search_on_a_map_in_parts_has_all_its_places(daemon):
    with Page(daemon.url) as page:
        finished_map(page, "photos")
        shown = page.run(label=40)
        page.keep("map-search-in-parts")
        assert shown["map"]["unplaced"] == 0


def test_what_is_found_and_not_drawn_is_flown_to(daemon):
    page = Page(daemon.url)
    finished_map(page, "photos")

    def places():
        return page.browser.execute_script("return window.annscope.snapshot().panels.places")
    drawn = places()
    client = daemon.client()
    node = next(node for node in reversed(range(len(drawn))) if drawn[node] is None)
    item = client.ask("index.items", index="photos", nodes=[node])["items"][0]
    page.fill("find", str(item["label"]))
    page.until(lambda: page.find("found-0").get_attribute("data-node") == str(node), "the item")
    page.find("found-0").click()
    size = page.browser.find_element(By.ID, "canvas").size

    def is_in_the_middle():
        place = places()[node]
        return place and abs(place["x"] - size["width"] / 2) < 3 and abs(place["y"] - size["height"] / 2) < 3
    page.until(is_in_the_middle, "the node in the middle")
    page.keep("map-found")
    client.close()
    page.close()


def test_what_the_projection_misplaces_is_marked_on_demand(daemon):
    with Page(daemon.url) as page:
        finished_map(page, "photos")
        page.until(lambda: map_of(page)["quality"] and map_of(page)["misplaced"] > 0, "what is misplaced")
        page.until(lambda: "trustworthiness" in page.text("map"), "how good it is")
        assert not map_of(page)["marksMisplaced"]
        page.click("mark-misplaced")
        assert map_of(page)["marksMisplaced"]
        page.keep("map-misplaced")


def test_a_rewritten_file_tells_what_it_changed_and_keeps_the_rest_in_place(tmp_path):
    vectors = numpy.random.default_rng(3).normal(size=(320, 8)).astype(numpy.float32)

    def write(count):
        index = hnswlib.Index("l2", 8)
        index.init_index(400, M=6, random_seed=1)
        index.add_items(vectors[:count], num_threads=1)
        index.save_index(str(tmp_path / "growing.bin"))

    write(300)
    with Daemon(BINARY, "serve", tmp_path) as daemon, Page(daemon.url) as page:
        finished_map(page, "growing")
        before = map_of(page)["places"]
        write(320)
        page.until(lambda: map_of(page)["revision"] == 2 and map_of(page)["change"], "the second revision's map")
        page.keep("map-arrivals")
        page.until(lambda: map_of(page)["finished"] and not map_of(page)["moves"], "the map at rest")
        assert "20 added" in map_of(page)["change"] and "20 added" in page.text("explanation")
        page.until(lambda: "20 added" in page.text("spoken"), "it to be said aloud")
        after = map_of(page)["places"]
        shift = numpy.hypot(*(numpy.array(after)[:len(before)] - numpy.array(before)).T)
        assert numpy.percentile(shift, 99) <= 0.1, numpy.percentile(shift, [50, 90, 99, 100])
        page.keep("map-rewritten")
