"""Chroma's folders, written by chroma-hnswlib, whose module is called hnswlib too."""
from functools import partial

import hnswlib
import numpy

from formats.case import Case
from formats.data import COUNT, DIMENSION, IDS, VECTORS, rows
from formats.hnsw_bytes import HNSWBytes
from formats.hnswlib_files import asked

FAMILY = "Chroma's folder (l2, ip, cosine)"


def folder(space, deleted, path):
    path.mkdir()
    index = hnswlib.Index(space, DIMENSION)
    index.init_index(
        max_elements=COUNT + 10, M=6, ef_construction=30, random_seed=1, is_persistent_index=True,
        persistence_location=str(path))
    index.add_items(VECTORS, IDS, num_threads=1)
    for label in IDS[:deleted]:
        index.mark_deleted(int(label))
    index.persist_dirty()
    header, level0, links = (
        (path / name).read_bytes() for name in ("header.bin", "data_level0.bin", "link_lists.bin"))
    record_bytes = len(level0) // (COUNT + 10)
    content = HNSWBytes(header[4:] + level0[: COUNT * record_bytes] + links)
    labels = [label for label in content.labels if label not in IDS[:deleted]]
    items = numpy.array(index.get_items(labels))
    if space == "cosine":
        # Chroma keeps the lengths apart and multiplies them in again; what is searched has the length 1.
        items /= numpy.linalg.norm(items, axis=1, keepdims=True)
    vectors = rows(content.labels, content.vectors()) | rows(labels, items)
    return {
        "report": content.report() | {
            "library": "chroma", "kind": "Chroma's HNSW", "dimension": DIMENSION, "metric": space,
        },
        "encoding": "float32", "arguments": ["--metric", space], "layers": content.layers, "vectors": vectors,
        "header": {"version": 1, "max_elements": COUNT + 10}, "answers": asked(index),
    }


def cases():
    for space in ("l2", "ip", "cosine"):
        yield Case(space, FAMILY, partial(folder, space, 0))
    yield Case("l2 deleted", FAMILY, partial(folder, "l2", 20))
