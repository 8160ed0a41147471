"""Annoy's files. They say nothing of themselves, so metric and dimension are told."""
from functools import partial

import annoy

from formats.case import Case
from formats.data import COUNT, DIMENSION, K, VECTORS, answers, rows

FAMILY = "Annoy (angular, euclidean, manhattan, dot, hamming)"
METRICS = {"angular": "angular", "euclidean": "euclidean", "manhattan": "l1", "dot": "dot", "hamming": "hamming"}
TREES = 3


def file(metric, path, step=1):
    index = annoy.AnnoyIndex(DIMENSION, metric)
    index.set_seed(1)
    vectors = (VECTORS > 0).astype("float32") if metric == "hamming" else VECTORS
    for item in range(0, COUNT, step):
        index.add_item(item, vectors[item].tolist())
    index.build(TREES, n_jobs=1)
    index.save(str(path))
    reloaded = annoy.AnnoyIndex(DIMENSION, metric)
    reloaded.load(str(path))

    def search(query):
        return reloaded.get_nns_by_vector(query.tolist(), K, include_distances=True)

    count = reloaded.get_n_items()
    return {
        "report": {
            "library": "annoy", "structure": "forest", "count": count, "dimension": DIMENSION,
            "metric": METRICS[metric], "metricGuessed": False, "forest": {"trees": reloaded.get_n_trees()},
        },
        "arguments": ["--metric", METRICS[metric], "--dimension", str(DIMENSION)],
        "vectors": rows(range(count), [reloaded.get_item_vector(item) for item in range(count)]),
        "warnings": ["never added"] if step > 1 else [],
        "answers": answers(search, {}, queries=(VECTORS[:3] > 0) * 1.0 if metric == "hamming" else VECTORS[:3] + 0.01),
    }


def cases():
    for metric in METRICS:
        yield Case(metric, FAMILY, partial(file, metric))
    yield Case("euclidean with gaps", FAMILY, partial(file, "euclidean", step=3))
