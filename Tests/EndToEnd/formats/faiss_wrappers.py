"""What Faiss puts around an index."""
from functools import partial

import faiss
import numpy

from formats.case import Case
from formats.data import DIMENSION, IDS, TRAINING, VECTORS
from formats.faiss_facts import NPROBE
from formats.faiss_making import IP, L2, factory, owned, unpolysemous, written

ID_MAP = "Faiss `IndexIDMap`, `IndexIDMap2`"
TRANSFORM = "Faiss `IndexPreTransform`, every transform"
REFINE = "Faiss `IndexRefine`, `IndexIVFIndependentQuantizer`"


def mapped(wrapper, description, path, metric=L2):
    inner = owned(faiss.index_factory(DIMENSION, description, metric))
    index = getattr(faiss, wrapper)(inner)
    index.train(TRAINING)
    index.add_with_ids(VECTORS, IDS)
    return written(index, path)


def transformed(transform, dimension, path):
    made = owned(transform())
    index = faiss.IndexPreTransform(made, owned(faiss.IndexFlatL2(dimension)))
    index.train(TRAINING)
    index.add(VECTORS)
    return written(index, path)


def linear():
    random = numpy.random.default_rng(5)
    made = faiss.LinearTransform(DIMENSION, 4, True)
    faiss.copy_array_to_vector(random.normal(size=4 * DIMENSION).astype("float32"), made.A)
    faiss.copy_array_to_vector(random.normal(size=4).astype("float32"), made.b)
    made.is_trained = True
    return made


def independent(inner, path, transform=None):
    ivf = owned(inner())
    unpolysemous(ivf)
    arguments = [owned(transform())] if transform else []
    index = faiss.IndexIVFIndependentQuantizer(owned(faiss.IndexFlatL2(DIMENSION)), ivf, *arguments)
    index.train(TRAINING)
    ivf.nprobe = NPROBE
    index.add(VECTORS)
    return written(index, path)


def cases():
    for wrapper in ("IndexIDMap", "IndexIDMap2"):
        for description in ("Flat", "HNSW6", "IVF8,Flat", "PCA4,IVF8,SQ8"):
            yield Case(f"{wrapper} {description}", ID_MAP, partial(mapped, wrapper, description))
    yield Case("IndexIDMap Flat IP", ID_MAP, partial(mapped, "IndexIDMap", "Flat", metric=IP))

    for description in (
        "PCA4,Flat", "PCAR4,Flat", "PCAW4,Flat", "OPQ4_4,PQ4x4", "RR4,Flat", "ITQ4,Flat", "L2norm,Flat", "Pad12,Flat",
        "L2norm,PCA4,IVF8,Flat", "OPQ4,IVF8,PQ4x6", "PCA4,HNSW6", "PCA4,SQ8",
    ):
        yield Case(description, TRANSFORM, factory(description), is_old=description != "Pad12,Flat")
    for name, transform, dimension in (
        ("ITQMatrix", lambda: faiss.ITQMatrix(DIMENSION), DIMENSION),
        ("CenteringTransform", lambda: faiss.CenteringTransform(DIMENSION), DIMENSION),
        ("RemapDimensions wider", lambda: faiss.RemapDimensionsTransform(DIMENSION, 12, True), 12),
        ("RemapDimensions narrower", lambda: faiss.RemapDimensionsTransform(DIMENSION, 5, False), 5),
        ("LinearTransform", linear, 4),
    ):
        yield Case(name, TRANSFORM, partial(transformed, transform, dimension))
    yield Case(
        "HadamardRotation", TRANSFORM, partial(transformed, lambda: faiss.HadamardRotation(DIMENSION), DIMENSION),
        is_old=False)

    for description in (
        "SQ8,RFlat", "SQ4,Refine(SQ8)", "IVF8,PQ4x4,RFlat", "IVF8,PQ4x4,Refine(SQfp16)", "PQ4x4fs,RFlat",
        "IVF8,PQ4x4fs,RFlat", "PCA4,IVF8,SQ8,RFlat",
    ):
        yield Case(description, REFINE, factory(description))

    def pca():
        return faiss.PCAMatrix(DIMENSION, 4)

    for name, inner, transform in (
        ("IVFFlat", lambda: faiss.index_factory(DIMENSION, "IVF8,Flat"), None),
        ("PCA4,IVFFlat", lambda: faiss.index_factory(4, "IVF8,Flat"), pca),
        ("IVFSQ8", lambda: faiss.index_factory(DIMENSION, "IVF8,SQ8"), None),
        ("IVFPQ4x6", lambda: faiss.index_factory(DIMENSION, "IVF8,PQ4x6"), None),
        ("PCA4,IVFPQ4x6", lambda: faiss.index_factory(4, "IVF8,PQ4x6"), pca),
        ("IVFPQ4x4fs", lambda: faiss.index_factory(DIMENSION, "IVF8,PQ4x4fs"), None),
    ):
        yield Case(
            f"IndependentQuantizer {name}", REFINE, partial(independent, inner, transform=transform),
            is_old=False, promises_distances=not name.endswith("fs"))
