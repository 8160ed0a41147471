"""Faiss's indexes that annscope does not read: it must name them."""
from functools import partial

import faiss
import numpy

from formats.case import Case
from formats.data import COUNT, DIMENSION, TRAINING, VECTORS

FAMILY = "Faiss, all others"
FACTORY = {
    "LSH": "IxHe", "RQ2x4": "IxRq", "LSQ2x4": "IxLS", "PRQ2x2x4": "IxPR",
    "PLSQ2x2x4": "IxPL", "IVF4,RQ2x4": "IwRQ", "IVF4,LSQ2x4": "IwLS", "IVF4,PRQ2x2x4": "IwPR",
    "IVF4,PLSQ2x2x4": "IwPL", "RQ2x4fs_Nrq2x4": "IRfs", "LSQ2x4fs_Nlsq2x4": "ILfs", "PRQ2x2x4fs_Nrq2x4": "IPRf",
    "PLSQ2x2x4fs_Nlsq2x4": "IPLf", "IVF4,RQ2x4fs_Nrq2x4": "IVRf", "IVF4,LSQ2x4fs_Nlsq2x4": "IVLf",
    "IVF4,PRQ2x2x4fs_Nrq2x4": "NPRf", "IVF4,PLSQ2x2x4fs_Nlsq2x4": "NPLf", "IVF4,ITQ8,SH": "IwSh",
}
NEW_FACTORY = {
    "ZnLattice2x10_4": "IxLa",
    "RaBitQ": "Ixrq", "RaBitQ4": "Ixrr", "RaBitQfs": "Irfn", "IVF4,RaBitQ": "Iwrq", "IVF4,RaBitQ4": "Iwrr",
    "IVF4,RaBitQfs": "Iwrn", "IVF4,FlatPanorama4": "IwP2", "HNSW6,FlatPanorama4": "IHfP", "EDEN4": "IxEe",
    "IVF4,EDEN4": "IwEe",
}
NAMES = {
    "IxHe": "LSH", "IxLa": "lattice", "IxRq": "additive quantizer", "IxLS": "additive quantizer (local search)",
    "IxPR": "additive quantizer (product residual)", "IxPL": "additive quantizer (product local search)",
    "IwRQ": "IVF additive quantizer", "IwLS": "IVF additive quantizer (local search)",
    "IwPR": "IVF additive quantizer (product residual)", "IwPL": "IVF additive quantizer (product local search)",
    "IRfs": "additive quantizer, fast-scan", "ILfs": "additive quantizer, fast-scan",
    "IPRf": "additive quantizer, fast-scan", "IPLf": "additive quantizer, fast-scan",
    "IVRf": "IVF additive quantizer, fast-scan", "IVLf": "IVF additive quantizer, fast-scan",
    "NPRf": "IVF additive quantizer, fast-scan", "NPLf": "IVF additive quantizer, fast-scan",
    "IwSh": "IVF spectral hash", "Ixrq": "RaBitQ", "Ixrr": "RaBitQ", "Irfn": "RaBitQ, fast-scan",
    "Iwrq": "IVF RaBitQ", "Iwrr": "IVF RaBitQ", "Iwrn": "IVF RaBitQ, fast-scan", "IwP2": "IVF Panorama",
    "IHfP": "HNSW Panorama", "IxEe": "EDEN", "IwEe": "IVF EDEN", "IRMf": "row-wise min-max",
    "IRMh": "row-wise min-max", "INNf": "NNDescent", "Imiq": "multi-index quantizer",
    "ImRQ": "additive coarse quantizer", "IxFP": "Flat Panorama", "IxFp": "Flat Panorama",
    "IxRP": "refinement, Panorama", "IHNr": "HNSW over RaBitQ", "IBHh": "binary hash", "IBHm": "binary multi-hash",
    "IBHc": "binary HNSW CAGRA", "IBFf": "binary index over a float index",
}
_BITS = numpy.packbits(TRAINING > 0, axis=1).repeat(4, axis=1)


def refused(fourcc):
    return {"declined": [f"Faiss {NAMES[fourcc]} index ({fourcc}) is not supported yet"]}


def write(make, fourcc, path):
    index = make()
    faiss.write_index(index, str(path))
    assert fourcc.encode() in path.read_bytes()
    return refused(fourcc)


def filled(index, is_filled=True):
    index.train(TRAINING)
    if is_filled:
        index.add(VECTORS)
    return index


def write_binary(make, fourcc, path):
    index = make()
    index.train(_BITS)
    index.add(_BITS[:COUNT])
    faiss.write_index_binary(index, str(path))
    return refused(fourcc)


_storage = []


def kept(thing):
    _storage.append(thing)
    return thing


def refined():
    base = kept(filled(faiss.IndexScalarQuantizer(DIMENSION, faiss.ScalarQuantizer.QT_8bit), is_filled=False))
    return filled(faiss.IndexRefinePanorama(base, kept(faiss.IndexFlatL2Panorama(DIMENSION, 4))))


def cases():
    for names, is_old in ((FACTORY, True), (NEW_FACTORY, False)):
        for description, fourcc in names.items():
            yield Case(
                description, FAMILY,
                partial(write, lambda d=description: filled(faiss.index_factory(DIMENSION, d)), fourcc), is_old=is_old)

    def scalar():
        return kept(faiss.IndexScalarQuantizer(DIMENSION, faiss.ScalarQuantizer.QT_8bit))

    for name, make, fourcc, is_old in (
        ("RowwiseMinMax", lambda: filled(faiss.IndexRowwiseMinMax(scalar()), is_filled=False), "IRMf", True),
        ("RowwiseMinMaxFP16", lambda: filled(faiss.IndexRowwiseMinMaxFP16(scalar()), is_filled=False), "IRMh", True),
        ("NNDescentFlat", lambda: filled(faiss.IndexNNDescentFlat(DIMENSION, 16)), "INNf", True),
        ("MultiIndexQuantizer", lambda: filled(faiss.MultiIndexQuantizer(DIMENSION, 2, 2), False), "Imiq", True),
        ("IMI2x2,Flat", lambda: filled(faiss.index_factory(DIMENSION, "IMI2x2,Flat")), "Imiq", True),
        (
            "ResidualCoarseQuantizer", lambda: filled(faiss.ResidualCoarseQuantizer(DIMENSION, 2, 2), False), "ImRQ",
            True,
        ),
        ("IDMap of LSH", lambda: faiss.IndexIDMap(kept(faiss.IndexLSH(DIMENSION, 16))), "IxHe", True),
        ("FlatL2Panorama", lambda: filled(faiss.IndexFlatL2Panorama(DIMENSION, 4)), "IxFP", False),
        ("FlatIPPanorama", lambda: filled(faiss.IndexFlatIPPanorama(DIMENSION, 4)), "IxFp", False),
        ("RefinePanorama", refined, "IxRP", False),
        ("HNSWRaBitQ", lambda: filled(faiss.IndexHNSWRaBitQ(DIMENSION, 6)), "IHNr", False),
    ):
        yield Case(name, FAMILY, partial(write, make, fourcc), is_old=is_old)
    width = 4 * DIMENSION
    for name, make, fourcc, is_old in (
        ("BinaryHash", lambda: faiss.IndexBinaryHash(width, 8), "IBHh", True),
        ("BinaryMultiHash", lambda: faiss.IndexBinaryMultiHash(width, 2, 8), "IBHm", True),
        ("BinaryFromFloat", lambda: faiss.IndexBinaryFromFloat(kept(faiss.IndexFlatL2(width))), "IBFf", True),
        ("BinaryHNSWCagra", lambda: faiss.IndexBinaryHNSWCagra(width, 6), "IBHc", False),
    ):
        yield Case(name, FAMILY, partial(write_binary, make, fourcc), is_old=is_old)
    # Number formats of the scalar quantizer that no decoder is there for.
    for kind in ("0bit", "4bit_tqmse", "4bit_tq", "4bit_eden"):
        yield Case(f"SQ {kind}", FAMILY, partial(unknown_scalar, kind), is_old=False)


def unknown_scalar(kind, path):
    number = getattr(faiss.ScalarQuantizer, f"QT_{kind}")
    faiss.write_index(filled(faiss.IndexScalarQuantizer(DIMENSION, number)), str(path))
    return {"declined": ["qtype", f"{number}", "not supported yet"]}
