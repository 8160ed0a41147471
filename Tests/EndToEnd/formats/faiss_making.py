"""How an index of Faiss's is made, filled and written."""
import faiss
import numpy

from formats.data import COUNT, DIMENSION, QUERIES, TRAINING, VECTORS, rows
from formats.faiss_facts import facts, parameters

faiss.omp_set_num_threads(1)

L2, IP = faiss.METRIC_L2, faiss.METRIC_INNER_PRODUCT
SCALARS = (
    "8bit", "6bit", "4bit", "8bit_uniform", "4bit_uniform", "fp16", "bf16", "8bit_direct", "8bit_direct_signed")
NEW_SCALARS = ("bf16", "8bit_direct_signed")
# A family with files in more than one module.
FAST_SCAN = "Faiss `IndexPQFastScan`, `IndexIVFPQFastScan`"


def written(index, path, **more):
    options = parameters(index)
    faiss.write_index(index, str(path))
    return facts(index, options, **more)


def filled(index, vectors=VECTORS, training=TRAINING, **more):
    """The maker of a file from one that gives an index."""

    def make(path):
        made = index()
        unpolysemous(made)
        made.train(training)
        if len(vectors):
            made.add(vectors)
        return written(made, path, **more)

    return make


def unpolysemous(index):
    """Sorting centroids for Hamming codes takes seconds, and shows in no file."""
    index = faiss.downcast_index(index)
    if hasattr(index, "do_polysemous_training"):
        index.do_polysemous_training = False
    for inner in ("index", "base_index", "storage"):
        if getattr(index, inner, None) is not None:
            unpolysemous(getattr(index, inner))


def factory(description, metric=L2, **more):
    return filled(lambda: faiss.index_factory(DIMENSION, description, metric), **more)


def scalar(kind):
    return getattr(faiss.ScalarQuantizer, f"QT_{kind}")


def scaled(kind, vectors):
    """Direct codes take whole numbers."""
    if kind == "8bit_direct":
        return numpy.clip(numpy.round(vectors * 32 + 128), 0, 255)
    return numpy.round(vectors * 20) if kind == "8bit_direct_signed" else vectors


def scaled_to(kind):
    return {
        "vectors": scaled(kind, VECTORS), "training": scaled(kind, TRAINING), "queries": scaled(kind, QUERIES)
    }


def quantizer(metric):
    made = faiss.IndexFlat(DIMENSION, metric)
    made.this.disown()
    return owned(made)


_kept = []


def owned(thing):
    """Python forgets what an index of Faiss's only points to."""
    _kept.append(thing)
    return thing


def wide_blocks(description, path):
    """Faiss packs blocks of 64 and searches them, but its way back to a vector knows only blocks of 32
    (pq4_fast_scan.cpp, pq4_get_packed_element): the vectors are those that the codes were made for."""
    index = faiss.index_factory(DIMENSION, description)
    index.train(TRAINING)
    index.add(VECTORS)
    made = written(index, path)
    offsets = 0
    if getattr(index, "by_residual", False):
        offsets = index.quantizer.reconstruct_n(0, index.nlist)[index.quantizer.search(VECTORS, 1)[1][:, 0]]
    decoded = index.pq.decode(index.pq.compute_codes(VECTORS - offsets)) + offsets
    return made | {"vectors": rows(range(COUNT), decoded)}
