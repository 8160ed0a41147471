"""Writes the Voyager files of this folder.

    pip install voyager==2.2.3 numpy
    python make_voyager.py FOLDER
"""

import pathlib
import sys

import numpy
from voyager import Index, Space, StorageDataType


def write(folder, name, space, storage, dimensions=6, count=40, M=3, deleted=(), repeats=1):
    random = numpy.random.default_rng(1)
    index = Index(space, dimensions, M=M, ef_construction=40, random_seed=1, storage_data_type=storage)
    vectors = random.uniform(-0.99, 0.99, (count // repeats, dimensions)).astype(numpy.float32)
    for number, vector in enumerate(numpy.repeat(vectors, repeats, axis=0)):
        index.add_item(vector, 100 + number)
    for number in deleted:
        index.mark_deleted(100 + number)
    index.save(str(folder / f"voyager_{name}.voy"))


def main():
    folder = pathlib.Path(sys.argv[1])
    for space in [Space.Euclidean, Space.InnerProduct, Space.Cosine]:
        for storage in [StorageDataType.Float32, StorageDataType.Float8, StorageDataType.E4M3]:
            write(folder, f"{space.name}_{storage.name}".lower(), space, storage)
    write(folder, "deleted", Space.Euclidean, StorageDataType.Float8, count=60, deleted=range(0, 60, 3))
    write(folder, "all_deleted", Space.Cosine, StorageDataType.Float32, count=8, deleted=range(8))
    write(folder, "ties", Space.Euclidean, StorageDataType.E4M3, dimensions=2, count=60, repeats=5)
    write(folder, "long", Space.InnerProduct, StorageDataType.E4M3, dimensions=37, count=30)
    write(folder, "single", Space.Cosine, StorageDataType.Float8, count=1)


main()
