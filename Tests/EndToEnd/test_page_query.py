"""Every way to search from the page, and what it tells of one item, against what the daemon answers others."""
import base64
import io
import json
import os
import subprocess
import sys

import hnswlib
import numpy
import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from browser import Page
from conftest import BINARY
from daemon import Daemon, guarded_demo
from page_scripts import DRAG, DROP, TAP

TOKEN = "publisher-0123456789abcdef0123456789"
VIEWER = "viewer-0123456789abcdef0123456789"


@pytest.fixture(scope="module")
def page(photos):
    with Page.blank() as page:
        page.browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": TAP})
        page.prefers("reduce")
        page.go(photos.url)
        page.arrived()
        yield page


@pytest.fixture()
def client(photos):
    client = photos.client()
    yield client
    client.close()


def npy(array):
    file = io.BytesIO()
    numpy.save(file, array)
    return file.getvalue()


def drop(page, name, data, target="#query"):
    page.script(DROP, target, name, base64.b64encode(data).decode())


def labels(results):
    return [hit["label"] for hit in results]


def searched(page, act):
    """What the page shows after the search that `act` begins."""
    before = page.snapshot()["search"]
    act()
    return page.finished(before)


def expect(page, client, shown, **query):
    answer = client.ask("search.run", index=shown["index"], **query)
    assert labels(shown["results"]) == labels(answer["results"])
    numpy.testing.assert_allclose(
        [hit["distance"] for hit in shown["results"]], [hit["distance"] for hit in answer["results"]], rtol=1e-6)


def vectors_of(count, index):
    """Sentences' vectors are the ones that a client can have of every daemon."""
    return numpy.array([query["vector"] for query in index["queries"][:count]])


def test_by_picture_id_and_chance(page, client):
    page.open("photos-hnsw")
    expect(page, client, searched(page, lambda: page.click("picture-3")), label=3, k=5, efSearch=10)
    page.fill("query-label", "40")
    page.until(lambda: page.told("query-words") == "Boating Rules Illustration", "whose vector it is")
    page.fill("query-ef", "30")
    expect(page, client, searched(page, lambda: page.find("query-label").send_keys(Keys.ENTER)), label=40, k=5, efSearch=30)
    shown = searched(page, lambda: page.click("random"))
    assert shown["results"][0]["label"] == int(page.find("query-label").get_attribute("value"))


def test_many_indexes_fold_into_one_and_open_for_the_pointer_and_the_keyboard(page):
    page.open("photos-hnsw")
    # An element that is cut off by the folded list is not under the pointer.
    seen = "const box = arguments[0].getBoundingClientRect(); return document.elementFromPoint(box.x + 20, box.y + 10)?.closest('.index') === arguments[0]"
    assert not page.script(seen, page.find("index-photos-unit-ivf"))
    ActionChains(page.browser).move_to_element(page.find("index-photos-hnsw")).perform()
    page.until(lambda: page.script(seen, page.find("index-photos-unit-ivf")), "the open list")
    page.keep("indexes-open")
    page.click("index-photos-unit-ivf")
    page.until(lambda: page.snapshot()["index"] == "photos-unit-ivf", "the index")
    ActionChains(page.browser).move_to_element(page.find("connection")).perform()
    page.until(lambda: not page.script(seen, page.find("index-photos-hnsw")), "the folded list")
    page.script("arguments[0].focus()", page.find("index-photos-unit-ivf"))
    page.browser.switch_to.active_element.send_keys(Keys.SHIFT, Keys.TAB)
    page.browser.switch_to.active_element.send_keys(Keys.ENTER)
    page.until(lambda: page.snapshot()["index"] == "photos-unit-hnsw", "the index before it")


def test_a_picture_or_a_result_is_dragged_onto_the_map_or_the_query(page, client):
    page.open("photos-hnsw")
    for name, target, label in [("picture-5", "#canvas", 5), ("picture-7", "#query", 7)]:
        shown = searched(page, lambda: page.script(DRAG, page.find(name), target))
        assert shown["results"][0]["label"] == label
    second = page.snapshot()["results"][1]["label"]
    dragged = []
    shown = searched(page, lambda: dragged.append(page.script(DRAG, page.find("result-2"), "#canvas")))
    assert dragged == [True] and shown["results"][0]["label"] == second


def test_by_a_pasted_vector_raw_and_normalised(page, client):
    page.open("sentences-ivf")
    vector = vectors_of(1, client.ask("index.queries", index="sentences-ivf"))[0] * 3
    page.put("query-vector", json.dumps({"vector": vector.tolist()}))
    page.until(lambda: f"384 numbers · norm {numpy.linalg.norm(vector):#.5g}" in page.told("vector-norm"), "the norm")
    raw = searched(page, lambda: page.click("run"))
    expect(page, client, raw, vector=vector.tolist(), k=5, nprobe=6)
    page.click("normalise")
    page.until(lambda: page.told("vector-norm").endswith("→ 1"), "vector-norm")
    unit = searched(page, lambda: page.click("run"))
    expect(page, client, unit, vector=(vector / numpy.linalg.norm(vector)).tolist(), k=5, nprobe=6)
    assert abs(raw["results"][0]["distance"] - 3 * unit["results"][0]["distance"]) < 1e-4
    page.keep("query-by-vector")


def test_a_numpy_file_is_dropped_and_a_row_chosen(page, client):
    page.open("sentences-hnsw")
    rows = vectors_of(3, client.ask("index.queries", index="sentences-hnsw"))
    drop(page, "rows.npy", npy(rows))
    page.until(lambda: "rows.npy · float64 · 3 rows" in page.told("vector-file"), "the file")
    assert page.browser.switch_to.active_element.get_attribute("data-testid") == "vector-row"
    page.fill("vector-row", "2")
    expect(page, client, searched(page, lambda: page.click("run")), vector=rows[2].tolist(), k=5, efSearch=10)
    page.keep("query-by-file")
    page.fill("vector-row", "3")
    page.until(lambda: page.told("vector-norm") == "")
    page.click("run")
    page.until(lambda: page.told("vector-error") == "The row must be a whole number from 0 to 2.", "what is wrong with the row")
    # A single vector needs no further word; float16 is rounded, and what is searched for is what it says.
    half = rows[1].astype(numpy.float16)
    shown = searched(page, lambda: drop(page, "half.npy", npy(half), "#canvas"))
    expect(page, client, shown, vector=half.astype(float).tolist(), k=5, efSearch=10)
    shown = searched(page, lambda: drop(page, "one.json", json.dumps({"embedding": rows[0].tolist()}).encode()))
    expect(page, client, shown, vector=rows[0].tolist(), k=5, efSearch=10)


def test_what_is_wrong_stands_beside_its_field(page):
    page.open("photos-hnsw")
    drop(page, "wide.npy", npy(numpy.ones((2, 64), dtype=numpy.float32)))
    page.until(lambda: 'wide.npy: Its vectors have 64 components, those of "photos-hnsw" have 128.' in page.told("vector-error"), "both numbers")
    drop(page, "text.npy", b"no array")
    page.until(lambda: "Byte 0: not a NumPy file" in page.told("vector-error"), "what it is")
    drop(page, "objects.npy", b"\x93NUMPY\x01\x00\x46\x00" + b"{'descr': '|O', 'fortran_order': False, 'shape': (2,), }".ljust(69) + b"\n")
    page.until(lambda: "of the type '|O'" in page.told("vector-error"), "its type")
    page.fill("query-vector", "[1, 2, 3]")
    page.click("run")
    page.until(lambda: 'The vector has 3 components, those of "photos-hnsw" have 128.' == page.told("vector-error"), "both numbers")
    page.fill("query-label", "123456789")
    page.click("run")
    page.until(lambda: 'has no vector with the label 123456789' in page.told("label-error"), "that there is no such id")
    page.fill("query-label", "4")
    page.fill("query-k", "20000")
    page.until(lambda: page.told("query-k-error").replace("\u202f", "") == "k can be 1 to 10000 here.", "the limit")
    before = page.snapshot()["search"]
    page.click("run")
    page.fill("query-k", "0")
    page.until(lambda: page.told("query-k-error") == "k must be a whole number from 1.", "the limit")
    page.keep("query-faults")
    page.fill("query-k", "5")
    assert page.told("query-k-error") == "" and page.snapshot()["search"] == before


def test_sliders_and_their_fields_say_the_same(page):
    page.open("photos-hnsw")
    slider, field = page.find("query-ef-slider"), page.find("query-ef")
    page.fill("query-ef", "10")
    for key, value in [(Keys.ARROW_RIGHT, "11"), (Keys.ARROW_LEFT, "10"), (Keys.HOME, "1"), (Keys.END, "1000"), (Keys.PAGE_DOWN, "500")]:
        slider.send_keys(key)
        assert field.get_attribute("value") == value
    page.put("query-ef-slider", 500)
    # The middle of 1 to 1000 by factors.
    assert field.get_attribute("value") == "32" and slider.get_attribute("aria-valuetext") == "32"


def test_it_runs_again_on_change_one_at_a_time(page):
    page.open("photos-hnsw")
    searched(page, lambda: page.click("picture-3"))
    page.click("rerun")
    page.script("sent.length = 0; holds = true")
    page.put("query-k", "7")
    sent = lambda: page.script("return sent.map(({ method, params }) => [method, params.k ?? params.search])")  # noqa: E731
    page.until(lambda: sent() == [["search.run", 7]], "the search with 7")
    page.until(lambda: page.snapshot()["total"] > 0 and len(page.snapshot()["results"]) == 7, "its results")
    first = page.snapshot()["search"]
    for k in ("8", "9"):
        page.put("query-k", k)
    page.until(lambda: sent()[1:] == [["search.cancel", first]], "that the older one is called off")
    page.script("holds = false; for (const release of held.splice(0)) release()")
    page.until(lambda: sent()[2:] == [["search.run", 9]], "the newest alone")
    page.until(lambda: len(page.snapshot()["results"]) == 9 and page.snapshot()["results"][0]["label"] == 3, "its results")
    page.click("rerun")
    page.fill("query-k", "5")


def test_copied_commands_find_the_same(page, client, tmp_path):
    page.open("photos-ivf")
    page.until(lambda: page.find("query-filter").get_attribute("placeholder") == 'category = "bird"', "an example")
    page.fill("query-filter", "caption contains \"it's\" or label < 500")
    page.fill("query-nprobe", "9")
    page.fill("query-label", "40")
    shown = searched(page, lambda: page.click("run"))
    assert run_copied(page, tmp_path) == [[hit["label"] for hit in shown["results"]]] * 2
    page.keep("query-copied")

    page.open("sentences-hnsw")
    page.until(lambda: page.browser.find_elements(By.CSS_SELECTOR, "#sentences option"), "the sentences")
    page.fill("query-sentence", "A black dog.")
    shown = searched(page, lambda: page.click("run"))
    page.browser.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)})
    page.click("copy-curl")
    page.until(lambda: page.find("save-npy").is_displayed(), "the command")
    page.click("save-npy")
    page.click("snippet-close")
    page.until(lambda: (tmp_path / "query.npy").exists(), "the file")
    assert numpy.load(tmp_path / "query.npy").shape == (384,)
    assert run_copied(page, tmp_path) == [[hit["label"] for hit in shown["results"]]] * 2


def run_copied_curl(page, folder):
    page.click("copy-curl")
    page.until(lambda: page.told("snippet-said"), "whether it was copied")
    text = page.find("snippet").get_attribute("value")
    page.click("snippet-close")
    answer = subprocess.run(["bash", "-c", text], cwd=folder, capture_output=True, text=True, check=True)
    return labels(json.loads(answer.stdout)["results"])


def run_copied(page, folder, env=None):
    """Runs both commands as they stand in the page; the labels that each found."""
    texts = {}
    for how in ("curl", "python"):
        page.click(f"copy-{how}")
        page.until(lambda: page.told("snippet-said"), "whether it was copied")
        texts[how] = page.find("snippet").get_attribute("value")
        page.click("snippet-close")
    environment = {**os.environ, **(env or {})}
    answer = subprocess.run(["bash", "-c", texts["curl"]], cwd=folder, env=environment, capture_output=True, text=True, check=True)
    lines = subprocess.run(
        [sys.executable, "-I", "-S", "-c", texts["python"]], cwd=folder, env=environment, capture_output=True, text=True, check=True)
    assert TOKEN not in "".join(texts.values())
    return [labels(json.loads(answer.stdout)["results"]), [int(line.split()[0]) for line in lines.stdout.splitlines()]]


def test_recent_searches_bring_everything_back(page, client):
    page.open("photos-ivf")
    page.fill("query-filter", "category = 'bird'")
    page.fill("query-nprobe", "50")
    page.fill("query-k", "4")
    page.fill("query-label", "12")
    first = searched(page, lambda: page.click("run"))
    page.open("photos-hnsw")
    searched(page, lambda: page.click("picture-3"))
    page.browser.refresh()
    page.until(lambda: page.snapshot()["connected"] and page.snapshot()["index"] == "photos-hnsw")
    page.click("recent")
    row = next(row for row in page.browser.find_elements(By.CSS_SELECTOR, "#query .recent li button") if "id 12" in row.text)
    assert "k 4 · nprobe 50 · category = 'bird' · photos-ivf" in row.text
    page.keep("query-recent")
    row.click()
    page.until(lambda: page.snapshot()["index"] == "photos-ivf" and page.snapshot()["search"], "the index")
    page.finished(first["search"])
    assert labels(page.snapshot()["results"]) == labels(first["results"])
    assert [page.find(f"query-{name}").get_attribute("value") for name in ("k", "nprobe", "filter", "label")] == ["4", "50", "category = 'bird'", "12"]
    # A storage without room keeps the page going.
    page.script("Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }")
    page.open("photos-hnsw")
    searched(page, lambda: page.click("picture-5"))
    page.until(lambda: "id 5" in page.told("recent-0"), "recent-0")
    page.browser.refresh()
    page.arrived()


def test_the_detail_says_what_the_trace_says(page, client):
    page.open("photos-hnsw")
    page.fill("query-label", "40")
    page.fill("query-ef", "8")
    shown = searched(page, lambda: page.click("run"))
    trace = client.ask("search.trace", search=shown["search"])
    columns = trace["columns"]
    for rank in (2, 5):
        hit = shown["results"][rank - 1]
        page.click(f"result-{rank}")
        page.until(lambda: page.told("detail-outcome") == f"Result {rank} of 5.", "the item")
        steps = [i + 1 for i, node in enumerate(columns["to"]) if node == hit["node"] and columns["kind"][i] in (0, 1, 2, 3)]
        rows = page.browser.find_elements(By.CSS_SELECTOR, ".meetings button")
        assert [row.text.split()[1] for row in rows] == [str(step) for step in steps]
        assert abs(float(page.find("detail-distance").get_attribute("title")) - hit["distance"]) < 1e-3
        rows[0].click()
        assert page.snapshot()["cursor"] == steps[0]
        node = client.ask("index.node", index="photos-hnsw", node=hit["node"])
        page.until(lambda: page.browser.find_elements(By.CSS_SELECTOR, ".neighbours button"), "its neighbours")
        told = [int(one.get_attribute("data-testid").split("-")[1]) for one in page.browser.find_elements(By.CSS_SELECTOR, ".neighbours button")]
        assert told == [other for layer in reversed(node["links"]) for other in layer]
        page.browser.find_element(By.TAG_NAME, "body").send_keys(Keys.END)
        # A list that is drawn anew under the pointer takes no click.
        page.until(lambda: page.text("results").startswith("Results"), "the end")
    # One that was kept and pushed out, or not kept, says the step.
    results = {hit["node"] for hit in shown["results"]}
    other = next(columns["to"][i] for i, kind in enumerate(columns["kind"]) if kind == 2 and columns["layer"][i] == 0 and columns["to"][i] not in results)
    stored = client.ask("index.vector", index="photos-hnsw", node=other)
    page.keep("detail")
    neighbour = page.browser.find_element(By.CSS_SELECTOR, ".neighbours button")
    chosen = int(neighbour.get_attribute("data-testid").split("-")[1])
    neighbour.click()
    item = client.ask("index.items", index="photos-hnsw", nodes=[chosen])["items"][0]
    page.until(lambda: page.told("detail-caption") == item["caption"], "the neighbour")
    if "vector" in stored:
        vector = numpy.array(client.ask("index.vector", index="photos-hnsw", node=chosen)["vector"])
        page.until(lambda: f"128 numbers · norm {numpy.linalg.norm(vector):#.5g}" in page.told("detail-norm"), "its vector")
        page.click("copy-vector")
        page.click("measure-from")
        page.click("result-1")
        answer = client.ask("index.distances", **{"index": "photos-hnsw", "from": {"node": chosen}, "to": [shown["results"][0]["node"]]})
        page.until(lambda: abs(float(page.find("detail-other-distance").get_attribute("title")) - answer["distances"][0]) < 1e-3, "its distance")
    page.click("detail-picture")
    page.until(lambda: page.browser.find_element(By.CSS_SELECTOR, "dialog.enlarged img").is_displayed(), "the large picture")
    page.browser.switch_to.active_element.send_keys(Keys.ESCAPE)
    page.until(lambda: not page.browser.find_elements(By.CSS_SELECTOR, "dialog.enlarged") and page.text("detail"), "the item")
    shown = searched(page, lambda: page.click("more-like-this"))
    assert shown["results"][0]["label"] == int(page.find("query-label").get_attribute("value"))
    page.browser.find_element(By.TAG_NAME, "body").send_keys(Keys.ESCAPE)
    page.until(lambda: page.text("detail") == "", "nothing")


def test_by_keyboard_alone(page):
    page.open("photos-hnsw")
    page.blur()
    press = lambda *keys: page.browser.switch_to.active_element.send_keys(*keys)  # noqa: E731
    press("/")
    assert page.browser.switch_to.active_element.get_attribute("data-testid") == "query-label"
    shown = searched(page, lambda: press(Keys.BACKSPACE * 5, "71", Keys.ENTER))
    assert shown["results"][0]["label"] == 71
    reached = set()
    for _ in range(40):
        press(Keys.TAB)
        now = page.browser.switch_to.active_element.get_attribute("data-testid")
        reached.add(now)
        if now and now.startswith("picture-"):
            break
    assert {"random", "query-k", "query-k-slider", "query-ef", "query-filter", "run", "rerun", "copy-curl", "copy-python", "recent", "gallery-find"} <= reached
    press(Keys.ARROW_RIGHT, Keys.NULL)
    press(Keys.ARROW_DOWN)
    label = int(page.browser.switch_to.active_element.get_attribute("data-testid").split("-")[1])
    assert label == 5
    press(Keys.PAGE_DOWN)
    page.until(lambda: page.told("gallery-place").startswith("25 – 48"), "the next page")
    page.until(lambda: page.browser.switch_to.active_element.get_attribute("data-testid") == "picture-24", "the focus")
    shown = searched(page, lambda: press(Keys.ENTER))
    assert shown["results"][0]["label"] == 24


def test_the_gallery_finds_by_caption(page, client):
    answer = client.ask("index.find", index="photos-hnsw", text="dog", limit=1000)
    page.open("photos-hnsw")
    page.fill("gallery-find", "dog")
    page.until(lambda: page.told("gallery-place").endswith(f"of {len(answer['items'])}"), "what is found")
    shown = [one.get_attribute("data-label") for one in page.browser.find_elements(By.CSS_SELECTOR, "#gallery .grid button")]
    assert shown == [str(item["label"]) for item in answer["items"][:24]]
    page.fill("gallery-find", "zzzzzz")
    page.until(lambda: page.told("gallery-place") == "nothing found", "that there is none")
    page.find("gallery-find").send_keys(Keys.BACKSPACE * 6)
    page.until(lambda: page.told("gallery-place").startswith("1 – 24"), "all")


def test_an_index_without_pictures_and_with_labels_beyond_numbers(page, photos, tmp_path):
    first = 2**63
    vectors = numpy.random.default_rng(5).random((40, 6), dtype=numpy.float32)
    index = hnswlib.Index("l2", 6)
    index.init_index(40, M=4, random_seed=1)
    index.add_items(vectors, first + numpy.arange(40, dtype=numpy.uint64), num_threads=1)
    index.mark_deleted(first + 3)
    index.save_index(str(tmp_path / "plain.bin"))
    daemon = Daemon(BINARY, "serve", tmp_path)
    page.go(daemon.url, "plain")
    page.until(lambda: page.told(f"picture-{first + 5}") == f"id {first + 5}", "the items by their ids")
    shown = searched(page, lambda: page.click(f"picture-{first + 5}"))
    assert shown["results"][0]["label"] == str(first + 5)
    assert run_copied_curl(page, tmp_path) == [hit["label"] for hit in shown["results"]]
    page.until(lambda: page.text("results").startswith("Results"), "the end")
    page.click("result-1")
    page.until(lambda: page.told("detail-caption") == f"id {first + 5}", "the item")
    page.until(lambda: page.browser.find_elements(By.CSS_SELECTOR, ".neighbours .chip"), "its neighbours")
    page.keep("detail-plain")
    # The deleted one is a neighbour of some, and says what it is.
    client = daemon.client()
    near = next(node for node in range(40) if 3 in client.ask("index.node", index="plain", node=node)["links"][0] and node != 3)
    page.click(f"picture-{first + near}")
    page.finished(shown["search"])
    page.until(lambda: page.text("results").startswith("Results"), "the end")
    page.click("result-1")
    page.until(lambda: page.find("neighbour-3").is_displayed(), "the neighbour")
    page.click("neighbour-3")
    page.until(lambda: page.find("detail-deleted").is_displayed(), "that it is deleted")
    client.close()
    page.go(photos.url)
    page.arrived()
    assert daemon.stop() == 0


def test_a_token_is_in_no_copied_text_and_a_viewer_sees_why_it_may_not(page, tmp_path):
    with guarded_demo(BINARY, tmp_path, f"viewer wall {VIEWER}", f"publisher checkout {TOKEN}") as daemon:
        page.load(daemon.url)
        for token in (TOKEN, VIEWER):
            page.until(lambda: page.find("token").is_displayed(), "the question for a token")
            page.fill("token", token)
            page.click("token-go")
            page.arrived()
            page.open("photos-hnsw")
            if token == TOKEN:
                page.fill("query-label", "40")
                shown = searched(page, lambda: page.click("run"))
                assert run_copied(page, tmp_path, {"TOKEN": TOKEN}) == [labels(shown["results"])] * 2
                page.script("sessionStorage.clear()")
                page.browser.refresh()
        for name in ("query-label", "query-k", "query-ef-slider", "query-filter", "run", "random", "copy-curl", "rerun"):
            assert page.find(name).is_displayed() and not page.find(name).is_enabled(), name
        page.until(lambda: page.told("obstacle") == "This token may watch, not search.", "obstacle")
        page.click("picture-3")
        page.until(lambda: page.text("detail"), "the item")
        assert not page.find("more-like-this").is_enabled()
        page.keep("query-viewer")
        # Before the daemon: a page that tries to connect in vain says so in its log.
        page.browser.get("about:blank")
