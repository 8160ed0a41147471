"""The daemon as its users meet it: real processes, real sockets, real files."""

import base64
import json
import math
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request

import hnswlib
import numpy

from conftest import BINARY, DEMO, ROOT
from daemon import WAIT, Daemon, wait_for


def report(file, *arguments):
    return json.loads(
        subprocess.run(
            [BINARY, "search", DEMO / file, "--json", "--trace", *arguments], check=True,
            capture_output=True).stdout)


def test_a_pushed_search_is_seen_by_everyone(photos):
    watchers = [photos.client(), photos.client()]
    for watcher in watchers:
        assert watcher.subscribe("searches/photos-hnsw")["recovered"] is False
    pushed = subprocess.run(
        [BINARY, "push", "photos-hnsw", "--server", photos.url, "--label", "40", "--k", "5", "--ef", "6", "--source",
         "a test"], check=True, capture_output=True, text=True)
    expected = report("hnswlib_M6_ef30_l2.index", "--label", "40", "--k", "5", "--ef", "6")
    result = json.loads(pushed.stdout)
    for watcher in watchers:
        started, columns, finished = watcher.search()
        assert started["source"] == "a test" and started["label"] == 40 and started["followed"]
        assert started["header"]["efSearch"] == 6
        assert columns == expected["columns"]
        assert finished["results"] == result["results"]
        assert [str(hit["label"]) for hit in finished["results"]] == [hit["label"] for hit in expected["results"]]
        assert finished["events"] == len(columns["kind"])
        watcher.close()


def test_every_way_to_push(photos, tmp_path):
    vector = photos.client().ask("index.queries", index="sentences-ivf")["queries"][0]["vector"]
    numpy.save(tmp_path / "two.npy", numpy.array([vector, vector], dtype=numpy.float32))
    push = [BINARY, "push", "sentences-ivf", "--server", photos.url, "--nprobe", "6"]
    one = subprocess.run([*push, "--vector", json.dumps(vector)], check=True, capture_output=True, text=True).stdout
    wanted = json.loads(one)["results"]
    assert len(wanted) == 5
    two = subprocess.run([*push, "--npy", tmp_path / "two.npy"], check=True, capture_output=True, text=True).stdout
    lines = "\n".join([json.dumps(vector), "", json.dumps({"vector": vector, "k": 2, "subject": {"text": "A dog."}})])
    three = subprocess.run([*push, "-"], input=lines, check=True, capture_output=True, text=True).stdout
    found = [json.loads(line)["results"] for line in (two + three).splitlines()]
    assert found == [wanted, wanted, wanted, wanted[:2]]
    curl = subprocess.run(
        ["curl", "-sS", photos.url + "api/v1/indexes/sentences-ivf/search", "-d",
         json.dumps({"vector": vector, "nprobe": 6})], check=True, capture_output=True, text=True)
    assert json.loads(curl.stdout)["results"] == wanted


def test_push_says_what_is_wrong(photos):
    for arguments, words in [
        (["nowhere", "--label", "1"], "no index"), (["photos-ivf", "--label", "5000"], "no vector with the label 5000"),
        (["photos-ivf", "--vector", "[1,2]"], "128"), (["photos-ivf", "--label", "1", "--k", "0"], '"k"'),
    ]:
        run = subprocess.run([BINARY, "push", *arguments, "--server", photos.url], capture_output=True, text=True)
        assert run.returncode == 1 and words in run.stderr


def test_requests(photos):
    client = photos.client()
    assert client.hello["protocol"] == "annscope.v1"
    names = [index["name"] for index in client.ask("index.list")["indexes"]]
    assert names == sorted(
        ["photos-hnsw", "photos-ivf", "photos-unit-hnsw", "photos-unit-ivf", "sentences-hnsw", "sentences-ivf"])
    assert client.ask("index.describe", index="photos-hnsw")["levels"] == [1000, 166, 28, 2]
    sizes = client.ask("index.describe", index="photos-ivf")["listSizes"]
    assert sum(sizes) == 1000 and len(sizes) == 128
    items = client.ask("index.items", index="photos-hnsw", labels=[40, 41, 70_000])
    assert items["missing"] == [70_000] and [item["label"] for item in items["items"]] == [40, 41]
    picture = items["items"][0]["media"]
    status, body, headers = photos.get(picture)
    assert status == 200 and headers["Content-Type"] == "image/jpeg" and body[:2] == b"\xff\xd8"
    node = client.ask("index.node", index="photos-hnsw", node=115)
    assert node["level"] == 3 and len(node["links"]) == 4 and len(node["links"][3]) == 1
    cell = client.ask("index.cell", index="photos-ivf", cell=3, limit=2)
    assert cell["size"] == sizes[3] and len(cell["nodes"]) == min(2, sizes[3])
    queries = client.ask("index.queries", index="sentences-hnsw")["queries"]
    assert any(query["text"] == "A white dog." for query in queries)
    assert client.ask("index.list2")["code"] == -32601
    assert client.ask("index.node", index="photos-hnsw", node=1000)["code"] == -32002
    assert client.ask("index.describe", index="x")["code"] == -32001
    assert client.ask("search.run", index="photos-ivf", label=1, k=10**9)["code"] == -32004
    client.close()


def test_trace_and_projection_of_a_stored_search(photos):
    client = photos.client()
    run = client.ask("search.run", index="photos-ivf", label=40, k=5, nprobe=6)
    trace = client.ask("search.trace", search=run["search"])
    expected = report("faiss_ivf128_flat_l2.index", "--label", "40", "--k", "5", "--nprobe", "6")
    assert trace["columns"] == expected["columns"]
    assert trace["results"] == run["results"]
    projection = client.ask("search.projection", search=run["search"])
    assert len(projection["node"]) == len(projection["x"]) == run["counters"]["listVectors"]
    assert projection["method"] == "local" and 0 < projection["stress"] < 1 and "local map" in projection["note"]
    distance = {to: d for to, d in zip(trace["columns"]["to"], trace["columns"]["distance"])}
    drawn = [math.hypot(x, y) for x, y in zip(projection["x"], projection["y"])]
    true = [distance[node] for node in projection["node"]]
    assert numpy.corrcoef(numpy.argsort(numpy.argsort(true)), numpy.argsort(numpy.argsort(drawn)))[0, 1] > 0.98
    assert max(drawn) <= 1 + 1e-6
    assert client.ask("search.projection", search=run["search"], stage=1)["node"] == projection["node"]
    assert client.ask("search.projection", search=run["search"], stage=0)["code"] == -32602
    assert client.ask("search.trace", search="s999999")["code"] == -32002
    client.close()


def test_base64_columns_say_the_same(photos):
    plain, packed = photos.client(), photos.client(capabilities={"columns": "base64"})
    run = plain.ask("search.run", index="photos-hnsw", label=7, k=3, efSearch=6)
    columns = plain.ask("search.trace", search=run["search"])["columns"]
    for name, column in packed.ask("search.trace", search=run["search"])["columns"].items():
        kind = {"u8": "u1", "i16": "<i2", "u32": "<u4", "f32": "<f4"}[column["dtype"]]
        values = numpy.frombuffer(base64.b64decode(column["data"]), dtype=kind)
        # Arrays write the shortest digits that read back as the same float32.
        plain_values = [numpy.nan if value is None else value for value in columns[name]]
        numpy.testing.assert_array_equal(numpy.array(plain_values, dtype=kind), values)
    plain.close()
    packed.close()


def test_map_is_whole_and_the_same_after_a_restart(photos):
    def layout(daemon, name):
        client = daemon.client()
        while name not in [index["name"] for index in client.ask("index.list")["indexes"]]:
            time.sleep(0.05)
        client.subscribe(f"layout/{name}")
        # Who came while the map was made has seen it in several states.
        events = {}
        while True:
            event = client.next(
                "layout.started", "layout.nodes", "layout.links", "layout.cells", "layout.finished")
            if event["type"] == "layout.started":
                events = {}
            if event["type"] == "layout.finished":
                client.close()
                return sorted(events.values(), key=lambda event: event["key"])
            events[event["key"]] = event

    second = Daemon(BINARY, "demo")
    for name in ("photos-hnsw", "photos-ivf"):
        events = layout(photos, name)
        assert events == layout(second, name)
        nodes = [node for event in events if event["type"] == "layout.nodes" for node in event["node"]]
        assert sorted(nodes) == list(range(1000))
    cells = next(event for event in events if event["type"] == "layout.cells")
    assert len(cells["x"]) == 128 and len(cells["start"]) == 129 and cells["start"][-1] == len(cells["px"])
    assert second.stop() == 0


def test_pictures_and_pages_stay_in_their_folders(photos):
    for path in [
        "media/photos-hnsw/items.csv", "media/photos-hnsw/images/../items.csv", "media/photos-hnsw/images/%2e%2e/items.csv",
        "media/photos-hnsw/images/../../Daemon.swift", "media/nowhere/images/0040.jpg", "..%2fPackage.swift", "test/",
        "%2e%2e/%2e%2e/etc/passwd", "nothing",
    ]:
        status, _, _ = photos.get(path)
        assert status in (400, 404), path
    assert photos.get("healthz")[:2] == (200, b"ok\n")
    assert photos.get("readyz")[0] == 200
    status, page, headers = photos.get("")
    assert status == 200 and b"<html" in page and "default-src 'self'" in headers["Content-Security-Policy"]


def test_a_part_of_a_picture_and_one_that_is_known(photos):
    path = "media/photos-hnsw/images/0040.jpg"

    def ask(**headers):
        names = {"range": "Range", "known": "If-None-Match"}
        return photos.open(urllib.request.Request(
            photos.url + path, headers={names[name]: value for name, value in headers.items()}))

    status, whole, headers = ask()
    assert status == 200 and headers["Accept-Ranges"] == "bytes" and headers["Content-Type"] == "image/jpeg"
    status, part, answer = ask(range="bytes=10-19")
    assert (status, part) == (206, whole[10:20])
    assert answer["Content-Range"] == f"bytes 10-19/{len(whole)}"
    assert ask(range="bytes=-5")[1] == whole[-5:]
    assert ask(range=f"bytes={len(whole)}-")[0] == 416
    assert ask(range="bytes=0-1,3-4")[1] == whole
    assert ask(known=headers["ETag"])[:2] == (304, b"")


def test_foreign_pages_may_not_push(photos):
    for headers in [{"Origin": "http://evil.example"}, {"Host": "evil.example"}]:
        status, _, _ = photos.post("api/v1/indexes/photos-ivf/search", {"label": 1}, headers)
        assert status == 403, headers
    assert photos.post("api/v1/indexes/photos-ivf/search", b"{]")[0] == 400
    assert photos.post("api/v1/indexes/nowhere/search", {"label": 1})[0] == 404


def test_a_killed_client_harms_nobody(photos):
    script = (
        "import sys; sys.path.insert(0, sys.argv[2]); from daemon import Client; c = Client(sys.argv[1]);"
        "c.subscribe('searches/photos-hnsw'); print('ready', flush=True); import time; time.sleep(60)")
    victim = subprocess.Popen(
        [sys.executable, "-c", script, photos.url.replace("http", "ws") + "ws", os.path.dirname(__file__)],
        stdout=subprocess.PIPE, text=True)
    assert victim.stdout.readline() == "ready\n"
    watcher = photos.client()
    watcher.subscribe("searches/photos-hnsw")
    connections = lambda: sum(  # noqa: E731
        float(line.split()[-1]) for line in photos.get("metrics")[1].decode().splitlines() if line.startswith("annscope_viewers{"))
    before = connections()
    victim.kill()
    victim.wait()
    wait_for(lambda: connections() == before - 1)
    assert photos.post("api/v1/indexes/photos-hnsw/search", {"label": 3})[0] == 200
    assert watcher.search()[2]["type"] == "search.finished"
    watcher.close()


def build(path, vectors):
    index = hnswlib.Index("l2", vectors.shape[1])
    index.init_index(len(vectors), M=8, ef_construction=60, random_seed=1)
    index.add_items(vectors, num_threads=1)
    index.save_index(str(path))
    return index


def test_rewriting_in_place_under_load(tmp_path):
    random = numpy.random.default_rng(1)
    path = tmp_path / "live.bin"
    query = random.random(16, dtype=numpy.float32)
    answers = {}

    def revision(number):
        index = build(path, random.random((400, 16), dtype=numpy.float32))
        index.set_ef(30)
        labels, distances = index.knn_query(query, k=5, num_threads=1)
        answers[number] = (labels[0].tolist(), distances[0])

    revision(1)
    daemon = Daemon(BINARY, "serve", str(tmp_path))
    watcher = daemon.client()
    watcher.subscribe("indexes")
    assert watcher.next("index.loaded")["index"]["name"] == "live"
    seen, stop = [], threading.Event()

    def load():
        client = daemon.client()
        while not stop.is_set():
            seen.append(client.ask("search.run", index="live", vector=query.tolist(), k=5, efSearch=30))
        client.close()

    threads = [threading.Thread(target=load) for _ in range(2)]
    for thread in threads:
        thread.start()
    for number in range(2, 22):
        revision(number)
        event = watcher.next("index.changed", "index.failed")
        assert event["type"] == "index.changed", event
        assert event["index"]["revision"] == number
        time.sleep(0.02)
    stop.set()
    for thread in threads:
        thread.join(WAIT)
    assert len(seen) > 100
    assert len({answer["revision"] for answer in seen}) > 10
    for answer in seen:
        labels, distances = answers[answer["revision"]]
        assert [hit["label"] for hit in answer["results"]] == labels
        numpy.testing.assert_allclose([hit["distance"] for hit in answer["results"]], distances, rtol=1e-5)
    assert daemon.stop() == 0


def test_what_happens_to_files(tmp_path):
    random = numpy.random.default_rng(2)
    vectors = random.random((50, 8), dtype=numpy.float32)
    folder = tmp_path / "watched"
    folder.mkdir()
    (folder / "readme.txt").write_text("no index")
    daemon = Daemon(BINARY, "serve", str(folder))
    client = daemon.client()
    client.subscribe("indexes")

    path = folder / "new.bin"
    build(path, vectors)
    loaded = client.next("index.loaded", "index.failed")
    assert loaded["type"] == "index.loaded" and loaded["index"]["count"] == 50

    half = path.read_bytes()[:3000]
    path.write_bytes(half)
    failed = client.next("index.failed")
    assert failed["keepsRevision"] == 1 and failed["error"]["offset"] is not None
    assert client.ask("search.run", index="new", label=3, k=1)["results"][0]["label"] == 3
    assert "error" in client.ask("index.describe", index="new")

    build(tmp_path / "other.bin", random.random((60, 8), dtype=numpy.float32))
    os.replace(tmp_path / "other.bin", path)
    changed = client.next("index.changed")
    assert changed["index"]["count"] == 60 and changed["index"]["revision"] == 2 and "error" not in changed["index"]

    (folder / "new.bin.annscope.json").write_text('{"title": "With a title"}')
    assert client.next("index.changed")["index"]["title"] == "With a title"

    path.unlink()
    assert client.next("index.removed")["name"] == "new"
    assert client.ask("search.run", index="new", label=3)["code"] == -32001
    assert daemon.stop() == 0


def test_corrupt_files_never_stop_the_daemon(tmp_path):
    for number, path in enumerate(sorted((ROOT / "Tests/Oracle/corrupt").iterdir())):
        shutil.copy(path, tmp_path / f"{number:03d}.index")
    daemon = Daemon(BINARY, "serve", str(tmp_path))
    client = daemon.client()
    while daemon.get("readyz")[0] != 200:
        time.sleep(0.05)
    for index in client.ask("index.list")["indexes"]:
        if index["count"]:
            client.ask("search.run", index=index["name"], vector=[0.5] * index["dimension"], nprobe=2)
    # The four sound files that the others were made from are among them.
    assert sum(index["count"] > 0 for index in client.ask("index.list")["indexes"]) >= 4
    assert daemon.stop() == 0


def test_systemd_is_told(tmp_path):
    path = str(tmp_path / "notify")
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.bind(path)
    listener.settimeout(WAIT)
    daemon = Daemon(BINARY, "demo", env={"NOTIFY_SOCKET": path})
    assert listener.recv(4096).startswith(b"READY=1\nSTATUS=listening")
    watcher = daemon.client()
    assert daemon.stop(signal.SIGTERM) == 0
    assert listener.recv(4096).startswith(b"STOPPING=1")
    assert watcher.events.get(timeout=WAIT)[0] is None
    assert watcher.socket.protocol.close_code == 1012


def test_other_addresses_are_refused():
    run = subprocess.run([BINARY, "demo", "--listen", "0.0.0.0:0"], capture_output=True, text=True, timeout=WAIT)
    assert run.returncode == 78 and "no token guards it" in run.stderr


def test_a_long_search_is_streamed_in_batches(tmp_path):
    vectors = numpy.random.default_rng(5).random((6000, 12), dtype=numpy.float32)
    build(tmp_path / "long.bin", vectors)
    daemon = Daemon(BINARY, "serve", str(tmp_path))
    watcher = daemon.client()
    watcher.subscribe("indexes")
    watcher.next("index.loaded")
    watcher.subscribe("searches/long")
    query = json.dumps(vectors[17].tolist())
    run = subprocess.run(
        [BINARY, "push", "long", "--server", daemon.url, "--vector", query, "--ef", "2000", "--follow"], check=True,
        capture_output=True)
    started, columns, batches = watcher.next("search.started"), {}, 0
    while (event := watcher.next("search.steps", "search.finished"))["type"] == "search.steps":
        assert event["first"] == len(columns.get("kind", []))
        batches += 1
        for name in ("kind", "flags", "layer", "from", "to", "distance"):
            columns.setdefault(name, []).extend(event[name])
    assert batches > 2 and started["header"]["efSearch"] == 2000
    assert event["events"] == len(columns["kind"]) and event["results"] == json.loads(run.stdout)["results"]
    offline = subprocess.run(
        [BINARY, "search", tmp_path / "long.bin", "--vector", query, "--ef", "2000", "--json", "--trace"], check=True,
        capture_output=True)
    assert columns == json.loads(offline.stdout)["columns"]
    watcher.close()
    assert daemon.stop() == 0
