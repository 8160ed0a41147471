"""1000 viewers of the real daemon while 500 searches a second come in: nothing may be lost."""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "EndToEnd"))

from daemon import Daemon  # noqa: E402
from websockets.sync.client import connect  # noqa: E402

# Not from `conftest`: this runs where pytest is not installed. The daemon would take the variable for an option of its own.
BINARY = os.environ.pop("ANNSCOPE_BINARY", str(ROOT / ".build/release/annscope"))
INDEX = "photos-hnsw"
# One search in so many carries the time of its push to the viewers, in `source`.
STAMPED_EVERY = 50
VIEWERS = int(os.environ.get("ANNSCOPE_BENCH_VIEWERS", 1000))
RATE = int(os.environ.get("ANNSCOPE_BENCH_SEARCHES", 500))
SECONDS = int(os.environ.get("ANNSCOPE_BENCH_CROWD_SECONDS", 60))


class Pusher:
    """Pushes searches over one WebSocket at a steady rate, and takes the answers on a thread of its own."""

    def __init__(self, daemon):
        self.socket = connect(
            daemon.url.replace("http", "ws") + "ws", subprotocols=["annscope.v1"], compression=None, max_size=None)
        self.socket.send(json.dumps({"jsonrpc": "2.0", "id": "hello", "method": "initialize", "params": {}}))
        assert "result" in json.loads(self.socket.recv())
        self.answered, self.stamped, self.refused = 0, 0, []
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for text in self.socket:
            if '"result"' in text[:80]:
                self.answered += 1
                self.stamped += json.loads(text)["id"] % STAMPED_EVERY == 0
            else:
                self.refused.append(text)

    def push(self, rate, seconds):
        """Returns how many were sent."""
        begin = time.monotonic()
        for number in range(rate * seconds):
            time.sleep(max(0, begin + number / rate - time.monotonic()))
            source = f"t{time.monotonic_ns():019d}" if number % STAMPED_EVERY == 0 else "bench"
            self.socket.send(
                f'{{"jsonrpc":"2.0","id":{number},"method":"search.run","params":{{"index":"{INDEX}",'
                f'"label":{number % 1000},"k":5,"trace":"none","exact":false,"source":"{source}"}}}}')
        return rate * seconds

    def wait(self, count, seconds=10):
        until = time.monotonic() + seconds
        while self.answered + len(self.refused) < count and time.monotonic() < until:
            time.sleep(0.05)


def crowd_row(client_program, processor_seconds):
    daemon = Daemon(BINARY, "demo")
    try:
        probe = daemon.client()
        while INDEX not in [index["name"] for index in probe.ask("index.list")["indexes"] if index["settled"]]:
            time.sleep(0.1)
        time.sleep(3)  # The demo's maps are made.
        port = daemon.url.rsplit(":", 1)[1].strip("/")
        client = subprocess.Popen(
            [client_program, port, str(VIEWERS), f"searches/{INDEX}", "2", "stream", "-1"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True)
        assert client.stdout.readline() == "ready\n"
        pusher = Pusher(daemon)
        before = processor_seconds(daemon.process.pid)
        sent = pusher.push(RATE, SECONDS)
        pusher.wait(sent)
        client.stdin.write("end\n")
        client.stdin.flush()
        seen = json.loads(client.stdout.readline())
        spent = processor_seconds(daemon.process.pid) - before
        client.wait()
    finally:
        daemon.process.kill()
    kept = seen["lost"] == seen["gaps"] == seen["closed"] == seen["wrong"] == 0
    # Every stamped search reached every viewer: what is not in a message can't be late.
    kept = kept and seen["stamps"] == pusher.stamped * VIEWERS and pusher.stamped > 0
    refused = f", {len(pusher.refused)} refused: {pusher.refused[0]}" if pusher.refused else ""
    return (f"{VIEWERS} viewers and {RATE} searches/s for {SECONDS} s: {'nothing lost' if kept else 'LOST'}; "
            f"{pusher.answered} of {sent} answered{refused}; push to viewer p50 "
            f"{seen['p50']:.1f} ms, p99 {seen['p99']:.1f} ms; daemon {spent / SECONDS * 100:.0f} % of a core, "
            f"{seen['messages'] / VIEWERS / SECONDS:.1f} messages a second and viewer; {json.dumps(seen)}")
