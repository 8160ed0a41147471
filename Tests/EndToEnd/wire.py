"""A line between the page and the daemon that a test can cut, and on which it can change and add to what is said."""
import json
import socket
import threading


class Wire:
    """Forwards one port to the daemon's."""

    def __init__(self, url, swap=(b"", b"")):
        self.target = int(url.rsplit(":", 1)[1].strip("/"))
        #: Bytes of the daemon's words, and as many others that the page gets in their place.
        self.swap = swap
        assert len(swap[0]) == len(swap[1])
        self.is_open = True
        self.pairs = []
        #: The newest WebSocket's end at the page.
        self.page = None
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}/"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            if not self.is_open:
                near.close()
                continue
            try:
                far = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                near.close()
                continue
            self.pairs.append((near, far))
            threading.Thread(target=self._forward, args=(near, far, None), daemon=True).start()
            threading.Thread(target=self._forward, args=(far, near, self.swap), daemon=True).start()

    def _forward(self, source, target, swap):
        try:
            while data := source.recv(65536):
                if swap is None and data.startswith(b"GET /ws "):
                    self.page = source
                if swap is not None:
                    data = data.replace(*self.swap) if self.swap[0] else data
                target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def cut(self):
        """Ends every connection, and takes no other until it is mended."""
        self.is_open = False
        for pair in self.pairs:
            for end in pair:
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
        self.pairs.clear()

    def mend(self):
        self.is_open = True

    def say(self, message):
        """A message to the page as if the daemon had sent it; at a quiet time, so that it comes between two others."""
        data = json.dumps(message).encode()
        assert 125 < len(data) < 65536
        self.page.sendall(b"\x81\x7e" + len(data).to_bytes(2, "big") + data)

    def close(self):
        self.cut()
        self.listener.close()
