"""What goes wrong around a daemon: clients that die, stall or flood, files that are swapped, clocks that jump. Nobody else
may notice, and no event may be lost silently."""

import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import threading
import time

import hnswlib
import numpy
import pytest

from conftest import BINARY
from daemon import WAIT, Daemon, wait_for
from ledger import Ledger

HANDSHAKE = (
    "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Protocol: annscope.v1\r\n\r\n").encode()


def build(path, vectors, seed=1):
    index = hnswlib.Index("l2", vectors.shape[1])
    index.init_index(len(vectors), M=8, ef_construction=60, random_seed=seed)
    index.add_items(vectors, num_threads=1)
    index.save_index(str(path))
    return index


@pytest.fixture()
def live(tmp_path):
    """A daemon over one small index, called `live`."""
    folder = tmp_path / "indexes"
    folder.mkdir()
    build(folder / "live.bin", numpy.random.default_rng(1).random((2000, 16), dtype=numpy.float32))
    daemon = Daemon(BINARY, "serve", str(folder)).ready()
    daemon.folder = folder
    yield daemon
    assert daemon.stop() == 0


def address(daemon):
    host, port = daemon.url.split("/")[2].split(":")
    return host, int(port)


def web_socket(daemon):
    return daemon.url.replace("http", "ws") + "ws"


def frame(text, mask=b"\x01\x02\x03\x04"):
    """A client's text frame (RFC 6455, 5.2)."""
    data = text.encode()
    head = bytes([0x81])
    if len(data) < 126:
        head += bytes([0x80 | len(data)])
    else:
        head += bytes([0x80 | 126]) + struct.pack(">H", len(data))
    return head + mask + bytes(byte ^ mask[place % 4] for place, byte in enumerate(data))


def raw_viewer(daemon, *messages, receive_buffer=None):
    """A socket that has shaken hands and said these, and reads nothing by itself."""
    viewer = socket.socket()
    if receive_buffer:
        viewer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    viewer.settimeout(WAIT)
    viewer.connect(address(daemon))
    viewer.sendall(HANDSHAKE)
    head = b""
    while b"\r\n\r\n" not in head:
        head += viewer.recv(1)
    assert head.startswith(b"HTTP/1.1 101"), head
    for message in messages:
        viewer.sendall(frame(message))
    return viewer


HELLO = '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}'


def subscription(stream):
    return '{"jsonrpc":"2.0","id":2,"method":"stream.subscribe","params":{"stream":"%s"}}' % stream


def metric(daemon, name, labels=""):
    """The value of a sample of /metrics; 0 when it is not there yet."""
    text = daemon.get("metrics")[1].decode()
    found = re.search(rf"^{name}{re.escape(labels)} (\S+)$", text, re.M)
    return float(found[1]) if found else 0.0


def resident(daemon):
    return metric(daemon, "process_resident_memory_bytes")


def push(daemon, count, **parameters):
    """Searches one after the other over one connection, each answered before the next."""
    client = daemon.client()
    ids = []
    for number in range(count):
        answer = client.ask("search.run", index="live", label=number % 200, k=5, **{"efSearch": 20, **parameters})
        assert "search" in answer, answer
        ids.append(answer["search"])
    client.close()
    return ids


def test_clients_that_are_killed_in_the_middle_of_a_frame(live):
    script = (
        "import sys, time; sys.path.insert(0, sys.argv[1]); import test_faults as t\n"
        "class D: url = sys.argv[2]\n"
        "v = [t.raw_viewer(D, t.HELLO, t.subscription('searches/live'), t.subscription('layout/live')) for _ in range(20)]\n"
        "for s in v: s.sendall(t.frame('{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"index.list\"}')[:9])\n"
        "print('ready', flush=True); time.sleep(60)")
    ledger = Ledger(web_socket(live), "searches/live")
    ledger.subscribed(1)
    before = metric(live, "process_open_fds")
    for _ in range(3):
        victim = subprocess.Popen(
            [sys.executable, "-c", script, os.path.dirname(__file__), live.url], stdout=subprocess.PIPE, text=True)
        assert victim.stdout.readline() == "ready\n"
        pusher = threading.Thread(target=push, args=(live, 50), kwargs={"trace": "full"})
        pusher.start()
        victim.kill()
        pusher.join(WAIT)
        victim.wait(WAIT)
    wait_for(lambda: len(ledger.searches()) == 150)
    wait_for(lambda: metric(live, "process_open_fds") <= before)
    ledger.stop()
    assert set(ledger.searches().values()) == {1} and ledger.gaps == []


def test_a_viewer_that_never_reads_costs_a_bounded_memory_and_nobody_else_waits(live):
    ledger = Ledger(web_socket(live), "searches/live")
    ledger.subscribed(1)
    push(live, 50, trace="full", efSearch=200)
    stuck = [raw_viewer(live, HELLO, subscription("searches/live"), receive_buffer=4096) for _ in range(8)]
    before = resident(live)
    ids = push(live, 800, trace="full", efSearch=200)
    wait_for(lambda: len(ledger.searches()) == 850)
    grown = resident(live) - before
    # The ring of the stream (32 MiB), what the searches themselves keep, and at most a few MB a viewer.
    assert grown < 200e6, grown
    ledger.stop()
    assert ledger.gaps == [] and set(ids) <= set(ledger.searches())
    for viewer in stuck:
        viewer.close()


def test_ten_thousand_connection_attempts(live):
    before = metric(live, "process_open_fds")
    for number in range(10_000):
        attempt = socket.socket()
        attempt.connect(address(live))
        if number % 3 == 0:
            attempt.sendall(HANDSHAKE[: number % len(HANDSHAKE)])
        if number % 2 == 0:
            # Gone without a goodbye: a reset.
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        attempt.close()
    assert live.get("healthz")[0] == 200
    wait_for(lambda: metric(live, "process_open_fds") <= before + 2)
    assert push(live, 3)


def test_no_descriptor_is_left(tmp_path):
    build(tmp_path / "live.bin", numpy.random.default_rng(1).random((200, 16), dtype=numpy.float32))
    script = "ulimit -n 96; exec \"$0\" \"$@\""
    daemon = Daemon("/bin/sh", "-c", script, str(BINARY), "serve", str(tmp_path)).ready()
    ledger = Ledger(web_socket(daemon), "searches/live")
    ledger.subscribed(1)
    crowd = []
    for _ in range(300):
        one = socket.socket()
        one.settimeout(WAIT)
        one.connect(address(daemon))
        crowd.append(one)
    ticks = cpu_ticks(daemon)
    time.sleep(2)
    # A listening socket that can't be served must not keep the loop awake.
    assert cpu_ticks(daemon) - ticks < 100
    for one in crowd:
        one.close()
    wait_for(lambda: answers(daemon))
    ids = push(daemon, 10)
    wait_for(lambda: set(ids) <= set(ledger.searches()))
    ledger.stop()
    assert ledger.gaps == []
    assert daemon.stop() == 0


def answers(daemon):
    try:
        return daemon.get("healthz")[0] == 200
    except OSError:
        return False


def cpu_ticks(daemon):
    fields = open(f"/proc/{daemon.process.pid}/stat").read().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def test_two_hundred_swaps_under_load(live):
    random = numpy.random.default_rng(3)
    query = random.random(16, dtype=numpy.float32)
    truth = {}
    for number in range(4):
        path = live.folder.parent / f"version-{number}"
        index = build(path, random.random((500 + number, 16), dtype=numpy.float32), seed=number)
        index.set_ef(30)
        labels, _ = index.knn_query(query, k=5, num_threads=1)
        truth[500 + number] = labels[0].tolist()
    ledger = Ledger(web_socket(live), "searches/live")
    ledger.subscribed(1)
    watcher = live.client()
    watcher.subscribe("indexes")
    counts = {watcher.next("index.loaded", "index.changed")["index"]["revision"]: 2000}
    answers, failures, stop = [], [], threading.Event()

    def load():
        client = live.client()
        while not stop.is_set():
            answer = client.ask("search.run", index="live", vector=query.tolist(), k=5, efSearch=30)
            (answers if "results" in answer else failures).append(answer)
        client.close()

    threads = [threading.Thread(target=load) for _ in range(2)]
    for thread in threads:
        thread.start()
    for number in range(200):
        copy = live.folder / ".next"
        shutil.copy(live.folder.parent / f"version-{number % 4}", copy)
        os.replace(copy, live.folder / "live.bin")
        if number % 10 == 9:
            event = watcher.next("index.changed", "index.failed")
            assert event["type"] == "index.changed", event
    last = 500 + 199 % 4
    wait_for(lambda: [index["count"] for index in client_list(live)] == [last])
    stop.set()
    for thread in threads:
        thread.join(WAIT)
    while not watcher.events.empty():
        _, event = watcher.events.get()
        assert event["type"] in ("index.changed", "index.progress"), event
        counts[event["index"]["revision"]] = event["index"]["count"]
    assert failures == []
    for answer in answers:
        labels = [hit["label"] for hit in answer["results"]]
        assert labels in truth.values() or counts.get(answer["revision"]) == 2000
    wait_for(lambda: len(ledger.searches()) == len(answers))
    ledger.stop()
    assert set(ledger.searches().values()) == {1}


def client_list(daemon):
    client = daemon.client()
    try:
        return client.ask("index.list")["indexes"]
    finally:
        client.close()


def test_connections_that_break_resume_without_loss(live):
    ledger = Ledger(web_socket(live), "searches/live")
    ledger.subscribed(1)
    ids = []
    pusher = threading.Thread(target=lambda: ids.extend(push(live, 400)))
    pusher.start()
    for times in range(2, 12):
        time.sleep(0.05)
        ledger.cut()
        ledger.subscribed(times)
    pusher.join(WAIT)
    wait_for(lambda: set(ids) <= set(ledger.searches()))
    ledger.stop()
    assert ledger.recovered == [None] + [True] * (len(ledger.recovered) - 1)
    assert set(ledger.searches().values()) == {1} and ledger.gaps == []


def test_a_restart_is_told_and_the_new_stream_is_whole(live):
    ledger = Ledger(web_socket(live), "searches/live")
    ledger.subscribed(1)
    before = push(live, 30)
    wait_for(lambda: set(before) <= set(ledger.searches()))
    first_epoch = ledger.epoch
    port = address(live)[1]
    assert live.stop() == 0
    successor = Daemon(BINARY, "serve", str(live.folder), listen=f"127.0.0.1:{port}")
    live.process, live.url = successor.process, successor.url
    ledger.subscribed(2)
    assert ledger.recovered[1] is False and ledger.epoch != first_epoch
    assert 1012 in ledger.close_codes
    ledger.events.clear()
    after = push(live, 30)
    wait_for(lambda: set(after) <= set(ledger.searches()))
    ledger.stop()
    assert set(ledger.searches().values()) == {1} and ledger.gaps == []


def serves_live(daemon):
    client = daemon.client()
    wait_for(lambda: client.ask("index.list")["indexes"])
    client.close()


def test_a_signal_ends_it_in_time_though_a_viewer_is_stuck(live):
    daemon = Daemon(BINARY, "serve", str(live.folder), "--drain", "2s")
    serves_live(daemon)
    stuck = raw_viewer(daemon, HELLO, subscription("searches/live"), receive_buffer=4096)
    push(daemon, 300, trace="full", efSearch=200)
    # What went into its socket is not all that there is for it.
    assert metric(daemon, "annscope_queue_bytes") > 0
    start = time.monotonic()
    assert daemon.stop() == 0
    assert time.monotonic() - start < 15
    stuck.close()


def test_a_log_that_nobody_reads_holds_nothing_up(live):
    reader, writer = os.pipe()
    daemon = Daemon(BINARY, "serve", str(live.folder), "--log-level", "debug", stderr=writer)
    os.close(writer)
    serves_live(daemon)
    # Far more lines than a pipe holds.
    count = 1500
    push(daemon, count)
    os.set_blocking(reader, False)

    def read():
        text = b""
        try:
            while piece := os.read(reader, 65536):
                text += piece
        except BlockingIOError:
            pass
        return text.decode().splitlines()
    lines = read()
    assert 0 < sum(" debug: " in line for line in lines) < count, lines[:3]
    push(daemon, 1)
    note, *after = read()
    lost = int(re.search(r"warning: nobody read the log lostLines=(\d+)$", note)[1])
    assert lost > 0 and any(" debug: " in line for line in after)
    # Nor does it keep it from ending.
    push(daemon, count)
    assert daemon.stop() == 0
    os.close(reader)


def test_a_clock_that_jumps(live, tmp_path):
    library, jump = tmp_path / "jumping_clock.so", tmp_path / "jump"
    source = os.path.join(os.path.dirname(__file__), "jumping_clock.c")
    subprocess.run(["cc", "-O1", "-Wall", "-Werror", "-shared", "-fPIC", source, "-o", library, "-ldl"], check=True)
    jump.write_text("0")
    daemon = Daemon(
        BINARY, "serve", str(live.folder), env={"LD_PRELOAD": str(library), "CLOCK_JUMP": str(jump)}).ready()
    ledger = Ledger(web_socket(daemon), "searches/live")
    ledger.subscribed(1)
    ids, days = [], []
    for change in (0, 3000, -3000, 0):
        jump.write_text(str(change * 86_400))
        time.sleep(0.5)
        ids += push(daemon, 5)
        wait_for(lambda: set(ids) <= set(ledger.searches()))
        started = [event for event in ledger.events if event["type"] == "search.started"]
        days.append(started[-1]["at"] / 86_400_000)
    # The clock did jump, and nobody was shown out, timed out or told a thing twice.
    assert days[1] - days[0] > 2990 and days[0] - days[2] > 2990
    assert ledger.recovered == [None] and set(ledger.searches().values()) == {1}
    ledger.stop()
    assert daemon.stop() == 0
