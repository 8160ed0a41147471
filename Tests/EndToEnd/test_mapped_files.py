"""Index files that stay mapped, or are searched while they are still being read: nothing may come from mixed bytes."""
import os
import threading
import time

import faiss
import hnswlib
import numpy
import pytest

from conftest import BINARY
from daemon import WAIT, Daemon, wait_for

DIMENSION = 16


def build(vectors):
    index = hnswlib.Index("l2", vectors.shape[1])
    index.init_index(len(vectors), M=8, ef_construction=60, random_seed=1)
    index.add_items(vectors, num_threads=1)
    index.set_ef(400)
    return index


def overwrite(path, content):
    """Puts new bytes over the old ones, without cutting or replacing the file: the hardest way to notice."""
    with open(path, "r+b") as file:
        file.write(content)


@pytest.mark.parametrize("way", ["saved anew", "overwritten", "replaced"])
def test_rewriting_under_load(tmp_path, way):
    random = numpy.random.default_rng(1)
    path = tmp_path / "live.bin"
    query = random.random(DIMENSION, dtype=numpy.float32)
    answers = []

    def revision():
        """Rewrites the file, and keeps what hnswlib answers from its new content."""
        vectors = random.random((3000, DIMENSION), dtype=numpy.float32)
        index = build(vectors)
        labels, distances = index.knn_query(query, k=5, num_threads=1)
        answers.append((labels[0].tolist(), distances[0]))
        if way == "saved anew" or not path.exists():
            index.save_index(str(path))
            return
        other = tmp_path / ".other"
        index.save_index(str(other))
        if way == "replaced":
            os.replace(other, path)
        else:
            overwrite(path, other.read_bytes())
            os.truncate(path, other.stat().st_size)

    revision()
    daemon = Daemon(BINARY, "serve", str(tmp_path), "--memory-limit", "0", "--rates-searches", "1000000")
    watcher = daemon.client()
    watcher.subscribe("indexes")
    while not watcher.next("index.loaded", "index.changed")["index"]["settled"]:
        pass
    assert watcher.ask("index.describe", index="live")["memory"]["private"] == 0
    seen, refused, stop = [], [], threading.Event()

    def load():
        client = daemon.client()
        # A connection may make 1000 requests a second.
        while not stop.wait(0.002):
            answer = client.ask("search.run", index="live", vector=query.tolist(), k=5, efSearch=400)
            (seen if "results" in answer else refused).append(answer)
        client.close()

    threads = [threading.Thread(target=load) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _ in range(8):
        time.sleep(0.2)
        revision()
        while not watcher.next("index.loaded", "index.changed")["index"]["settled"]:
            pass
        # Of each revision somebody gets an answer.
        count = len(seen)
        wait_for(lambda: len(seen) > count + 2)
    stop.set()
    for thread in threads:
        thread.join(WAIT)
    assert len(seen) > 100
    found = set()
    for answer in seen:
        matches = [
            number for number, (labels, distances) in enumerate(answers)
            if [hit["label"] for hit in answer["results"]] == labels
            and numpy.allclose([hit["distance"] for hit in answer["results"]], distances, rtol=1e-5)]
        assert matches, answer
        found.update(matches)
    assert len(found) == len(answers)
    for answer in refused:
        assert "file changed" in answer["message"] or "no index" in answer["message"], answer
    assert daemon.stop() == 0


def test_a_file_cut_short_ends_its_revision_and_no_more(tmp_path):
    random = numpy.random.default_rng(2)
    path, other = tmp_path / "cut.bin", tmp_path / "other.bin"
    build(random.random((500, DIMENSION), dtype=numpy.float32)).save_index(str(path))
    build(random.random((500, DIMENSION), dtype=numpy.float32)).save_index(str(other))
    whole = path.read_bytes()
    daemon = Daemon(BINARY, "serve", str(tmp_path), "--memory-limit", "0")
    client = daemon.client()
    client.subscribe("indexes")
    until_settled = {"cut", "other"}
    while until_settled:
        index = client.next("index.loaded", "index.changed")["index"]
        if index["settled"]:
            until_settled.discard(index["name"])
    client.subscribe("searches/cut")
    os.truncate(path, 1000)
    answer = client.ask("search.run", index="cut", label=3, k=5)
    assert "results" not in answer
    failed = client.next("index.failed")
    assert failed["name"] == "cut" and failed["error"]["code"] == "changed while reading", failed
    assert "keepsRevision" not in failed
    # The other index goes on, and this one comes back with its bytes.
    assert len(client.ask("search.run", index="other", label=3, k=5)["results"]) == 5
    path.write_bytes(whole)
    while True:
        index = client.next("index.loaded", "index.changed")["index"]
        if index["name"] == "cut" and index["settled"]:
            break
    assert len(client.ask("search.run", index="cut", label=3, k=5)["results"]) == 5
    assert daemon.stop() == 0


def test_a_long_search_over_a_file_that_is_rewritten_fails_in_the_middle(tmp_path):
    random = numpy.random.default_rng(3)
    path = tmp_path / "long.index"
    index = faiss.IndexFlatL2(64)
    vectors = random.random((300_000, 64), dtype=numpy.float32)
    index.add(vectors)
    faiss.write_index(index, str(path))
    daemon = Daemon(BINARY, "serve", str(tmp_path), "--memory-limit", "0")
    client = daemon.client(capabilities={"columns": "base64"})
    client.subscribe("indexes")
    while not client.next("index.loaded", "index.changed")["index"]["settled"]:
        pass
    client.subscribe("searches/long")
    outcome = []
    asker = daemon.client()
    thread = threading.Thread(target=lambda: outcome.append(
        asker.ask("search.run", index="long", vector=vectors[0].tolist(), k=5, trace="full")))
    thread.start()
    client.next("search.steps")
    with open(path, "r+b") as file:
        file.seek(1000)
        file.write(b"\0" * 64)
    thread.join(WAIT)
    event = client.next("search.failed", "search.finished")
    # On a fast machine the search may have been over before the first byte was written.
    if event["type"] == "search.failed":
        assert "file changed" in event["message"] and "file changed" in outcome[0]["message"]
    else:
        assert outcome[0]["results"][0]["label"] == 0
    assert daemon.stop() == 0


def test_a_large_file_is_searched_before_it_is_checked(tmp_path):
    path = tmp_path / "large.index"
    index = faiss.IndexFlatL2(128)
    vectors = numpy.random.default_rng(4).random((400_000, 128), dtype=numpy.float32)
    index.add(vectors)
    faiss.write_index(index, str(path))
    daemon = Daemon(BINARY, "serve", str(tmp_path))
    client = daemon.client()
    client.subscribe("indexes")
    first = client.next("index.loaded")["index"]
    assert first["settled"] is False and first["searchable"] is True and first["deleted"] == 0
    found = client.ask("search.run", index="large", label=7, k=3, trace="none")
    assert found["results"][0] == {"label": 7, "node": 7, "distance": 0}
    settled = client.next("index.changed")["index"]
    assert settled["settled"] is True and settled["revision"] == first["revision"] == 1
    memory = client.ask("index.describe", index="large")["memory"]
    assert memory["private"] == memory["file"] == path.stat().st_size and memory["mapped"] == 0
    again = client.ask("search.run", index="large", label=7, k=3, trace="none")
    assert again["results"] == found["results"]
    assert daemon.stop() == 0


def test_a_large_revision_that_fails_its_check_leaves_the_map_before(tmp_path):
    path, other = tmp_path / "live.bin", tmp_path / ".other"
    build(numpy.random.default_rng(5).random((300, 64), dtype=numpy.float32)).save_index(str(path))
    daemon = Daemon(BINARY, "serve", str(tmp_path))
    client = daemon.client()
    client.subscribe("indexes")
    client.next("index.loaded")
    client.subscribe("layout/live")
    assert client.next("layout.finished")["revision"] == 1
    client.next("layout.quality")

    # More than is read before it is announced, but few nodes: all of them are on the map of the top levels.
    count, dimension = 2000, 8500
    index = hnswlib.Index("l2", dimension)
    index.init_index(count, M=4, ef_construction=10, random_seed=1)
    index.add_items(numpy.random.default_rng(6).random((count, dimension), dtype=numpy.float32))
    index.save_index(str(other))
    content = bytearray(other.read_bytes())
    size = int.from_bytes(content[24:32], "little")
    first_link = 96 + (count - 1) * size + 4
    content[first_link:first_link + 4] = b"\xf0\xff\xff\xff"
    other.write_bytes(content)
    os.replace(other, path)
    assert client.next("index.changed")["index"]["settled"] is False
    failed = client.next("index.failed")
    assert failed["keepsRevision"] == 1

    until = time.monotonic() + WAIT
    while True:
        newcomer = daemon.client()
        newcomer.subscribe("layout/live")
        assert newcomer.next("layout.started")["revision"] == 1
        finished = newcomer.next("layout.finished")
        assert finished["revision"] == 1 and finished["nodes"] == 300
        described = newcomer.ask("index.describe", index="live")["map"]
        newcomer.close()
        if "quality" in described:
            break
        assert time.monotonic() < until
        time.sleep(0.1)
    assert daemon.stop() == 0
