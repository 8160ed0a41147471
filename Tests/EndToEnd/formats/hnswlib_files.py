"""hnswlib's files."""
import struct
from functools import partial

import hnswlib
import numpy

from formats.case import Case
from formats.data import COUNT, DIMENSION, IDS, K, QUERIES, VECTORS, answers, rows
from formats.hnsw_bytes import HNSWBytes

FLOATS = "hnswlib `Index` (l2, ip, cosine)"
BRUTE_FORCE = "hnswlib `BFIndex`"
CPP = "hnswlib C++ `L2SpaceI`, multi-vector spaces"
EF = 12


def built(space, count=COUNT, capacity=COUNT, vectors=VECTORS):
    index = hnswlib.Index(space, DIMENSION)
    index.init_index(capacity, M=6, ef_construction=30, random_seed=1, allow_replace_deleted=True)
    if count:
        index.add_items(vectors[:count], IDS[:count], num_threads=1)
    return index


def saved(index, path):
    index.save_index(str(path))
    return HNSWBytes(path.read_bytes())


def asked(index, of=None):
    def search(query):
        # Python's hnswlib fails where there are fewer than k.
        k = min(K, index.get_current_count())
        if k == 0:
            return [], []
        labels, distances = index.knn_query(query[None], k=k, num_threads=1)
        return labels[0], distances[0]

    index.set_ef(EF)
    return answers(search, {"ef": EF}, of=of)


def facts(index, space, content, deleted=()):
    """Deleted elements are not given out, so their vectors come from the file."""
    labels = [label for label in content.labels if label not in deleted]
    vectors = rows(content.labels, content.vectors())
    if labels:
        vectors |= rows(labels, index.get_items(labels))
    return {
        "report": content.report() | {
            "library": "hnswlib", "kind": "HNSW", "dimension": DIMENSION, "metric": space, "metricGuessed": False,
            "labels": "integers",
        },
        "encoding": "float32", "arguments": ["--metric", space], "layers": content.layers, "vectors": vectors,
        "header": {"max_elements": content.header.max_elements, "M": 6, "ef_construction": 30},
        "answers": asked(index, of=(labels[7], index.get_items(labels[7:8])[0]) if len(labels) > 7 else None),
    }


def plain(space, count, path):
    index = built(space, count)
    return facts(index, space, saved(index, path))


def spare_capacity(path):
    index = built("l2", capacity=4 * COUNT)
    return facts(index, "l2", saved(index, path))


def guessed(space, path):
    """Without a hint annscope takes the metric from the lengths of the vectors."""
    made = plain(space, COUNT, path)
    made["report"]["metricGuessed"] = True
    return made | {"arguments": []}


def deleted(path):
    index = built("l2")
    gone = IDS[::4].tolist()
    for label in gone:
        index.mark_deleted(label)
    return facts(index, "l2", saved(index, path), gone)


def deleted_entry_point(path):
    index = built("l2")
    content = saved(index, path)
    gone = content.labels[content.header.entry_point]
    index.mark_deleted(gone)
    return facts(index, "l2", saved(index, path), [gone])


def replaced(path):
    index = built("l2")
    for label in IDS[:20]:
        index.mark_deleted(int(label))
    index.add_items(-VECTORS[:15], IDS[:15] + 10000, replace_deleted=True, num_threads=1)
    content = saved(index, path)
    return facts(index, "l2", content, set(IDS[:20].tolist()) & set(content.labels))


def brute_force(space, path):
    index = hnswlib.BFIndex(space, DIMENSION)
    index.init_index(COUNT + 20)
    index.add_items(VECTORS, IDS)
    index.save_index(str(path))

    def search(query):
        labels, distances = index.knn_query(query[None], k=K)
        return labels[0], distances[0]

    kept = VECTORS
    if space == "cosine":
        kept = VECTORS / (numpy.linalg.norm(VECTORS, axis=1, keepdims=True) + 1e-30)
    return {
        "report": {
            "library": "hnswlib", "structure": "flat", "kind": "brute force", "count": COUNT, "dimension": DIMENSION,
            "metric": space, "deleted": 0,
        },
        "encoding": "float32", "arguments": ["--metric", space], "vectors": rows(IDS, kept),
        "answers": answers(search, {}),
    }


def uint8(path):
    """What C++ writes with `L2SpaceI`: whole numbers have the same distances, so the same links, as floats."""
    whole = numpy.clip(numpy.round(VECTORS * 32 + 128), 0, 255).astype("float32")
    index = built("l2", vectors=whole)
    content = saved(index, path)
    path.write_bytes(content.with_vectors([vector.astype("uint8").tobytes() for vector in content.vectors()]))
    return {
        "report": content.report() | {"library": "hnswlib", "dimension": DIMENSION, "metric": "l2"},
        "encoding": "uint8", "arguments": ["--metric", "l2", "--dimension", str(DIMENSION)], "layers": content.layers,
        "vectors": rows(content.labels, content.vectors()), "answers": asked_whole(index),
    }


def asked_whole(index):
    index.set_ef(EF)

    def search(query):
        labels, distances = index.knn_query(query[None], k=K, num_threads=1)
        return labels[0], distances[0]

    return answers(search, {"ef": EF}, queries=numpy.clip(numpy.round(QUERIES * 32 + 128), 0, 255))


def multi_vector(kind, path):
    """What C++ writes with `MultiVectorL2Space`: a document's id behind each vector."""
    index = built("l2")
    content = saved(index, path)
    made = facts(index, "l2", content)
    path.write_bytes(
        content.with_vectors([
            vector.tobytes() + struct.pack(kind, node // 3) for node, vector in enumerate(content.vectors())
        ]))
    made["arguments"] += ["--dimension", str(DIMENSION)]
    return made | {"warnings": ["behind the 8 components"]}


def cases():
    for space in ("l2", "ip", "cosine"):
        for count in (0, 1, COUNT):
            yield Case(f"{space} {count}", FLOATS, partial(plain, space, count))
        yield Case(f"BFIndex {space}", BRUTE_FORCE, partial(brute_force, space))
    for space in ("l2", "cosine"):
        yield Case(f"{space} guessed", FLOATS, partial(guessed, space))
    yield Case("l2 spare capacity", FLOATS, spare_capacity)
    yield Case("l2 deleted", FLOATS, deleted)
    yield Case("l2 deleted entry point", FLOATS, deleted_entry_point)
    yield Case("l2 replaced", FLOATS, replaced)
    yield Case("L2SpaceI uint8", CPP, uint8, is_hand_built=True)
    yield Case("multi-vector u32", CPP, partial(multi_vector, "<I"), is_hand_built=True)
    yield Case("multi-vector u64", CPP, partial(multi_vector, "<Q"), is_hand_built=True)
