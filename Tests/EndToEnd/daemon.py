"""The real daemon as a child process, and a plain client of its protocol."""

import json
import os
import queue
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request

from websockets.sync.client import connect

WAIT = 60


def wait_for(condition, seconds=WAIT):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def plain_environment():
    """That of the tests without what is meant for them: the daemon refuses options that it does not know."""
    return {name: value for name, value in os.environ.items() if not name.startswith("ANNSCOPE_")}


class Daemon:
    """Runs `annscope` with its own port and hands out its address. It keeps maps only where
    a test says so."""

    def __init__(self, program, *arguments, env=None, keeps_maps=False, listen="127.0.0.1:0", scheme="http",
                 stderr=subprocess.PIPE):
        if "--state-dir" not in arguments and not keeps_maps:
            arguments = (*arguments, "--no-state")
        self.process = subprocess.Popen(
            [program, *arguments, "--listen", listen], stdout=subprocess.PIPE, stderr=stderr,
            text=True, env={**plain_environment(), **(env or {})})
        line = self.process.stdout.readline()
        assert line.startswith(f"annscope: listening on {scheme}://127.0.0.1:"), line + (self.process.stderr.read() if self.process.stderr else "")
        self.url = line.split()[-1]
        self.errors = []
        if self.process.stderr:
            threading.Thread(target=lambda: self.errors.extend(self.process.stderr), daemon=True).start()

    @property
    def port(self):
        return int(self.url.rsplit(":", 1)[1].strip("/"))

    def ready(self):
        """Waits until the files that were there at the start are read."""
        wait_for(lambda: self.get("readyz")[0] == 200)
        return self

    def mapped(self, *names):
        """Waits until the maps of these indexes, or of all that there are, are finished."""
        client = self.client()
        for name in names or [index["name"] for index in client.ask("index.list")["indexes"]]:
            client.subscribe(f"layout/{name}")
            client.next("layout.finished")
        client.close()
        return self

    def client(self, **hello):
        return Client(self.url.replace("http", "ws") + "ws", **hello)

    def get(self, path):
        return self.open(urllib.request.Request(self.url + path))

    def post(self, path, body, headers=None):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.open(urllib.request.Request(self.url + path, data=data, headers=headers or {}))

    @staticmethod
    def open(request):
        try:
            with urllib.request.urlopen(request, timeout=WAIT) as answer:
                return answer.status, answer.read(), answer.headers
        except urllib.error.HTTPError as error:
            return error.code, error.read(), error.headers

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        """At the end of a block it stops, and says that all was well; a failed test leaves none behind."""
        if kind is None:
            assert self.stop() == 0
        else:
            self.process.kill()

    def stop(self, number=signal.SIGTERM):
        """Returns the exit status; fails when the daemon had died before."""
        assert self.process.poll() is None, "the daemon died: " + "".join(self.errors)
        self.process.send_signal(number)
        return self.process.wait(WAIT)


def guarded_demo(program, folder, *tokens):
    """The demo behind tokens, each a line of the file that holds them."""
    file, configuration = folder / "tokens", folder / "annscope.toml"
    file.write_text("".join(f"{token}\n" for token in tokens))
    file.chmod(0o600)
    configuration.write_text(f'[access]\ntokens = "{file}"\n')
    return Daemon(program, "demo", "--config", configuration).ready()


class Client:
    """Sends requests, and keeps what streams bring until somebody wants it."""

    def __init__(self, url, **hello):
        # It does not ask whether the daemon is alive: a machine that is busy may be late to answer, and no test is about that.
        self.socket = connect(url, subprotocols=["annscope.v1"], max_size=None, compression=None, ping_interval=None)
        self.events = queue.Queue()
        self.replies = queue.Queue()
        self.number = 0
        threading.Thread(target=self._read, daemon=True).start()
        self.hello = self.ask("initialize", client={"name": "test"}, **hello)

    def _read(self):
        try:
            for text in self.socket:
                message = json.loads(text)
                if "id" in message:
                    self.replies.put(message)
                else:
                    for event in message["params"].get("events", [message]):
                        self.events.put((message["params"]["stream"], event))
            # Closed by the daemon with a code that says that all is well, or by the test.
            self.events.put((None, ConnectionError("the connection is closed")))
        except Exception as error:  # noqa: BLE001 - the reader's end is the connection's end
            self.events.put((None, error))

    def ask(self, method, **params):
        """The result of a request; an error is returned as it is."""
        self.number += 1
        self.socket.send(json.dumps({"jsonrpc": "2.0", "id": self.number, "method": method, "params": params}))
        answer = self.replies.get(timeout=WAIT)
        assert answer["id"] == self.number
        return answer.get("result", answer.get("error"))

    def subscribe(self, stream, **more):
        answer = self.ask("stream.subscribe", stream=stream, **more)
        assert "epoch" in answer, answer
        return answer

    def next(self, *types, seconds=WAIT):
        """The next event of one of these types; others are passed over."""
        while True:
            stream, event = self.events.get(timeout=seconds)
            assert stream is not None, event
            if event["type"] in types:
                return event

    def search(self, until=("search.finished", "search.failed")):
        """The next whole search: started, the steps as one set of columns, finished."""
        started = self.next("search.started")
        columns = {}
        while True:
            event = self.next("search.steps", *until)
            if event["search"] != started["search"]:
                continue
            if event["type"] != "search.steps":
                return started, columns, event
            assert event["first"] == len(columns.get("kind", []))
            for name in ("kind", "flags", "layer", "from", "to", "distance"):
                columns.setdefault(name, []).extend(event[name])

    def close(self):
        self.socket.close()
