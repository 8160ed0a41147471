"""Writes the usearch and Annoy files of this folder, each with a JSON file that says what its library reports.

    pip install usearch==2.26.6 annoy==1.17.3 numpy
    python make_usearch_annoy.py FOLDER [USEARCH_HEADERS]

USEARCH_HEADERS is the `include` folder of usearch's source package; with it the variants that the Python package can't
write are made too (g++ is needed). With another version of usearch only the file named after that version is written.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

import numpy
import usearch
from usearch.index import Index

CURRENT = "2.26.6"


def short(values):
    """Nine digits tell every 32-bit float from its neighbours."""
    return [float(f"{float(value):.9g}") for value in values]


def components(dtype, stored, ndim):
    """What a stored vector stands for: usearch hands over bits and bytes as they are."""
    rows = numpy.atleast_2d(stored)
    if dtype == "b1":
        rows = numpy.unpackbits(rows.astype(numpy.uint8), axis=1, count=ndim)
    return [[int(value) for value in row] if dtype in ("b1", "i8", "bits") else short(row) for row in rows]


def write_usearch(folder, name, ndim, count, metric="l2sq", dtype="f32", connectivity=4, multi=False, keys=None, remove=(),
                  add_again=(), seed=1, shape=lambda vectors: vectors):
    random = numpy.random.default_rng(seed)
    index = Index(ndim=ndim, metric=metric, dtype=dtype, connectivity=connectivity, multi=multi)
    vectors = shape(random.standard_normal((count + len(add_again), ndim)).astype(numpy.float32))
    if dtype == "b1":
        vectors = numpy.packbits(vectors > 0, axis=1)
    if metric == "haversine":
        vectors /= 4
    keys = numpy.arange(100, 100 + count, dtype=numpy.uint64) if keys is None else numpy.array(keys, dtype=numpy.uint64)
    for key, vector in zip(keys, vectors):
        index.add(int(key), vector, threads=1)
    for key in remove:
        index.remove(int(key))
    for key, vector in zip(add_again, vectors[count:]):
        index.add(int(key), vector, threads=1)
    path = folder / f"{name}.usearch"
    index.save(str(path))

    present = sorted({int(key) for key in keys} - set(remove) | set(add_again))
    report = {
        "usearch": usearch.__version__, "metric": metric, "dtype": dtype, "ndim": ndim, "multi": multi,
        "len": len(index), "deleted": len(remove) - len(add_again), "connectivity": index.connectivity,
        "levels": [{"nodes": stats.nodes, "edges": stats.edges} for stats in index.levels_stats] if count else [],
        "vectors": {str(key): components(dtype, index.get(key), ndim) for key in present},
    }
    path.with_suffix(".json").write_text(json.dumps(report, separators=(",", ":")) + "\n")


def repeated(vectors):
    """Each vector five times, so that distances are equal, and the last ones zero."""
    vectors = numpy.repeat(vectors[: len(vectors) // 5], 5, axis=0)
    vectors[-3:] = 0
    return vectors


def shares(vectors):
    """What adds up to 1 in each vector."""
    return numpy.abs(vectors) / numpy.abs(vectors).sum(axis=1, keepdims=True)


def write_annoy(folder, name, metric, f, items, trees, seed=1, shape=lambda vectors: vectors):
    from annoy import AnnoyIndex

    random = numpy.random.default_rng(seed)
    index = AnnoyIndex(f, metric)
    index.set_seed(seed)
    vectors = shape(random.standard_normal((len(items), f)).astype(numpy.float32))
    for item, vector in zip(items, vectors):
        index.add_item(item, (vector > 0).astype(float) if metric == "hamming" else vector)
    index.build(trees, n_jobs=1)
    path = folder / f"{name}.ann"
    index.save(str(path))
    loaded = AnnoyIndex(f, metric)
    loaded.load(str(path))
    report = {
        "metric": metric, "f": f, "n_items": loaded.get_n_items(), "n_trees": loaded.get_n_trees(), "items": list(items),
        "vectors": [
            components("bits" if metric == "hamming" else "f32", loaded.get_item_vector(item), f)[0]
            for item in range(loaded.get_n_items())
        ],
    }
    path.with_suffix(".json").write_text(json.dumps(report, separators=(",", ":")) + "\n")


def write_variants(folder, headers):
    source = pathlib.Path(__file__).with_name("make_usearch_variants.cpp")
    with tempfile.TemporaryDirectory() as build:
        program = pathlib.Path(build) / "variants"
        subprocess.run(
            ["g++", "-std=c++17", "-DUSEARCH_USE_NUMKONG=0", "-DUSEARCH_USE_OPENMP=0", "-I", headers, source, "-o", program],
            check=True)
        subprocess.run([program, folder], check=True)


def main():
    folder = pathlib.Path(sys.argv[1])
    if usearch.__version__ != CURRENT:
        version = usearch.__version__.replace(".", "_")
        write_usearch(folder, f"usearch_{version}_i8", 5, 12, metric="cos", dtype="i8")
        return
    write_usearch(folder, "usearch_l2sq_f32", 6, 60)
    write_usearch(folder, "usearch_ip_f16", 6, 40, metric="ip", dtype="f16")
    write_usearch(folder, "usearch_cos_bf16", 6, 40, metric="cos", dtype="bf16")
    write_usearch(folder, "usearch_cos_i8", 6, 40, metric="cos", dtype="i8")
    write_usearch(folder, "usearch_hamming_b1", 21, 40, metric="hamming", dtype="b1")
    write_usearch(folder, "usearch_haversine", 2, 30, metric="haversine")
    for metric in ["pearson", "divergence", "tanimoto", "sorensen"]:
        write_usearch(folder, f"usearch_{metric}", 8, 5, metric=metric, dtype="b1" if metric in ("tanimoto", "sorensen") else "f32")
    write_usearch(folder, "usearch_multi", 4, 30, multi=True, keys=[number // 3 for number in range(30)])
    write_usearch(folder, "usearch_removed", 4, 40, remove=[103, 110, 139], add_again=[500])
    write_usearch(folder, "usearch_keys64", 3, 12, keys=[2**64 - 2 - number * 2**58 for number in range(12)])
    write_usearch(folder, "usearch_deep", 2, 200, connectivity=2)
    write_usearch(folder, "usearch_wide_lists", 2, 20, connectivity=24)
    write_usearch(folder, "usearch_single", 4, 1)
    write_usearch(folder, "usearch_empty", 4, 0)
    for metric, dtype in [("l2sq", "i8"), ("ip", "i8"), ("l2sq", "bf16"), ("cos", "f16"), ("cos", "f32"), ("pearson", "i8")]:
        write_usearch(folder, f"usearch_{metric}_{dtype}", 6, 40, metric=metric, dtype=dtype)
    write_usearch(folder, "usearch_ties", 3, 60, shape=repeated)
    write_usearch(folder, "usearch_ties_cos", 3, 60, metric="cos", shape=repeated)
    write_usearch(folder, "usearch_ties_i8", 3, 60, metric="cos", dtype="i8", shape=repeated)
    write_usearch(folder, "usearch_shares", 6, 40, metric="divergence", shape=shares)
    write_usearch(folder, "usearch_shares_f16", 6, 40, metric="divergence", dtype="f16", shape=shares)
    write_usearch(folder, "usearch_tanimoto_deep", 40, 60, metric="tanimoto", dtype="b1", connectivity=3)
    write_usearch(folder, "usearch_sorensen_deep", 40, 60, metric="sorensen", dtype="b1", connectivity=3)
    write_usearch(folder, "usearch_ip_b1", 40, 40, metric="ip", dtype="b1")
    write_usearch(folder, "usearch_all_removed", 4, 12, remove=range(100, 112))
    write_usearch(folder, "usearch_half_removed", 4, 60, remove=range(100, 160, 2))
    write_usearch(folder, "usearch_long", 100, 30, metric="ip")
    if len(sys.argv) > 2:
        write_variants(folder, sys.argv[2])

    for metric in ["angular", "euclidean", "manhattan", "dot"]:
        write_annoy(folder, f"annoy_{metric}", metric, 5, range(60), 3)
    write_annoy(folder, "annoy_hamming", "hamming", 70, range(60), 2)
    write_annoy(folder, "annoy_holes", "euclidean", 4, range(1, 80, 2), 2)
    for metric in ["angular", "euclidean", "dot"]:
        write_annoy(folder, f"annoy_ties_{metric}", metric, 3, range(60), 3, shape=repeated)
    write_annoy(folder, "annoy_few_with_holes", "euclidean", 6, [0, 2, 5], 2)
    write_annoy(folder, "annoy_long", "angular", 20, range(100), 4)
    write_annoy(folder, "annoy_two_items", "angular", 4, range(2), 3)
    write_annoy(folder, "annoy_single", "dot", 4, range(1), 2)
    write_annoy(folder, "annoy_lonely", "euclidean", 4, [40], 1)
    write_annoy(folder, "annoy_empty", "euclidean", 4, [], 2)


main()
