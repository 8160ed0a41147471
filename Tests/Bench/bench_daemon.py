"""What the daemon does beside searching: how soon a long search is seen and ended, how long short ones take while a map is
made or others are measured, and what recall takes. Run by `make bench`."""
import json
import os
import pathlib
import statistics
import sys
import tempfile
import threading
import time

os.environ.setdefault("ANNSCOPE_BINARY", str(pathlib.Path(__file__).resolve().parents[2] / ".build/release/annscope"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "EndToEnd"))

import faiss  # noqa: E402
import hnswlib  # noqa: E402
import numpy  # noqa: E402

from conftest import BINARY  # noqa: E402
from daemon import Daemon  # noqa: E402

DIMENSION, LONG, GRAPH = 64, 1_000_000, 100_000
ROUNDS = 21


def send(client, method, **params):
    client.number += 1
    client.socket.send(json.dumps({"jsonrpc": "2.0", "id": client.number, "method": method, "params": params}))


def median(values):
    return statistics.median(values)


def until_prepared(client, name):
    while name not in [index["name"] for index in client.ask("index.list")["indexes"] if index["settled"]]:
        time.sleep(0.02)
    while not client.ask("index.describe", index=name)["truth"]["available"]:
        time.sleep(0.02)


def cancelling(daemon, query):
    """Milliseconds from sending `search.cancel` to `search.finished` at another connection, and the length of the search."""
    asker, other, watcher = daemon.client(), daemon.client(), daemon.client()
    whole = asker.ask("search.run", index="long", vector=query, k=10, trace="none", exact=False)["microseconds"] / 1000
    watcher.subscribe("searches/long")
    delays = []
    while len(delays) < ROUNDS:
        send(asker, "search.run", index="long", vector=query, k=10, trace="none", exact=False)
        search = watcher.next("search.started")["search"]
        time.sleep(whole / 5000)
        begin = time.perf_counter()
        send(other, "search.cancel", search=search)
        finished = watcher.next("search.finished")
        delay = (time.perf_counter() - begin) * 1000
        asker.replies.get()
        other.replies.get()
        if not finished["complete"]:
            delays.append(delay)
    for client in (asker, other, watcher):
        client.close()
    return median(delays), whole


def first_steps(daemon, query):
    """Milliseconds from asking to the first steps and to the end of a long search at another connection."""
    asker, watcher = daemon.client(), daemon.client(capabilities={"columns": "base64"})
    watcher.subscribe("searches/long")
    first, last = [], []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        send(asker, "search.run", index="long", vector=query, k=10, trace="full", exact=False)
        watcher.next("search.steps")
        first.append((time.perf_counter() - begin) * 1000)
        watcher.next("search.finished")
        last.append((time.perf_counter() - begin) * 1000)
        asker.replies.get()
    asker.close()
    watcher.close()
    return median(first), median(last)


def round_trips(client, name, queries, seconds=None, until=None):
    """Milliseconds of one search after the other."""
    waits = []
    end = time.perf_counter() + (seconds or 60)
    while time.perf_counter() < end and not (until and until()):
        query = queries[len(waits) % len(queries)]
        begin = time.perf_counter()
        client.ask("search.run", index=name, vector=query, k=10, efSearch=50, trace="none", exact=False)
        waits.append((time.perf_counter() - begin) * 1000)
    return waits


def percentile(values, share):
    return sorted(values)[int(share * (len(values) - 1))]


def recall(client, queries):
    """Milliseconds of the search for the exact neighbours, and of the whole answer that waits for it."""
    own, whole = [], []
    for query in queries[:ROUNDS]:
        begin = time.perf_counter()
        answer = client.ask("search.run", index="long", vector=query, k=10, trace="none", exact=True)
        whole.append((time.perf_counter() - begin) * 1000)
        own.append(answer["recall"]["microseconds"] / 1000)
    return median(own), median(whole)


def main():
    random = numpy.random.default_rng(1)
    centres = random.normal(size=(200, DIMENSION)).astype("float32")
    vectors = centres[random.integers(0, 200, LONG)] + 0.5 * random.normal(size=(LONG, DIMENSION)).astype("float32")
    queries = [[float(value) for value in row] for row in vectors[:50] + 0.1]
    folder = pathlib.Path(tempfile.mkdtemp())
    flat = faiss.IndexFlatL2(DIMENSION)
    flat.add(vectors)
    graph = hnswlib.Index("l2", DIMENSION)
    graph.init_index(GRAPH, M=16, ef_construction=60)
    graph.add_items(vectors[:GRAPH])
    faiss.write_index(flat, str(folder / "long.index"))

    rows = []
    daemon = Daemon(BINARY, "serve", str(folder), "--search-workers", "2")
    client = daemon.client()
    until_prepared(client, "long")
    delay, whole = cancelling(daemon, queries[0])
    rows.append((f"search.cancel to search.finished on the wire (a search of {whole:.0f} ms)", f"{delay:.2f} ms"))
    first, last = first_steps(daemon, queries[0])
    rows.append((f"a long search to its first steps on the wire (to its end {last:.0f} ms)", f"{first:.2f} ms"))
    own, answer = recall(client, queries)
    rows.append((f"exact neighbours, {LONG} vectors", f"{own:.2f} ms"))
    rows.append(("search.run with exact:true, the search itself included", f"{answer:.2f} ms"))

    # The map of 100,000 vectors is being made from here on.
    graph.save_index(str(folder / "graph.index"))
    client.subscribe("indexes")
    while "graph" not in [index["name"] for index in client.ask("index.list")["indexes"] if index["settled"]]:
        time.sleep(0.01)
    client.subscribe("layout/graph")
    done = threading.Event()

    def wait_for_map():
        client_of_map = daemon.client()
        client_of_map.subscribe("layout/graph")
        client_of_map.next("layout.finished")
        done.set()
        client_of_map.close()

    threading.Thread(target=wait_for_map, daemon=True).start()
    asker = daemon.client()
    during = round_trips(asker, "graph", queries, until=done.is_set)
    idle = round_trips(asker, "graph", queries, seconds=2)
    for name, waits in (("while a map is made", during), ("and after it", idle)):
        rows.append((f"search.run, 100,000 vectors, {name}: median of {len(waits)}", f"{median(waits):.2f} ms"))
        rows.append((f"search.run, 100,000 vectors, {name}: 99 %", f"{percentile(waits, 0.99):.2f} ms"))
    daemon.stop()
    for what, value in rows:
        print(f"{what:80} {value:>10}")


main()
