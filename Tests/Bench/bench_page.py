"""The page in a real Chromium: from a push to the first drawn frame, from the map's data to the first picture, what a frame of a
playing search takes, the longest task, how long a trace takes to parse, and how large the code is. Run by `make bench`.

Without a graphics processor WebGL is done by the processor, too: `webgl2` is slower here than where there is one. Rows may be given
as arguments: size, parse, push, picture, overlay.
"""
import contextlib
import gzip
import json
import os
import pathlib
import re
import statistics
import sys
import tempfile
import time
import urllib.request

os.environ.setdefault("ANNSCOPE_BINARY", str(pathlib.Path(__file__).resolve().parents[2] / ".build/release/annscope"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "EndToEnd"))

from selenium.webdriver.common.action_chains import ActionChains  # noqa: E402
from websockets.sync.client import connect  # noqa: E402

from bench_fanout import processor_seconds  # noqa: E402
from bench_readers import DATA, ROOT, hnsw_file  # noqa: E402
from browser import Page  # noqa: E402
from conftest import BINARY  # noqa: E402
from daemon import Daemon, wait_for  # noqa: E402
from vectors import draw  # noqa: E402

WEB = ROOT / "web"
DIMENSION = 16
COUNTS = (1000, 100_000, 1_000_000)
ROUNDS = 9
MARKS = 2000
# Keeps when the map's data and its first picture came.
WATCH = """
window.seen = {data: null, picture: null, whole: null};
window.WebSocket = class extends WebSocket {
  constructor(...options) {
    super(...options);
    this.addEventListener("message", ({data}) => {
      if (window.seen.data === null && data.includes("layout.nodes")) window.seen.data = performance.now();
    });
  }
};
const look = () => {
  const now = window.annscope?.snapshot();
  if (now?.map?.placed > 0 && now.renderer) {
    window.seen.picture ??= performance.now();
    if (now.map.finished && !now.isThin) window.seen.whole ??= performance.now();
  }
  if (window.seen.whole === null) requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""


def row(what, value, reach=""):
    print(f"{what:82}{value:>16}{'  reach: ' + reach if reach else ''}", flush=True)


class Tracer:
    """Records what Chromium's threads do, by a connection of its own to the browser: the driver's log of it ends when a buffer is full."""

    def __init__(self, address):
        with urllib.request.urlopen(f"http://{address}/json/version") as answer:
            self.socket = connect(json.load(answer)["webSocketDebuggerUrl"], max_size=None)

    def begin(self):
        self.socket.send(json.dumps({"id": 1, "method": "Tracing.start", "params": {
            "transferMode": "ReportEvents", "traceConfig": {"includedCategories": ["toplevel", "devtools.timeline"], "excludedCategories": ["*"]}}}))
        while json.loads(self.socket.recv()).get("id") != 1:
            pass

    def end(self):
        self.socket.send(json.dumps({"id": 2, "method": "Tracing.end"}))
        events = []
        while (message := json.loads(self.socket.recv())).get("method") != "Tracing.tracingComplete":
            if message.get("method") == "Tracing.dataCollected":
                events += message["params"]["value"]
            assert "error" not in message, message
        assert not message["params"].get("dataLossOccurred"), "the trace is not whole"
        return events


class BenchPage(Page):
    """A page that says when things came, opened when everything is in its place."""

    def __init__(self, url, reduced=False):
        self.url = url
        self.begin("1440,900")
        self.tracer = Tracer(self.browser.capabilities["goog:chromeOptions"]["debuggerAddress"])
        self.browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH})
        if reduced:
            self.browser.execute_cdp_cmd(
                "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]})

    def load(self):
        self.browser.get(self.url)
        self.until(lambda: self.snapshot()["connected"] and self.snapshot()["index"], "the index")

    @contextlib.contextmanager
    def tasks(self):
        """Milliseconds of processor time of each task of the page's main thread meanwhile."""
        found = []
        self.tracer.begin()
        yield found
        events = self.tracer.end()
        # Only the main thread has animation frames.
        main = {(event["pid"], event["tid"]) for event in events if event["name"] == "FireAnimationFrame"}
        found += [event.get("tdur", 0) / 1000 for event in events
                  if event["name"] == "ThreadControllerImpl::RunTask" and event["ph"] == "X" and (event["pid"], event["tid"]) in main]
        assert found, "the trace has no task of the page's thread"

    def script(self, text, *arguments):
        return self.browser.execute_script(text, *arguments)

    def seen(self):
        return self.script("return window.seen")

    def processes(self):
        """Chromium's, by their ancestor."""
        parents = {}
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                parents[int(stat.parent.name)] = int(stat.read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                pass
        found = {self.browser.service.process.pid}
        while more := {pid for pid, parent in parents.items() if parent in found} - found:
            found |= more
        return found - {self.browser.service.process.pid}

    def processor_seconds(self):
        return sum(processor_seconds(pid) for pid in self.processes())


@contextlib.contextmanager
def serve(count, *arguments):
    """The daemon, with the map of an index made, and a client of it."""
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "bench.index").symlink_to(hnsw_file(count, DIMENSION))
        daemon = Daemon(BINARY, "serve", folder, "--web", str(WEB), *arguments)
        try:
            # Measured means finished.
            wait_for(lambda: daemon.get("readyz")[0] == 200 and (described(daemon).get("map") or {}).get("quality"), 900)
            yield daemon, daemon.client()
        finally:
            daemon.process.kill()


def described(daemon):
    time.sleep(0.5)
    with asking(daemon) as client:
        return client.ask("index.describe", index="bench")


@contextlib.contextmanager
def asking(daemon):
    """A client for a while: one that waits for long while all processors are busy may be given up."""
    client = daemon.client()
    try:
        yield client
    finally:
        client.close()


@contextlib.contextmanager
def opened(url, reduced=False, loads=True):
    page = BenchPage(url, reduced)
    try:
        if loads:
            page.load()
        yield page
    finally:
        page.browser.quit()


def own_scripts():
    return [path for path in sorted(WEB.rglob("*.js")) if "test" not in path.relative_to(WEB).parts]


def boot_path():
    """What is loaded before anything else is asked for: main.js and what it imports."""
    found, left = set(), [WEB / "main.js"]
    while left:
        path = left.pop()
        if path in found:
            continue
        found.add(path)
        left += [(path.parent / name).resolve()
                 for name in re.findall(r'^(?:import\s*|(?:import|export)\b[^;"]*?\bfrom\s*)"(\.[^"]+)"', path.read_text(), re.M)]
    return found


def size():
    def kilobytes(paths, squeeze=lambda data: data):
        return f"{sum(len(squeeze(path.read_bytes())) for path in paths) / 1000:.0f} kB"
    scripts, styles = own_scripts(), sorted(WEB.rglob("*.css"))
    row("own JavaScript", kilobytes(scripts), "220 kB")
    row("own JavaScript, gzip", kilobytes(scripts, gzip.compress), "60 kB")
    row("JavaScript on the way to the first view", kilobytes(boot_path()), "90 kB")
    row("CSS", kilobytes(styles), "30 kB")
    row("fonts", kilobytes(sorted(WEB.rglob("*.woff2"))), "115 kB")


def parse():
    with serve(1000) as (daemon, _), opened(f"{daemon.url}#v=chart&i=bench") as page:
        milliseconds = page.browser.execute_async_script("""
      const [count, done] = arguments;
      import("/columns.js").then(({decodeSteps}) => {
        const base64 = (array) => btoa(String.fromCharCode(...new Uint8Array(array.buffer)));
        const chance = (Type, most, dtype) => ({dtype, data: base64(Type.from({length: count}, () => Math.random() * most))});
        const text = JSON.stringify({kind: chance(Uint8Array, 4, "u8"), flags: chance(Uint8Array, 2, "u8"), layer: chance(Int16Array, 4, "i16"),
          from: chance(Uint32Array, 1e6, "u32"), to: chance(Uint32Array, 1e6, "u32"), distance: chance(Float32Array, 9, "f32")});
        const times = [];
        for (let round = 0; round < 50; round += 1) {
          const begin = performance.now();
          for (let i = 0; i < 10; i += 1) decodeSteps(JSON.parse(text));
          times.push((performance.now() - begin) / 10);
        }
        done(times.sort((a, b) => a - b)[25]);
      });""", MARKS)
    row(f"a trace of {MARKS:,} events: parse and decode", f"{milliseconds:.3f} ms")


def push():
    """From before the request of another client to the first frame with a step of its search; the search is within."""
    for count in COUNTS:
        with serve(count) as (daemon, client), opened(f"{daemon.url}#v=descent&i=bench", reduced=True) as page:
            page.until(lambda: page.seen()["whole"], "the whole picture")
            delays, searches = [], []
            for query in draw(ROUNDS + 1, DIMENSION, seed=5):
                before = page.snapshot()["search"]
                begin = time.time() * 1000
                answer = client.ask("search.run", index="bench", vector=[float(value) for value in query], k=10, efSearch=50, trace="full", exact=False)
                page.until(lambda: page.snapshot()["search"] not in (None, before) and page.snapshot()["firstFrameAt"], "the search")
                delays.append(page.snapshot()["firstFrameAt"] - begin)
                searches.append(answer["microseconds"] / 1000)
        # The first one loads the code of the view.
        row(f"{count:,} vectors: push to the first drawn frame, median of {ROUNDS} (search {statistics.median(searches[1:]):.1f} ms)",
            f"{statistics.median(delays[1:]):.0f} ms", "100 ms, then 50")


def picture():
    for count, name, arguments in (
            (100_000, "100,000 vectors", ()), (1_000_000, "1,000,000 vectors", ()),
            (1_000_000, "1,000,000 vectors, each drawn", ("--full-map-nodes", "2000000"))):
        with serve(count, *arguments) as (daemon, _):
            for renderer in ("canvas", "webgl2"):
                with opened(f"{daemon.url}?renderer={renderer}#v=chart&i=bench", loads=False) as page:
                    picture_of(page, f"{name}, {renderer}", "1 s" if count == 1_000_000 else "")


def picture_of(page, name, goal):
    with page.tasks() as loading:
        page.load()
        page.until(lambda: page.seen()["whole"], "the whole picture")
        time.sleep(2)
    seen = page.seen()
    row(f"{name}: data to the first picture", f"{seen['picture'] - seen['data']:.0f} ms", goal)
    row(f"{name}: data to the whole picture", f"{seen['whole'] - seen['data']:.0f} ms")
    with page.tasks() as zooming:
        for key in "+++++-----":
            ActionChains(page.browser).send_keys(key).perform()
        page.until(lambda: not page.snapshot()["isThin"], "the whole picture again")
        time.sleep(1)
    row(f"{name}: longest task, in processor time, while it loads, then while it is zoomed",
        f"{max(loading):.0f}, {max(zooming):.0f} ms", "50 ms after loading")
    heap = page.browser.execute_cdp_cmd("Runtime.getHeapUsage", {})
    row(f"{name}: JavaScript heap, and typed arrays", f"{heap['usedSize'] / 1e6:.0f}, {heap.get('backingStorageSize', 0) / 1e6:.0f} MB", "120 MB")


def overlay(count=1_000_000):
    """A search plays over the cached map of the chart, with everything beside it that moves."""
    query = [float(value) for value in draw(1, DIMENSION, seed=6)[0]]
    with serve(count) as (daemon, _), asking(daemon) as client:
        ef = 50
        while client.ask("search.run", index="bench", vector=query, k=10, efSearch=ef, trace="none", exact=False)["counters"]["distances"] < MARKS:
            ef += 10
        for renderer in ("canvas", "webgl2"):
            with opened(f"{daemon.url}?renderer={renderer}#v=chart&i=bench") as page, asking(daemon) as client:
                page.until(lambda: page.seen()["whole"], "the whole picture")
                client.ask("search.run", index="bench", vector=query, k=10, efSearch=ef, trace="full", exact=False)
                overlay_of(page, f"a search of {MARKS:,} marks over {count:,}, {renderer}")


def overlay_of(page, name):
    page.until(lambda: page.snapshot()["playing"], "the search")
    page.click("tab-chart")
    # However long it takes until it is measured.
    page.click("loop")
    if not page.snapshot()["playing"]:
        page.click("play")
    page.until(lambda: page.snapshot()["cursor"] > page.snapshot()["total"] / 3 and not page.snapshot()["isThin"], "a third of it")
    with page.tasks() as playing:
        before, begin, frames = page.processor_seconds(), time.monotonic(), page.snapshot()["frames"]
        time.sleep(4)
        drawn = page.snapshot()["frames"] - frames
        spent, seconds = page.processor_seconds() - before, time.monotonic() - begin
    row(f"{name}: processor time of the page's thread, by frame", f"{sum(playing) / drawn:.1f} ms", "60 ms")
    row(f"{name}: processor time of all of Chromium, by frame ({drawn / seconds:.0f}/s)", f"{spent / drawn * 1000:.0f} ms")


ROWS = {"size": size, "parse": parse, "push": push, "picture": picture, "overlay": overlay}


def main():
    DATA.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[1:] or ROWS:
        ROWS[name]()


if __name__ == "__main__":
    main()
