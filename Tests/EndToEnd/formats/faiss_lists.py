"""Faiss's inverted lists."""
from functools import partial

import faiss
import numpy

from formats.case import Case
from formats.data import COUNT, DIMENSION, IDS, QUERIES, TRAINING, VECTORS
from formats.faiss_making import (
    FAST_SCAN, IP, L2, NEW_SCALARS, SCALARS, factory, filled, quantizer, scalar, scaled_to, wide_blocks,
    written,
)

IVF_FLAT = "Faiss `IndexIVFFlat` over Flat; direct maps, lists on disk"
IVF_QUANTIZERS = "Faiss IVF over coarse quantizers other than Flat"
IVF_CODES = "Faiss `IndexIVFScalarQuantizer`, `IndexIVFPQ`, `IndexIVFPQR`, `IndexIVFFlatDedup`"


def direct_map(kind, path):
    index = faiss.index_factory(DIMENSION, "IVF8,Flat")
    index.train(TRAINING)
    index.set_direct_map_type(getattr(faiss.DirectMap, kind))
    if kind == "Hashtable":
        index.add_with_ids(VECTORS, IDS)
    else:
        index.add(VECTORS)
    return written(index, path)


def sparse(path):
    """With few lists that are not empty, their sizes are written with their numbers."""
    made = factory("IVF64,Flat", vectors=VECTORS[:10])(path)
    assert b"sprs" in path.read_bytes()
    return made


def own_ids(path):
    index = faiss.index_factory(DIMENSION, "IVF8,Flat")
    index.train(TRAINING)
    index.add_with_ids(VECTORS, IDS - 100)
    return written(index, path, warnings=["negative"])


def on_disk(path, description="IVF8,Flat", is_beside=True):
    """The index names its lists by an absolute path. They are looked for beside it and nowhere else: what lies at that
    path is a decoy, or, where nothing is beside, the data themselves."""
    elsewhere = path.parent / f"{path.name} elsewhere"
    elsewhere.mkdir()
    data = elsewhere / f"{path.name}.ivfdata"
    index = faiss.index_factory(DIMENSION, description)
    index.train(TRAINING)
    lists = faiss.OnDiskInvertedLists(index.nlist, index.code_size, str(data))
    index.replace_invlists(lists, False)
    index.add(VECTORS)
    made = written(index, path)
    made["lists"]["dataFile"] = str(path.parent / data.name)
    if not is_beside:
        return {"declined": [str(path.parent / data.name), "No such file"]}
    content = data.read_bytes()
    del index, lists
    (path.parent / data.name).write_bytes(content)
    data.write_bytes(bytes(len(content)))
    return made


def behind_transform(description, path):
    """The codes are differences to centroids that would have to be transformed back, so annscope gives no vectors."""
    return factory(description)(path) | {"encoding": None, "vectors": None}


def cases():
    for name, metric in (("L2", L2), ("IP", IP)):
        yield Case(f"IVF8,Flat {name}", IVF_FLAT, factory("IVF8,Flat", metric))
    yield Case("IVF8,Flat empty", IVF_FLAT, factory("IVF8,Flat", vectors=VECTORS[:0]))
    yield Case("IVF64,Flat sparse", IVF_FLAT, sparse)
    yield Case("IVF8,Flat own ids", IVF_FLAT, own_ids)
    for kind in ("Array", "Hashtable"):
        yield Case(f"IVF8,Flat {kind}", IVF_FLAT, partial(direct_map, kind))
    yield Case("IVF8,Flat on disk", IVF_FLAT, on_disk)
    yield Case("IVF8,PQ4x6np on disk", IVF_CODES, partial(on_disk, description="IVF8,PQ4x6np"))
    yield Case("IVF8,Flat on disk elsewhere", IVF_FLAT, partial(on_disk, is_beside=False))

    for description in ("IVF16_HNSW8,Flat", "IVF16(SQ8),Flat", "IVF16(PQ4x4),Flat", "IVF16(Flat,RFlat),Flat",
                        "IVF16(PCA4,Flat),Flat", "IVF16(IVF4,Flat),Flat", "IVF16(RR8,Flat),Flat",
                        "IVF16(L2norm,Flat),Flat", "IVF16(SQ8),SQ8", "IVF16_HNSW8,SQ8", "IVF16_HNSW8,PQ4x4",
                        "IVF16_HNSW8,PQ4x4fs"):
        yield Case(
            description, IVF_QUANTIZERS, factory(description), promises_distances=not description.endswith("fs"))

    for description in ("IVF16(RR8,Flat),SQ8", "IVF16(PCA4,Flat),SQ8", "IVF16(L2norm,Flat),SQ8"):
        yield Case(description, IVF_QUANTIZERS, partial(behind_transform, description))

    def duplicated(path):
        index = faiss.IndexIVFFlatDedup(faiss.IndexFlatL2(DIMENSION), DIMENSION, 8, L2)
        index.train(TRAINING)
        index.add(numpy.vstack([VECTORS, VECTORS[:30]]))
        made = written(index, path)
        # The lists hold each vector once.
        made["report"]["count"] = COUNT
        return made | {"header": {"duplicates": 30}}

    yield Case("IVFFlatDedup", IVF_CODES, duplicated)
    for kind in SCALARS:
        for residual in (True, False):
            # Differences to a centroid are no whole numbers.
            if residual and "direct" in kind:
                continue
            for name, metric in (("L2", L2), ("IP", IP)):
                def made(kind=kind, metric=metric, residual=residual):
                    return faiss.IndexIVFScalarQuantizer(
                        quantizer(metric), DIMENSION, 8, scalar(kind), metric, residual)

                yield Case(
                    f"IVFSQ {kind} {name}{'' if residual else ' whole'}", IVF_CODES,
                    filled(made, **scaled_to(kind)), is_old=kind not in NEW_SCALARS)
    for bits in (8, 6, 4):
        for residual in (True, False):
            for name, metric in (("L2", L2), ("IP", IP)):
                def made(bits=bits, metric=metric, residual=residual):
                    index = faiss.IndexIVFPQ(quantizer(metric), DIMENSION, 8, 4, bits, metric)
                    index.by_residual = residual
                    return index

                yield Case(f"IVF8,PQ4x{bits} {name}{'' if residual else ' whole'}", IVF_CODES, filled(made))
    yield Case(
        "IVFPQR", IVF_CODES, filled(lambda: faiss.IndexIVFPQR(quantizer(L2), DIMENSION, 8, 4, 6, 4, 6)))
    for description, metric in (
        ("IVF8,PQ4x4fs", L2), ("IVF8,PQ4x4fs", IP), ("IVF8,PQ4x4fsr", L2), ("IVF64,PQ4x4fs", L2),
    ):
        yield Case(
            f"{description} {'IP' if metric == IP else 'L2'}", FAST_SCAN, factory(description, metric),
            promises_distances=False)
    yield Case("IVF2,PQ4x4fs bbs=64", FAST_SCAN, partial(wide_blocks, "IVF2,PQ4x4fs_64"), promises_distances=False)
    yield Case(
        "IVF2,PQ4x4fsr bbs=64", FAST_SCAN, partial(wide_blocks, "IVF2,PQ4x4fsr_64"), promises_distances=False)
    yield Case(
        "IVF8,PQ3x4fs", FAST_SCAN,
        filled(
            lambda: faiss.IndexIVFPQFastScan(faiss.IndexFlatL2(6), 6, 8, 3, 4), vectors=VECTORS[:, :6].copy(),
            training=TRAINING[:, :6].copy(), queries=QUERIES[:, :6].copy()), promises_distances=False)
