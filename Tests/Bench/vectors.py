"""Vectors like real embeddings: a mixture of 200 components in a 24-d latent space, curved into `dim` dimensions with noise."""
import numpy

LATENT, COMPONENTS = 24, 200
# How far apart the components are: well, or so little that a map can hardly part them.
APART = {"clustered": 1.1, "overlapping": 0.35}


def draw(count, dim=128, seed=1, kind="clustered"):
    """float32 [count, dim]; the distribution itself is fixed, the seed draws from it."""
    shape = numpy.random.default_rng(7)
    centres = shape.normal(size=(COMPONENTS, LATENT)) * APART[kind]
    scales = shape.uniform(0.25, 1.0, size=(COMPONENTS, LATENT)) ** 1.5
    weights = shape.dirichlet(numpy.ones(COMPONENTS) * 1.5)
    straight = shape.normal(size=(LATENT, dim)) / numpy.sqrt(LATENT)
    curved = shape.normal(size=(LATENT, dim)) / numpy.sqrt(LATENT)
    phase = shape.uniform(0, 2 * numpy.pi, size=dim)
    chance = numpy.random.default_rng(seed)
    vectors = numpy.empty((count, dim), "f4")
    for start in range(0, count, 100_000):
        component = chance.choice(COMPONENTS, size=min(100_000, count - start), p=weights)
        latent = centres[component] + scales[component] * chance.normal(size=(len(component), LATENT))
        vectors[start : start + len(component)] = (
            latent @ straight + 0.5 * numpy.sin(latent @ curved + phase) + 0.05 * chance.normal(size=(len(component), dim)))
    return vectors
