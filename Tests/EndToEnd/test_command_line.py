"""What a person sees: plain text, and errors that say what is wrong."""
import json
import subprocess

import faiss
import hnswlib
import numpy


def test_inspect_names_the_layers(annscope, demo):
    text = annscope("inspect", demo / "hnswlib_M6_ef30_l2.index", "--metric", "l2").stdout
    assert "1000 vectors of 128 components" in text
    assert "layer 0: 1000 nodes" in text


def test_inspect_names_the_cells(annscope, demo):
    text = annscope("inspect", demo / "faiss_ivf128_flat_l2.index").stdout
    assert "128 cells" in text


def test_inspect_shows_vectors(annscope, demo):
    index = demo / "hnswlib_M6_ef30_l2.index"
    text = annscope("inspect", index, "--vectors", "2").stdout
    assert "node 0, label 0: [2.736899, " in text and "node 1, label 1: [" in text and "node 2," not in text
    report = json.loads(annscope("inspect", index, "--vectors", "2", "--json").stdout)
    assert [(node["node"], node["label"], len(node["vector"])) for node in report["sample"]] == [
        (0, 0, 128), (1, 1, 128)]
    refused = annscope("inspect", index, "--vectors", "1001", check=False)
    assert refused.returncode != 0 and "0 to 1000" in refused.stderr


def test_trace_is_readable(annscope, demo):
    text = annscope("search", demo / "hnswlib_M6_ef30_l2.index", "--label", "40", "--k", "5", "--ef", "6",
                    "--metric", "l2", "--trace").stdout
    assert "enter at node" in text and "go down at" in text and "stop:" in text


def expect_failure(result: subprocess.CompletedProcess, *words):
    assert result.returncode == 1
    assert result.stdout == ""
    for word in words:
        assert word in result.stderr


def test_a_cut_file_is_refused_with_its_place(annscope, demo, tmp_path):
    cut = tmp_path / "cut.index"
    cut.write_bytes((demo / "faiss_ivf128_flat_l2.index").read_bytes()[:5000])
    expect_failure(annscope("inspect", cut, check=False), "truncated", "byte")


def test_no_index_at_all_is_told_so(annscope, tmp_path):
    note = tmp_path / "note.txt"
    note.write_text("just a note\n" * 20)
    expect_failure(annscope("search", note, "--label", "1", check=False), "unrecognised")


def test_wrong_queries_are_refused_by_name(annscope, demo):
    index = demo / "hnswlib_M6_ef30_l2.index"
    expect_failure(annscope("search", index, "--vector", "[1,2]", check=False), "128", "2")
    expect_failure(annscope("search", index, "--label", "123456", check=False), "123456")
    expect_failure(annscope("search", index, "--label", "4", "--k", "0", check=False), "k is 0")


def test_the_sidecar_gives_metric_and_captions(annscope, demo):
    text = annscope("search", demo / "hnswlib_M6_ef30_normalized_ip.index", "--label", "547", "--k", "1").stdout
    assert ", ip over 1000 vectors" in text
    assert "Bulldog Puppy" in text


def test_recall_names_what_was_missed(annscope, demo):
    index = demo / "faiss_ivf128_flat_text_space_ip.index"
    asked = ["search", index, "--query-number", "2", "--k", "4", "--nprobe", "1"]
    text = annscope(*asked).stdout
    assert "recall@4 0.75 over the stored vectors; not found:" in text
    missed = text.split("not found:\n")[1].splitlines()[0]
    report = json.loads(annscope(*asked, "--json").stdout)["recall"]
    assert report["recall"] == 0.75 and report["over"] == "the stored vectors"
    assert [hit["label"] for hit in report["missed"]] == [missed.split()[1]]
    assert len(report["exact"]) == 4
    # All cells hold all.
    assert "recall@4 1 over" in annscope(*asked[:-1], "128").stdout
    assert "recall" not in annscope(*asked, "--no-exact").stdout
    assert "recall" not in json.loads(annscope(*asked, "--no-exact", "--json").stdout)


def test_recall_is_the_flat_index(annscope, tmp_path):
    random = numpy.random.default_rng(3)
    vectors = random.normal(size=(3000, 16)).astype("float32")
    graph = hnswlib.Index("ip", 16)
    graph.init_index(3000, M=4, ef_construction=20)
    graph.add_items(vectors, numpy.arange(3000) * 5, num_threads=1)
    graph.save_index(str(tmp_path / "graph.bin"))
    flat = faiss.IndexFlatIP(16)
    flat.add(vectors)
    shares = []
    for query in random.normal(size=(8, 16)).astype("float32"):
        exact = (flat.search(query[None], 10)[1][0] * 5).tolist()
        report = json.loads(annscope(
            "search", tmp_path / "graph.bin", "--metric", "ip", f"--vector={json.dumps(query.tolist())}", "--k", "10",
            "--json").stdout)
        found = [int(hit["label"]) for hit in report["results"]]
        assert [int(hit["label"]) for hit in report["recall"]["exact"]] == exact
        assert report["recall"]["recall"] == len(set(found) & set(exact)) / 10
        shares.append(report["recall"]["recall"])
    assert min(shares) < 1


def test_layers_and_cells_are_told_of(annscope, demo):
    text = annscope("search", demo / "hnswlib_M6_ef30_l2.index", "--label", "40", "--ef", "6").stdout
    assert "layer 3: from 115, 1 neighbour list read" in text and "layer 0: from 39" in text
    assert "the library's own counters: metric_hops 4, metric_distance_computations 11" in text
    text = annscope("search", demo / "faiss_ivf128_flat_l2.index", "--label", "40", "--nprobe", "2").stdout
    assert "lists: 2 cells opened" in text and "cell 96 (centroid at 67.27033): 13 distances, 8 kept" in text


def test_searches_side_by_side(annscope, demo):
    index = demo / "hnswlib_M6_ef30_l2.index"
    asked = ["search", index, "--label", "41", "--compare", "ef=5", "--compare", "ef=50,k=7"]
    text = annscope(*asked).stdout
    lines = text.splitlines()
    assert lines[1].split() == ["ef=5", "ef=50", "k=7"]
    assert lines[2].split() == ["recall", "1", "1"]
    assert [line.split()[1] for line in lines if line[:2] in ("1.", "2.", "6.")] == ["41", "39", "–"]
    assert "859*" in text and text.endswith("* found by this one alone\n")
    reports = json.loads(annscope(*asked, "--json").stdout)
    assert [report["parameters"] for report in reports] == ["ef=5", "ef=50 k=7"]
    assert [len(report["search"]["results"]) for report in reports] == [5, 7]
    assert reports[0]["search"]["counters"]["distances"] < reports[1]["search"]["counters"]["distances"]
    expect_failure(annscope(*asked[:-1], "eff=5", check=False), "eff", "bounded, ef, k, nprobe, relative, search_k")
    expect_failure(annscope(*asked[:-1], "k=0", check=False), "k is 0")


def test_a_filter_shows_in_the_trace(annscope, demo):
    text = annscope("search", demo / "hnswlib_M6_ef30_l2.index", "--label", "40", "--k", "3", "--deny", "40,43",
                    "--trace").stdout
    assert "keep 40  0.0  Boating Rules Illustration  (left out by the filter)" in text
    assert "1. 39" in text and "recall@3 1" in text


def test_a_summary_has_tallies(annscope, demo):
    asked = ["search", demo / "hnswlib_M6_ef30_l2.index", "--label", "40", "--ef", "6", "--json"]
    whole = json.loads(annscope(*asked, "--trace").stdout)
    brief = json.loads(annscope(*asked, "--summary").stdout)
    assert 10 in brief["columns"]["kind"] and 1 not in brief["columns"]["kind"]
    assert len(brief["columns"]["kind"]) < len(whole["columns"]["kind"])
    assert brief["results"] == whole["results"] and brief["counters"] == whole["counters"]


def test_queries_of_the_sidecar(annscope, demo):
    index = demo / "hnswlib_M6_ef30_text_space_ip.index"
    assert "recall@5" in annscope("search", index, "--query-number", "0").stdout
    expect_failure(annscope("search", index, "--query-number", "100000", check=False), "no query 100000", "0 to ")
    both = annscope("search", index, "--query-number", "0", "--label", "1", check=False)
    assert both.returncode != 0 and "one of --label" in both.stderr


def test_options_of_the_service_have_limits(annscope, demo):
    for option, words in [("--search-workers=0", "1 to 1024"), ("--search-queue=0", "1 to 100000"),
                          ("--search-deadline=600001", "1ms to 10m")]:
        refused = annscope("serve", demo, option, check=False)
        assert refused.returncode != 0 and words in refused.stderr
