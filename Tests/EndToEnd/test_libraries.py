"""Fresh indexes, made by the real libraries in this run, must be answered as the libraries answer."""
import time

import faiss
import hnswlib
import numpy
import pytest

SEED = time.time_ns() % 2**32
KEEP, REJECT, EXPAND, RANK, OPEN = 1, 2, 3, 5, 6

faiss.omp_set_num_threads(1)


def clusters(count, dimension):
    print(f"seed {SEED}")
    random = numpy.random.default_rng(SEED)
    centres = random.normal(size=(12, dimension))
    return (centres[random.integers(0, 12, count)] + 0.35 * random.normal(size=(count, dimension))).astype("float32")


def floats(vector):
    return [float(value) for value in vector]


def assert_results(found, labels, distances):
    assert [int(row["label"]) for row in found["results"]] == [int(label) for label in labels if label >= 0]
    numpy.testing.assert_allclose(
        [row["distance"] for row in found["results"]], distances[: len(found["results"])], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("space", ["l2", "ip", "cosine"])
def test_hnswlib(tmp_path, search, space):
    vectors = clusters(1500, 40)
    index = hnswlib.Index(space=space, dim=40)
    index.init_index(max_elements=2000, M=8, ef_construction=60)
    index.add_items(vectors[:1400], numpy.arange(1400) * 7 + 3, num_threads=1)
    index.mark_deleted(10)
    index.save_index(str(tmp_path / "fresh.bin"))
    for ef in (5, 20, 100):
        index.set_ef(ef)
        for query in vectors[1400:1410]:
            labels, distances = index.knn_query(query[None], k=5, num_threads=1)
            found = search(tmp_path / "fresh.bin", vector=floats(query), k=5, ef=ef, metric=space)
            assert_results(found, labels[0], distances[0])
            columns = found["columns"]
            evaluated = sum(kind in (KEEP, REJECT) for kind in columns["kind"])
            # The entry point is evaluated once for the layers, and again on layer 0 unless it is deleted.
            assert evaluated + 1 <= found["counters"]["distances"] <= evaluated + 2


@pytest.mark.parametrize("metric", [faiss.METRIC_L2, faiss.METRIC_INNER_PRODUCT])
def test_faiss_ivf(tmp_path, search, metric):
    vectors = clusters(1500, 40)
    index = faiss.index_factory(40, "IVF32,Flat", metric)
    index.train(vectors)
    index.add(vectors[:1400])
    faiss.write_index(index, str(tmp_path / "fresh.index"))
    for nprobe in (1, 6, 32):
        index.nprobe = nprobe
        for query in vectors[1400:1410]:
            distances, labels = index.search(query[None], 5)
            _, probes = index.quantizer.search(query[None], nprobe)
            found = search(tmp_path / "fresh.index", vector=floats(query), k=5, nprobe=nprobe)
            assert_results(found, labels[0], distances[0])
            columns = found["columns"]
            opened = [cell for kind, cell in zip(columns["kind"], columns["to"]) if kind == OPEN]
            assert opened == probes[0].tolist()
            scanned = sum(index.invlists.list_size(cell) for cell in opened)
            assert found["counters"]["listVectors"] == scanned
            assert columns["kind"].count(RANK) == 32


@pytest.mark.parametrize("name", ["hnswlib_M6_ef30_l2", "hnswlib_M6_ef30_normalized_ip"])
def test_walkthrough_by_id_hnswlib(demo, search, name):
    space = "l2" if name.endswith("l2") else "ip"
    index = hnswlib.Index(space=space, dim=128)
    index.load_index(str(demo / f"{name}.index"))
    index.set_ef(6)
    query = index.get_items([40])[0]
    labels, distances = index.knn_query([query], k=5, num_threads=1)
    found = search(demo / f"{name}.index", label=40, k=5, ef=6, metric=space)
    assert_results(found, labels[0], distances[0])


@pytest.mark.parametrize("name", ["faiss_ivf128_flat_l2", "faiss_ivf128_flat_normalized_ip"])
def test_walkthrough_by_id_faiss(demo, search, name):
    index = faiss.read_index(str(demo / f"{name}.index"))
    index.nprobe = 6
    index.make_direct_map()
    distances, labels = index.search(index.reconstruct(40)[None], 5)
    found = search(demo / f"{name}.index", label=40, k=5, nprobe=6)
    assert_results(found, labels[0], distances[0])
