#!/usr/bin/env python3
"""Writes the golden traces: searches on indexes of Tests/Oracle, as `annscope search --json --trace` prints them.

Every reader of traces replays these files. Run it when the trace itself changes, and read the difference.
"""
import pathlib
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]

# name: index, options
CASES = {
    "hnswlib_l2": ("hnswlib_tutorial", ["--metric", "l2", "--label", "40", "--k", "5", "--ef", "6"]),
    "hnswlib_ip": ("hnswlib_capacity", ["--metric", "ip", "--label", "40", "--k", "5", "--ef", "20"]),
    "hnswlib_deep": ("hnswlib_deep", ["--metric", "l2", "--label", "40", "--k", "5", "--ef", "6"]),
    "hnswlib_deleted": ("hnswlib_deleted", ["--metric", "l2", "--label", "40", "--k", "10", "--ef", "10"]),
    "hnswlib_ties": ("hnswlib_ties", ["--metric", "l2", "--label", "40", "--k", "10", "--ef", "30"]),
    "faiss_ivf_l2": ("faiss_ivf_flat_l2", ["--label", "40", "--k", "5", "--nprobe", "6"]),
    "faiss_ivf_ip": ("faiss_ivf_flat_ip", ["--label", "40", "--k", "5", "--nprobe", "3"]),
    "faiss_flat_ip": ("faiss_flat_ip", ["--label", "40", "--k", "5"]),
}


def trace(case: str, binary: pathlib.Path) -> str:
    index, options = CASES[case]
    command = [binary, "search", ROOT / "Tests/Oracle" / f"{index}.bin", "--json", "--trace", *options]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    for name in CASES:
        (HERE / f"{name}.json").write_text(trace(name, ROOT / ".build/debug/annscope"))
