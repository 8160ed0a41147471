"""Fresh indexes of usearch, Annoy, Voyager and hnswlib's brute force, made in this run, must be answered as these answer."""
import json
import time

import hnswlib
import numpy
import pytest

from daemon import Daemon

SEED = time.time_ns() % 2**32
KEEP, REJECT, OPEN, SPLIT = 1, 2, 6, 8


@pytest.fixture
def random():
    print(f"seed {SEED}")
    return numpy.random.default_rng(SEED)


def floats(vector):
    return [float(value) for value in vector]


def assert_results(found, labels, distances, tolerance=1e-4):
    """Labels in order, but for those whose distances are as good as equal: compilers add in different orders."""
    ours = [row["distance"] for row in found["results"]]
    numpy.testing.assert_allclose(ours, distances, rtol=tolerance, atol=tolerance)
    for row, label, distance in zip(found["results"], labels, distances):
        if int(row["label"]) != int(label):
            twins = [other for other in distances if abs(other - distance) <= tolerance * (1 + abs(distance))]
            assert len(twins) > 1, (row, label, distance)
    if len(set(numpy.round(distances, 5))) == len(distances):
        assert [int(row["label"]) for row in found["results"]] == [int(label) for label in labels]


USEARCH = [
    ("l2sq", "f32"), ("ip", "f32"), ("cos", "f32"), ("l2sq", "f16"), ("cos", "f16"), ("ip", "bf16"), ("cos", "bf16"),
    ("l2sq", "i8"), ("ip", "i8"), ("cos", "i8"), ("hamming", "b1"), ("tanimoto", "b1"), ("sorensen", "b1"),
    ("pearson", "f32"), ("haversine", "f32"),
]


@pytest.mark.parametrize("metric, dtype", USEARCH)
def test_usearch(tmp_path, search, random, metric, dtype):
    from usearch.index import Index, ScalarKind

    ndim = 2 if metric == "haversine" else 40
    vectors = random.standard_normal((1010, ndim)).astype(numpy.float32)
    packed = numpy.packbits(vectors > 0, axis=1) if dtype == "b1" else vectors
    index = Index(ndim=ndim, metric=metric, dtype=dtype, connectivity=6, expansion_add=40)
    index.add(numpy.arange(1000) * 7 + 3, packed[:1000], threads=1)
    for key in range(3, 1000, 70):
        index.remove(key)
    index.save(str(tmp_path / "fresh.usearch"))
    for expansion in (5, 64):
        index.expansion_search = expansion
        for query, raw in zip(vectors[1000:], packed[1000:]):
            matches = index.search(raw, 5, dtype=ScalarKind.B1 if dtype == "b1" else None)
            asked = floats(query > 0) if dtype == "b1" else floats(query)
            found = search(tmp_path / "fresh.usearch", vector=asked, k=5, ef=expansion)
            tolerance = 1e-2 if dtype == "bf16" else 1e-4
            assert_results(found, matches.keys, matches.distances, tolerance)
            if dtype not in ("f16", "bf16"):
                counters = found["counters"]["library"]
                assert counters["visited_members"] == matches.visited_members
                assert counters["computed_distances"] == matches.computed_distances


@pytest.mark.parametrize("metric", ["angular", "euclidean", "manhattan", "dot", "hamming"])
def test_annoy(tmp_path, search, random, metric):
    from annoy import AnnoyIndex

    f = 70 if metric == "hamming" else 24
    vectors = random.standard_normal((1010, f)).astype(numpy.float32)
    if metric == "hamming":
        vectors = (vectors > 0).astype(numpy.float32)
    index = AnnoyIndex(f, metric)
    index.set_seed(SEED % 2**31)
    for item, vector in enumerate(vectors[:1000]):
        if item % 50:
            index.add_item(item, vector)
    index.build(5, n_jobs=1)
    index.save(str(tmp_path / "fresh.ann"))
    sidecar = {"metric": metric, "dimension": f}
    (tmp_path / "fresh.ann.annscope.json").write_text(json.dumps(sidecar))
    for search_k in (None, 20, 400, 100000):
        for query in vectors[1000:]:
            options = {} if search_k is None else {"search-k": search_k}
            items, distances = index.get_nns_by_vector(floats(query), 10, search_k or -1, include_distances=True)
            found = search(tmp_path / "fresh.ann", vector=floats(query), k=10, **options)
            assert_results(found, items, distances)
            columns = found["columns"]
            compared = [node for kind, node in zip(columns["kind"], columns["to"]) if kind in (KEEP, REJECT)]
            assert compared == sorted(set(compared))
            assert found["counters"]["distances"] == len(compared)
            assert SPLIT in columns["kind"] and OPEN in columns["kind"]
            if search_k == 100000:
                assert len(compared) == 980


@pytest.mark.parametrize("storage", ["Float32", "Float8", "E4M3"])
@pytest.mark.parametrize("space", ["Euclidean", "InnerProduct", "Cosine"])
def test_voyager(tmp_path, search, random, space, storage):
    import voyager

    vectors = random.uniform(-0.99, 0.99, (1010, 30)).astype(numpy.float32)
    index = voyager.Index(
        getattr(voyager.Space, space), 30, M=6, ef_construction=40, storage_data_type=getattr(voyager.StorageDataType, storage))
    index.add_items(vectors[:1000], numpy.arange(1000) * 7 + 3, num_threads=1)
    for label in range(3, 1000, 70):
        index.mark_deleted(label)
    index.save(str(tmp_path / "fresh.voy"))
    for ef in (5, 50):
        for query in vectors[1000:]:
            labels, distances = index.query(query, 5, query_ef=ef)
            found = search(tmp_path / "fresh.voy", vector=floats(query), k=5, ef=ef)
            assert_results(found, labels, distances, 1e-5)
            if storage != "Float32":
                assert floats(distances) == pytest.approx([row["distance"] for row in found["results"]], rel=1e-7)


@pytest.mark.parametrize("space", ["l2", "ip", "cosine"])
def test_hnswlib_brute_force(tmp_path, search, random, space):
    vectors = random.integers(0, 2, (310, 6)).astype(numpy.float32)
    index = hnswlib.BFIndex(space=space, dim=6)
    index.init_index(max_elements=400)
    labels = random.permutation(300) + 5
    index.add_items(vectors[:300], labels)
    index.save_index(str(tmp_path / "fresh.bin"))
    for query in vectors[300:]:
        expected, distances = index.knn_query(query[None], k=40)
        found = search(tmp_path / "fresh.bin", vector=floats(query), k=40, metric=space)
        if space == "cosine":
            # Sums of numbers that are not whole depend on the order.
            numpy.testing.assert_allclose([row["distance"] for row in found["results"]], distances[0], atol=1e-5)
        else:
            assert [int(row["label"]) for row in found["results"]] == expected[0].tolist()
            assert [row["distance"] for row in found["results"]] == floats(distances[0])
        assert found["algorithm"] == "hnswlibFlat"


def test_search_k_through_the_daemon(tmp_path, annscope_binary, random):
    from annoy import AnnoyIndex

    vectors = random.standard_normal((500, 8)).astype(numpy.float32)
    index = AnnoyIndex(8, "euclidean")
    for item, vector in enumerate(vectors):
        index.add_item(item, vector)
    index.build(4, n_jobs=1)
    index.save(str(tmp_path / "forest.ann"))
    (tmp_path / "forest.ann.annscope.json").write_text(json.dumps({"metric": "euclidean", "dimension": 8}))
    daemon = Daemon(annscope_binary, "serve", str(tmp_path))
    client = daemon.client()
    client.subscribe("indexes")
    assert client.next("index.loaded")["index"]["searchable"]
    for search_k in (40, 400):
        found = client.ask("search.run", index="forest", vector=floats(vectors[7]), k=5, searchK=search_k, trace="full")
        items, distances = index.get_nns_by_vector(floats(vectors[7]), 5, search_k, include_distances=True)
        assert_results(found, items, distances)
        trace = client.ask("search.trace", search=found["search"])
        assert trace["started"]["header"]["searchK"] == search_k
        assert [stage["name"] for stage in trace["started"]["header"]["stages"]] == ["trees", "candidates"]
        assert SPLIT in trace["columns"]["kind"]
    assert daemon.stop() == 0
