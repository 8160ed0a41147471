"""What the page asks about single items: routes, finds, vectors and distances, against what the libraries and a plain
walk through the links say."""

import base64
import collections
import csv
import shutil
import threading

import faiss
import hnswlib
import numpy
import pytest

from conftest import BINARY, DEMO
from daemon import Daemon, wait_for

COUNT, DIMENSION = 600, 16
FILES = [
    "hnswlib_M6_ef30_l2.index", "hnswlib_M6_ef30_text_space_ip.index", "faiss_ivf128_flat_l2.index",
]


@pytest.fixture(scope="module")
def daemon(tmp_path_factory):
    folder = tmp_path_factory.mktemp("indexes")
    random = numpy.random.default_rng(7)
    data = random.normal(size=(COUNT, DIMENSION)).astype("float32")
    faiss.omp_set_num_threads(1)
    for name in ("NSG16,Flat", "HNSW8,Flat", "IVF8,PQ4x4", "IVF8,SQ8,RFlat", "OPQ4_8,IVF8,PQ4x4"):
        index = faiss.index_factory(DIMENSION, name)
        index.train(data)
        index.add(data)
        faiss.write_index(index, str(folder / f"{name.replace(',', '_')}.index"))
    for space in ("ip", "cosine"):
        index = hnswlib.Index(space, DIMENSION)
        index.init_index(COUNT, M=5, random_seed=3)
        index.add_items(data, numpy.arange(COUNT) + 2**60, num_threads=1)
        index.save_index(str(folder / f"{space}.index"))
        (folder / f"{space}.index.annscope.json").write_text(f'{{"metric":"{space}"}}')
    for path in DEMO.iterdir():
        if path.name in FILES or path.name.removesuffix(".annscope.json") in FILES or path.suffix in (".csv", ".json"):
            shutil.copy(path, folder)
    daemon = Daemon(BINARY, "serve", folder)
    client = daemon.client()
    wait_for(lambda: len(client.ask("index.list")["indexes"]) == len(FILES) + 7)
    client.close()
    yield daemon, folder, data
    assert daemon.stop() == 0


@pytest.fixture
def client(daemon):
    client = daemon[0].client()
    yield client
    client.close()


def lengths(client, name, count):
    """Links from the entry point to every node, by a walk through what `index.node` tells."""
    nodes = [client.ask("index.node", index=name, node=node) for node in range(count)]
    links = [node["links"] for node in nodes]
    start = client.ask("index.route", index=name, node=0)["hops"][0]
    assert start["layer"] == nodes[start["node"]]["level"] == max(node["level"] for node in nodes)
    known = {(start["node"], start["layer"]): 0}
    waiting = collections.deque(known)
    while waiting:
        node, layer = waiting.popleft()
        length = known[node, layer]
        if layer and known.get((node, layer - 1), length + 1) > length:
            known[node, layer - 1] = length
            waiting.appendleft((node, layer - 1))
        for other in links[node][layer]:
            if known.get((other, layer), length + 2) > length + 1:
                known[other, layer] = length + 1
                waiting.append((other, layer))
    shortest = {}
    for (node, _), length in known.items():
        shortest[node] = min(length, shortest.get(node, length))
    return nodes, shortest


@pytest.mark.parametrize("name", ["photos-hnsw", "NSG16_Flat", "HNSW8_Flat", "ip"])
def test_routes_are_the_shortest(client, name):
    count = next(index["count"] for index in client.ask("index.list")["indexes"] if index["name"] == name)
    nodes, shortest = lengths(client, name, count)
    for node in range(count):
        route = client.ask("index.route", index=name, node=node)
        assert (route["node"], route["label"]) == (node, nodes[node]["label"])
        assert (route["level"], route["links"]) == (nodes[node]["level"], nodes[node]["links"])
        assert route["reachable"] == (node in shortest)
        hops = route["hops"]
        if not route["reachable"]:
            assert hops == []
            continue
        assert hops[-1]["node"] == node and all(hop["label"] == nodes[hop["node"]]["label"] for hop in hops)
        followed = 0
        for before, hop in zip(hops, hops[1:]):
            if hop["node"] == before["node"]:
                assert hop["layer"] == before["layer"] - 1
            else:
                assert hop["layer"] == before["layer"]
                assert hop["node"] in nodes[before["node"]]["links"][before["layer"]]
                followed += 1
        assert followed == shortest[node]


def test_items_are_found_by_label_and_by_text(client):
    with open(DEMO / "items.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    shown = [column for column in rows[0] if column not in ("id", "label")]
    labels = {item["label"]: item["node"] for item in client.ask(
        "index.items", index="photos-hnsw", nodes=list(range(1000)))["items"]}
    for text in ("DOG", "a white", "jpg", "40", "no such thing at all"):
        wanted = [40] if text == "40" else []
        for row in rows:
            label = int(row.get("label") or row["id"])
            if label in labels and label not in wanted and any(
                    text.lower() in (row[column] or "").lower() for column in shown):
                wanted.append(label)
        found = client.ask("index.find", index="photos-hnsw", text=text, limit=1000)
        assert [item["label"] for item in found["items"]] == wanted[:1000]
        assert (found["total"], found["truncated"], found["revision"]) == (len(wanted), False, 1)
        assert found["items"] == client.ask(
            "index.items", index="photos-hnsw", labels=wanted[:1000])["items"]
        few = client.ask("index.find", index="photos-hnsw", text=text, limit=2)
        assert few["items"] == found["items"][:2] and few["total"] == found["total"]
        assert len(client.ask("index.find", index="photos-hnsw", text=text)["items"]) == min(50, len(wanted))
    # Where there are no items, and labels need a text.
    assert [item["node"] for item in client.ask("index.find", index="ip", text=str(2**60 + 5))["items"]] == [5]
    assert client.ask("index.find", index="ip", text="dog") == {
        "revision": 1, "items": [], "total": 0, "truncated": False}


def test_vectors_are_the_library_s(client, daemon):
    _, folder, data = daemon
    for name, exact in (("NSG16_Flat", True), ("IVF8_PQ4x4", False), ("IVF8_SQ8_RFlat", True)):
        index = faiss.read_index(str(folder / f"{name}.index"))
        if exact:
            wanted = data
        else:
            index.make_direct_map()
            wanted = index.reconstruct_n(0, COUNT)
        for label in range(0, COUNT, 37):
            answer = client.ask("index.vector", index=name, label=label)
            assert answer["exact"] == exact and answer["dimension"] == DIMENSION and answer["label"] == label
            numpy.testing.assert_allclose(numpy.float32(answer["vector"]), wanted[label], rtol=1e-6, atol=1e-6)
            assert answer["norm"] == pytest.approx(float(numpy.linalg.norm(wanted[label])), rel=1e-5)
            assert client.ask("index.vector", index=name, node=answer["node"]) == answer
    normalised = data / numpy.linalg.norm(data, axis=1, keepdims=True)
    answer = client.ask("index.vector", index="cosine", label=str(2**60 + 3))
    assert (answer["label"], answer["node"]) == (str(2**60 + 3), 3)
    numpy.testing.assert_allclose(answer["vector"], normalised[3], rtol=1e-5)
    # Codes of an index behind a transform stand for vectors behind it.
    assert client.ask("index.vector", index="OPQ4_8_IVF8_PQ4x4", label=3)["dimension"] == 8


def test_vectors_are_columns_and_searches_tell_their_query(client, daemon):
    packed = daemon[0].client(capabilities={"columns": "base64"})

    def floats(column):
        assert column["dtype"] == "f32"
        return numpy.frombuffer(base64.b64decode(column["data"]), dtype="<f4")

    plain = client.ask("index.vector", index="ip", node=9)
    numpy.testing.assert_array_equal(
        floats(packed.ask("index.vector", index="ip", node=9)["vector"]), numpy.float32(plain["vector"]))
    query = [0.1 * place for place in range(DIMENSION)]
    pushed = client.ask("search.run", index="ip", vector=query, k=3)
    trace = client.ask("search.trace", search=pushed["search"])
    numpy.testing.assert_array_equal(numpy.float32(trace["query"]), numpy.float32(query))
    again = client.ask("search.run", index="ip", vector=trace["query"], k=3)
    assert (again["results"], again["counters"]) == (pushed["results"], pushed["counters"])
    numpy.testing.assert_array_equal(
        floats(packed.ask("search.trace", search=pushed["search"])["query"]), numpy.float32(query))
    packed.close()


def test_distances_are_exact(client, daemon):
    _, folder, data = daemon
    wide = data.astype("float64")
    normalised = wide / numpy.linalg.norm(wide, axis=1, keepdims=True)
    decoded = faiss.read_index(str(folder / "IVF8_PQ4x4.index"))
    decoded.make_direct_map()
    codes = decoded.reconstruct_n(0, COUNT).astype("float64")
    for name, rows, distance in (
            ("NSG16_Flat", wide, lambda a, b: ((a - b) ** 2).sum(axis=1)),
            ("IVF8_PQ4x4", codes, lambda a, b: ((a - b) ** 2).sum(axis=1)),
            ("IVF8_SQ8_RFlat", wide, lambda a, b: ((a - b) ** 2).sum(axis=1)),
            ("ip", wide, lambda a, b: 1 - b @ a), ("cosine", normalised, lambda a, b: 1 - b @ a)):
        labels = [int(item["label"]) % 2**60 for item in client.ask(
            "index.items", index=name, nodes=list(range(COUNT)))["items"]]
        for start in (0, 131, COUNT - 1):
            answer = client.ask("index.distances", index=name, **{"from": {"node": start}}, to=list(range(COUNT)))
            numpy.testing.assert_allclose(
                answer["distances"], distance(rows[labels[start]], rows[labels]), rtol=1e-4, atol=1e-4)
    by_label = client.ask("index.distances", index="ip", **{"from": {"label": str(2**60)}}, to=[5, 0])
    assert by_label["distances"] == client.ask(
        "index.distances", index="ip", **{"from": {"node": 0}}, to=[5, 0])["distances"]
    assert client.ask("index.distances", index="ip", **{"from": {"node": 0}}, to=[]) == {"revision": 1, "distances": []}


def test_what_is_not_there_is_told(client):
    for method, params, code in (
            ("route", {"index": "x", "node": 0}, -32001),
            ("route", {"index": "ip", "node": COUNT}, -32002),
            ("route", {"index": "photos-ivf", "node": 0}, -32002),
            ("route", {"index": "ip"}, -32602),
            ("find", {"index": "x", "text": "a"}, -32001),
            ("find", {"index": "ip"}, -32602),
            ("vector", {"index": "ip", "label": 5}, -32002),
            ("vector", {"index": "ip", "node": COUNT}, -32002),
            ("vector", {"index": "x", "node": 0}, -32001),
            ("distances", {"index": "ip", "from": {"node": COUNT}, "to": []}, -32002),
            ("distances", {"index": "ip", "from": {"label": 5}, "to": []}, -32002),
            ("distances", {"index": "ip", "from": {"node": 0}, "to": [0, COUNT]}, -32002),
            ("distances", {"index": "ip", "from": {"node": 0}, "to": [0] * 1001}, -32004)):
        assert client.ask(f"index.{method}", **params)["code"] == code, (method, params)
    assert client.hello["pingSeconds"] == 20 and client.hello["limits"]["maxFindBytes"] == 200


def test_who_leaves_in_the_middle_takes_the_work_along(daemon):
    """Many ask for routes and hang up; those who stay are answered."""
    def ask_and_leave():
        client = daemon[0].client()
        for node in range(8):
            client.socket.send(
                f'{{"jsonrpc":"2.0","id":"r{node}","method":"index.route","params":{{"index":"ip","node":{node}}}}}')
        client.close()

    leaving = [threading.Thread(target=ask_and_leave) for _ in range(20)]
    for thread in leaving:
        thread.start()
    staying = daemon[0].client()
    assert staying.ask("index.route", index="ip", node=COUNT - 1)["reachable"]
    for thread in leaving:
        thread.join()
    assert staying.ask("index.find", index="photos-hnsw", text="dog")["total"] > 0
    staying.close()
