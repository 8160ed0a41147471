"""The golden traces, which all replays are tested with, are what the binary records today, and the results are those that
an independent replay ends with."""
import importlib.util
import json

import numpy
import pytest

from conftest import BINARY, ROOT

FOLDER = ROOT / "Tests/Golden/traces"
_spec = importlib.util.spec_from_file_location("make_traces", FOLDER / "make.py")
make_traces = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(make_traces)


@pytest.mark.parametrize("case", make_traces.CASES)
def test_trace(case):
    golden = json.loads((FOLDER / f"{case}.json").read_text())
    now = make_traces.trace(case, BINARY)
    for column in ("kind", "flags", "layer", "from", "to"):
        assert now["columns"][column] == golden["columns"][column]
    # Instruction sets differ in the last bits.
    numpy.testing.assert_allclose(
        numpy.array(now["columns"]["distance"], float), numpy.array(golden["columns"]["distance"], float),
        rtol=1e-4, atol=1e-4)
    assert [row["label"] for row in now["results"]] == [row["label"] for row in golden["results"]]
    for part in ("counters", "stages", "algorithm", "k", "efSearch", "nprobe", "bare", "largerIsNearer", "transformed"):
        assert now[part] == golden[part]
    assert make_traces.checkpoints(golden) == golden["checkpoints"]


@pytest.mark.parametrize("case", make_traces.CASES)
def test_the_reference_ends_with_the_results(case):
    golden = json.loads((FOLDER / f"{case}.json").read_text())
    end = golden["checkpoints"][-1]["stages"]
    assert sum(stage["distances"] for stage in end) == golden["counters"]["distances"]
    if not any(stage["summarised"] for stage in end):
        assert sorted(end[-1]["results"][:golden["k"]]) == sorted(row["node"] for row in golden["results"])
