"""Odd questions and odd indexes: what the real libraries answer, over the protocol and on the command line."""
import base64
import json
import time

import faiss
import hnswlib
import numpy
import pytest

from conftest import BINARY
from daemon import Daemon

DIMENSION, COUNT = 12, 300
FAISS = ["Flat", "SQ8", "HNSW8,Flat", "NSG12,Flat", "IVF16,Flat", "IVF16,PQ4x4", "IVF16,SQ8", "PCA8,IVF16,Flat"]
INVALID, LIMIT, FAILED = -32602, -32004, -32005

faiss.omp_set_num_threads(1)


def rows(count, seed=5):
    return numpy.random.default_rng(seed).normal(size=(count, DIMENSION)).astype("float32")


def graph(space, vectors, deleted=()):
    index = hnswlib.Index(space, DIMENSION)
    index.init_index(max(1, len(vectors)), M=6, ef_construction=40)
    if len(vectors):
        index.add_items(vectors, num_threads=1)
    for label in deleted:
        index.mark_deleted(label)
    return index


def factory(text, vectors, metric=faiss.METRIC_L2):
    index = faiss.index_factory(DIMENSION, text, metric)
    index.train(rows(COUNT))
    if len(vectors):
        index.add(vectors)
    return index


def file_name(text):
    return text.replace(",", "_").lower()


@pytest.fixture(scope="module")
def libraries(tmp_path_factory):
    """The real indexes by the names of their files."""
    folder = tmp_path_factory.mktemp("edges")
    indexes = {}
    for space in ("l2", "ip", "cosine"):
        indexes[f"hnswlib_{space}"] = graph(space, rows(COUNT)), space
    indexes["hnswlib_empty"] = graph("l2", rows(0)), "l2"
    indexes["hnswlib_one"] = graph("l2", rows(1)), "l2"
    indexes["hnswlib_deleted"] = graph("l2", rows(20), deleted=range(20)), "l2"
    indexes["hnswlib_three_left"] = graph("l2", rows(20), deleted=range(17)), "l2"
    for text in FAISS:
        indexes[file_name(text)] = factory(text, rows(COUNT)), None
    for text in ("Flat", "HNSW8,Flat", "IVF16,Flat", "SQ8"):
        indexes[file_name(text) + "_empty"] = factory(text, rows(0)), None
        indexes[file_name(text) + "_one"] = factory(text, rows(1)), None
    for name, (index, space) in indexes.items():
        if space:
            index.save_index(str(folder / name))
            (folder / f"{name}.annscope.json").write_text(json.dumps({"metric": space}))
        else:
            faiss.write_index(index, str(folder / name))
    return folder, {name: index for name, (index, _) in indexes.items()}


@pytest.fixture(scope="module")
def daemon(libraries):
    folder, indexes = libraries
    daemon = Daemon(BINARY, "serve", str(folder))
    client = daemon.client()
    while len(client.ask("index.list")["indexes"]) < len(indexes):
        time.sleep(0.05)
    daemon.edge_client = client
    yield daemon
    client.close()
    assert daemon.stop() == 0


@pytest.fixture(scope="module")
def ask(libraries, daemon, annscope):
    """The same question on the command line and over the protocol: results, or both errors."""
    folder, _ = libraries

    def run(name, vector, k, **parameters):
        options = []
        for key, flag in (("efSearch", "--ef"), ("nprobe", "--nprobe")):
            if key in parameters:
                options += [flag, parameters[key]]
        text = json.dumps([float(value) for value in vector])
        offline = annscope("search", folder / name, f"--vector={text}", f"--k={k}", *options, "--json", check=False)
        packed = base64.b64encode(numpy.asarray(vector, "<f4").tobytes()).decode()
        live = daemon.edge_client.ask("search.run", index=name, vector=packed, k=k, exact=True, **parameters)
        if offline.returncode != 0:
            assert "code" in live, (live, offline.stderr)
            return offline.stderr, live
        report = json.loads(offline.stdout)
        assert "results" in live, (live, report)
        assert [int(hit["label"]) for hit in report["results"]] == [hit["label"] for hit in live["results"]]
        assert report["counters"] == live["counters"]
        assert report["recall"]["recall"] == live["recall"].get("recall")
        return report, live

    return run


def labels(answer):
    report, live = answer
    assert isinstance(report, dict), answer
    return [hit["label"] for hit in live["results"]]


def refused(answer, *words, codes=(INVALID, FAILED)):
    text, live = answer
    assert isinstance(text, str), answer
    assert live["code"] in codes, live
    for word in words:
        assert word in text and word in live["message"], (text, live["message"])


def hnswlib_labels(index, query, k, ef):
    index.set_ef(max(ef, k))
    return index.knn_query(query[None], k=k, num_threads=1)[0][0].tolist()


def faiss_labels(index, query, k, **parameters):
    for name, value in parameters.items():
        faiss.ParameterSpace().set_index_parameter(index, name, value)
    return [label for label in index.search(query[None], k)[1][0].tolist() if label >= 0]


QUERY = rows(1, seed=77)[0]


@pytest.mark.parametrize("space", ["l2", "ip", "cosine"])
def test_more_results_than_vectors_in_hnswlib(libraries, ask, space):
    index = libraries[1][f"hnswlib_{space}"]
    found = labels(ask(f"hnswlib_{space}", QUERY, COUNT + 50))
    # The Python binding raises where it gets fewer than k; what it asks the index for is the same.
    with pytest.raises(RuntimeError):
        hnswlib_labels(index, QUERY, COUNT + 50, 10)
    index.set_ef(COUNT + 50)
    everything = index.knn_query(QUERY[None], k=len(found), num_threads=1)[0][0].tolist()
    assert found == everything


@pytest.mark.parametrize("text", FAISS)
def test_more_results_than_vectors_in_faiss(libraries, ask, text):
    answer = ask(file_name(text), QUERY, COUNT + 50)
    if text.startswith("NSG"):
        # Faiss itself would never end.
        return refused(answer, "search_L")
    index = libraries[1][file_name(text)]
    assert labels(answer) == faiss_labels(index, QUERY, COUNT + 50)


@pytest.mark.parametrize("name", ["hnswlib_l2"] + [file_name(text) for text in FAISS])
def test_no_results_wanted(ask, name):
    # Faiss says "k > 0" fails, hnswlib gives nothing or fails.
    refused(ask(name, QUERY, 0), "k", "0")
    refused(ask(name, QUERY, -3), "k", "-3")


@pytest.mark.parametrize("k,ef", [(10, 1), (10, 9), (10, 10), (1, 1)])
def test_ef_below_k(libraries, ask, k, ef):
    for space in ("l2", "ip", "cosine"):
        index = libraries[1][f"hnswlib_{space}"]
        assert labels(ask(f"hnswlib_{space}", QUERY, k, efSearch=ef)) == hnswlib_labels(index, QUERY, k, ef)
    index = libraries[1][file_name("HNSW8,Flat")]
    assert labels(ask(file_name("HNSW8,Flat"), QUERY, k, efSearch=ef)) == faiss_labels(
        index, QUERY, k, efSearch=ef)


@pytest.mark.parametrize("text", ["IVF16,Flat", "IVF16,PQ4x4", "IVF16,SQ8"])
@pytest.mark.parametrize("nprobe", [16, 17, 10_000])
def test_more_probes_than_cells(libraries, ask, text, nprobe):
    index = libraries[1][file_name(text)]
    answer = ask(file_name(text), QUERY, 7, nprobe=nprobe)
    assert labels(answer) == faiss_labels(index, QUERY, 7, nprobe=nprobe)
    assert answer[0]["nprobe"] == 16


@pytest.mark.parametrize("name", ["hnswlib_l2", "hnswlib_cosine", "flat", file_name("IVF16,Flat")])
def test_queries_that_are_none(libraries, daemon, annscope, ask, name):
    refused(ask(name, QUERY[:5], 3), "5", "12")
    refused(ask(name, [], 3), "0", "12")
    client = daemon.edge_client
    for odd in (numpy.nan, numpy.inf, -numpy.inf):
        vector = QUERY.copy()
        vector[4] = odd
        live = client.ask(
            "search.run", index=name, k=3, vector=base64.b64encode(vector.astype("<f4").tobytes()).decode())
        assert live["code"] == INVALID and " 4 " in live["message"]
    for text in ("[1, NaN]", "[1, null]", '"abc"', "[1e39" + ", 0" * 11 + "]"):
        failed = annscope("search", libraries[0] / name, f"--vector={text}", check=False)
        assert failed.returncode != 0 and failed.stdout == ""
        assert "JSON array of numbers" in failed.stderr or "component" in failed.stderr
    # A number beyond float32 becomes infinite on its way.
    live = client.ask("search.run", index=name, k=3, vector=[1e39] + [0] * 11)
    assert live["code"] == INVALID and " 0 " in live["message"]


@pytest.mark.parametrize("space", ["l2", "ip", "cosine"])
def test_a_query_without_length(libraries, ask, space):
    index = libraries[1][f"hnswlib_{space}"]
    zero = numpy.zeros(DIMENSION, "float32")
    assert labels(ask(f"hnswlib_{space}", zero, 8, efSearch=20)) == hnswlib_labels(index, zero, 8, 20)


@pytest.mark.parametrize("name", [
    "hnswlib_empty", "hnswlib_deleted", "flat_empty", "hnsw8_flat_empty", "ivf16_flat_empty", "sq8_empty"])
def test_nothing_to_be_found(libraries, ask, name):
    report, live = answer = ask(name, QUERY, 4)
    assert labels(answer) == []
    assert live["recall"]["recall"] == 1 and live["recall"]["exact"] == []
    index = libraries[1][name]
    if name.startswith("hnswlib"):
        with pytest.raises(RuntimeError):
            index.knn_query(QUERY[None], k=1, num_threads=1)
    else:
        assert faiss_labels(index, QUERY, 4) == []


def test_few_are_left(libraries, ask):
    index = libraries[1]["hnswlib_three_left"]
    with pytest.raises(RuntimeError):
        hnswlib_labels(index, QUERY, 4, 20)
    assert labels(ask("hnswlib_three_left", QUERY, 4, efSearch=20)) == hnswlib_labels(index, QUERY, 3, 20)


@pytest.mark.parametrize("name", ["hnswlib_one", "flat_one", "hnsw8_flat_one", "ivf16_flat_one", "sq8_one"])
def test_one_vector(libraries, ask, name):
    index = libraries[1][name]
    if name.startswith("hnswlib"):
        assert labels(ask(name, QUERY, 1)) == hnswlib_labels(index, QUERY, 1, 10) == [0]
    else:
        assert labels(ask(name, QUERY, 1, nprobe=16)) == faiss_labels(
            index, QUERY, 1, **({"nprobe": 16} if "ivf" in name else {})) == [0]
    assert labels(ask(name, QUERY, 9, nprobe=16)) == [0]


@pytest.mark.parametrize("name", ["hnswlib_l2", "flat", file_name("IVF16,Flat"), file_name("HNSW8,Flat")])
def test_distances_that_overflow(libraries, ask, name):
    far = numpy.full(DIMENSION, 3e38, "float32")
    index = libraries[1][name]
    report, live = answer = ask(name, far, 3)
    expected = hnswlib_labels(index, far, 3, 10) if name == "hnswlib_l2" else faiss_labels(index, far, 3)
    assert labels(answer) == expected
    assert all(hit["distance"] is None for hit in live["results"])
    assert all(hit["distance"] is None for hit in report["results"])


def test_parameters_beyond_the_limits(daemon):
    client = daemon.edge_client
    vector = [0.0] * DIMENSION
    assert client.ask("search.run", index="flat", vector=vector, k=10**6)["code"] == LIMIT
    assert client.ask("search.run", index="flat", vector=vector, efSearch=10**9)["code"] == LIMIT
    assert client.ask("search.run", index="flat", vector=vector, efSearch=0)["code"] == INVALID
    assert client.ask("search.run", index="flat", vector=vector, nprobe=0)["code"] == INVALID
    assert client.ask("search.run", index="flat", vector=[0.0] * 100_000)["code"] == LIMIT


def test_what_stands_behind_a_transform_is_told_with_the_trace(libraries, daemon):
    client = daemon.edge_client
    name = file_name("PCA8,IVF16,Flat")
    run = client.ask("search.run", index=name, vector=[float(value) for value in QUERY], k=3, exact=True)
    trace = client.ask("search.trace", search=run["search"])
    expected = faiss.downcast_VectorTransform(libraries[1][name].chain.at(0)).apply(QUERY[None])[0]
    numpy.testing.assert_allclose(trace["transformedQuery"], expected, rtol=1e-4, atol=1e-5)
    assert "transformedQuery" not in run and run["recall"]["over"] == "stored"
    plain = client.ask("search.run", index="flat", vector=[float(value) for value in QUERY], k=3)
    assert "transformedQuery" not in client.ask("search.trace", search=plain["search"])
