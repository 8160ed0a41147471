"""The two peers in Python: `picows` and `websockets`, both on uvloop. See README.md for what the bench's servers do."""
import asyncio
import sys
import time

import uvloop

PADDING = "x" * (1000 - 71)


def event(number, at):
    return f'{{"type":"bench","n":"{number:012d}","at":"{at:019d}","pad":"{PADDING}"}}'.encode()


class Publisher:
    """Makes the events; `send` gives a message to every viewer."""

    def __init__(self, send):
        self.send, self.window = send, 0

    def go(self, rate, seconds, is_batching, window):
        self.rate, self.is_batching, self.window = rate, is_batching, window
        self.made = self.taken = 0
        self.begin, self.end = time.monotonic_ns(), rate * seconds
        if rate:
            self.publish_due()
        else:
            asyncio.get_running_loop().call_later(seconds, self.finish)
            self.fill_window()

    def publish_due(self):
        while self.made < self.end:
            due = self.begin + self.made * 1_000_000_000 // self.rate
            now = time.monotonic_ns()
            if due > now:
                asyncio.get_running_loop().call_later((due - now) / 1e9, self.publish_due)
                return
            self.publish(1, due)
        self.finish()

    def fill_window(self):
        free = self.window - (self.made - self.taken)
        if self.window and free * 2 >= self.window:
            self.publish(free, time.monotonic_ns())

    def publish(self, count, at):
        events = [event(self.made + place, at) for place in range(count)]
        if self.is_batching:
            self.send(b"[" + b",".join(events) + b"]")
        else:
            for one in events:
                self.send(one)
        self.made += count

    def finish(self):
        self.window = 0
        print("done", self.made, flush=True)

    async def obey(self):
        """Reads the driver's orders from standard input."""
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while line := await reader.readline():
            word, *numbers = line.split()
            if word == b"go":
                self.go(*map(int, numbers))
            elif word == b"ack":
                self.taken = int(numbers[0])
                if self.window and not self.rate:
                    self.fill_window()


async def picows_server():
    from picows import WSListener, WSMsgType, WSUpgradeResponseWithListener, WSUpgradeResponse, ws_create_server

    viewers = set()

    class Viewer(WSListener):
        def on_ws_connected(self, transport):
            viewers.add(transport)

        def on_ws_disconnected(self, transport):
            viewers.discard(transport)

        def on_ws_frame(self, transport, frame):
            if frame.msg_type == WSMsgType.CLOSE:
                transport.disconnect()

    def send(message):
        for viewer in viewers:
            viewer.send(WSMsgType.TEXT, message)

    def accept(request):
        return WSUpgradeResponseWithListener(
            WSUpgradeResponse.create_101_response({"Sec-WebSocket-Protocol": "annscope.v1"}), Viewer())

    server = await ws_create_server(accept, "127.0.0.1", 0, backlog=511)
    print("port", server.sockets[0].getsockname()[1], flush=True)
    await Publisher(send).obey()


async def websockets_server():
    from websockets.asyncio.server import broadcast, serve

    async def viewer(connection):
        async for _ in connection:
            pass

    server = await serve(
        viewer, "127.0.0.1", 0, subprotocols=["annscope.v1"], compression=None, ping_interval=None, backlog=511)
    print("port", next(iter(server.sockets)).getsockname()[1], flush=True)
    await Publisher(lambda message: broadcast(server.connections, message, text=True)).obey()


if __name__ == "__main__":
    uvloop.run({"picows": picows_server, "websockets": websockets_server}[sys.argv[1]]())
