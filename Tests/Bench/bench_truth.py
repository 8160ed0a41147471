"""Exact nearest neighbours, against Faiss's IndexFlatL2 over the same vectors in the same run. Run by `make bench`.

Figures are processor time of one thread a query, one query at a time, medians of rounds that alternate. Every answer of
ours is compared with Faiss's; so are those over fresh vectors, L2 and inner product, of some dimensions. The files are
those of bench_readers.py, and one of 960 components, made once.
"""
import json
import pathlib
import statistics
import subprocess
import tempfile
import time

import faiss
import numpy

from bench_readers import DATA, ROOT, hnsw_file
from vectors import draw

TRUTH = ROOT / ".build/release/bench-truth"
QUERIES, ALTERNATIONS = 20, 3
SEED = time.time_ns() % 2**32
KS = (10, 100)


def flat_file(count, dimension):
    path = DATA / f"flat_{count}x{dimension}.faiss"
    if not path.exists():
        index = faiss.IndexFlatL2(dimension)
        index.add(draw(count, dimension))
        faiss.write_index(index, str(path) + ".part")
        pathlib.Path(str(path) + ".part").rename(path)
    return path


def ask_faiss(index, queries, k):
    """Milliseconds a query, distances and ids."""
    times, distances, ids = [], [], []
    for query in queries:
        begin = time.process_time()
        found = index.search(query[None], k)
        times.append((time.process_time() - begin) * 1000)
        distances.append(found[0][0])
        ids.append(found[1][0])
    return times, distances, ids


def ask_us(path, queries, k):
    with tempfile.NamedTemporaryFile() as file:
        queries.tofile(file.name)
        process = subprocess.run([TRUTH, path, file.name, str(k), "l2"], capture_output=True, text=True, check=True)
    return json.loads(process.stdout.splitlines()[-1])


def assert_same(labels, distances, ids):
    """The same ids in the same order, but for those whose distances differ in the last bits alone."""
    for ours, values, theirs in zip(labels, distances, ids, strict=True):
        for place, (label, id) in enumerate(zip(ours, theirs, strict=True)):
            if int(label) != id:
                near = numpy.isclose(values, values[place], rtol=1e-5, atol=0)
                assert near.sum() > 1 and (int(label) in theirs[near] or near[-1]), f"{label}, not {id} (seed {SEED})"


def measure(path, flat, queries, k):
    coded, floats, theirs, preparation = [], [], [], []
    for _ in range(ALTERNATIONS):
        ours = ask_us(path, queries, k)
        times, distances, ids = ask_faiss(flat, queries, k)
        assert_same(ours["labels"], distances, ids)
        coded += ours["coded"]
        floats += ours["floats"]
        theirs += times
        preparation += ours["preparation"][1:]
    return *map(statistics.median, (coded, floats, theirs, preparation)), ours["codeBytes"]


def check_fresh():
    random = numpy.random.default_rng(SEED)
    for dimension in (1, 7, 48, 200):
        vectors = random.normal(size=(30_000, dimension)).astype("f4") + random.normal(size=dimension).astype("f4")
        queries = random.normal(size=(10, dimension)).astype("f4")
        for index in (faiss.IndexFlatL2(dimension), faiss.IndexFlatIP(dimension)):
            index.add(vectors)
            with tempfile.NamedTemporaryFile() as file:
                faiss.write_index(index, file.name)
                for k in (1, 10, 99):
                    ours = ask_us(file.name, queries, k)
                    assert ours["codeBytes"] > 0
                    assert_same(ours["labels"], *ask_faiss(index, queries, k)[1:])
    print("fresh vectors, L2 and inner product: the neighbours that Faiss finds")


def main():
    DATA.mkdir(parents=True, exist_ok=True)
    faiss.omp_set_num_threads(1)
    print(f"seed {SEED}")
    check_fresh()
    print(f"{'vectors':22}{'k':>5}{'codes':>12}{'floats':>12}{'Faiss Flat':>12}{'codes':>8}{'floats':>8}"
          f"{'preparation':>14}{'memory':>10}")
    for count, dimension in ((100_000, 128), (1_000_000, 128), (100_000, 960)):
        path = hnsw_file(count) if dimension == 128 else flat_file(count, dimension)
        flat = faiss.IndexFlatL2(dimension)
        flat.add(draw(count, dimension))
        queries = draw(QUERIES, dimension, seed=SEED)
        for k in KS:
            coded, floats, theirs, preparation, memory = measure(path, flat, queries, k)
            print(f"{format(count, ',') + ' × ' + str(dimension):22}{k:5}{coded:9.2f} ms{floats:9.2f} ms{theirs:9.2f} ms"
                  f"{theirs / coded:7.1f}x{theirs / floats:7.2f}x{preparation:11.0f} ms{memory / 1e6:7.0f} MB")
    print("reach: codes 1.0x (then 2x) at 1,000,000 × 128; the same ids throughout")


if __name__ == "__main__":
    main()
