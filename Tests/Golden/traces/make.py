#!/usr/bin/env python3
"""Writes the golden traces: searches on indexes of Tests/Oracle, as `annscope search --json --trace` prints them, and what an
independent replay (reference.py) finds at some of their steps.

Every reader of traces replays these files. Run it when the trace itself changes, and read the difference.
"""
import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path.insert(0, str(HERE))

from reference import checkpoints  # noqa: E402 - it stands beside this file

# name: index, options
CASES = {
    "hnswlib_l2": ("hnswlib_tutorial", ["--metric", "l2", "--label", "40", "--k", "5", "--ef", "6"]),
    "hnswlib_ip": ("hnswlib_capacity", ["--metric", "ip", "--label", "40", "--k", "5", "--ef", "20"]),
    "hnswlib_deep": ("hnswlib_deep", ["--metric", "l2", "--label", "40", "--k", "5", "--ef", "6"]),
    "hnswlib_deleted": ("hnswlib_deleted", ["--metric", "l2", "--label", "40", "--k", "10", "--ef", "10"]),
    "hnswlib_ties": ("hnswlib_ties", ["--metric", "l2", "--label", "40", "--k", "10", "--ef", "30"]),
    "hnswlib_summary": ("hnswlib_deep", ["--metric", "l2", "--label", "40", "--k", "5", "--ef", "6", "--summary"]),
    "hnswlib_filter": (
        "hnswlib_deleted", ["--metric", "l2", "--label", "40", "--k", "5", "--ef", "8", "--deny", "40,41,42,43,44,45,46"]),
    "hnswlib_flat": ("hnswlib_bruteforce", ["--metric", "l2", "--label", "40", "--k", "5"]),
    "usearch_l2": ("usearch_l2sq_f32.usearch", ["--label", "140", "--k", "5", "--ef", "8"]),
    "usearch_removed": ("usearch_removed.usearch", ["--label", "105", "--k", "5", "--ef", "8"]),
    "usearch_deep": ("usearch_deep.usearch", ["--label", "140", "--k", "5", "--ef", "6"]),
    "annoy_euclidean": ("annoy_euclidean.ann", ["--metric", "euclidean", "--dimension", "5", "--label", "40", "--k", "5"]),
    "faiss_hnsw": ("faiss_hnsw_deep", ["--label", "40", "--k", "5", "--ef", "8"]),
    "faiss_hnsw_ip": ("faiss_hnsw_ip", ["--label", "40", "--k", "5", "--ef", "8"]),
    "faiss_hnsw_ties": ("faiss_hnsw_ties", ["--label", "40", "--k", "10", "--ef", "12"]),
    "faiss_hnsw_unbounded": ("faiss_hnsw_deep", ["--label", "40", "--k", "5", "--ef", "8", "--unbounded"]),
    "faiss_hnsw_unbounded_ip": ("faiss_hnsw_ip", ["--label", "40", "--k", "5", "--ef", "8", "--unbounded"]),
    "faiss_hnsw_relative": ("faiss_hnsw_deep", ["--label", "77", "--k", "5", "--ef", "2"]),
    "faiss_hnsw_no_check": ("faiss_hnsw_deep", ["--label", "77", "--k", "5", "--ef", "8", "--no-relative-check"]),
    "faiss_hnsw_pq": ("faiss_hnsw_pq", ["--label", "40", "--k", "5", "--ef", "6"]),
    "faiss_nsg": ("faiss_nsg", ["--label", "40", "--k", "5", "--ef", "24"]),
    "faiss_ivf_l2": ("faiss_ivf_flat_l2", ["--label", "40", "--k", "5", "--nprobe", "6"]),
    "faiss_ivf_ip": ("faiss_ivf_flat_ip", ["--label", "40", "--k", "5", "--nprobe", "3"]),
    "faiss_ivf_hnsw_quantizer": ("faiss_ivf_hnsw_quantizer", ["--label", "40", "--k", "5", "--nprobe", "4"]),
    "faiss_ivf_pq": ("faiss_ivf_pq", ["--label", "40", "--k", "5", "--nprobe", "3"]),
    "faiss_ivf_sq8": ("faiss_ivf_sq8", ["--label", "40", "--k", "5", "--nprobe", "3"]),
    "faiss_ivf_pqr": ("faiss_ivf_pqr", ["--label", "40", "--k", "5", "--nprobe", "3"]),
    "faiss_ivf_summary": ("faiss_ivf_pqr", ["--label", "40", "--k", "5", "--nprobe", "3", "--summary"]),
    # Vectors behind a transform can't be given back, so that this takes a query of the sidecar.
    "faiss_opq_ivf_pq": ("faiss_opq_ivf_pq", ["--query", "0", "--k", "5", "--nprobe", "3"]),
    "faiss_refine_k4": ("faiss_refine_k4", ["--label", "40", "--k", "5"]),
    "faiss_flat_ip": ("faiss_flat_ip", ["--label", "40", "--k", "5"]),
    "faiss_ivf_filter": ("faiss_ivf_flat_ip", ["--label", "40", "--k", "5", "--nprobe", "3", "--filter", "label < 500"]),
    "faiss_hnsw_filter": ("faiss_hnsw_deep", ["--label", "40", "--k", "5", "--ef", "8", "--filter", "label >= 200"]),
    "faiss_binary_flat": ("faiss_binary_flat", ["--label", "40", "--k", "5"]),
}


def trace(case: str, binary: pathlib.Path) -> dict:
    index, options = CASES[case]
    if options[0] == "--query":
        queries = json.loads((ROOT / "Tests/Oracle" / f"{index}.json").read_text())["queries"]
        options = ["--vector", json.dumps(queries[int(options[1])]), *options[2:]]
    command = [binary, "search", ROOT / "Tests/Oracle" / (index if "." in index else f"{index}.bin"), "--json", "--trace", "--no-exact", *options]
    found = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    del found["microseconds"]
    return {**found, "checkpoints": checkpoints(found)}


if __name__ == "__main__":
    for name in CASES:
        text = json.dumps(trace(name, ROOT / ".build/debug/annscope"), separators=(",", ":"), sort_keys=True)
        (HERE / f"{name}.json").write_text(text + "\n")
