"""What the daemon makes of indexes that are more than one file, or that it can show and not search."""
import os
import pathlib
import shutil

from conftest import BINARY, ROOT
from daemon import Daemon

ORACLE = ROOT / "Tests/Oracle"


def settled(client, name):
    while True:
        event = client.next("index.loaded", "index.changed")
        if event["index"]["name"] == name and event["index"]["settled"]:
            return event["index"]


def test_a_folder_of_chromas_is_one_index(tmp_path):
    folder = tmp_path / "watched"
    folder.mkdir()
    daemon = Daemon(BINARY, "serve", str(folder))
    client = daemon.client()
    client.subscribe("indexes")
    shutil.copytree(ORACLE / "chroma_l2", folder / "collection")
    index = settled(client, "collection")
    assert (index["library"], index["count"], index["dimension"]) == ("chroma", 50, 8)
    assert [entry["name"] for entry in client.ask("index.list")["indexes"]] == ["collection"]
    label = client.ask("index.node", index="collection", node=7)["label"]
    found = client.ask("search.run", index="collection", label=label, k=3)
    assert found["results"][0]["label"] == label and found["results"][0]["distance"] == 0
    # Its writer puts the four files in place again: a new revision of the one index.
    for name in os.listdir(folder / "collection"):
        content = (folder / "collection" / name).read_bytes()
        (folder / "collection" / name).write_bytes(content)
    assert settled(client, "collection")["revision"] == 2
    assert daemon.stop() == 0


def test_lists_in_another_file_are_waited_for_and_followed(tmp_path):
    name, data = "faiss_ivf_ondisk.bin", "faiss_ivf_ondisk.bin.ivfdata"
    shutil.copy(ORACLE / name, tmp_path / name)
    daemon = Daemon(BINARY, "serve", str(tmp_path / name))
    client = daemon.client()
    client.subscribe("indexes")
    failed = client.next("index.failed")
    assert failed["error"]["code"] == "unreadable" and "No such file" in failed["error"]["message"]
    shutil.copy(ORACLE / data, tmp_path / data)
    first = settled(client, "faiss_ivf_ondisk")
    assert first["count"] == 600 and first["searchable"]
    # The index file stays as it is; its lists are written anew.
    content = pathlib.Path(tmp_path / data).read_bytes()
    (tmp_path / data).write_bytes(content)
    assert settled(client, "faiss_ivf_ondisk")["revision"] == 2
    assert daemon.stop() == 0


def test_what_is_not_searched_says_so_and_is_shown_all_the_same(tmp_path):
    shutil.copy(ORACLE / "usearch_nomatrix.usearch", tmp_path)
    for name in ("faiss_ivf_pqfs", "faiss_binary_flat"):
        shutil.copy(ORACLE / f"{name}.bin", tmp_path)
    daemon = Daemon(BINARY, "serve", str(tmp_path))
    client = daemon.client()
    client.subscribe("indexes")
    summaries = {}
    while len(summaries) < 3:
        event = client.next("index.loaded", "index.changed")
        summaries[event["index"]["name"]] = event["index"]

    graph = summaries["usearch_nomatrix"]
    assert graph["structure"] == "hnsw" and not graph["searchable"]
    refused = client.ask("search.run", index="usearch_nomatrix", vector=[0.0] * graph["dimension"], k=3)
    assert graph["obstacle"] in refused["message"]
    assert len(client.ask("index.node", index="usearch_nomatrix", node=5)["links"][0]) > 0
    truth = client.ask("index.describe", index="usearch_nomatrix")["truth"]
    assert truth["available"] is False and "no vectors" in truth["obstacle"]

    scanned = summaries["faiss_ivf_pqfs"]
    assert scanned["searchable"] and "rounds its tables" in scanned["limit"]
    found = client.ask("search.run", index="faiss_ivf_pqfs", label=1, k=3, nprobe=4, trace="full")
    assert len(found["results"]) == 3 and found["limit"] == scanned["limit"]
    columns = client.ask("search.trace", search=found["search"])["columns"]
    assert columns["kind"].count(6) == 4

    assert summaries["faiss_binary_flat"]["searchable"]
    described = client.ask("index.describe", index="faiss_binary_flat")
    assert described["vectors"]["encoding"] == "bits" and described["kind"] == "binary Flat (IBxF)"
    assert daemon.stop() == 0
