"""Every format, from files that the libraries write in this run: annscope must say of them what the libraries say."""
import json
import os
import re
import subprocess

import numpy
import pytest

from formats import table
from formats.case import PRODUCERS
from formats.data import COUNT

CASES = [(producer, case) for producer in PRODUCERS for case in producer.cases()]
PARAMETERS = pytest.mark.parametrize(
    ("producer", "case"), CASES, ids=[f"{producer.name}: {case.name}" for producer, case in CASES])
SAMPLE = 1000
# The event of a cell that is opened.
OPEN = 6
assert COUNT <= SAMPLE


class Results:
    """Files and facts of all producers, what annscope said of them, and what the tests showed."""

    def __init__(self, folder):
        self.folder = folder
        self.outcomes = {}
        self._reports = {}
        self._making = {}
        # One thread each: results don't depend on how work is shared out, and files are the same in every run.
        environment = os.environ | {"OMP_NUM_THREADS": "1"}
        for producer in PRODUCERS:
            (folder / producer.name).mkdir()
            self._making[producer.name] = subprocess.Popen(
                [producer.python, "-m", "formats.make", producer.name, folder / producer.name],
                cwd=os.path.dirname(__file__), env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                text=True)

    def facts(self, producer, case):
        making = self._making[producer.name]
        if making.returncode is None:
            _, self.errors = making.communicate(timeout=120)
        assert making.returncode == 0, f"{producer.name} ended with {making.returncode}: {self.errors[-1000:]}"
        facts = json.loads((self.folder / producer.name / f"{case.file}.json").read_text())
        assert "failure" not in facts, facts.get("failure")
        return facts

    def outcome(self, producer, case):
        return self.outcomes.setdefault(
            (producer.name, case.name), table.Outcome(case.family, producer.package, case.is_hand_built))

    def inspection(self, facts):
        """What `annscope inspect` says, asked once."""
        path = facts["path"]
        if path not in self._reports:
            self._reports[path] = subprocess.run(
                [self.binary, "inspect", path, "--json", "--vectors", str(SAMPLE), *facts.get("arguments", [])],
                capture_output=True, text=True, timeout=60)
        return self._reports[path]

    def report(self, facts):
        result = self.inspection(facts)
        assert result.returncode == 0, result.stderr
        return json.loads(result.stdout)


@pytest.fixture(scope="session")
def results(tmp_path_factory, annscope_binary):
    made = Results(tmp_path_factory.mktemp("formats"))
    made.binary = annscope_binary
    yield made
    for making in made._making.values():
        if making.poll() is None:
            making.kill()
            making.communicate()


def assert_says(facts, report):
    said = {key: report.get(key) for key in facts["report"]}
    assert said == facts["report"]
    if "fourccs" in facts:
        assert re.findall(r"\((\w{4})\)", report["kind"]) == facts["fourccs"], report["kind"]
    if "encoding" in facts:
        assert (report["vectors"] or {}).get("encoding") == facts["encoding"]
    if facts.get("layers") is not None:
        assert report["layers"] == facts["layers"]
    for key, value in (facts.get("lists") or {}).items():
        found = report["lists"].get(key)
        assert (re.findall(r"\((\w{4})\)", found) if key == "quantizer" else found) == value, key
    header = {field["name"].split(".")[-1]: field["value"] for field in report["header"]}
    for key, value in facts.get("header", {}).items():
        assert header[key] == str(value), key


def assert_warnings(facts, report):
    words = facts.get("warnings", [])
    messages = [warning["message"] for warning in report["warnings"]]
    assert len(messages) == len(words), messages
    for word in words:
        assert any(word in message for message in messages), (word, messages)


def assert_vectors(facts, report):
    """Labels and decoded vectors of all nodes are those of the library."""
    sample = report.get("sample", [])
    assert [node["node"] for node in sample] == list(range(report["count"]))
    expected = facts["vectors"]
    if expected is None:
        assert all(node["vector"] is None for node in sample)
        return
    freed = [str(label) for label in facts.get("freed", [])]
    assert sorted(str(node["label"]) for node in sample) == sorted([*expected, *freed])
    told = [node for node in sample if str(node["label"]) not in freed]
    if told:
        tolerance = facts.get("tolerance", 1e-6)
        numpy.testing.assert_allclose(
            numpy.array([node["vector"] for node in told]),
            numpy.array([expected[str(node["label"])] for node in told]), rtol=tolerance, atol=tolerance)


@PARAMETERS
def test_opens(results, producer, case):
    outcome = results.outcome(producer, case)
    facts = results.facts(producer, case)
    outcome.version = facts["version"]
    if "declined" in facts:
        outcome.is_declined = True
        result = results.inspection(facts)
        assert result.returncode == 1 and result.stdout == ""
        for words in facts["declined"]:
            assert words in result.stderr
    else:
        report = results.report(facts)
        assert_says(facts, report)
        assert_warnings(facts, report)
        assert_vectors(facts, report)
    outcome.opens = True


@PARAMETERS
def test_answers(results, producer, case):
    """What can be searched is traced, and gives the library's labels and distances; where annscope says that it finds
    the cells alone, they are the library's."""
    outcome = results.outcome(producer, case)
    facts = results.facts(producer, case)
    if "declined" in facts:
        return
    report = results.report(facts)
    if not report["searchable"]:
        assert report["obstacle"]
        return
    found = [searched(results, facts, answer) for answer in facts["answers"]]
    assert found, "the library searches it, and no answer of its is known here"
    assert all(answer["columns"]["kind"] for answer in found)
    outcome.traces = True
    for answer, mine in zip(facts["answers"], found):
        if "probes" in answer:
            assert opened(mine["columns"]) == answer["probes"]
    if "limit" in report:
        return
    for answer, mine in zip(facts["answers"], found):
        assert [int(hit["label"]) for hit in mine["results"]] == answer["labels"]
        if case.promises_distances:
            numpy.testing.assert_allclose(
                [hit["distance"] for hit in mine["results"]], answer["distances"], rtol=1e-5, atol=1e-5)
    outcome.is_exact = case.promises_distances


def opened(columns):
    """The cells opened in the last stage that opens any: a coarse quantizer may open cells of its own before."""
    cells = [(flags & 15, cell) for kind, flags, cell in zip(columns["kind"], columns["flags"], columns["to"]) if kind == OPEN]
    return [cell for stage, cell in cells if stage == cells[-1][0]]


def searched(results, facts, answer):
    options = []
    for name, value in (answer["query"] | answer["options"]).items():
        options += [f"--{name}", json.dumps(value)]
    result = subprocess.run(
        [results.binary, "search", facts["path"], "--json", "--trace", *options, *facts.get("arguments", [])],
        capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def test_the_table_in_the_readme(results, request):
    """It is what the tests above found; `make formats-table` puts it there."""
    if len(results.outcomes) < len(CASES):
        pytest.skip("the table needs all formats, and only some of their tests were asked for")
    found = table.made_of(results.outcomes[producer.name, case.name] for producer, case in CASES)
    if request.config.getoption("--write-formats-table"):
        table.replace_in_readme(found)
    assert table.parts_of_readme()[1] == found, f"the table must be:\n{found}"
