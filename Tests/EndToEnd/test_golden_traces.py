"""The golden traces, which the page's replay is tested with, are what the binary records today."""
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
    now = json.loads(make_traces.trace(case, BINARY))
    for column in ("kind", "flags", "layer", "from", "to"):
        assert now["columns"][column] == golden["columns"][column]
    # Instruction sets differ in the last bits.
    numpy.testing.assert_allclose(
        numpy.array(now["columns"]["distance"], float), numpy.array(golden["columns"]["distance"], float),
        rtol=1e-4, atol=1e-4)
    assert [row["label"] for row in now["results"]] == [row["label"] for row in golden["results"]]
    assert now["counters"] == golden["counters"]
