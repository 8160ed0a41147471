"""The descent, the cells and the player in a real browser: what they show is what the trace says."""
import re
import shutil

import faiss
import pytest

from browser import Page
from conftest import BINARY, DEMO, ROOT
from daemon import Daemon

ORACLE = ROOT / "Tests/Oracle"
KEEP, REJECT, EXPAND = 1, 2, 3
STARTS = {0, EXPAND, 4, 6, 8, 9}


@pytest.fixture(scope="module")
def daemon(tmp_path_factory):
    folder = tmp_path_factory.mktemp("codes")
    for name in ("faiss_refine_k4", "faiss_ivf_pq", "faiss_nsg"):
        shutil.copy(ORACLE / f"{name}.bin", folder)
    with Daemon(BINARY, "serve", DEMO, folder).ready().mapped() as daemon:
        yield daemon


@pytest.fixture(scope="module")
def page(daemon):
    with Page(daemon.url) as page:
        yield page


def run(page, index, **fields):
    page.run(index, **fields)
    return page.measured()


def plain(text):
    return text.replace("\u202f", "")


def told(page, name):
    return plain(page.find(name).get_property("textContent"))


def trace_of(daemon, search):
    client = daemon.client()
    try:
        return client.ask("search.trace", search=search)["columns"]
    finally:
        client.close()


def test_the_figures_of_a_descent_are_those_of_the_trace(page, daemon):
    shown = run(page, "photos-hnsw", label=71, k=10, ef=50)
    levels = next(index for index in daemon.client().hello["indexes"] if index["name"] == "photos-hnsw")["levels"]
    for cursor in (shown["total"], shown["total"] // 2, 1):
        page.seek(cursor)
        now = page.snapshot()
        page.until(lambda: told(page, "figure-distances").startswith(str(now["distances"])), "the figure")
        page.drawn()
        rows = [[plain(cell.text) for cell in row.find_elements("css selector", "td")] for row in page.find("layers").find_elements("css selector", "tbody tr")]
        wanted = {layer["layer"]: layer for layer in now["stages"][0]["layers"]}
        assert [int(row[0].strip("▸ ")) for row in rows] == list(range(len(levels) - 1, -1, -1))
        for number, row in zip(range(len(levels) - 1, -1, -1), rows):
            counts = [str(wanted[number]["distances"]), str(wanted[number]["hops"])] if number in wanted else ["–", "–"]
            assert row[1:4] == [str(levels[number]), *counts]
        marked = page.find("layers").find_elements("css selector", "tr.now td")
        assert marked[0].text == f"▸ {now['stages'][0]['layers'][-1]['layer']}"
    assert told(page, "figure-recall") == f"{shown['recall']:.2f}recall@10"
    assert re.match(r"[\d.]+ % of 1000 vectors · [\d.]+ (µs|ms)$", told(page, "figure-share"))
    page.keep("descent-beginning")


def test_one_steps_by_steps_expansions_and_layers(page, daemon):
    shown = run(page, "photos-hnsw", label=40, k=5, ef=6)
    columns = trace_of(daemon, shown["search"])
    kinds, total = columns["kind"], shown["total"]
    ends = [i for i in range(1, total) if kinds[i] in STARTS] + [total]
    entries = [i + 1 for i, kind in enumerate(kinds) if kind == 0]
    for button, boundaries in (("expansion-forward", ends), ("part-forward", entries)):
        page.seek(0)
        for cursor in boundaries[:3]:
            page.click(button)
            assert page.snapshot()["cursor"] == cursor
    page.click("part-back")
    assert page.snapshot()["cursor"] == entries[1]
    page.seek(total)
    for cursor in ends[-2:-4:-1]:
        page.click("expansion-back")
        assert page.snapshot()["cursor"] == cursor and not page.snapshot()["playing"]
    page.keep("descent-expansion")


def test_a_search_is_repeated_until_it_is_told_not_to(page):
    shown = run(page, "photos-hnsw", label=40, k=5, ef=6)
    page.put("speed", "4", "change")
    page.click("loop")
    page.click("play")
    page.until(lambda: page.snapshot()["cursor"] == shown["total"], "the end")
    page.until(lambda: page.snapshot()["playing"] and page.snapshot()["cursor"] < shown["total"] // 2, "the second time")
    page.click("loop")
    page.until(lambda: not page.snapshot()["playing"] and page.snapshot()["cursor"] == shown["total"], "the last end")
    page.put("speed", "1", "change")
    page.rests(60)


def test_the_profile_tells_the_step_under_the_pointer(page):
    shown = run(page, "photos-ivf", label=40, k=5, nprobe=6)
    page.script(
        """const s = arguments[0], box = s.getBoundingClientRect();
        s.dispatchEvent(new PointerEvent("pointermove", { clientX: box.left + box.width / 2, clientY: box.top + 20 }))""", page.find("scrub"))
    page.until(lambda: page.find("profile-words").is_displayed(), "the words")
    words = page.told("profile-words")
    step = int(re.match(r"step (\d+) · coarse", words).group(1))
    assert abs(step - shown["total"] / 2) <= 1
    page.keep("profile-words")
    page.script("arguments[0].dispatchEvent(new PointerEvent('pointerleave'))", page.find("scrub"))
    page.seek(step)
    page.until(lambda: page.text("explanation") and words.endswith(page.text("explanation")), "the same words")


def test_cells_are_named_before_a_search_and_counted_in_it(page, daemon):
    index = faiss.read_index(str(DEMO / "faiss_ivf128_flat_l2.index"))
    sizes = [index.invlists.list_size(cell) for cell in range(index.nlist)]
    # Without what its address tells of the search before.
    page.go(daemon.url)
    page.arrived()
    page.open("photos-ivf")
    page.click("tab-cells")
    largest = sizes.index(max(sizes))
    page.until(lambda: f"Largest: cell {largest}, {max(sizes)} vectors." in told(page, "cell-extremes"), "the largest cell")
    assert f", {min(size for size in sizes if size)}." in told(page, "cell-extremes")
    page.keep("cells-before")

    index.nprobe = 6
    index.make_direct_map()
    query = index.reconstruct(40)[None]
    _, labels = index.search(query, 5)
    _, cells = index.quantizer.search(query, 6)
    lists = {int(cell): faiss.rev_swig_ptr(index.invlists.get_ids(int(cell)), sizes[int(cell)]).tolist() for cell in cells[0]}
    shown = run(page, "photos-ivf", label=40, k=5, nprobe=6)
    page.until(lambda: told(page, "figure-cells").startswith("6 / 128"), "the figures")
    assert told(page, "figure-vectors").startswith(str(sum(len(ids) for ids in lists.values())))
    assert told(page, "figure-recall").startswith(f"{shown['recall']:.2f}")
    strip = page.find("probe-strip").get_attribute("aria-label")
    for cell, ids in lists.items():
        found = sum(1 for label in labels[0] if label in ids)
        wanted = f"cell {cell}: {len(ids)} vector{'s' * (len(ids) != 1)}" + (f", {found} result{'s' * (found != 1)}" if found else "")
        assert wanted in strip
    for _ in range(2):
        page.click("part-back")
    now = page.snapshot()
    page.until(lambda: told(page, "figure-cells").startswith(f"{len(now['litCells'])} / 128"), "the figures on the way")
    page.drawn()
    assert len(now["litCells"]) == 5 and now["explanation"].startswith(f"Opens cell {cells[0][4]}")


def test_codes_are_compared_with_true_distances_where_they_are_known(page):
    shown = run(page, "faiss_refine_k4", label=40, k=5)
    page.until(lambda: page.find("codes"), "the plot")
    assert len(page.find("codes").find_elements("css selector", "circle")) == shown["rescored"] == 20
    assert len(page.find("codes").find_elements("css selector", "circle.result")) == 5
    scan = shown["stages"][0]["results"][:5]
    kept = sum(1 for hit in shown["results"] if hit["node"] in scan)
    assert f"{kept} of the 5 results were among the first 5 by codes" in told(page, "codes")
    page.script("arguments[0].scrollIntoView()", page.find("codes"))
    page.keep("codes")
    run(page, "faiss_ivf_pq", label=40, k=5, nprobe=3)
    page.until(lambda: "codes alone" in told(page, "codes"), "what is not known")
    assert not page.find("codes").find_elements("css selector", "circle")
    assert "the distance of its code" in told(page, "fine-heading")


def test_a_graph_of_one_layer_has_one_sheet(page):
    shown = run(page, "faiss_nsg", label=40, k=5, ef=10)
    assert shown["view"] == "descent"
    page.until(lambda: told(page, "figure-distances").startswith(str(shown["distances"])), "the figure")
    page.drawn()
    assert len(page.find("layers").find_elements("css selector", "tbody tr")) == 1
    page.keep("nsg")


def test_without_motion_the_end_is_there_at_once_and_nothing_moves(page):
    page.prefers("reduce")
    try:
        shown = run(page, "photos-hnsw", label=40, k=5, ef=6)
        page.click("play")
        assert page.snapshot()["cursor"] == shown["total"] and not page.snapshot()["playing"]
        assert page.find("loop").get_property("disabled")
        page.click("part-back")
        page.click("expansion-forward")
        assert page.snapshot()["cursor"] < shown["total"]
        page.until(lambda: page.snapshot()["localMap"], "the local map")
        page.rests(60)
    finally:
        page.prefers("")
