"""How true a map of vectors is to their neighbours, and to distances and list sizes.

Trustworthiness (Venna and Kaski 2001) asks of every vector's k neighbours on the map how far down they are among its true
neighbours: 1 when all are among the k nearest. Above a thousand vectors it is taken over a chance sample of them, each
compared with all vectors, so a rank is the true one. Over all vectors it is what sklearn.manifold.trustworthiness says.
"""
import numpy
import scipy.spatial

K = 15
# Rows of a matrix of distances, in numbers, and vectors that are doubled in precision at a time.
BLOCK, PART = 25_000_000, 100_000


def squared_distances(rows, vectors):
    """float64 [len(rows), len(vectors)] between some vectors, by number, and all."""
    asked = vectors[rows].astype("f8")
    result = numpy.empty((len(rows), len(vectors)))
    for start in range(0, len(vectors), PART):
        part = vectors[start : start + PART].astype("f8")
        result[:, start : start + PART] = (
            (asked**2).sum(1)[:, None] + (part**2).sum(1) - 2 * asked @ part.T)
    return result


def map_neighbours(rows, places, k=K):
    """[len(rows), k] on the map, without the row itself."""
    places = numpy.asarray(places, dtype="f8")
    # Others may stand at the very same place, so that the row itself need not come first, or at all.
    found = scipy.spatial.cKDTree(places).query(places[rows], k + 1, workers=-1)[1]
    isOther = found != rows[:, None]
    isOther[isOther.all(1), k] = False
    return found[isOther].reshape(len(rows), k)


def scores(vectors, maps, sample=1000, k=K):
    """For each map by name, of [len(vectors), 2]: trustworthiness and the share of the k true neighbours kept."""
    count = len(vectors)
    rows = numpy.arange(count)
    if sample < count:
        rows = numpy.sort(numpy.random.default_rng(15).choice(count, sample, replace=False))
    near = {name: map_neighbours(rows, places, k) for name, places in maps.items()}
    ranks = {name: [] for name in maps}
    block = max(1, BLOCK // count)
    for start in range(0, len(rows), block):
        some = rows[start : start + block]
        distances = squared_distances(some, vectors)
        distances[numpy.arange(len(some)), some] = numpy.inf
        in_order = numpy.sort(distances, axis=1)
        for name, found in near.items():
            theirs = numpy.take_along_axis(distances, found[start : start + block], 1)
            ranks[name] += [numpy.searchsorted(order, row) + 1 for order, row in zip(in_order, theirs)]
    result = {}
    for name in maps:
        rank = numpy.array(ranks[name])
        worst = len(rows) * k * (2 * count - 3 * k - 1) / 2
        result[name] = 1 - numpy.maximum(rank - k, 0).sum() / worst, (rank <= k).mean()
    return result


def assert_as_sklearn(vectors, places):
    """That trustworthiness here is sklearn's, over all vectors; places must be such that no two distances are equal."""
    import sklearn.manifold

    theirs = sklearn.manifold.trustworthiness(vectors.astype("f8"), places, n_neighbors=K)
    ours = scores(vectors, {"": places}, sample=len(vectors))[""][0]
    assert abs(ours - theirs) < 1e-9, f"{ours}, and sklearn says {theirs}"


def neighbours_kept(vectors, places, k=5):
    """The share of each vector's k true neighbours that are among its k neighbours on the plane."""
    return scores(vectors, {"": places}, sample=len(vectors), k=k)[""][1]


def polygon_areas(starts, x, y):
    """Of polygons whose corners stand one after the other, by Gauss's formula."""
    areas = []
    for start, end in zip(starts, starts[1:]):
        across, down = numpy.array(x[start:end], "f8"), numpy.array(y[start:end], "f8")
        areas.append(abs(across @ numpy.roll(down, -1) - down @ numpy.roll(across, -1)) / 2)
    return numpy.array(areas)


def share_touching(places, pixels):
    """The share of places with another one at most so many pixels away."""
    return (scipy.spatial.cKDTree(places).query(places, 2)[0][:, 1] <= pixels).mean()
