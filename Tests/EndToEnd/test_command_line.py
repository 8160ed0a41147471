"""What a person sees: plain text, and errors that say what is wrong."""
import json
import subprocess


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
