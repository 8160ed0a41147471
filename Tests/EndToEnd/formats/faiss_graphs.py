"""Faiss's graphs."""
from functools import partial

import faiss

from formats.case import Case
from formats.data import DIMENSION, TRAINING, VECTORS
from formats.faiss_making import IP, L2, factory, filled, owned, scalar, written

HNSW = "Faiss `IndexHNSWFlat`"
HNSW_OTHERS = "Faiss HNSW over SQ, PQ, 2-level and others; Cagra"
NSG = "Faiss NSG over Flat, SQ, PQ"


def two_level(path, as_ivf=False):
    index = faiss.IndexHNSW2Level(owned(faiss.IndexFlatL2(DIMENSION)), 8, 4, 6)
    index.train(TRAINING)
    index.add(VECTORS)
    if as_ivf:
        index.flip_to_ivf()
    made = written(index, path)
    # Python sees no more than its base class.
    return made | {"fourccs": ["IHN2"]}


def over(storage, path):
    index = faiss.IndexHNSW(owned(storage()), 6)
    index.train(TRAINING)
    index.add(VECTORS)
    return written(index, path)


def cagra(path, is_base_only=False):
    index = faiss.IndexHNSWCagra(DIMENSION, 6)
    index.add(VECTORS)
    index.base_level_only = is_base_only
    return written(index, path)


def nsg(kind, *rest):
    return filled(lambda: getattr(faiss, kind)(DIMENSION, *rest))


def cases():
    for name, metric in (("L2", L2), ("IP", IP)):
        yield Case(f"HNSW6 {name}", HNSW, factory("HNSW6", metric))
    yield Case("HNSW6 empty", HNSW, factory("HNSW6", vectors=VECTORS[:0]))
    yield Case("HNSW6 one", HNSW, factory("HNSW6", vectors=VECTORS[:1]))
    yield Case("HNSW6,SQ8", HNSW_OTHERS, factory("HNSW6,SQ8"))
    yield Case("HNSW6,SQfp16", HNSW_OTHERS, factory("HNSW6,SQfp16"))
    yield Case("HNSW6,PQ4x8", HNSW_OTHERS, filled(lambda: faiss.IndexHNSWPQ(DIMENSION, 4, 6)))
    yield Case("HNSW2Level", HNSW_OTHERS, two_level)
    yield Case("HNSW2Level IVF", HNSW_OTHERS, partial(two_level, as_ivf=True))
    yield Case("HNSW of Flat", HNSW_OTHERS, partial(over, lambda: faiss.IndexFlatL2(DIMENSION)), is_old=False)
    yield Case(
        "HNSW of Refine", HNSW_OTHERS,
        partial(over, lambda: faiss.index_factory(DIMENSION, "SQ8,RFlat")), is_old=False)
    yield Case("HNSWCagra", HNSW_OTHERS, cagra, is_old=False)
    yield Case("HNSWCagra base level", HNSW_OTHERS, partial(cagra, is_base_only=True), is_old=False)
    yield Case("NSGFlat", NSG, nsg("IndexNSGFlat", 8))
    yield Case("NSGPQ", NSG, nsg("IndexNSGPQ", 4, 8))
    yield Case("NSGSQ", NSG, filled(lambda: faiss.IndexNSGSQ(DIMENSION, scalar("8bit"), 8)))
