"""The chart: what is chosen on it by mouse and by keys, against what the daemon says of the index."""
import shutil

import faiss
import numpy
import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from browser import Page
from conftest import BINARY, DEMO
from daemon import Daemon


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The demo's pictures, and two kinds of index that have neither layers nor cells."""
    folder = tmp_path_factory.mktemp("chart")
    for name in ("hnswlib_M6_ef30_l2.index", "faiss_ivf128_flat_l2.index"):
        for suffix in ("", ".annscope.json"):
            shutil.copy(DEMO / (name + suffix), folder)
    shutil.copy(DEMO / "items.csv", folder)
    shutil.copytree(DEMO / "images", folder / "images")
    vectors = numpy.random.default_rng(5).random((200, 8), dtype=numpy.float32)
    flat = faiss.IndexFlatL2(8)
    flat.add(vectors)
    faiss.write_index(flat, str(folder / "flat.index"))
    nsg = faiss.IndexNSGFlat(8, 8)
    nsg.add(vectors)
    faiss.write_index(nsg, str(folder / "nsg.index"))
    return folder


@pytest.fixture(scope="module")
def daemon(folder):
    with Daemon(BINARY, "serve", folder) as daemon:
        yield daemon


@pytest.fixture(scope="module")
def client(daemon):
    client = daemon.client()
    yield client
    client.close()


@pytest.fixture(scope="module")
def page(daemon):
    with Page(daemon.url) as page:
        yield page


def snapshot(page, places=False):
    """What the page shows; where every node is on the canvas comes only on demand, as it is long."""
    return page.script(
        "const shown = annscope.snapshot(); if (!arguments[0] && shown.panels) delete shown.panels.places; return shown", places)


def panels(page, places=False):
    return snapshot(page, places)["panels"]


def chart(page, index):
    """The chart of an index with its map at rest, the whole of it in sight and nothing chosen."""
    if snapshot(page)["index"] != index:
        page.open(index)
    page.click("tab-chart")
    page.until(lambda: snapshot(page)["map"]["finished"] and not snapshot(page)["map"]["moves"] and panels(page)["frame"], "the map")
    page.click("zoom-fit")
    keys(page, "stage", Keys.ESCAPE, Keys.ESCAPE, Keys.ESCAPE)
    if panels(page)["layers"] and len(panels(page)["layers"]["shown"]) > 1:
        page.click("layers-all")
    page.until(lambda: panels(page)["camera"]["scale"] == 1 and snapshot(page)["selected"] is None and not panels(page)["lasso"])


def keys(page, element, *typed):
    """Types with an element of the page focused, as after tabbing there."""
    page.script("document.getElementById(arguments[0]).focus()", element)
    ActionChains(page.browser).send_keys(*typed).perform()


def lonely(page, after=0, least=9):
    """A node with nothing near it, so that a click can mean no other, and where it is on the canvas."""
    places = numpy.array([[p["x"], p["y"]] if p else [numpy.nan] * 2 for p in panels(page, places=True)["places"]])
    frame = page.browser.find_element(By.ID, "canvas").size
    for node in range(after, len(places)):
        x, y = places[node]
        if not (60 < x < frame["width"] - 100 and 60 < y < frame["height"] - 60):
            continue
        away = numpy.hypot(*(places - places[node]).T)
        away[node] = numpy.inf
        if numpy.nanmin(away) > least:
            return node, x, y
    raise AssertionError("every node has one near it")


def on_canvas(page, x, y):
    canvas = page.browser.find_element(By.ID, "canvas")
    size = canvas.size
    return ActionChains(page.browser).move_to_element_with_offset(canvas, round(x - size["width"] / 2), round(y - size["height"] / 2))


def assert_selected(page, client, index, node):
    """What is shown of a node is what the daemon says of it."""
    page.until(lambda: snapshot(page)["selected"] == node and panels(page)["links"] is not None and panels(page)["hops"] is not None, "the node's links and route")
    shown = panels(page, places=True)
    assert shown["links"] == client.ask("index.node", index=index, node=node)["links"]
    route = client.ask("index.route", index=index, node=node)
    assert shown["hops"] == route["hops"]
    assert set(shown["drawn"]["neighbours"]) == {one for layer in shown["links"] for one in layer}
    drawn = shown["drawn"]["route"]
    assert drawn["unplaced"] == 0 and drawn["lines"][0][0] == shown["places"][route["hops"][0]["node"]]
    assert drawn["lines"][-1][-1] == shown["places"][node]
    followed = sum(a["node"] != b["node"] for a, b in zip(route["hops"], route["hops"][1:]))
    drops = sum(a["node"] == b["node"] and a["layer"] != c["layer"] for a, b, c in zip(route["hops"], route["hops"][1:], [*route["hops"][2:], {"layer": -1}]))
    assert sum(len(line) - 1 for line in drawn["lines"]) == followed
    assert len(drawn["drops"]) <= drops + 1
    page.until(lambda: page.told("route-words").startswith(f"{followed} hop"), "the route in words")


def test_a_click_selects_a_node_with_its_links_and_the_way_there(page, client):
    chart(page, "photos-hnsw")
    before = snapshot(page)["search"]
    node, x, y = lonely(page)
    on_canvas(page, x, y).click().perform()
    assert_selected(page, client, "photos-hnsw", node)
    page.keep("chart-selected")
    assert snapshot(page)["search"] == before, "a click on the chart is no search"
    neighbour = panels(page)["links"][0][0]
    page.until(lambda: page.find(f"neighbour-{neighbour}"), "the neighbour's button")
    page.script("arguments[0].focus()", page.find(f"neighbour-{neighbour}"))
    ActionChains(page.browser).send_keys(Keys.ENTER).perform()
    assert_selected(page, client, "photos-hnsw", neighbour)
    keys(page, "stage", Keys.ESCAPE)
    page.until(lambda: snapshot(page)["selected"] is None, "nothing to be selected")


def test_a_double_click_and_enter_search_for_more_like_it(page, client):
    chart(page, "photos-hnsw")
    node, x, y = lonely(page, after=100)
    before = snapshot(page)["search"]
    on_canvas(page, x, y).double_click().perform()
    found = page.finished(before)
    label = client.ask("index.node", index="photos-hnsw", node=node)["label"]
    assert found["results"][0]["label"] == label
    chart(page, "photos-hnsw")
    node, x, y = lonely(page, after=300)
    on_canvas(page, x, y).click().perform()
    page.until(lambda: snapshot(page)["selected"] == node)
    keys(page, "stage", Keys.ENTER)
    found = page.finished(found["search"])
    assert found["results"][0]["label"] == client.ask("index.node", index="photos-hnsw", node=node)["label"]


def test_layers_and_their_links_are_chosen(page, client):
    chart(page, "photos-hnsw")
    levels = client.ask("index.describe", index="photos-hnsw")["levels"]
    assert panels(page)["layers"] == {"shown": [True] * len(levels), "linked": [False] + [True] * (len(levels) - 1)}
    page.click("layer-0-shown")
    page.click("layer-1-linked")
    assert panels(page)["layers"]["shown"][:2] == [False, True] and panels(page)["layers"]["linked"][1] is False
    assert page.find("layer-0-shown").get_attribute("aria-pressed") == "false"
    page.keep("chart-layers")
    page.click("lasso-sight")
    page.until(lambda: len(panels(page)["lasso"]) == levels[1], "the nodes of layer 1 alone")
    for name in ("layer-1-shown", "layer-0-linked"):
        page.script("arguments[0].focus()", page.find(name))
        ActionChains(page.browser).send_keys(Keys.SPACE).perform()
    assert panels(page)["layers"]["shown"][:2] == [False, False] and panels(page)["layers"]["linked"][0] is True
    page.click("layers-all")
    assert all(panels(page)["layers"]["shown"])


def test_an_id_or_a_caption_is_found_and_flown_to(page, client):
    chart(page, "photos-hnsw")
    page.script("document.activeElement.blur()")
    ActionChains(page.browser).send_keys("/").send_keys("boat").perform()
    expected = client.ask("index.find", index="photos-hnsw", text="boat", limit=20)
    page.until(lambda: page.find("found-1").is_displayed(), "what was found")
    rows = page.find("found").find_elements(By.TAG_NAME, "li")
    assert [int(row.get_attribute("data-node")) for row in rows] == [item["node"] for item in expected["items"]]
    assert rows[0].find_elements(By.TAG_NAME, "img")
    page.keep("chart-find")
    ActionChains(page.browser).send_keys(Keys.ARROW_DOWN, Keys.ENTER).perform()
    node = expected["items"][1]["node"]
    page.until(lambda: snapshot(page)["selected"] == node)
    page.until(lambda: panels(page)["camera"]["scale"] >= 6, "the camera to come close")
    size = page.browser.find_element(By.ID, "canvas").size

    def is_in_the_middle():
        place = panels(page, places=True)["places"][node]
        return abs(place["x"] - size["width"] / 2) < 3 and abs(place["y"] - size["height"] / 2) < 3
    page.until(is_in_the_middle, "the node in the middle")
    page.keep("chart-found")
    page.fill("find", "17")
    page.until(lambda: page.find("found-0").get_attribute("data-node") == str(client.ask("index.find", index="photos-hnsw", text="17")["items"][0]["node"]), "the id")
    page.find("found-0").click()
    page.until(lambda: snapshot(page)["selected"] == client.ask("index.find", index="photos-hnsw", text="17")["items"][0]["node"], "it to be selected")
    page.fill("find", "no such thing")
    page.until(lambda: "nothing found" in page.browser.find_element(By.CLASS_NAME, "found-note").text, "the answer")
    ActionChains(page.browser).send_keys(Keys.ESCAPE).perform()


def test_the_lasso_holds_what_is_within_it_and_a_search_keeps_to_it(page, client):
    chart(page, "photos-hnsw")
    x, y, side = 330, 160, 150
    corners = [(x, y), (x + side, y), (x + side, y + side), (x, y + side)]
    hand = on_canvas(page, *corners[0]).key_down(Keys.SHIFT).click_and_hold()
    for dx, dy in ((side, 0), (0, side), (-side, 0)):
        hand.move_by_offset(dx, dy)
    hand.release().key_up(Keys.SHIFT).perform()
    inside = [node for node, p in enumerate(panels(page, places=True)["places"]) if x + 2 < p["x"] < x + side - 2 and y + 2 < p["y"] < y + side - 2]
    near = [node for node, p in enumerate(panels(page, places=True)["places"]) if x - 2 < p["x"] < x + side + 2 and y - 2 < p["y"] < y + side + 2]
    held = panels(page)["lasso"]
    assert len(inside) > 20 and set(inside) <= set(held) <= set(near)
    page.until(lambda: len(page.find("chosen").find_elements(By.TAG_NAME, "img")) == 24, "pictures of what is chosen")
    page.keep("chart-lasso")
    page.click("search-among")
    page.until(lambda: panels(page)["among"] == len(held), "the labels")
    page.until(lambda: page.told("among").startswith(f"only among {len(held)} vectors"), "among")
    labels = [item["label"] for item in client.ask("index.items", index="photos-hnsw", nodes=held)["items"]]
    page.fill("query-label", "40")
    before = snapshot(page)["search"]
    page.click("run")
    found = page.finished(before)
    parameters = {name: int(page.find(f"query-{field}").get_attribute("value")) for name, field in (("k", "k"), ("efSearch", "ef"))}
    expected = client.ask("search.run", index="photos-hnsw", label=40, filter={"allow": labels}, **parameters)
    assert [hit["label"] for hit in found["results"]] == [hit["label"] for hit in expected["results"]]
    assert {hit["label"] for hit in found["results"]} <= set(labels)
    page.click("tab-chart")
    page.click("search-all")
    assert not page.find("among").is_displayed()
    page.click("lasso-clear")
    page.until(lambda: not panels(page)["lasso"] and panels(page)["among"] is None)


def test_the_lasso_button_is_for_hands_without_a_shift_key_and_in_sight_for_keys(page):
    chart(page, "photos-hnsw")
    page.click("lasso")
    assert page.find("lasso").get_attribute("aria-pressed") == "true"
    on_canvas(page, 300, 100).click_and_hold().move_by_offset(200, 0).move_by_offset(0, 200).release().perform()
    page.until(lambda: len(panels(page)["lasso"]) > 0, "what is within")
    assert page.find("lasso").get_attribute("aria-pressed") == "false" and panels(page)["camera"]["x"] == 0
    keys(page, "stage", Keys.ESCAPE)
    page.until(lambda: not panels(page)["lasso"], "it to be let go of")
    page.script("arguments[0].focus()", page.find("lasso-sight"))
    ActionChains(page.browser).send_keys(Keys.ENTER).perform()
    page.until(lambda: len(panels(page)["lasso"]) == 1000, "all of it")


def test_the_minimap_is_there_when_zoomed_and_moves_the_picture(page):
    chart(page, "photos-hnsw")
    assert not panels(page)["minimap"]
    for _ in range(3):
        page.click("zoom-in")
    page.until(lambda: panels(page)["minimap"] and panels(page)["camera"]["scale"] > 3, "the minimap")
    small = page.find("minimap")
    ActionChains(page.browser).move_to_element_with_offset(small, -50, -20).click_and_hold().move_by_offset(20, 10).release().perform()
    canvas = page.browser.find_element(By.ID, "canvas").size
    frame = panels(page)["frame"]
    middle = (canvas["width"] / 2 - frame["x"]) / frame["width"], (canvas["height"] / 2 - frame["y"]) / frame["height"]
    numpy.testing.assert_allclose(middle, (0.5 - 30 / small.size["width"], 0.5 - 10 / small.size["height"]), atol=0.02)
    before = panels(page)["camera"]
    page.script("arguments[0].focus()", small)
    ActionChains(page.browser).send_keys(Keys.ARROW_RIGHT).perform()
    page.until(lambda: panels(page)["camera"]["x"] == pytest.approx(before["x"] - 60), "the picture to move")
    page.click("zoom-fit")
    page.until(lambda: not panels(page)["minimap"], "the minimap to go")


def test_the_map_is_labelled_with_what_the_items_say(page, client):
    chart(page, "photos-hnsw")
    page.until(lambda: len(panels(page)["labels"]) > 5, "labels")
    items = client.ask("index.items", index="photos-hnsw", nodes=list(range(1000)))["items"]
    said = {item["category"] for item in items} | {word for item in items for word in item["caption"].lower().split()}
    labels = panels(page)["labels"]
    assert {label["text"] for label in labels} <= said
    for i, a in enumerate(labels):
        for b in labels[:i]:
            assert abs(a["x"] - b["x"]) * 2 >= a["width"] + b["width"] or abs(a["y"] - b["y"]) * 2 >= a["height"] + b["height"]


def test_cells_by_size_hover_and_members(page, client):
    chart(page, "photos-ivf")
    sizes = client.ask("index.describe", index="photos-ivf")["listSizes"]
    largest = max(range(len(sizes)), key=lambda cell: sizes[cell])
    page.click("cell-largest")
    page.until(lambda: panels(page)["members"] is not None, "its members")
    assert panels(page)["cell"] == largest
    assert panels(page)["members"] == client.ask("index.cell", index="photos-ivf", cell=largest, limit=24)["nodes"]
    page.until(lambda: page.told("cell-words").startswith(f"{sizes[largest]} vectors"), "cell-words")
    page.keep("chart-cells")
    field = page.find("cell-number")
    field.clear()
    field.send_keys("7", Keys.ENTER)
    page.until(lambda: panels(page)["cell"] == 7 and panels(page)["members"] is not None, "cell 7")
    member = panels(page)["members"][0]
    page.find(f"go-{member}").click()
    page.until(lambda: snapshot(page)["selected"] == member and panels(page)["cell"] is None, "the member")
    # In the middle of the picture there is a cell; where exactly a node is hit the node is meant.
    keys(page, "stage", Keys.ESCAPE)
    page.click("zoom-fit")
    places = numpy.array([[p["x"], p["y"]] for p in panels(page, places=True)["places"]])
    x, y = max(((x, y) for x in range(250, 550, 20) for y in range(150, 350, 20)), key=lambda at: numpy.hypot(*(places - at).T).min())
    on_canvas(page, x, y).perform()
    page.until(lambda: page.find("cell-card").find_elements(By.TAG_NAME, "img"), "pictures of the cell")
    card = page.browser.find_element(By.ID, "hover")
    cell = int(card.find_element(By.TAG_NAME, "b").text.split()[1])
    assert f"{sizes[cell]} vector" in card.text
    assert len(page.find("cell-card").find_elements(By.TAG_NAME, "img")) == min(9, sizes[cell])
    page.keep("chart-cell-hover")
    on_canvas(page, x, y).click().perform()
    page.until(lambda: panels(page)["cell"] == cell, "the cell")


def test_a_flat_index_has_neither_layers_nor_cells(page, client):
    chart(page, "flat")
    assert panels(page)["layers"] is None and not page.browser.find_elements(By.CSS_SELECTOR, "#tools .layers")
    node, x, y = lonely(page, least=4)
    on_canvas(page, x, y).click().perform()
    page.until(lambda: "no links and no cells" in page.text("selection"), "what it is")
    assert snapshot(page)["selected"] == node
    assert panels(page)["labels"] == []


def test_nsg_has_one_layer_and_a_way_from_its_entry(page, client):
    chart(page, "nsg")
    assert panels(page)["layers"] == {"shown": [True], "linked": [True]}
    assert not page.browser.find_elements(By.CSS_SELECTOR, '[data-testid="layer-0-shown"]')
    entry = client.ask("index.describe", index="nsg")["entryPoint"]
    node, x, y = next(found for found in (lonely(page, after=start, least=4) for start in range(0, 180, 15)) if found[0] != entry)
    on_canvas(page, x, y).click().perform()
    assert_selected(page, client, "nsg", node)
    page.click("layer-0-linked")
    assert panels(page)["layers"]["linked"] == [False]
