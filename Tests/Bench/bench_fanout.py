"""What it costs to give one event to many viewers, beside other WebSocket servers in the same run. Run by `make bench`.

fanout/README.md says what each server does. Figures are processor time of the server's process (all threads) for one event
delivered to one viewer, the median of the rounds; servers take turns in each round, and a ratio is the median of the rounds'
ratios. Rows may be given as arguments: paced, saturated, idle, crowd.
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

from crowd import crowd_row

ROOT = pathlib.Path(__file__).resolve().parents[2]
FANOUT = pathlib.Path(__file__).resolve().parent / "fanout"
OUTPUT = ROOT / "test-output/bench"
CLIENT = OUTPUT / "load_client"
PYTHON = ROOT / ".venv-fanout/bin/python"
SERVERS = {
    "annscope": [ROOT / ".build/release/bench-fanout"],
    "picows": [PYTHON, FANOUT / "servers.py", "picows"],
    "websockets": [PYTHON, FANOUT / "servers.py", "websockets"],
    "SwiftNIO": [ROOT / ".build-nio/release/NIOServer"],
}
ROUNDS = int(os.environ.get("ANNSCOPE_BENCH_ROUNDS", 3))
SECONDS = int(os.environ.get("ANNSCOPE_BENCH_SECONDS", 4))
PACED = ((10, 1000), (100, 300), (1000, 30))
# Events that may be on their way to the slowest viewer.
SATURATED = ((10, 64), (100, 64), (1000, 64))


def processor_seconds(pid):
    """User and system time of all threads: in nanoseconds where the kernel tells, else in its ticks."""
    try:
        return sum(int((task / "schedstat").read_text().split()[0]) for task in pathlib.Path(f"/proc/{pid}/task").iterdir()) / 1e9
    except (OSError, ValueError):
        user, system = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def resident_kilobytes(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])


class Server:
    """One of the servers, in its own process, and the load client's pipe to it."""

    def __init__(self, name, each=False):
        self.read_end, self.orders = os.pipe()
        self.name = name
        self.process = subprocess.Popen(
            [str(part) for part in SERVERS[name]] + (["each"] if each and name == "annscope" else []), stdin=self.read_end, stdout=subprocess.PIPE, text=True)
        os.close(self.read_end)
        self.port = int(self.line("port")[1])

    def line(self, word):
        words = self.process.stdout.readline().split()
        assert words[:1] == [word], f"{self.name}: {words}"
        return words

    def order(self, text):
        os.write(self.orders, f"{text}\n".encode())

    def client(self, viewers):
        replies = 2 if self.name == "annscope" else 0
        client = subprocess.Popen(
            [CLIENT, str(self.port), str(viewers), "searches/bench", str(replies), "events", str(self.orders)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, pass_fds=[self.orders])
        assert client.stdout.readline() == "ready\n", self.name
        # A server that gives no reply may have handshakes' work left.
        time.sleep(0.3)
        return client

    def close(self):
        os.close(self.orders)
        self.process.kill()
        self.process.wait()


def measure(name, viewers, rate, batching, window):
    server = Server(name, each=not batching)
    try:
        client = server.client(viewers)
        before = processor_seconds(server.process.pid)
        server.order(f"go {rate} {SECONDS} {int(batching)} {window}")
        made = int(server.line("done")[1])
        client.stdin.write(f"expect {made}\n")
        client.stdin.flush()
        result = json.loads(client.stdout.readline())
        spent = processor_seconds(server.process.pid) - before
        client.wait()
    finally:
        server.close()
    # A window's events that are made after the last look are no loss.
    complete = result["lost"] == result["wrong"] == result["closed"] == 0 and result["deliveries"] == made * viewers
    assert complete, f"{name}, {viewers} viewers: {made} events were made, and the client says {result}"
    return {**result, "microseconds": spent / result["deliveries"] * 1e6}


def compare(title, viewers, rate=0, batching=False, window=64):
    rounds = {name: [] for name in SERVERS}
    for _ in range(ROUNDS):
        for name in SERVERS:
            rounds[name].append(measure(name, viewers, rate, batching, window))
    for name, results in rounds.items():
        own = rounds["annscope"]
        ratio = statistics.median(mine["microseconds"] / other["microseconds"] for mine, other in zip(own, results))
        middle = {key: statistics.median(result[key] for result in results) for key in results[0]}
        kilo = middle["deliveries"] / middle["seconds"] / 1000 if middle["seconds"] else 0
        print(f"{title:32}{name:12}{middle['microseconds']:9.2f} µs{ratio:8.2f}x{middle['p50']:10.2f} ms{middle['p99']:9.2f} ms"
              f"{kilo:10.0f}{middle['messages'] / middle['deliveries']:9.2f}", flush=True)


def paced():
    for viewers, rate in PACED:
        compare(f"paced: {viewers} viewers, {rate}/s", viewers, rate)


def saturated():
    for viewers, window in SATURATED:
        compare(f"saturated, batches: {viewers} viewers", viewers, batching=True, window=window)


def idle():
    viewers = 1000
    for name in SERVERS:
        grown = []
        for _ in range(ROUNDS):
            server = Server(name)
            time.sleep(0.5)
            before = resident_kilobytes(server.process.pid)
            client = server.client(viewers)
            time.sleep(1)
            grown.append((resident_kilobytes(server.process.pid) - before) / viewers)
            client.kill()
            client.wait()
            server.close()
        print(f"memory of an idle viewer         {name:12}{statistics.median(grown):9.1f} KiB", flush=True)


def crowd():
    print(crowd_row(CLIENT, processor_seconds), flush=True)


ROWS = {"paced": paced, "saturated": saturated, "idle": idle, "crowd": crowd}


def main():
    OUTPUT.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cc", "-O2", "-Wall", "-Wextra", FANOUT / "load_client.c", "-o", CLIENT], check=True)
    print(f"{'1000-byte events':32}{'server':12}{'CPU/event':>12}{'ours/it':>9}{'p50':>13}{'p99':>12}{'1000/s':>10}{'messages':>9}")
    for name in sys.argv[1:] or ROWS:
        ROWS[name]()
    print("reach: paced below 1.0x SwiftNIO and websockets, at most 1.1x picows (then 0.8x); saturated below 1.0x all (then 0.5x); "
          "the crowd without a loss")


if __name__ == "__main__":
    main()
