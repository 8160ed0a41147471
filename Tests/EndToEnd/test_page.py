"""The page in a real browser, against what the real libraries answer."""
import json
import shutil

import faiss
import hnswlib
import numpy
import pytest
from selenium.webdriver.common.by import By

from browser import Page
from conftest import BINARY, DEMO
from daemon import Daemon
from hnsw_reference import Graph


@pytest.fixture(scope="module")
def page(photos):
    with Page(photos.mapped().url) as page:
        yield page


def assert_results(shown, labels, distances):
    assert [hit["label"] for hit in shown] == [int(label) for label in labels]
    numpy.testing.assert_allclose([hit["distance"] for hit in shown], distances, rtol=1e-5, atol=1e-4)


def test_hnsw_by_id(page):
    path = DEMO / "hnswlib_M6_ef30_l2.index"
    index = hnswlib.Index("l2", 128)
    index.load_index(str(path))
    index.set_ef(6)
    query = numpy.array(index.get_items([40])[0], dtype=numpy.float32)
    labels, distances = index.knn_query([query], k=5, num_threads=1)

    page.open("photos-hnsw")
    page.fill("query-label", "40")
    page.fill("query-k", "5")
    page.fill("query-ef", "6")
    before = page.snapshot()["search"]
    # Slow, so that the middle is seen, and then fast.
    page.put("speed", "0.25", "change")
    page.click("run")
    page.until(lambda: 20 < page.snapshot()["cursor"] < page.snapshot()["total"], "the middle of the search")
    page.keep("hnsw-while-it-falls")
    page.put("speed", "4", "change")
    shown = page.played(before)
    page.put("speed", "1", "change")
    page.keep("hnsw")
    assert shown["view"] == "descent"
    assert_results(shown["results"], labels[0], distances[0])
    assert [sorted(nodes) for nodes in shown["visitedByLayer"]] == Graph(path).visited(query, 6)
    first = page.find("result-1")
    assert first.get_attribute("data-label") == "40" and first.find_element(By.TAG_NAME, "img").get_property("naturalWidth")


def test_the_lens_shows_the_local_map_and_grows_when_it_is_clicked(page):
    shown = page.run("photos-hnsw", label=71, ef=50)
    page.until(lambda: page.snapshot()["localMap"], "the local map")
    assert sorted(page.snapshot()["localMap"]["nodes"]) == sorted(shown["visitedByLayer"][0])
    page.keep("hnsw-lens")
    small = page.snapshot()["lens"]
    page.click_canvas(small["x"], small["y"])
    page.until(lambda: page.snapshot()["lens"]["radius"] > 2 * small["radius"], "the large lens")
    page.keep("hnsw-lens-large")
    large = page.snapshot()["lens"]
    # No node is drawn near the rim.
    page.click_canvas(large["x"], large["y"] - large["radius"] + 3)
    page.until(lambda: page.snapshot()["lens"] == small, "the small lens")


def test_ivf_by_id(page):
    index = faiss.read_index(str(DEMO / "faiss_ivf128_flat_l2.index"))
    index.nprobe = 6
    index.make_direct_map()
    query = index.reconstruct(40)[None]
    distances, labels = index.search(query, 5)
    _, cells = index.quantizer.search(query, 6)

    shown = page.run("photos-ivf", label=40, nprobe=6)
    page.keep("ivf-by-distance")
    assert shown["view"] == "cells"
    assert shown["litCells"] == cells[0].tolist()
    assert_results(shown["results"], labels[0], distances[0])
    assert shown["distances"] == 128 + sum(index.invlists.list_size(int(cell)) for cell in cells[0])
    page.click("fine-projection")
    page.until(lambda: page.snapshot()["fineMode"] == "projection")
    page.until(lambda: page.snapshot()["localMap"], "the local map")
    local = page.snapshot()["localMap"]
    assert len(local["nodes"]) == shown["distances"] - 128 and "stress" in local["text"]
    page.keep("ivf-projected")
    page.click("fine-distance")
    page.click("tab-chart")
    page.keep("ivf-chart")


def test_stepping_and_scrubbing(page):
    page.open("photos-hnsw")
    before = page.snapshot()["search"]
    page.click("picture-3")
    total = page.finished(before)["total"]
    page.click("step-back")
    assert page.snapshot()["cursor"] == total - 1
    page.click("step-forward")
    assert page.snapshot()["cursor"] == total
    assert not page.seek(1)["playing"]
    # Slow, so that it is not over before the second click.
    page.put("speed", "0.25", "change")
    page.click("play")
    page.until(lambda: page.snapshot()["playing"] and page.snapshot()["cursor"] > 1)
    page.click("play")
    assert not page.snapshot()["playing"]
    page.put("speed", "1", "change")


def test_a_sentence(page, photos):
    client = photos.client()
    queries = client.ask("index.queries", index="sentences-hnsw")["queries"]
    vector = next(query["vector"] for query in queries if query["text"] == "A white dog.")
    page.open("sentences-hnsw")
    page.until(lambda: len(page.browser.find_elements(By.CSS_SELECTOR, "#sentences option")) == len(queries), "the sentences")
    page.fill("query-sentence", "A white dog.")
    before = page.snapshot()["search"]
    page.click("run")
    shown = page.finished(before)
    page.until(lambda: "A white dog." in page.text("results"), "the sentence")
    page.keep("a-white-dog")
    # Others' searches are shown too, so what is expected comes last.
    expected = client.ask("search.run", index="sentences-hnsw", vector=vector, k=5)["results"]
    assert [hit["label"] for hit in shown["results"]] == [hit["label"] for hit in expected]
    client.close()


def test_a_pushed_search_appears_with_its_picture(page, photos):
    page.open("photos-ivf")
    page.finished() if page.snapshot()["search"] else None
    before = page.snapshot()["search"]
    dot = ("data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==")
    status, body, _ = photos.post(
        "api/v1/indexes/photos-ivf/search",
        {"label": 77, "nprobe": 3, "source": "detector", "subject": {"text": "a cut-out dog", "image": dot}})
    assert status == 200
    shown = page.finished(before)
    assert [hit["label"] for hit in shown["results"]] == [hit["label"] for hit in json.loads(body)["results"]]
    page.until(lambda: "a cut-out dog" in page.text("results") and "detector" in page.text("results"), "the subject")
    assert page.script("return document.querySelector('#results .subject img').src") == dot


def test_a_filter(page, photos):
    page.open("photos-unit-ivf")
    page.until(lambda: page.find("query-filter").get_attribute("placeholder") == 'category = "bird"', "an example")
    page.fill("query-label", "40")
    page.fill("query-nprobe", "128")
    page.fill("query-filter", "categroy = 'bird'")
    page.click("run")
    page.until(lambda: page.told("filter-error").startswith('At character 1: there is no column "categroy"'),
               "what is wrong")
    page.keep("a-wrong-filter")
    before = page.snapshot()["search"]
    page.fill("query-filter", "category = 'bird'")
    page.click("run")
    shown = page.finished(before)
    page.until(lambda: 'filter: category = "bird" · 36 of 1' in page.text("results"), "the filter")
    page.until(lambda: page.told("filter-error") == "", "filter-error")
    page.keep("a-filter")
    answer = photos.client().ask("search.run", index="photos-unit-ivf", label=40, k=5, nprobe=128, filter="category = 'bird'")
    assert [hit["label"] for hit in shown["results"]] == [hit["label"] for hit in answer["results"]]
    assert "filter=category" in page.browser.current_url


def test_a_new_revision_needs_no_reload(tmp_path):
    path = tmp_path / "changing.bin"
    vectors = numpy.random.default_rng(3).random((80, 8), dtype=numpy.float32)

    def build(count):
        index = hnswlib.Index("l2", 8)
        index.init_index(100, M=6, random_seed=1)
        index.add_items(vectors[:count], num_threads=1)
        index.save_index(str(path))

    build(60)
    with Daemon(BINARY, "serve", tmp_path) as daemon, Page(daemon.url) as page:
        page.until(lambda: page.snapshot()["revision"] == 1)
        build(80)
        page.until(lambda: page.snapshot()["revision"] == 2, "the second revision")
        path.write_bytes(path.read_bytes()[:1000])
        page.until(lambda: "revision 2 still answers" in page.told("index-changing"), "the reason")
        page.keep("a-bad-file")
        assert page.run(label=70)["results"][0]["label"] == 70


def test_a_lost_daemon_is_told_and_found_again(tmp_path):
    shutil.copy(DEMO / "hnswlib_M6_ef30_l2.index", tmp_path / "a.index")
    with Daemon(BINARY, "serve", tmp_path) as daemon:
        page = Page(daemon.url)
    page.until(lambda: not page.snapshot()["connected"])
    with Daemon(BINARY, "serve", tmp_path, listen=f"127.0.0.1:{daemon.port}"):
        page.until(lambda: page.snapshot()["connected"], "the daemon again")
        assert page.run(label=5)["results"][0]["label"] == 5
        page.leave()  # refused connections are no faults of the page
