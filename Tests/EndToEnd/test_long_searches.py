"""Searches that take their time: steps on the wire while they run, ends before their time, and what waits for them."""
import json
import pathlib
import socket
import time

import faiss
import hnswlib
import numpy
import pytest

from conftest import BINARY
from daemon import WAIT, Daemon, wait_for

COUNT, DIMENSION = 200_000, 64
CANCELLED, BUSY, NOT_FOUND, LIMIT = -32007, -32003, -32002, -32004
FULL_TRACE = 400_000

faiss.omp_set_num_threads(1)


@pytest.fixture(scope="module")
def vectors():
    return numpy.random.default_rng(4).normal(size=(COUNT, DIMENSION)).astype("float32")


@pytest.fixture(scope="module")
def folder(tmp_path_factory, vectors):
    """Long: 200,000 vectors one after the other. Short: a small graph."""
    folder = tmp_path_factory.mktemp("long")
    flat = faiss.IndexFlatL2(DIMENSION)
    flat.add(vectors)
    faiss.write_index(flat, str(folder / "long.index"))
    codes = faiss.index_factory(DIMENSION, "SQ8")
    codes.train(vectors[:2000])
    codes.add(vectors[:2000])
    faiss.write_index(codes, str(folder / "codes.index"))
    graph = hnswlib.Index("l2", DIMENSION)
    graph.init_index(2000, M=8, ef_construction=40)
    graph.add_items(vectors[:2000], num_threads=1)
    graph.save_index(str(folder / "short.index"))
    (folder / "short.index.annscope.json").write_text('{"metric": "l2"}')
    return folder


def serve(folder, *arguments):
    daemon = Daemon(BINARY, "serve", str(folder), "--search-workers", "2", *arguments)
    client = daemon.client()
    # Until all are read, and what they need for recall is prepared.
    while True:
        names = [index["name"] for index in client.ask("index.list")["indexes"] if index["settled"]]
        if len(names) == 3 and all(client.ask("index.describe", index=name)["truth"]["available"] for name in names):
            break
        time.sleep(0.05)
    client.close()
    return daemon


@pytest.fixture(scope="module")
def daemon(folder):
    # Each search is told one by one, however many there are.
    daemon = serve(folder, "--stream-listed", "1000")
    yield daemon
    assert daemon.stop() == 0


def query(vectors, row=7):
    return [float(value) for value in vectors[row]]


def send(client, method, **params):
    """Asks and does not wait."""
    client.number += 1
    client.socket.send(json.dumps({"jsonrpc": "2.0", "id": client.number, "method": method, "params": params}))
    return client.number


def reply(client):
    return client.replies.get(timeout=WAIT)


# Steps


def test_the_first_steps_come_long_before_the_search_is_over(daemon, vectors):
    watcher, pusher = daemon.client(capabilities={"columns": "base64"}), daemon.client()
    watcher.subscribe("searches/long")
    # A machine that is busy may show them late, but not every time.
    for _ in range(10):
        send(pusher, "search.run", index="long", vector=query(vectors), trace="full")
        watcher.next("search.started")
        first = watcher.next("search.steps", "search.finished")
        arrived = time.perf_counter()
        assert first["type"] == "search.steps" and first["first"] == 0
        batches = 1
        while (event := watcher.next("search.steps", "search.finished"))["type"] == "search.steps":
            batches += 1
        took = time.perf_counter() - arrived
        assert batches > 10
        assert event["complete"] and event["events"] == COUNT + 2
        # The search goes on after its first steps were seen for most of its time.
        if took * 1e6 > event["microseconds"] / 2:
            break
    else:
        raise AssertionError(f"{took} s of {event['microseconds']} µs")
    watcher.close()
    pusher.close()


def test_details_of_a_trace(daemon, vectors):
    client = daemon.client()
    client.subscribe("searches/short")
    asked = dict(index="short", vector=query(vectors), efSearch=20)
    runs = {}
    for trace in (None, "full", "summary", "none"):
        run = client.ask("search.run", **asked, **({"trace": trace} if trace else {}))
        started = client.next("search.started")
        steps = 0
        while (event := client.next("search.steps", "search.finished"))["type"] == "search.steps":
            steps += len(event["kind"])
        runs[trace] = (run, started, steps)
        assert event["results"] == runs[None][0]["results"]
        assert event["counters"] == runs[None][0]["counters"]
        time.sleep(0.3)
    stored = {trace: client.ask("search.trace", search=run["search"]) for trace, (run, _, _) in runs.items()}
    whole, brief = stored["full"]["columns"], stored["summary"]["columns"]
    assert stored[None]["columns"] == whole
    assert runs["full"][2] == len(whole["kind"]) == runs["full"][0]["events"]
    assert runs["summary"][2] == len(brief["kind"]) and runs["summary"][0]["events"] == len(whole["kind"])
    # Expansions one by one; distances put together, none lost.
    EXPAND, TALLY = 3, 10
    assert [to for kind, to in zip(brief["kind"], brief["to"]) if kind == EXPAND] == [
        to for kind, to in zip(whole["kind"], whole["to"]) if kind == EXPAND]
    assert 1 not in brief["kind"] and 2 not in brief["kind"]
    assert sum(to for kind, to in zip(brief["kind"], brief["to"]) if kind == TALLY) == sum(
        kind in (1, 2) for kind in whole["kind"])
    # Nothing at all.
    run, started, steps = runs["none"]
    assert steps == 0 and not started["followed"] and run["events"] == 0
    assert stored["none"]["code"] == NOT_FOUND and '"none"' in stored["none"]["message"]
    assert client.ask("search.projection", search=run["search"])["node"] == [hit["node"] for hit in run["results"]]
    client.close()


def test_limits_are_told_and_kept(folder, daemon, vectors):
    client = daemon.client()
    limits = client.hello["limits"]
    assert limits["maxTraceEvents"] == FULL_TRACE and limits["deadlineMilliseconds"] == 10_000
    assert client.ask("search.run", index="short", label=1, deadlineMilliseconds=10**9)["code"] == LIMIT
    client.close()


# Ends before their time


def endless(client, vectors, **params):
    """A search that takes a while: all vectors are compared."""
    return send(client, "search.run", index="long", vector=query(vectors), k=10, **params)


def test_a_search_can_be_called_off(daemon, vectors):
    watcher, asker, other = daemon.client(), daemon.client(), daemon.client()
    watcher.subscribe("searches/long")
    delays = []
    for _ in range(60):
        endless(asker, vectors, trace="none")
        search = watcher.next("search.started")["search"]
        begin = time.perf_counter()
        send(other, "search.cancel", search=search)
        finished = watcher.next("search.finished", "search.failed")
        took = time.perf_counter() - begin
        assert finished["search"] == search
        # It had ended before it heard, or had not begun.
        if finished["type"] == "search.failed" or finished["complete"] or len(finished["results"]) < 10:
            reply(other), reply(asker)
            continue
        delays.append(took)
        assert finished["stopped"] == "cancelled"
        assert 0 < finished["counters"]["distances"] < COUNT
        assert reply(other)["result"] == {"search": search}
        assert reply(asker)["result"]["complete"] is False
        if len(delays) == 5:
            break
    assert len(delays) == 5
    # Where the machine is busy with something else that is not so every time.
    assert min(delays) < 0.05, delays
    assert other.ask("search.cancel", search=search)["code"] == NOT_FOUND
    for client in (watcher, asker, other):
        client.close()


def cut_short(client, vectors, **more):
    """A search that its deadline ends in the middle, however fast this machine is, and however busy."""
    for milliseconds in (50, 20, 10, 5, 3, 2, 1) * 5:
        found = client.ask(
            "search.run", index="long", vector=query(vectors), k=10, deadlineMilliseconds=milliseconds, **more)
        if "stopped" in found:
            return found
    raise AssertionError(found)


def test_a_deadline_ends_a_search_with_what_was_found(daemon, vectors):
    client = daemon.client()
    found = cut_short(client, vectors, trace="none")
    assert found["complete"] is False and found["stopped"] == "deadline"
    assert found["counters"]["distances"] < len(vectors)
    whole = client.ask("search.run", index="long", vector=query(vectors), k=3, trace="none", deadlineMilliseconds=60_000)
    assert whole["complete"] is True and "stopped" not in whole and whole["results"][0]["label"] == 7
    columns = client.ask("search.trace", search=cut_short(client, vectors)["search"])["columns"]
    assert (columns["kind"][-1], columns["to"][-1]) == (9, 4)
    client.close()


def gone(daemon, watcher, leave):
    """How the search ends whose asker leaves."""
    search = watcher.next("search.started")["search"]
    leave()
    while (event := watcher.next("search.finished", "search.failed"))["search"] != search:
        pass
    return event


def called_off(daemon, watcher, ask):
    """A search whose asker leaves before its end; a fast machine may be at the end first."""
    for _ in range(20):
        event = gone(daemon, watcher, ask())
        if event.get("complete") is False:
            return event
    raise AssertionError(event)


def test_a_search_that_nobody_waits_for_is_called_off(daemon, vectors):
    watcher = daemon.client()
    watcher.subscribe("searches/long")

    def ask():
        asker = daemon.client()
        endless(asker, vectors, trace="none")
        return asker.close

    assert called_off(daemon, watcher, ask)["stopped"] == "cancelled"
    # One whose steps somebody watches goes on.
    asker = daemon.client()
    send(asker, "search.run", index="long", vector=query(vectors), trace="full")
    assert gone(daemon, watcher, asker.close)["complete"] is True
    # By HTTP likewise, where it is found out within a twentieth of a second: a second's work.
    host, port = daemon.url.removeprefix("http://").rstrip("/").split(":")
    body = json.dumps({"vectors": [query(vectors)] * 200, "k": 10, "trace": "none"}).encode()
    raw = socket.create_connection((host, int(port)))
    raw.sendall(
        b"POST /api/v1/indexes/long/search HTTP/1.1\r\nHost: %s:%s\r\nContent-Length: %d\r\n\r\n"
        % (host.encode(), port.encode(), len(body)) + body)
    watcher.next("search.started")
    raw.close()
    while (event := watcher.next("search.finished"))["complete"]:
        pass
    assert event["stopped"] == "cancelled"
    watcher.close()


# The pool


def test_one_search_too_many_is_refused_and_waiting_ones_can_be_called_off(folder, vectors):
    daemon = serve(folder, "--search-queue", "16", "--search-deadline", "60000")
    busy, watcher = daemon.client(), daemon.client()
    assert busy.hello["limits"]["maxQueuedSearches"] == 16
    watcher.subscribe("searches/long")
    for _ in range(60):
        endless(busy, vectors, trace="none")
    while "error" not in (refused := reply(busy)):
        pass
    assert refused["error"]["code"] == BUSY and "16 searches are waiting" in refused["error"]["message"]
    # The sixteenth, of those that were taken at once, still waits: it never begins.
    last = "s16"
    canceller = daemon.client()
    assert canceller.ask("search.cancel", search=last) == {"search": last}
    while (event := watcher.next("search.failed"))["search"] != last:
        pass
    assert event["code"] == CANCELLED and "waited for a worker" in event["message"]
    for client in (busy, watcher, canceller):
        client.close()
    assert daemon.stop() == 0


def test_threads_that_search_go_first(daemon):
    niceness = {}
    for task in pathlib.Path(f"/proc/{daemon.process.pid}/task").iterdir():
        fields = (task / "stat").read_text()
        name = fields[fields.index("(") + 1:fields.rindex(")")]
        niceness.setdefault(name, set()).add(int(fields[fields.rindex(")") + 2:].split()[16]))
    search = niceness["search"]
    assert len(search) == 1
    for name in ("load", "layout", "recall", "prepare"):
        assert min(niceness[name]) > max(search), (name, niceness)


# Recall


def test_recall_follows_a_search(daemon, vectors):
    client = daemon.client()
    client.subscribe("searches/short")
    truth = faiss.IndexFlatL2(DIMENSION)
    truth.add(vectors[:2000])
    seen = set()
    for row in range(3000, 3020):
        run = client.ask("search.run", index="short", vector=query(vectors, row), k=10, efSearch=10, trace="none")
        # At the lowest priority, on a machine that may compile meanwhile.
        event = client.next("search.recall", seconds=240)
        assert event["search"] == run["search"] and event["k"] == 10 and event["over"] == "stored"
        assert event["sampled"] is False
        distances, labels = truth.search(vectors[row][None], 10)
        assert [hit["label"] for hit in event["exact"]] == labels[0].tolist()
        numpy.testing.assert_allclose([hit["distance"] for hit in event["exact"]], distances[0], rtol=1e-5)
        found = {hit["label"] for hit in run["results"]}
        assert [hit["label"] for hit in event["missed"]] == [label for label in labels[0].tolist() if label not in found]
        assert event["recall"] == len(found & set(labels[0].tolist())) / 10
        seen.add(event["recall"])
    # The graph is searched so badly that there is something to be seen.
    assert min(seen) < 1
    run = client.ask("search.run", index="short", vector=query(vectors), k=5)
    event = client.next("search.recall", seconds=240)
    stored = client.ask("search.trace", search=run["search"])["recall"]
    assert stored == {key: event[key] for key in stored} and stored["recall"] == event["recall"]
    client.close()


def test_an_answer_can_wait_for_the_recall(daemon, vectors):
    client = daemon.client()
    client.subscribe("searches/long")
    run = client.ask("search.run", index="long", vector=query(vectors), k=5, exact=True, trace="none")
    assert run["recall"]["recall"] == 1 and run["recall"]["exact"] == run["results"]
    assert client.next("search.recall", seconds=240)["search"] == run["search"]
    status, body, _ = daemon.post("api/v1/indexes/short/search", {"label": 3, "k": 4, "exact": True})
    assert status == 200 and len(json.loads(body)["recall"]["exact"]) == 4
    # Among what the filter allows.
    run = client.ask(
        "search.run", index="short", vector=query(vectors), k=3, exact=True, filter={"allow": [1999, 5, 600, 70]},
        efSearch=2000)
    assert sorted(hit["label"] for hit in run["recall"]["exact"])[0] in (5, 70, 600)
    assert run["recall"]["recall"] == 1 and len(run["recall"]["exact"]) == 3
    assert {hit["label"] for hit in run["recall"]["exact"]} < {1999, 5, 600, 70}
    # None at all.
    client.ask("search.run", index="long", vector=query(vectors), k=5, exact=False, trace="none")
    second = client.ask("search.run", index="long", vector=query(vectors), k=6, exact=True, trace="none")
    assert client.next("search.recall", seconds=240)["search"] == second["search"]
    cut = cut_short(client, vectors, trace="none", exact=True)
    assert "called off" in cut["recall"]["unavailable"]
    client.close()


def test_recall_over_codes_says_so(daemon, vectors):
    client = daemon.client()
    assert client.ask("index.describe", index="long")["truth"]["over"] == "the stored vectors"
    # They are prepared when nothing else is to be done.
    wait_for(lambda: client.ask("index.describe", index="long")["truth"]["codeBytes"] > 0)
    assert "decoded vectors" in client.ask("index.describe", index="codes")["truth"]["over"]
    run = client.ask("search.run", index="codes", vector=query(vectors), k=10, exact=True)
    assert run["recall"]["over"] == "decoded" and run["recall"]["recall"] == 1
    client.close()


def test_searches_are_not_delayed_by_recall(daemon, vectors):
    client = daemon.client()
    client.subscribe("searches/long")
    for number in range(40):
        send(
            client, "search.run", index="long", vector=query(vectors, number), k=10, trace="none",
            deadlineMilliseconds=300_000)
    for _ in range(40):
        assert reply(client)["result"]["complete"]
    # While searches waited, nobody measured them, and the next recall says so.
    client.ask("search.run", index="long", vector=query(vectors, 50), k=10, trace="none", exact=True)
    skipped = measured = 0
    while skipped + measured < 41:
        event = client.next("search.recall", seconds=240)
        assert event["recall"] == 1 and event["sampled"] == ("skipped" in event)
        measured += 1
        skipped += event.get("skipped", 0)
    assert skipped > 20 and measured + skipped == 41
    client.close()
