"""What the daemon and a service manager tell each other: readiness, reloads, signs of life, sockets, the end."""
import os
import re
import signal
import socket
import subprocess
import sys
import time

import pytest
from conftest import BINARY, DEMO
from daemon import WAIT, Daemon


class Manager:
    """The receiving end of sd_notify(3)."""

    def __init__(self, folder):
        self.path = str(folder / "notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.socket.settimeout(WAIT)

    def next(self, name):
        """The variables of the next message that has this one; others are passed over."""
        while True:
            message = dict(line.partition("=")[::2] for line in self.socket.recv(4096).decode().splitlines())
            if name in message:
                return message


@pytest.fixture
def manager(tmp_path):
    return Manager(tmp_path)


def serve(manager, *arguments, **environment):
    return Daemon(BINARY, "serve", str(DEMO), *arguments, env={"NOTIFY_SOCKET": manager.path, **environment})


def test_it_says_when_it_is_ready_how_it_is_and_when_it_stops(manager):
    daemon = serve(manager)
    assert daemon.url in manager.next("READY")["STATUS"]
    while (status := manager.next("STATUS"))["STATUS"] != "6 indexes, 0 viewers, 0 searches":
        assert re.fullmatch(r"\d indexes, 0 viewers, 0 searches", status["STATUS"])
    assert daemon.stop() == 0
    assert manager.next("STOPPING")["STOPPING"] == "1"


def test_a_reload_is_announced_and_ended(manager, tmp_path):
    file = tmp_path / "annscope.toml"
    file.write_text("")
    daemon = serve(manager, "--config", str(file))
    manager.next("READY")
    before = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
    daemon.process.send_signal(signal.SIGHUP)
    assert before <= int(manager.next("RELOADING")["MONOTONIC_USEC"]) <= time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
    assert manager.next("READY")["STATUS"].endswith("searches")
    # A broken file ends the reload as well, and the status says why.
    file.write_text("x = 1\n")
    daemon.process.send_signal(signal.SIGHUP)
    manager.next("RELOADING")
    assert f"{file}:1:1" in manager.next("READY")["STATUS"]
    assert daemon.stop() == 0


def test_signs_of_life_stop_when_the_daemon_stands_still(manager):
    daemon = serve(manager, WATCHDOG_USEC="300000")
    for _ in range(3):
        manager.next("WATCHDOG")
    daemon.process.send_signal(signal.SIGSTOP)
    manager.socket.settimeout(1)
    with pytest.raises(TimeoutError):
        while True:
            manager.next("WATCHDOG")
    manager.socket.settimeout(WAIT)
    daemon.process.send_signal(signal.SIGCONT)
    manager.next("WATCHDOG")
    assert daemon.stop() == 0


def test_sockets_that_were_opened_for_it_take_the_place_of_its_own(tmp_path):
    """Passed as systemd does it: from descriptor 3 on, with the receiver's process id."""
    tcp = socket.create_server(("127.0.0.1", 0))
    unix = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    unix.bind(str(tmp_path / "socket"))
    unix.listen()
    script = (
        "import os, sys\n"
        "first, second = int(sys.argv[1]), int(sys.argv[2])\n"
        "for place, handle in enumerate([first, second]): os.dup2(handle, 3 + place)\n"
        "os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='2', LISTEN_FDNAMES='web:local')\n"
        "os.execv(sys.argv[3], sys.argv[3:])\n")
    # Out of the way of 3 and 4.
    handles = [os.dup2(each.fileno(), 100 + place) for place, each in enumerate([tcp, unix])]
    process = subprocess.Popen(
        [sys.executable, "-c", script, *map(str, handles), BINARY, "serve", DEMO, "--no-state", "--listen", "127.0.0.1:1"],
        pass_fds=handles, stdout=subprocess.PIPE, text=True)
    lines = [process.stdout.readline() for _ in range(2)]
    port = tcp.getsockname()[1]
    assert lines == [f"annscope: listening on http://127.0.0.1:{port}/\n", f"annscope: listening on unix:{tmp_path}/socket\n"]
    assert Daemon.open(f"http://127.0.0.1:{port}/healthz")[0] == 200
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.connect(str(tmp_path / "socket"))
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert client.recv(100).startswith(b"HTTP/1.1 200")
    process.send_signal(signal.SIGTERM)
    assert process.wait(WAIT) == 0


def test_an_inherited_socket_that_others_reach_needs_a_token():
    open_socket = socket.create_server(("0.0.0.0", 0))
    handle = os.dup2(open_socket.fileno(), 100)
    script = (
        "import os, sys\nos.dup2(100, 3)\n"
        "os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='1')\nos.execv(sys.argv[1], sys.argv[1:])\n")
    result = subprocess.run(
        [sys.executable, "-c", script, BINARY, "serve", DEMO], pass_fds=[handle], capture_output=True, text=True,
        timeout=WAIT)
    assert result.returncode == 78 and "no token guards it" in result.stderr


def test_viewers_are_sent_away_one_after_the_other_within_the_time(tmp_path):
    daemon = Daemon(BINARY, "serve", str(DEMO), "--drain", "2s", "--log-level", "info")
    clients = [daemon.client() for _ in range(10)]
    for client in clients:
        client.subscribe("indexes")
    daemon.process.send_signal(signal.SIGTERM)
    for client in clients:
        stream, error = client.events.get(timeout=WAIT)
        while stream is not None:
            stream, error = client.events.get(timeout=WAIT)
        assert error.rcvd.code == 1012
    assert daemon.process.wait(WAIT) == 0


def test_a_second_signal_ends_it_at_once():
    daemon = Daemon(BINARY, "serve", str(DEMO), "--drain", "300s", "--log-level", "info")
    # Both come before it has had the time to end.
    for number in (signal.SIGSTOP, signal.SIGTERM, signal.SIGINT, signal.SIGCONT):
        daemon.process.send_signal(number)
    assert daemon.process.wait(WAIT) == 1
