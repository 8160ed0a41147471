"""Faiss's vectors and codes that lie one after the other."""
from functools import partial

import faiss
import numpy

from formats.case import Case
from formats.data import DIMENSION, QUERIES, TRAINING, VECTORS
from formats.faiss_making import (
    FAST_SCAN, IP, L2, NEW_SCALARS, SCALARS, factory, filled, scalar, scaled_to, wide_blocks,
)

FLAT = "Faiss `IndexFlat` (L2, inner product)"
OTHER_METRICS = "Faiss `IndexFlat`, `IndexIVFFlat`, `IndexHNSWFlat`, other metrics"
CODES = "Faiss `IndexScalarQuantizer`, `IndexPQ`"


def flat_cases():
    for name, metric in (("L2", L2), ("IP", IP)):
        yield Case(f"Flat {name}", FLAT, factory("Flat", metric))
    yield Case("Flat empty", FLAT, factory("Flat", vectors=VECTORS[:0]))
    yield Case("Flat one", FLAT, factory("Flat", vectors=VECTORS[:1]))
    positive = {name: numpy.abs(rows) / numpy.abs(TRAINING).max() for name, rows in (
        ("vectors", VECTORS), ("training", TRAINING), ("queries", QUERIES))}
    for name in (
        "L1", "Linf", "Lp", "Canberra", "BrayCurtis", "JensenShannon", "Jaccard", "NaNEuclidean", "GOWER",
    ):
        def made(name=name):
            index = faiss.IndexFlat(DIMENSION, getattr(faiss, f"METRIC_{name}"))
            index.metric_arg = 3 if name == "Lp" else 0
            return index

        yield Case(
            f"Flat {name}", OTHER_METRICS, filled(made, **positive),
            is_old=name not in ("NaNEuclidean", "GOWER", "Jaccard"))
    for description in ("IVF8,Flat", "HNSW6,Flat"):
        for name in ("L1", "Canberra"):
            metric = getattr(faiss, f"METRIC_{name}")
            # The old release ends the process when it searches such lists.
            yield Case(
                f"{description} {name}", OTHER_METRICS, factory(description, metric, **positive),
                is_old=description == "HNSW6,Flat")


def code_cases():
    for kind in SCALARS:
        for name, metric in (("L2", L2), ("IP", IP)):
            yield Case(
                f"SQ {kind} {name}", CODES,
                filled(
                    lambda kind=kind, metric=metric: faiss.IndexScalarQuantizer(DIMENSION, scalar(kind), metric),
                    **scaled_to(kind)), is_old=kind not in NEW_SCALARS)
    # Components that do not fill the last byte.
    for kind in ("6bit", "4bit"):
        yield Case(
            f"SQ {kind} d=7", CODES,
            filled(
                lambda kind=kind: faiss.IndexScalarQuantizer(7, scalar(kind)), vectors=VECTORS[:, :7].copy(),
                training=TRAINING[:, :7].copy(), queries=QUERIES[:, :7].copy()))
    for bits in (8, 6, 4, 10):
        yield Case(f"PQ4x{bits}", CODES, filled(lambda bits=bits: faiss.IndexPQ(DIMENSION, 4, bits)))
    yield Case("PQ4x8 IP", CODES, filled(lambda: faiss.IndexPQ(DIMENSION, 4, 8, IP)))
    yield Case("PQ4x4fs", FAST_SCAN, factory("PQ4x4fs"), promises_distances=False)
    yield Case("PQ4x4fs empty", FAST_SCAN, factory("PQ4x4fs", vectors=VECTORS[:0]), promises_distances=False)
    yield Case("SQ8 empty", CODES, factory("SQ8", vectors=VECTORS[:0]))
    yield Case("PQ4x4fs IP", FAST_SCAN, factory("PQ4x4fs", IP), promises_distances=False)
    yield Case("PQ4x4fs bbs=64", FAST_SCAN, partial(wide_blocks, "PQ4x4fs_64"), promises_distances=False)
    odd = {"vectors": VECTORS[:, :6].copy(), "training": TRAINING[:, :6].copy(), "queries": QUERIES[:, :6].copy()}
    yield Case(
        "PQ3x4fs", FAST_SCAN, filled(lambda: faiss.IndexPQFastScan(6, 3, 4), **odd), promises_distances=False)


def cases():
    yield from flat_cases()
    yield from code_cases()
