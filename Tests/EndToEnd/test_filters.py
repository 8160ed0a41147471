"""Searches with a filter find what the libraries find with theirs, and everyone who watches is told of the filter."""

import csv
import json
import time

import faiss
import hnswlib
import numpy
import pytest

from conftest import DEMO

SEED = time.time_ns() % 2**32
COUNT, DIMENSION, K = 1200, 24, 8
NOT_A_RESULT = 128

faiss.omp_set_num_threads(1)


@pytest.fixture(scope="module")
def data():
    print(f"seed {SEED}")
    random = numpy.random.default_rng(SEED)
    return random.normal(size=(COUNT + 12, DIMENSION)).astype("float32")


@pytest.fixture(scope="module")
def chosen():
    """Labels by how many of them are allowed: none, a few, a half, all but a few, all."""
    random = numpy.random.default_rng(SEED + 1)
    return [sorted(int(label) for label in random.choice(COUNT, size, replace=False))
            for size in (0, 1, 5, COUNT // 50, COUNT // 2, COUNT - 3, COUNT)]


def listed(labels):
    return ",".join(map(str, labels))


def floats(vector):
    return [float(value) for value in vector]


def assert_same(found, labels, distances):
    wanted = [int(label) for label in labels if label >= 0]
    assert [int(row["label"]) for row in found["results"]] == wanted
    numpy.testing.assert_allclose(
        [row["distance"] for row in found["results"]], distances[: len(wanted)], rtol=1e-4, atol=1e-4)


def hnswlib_answers(index, query, allowed):
    """hnswlib's binding demands k results: with fewer in reach it is asked for fewer. As ef is K at least, that is the
    same search."""
    for k in range(min(K, len(allowed)), 0, -1):
        try:
            labels, distances = index.knn_query(query[None], k=k, num_threads=1, filter=lambda label: label in allowed)
            return labels[0], distances[0]
        except RuntimeError:
            continue
    return [], []


def test_hnswlib(tmp_path, search, data, chosen):
    index = hnswlib.Index(space="l2", dim=DIMENSION)
    index.init_index(max_elements=COUNT, M=8, ef_construction=60)
    index.add_items(data[:COUNT], numpy.arange(COUNT), num_threads=1)
    path = tmp_path / "filtered.bin"
    index.save_index(str(path))
    for ef in (K, 60):
        index.set_ef(ef)
        for labels in chosen:
            for query in data[COUNT : COUNT + 3]:
                found = search(path, vector=floats(query), k=K, ef=ef, metric="l2", allow=listed(labels))
                allowed = set(labels)
                wanted, distances = hnswlib_answers(index, query, allowed)
                assert_same(found, wanted, distances)
                assert found["filter"]["allowed"] == len(labels) and not found["bare"]
                marked = {to for flags, to in zip(found["columns"]["flags"], found["columns"]["to"])
                          if flags & NOT_A_RESULT}
                assert not marked & allowed


@pytest.mark.parametrize("metric", [faiss.METRIC_L2, faiss.METRIC_INNER_PRODUCT])
def test_faiss_ivf(tmp_path, search, data, chosen, metric):
    index = faiss.index_factory(DIMENSION, "IVF16,Flat", metric)
    index.train(data)
    index.add(data[:COUNT])
    path = tmp_path / "filtered.index"
    faiss.write_index(index, str(path))
    for nprobe in (1, 4, 16):
        for labels in chosen:
            selector = faiss.IDSelectorBatch(numpy.array(labels, dtype="int64"))
            parameters = faiss.SearchParametersIVF(sel=selector, nprobe=nprobe)
            for query in data[COUNT : COUNT + 3]:
                distances, wanted = index.search(query[None], K, params=parameters)
                found = search(path, vector=floats(query), k=K, nprobe=nprobe, allow=listed(labels))
                assert_same(found, wanted[0], distances[0])


def test_faiss_flat(tmp_path, search, data, chosen):
    index = faiss.IndexFlatL2(DIMENSION)
    index.add(data[:COUNT])
    path = tmp_path / "filtered.index"
    faiss.write_index(index, str(path))
    for labels in chosen:
        selector = faiss.IDSelectorBatch(numpy.array(labels, dtype="int64"))
        denied = sorted(set(range(COUNT)) - set(labels))
        for query in data[COUNT : COUNT + 3]:
            distances, wanted = index.search(query[None], K, params=faiss.SearchParameters(sel=selector))
            for filters in ({"allow": listed(labels)}, {"deny": listed(denied)}):
                assert_same(search(path, vector=floats(query), k=K, **filters), wanted[0], distances[0])


def test_faiss_hnsw(tmp_path, search, data, chosen):
    index = faiss.IndexHNSWFlat(DIMENSION, 8)
    index.add(data[:COUNT])
    path = tmp_path / "filtered.index"
    faiss.write_index(index, str(path))
    for ef in (K, 60):
        for labels in chosen:
            selector = faiss.IDSelectorBatch(numpy.array(labels, dtype="int64"))
            parameters = faiss.SearchParametersHNSW(sel=selector, efSearch=ef)
            for query in data[COUNT : COUNT + 3]:
                distances, wanted = index.search(query[None], K, params=parameters)
                found = search(path, vector=floats(query), k=K, ef=ef, allow=listed(labels))
                assert_same(found, wanted[0], distances[0])


# Without polysemous training, which takes half a minute and changes no search that is made here.
@pytest.mark.parametrize(
    "factory", ["IDMap,Flat", "IDMap2,HNSW8", "IVF16,Flat", "IVF16,SQ8", "IVF16,PQ8np", "PCA12,IVF16,Flat",
                "IVF16,SQ4,RFlat", "SQ8", "HNSW8_SQ8"])
def test_labels_of_ones_own(tmp_path, search, data, chosen, factory):
    """A filter is told by labels, whatever the nodes' numbers are."""
    index = faiss.index_factory(DIMENSION, factory)
    index.train(data)
    if "RFlat" in factory:
        index.k_factor = 2
    takes_ids = "IDMap" in factory or "IVF" in factory and "RFlat" not in factory
    ids = numpy.random.default_rng(SEED + 2).permutation(COUNT).astype("int64") * (7 if takes_ids else 1)
    if takes_ids:
        index.add_with_ids(data[:COUNT], ids)
    else:
        index.add(data[:COUNT])
    path = tmp_path / "filtered.index"
    faiss.write_index(index, str(path))
    for labels in chosen:
        labels = [label * 7 for label in labels] if takes_ids else labels
        selector = faiss.IDSelectorBatch(numpy.array(labels, dtype="int64"))
        parameters = faiss.SearchParameters(sel=selector)
        if "IVF" in factory:
            inner = parameters = faiss.SearchParametersIVF(sel=selector, nprobe=4)
            if "PCA" in factory:
                parameters = faiss.SearchParametersPreTransform(index_params=inner)
            elif "RFlat" in factory:
                parameters = faiss.IndexRefineSearchParameters(k_factor=2, base_index_params=inner)
        elif "HNSW" in factory:
            parameters = faiss.SearchParametersHNSW(sel=selector, efSearch=40)
        for query in data[COUNT : COUNT + 3]:
            distances, wanted = index.search(query[None], K, params=parameters)
            found = search(path, vector=floats(query), k=K, nprobe=4, ef=40, allow=listed(labels))
            assert_same(found, wanted[0], distances[0])


def test_everything_allowed_is_no_filter(tmp_path, search, data):
    index = faiss.index_factory(DIMENSION, "IVF16,Flat")
    index.train(data)
    index.add(data[:COUNT])
    path = tmp_path / "all.index"
    faiss.write_index(index, str(path))
    query = floats(data[COUNT])
    plain = search(path, vector=query, k=K, nprobe=4)
    for filters in ({"filter": "label >= 0"}, {"deny": "99999"}):
        found = search(path, vector=query, k=K, nprobe=4, **filters)
        assert found["results"] == plain["results"] and found["columns"] == plain["columns"]
        assert found["filter"]["allowed"] == COUNT


def categories():
    with open(DEMO / "items.csv", newline="") as file:
        return {int(row["id"]): row["category"] for row in csv.DictReader(file)}


@pytest.mark.parametrize("file", ["hnswlib_M6_ef30_l2.index", "faiss_ivf128_flat_l2.index"])
def test_a_condition_on_the_items(search, annscope, file):
    of = categories()
    found = search(DEMO / file, label=40, k=10, ef=1000, nprobe=128, filter='category = "bird"')
    birds = {label for label, category in of.items() if category == "bird"}
    assert found["filter"] == {"where": 'category = "bird"', "allowed": len(birds), "unknown": 0}
    listed_birds = search(DEMO / file, label=40, k=10, ef=1000, nprobe=128, allow=listed(birds))
    assert {int(row["label"]) for row in found["results"]} <= birds and len(found["results"]) == 10
    assert listed_birds["results"] == found["results"]
    rest = search(DEMO / file, label=40, k=10, ef=1000, nprobe=128, filter='not (category = "bird")', deny="40,5000")
    assert not {int(row["label"]) for row in rest["results"]} & (birds | {40})
    assert rest["filter"]["unknown"] == 1
    text = annscope("search", DEMO / file, "--label", "40", "--filter", "category = 'bird'").stdout
    assert f'the filter allows {len(birds)} of 1000: category = "bird"' in text
    nothing = annscope("search", DEMO / file, "--label", "40", "--filter", "category = 'unicorn'").stdout
    assert "the filter allows 0 of 1000" in nothing and "nothing found" in nothing
    refused = annscope("search", DEMO / file, "--label", "40", "--filter", "categroy = 'bird'", check=False)
    assert refused.returncode == 1 and '--filter at character 1: there is no column "categroy"' in refused.stderr


def test_viewers_are_told_of_a_filter(photos, annscope):
    birds = {label for label, category in categories().items() if category == "bird"}
    watcher = photos.client()
    watcher.subscribe("searches/photos-hnsw")
    condition = 'category="bird" AND label<5000'
    pushed = annscope("push", "photos-hnsw", "--server", photos.url, "--label", "40", "--ef", "200", "--deny", "0,5000",
                      "--filter", condition)
    started, columns, finished = watcher.search()
    assert started["filter"] == {
        "deny": [0, 5000], "where": 'category = "bird" and label < 5000', "allowed": len(birds - {0}), "unknown": 1}
    assert finished["results"] == json.loads(pushed.stdout)["results"]
    assert {hit["label"] for hit in finished["results"]} <= birds - {0}
    assert started["header"]["bare"] is False and any(flags & NOT_A_RESULT for flags in columns["flags"])
    trace = watcher.ask("search.trace", search=started["search"])
    assert trace["started"] == {key: value for key, value in started.items() if key != "type"}
    for filters in (condition, {"where": condition}, {"allow": [*birds, 5000], "where": "label >= 0"}):
        answer = watcher.ask("search.run", index="photos-ivf", label=40, nprobe=128, filter=filters)
        status, body, _ = photos.post(
            "api/v1/indexes/photos-ivf/search", {"label": 40, "nprobe": 128, "filter": filters})
        assert status == 200 and json.loads(body)["results"] == answer["results"]
        assert {hit["label"] for hit in answer["results"]} <= birds and len(answer["results"]) == 5
    watcher.close()


def test_a_wrong_filter_is_told_with_its_place(photos, annscope):
    client = photos.client()
    client.subscribe("searches/photos-ivf")
    for filters, code, words in [
        ("categroy = 'bird'", -32602, '"filter" at character 1: there is no column "categroy"; there are id, file'),
        ({"where": "category = bird"}, -32602, '"filter" at character 12: found bird, expected a number, or a text'),
        ({"wehre": "category = 'bird'"}, -32602, '"wehre"'), (7, -32602, '"filter" must be'),
        ({"allow": ["x"]}, -32602, 'element 0 of "allow"'), ("x" * 4097, -32004, "4096"),
        ({"deny": [1] * 100_001}, -32004, "100000"),
    ]:
        error = client.ask("search.run", index="photos-ivf", label=40, filter=filters)
        assert error["code"] == code and words in error["message"], error
        status, body, _ = photos.post("api/v1/indexes/photos-ivf/search", {"label": 40, "filter": filters})
        assert status == 400 and json.loads(body)["error"] == error
    # The measuring of an earlier test's search may be told late; no search of these began.
    assert "search.started" not in str(list(client.events.queue))
    run = annscope("push", "photos-ivf", "--server", photos.url, "--label", "1", "--filter", "x", check=False)
    assert run.returncode == 1 and '"filter" at character 1' in run.stderr
    client.close()


def test_columns_are_described(photos):
    client = photos.client()
    described = client.ask("index.describe", index="photos-hnsw")
    assert described["columns"] == ["id", "file", "category", "caption", "keywords", "author", "licence", "source"]
    values = described["columnValues"]
    assert values["licence"] == ["public domain"] and "caption" not in values
    assert len(values["category"]) == 20 and "bird" in values["category"]
    assert client.hello["limits"]["maxFilterLabels"] == 100_000
    client.close()
