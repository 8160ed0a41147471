"""Faiss's binary indexes, and indexes that lack a part."""
from functools import partial

import faiss
import numpy

from formats.case import Case
from formats.data import COUNT, DIMENSION, IDS, TRAINING, VECTORS
from formats.faiss_facts import facts, parameters
from formats.faiss_making import owned, unpolysemous, written

BINARY = "Faiss binary Flat, IVF, HNSW, IDMap"
WITHOUT = "Faiss untrained; HNSW without storage, IVF without lists"
BITS = numpy.packbits(TRAINING > 0, axis=1, bitorder="little").repeat(4, axis=1)


def binary(index, count=COUNT):
    def make(path):
        made = index()
        made.train(BITS)
        if isinstance(made, faiss.IndexBinaryIDMap):
            made.add_with_ids(BITS[:count], IDS)
        elif count:
            made.add(BITS[:count])
        options = parameters(made)
        faiss.write_index_binary(made, str(path))
        return facts(made, options)

    return make


def without_storage(path):
    index = faiss.index_factory(DIMENSION, "HNSW6")
    index.add(VECTORS)
    made = facts(index, parameters(index), is_searched=False, warnings=["not stored"])
    faiss.write_index(index, str(path), faiss.IO_FLAG_SKIP_STORAGE)
    return made | {"encoding": None, "vectors": None}


def without_lists(description, path):
    index = faiss.index_factory(DIMENSION, description)
    unpolysemous(index)
    index.train(TRAINING)
    index.replace_invlists(None, False)
    return written(index, path, is_searched=False, warnings=["not stored"])


def cases():
    for description in ("BFlat", "BIVF8", "BHNSW6", "BIVF8_HNSW6"):
        for count in (COUNT, 0):
            def made(description=description):
                return faiss.index_binary_factory(4 * DIMENSION, description)

            yield Case(f"{description} {count}", BINARY, binary(made, count))
    for wrapper in ("IndexBinaryIDMap", "IndexBinaryIDMap2"):
        yield Case(
            wrapper, BINARY,
            binary(lambda wrapper=wrapper: getattr(faiss, wrapper)(owned(faiss.IndexBinaryFlat(4 * DIMENSION)))))

    for description in (
        "IVF8,Flat", "IVF8,SQ8", "IVF8,PQ4x6", "IVF8,PQ4x4fs", "SQ8", "PQ4x6", "PQ4x4fs", "HNSW6,SQ8", "PCA4,IVF8,Flat",
        "OPQ4,Flat", "ITQ4,Flat", "IVF8,PQ4x6,RFlat",
    ):
        yield Case(
            f"{description} untrained", WITHOUT,
            lambda path, description=description: written(
                faiss.index_factory(DIMENSION, description), path, is_searched=False))
    yield Case("HNSW6 without storage", WITHOUT, without_storage, is_old=False)
    for description in ("IVF8,Flat", "IVF8,PQ4x6"):
        yield Case(f"{description} without lists", WITHOUT, partial(without_lists, description))
