"""Layouts that no wheel writes any more, put together from an index of today. Faiss itself still reads them: the facts
are those of what it read."""
import struct
from functools import partial

import faiss

from formats.case import Case
from formats.data import DIMENSION, TRAINING, VECTORS
from formats.faiss_facts import facts, parameters
from formats.faiss_making import L2, owned, quantizer

FAMILY = (
    "Faiss, older layouts (`IvFL`, `IvFl`, `IvSQ`, `IvPQ`, `IvQR`, `IwSQ`, `IxPQ`, `IxPo`, `PcAm`, `PCAm`, `IHNc`)")


def vector(content, width=1):
    return struct.pack("<Q", len(content) // width) + content


def floats(stored):
    return vector(faiss.vector_to_array(stored).tobytes(), 4)


def header(index, metric=L2):
    return struct.pack("<iqqqBi", index.d, index.ntotal, 1 << 20, 1 << 20, index.is_trained, metric)


def product(pq):
    return struct.pack("<3Q", pq.d, pq.M, pq.nbits) + floats(pq.centroids)


def scalar(sq):
    return struct.pack("<iifQQ", sq.qtype, sq.rangestat, sq.rangestat_arg, sq.d, sq.code_size) + floats(sq.trained)


def ivf_header(index, is_legacy):
    lists = [
        vector(faiss.rev_swig_ptr(index.invlists.get_ids(cell), index.invlists.list_size(cell)).tobytes(), 8)
        for cell in range(index.nlist)
    ]
    return b"".join([
        header(index), struct.pack("<2Q", index.nlist, index.nprobe), faiss.serialize_index(
            faiss.downcast_index(index.quantizer)).tobytes(), *(lists if is_legacy else []), struct.pack("<BQ", 0, 0),
    ])


def legacy_lists(index, width=1):
    return b"".join(
        vector(
            faiss.rev_swig_ptr(
                index.invlists.get_codes(cell), index.invlists.list_size(cell) * index.code_size).tobytes(), width)
        for cell in range(index.nlist))


def lists_of_today(index):
    whole = faiss.serialize_index(index).tobytes()
    return whole[whole.rindex(b"ilar"):]


def filled(index):
    index.train(TRAINING)
    index.add(VECTORS)
    parameters(index)
    return index


def ivf_flat(fourcc):
    index = filled(faiss.IndexIVFFlat(quantizer(L2), DIMENSION, 8))
    width = 4 if fourcc == "IvFl" else 1
    return fourcc.encode() + ivf_header(index, True) + legacy_lists(index, width)


def ivf_scalar(fourcc):
    index = filled(faiss.IndexIVFScalarQuantizer(
        quantizer(L2), DIMENSION, 8, faiss.ScalarQuantizer.QT_8bit))
    is_legacy = fourcc == "IvSQ"
    return fourcc.encode() + ivf_header(index, is_legacy) + scalar(index.sq) + struct.pack("<Q", index.code_size) + (
        legacy_lists(index) if is_legacy else lists_of_today(index))


def ivf_product(fourcc):
    if fourcc == "IvQR":
        index = filled(faiss.IndexIVFPQR(quantizer(L2), DIMENSION, 8, 4, 6, 4, 6))
        rest = product(index.refine_pq) + vector(faiss.vector_to_array(index.refine_codes).tobytes()) + struct.pack(
            "<f", index.k_factor)
    else:
        index, rest = filled(faiss.IndexIVFPQ(quantizer(L2), DIMENSION, 8, 4, 6)), b""
    return fourcc.encode() + ivf_header(index, True) + struct.pack(
        "<BQ", index.by_residual, index.code_size) + product(index.pq) + legacy_lists(index) + rest


def flat_product(fourcc):
    """These said inner product and meant L2."""
    index = filled(faiss.IndexPQ(DIMENSION, 4, 6))
    rest = struct.pack("<iBi", 0, 0, 0) if fourcc == "IxPo" else b""
    return fourcc.encode() + header(index, faiss.METRIC_INNER_PRODUCT) + product(index.pq) + vector(
        faiss.vector_to_array(index.codes).tobytes()) + rest


def pca(fourcc):
    transform = owned(faiss.PCAMatrix(DIMENSION, 4))
    index = filled(faiss.IndexPreTransform(transform, owned(faiss.IndexFlatL2(4))))
    writer = faiss.VectorIOWriter()
    faiss.write_VectorTransform(transform, writer)
    today = faiss.vector_to_array(writer.data).tobytes()
    power, rotates, bins, rest = today[4:8], today[12:13], today[13:17], today[17:]
    old = fourcc.encode() + power + rotates + (bins if fourcc == "PcAm" else b"") + rest
    return b"IxPT" + header(index) + struct.pack("<i", 1) + old + faiss.serialize_index(
        faiss.downcast_index(index.index)).tobytes()


def cagra(fourcc):
    index = filled(faiss.IndexHNSWCagra(DIMENSION, 6))
    today = faiss.serialize_index(index).tobytes()
    before = 4 + len(header(index)) + 1 + 1 + 4
    return fourcc.encode() + today[4:before] + today[before + 4:]


def legacy(make, fourcc, path):
    path.write_bytes(make(fourcc))
    index = faiss.read_index(str(path))
    made = facts(index, parameters(index))
    made["fourccs"] = [
        {"Pcam": fourcc}.get(name, fourcc if place == 0 and name != "IxPT" else name)
        for place, name in enumerate(made["fourccs"])
    ]
    # What the file says; the facts were taken with another.
    made["header"] = {}
    return made


def cases():
    for make, fourccs in (
        (ivf_flat, ("IvFL", "IvFl")), (ivf_scalar, ("IvSQ", "IwSQ")), (ivf_product, ("IvPQ", "IvQR")),
        (flat_product, ("IxPQ", "IxPo")), (pca, ("PcAm", "PCAm")), (cagra, ("IHNc",)),
    ):
        for fourcc in fourccs:
            yield Case(fourcc, FAMILY, partial(legacy, make, fourcc), is_hand_built=True)
