"""What a format's module offers, and who runs it."""
import dataclasses
import importlib
import pathlib
import typing

ROOT = pathlib.Path(__file__).resolve().parents[3]


@dataclasses.dataclass(frozen=True)
class Case:
    """One index file (or folder) and what its library says of it.

    `make` writes it at the path that it gets and returns facts, of which every one is optional but the first three:

    path       the file that was written, if not the path that was given
    report     members that `annscope inspect --json` must have, with their values
    fourccs    Faiss's names in the `kind`, in their order
    arguments  what the command must be told: hints
    layers     nodes and links of each layer, from 0 up
    lists      members of the report's `lists`
    header     header fields by the end of their names
    vectors    for each label its vector; None where the file has none
    tolerance  how far a component may be off, relative and absolute
    freed      labels of nodes that were removed and have no vector of their own any more
    warnings   a word of each warning
    answers    searches: query, options, labels and distances; for some the cells that are opened, `probes`
    declined   the error instead of all this
    """

    name: str
    family: str
    make: typing.Callable[[pathlib.Path], dict]
    # Faiss only: whether the old release makes it too.
    is_old: bool = True
    is_hand_built: bool = False
    # Some of Faiss's searches round as the processor at hand does; their distances can only be near.
    promises_distances: bool = True

    @property
    def file(self):
        return self.name.replace("/", "-").replace(" ", "-")


@dataclasses.dataclass(frozen=True)
class Producer:
    """A library in an environment."""

    name: str
    module: str
    package: str
    environment: str = ".venv"

    @property
    def python(self):
        return ROOT / self.environment / "bin/python"

    def cases(self):
        return list(importlib.import_module(f"formats.{self.module}").cases())


PRODUCERS = (
    Producer("hnswlib", "hnswlib_files", "hnswlib"),
    Producer("chroma", "chroma_files", "chroma-hnswlib", ".venv-older"),
    Producer("voyager", "voyager_files", "voyager"),
    Producer("faiss", "faiss_files", "faiss-cpu"),
    Producer("faiss-older", "faiss_older_files", "faiss-cpu", ".venv-older"),
    Producer("faiss-legacy", "faiss_legacy_files", "faiss-cpu"),
    Producer("usearch", "usearch_files", "usearch"),
    Producer("annoy", "annoy_files", "annoy"),
)
