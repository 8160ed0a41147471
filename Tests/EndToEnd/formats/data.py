"""The vectors that the files are made of: the same in every run, so that the table is."""
import numpy

COUNT, DIMENSION = 200, 8
K = 5
_random = numpy.random.default_rng(20)
_centres = _random.normal(size=(12, DIMENSION))


def clusters(count):
    return (_centres[_random.integers(0, 12, count)] + 0.35 * _random.normal(size=(count, DIMENSION))).astype("float32")


TRAINING = clusters(1100)
VECTORS = TRAINING[:COUNT]
QUERIES = clusters(2)
# Labels that are no positions.
IDS = numpy.arange(COUNT, dtype=numpy.int64) * 7 + 3


def rows(labels, vectors):
    """Facts `vectors` from labels and rows."""
    return {str(label): [float(value) for value in vector] for label, vector in zip(labels, vectors)}


def answers(search, options, queries=QUERIES, of=None):
    """Facts `answers` from a function of a query that gives labels and distances, best first.

    `of` is a label and its vector, to be searched by label too."""
    asked = [({"vector": [float(value) for value in query]}, query) for query in queries]
    if of is not None:
        asked.append(({"label": int(of[0])}, of[1]))
    made = []
    for named, query in asked:
        labels, distances = search(query)
        found = [(int(label), float(distance)) for label, distance in zip(labels, distances) if label != -1]
        made.append({
            "query": named, "options": {"k": K, **options}, "labels": [label for label, _ in found],
            "distances": [distance for _, distance in found],
        })
    return made
