"""The page's pictures of each kind of search, against what the libraries answer on the same files."""
import json
import shutil

import annoy
import faiss
import numpy
import pytest
import usearch.index

from browser import Page
from conftest import BINARY, ROOT
from daemon import Daemon

ORACLE = ROOT / "Tests/Oracle"
FILES = [
    "faiss_hnsw_flat.bin", "faiss_hnsw_deep.bin", "faiss_nsg.bin", "faiss_ivf_hnsw_quantizer.bin", "faiss_ivf_pq.bin", "faiss_refine_k4.bin",
    "faiss_refine_flat.bin",
    "faiss_ivf_flat_l2.bin", "usearch_deep.usearch", "annoy_euclidean.ann",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("algorithms")
    for name in FILES:
        shutil.copy(ORACLE / name, folder)
    (folder / "annoy_euclidean.ann.annscope.json").write_text(json.dumps({"metric": "euclidean", "dimension": 5}))
    return folder


@pytest.fixture(scope="module")
def daemon(folder):
    with Daemon(BINARY, "serve", folder).ready().mapped() as daemon:
        yield daemon


@pytest.fixture(scope="module")
def page(daemon):
    with Page(daemon.url) as page:
        page.prefers("reduce")
        yield page


def run(page, index, **fields):
    page.run(index, **fields)
    return page.measured()


def assert_hits(shown, labels, distances):
    assert [hit["label"] for hit in shown["results"]] == [int(label) for label in labels]
    numpy.testing.assert_allclose([hit["distance"] for hit in shown["results"]], distances, rtol=1e-4, atol=1e-4)


def pointed_at(page, text):
    """The first card with a text in it, of those that the pointer brings up as it goes over the picture."""
    for row in range(2, page.script("return document.getElementById('canvas').clientHeight"), 6):
        told = page.script(
            """const canvas = document.getElementById("canvas"), box = canvas.getBoundingClientRect(), card = document.getElementById("hover");
            for (let x = 2; x < box.width; x += 6) {
              canvas.dispatchEvent(new PointerEvent("pointermove", { clientX: box.left + x, clientY: box.top + arguments[1] }));
              if (!card.hidden && card.textContent.includes(arguments[0])) return card.textContent;
            }
            return "";""", text, row)
        if told:
            return told
    return ""


def read(name):
    return faiss.read_index(str(ORACLE / f"{name}.bin"))


def test_faiss_hnsw(page):
    index = read("faiss_hnsw_deep")
    index.hnsw.efSearch = 8
    query = index.reconstruct(40)[None]
    distances, labels = index.search(query, 5)
    faiss.cvar.hnsw_stats.reset()
    index.search(query, 5)
    shown = run(page, "faiss_hnsw_deep", label=40, k=5, ef=8)
    page.keep("faiss-hnsw")
    assert shown["view"] == "descent" and shown["stopReason"] in ("exhausted", "relative")
    assert_hits(shown, labels[0], distances[0])
    assert shown["distances"] == faiss.cvar.hnsw_stats.ndis + 1
    (stage,) = shown["stages"]
    assert stage["algorithm"] == "faissHNSW" and stage["layers"][-1]["layer"] == 0
    assert sum(layer["hops"] for layer in stage["layers"]) == faiss.cvar.hnsw_stats.nhops
    assert stage["results"] == labels[0].tolist()
    # The layers of the file that the graph goes down through, and a route of real links.
    assert [layer["layer"] for layer in stage["layers"]] == list(range(index.hnsw.max_level, -1, -1))
    neighbors = faiss.rev_swig_ptr(index.hnsw.neighbors.data(), index.hnsw.neighbors.size())
    for a, b in zip(stage["route"], stage["route"][1:]):
        if a["layer"] == b["layer"]:
            begin, end = numpy.zeros(1, dtype="uint64"), numpy.zeros(1, dtype="uint64")
            index.hnsw.neighbor_range(a["node"], a["layer"], faiss.swig_ptr(begin), faiss.swig_ptr(end))
            assert b["node"] in neighbors[int(begin[0]):int(end[0])]
    middle = page.seek(shown["total"] * 2 // 3)
    page.keep("faiss-hnsw-walking")
    assert middle["stages"][0]["candidates"] > 0 and middle["explanation"]


def test_faiss_nsg(page):
    index = read("faiss_nsg")
    index.nsg.search_L = 10
    distances, labels = index.search(index.reconstruct(40)[None], 5)
    shown = run(page, "faiss_nsg", label=40, k=5, ef=10)
    page.keep("faiss-nsg")
    assert shown["view"] == "descent" and shown["stopReason"] == "exhausted"
    assert_hits(shown, labels[0], distances[0])
    assert len(shown["stages"][0]["results"]) == 10
    assert "pool" in shown["explanation"]


def test_a_graph_of_centroids(page):
    index = read("faiss_ivf_hnsw_quantizer")
    index.nprobe = 4
    index.make_direct_map()
    query = index.reconstruct(40)[None]
    distances, labels = index.search(query, 5)
    _, cells = index.quantizer.search(query, 4)
    shown = run(page, "faiss_ivf_hnsw_quantizer", label=40, k=5, nprobe=4)
    page.keep("faiss-ivf-hnsw-quantizer")
    assert shown["view"] == "cells" and shown["litCells"] == cells[0].tolist()
    assert_hits(shown, labels[0], distances[0])
    coarse, lists = shown["stages"]
    assert coarse["nodes"] == "centroids" and coarse["results"][:4] == cells[0].tolist() and coarse["layers"]
    assert lists["distances"] == sum(index.invlists.list_size(int(cell)) for cell in cells[0])
    walking = page.seek(coarse["distances"] // 2)
    page.keep("faiss-ivf-hnsw-quantizer-walking")
    assert walking["results"] == [] and walking["stages"][0]["candidates"] > 0 and not walking["litCells"]
    assert "centroid" in walking["explanation"]


def test_codes(page):
    index = read("faiss_ivf_pq")
    index.nprobe = 3
    index.make_direct_map()
    query = index.reconstruct(40)[None]
    distances, labels = index.search(query, 5)
    _, cells = index.quantizer.search(query, 3)
    shown = run(page, "faiss_ivf_pq", label=40, k=5, nprobe=3)
    page.keep("faiss-ivf-pq")
    assert shown["litCells"] == cells[0].tolist()
    assert_hits(shown, labels[0], distances[0])
    assert "as its code has it" in page.text("results")


def test_refinement(page):
    index = read("faiss_refine_k4")
    base = faiss.downcast_index(index.base_index)
    query = base.reconstruct(40)[None]
    distances, labels = index.search(query, 5)
    by_codes_distances, by_codes = base.search(query, 20)
    shown = run(page, "faiss_refine_k4", label=40, k=5)
    page.keep("faiss-refine")
    assert_hits(shown, labels[0], distances[0])
    assert shown["rescored"] == 20
    scan, refine = shown["stages"]
    assert scan["results"] == by_codes[0].tolist() and refine["results"] == labels[0].tolist()
    second = by_codes[0].tolist().index(labels[0][1])
    page.until(lambda: page.told("before-2").startswith(f"number {second + 1} by codes"), "before-2")
    told = page.seek(shown["total"] - 20)["explanation"]
    assert told.startswith(f"Ranks id {by_codes[0][0]} again, number 1")
    assert len(by_codes_distances[0]) == 20


def test_usearch(page):
    index = usearch.index.Index.restore(str(ORACLE / "usearch_deep.usearch"))
    index.expansion_search = 6
    found = index.search(index.get(140), 5)
    shown = run(page, "usearch_deep", label=140, k=5, ef=6)
    page.keep("usearch")
    assert shown["view"] == "descent" and shown["stages"][0]["algorithm"] == "usearch"
    assert_hits(shown, found.keys, found.distances)
    assert shown["distances"] == found.computed_distances


def test_annoy(page):
    index = annoy.AnnoyIndex(5, "euclidean")
    index.load(str(ORACLE / "annoy_euclidean.ann"))
    labels, distances = index.get_nns_by_item(40, 5, include_distances=True)
    shown = run(page, "annoy_euclidean", label=40, k=5)
    page.keep("annoy")
    assert_hits(shown, labels, distances)
    trees, candidates = shown["stages"]
    assert trees["nodes"] == "tree" and candidates["results"] == labels


def test_missed_neighbours_are_named_and_explained(page):
    index = read("faiss_ivf_flat_l2")
    index.nprobe = 1
    index.make_direct_map()
    query = index.reconstruct(40)[None]
    _, found = index.search(query, 5)
    index.nprobe = index.nlist
    _, exact = index.search(query, 5)
    missed = [int(label) for label in exact[0] if label not in found[0]]
    assert missed
    shown = run(page, "faiss_ivf_flat_l2", label=40, k=5, nprobe=1)
    page.keep("missed")
    assert [hit["label"] for hit in shown["missed"]] == missed
    assert shown["recall"] == pytest.approx(1 - len(missed) / 5)
    page.until(lambda: page.told("recall") == f"recall@5 {100 - 20 * len(missed)} % · {len(missed)} missed", "recall")
    assert all("was opened" in hit["reason"]["text"] for hit in shown["missed"])
    assert page.find(f"missed-{missed[0]}").is_displayed()


def test_a_click_on_a_missed_neighbour_goes_to_its_step(page):
    """The codes made it farther than others, so that it never came to be ranked again."""
    index = read("faiss_refine_flat")
    base = faiss.downcast_index(index.base_index)
    base.nprobe = 8
    base.make_direct_map()
    stored = faiss.downcast_index(index.refine_index)
    query = base.reconstruct(1)[None]
    _, exact = stored.search(query, 5)
    _, found = index.search(query, 5)
    (missed,) = [int(label) for label in exact[0] if label not in found[0]]
    shown = run(page, "faiss_refine_flat", label=1, k=5, nprobe=8)
    page.keep("missed-by-codes")
    (hit,) = shown["missed"]
    assert hit["label"] == missed and hit["reason"]["cursor"]
    assert "Missed: " in pointed_at(page, f"id {missed} "), "the card of the ringed vector"
    page.click(f"missed-{missed}")
    page.until(lambda: page.snapshot()["cursor"] == hit["reason"]["cursor"], "the step")
    told = page.snapshot()["explanation"]
    assert f"id {missed}" in told and ("is not among" in told or "no longer is" in told)
    page.until(lambda: page.told("recall").startswith("at the end: recall@5 80 %"), "recall")


def test_what_a_filter_leaves_out(page, daemon):
    index = read("faiss_ivf_flat_l2")
    index.nprobe = 3
    index.make_direct_map()
    query = index.reconstruct(40)
    allowed = faiss.SearchParametersIVF(nprobe=3, sel=faiss.IDSelectorRange(0, 500))
    distances, labels = index.search(query[None], 5, params=allowed)
    page.open("faiss_ivf_flat_l2")
    before = page.snapshot()["search"]
    status, _, _ = daemon.post(
        "api/v1/indexes/faiss_ivf_flat_l2/search",
        {"vector": query.tolist(), "k": 5, "nprobe": 3, "filter": {"where": "label < 500"}, "trace": "full"})
    assert status == 200
    shown = page.finished(before)
    page.keep("filter")
    kept = labels[0] >= 0
    assert_hits(shown, labels[0][kept], distances[0][kept])
    cells = shown["litCells"]
    ids = numpy.concatenate([faiss.rev_swig_ptr(index.invlists.get_ids(cell), index.invlists.list_size(cell)) for cell in cells])
    assert shown["leftOut"] == (ids >= 500).sum() > 0
    page.until(lambda: page.told("left-out").startswith(f"{shown['leftOut']} vectors were left out"), "left-out")


def test_a_summary_counts(page, daemon):
    page.open("faiss_hnsw_flat")
    before = page.snapshot()["search"]
    status, body, _ = daemon.post("api/v1/indexes/faiss_hnsw_flat/search", {"label": 40, "k": 5, "trace": "summary"})
    assert status == 200
    shown = page.finished(before)
    page.keep("summary")
    answer = json.loads(body)
    assert [hit["label"] for hit in shown["results"]] == [hit["label"] for hit in answer["results"]]
    assert shown["distances"] == answer["counters"]["distances"]
    page.seek(shown["total"] // 2)
    page.until(lambda: "does not tell what is in the queues" in page.text("queues"))
