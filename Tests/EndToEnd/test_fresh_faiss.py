"""Fresh Faiss indexes of every structure must be answered as Faiss answers: labels, distances and its own counters."""
import time

import faiss
import numpy
import pytest

SEED = time.time_ns() % 2**32
DIMENSION, COUNT, K = 32, 1200, 7
OPEN = 6

faiss.omp_set_num_threads(1)

L2, IP = faiss.METRIC_L2, faiss.METRIC_INNER_PRODUCT


def clusters(count):
    print(f"seed {SEED}")
    random = numpy.random.default_rng(SEED)
    centres = random.normal(size=(20, DIMENSION))
    return (centres[random.integers(0, 20, count)] + 0.4 * random.normal(size=(count, DIMENSION))).astype("float32")


def floats(vector):
    return [float(value) for value in vector]


def counters(statistics):
    names = ("n1", "n2", "ndis", "nhops", "nlist", "nheap_updates")
    return {name: getattr(statistics, name) for name in names if hasattr(statistics, name)}


def without_slow_training(index):
    """Renumbering centroids for a search by Hamming distances takes 12 s, and no search here uses it."""
    index = faiss.downcast_index(index)
    if hasattr(index, "do_polysemous_training"):
        index.do_polysemous_training = False
    for inner in ("index", "base_index", "storage"):
        if getattr(index, inner, None) is not None:
            without_slow_training(getattr(index, inner))


class Fresh:
    """An index made of random vectors, and what Faiss says when it is searched."""

    def __init__(self, folder, index, vectors):
        without_slow_training(index)
        index.train(vectors)
        index.add(vectors[:COUNT])
        self.path = folder / "fresh.index"
        self.vectors = vectors
        faiss.write_index(index, str(self.path))
        self.index = faiss.read_index(str(self.path))

    def check(self, search, statistics=None, queries=8, **options):
        for query in self.vectors[COUNT : COUNT + queries]:
            if statistics is not None:
                statistics.reset()
            distances, labels = self.index.search(query[None], K)
            found = search(self.path, vector=floats(query), k=K, **options)
            assert [int(row["label"]) for row in found["results"]] == [int(label) for label in labels[0] if label >= 0]
            scale = float((query**2).sum() + (self.vectors**2).sum(1).max())
            numpy.testing.assert_allclose(
                [row["distance"] for row in found["results"]], distances[0][: len(found["results"])], rtol=1e-5,
                atol=1e-6 * scale)
            if statistics is not None:
                for name, value in counters(statistics).items():
                    assert found["counters"]["library"][name] == value, name
        return found


@pytest.fixture(scope="module")
def vectors():
    return clusters(COUNT + 40)


@pytest.mark.parametrize("metric", [L2, IP], ids=["L2", "IP"])
@pytest.mark.parametrize("description", ["HNSW12", "HNSW12,SQ8", "HNSW8,PQ8x6", "HNSW6,SQfp16"])
def test_hnsw(tmp_path, search, vectors, description, metric):
    fresh = Fresh(tmp_path, faiss.index_factory(DIMENSION, description, metric), vectors)
    for ef in (3, 16, 80):
        for options, bounded, relative in (
            ({}, True, True), ({"unbounded": True}, False, True), ({"no_relative_check": True}, True, False),
        ):
            fresh.index.hnsw.efSearch = ef
            fresh.index.hnsw.search_bounded_queue = bounded
            fresh.index.hnsw.check_relative_distance = relative
            fresh.check(search, faiss.cvar.hnsw_stats, queries=4, ef=ef, **options)


@pytest.mark.parametrize("metric", [L2, IP], ids=["L2", "IP"])
@pytest.mark.parametrize(
    "description",
    ["IVF24,Flat", "IVF24,SQ8", "IVF24,SQ4", "IVF24,SQ6", "IVF24,SQfp16", "IVF24,SQbf16", "IVF24,PQ8", "IVF24,PQ8x6",
     "IVF24_HNSW8,Flat", "IVF24(IVF4,Flat),Flat", "IVF24(PCA8,Flat),Flat"])
def test_ivf(tmp_path, search, vectors, description, metric):
    fresh = Fresh(tmp_path, faiss.index_factory(DIMENSION, description, metric), vectors)
    for nprobe in (1, 5, 24):
        fresh.index.nprobe = nprobe
        # A quantizer of lists counts in the same place as the index.
        statistics = None if "IVF4" in description else faiss.cvar.indexIVF_stats
        found = fresh.check(search, statistics, queries=4, nprobe=nprobe)
        _, cells = fresh.index.quantizer.search(fresh.vectors[COUNT + 3][None], nprobe)
        columns = found["columns"]
        opened = [
            (flags & 15, cell) for kind, flags, cell in zip(columns["kind"], columns["flags"], columns["to"]) if kind == OPEN
        ]
        assert [cell for stage, cell in opened if stage == opened[-1][0]] == [cell for cell in cells[0] if cell >= 0]


@pytest.mark.parametrize("by_residual", [True, False])
def test_codes_of_residuals_and_of_whole_vectors(tmp_path, search, vectors, by_residual):
    for description in ("IVF24,PQ8", "IVF24,SQ8"):
        index = faiss.index_factory(DIMENSION, description)
        index.by_residual = by_residual
        fresh = Fresh(tmp_path, index, vectors)
        fresh.index.nprobe = 6
        fresh.check(search, faiss.cvar.indexIVF_stats, nprobe=6)


@pytest.mark.parametrize(
    "description",
    ["Flat", "SQ8", "SQ6", "PQ8", "PQ4x6", "PCA16,Flat", "OPQ8_16,IVF24,PQ8", "L2norm,Flat", "RR16,HNSW8", "PCAR16,IVF24,SQ8",
     "IVF24,PQ8,RFlat", "SQ4,Refine(SQ8)", "HNSW8,PQ8,RFlat", "IVF24,PQ8+8"])
def test_others(tmp_path, search, vectors, description):
    fresh = Fresh(tmp_path, faiss.index_factory(DIMENSION, description), vectors)
    options = {}
    if "IVF" in description:
        faiss.ParameterSpace().set_index_parameter(fresh.index, "nprobe", 6)
        options["nprobe"] = 6
    fresh.check(search, **options)


@pytest.mark.parametrize("metric", [L2, IP], ids=["L2", "IP"])
def test_nsg(tmp_path, search, vectors, metric):
    index = faiss.IndexNSGFlat(DIMENSION, 16, metric)
    index.build_type = 1
    fresh = Fresh(tmp_path, index, vectors)
    for search_L in (7, 16, 60):
        fresh.index.nsg.search_L = search_L
        fresh.check(search, queries=6, ef=search_L)


@pytest.mark.parametrize("kind", ["BFlat", "BIVF16", "BHNSW8"])
def test_bits(tmp_path, search, kind):
    random = numpy.random.default_rng(SEED)
    print(f"seed {SEED}")
    # Few distances there are, so that nearly all are equal to others.
    bits = random.integers(0, 2, size=(COUNT + 8, 64), dtype="uint8")
    codes = numpy.packbits(bits, axis=1, bitorder="little")
    index = faiss.index_binary_factory(64, kind)
    index.train(codes)
    index.add(codes[:COUNT])
    faiss.write_index_binary(index, str(tmp_path / "bits.index"))
    index = faiss.read_index_binary(str(tmp_path / "bits.index"))
    options = {}
    if "IVF" in kind:
        index.nprobe = options["nprobe"] = 4
    if "HNSW" in kind:
        index.hnsw.efSearch = options["ef"] = 30
    for query in range(COUNT, COUNT + 8):
        distances, labels = index.search(codes[query][None], K)
        found = search(tmp_path / "bits.index", vector=floats(bits[query]), k=K, **options)
        assert [int(row["label"]) for row in found["results"]] == labels[0].tolist()
        assert [row["distance"] for row in found["results"]] == distances[0].tolist()


@pytest.mark.parametrize("description", ["Flat", "IVF8,Flat", "HNSW8"])
@pytest.mark.parametrize(
    "metric", ["L1", "Linf", "Lp", "Canberra", "BrayCurtis", "JensenShannon", "Jaccard", "NaNEuclidean", "GOWER"])
def test_other_metrics(tmp_path, search, vectors, metric, description):
    kind = getattr(faiss, f"METRIC_{metric}")
    # Jensen and Shannon compare distributions, and Gower numbers from 0 to 1.
    rows = numpy.abs(vectors) / numpy.abs(vectors).max()
    index = faiss.index_factory(DIMENSION, description, kind)
    index.metric_arg = 3
    if description == "HNSW8":
        index.storage.metric_arg = 3
    fresh = Fresh(tmp_path, index, rows)
    flat = faiss.IndexFlat(DIMENSION, kind)
    flat.metric_arg = 3
    flat.add(rows[:COUNT])
    options = {"nprobe": 3} if "IVF" in description else {"ef": 20} if "HNSW" in description else {}
    if "nprobe" in options:
        fresh.index.nprobe = 3
    if "ef" in options:
        fresh.index.hnsw.efSearch = 20
    found = fresh.check(search, queries=3, **options)
    _, labels = flat.search(rows[COUNT + 2][None], K)
    assert [int(row["label"]) for row in found["recall"]["exact"]] == labels[0].tolist()
