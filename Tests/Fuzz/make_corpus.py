#!/usr/bin/env python3
"""Writes the seeds in Corpus/ with the libraries themselves: 50 vectors of 8 components, whatever the format.

python make_corpus.py hnswlib faiss faiss-binary voyager usearch annoy     in an environment with these from PyPI
python make_corpus.py chroma                                               in one of chroma-hnswlib, also `hnswlib`
"""
import pathlib
import struct
import sys
import tempfile

import numpy as np

CORPUS = pathlib.Path(__file__).parent / "Corpus"
COUNT, DIMENSION = 50, 8
VECTORS = np.random.default_rng(1).standard_normal((COUNT, DIMENSION)).astype("float32")
BITS = np.random.default_rng(1).integers(0, 256, (COUNT, 4), dtype="uint8")
IDS = np.arange(COUNT) * 7 + 1


def hnswlib(folder):
    import hnswlib

    for space in ("l2", "ip", "cosine"):
        for count in (0, 1, COUNT):
            index = hnswlib.Index(space, DIMENSION)
            index.init_index(COUNT, M=4, ef_construction=20, random_seed=1)
            if count:
                index.add_items(VECTORS[:count], IDS[:count], num_threads=1)
            for label in IDS[:count:5] if space == "ip" else []:
                index.mark_deleted(label)
            index.save_index(str(folder / f"{space}-{count}.bin"))
    index = hnswlib.BFIndex("l2", DIMENSION)
    index.init_index(COUNT)
    index.add_items(VECTORS)
    index.save_index(str(folder / "brute-force.bin"))


def faiss(folder):
    import faiss

    faiss.omp_set_num_threads(1)

    def write(index, name):
        faiss.write_index(index, str(folder / f"{name}.bin"))

    def made(description, metric=faiss.METRIC_L2, count=COUNT):
        index = faiss.index_factory(DIMENSION, description, metric)
        index.train(VECTORS)
        if count:
            index.add(VECTORS[:count])
        return index

    for description in (
        "Flat", "HNSW4", "HNSW4,SQ8", "HNSW4,PQ4x4", "IVF4,Flat", "IVF4,SQ8", "IVF4,SQfp16", "IVF4,SQ4", "IVF4,PQ4x4",
        "IVF4,PQ4x4fs", "IVF4_HNSW4,Flat", "PQ4x4", "PQ4x4fs", "SQ8", "SQ6", "SQbf16", "PCA4,IVF4,Flat", "PCAR4,Flat",
        "ITQ4,Flat", "L2norm,Flat", "Flat,RFlat", "IVF4,Flat,RFlat",
    ):
        write(made(description), description.replace(",", "-"))
    for description in ("Flat", "HNSW4", "IVF4,Flat"):
        name = description.replace(",", "-")
        write(made(description, count=0), f"{name}-empty")
        write(made(description, metric=faiss.METRIC_INNER_PRODUCT), f"{name}-ip")
        for wrapper in (faiss.IndexIDMap, faiss.IndexIDMap2):
            index = wrapper(made(description, count=0))
            index.add_with_ids(VECTORS, IDS)
            write(index, f"{wrapper.__name__}-{name}")
    write(made("Flat", metric=faiss.METRIC_L1), "Flat-L1")
    write(made("IVF32,Flat", count=10), "IVF32-sparse")
    index = made("IVF4,Flat")
    for kind in ("Hashtable", "Array"):
        index.set_direct_map_type(getattr(faiss.DirectMap, kind))
        write(index, f"IVF4-{kind}")
    index = faiss.IndexIVFPQR(faiss.IndexFlatL2(DIMENSION), DIMENSION, 4, 4, 4, 4, 4)
    index.train(VECTORS)
    index.add(VECTORS)
    write(index, "IVFPQR")
    # Its own way to neighbours wants more vectors than these.
    neighbours = made("Flat").search(VECTORS, 9)[1][:, 1:].copy()
    index = faiss.IndexNSGFlat(DIMENSION, 4)
    index.build_type = 0
    index.build(VECTORS, neighbours)
    write(index, "NSG")


def faiss_binary(folder):
    import faiss

    faiss.omp_set_num_threads(1)
    for description in ("BFlat", "BIVF4", "BHNSW4", "BIVF4_HNSW4"):
        index = faiss.index_binary_factory(BITS.shape[1] * 8, description)
        index.train(BITS)
        index.add(BITS)
        faiss.write_index_binary(index, str(folder / f"{description}.bin"))
    index = faiss.IndexBinaryIDMap2(faiss.IndexBinaryFlat(BITS.shape[1] * 8))
    index.add_with_ids(BITS, IDS)
    faiss.write_index_binary(index, str(folder / "BIDMap2.bin"))


def voyager(folder):
    import voyager

    for space in ("Euclidean", "InnerProduct", "Cosine"):
        for storage in ("Float32", "Float8", "E4M3"):
            index = voyager.Index(
                getattr(voyager.Space, space), DIMENSION, M=4, ef_construction=20, random_seed=1,
                storage_data_type=getattr(voyager.StorageDataType, storage))
            index.add_items(np.clip(VECTORS / 4, -1, 1), num_threads=1)
            index.save(str(folder / f"{space}-{storage}.voy"))


def chroma(folder):
    import hnswlib

    for space in ("l2", "cosine"):
        with tempfile.TemporaryDirectory() as name:
            index = hnswlib.Index(space, DIMENSION)
            index.init_index(
                max_elements=COUNT + 10, M=4, ef_construction=20, random_seed=1, is_persistent_index=True,
                persistence_location=name)
            index.add_items(VECTORS, IDS, num_threads=1)
            index.persist_dirty()
            header, level0, lengths, links = (
                (pathlib.Path(name) / file).read_bytes()
                for file in ("header.bin", "data_level0.bin", "length.bin", "link_lists.bin")
            )
        # Beyond the vectors that are there, the library writes whatever was in memory; for l2 all lengths are that.
        record_bytes = len(level0) // (COUNT + 10)
        level0 = level0[: COUNT * record_bytes] + bytes(10 * record_bytes)
        lengths = lengths[: COUNT * 4 if space == "cosine" else 0].ljust(len(lengths), b"\0")
        files = (header, level0, lengths, links)
        # The container that ChromaContainer.swift takes apart.
        (folder / f"{space}.chroma").write_bytes(struct.pack("<4I", *map(len, files)) + b"".join(files))


def usearch(folder):
    from usearch.index import Index

    for metric, kind in (
        ("l2sq", "f32"), ("l2sq", "f16"), ("l2sq", "bf16"), ("l2sq", "i8"), ("l2sq", "f64"), ("cos", "f32"),
        ("ip", "f32"), ("hamming", "b1"),
    ):
        index = Index(ndim=DIMENSION, metric=metric, dtype=kind, connectivity=4, expansion_add=20)
        rows = {"i8": (np.clip(VECTORS / 4, -1, 1) * 100).astype("int8"), "b1": BITS[:, :1]}.get(kind, VECTORS)
        index.add(IDS, rows, threads=1)
        path = folder / f"{metric}-{kind}.usearch"
        index.save(str(path))
        if kind == "f32":
            # What the C++ library leaves out for `exclude_vectors`.
            whole = path.read_bytes()
            count, row_bytes = struct.unpack("<II", whole[:8])
            (folder / f"{metric}-{kind}-without-vectors.usearch").write_bytes(whole[8 + count * row_bytes :])


def annoy(folder):
    from annoy import AnnoyIndex

    for metric in ("angular", "euclidean", "manhattan", "dot", "hamming"):
        index = AnnoyIndex(DIMENSION, metric)
        index.set_seed(1)
        for item, vector in enumerate(VECTORS):
            index.add_item(item, [float(x > 0) for x in vector] if metric == "hamming" else vector.tolist())
        index.build(2, n_jobs=1)
        index.save(str(folder / f"{metric}.ann"))


if __name__ == "__main__":
    for family in sys.argv[1:]:
        target = CORPUS / family
        target.mkdir(parents=True, exist_ok=True)
        globals()[family.replace("-", "_")](target)
