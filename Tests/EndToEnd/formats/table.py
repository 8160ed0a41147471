"""The table of formats in the README: what the tests found, a row for each family."""
import dataclasses
import pathlib

README = pathlib.Path(__file__).resolve().parents[3] / "README.md"
BEGIN, END = "<!-- formats -->\n", "<!-- /formats -->\n"
HEAD = "| format | opens | traces | exact distances | files written by |\n| --- | --- | --- | --- | --- |\n"
LIBRARIES = {"faiss-cpu": "Faiss", "annoy": "Annoy"}


@dataclasses.dataclass
class Outcome:
    """What one case showed; a test that fails leaves what it wanted to show at False."""

    family: str
    package: str
    is_hand_built: bool
    is_declined: bool = False
    version: str = ""
    opens: bool = False
    traces: bool = False
    is_exact: bool = False


def share(values):
    values = list(values)
    return "yes" if all(values) else "in part" if any(values) else "no"


def traced(outcomes):
    """Whether searches are traced; where they never reach a vector, they show the cells and no more."""
    answer = share(outcome.traces for outcome in outcomes)
    if answer != "no" and not any(outcome.is_exact for outcome in outcomes):
        return "cells" if answer == "yes" else "cells, in part"
    return answer


def writers(outcomes):
    versions = {}
    for outcome in outcomes:
        if not outcome.is_hand_built:
            versions.setdefault(LIBRARIES.get(outcome.package, outcome.package), set()).add(outcome.version)
    texts = [
        f"{name} {', '.join(sorted(found, key=lambda version: [int(part) for part in version.split('.')]))}"
        for name, found in versions.items()
    ]
    return "; ".join(texts + (["hand-built"] if any(outcome.is_hand_built for outcome in outcomes) else []))


def row(family, outcomes):
    if all(outcome.is_declined for outcome in outcomes):
        opens = "declined by name" if all(outcome.opens for outcome in outcomes) else "no"
        return f"| {family} | {opens} | – | – | {writers(outcomes)} |\n"
    read = [outcome for outcome in outcomes if not outcome.is_declined]
    return "| {} | {} | {} | {} | {} |\n".format(
        family, share(outcome.opens for outcome in outcomes), traced(read),
        share(outcome.is_exact for outcome in read), writers(outcomes))


def made_of(outcomes):
    families = {}
    for outcome in outcomes:
        families.setdefault(outcome.family, []).append(outcome)
    declined = [family for family, found in families.items() if all(outcome.is_declined for outcome in found)]
    order = [family for family in families if family not in declined] + declined
    return HEAD + "".join(row(family, families[family]) for family in order)


def parts_of_readme():
    before, rest = README.read_text().split(BEGIN)
    table, after = rest.split(END)
    return before, table, after


def replace_in_readme(table):
    before, _, after = parts_of_readme()
    README.write_text(before + BEGIN + table + END + after)
