"""How long a pushed query takes to its first step on the wire and to its first drawn frame. Run by `make bench`.

Every row is the median over many queries in this run, beside a peer in the same run where there is one."""
import os
import pathlib
import statistics
import sys
import time

os.environ.setdefault("ANNSCOPE_BINARY", str(pathlib.Path(__file__).resolve().parents[2] / ".build/release/annscope"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "EndToEnd"))

import hnswlib  # noqa: E402
import numpy  # noqa: E402

from browser import Page  # noqa: E402
from conftest import BINARY, DEMO  # noqa: E402
from daemon import Daemon  # noqa: E402

QUERIES = 60


def first_step(daemon, index, **parameters):
    """Milliseconds from sending `search.run` to the first steps at another connection, and the search's own microseconds."""
    pusher, watcher = daemon.client(), daemon.client(capabilities={"columns": "base64"})
    watcher.subscribe(f"searches/{index}")
    waits, own = [], []
    for label in range(QUERIES):
        begin = time.perf_counter()
        run = pusher.ask("search.run", index=index, label=label, k=5, trace="full", **parameters)
        own.append(run["microseconds"])
        watcher.next("search.steps")
        waits.append((time.perf_counter() - begin) * 1000)
        watcher.next("search.finished")
        time.sleep(0.005)
    pusher.close()
    watcher.close()
    return statistics.median(waits), statistics.median(own)


def first_frame(daemon, page, index):
    """Milliseconds from pushing a query to the first frame with one of its steps in the page."""
    page.open(index)
    client = daemon.client()
    waits = []
    for label in range(100, 112):
        before = page.snapshot()["search"]
        begin = time.time() * 1000
        client.ask("search.run", index=index, label=label, k=5, trace="full")
        page.until(lambda: page.snapshot()["search"] != before and page.snapshot()["firstFrameAt"])
        waits.append(page.snapshot()["firstFrameAt"] - begin)
        page.click("step-forward")
        page.browser.execute_script("const s = arguments[0]; s.value = s.max; s.dispatchEvent(new Event('input'))", page.find("scrub"))
    client.close()
    return statistics.median(waits)


def hnswlib_microseconds():
    index = hnswlib.Index("l2", 128)
    index.load_index(str(DEMO / "hnswlib_M6_ef30_l2.index"))
    index.set_ef(10)
    queries = numpy.array(index.get_items(list(range(QUERIES))), dtype=numpy.float32)
    times = []
    for query in queries:
        begin = time.perf_counter()
        index.knn_query(query[None], k=5, num_threads=1)
        times.append((time.perf_counter() - begin) * 1e6)
    return statistics.median(times)


def main():
    daemon = Daemon(BINARY, "demo")
    page = Page(daemon.url)
    time.sleep(2)
    rows = []
    for index in ("photos-hnsw", "photos-ivf"):
        wait, own = first_step(daemon, index)
        rows.append((f"{index}: search.run to first step on the wire", f"{wait:.2f} ms", "10 ms"))
        rows.append((f"{index}: the traced search itself", f"{own:.0f} µs", ""))
    rows.append(("hnswlib in Python, the same queries, untraced", f"{hnswlib_microseconds():.0f} µs", ""))
    for index in ("photos-hnsw", "photos-ivf"):
        rows.append((f"{index}: query pushed to first drawn frame", f"{first_frame(daemon, page, index):.0f} ms", "100 ms"))
    page.close()
    daemon.stop()
    for what, value, reach in rows:
        print(f"{what:55} {value:>10}   {'reach ' + reach if reach else ''}")


main()
