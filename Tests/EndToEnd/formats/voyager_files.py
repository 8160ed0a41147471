"""Voyager's files: all spaces, all ways to store a component."""
from functools import partial

import numpy
import voyager

from formats.case import Case
from formats.data import DIMENSION, IDS, K, QUERIES, VECTORS, answers, rows
from formats.hnsw_bytes import HNSWBytes

SPACES = {"Euclidean": "l2", "InnerProduct": "ip", "Cosine": "cosine"}
STORAGES = {"Float32": "float32", "Float8": "int8", "E4M3": "E4M3 float8"}
FAMILIES = {
    "Float32": "Voyager, Float32 (Euclidean, InnerProduct, Cosine)",
    "Float8": "Voyager, Float8 and E4M3",
    "E4M3": "Voyager, Float8 and E4M3",
}
EF = 12
METADATA_BYTES = 19


def small(vectors):
    """Float8 takes −1 to 1."""
    return numpy.clip(vectors / 4, -1, 1)


def file(space, storage, deleted, path):
    index = voyager.Index(
        getattr(voyager.Space, space), DIMENSION, M=6, ef_construction=30, random_seed=1,
        storage_data_type=getattr(voyager.StorageDataType, storage))
    index.add_items(small(VECTORS), IDS, num_threads=1)
    vectors = rows(IDS, [index.get_vector(label) for label in IDS])
    for label in IDS[:deleted]:
        index.mark_deleted(int(label))
    index.save(str(path))
    content = HNSWBytes(path.read_bytes()[METADATA_BYTES:])

    def search(query):
        return index.query(query, k=K, query_ef=EF)

    return {
        "report": content.report() | {
            "library": "voyager", "kind": "Voyager's HNSW", "dimension": DIMENSION, "metric": SPACES[space],
            "metricGuessed": False,
        },
        "encoding": STORAGES[storage], "layers": content.layers,
        "vectors": vectors, "answers": answers(search, {"ef": EF}, queries=small(QUERIES)),
    }


def cases():
    for space in SPACES:
        for storage in STORAGES:
            yield Case(f"{space} {storage}", FAMILIES[storage], partial(file, space, storage, 0))
    yield Case("Euclidean Float32 deleted", FAMILIES["Float32"], partial(file, "Euclidean", "Float32", 20))
