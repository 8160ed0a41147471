"""What the map is compared with: umap-learn, and the first two principal components as the floor."""
import time
import warnings

import numpy


def principal(vectors):
    centred = vectors - vectors.mean(0)
    directions = numpy.linalg.eigh(centred.T @ centred / len(vectors))[1]
    return centred @ directions[:, -2:]


class Umap:
    """umap-learn as its users run it, but from a PCA start, which is quicker than its spectral one.

    With a seed it gives the same map each time and uses one thread; without one it uses all."""

    def __init__(self, seeded):
        self.seeded = seeded
        # It compiles at first use, other code for few vectors (below 4096) than for many.
        for count in (500, 5000):
            self(numpy.random.default_rng(1).normal(size=(count, 128)).astype("f4"), n_epochs=2)

    def __call__(self, vectors, **options):
        import umap

        seed = {"random_state": 1, "n_jobs": 1} if self.seeded else {}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return umap.UMAP(n_neighbors=15, init="pca", **seed, **options).fit_transform(vectors)


def timed(make, vectors, rounds):
    """The last map, and the medians of wall and processor time in milliseconds."""
    walls, processors = [], []
    for _ in range(rounds):
        wall, processor = time.perf_counter(), time.process_time()
        places = make(vectors)
        walls.append((time.perf_counter() - wall) * 1000)
        processors.append((time.process_time() - processor) * 1000)
    return places, numpy.median(walls), numpy.median(processors)
