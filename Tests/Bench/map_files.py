"""The index files that maps are made of, made once in test-output/bench, and their vectors."""
import pathlib

import numpy

from bench_readers import DATA, ROOT
from vectors import draw

DEMO = ROOT / "Sources/AnnscopeDaemon/Demo"
M, EF_CONSTRUCTION = 16, 100
# Up to so many vectors are added by one thread, so that the file is the same each time.
ONE_THREAD = 100_000


def hnsw_index(count, dim=128):
    import hnswlib

    index = hnswlib.Index("l2", dim)
    index.init_index(count, M=M, ef_construction=EF_CONSTRUCTION, random_seed=100)
    index.set_num_threads(1 if count <= ONE_THREAD else -1)
    return index


def save(write, path):
    """A file that is there is whole."""
    write(str(path) + ".part")
    pathlib.Path(str(path) + ".part").rename(path)


def hnsw(count, kind="clustered"):
    """The file, and the vectors in the order of their labels."""
    vectors, path = draw(count, kind=kind), DATA / f"map_{kind}_{count}.bin"
    if not path.exists():
        index = hnsw_index(count)
        index.add_items(vectors, numpy.arange(count))
        save(index.save_index, path)
    return path, vectors


def grown(before, after):
    """A file, the file it grew to, and the vectors of the latter."""
    vectors = draw(after)
    paths = DATA / f"map_grown_{before}.bin", DATA / f"map_grown_{before}_{after}.bin"
    if not all(path.exists() for path in paths):
        index = hnsw_index(after)
        for path, labels in zip(paths, (range(before), range(before, after))):
            index.add_items(vectors[labels.start : labels.stop], numpy.array(labels))
            save(index.save_index, path)
    return *paths, vectors


def demo_hnsw():
    import hnswlib

    path = DEMO / "hnswlib_M6_ef30_l2.index"
    index = hnswlib.Index("l2", 128)
    index.load_index(str(path))
    return path, numpy.array(index.get_items(list(range(index.get_current_count()))), "f4")


def ivf(count, lists):
    """The file and its centroids."""
    import faiss

    path = DATA / f"map_ivf{lists}_{count}.faiss"
    if not path.exists():
        vectors = draw(count)
        index = faiss.index_factory(128, f"IVF{lists},Flat")
        index.train(vectors)
        index.add(vectors)
        save(lambda part: faiss.write_index(index, part), path)
    return path, centroids(path)


def demo_ivf():
    path = DEMO / "faiss_ivf128_flat_l2.index"
    return path, centroids(path)


def centroids(path):
    import faiss

    index = faiss.read_index(str(path))
    return index.quantizer.reconstruct_n(0, index.nlist)
