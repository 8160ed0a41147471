"""usearch's files: its metrics and number formats, with removed vectors, with and without the matrix of vectors."""
import struct
from functools import partial

import numpy
from usearch.index import Index, ScalarKind

from formats.case import Case
from formats.data import COUNT, DIMENSION, IDS, K, QUERIES, VECTORS, answers, rows

FAMILY = "usearch (l2sq, ip, cos, hamming and others; f32, f16, bf16, i8, b1)"
METRICS = {
    "l2sq": "l2", "ip": "ip", "cos": "cosine", "pearson": "pearson", "divergence": "divergence", "hamming": "hamming",
    "tanimoto": "tanimoto", "sorensen": "sorensen",
}
ENCODINGS = {
    "f64": None, "f32": "float32", "f16": "float16", "bf16": "bfloat16", "i8": "int8", "b1": "bits",
}
EF = 16
# usearch takes bits as they are packed; this is NumPy's order.
BITS = numpy.packbits(VECTORS > 0, axis=1)
FREE_KEY = 2**64 - 1


def shares(vectors):
    """The divergence is one of distributions."""
    return numpy.abs(vectors) / numpy.abs(vectors).sum(axis=1, keepdims=True)


def file(metric, kind, path, removed=0, has_vectors=True, count=COUNT):
    index = Index(ndim=DIMENSION, metric=metric, dtype=kind, connectivity=6, expansion_add=30, expansion_search=EF)
    vectors = {"b1": BITS, "i8": (numpy.clip(VECTORS / 4, -1, 1) * 100).astype("int8")}.get(kind, VECTORS)
    queries = QUERIES
    if metric == "divergence":
        vectors, queries = shares(vectors), shares(queries)
    if count:
        index.add(IDS[:count], vectors[:count], threads=1)
    for key in IDS[:removed]:
        index.remove(int(key))
    index.save(str(path))
    if not has_vectors:
        # Python can't leave the matrix out; C++ can, by `exclude_vectors`, and writes just what remains here.
        whole = path.read_bytes()
        rows_there, row_bytes = struct.unpack_from("<II", whole)
        path.write_bytes(whole[8 + rows_there * row_bytes:])
    kept = IDS[removed:count]

    def search(query):
        bits = numpy.packbits(query > 0)
        found = index.search(bits, K, dtype=ScalarKind.B1) if kind == "b1" else index.search(query.astype("float32"), K)
        return found.keys, found.distances

    return {
        "report": {
            "library": "usearch", "structure": "hnsw", "count": count, "deleted": removed, "dimension": DIMENSION,
            "metric": METRICS[metric], "metricGuessed": False,
        },
        "encoding": ENCODINGS[kind] if has_vectors else None,
        "layers": [
            {"level": level, "nodes": stats.nodes, "links": stats.edges}
            for level, stats in enumerate(index.levels_stats[: index.max_level + 1])
        ] if count and not removed else None,
        "vectors": rows(kept, [decoded(index, int(key), kind) for key in kept]) if has_vectors else None,
        "freed": [FREE_KEY] * removed,
        "warnings": [] if has_vectors else ["not stored"],
        "answers": answers(search, {"ef": EF}, queries=queries),
        "tolerance": 1e-6,
    }


def doubles(path):
    file("l2sq", "f64", path)
    return {"declined": ["vectors are stored as f64"]}


def decoded(index, key, kind):
    vector = index.get(key)
    if kind == "b1":
        return numpy.unpackbits(vector)[:DIMENSION]
    return vector / 127 if kind == "i8" else vector


def cases():
    yield Case("l2sq f64", FAMILY, doubles)
    for kind in ("f32", "f16", "bf16", "i8"):
        yield Case(f"l2sq {kind}", FAMILY, partial(file, "l2sq", kind))
    for metric in ("ip", "cos", "pearson", "divergence"):
        yield Case(f"{metric} f32", FAMILY, partial(file, metric, "f32"))
    for metric in ("hamming", "tanimoto", "sorensen"):
        yield Case(f"{metric} b1", FAMILY, partial(file, metric, "b1"))
    yield Case("l2sq f32 removed", FAMILY, partial(file, "l2sq", "f32", removed=20))
    yield Case("l2sq f32 empty", FAMILY, partial(file, "l2sq", "f32", count=0))
    yield Case("l2sq f32 without vectors", FAMILY, partial(file, "l2sq", "f32", has_vectors=False), is_hand_built=True)
