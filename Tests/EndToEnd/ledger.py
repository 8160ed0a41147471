"""Keeps the books of a `searches/NAME` stream: every event once, or named in a gap."""

import contextlib
import json
import threading
import time
from socket import SHUT_RDWR

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from daemon import WAIT, wait_for


class Ledger:
    """Follows a stream over reconnects as a careful client does, and fails when an event is lost silently, comes twice
    or comes out of order."""

    def __init__(self, url, stream, token=None):
        self.url = url
        self.stream = stream
        self.token = token
        self.events = []
        # Events that the daemon said are lost: (first, last).
        self.gaps = []
        # What each subscription said of the one before: True, False, or None for the first.
        self.recovered = []
        self.epoch = None
        self.next = None
        self.close_codes = []
        self.problems = []
        self._stop = threading.Event()
        self._socket = None
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()

    def _follow(self):
        while not self._stop.is_set():
            try:
                with connect(self.url, subprotocols=["annscope.v1"], max_size=None, compression=None, ping_interval=None) as socket:
                    self._socket = socket
                    self._converse(socket)
            except ConnectionClosed as closed:
                self.close_codes.append(closed.rcvd.code if closed.rcvd else None)
            except OSError:
                pass
            time.sleep(0.02)

    def _converse(self, socket):
        hello = {"client": {"name": "ledger"}, "capabilities": {"columns": "base64"}}
        if self.token is not None:
            hello["token"] = self.token
        self._ask(socket, 1, "initialize", hello)
        params = {"stream": self.stream}
        if self.epoch is not None:
            params["after"] = {"epoch": self.epoch, "offset": self.next - 1}
        self._ask(socket, 2, "stream.subscribe", params)
        for text in socket:
            self._take(json.loads(text), had=self.epoch is not None)

    @staticmethod
    def _ask(socket, number, method, params):
        socket.send(json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}))

    def _take(self, message, had):
        if message.get("id") == 2:
            if "error" in message:
                # The index may not be there yet after a restart.
                self._socket.close()
                return
            result = message["result"]
            self.recovered.append(result["recovered"] if had else None)
            if not result["recovered"]:
                self.epoch, self.next = result["epoch"], result["offset"]
            return
        params = message.get("params", {})
        if params.get("stream") != self.stream:
            return
        if message["method"] == "stream.gap":
            if params["from"] != self.next:
                self.problems.append(f"a gap from {params['from']}, expected {self.next}")
            self.gaps.append((params["from"], params["to"]))
            self.next = params["to"]
        else:
            if params["offset"] != self.next:
                self.problems.append(f"events from {params['offset']}, expected {self.next}")
            if params["last"] != params["offset"] + len(params["events"]) - 1:
                self.problems.append(f"offsets {params['offset']}–{params['last']} for {len(params['events'])} events")
            self.next = params["last"] + 1
            self.events += params["events"]

    def cut(self):
        """Loses the connection, as a network does."""
        if self._socket is not None:
            # It may be closed already.
            with contextlib.suppress(OSError):
                self._socket.socket.shutdown(SHUT_RDWR)

    def subscribed(self, times):
        wait_for(lambda: len(self.recovered) >= times)

    def searches(self):
        """The searches that were told to their end, with how often each was."""
        ended = {}
        for event in list(self.events):
            if event["type"] in ("search.finished", "search.failed"):
                ended[event["search"]] = ended.get(event["search"], 0) + 1
            elif event["type"] == "search.counted":
                for number in column(event["search"], "u32"):
                    ended[f"s{number}"] = ended.get(f"s{number}", 0) + 1
        return ended

    def stop(self):
        self._stop.set()
        self.cut()
        self._thread.join(WAIT)
        assert not self.problems, self.problems


def column(value, dtype):
    """A column of numbers in either form."""
    import base64

    import numpy
    if isinstance(value, dict):
        return numpy.frombuffer(base64.b64decode(value["data"]), dtype={"u32": "<u4", "f32": "<f4", "u16": "<u2", "u8": "u1"}[dtype]).tolist()
    return value
