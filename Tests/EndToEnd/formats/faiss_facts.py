"""What Faiss says of an index that it holds: structure, links, lists and the vectors that its codes stand for."""
import dataclasses

import faiss
import numpy

from formats.data import K, QUERIES, answers, rows

METRICS = {
    "METRIC_INNER_PRODUCT": "ip", "METRIC_L2": "l2", "METRIC_L1": "l1", "METRIC_Linf": "linf", "METRIC_Lp": "lp",
    "METRIC_Canberra": "canberra", "METRIC_BrayCurtis": "braycurtis", "METRIC_JensenShannon": "jensenshannon",
    "METRIC_Jaccard": "jaccard", "METRIC_NaNEuclidean": "naneuclidean", "METRIC_GOWER": "gower",
}
SCALARS = {
    "QT_8bit": "8-bit", "QT_4bit": "4-bit", "QT_8bit_uniform": "8-bit uniform", "QT_4bit_uniform": "4-bit uniform",
    "QT_fp16": "fp16", "QT_8bit_direct": "8-bit direct", "QT_6bit": "6-bit", "QT_bf16": "bf16",
    "QT_8bit_direct_signed": "8-bit direct signed",
}
FOURCCS = {
    "IndexFlatL2": "IxF2", "IndexFlatIP": "IxFI", "IndexFlat": "IxFl", "IndexScalarQuantizer": "IxSQ",
    "IndexPQ": "IxPq", "IndexPQFastScan": "IPfs", "Index2Layer": "Ix2L", "IndexIVFFlat": "IwFl",
    "IndexIVFFlatDedup": "IwFd", "IndexIVFScalarQuantizer": "IwSq", "IndexIVFPQ": "IwPQ", "IndexIVFPQR": "IwQR",
    "IndexIVFPQFastScan": "IwPf", "IndexHNSW": "IH00", "IndexHNSWFlat": "IHNf", "IndexHNSWSQ": "IHNs",
    "IndexHNSWPQ": "IHNp", "IndexHNSW2Level": "IHN2", "IndexHNSWCagra": "IHc2", "IndexNSGFlat": "INSf",
    "IndexNSGPQ": "INSp", "IndexNSGSQ": "INSs", "IndexPreTransform": "IxPT", "IndexIDMap": "IxMp",
    "IndexIDMap2": "IxM2", "IndexRefine": "IxRF", "IndexRefineFlat": "IxRF", "IndexIVFIndependentQuantizer": "IwIQ",
    "IndexBinaryFlat": "IBxF", "IndexBinaryIVF": "IBwF", "IndexBinaryHNSW": "IBHf", "IndexBinaryIDMap": "IBMp",
    "IndexBinaryIDMap2": "IBM2",
    "PCAMatrix": "Pcam", "OPQMatrix": "LTra", "LinearTransform": "LTra", "RandomRotationMatrix": "rrot",
    "ITQMatrix": "Viqm", "ITQTransform": "Viqt", "NormalizationTransform": "VNrm", "CenteringTransform": "VCnt",
    "RemapDimensionsTransform": "RmDT", "HadamardRotation": "HRot",
}
EF, NPROBE = 12, 3


@dataclasses.dataclass
class View:
    """An index seen from outside. Vectors stand in the order of `labels`."""

    fourccs: list
    structure: str
    encoding: str
    labels: numpy.ndarray
    vectors: numpy.ndarray
    layers: list = None
    lists: dict = None


def name(thing):
    return FOURCCS[type(thing).__name__]


def downcast(index):
    return faiss.downcast_IndexBinary(index) if isinstance(index, faiss.IndexBinary) else faiss.downcast_index(index)


def bits(codes, dimension):
    return numpy.unpackbits(codes.reshape(-1, dimension // 8), axis=1, bitorder="little")


def view(index):
    index = downcast(index)
    if isinstance(index, (faiss.IndexIDMap, faiss.IndexBinaryIDMap)):
        inner = view(index.index)
        inner.labels = faiss.vector_to_array(index.id_map)[inner.labels]
        inner.fourccs = [name(index)] + inner.fourccs
        return inner
    if isinstance(index, faiss.IndexPreTransform):
        inner = view(index.index)
        transforms = [faiss.downcast_VectorTransform(index.chain.at(place)) for place in range(index.chain.size())]
        inner.fourccs = [name(index)] + [name(transform) for transform in transforms] + inner.fourccs
        return inner
    if isinstance(index, faiss.IndexRefine):
        inner = view(index.base_index)
        inner.fourccs = [name(index)] + inner.fourccs + view(index.refine_index).fourccs
        return inner
    if hasattr(faiss, "IndexIVFIndependentQuantizer") and isinstance(index, faiss.IndexIVFIndependentQuantizer):
        inner = ivf_view(downcast(index.index_ivf), downcast(index.quantizer))
        inner.fourccs = [name(index)] + inner.fourccs
        return inner
    if isinstance(index, (faiss.IndexIVF, faiss.IndexBinaryIVF)):
        return ivf_view(index, downcast(index.quantizer))
    positions = numpy.arange(index.ntotal)
    if isinstance(index, (faiss.IndexHNSW, faiss.IndexBinaryHNSW, faiss.IndexNSG)):
        is_hnsw = not isinstance(index, faiss.IndexNSG)
        if index.storage is None:
            encoding, vectors = None, None
        else:
            stored = view(index.storage)
            if hasattr(downcast(index.storage), "refine_index"):
                # Distances are those of the finer index.
                stored = view(downcast(index.storage).refine_index)
            encoding, vectors = stored.encoding, stored.vectors[numpy.argsort(stored.labels)]
        return View(
            [name(index)], "hnsw" if is_hnsw else "nsg", encoding, positions, vectors,
            layers=hnsw_layers(index.hnsw) if is_hnsw else nsg_layers(index))
    return View([flat_name(index)], "flat", encoding_of(index), positions, reconstructed(index))


def flat_name(index):
    if type(index) is faiss.IndexFlat and index.metric_type in (faiss.METRIC_L2, faiss.METRIC_INNER_PRODUCT):
        return "IxF2" if index.metric_type == faiss.METRIC_L2 else "IxFI"
    return name(index)


def encoding_of(index):
    if isinstance(index, faiss.IndexBinary):
        return "bits"
    if hasattr(index, "sq"):
        kinds = {getattr(faiss.ScalarQuantizer, kind, None): text for kind, text in SCALARS.items()}
        return f"{kinds[index.sq.qtype]} scalar quantizer"
    if hasattr(index, "pq"):
        return f"product quantizer {index.pq.M}×{index.pq.nbits} bits"
    return "float32"


def reconstructed(index):
    if index.ntotal == 0:
        return numpy.empty((0, index.d), "float32")
    if isinstance(index, faiss.IndexBinary):
        return bits(faiss.vector_to_array(index.xb), index.d)
    return numpy.stack([index.reconstruct(position) for position in range(index.ntotal)])


def hnsw_layers(hnsw):
    levels = faiss.vector_to_array(hnsw.levels)
    links = faiss.vector_to_array(hnsw.neighbors)
    offsets = faiss.vector_to_array(hnsw.offsets)
    starts = faiss.vector_to_array(hnsw.cum_nneighbor_per_level)
    layers = []
    for level in range(hnsw.max_level + 1):
        nodes = numpy.flatnonzero(levels > level)
        count = 0
        for node in nodes:
            stretch = links[int(offsets[node]) + starts[level] : int(offsets[node]) + starts[level + 1]]
            count += int(numpy.append(stretch, -1).argmin()) if (stretch < 0).any() else len(stretch)
        layers.append({"level": level, "nodes": len(nodes), "links": count})
    return layers


def nsg_layers(index):
    """Python can't see the graph in every release, so it is read from the file: a −1 ends the links of each node."""
    # Behind the name and the header: 6 parameters of the index (one of them a byte) and 7 of the graph.
    content = faiss.serialize_index(index).tobytes()[4 + 33 + 21 + 25:]
    links = numpy.frombuffer(content[: len(content) // 4 * 4], "<i4")
    ends = numpy.flatnonzero(links == -1)[: index.ntotal]
    return [{"level": 0, "nodes": index.ntotal, "links": int(ends[-1]) + 1 - index.ntotal}]


def list_codes(index, cell, size):
    if hasattr(index, "bbs"):
        return None
    return faiss.rev_swig_ptr(index.invlists.get_codes(cell), size * index.code_size).reshape(size, -1).copy()


def ivf_view(index, quantizer):
    is_binary = isinstance(index, faiss.IndexBinary)
    lists = index.invlists
    sizes = [lists.list_size(cell) for cell in range(index.nlist)] if lists is not None else [0] * index.nlist
    labels, vectors = [], []
    for cell, size in enumerate(sizes):
        if size == 0:
            continue
        labels.append(faiss.rev_swig_ptr(lists.get_ids(cell), size).copy())
        codes = list_codes(index, cell, size)
        if is_binary:
            vectors.append(bits(codes, index.d))
        elif encoding_of(index) == "float32":
            vectors.append(codes.view("float32"))
        elif isinstance(index, faiss.IndexIVFPQR):
            # Its own way back adds the second code; what lies in the lists is the first.
            vectors.append(index.pq.decode(codes) + quantizer.reconstruct(cell))
        else:
            row = numpy.empty(index.d, "float32")
            for place in range(size):
                index.reconstruct_from_offset(cell, place, faiss.swig_ptr(row))
                vectors.append(row[None].copy())
    ordered = sorted(sizes)
    residual = not is_binary and hasattr(index, "by_residual") and encoding_of(index) != "float32"
    return View(
        [name(index)], "ivf", encoding_of(index) if lists is not None else None,
        numpy.concatenate(labels) if labels else numpy.empty(0, numpy.int64),
        None if lists is None else numpy.concatenate(vectors) if vectors else numpy.empty((0, index.d), "float32"),
        lists={
            "count": index.nlist, "empty": sizes.count(0), "smallest": ordered[0], "largest": ordered[-1],
            "median": ordered[len(ordered) // 2], "p90": ordered[min(len(ordered) - 1, len(ordered) * 9 // 10)],
            "nprobe": index.nprobe, "residual": bool(index.by_residual) if residual else False,
            "quantizer": view(quantizer).fourccs if quantizer is not None else None,
        })


def parameters(index):
    """Sets ef and nprobe on all that is inside; returns the options of a search that say the same."""
    index = downcast(index)
    if hasattr(index, "hnsw"):
        index.hnsw.efSearch = EF
        return {"ef": EF}
    if hasattr(index, "nprobe"):
        index.nprobe = min(NPROBE, index.nlist)
        return {"nprobe": index.nprobe}
    for inner in ("index", "base_index", "index_ivf"):
        if hasattr(index, inner):
            return parameters(getattr(index, inner))
    return {}


def count(index):
    """An independent quantizer leaves the counting to the index inside."""
    return (index.index_ivf if hasattr(index, "index_ivf") else index).ntotal


def facts(index, options=None, queries=QUERIES, is_searched=True, warnings=()):
    """Everything; `options` are those of a search, as `parameters` returns them."""
    is_binary = isinstance(index, faiss.IndexBinary)
    seen = view(index)
    metric = {getattr(faiss, metric, None): text for metric, text in METRICS.items()}[index.metric_type]

    if is_binary:
        # A component is a bit.
        chance = numpy.random.default_rng(6)
        queries = chance.integers(0, 2, size=(len(queries), index.d)).astype("float32")

    def search(query):
        if not is_searched:
            return [], []
        if is_binary:
            query = numpy.packbits(query.astype("uint8"), bitorder="little")
        distances, labels = index.search(query[None], K)
        return labels[0], distances[0]

    of = None
    if seen.encoding == "float32" and len(seen.labels) > 7 and seen.vectors.shape[1] == index.d:
        of = (seen.labels[7], seen.vectors[7])
    return {
        "report": {
            "library": "faiss", "structure": seen.structure, "count": count(index), "deleted": 0,
            "dimension": index.d, "metric": "hamming" if is_binary else metric, "metricGuessed": False,
            "trained": bool(index.is_trained),
        },
        "fourccs": seen.fourccs, "encoding": seen.encoding, "layers": seen.layers, "lists": seen.lists,
        "vectors": None if seen.vectors is None else rows(seen.labels, seen.vectors),
        "header": {"efSearch": EF} if options and "ef" in options else {},
        "warnings": list(warnings) + ([] if index.is_trained else ["has not been trained"]),
        "answers": with_probes(index, queries, answers(search, options or {}, queries, of)),
    }


def with_probes(index, queries, made):
    """Adds the cells that a query opens, the nearest first."""
    if isinstance(index, faiss.IndexIVF):
        _, cells = index.quantizer.search(numpy.ascontiguousarray(queries, "float32"), index.nprobe)
        for answer, probes in zip(made, cells):
            answer["probes"] = [int(cell) for cell in probes]
    return made
