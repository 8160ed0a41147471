"""The README's pictures: every view on the demo, and on an index of 100,000 vectors. `make screenshots` runs it."""

import base64
import pathlib
import sys
import tempfile
import threading
import time

import hnswlib
import numpy
from browser import Page
from conftest import BINARY, ROOT
from daemon import Daemon, wait_for

OUTPUT = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "web/screenshots"
SIZE = "1600,1100"


def large(folder):
    """100,000 vectors in 400 lumps, which stand about some centres themselves."""
    random = numpy.random.default_rng(7)
    regions = random.normal(size=(20, 16)) * 2
    centres = regions[random.integers(0, 20, 400)] + random.normal(size=(400, 16))
    vectors = (centres[random.integers(0, 400, 100_000)] + random.normal(size=(100_000, 16)) * 0.45).astype(numpy.float32)
    index = hnswlib.Index(space="l2", dim=16)
    index.init_index(max_elements=len(vectors), M=8, ef_construction=60, random_seed=7)
    index.add_items(vectors)
    index.save_index(str(folder / "lumps.bin"))
    (folder / "lumps.bin.annscope.json").write_text('{"title": "100 000 vectors in lumps (hnswlib M=8)"}')


def push(daemon, index, labels, stop):
    """Searches from three sources until told to stop."""
    clients = [(daemon.client(), name, ef) for name, ef in (("ann-bench", 64), ("web-demo", 24), ("ingest-check", 10))]
    random = numpy.random.default_rng(3)
    while not stop.is_set():
        for client, name, ef in clients:
            for _ in range(random.integers(1, 4)):
                client.ask("search.run", index=index, label=int(random.integers(0, labels)), k=10, efSearch=ef, source=name)
        time.sleep(0.35)


def picture(page, name):
    shot = page.browser.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})
    (OUTPUT / f"{name}.png").write_bytes(base64.b64decode(shot["data"]))


def views(daemon, names, theme, at):
    for name, hash_, wait in names:
        page = Page(f"{daemon.url}#{hash_}", SIZE, theme)
        page.until(lambda: page.snapshot()["map"] and page.snapshot()["map"]["finished"], "the map")
        time.sleep(wait)
        picture(page, f"{name}{at}")
        page.leave()


def main():
    OUTPUT.mkdir(parents=True, exist_ok=True)
    demo = Daemon(BINARY, "demo")
    wait_for(lambda: demo.get("readyz")[0] == 200)
    views(demo, [
        ("descent", "v=descent&i=photos-hnsw&label=71&k=10&ef=50", 12), ("chart", "v=chart&i=photos-hnsw&label=71&k=10&ef=50", 12)], "dark", "")
    views(demo, [
        ("cells", "v=cells&i=photos-ivf&label=71&k=8&nprobe=8", 12), ("compare", "v=compare&i=photos-hnsw&label=40&k=10&ef=10", 6)], "light", "")
    with tempfile.TemporaryDirectory() as folder:
        large(pathlib.Path(folder))
        lumps = Daemon(BINARY, "serve", folder)
        wait_for(lambda: lumps.get("readyz")[0] == 200)
        for daemon, index, labels, at in ((demo, "photos-hnsw", 1000, ""), (lumps, "lumps", 100_000, "-100k")):
            stop = threading.Event()
            pusher = threading.Thread(target=push, args=(daemon, index, labels, stop), daemon=True)
            pusher.start()
            views(daemon, [("live", f"v=live&i={index}", 30)], "dark", at)
            stop.set()
            pusher.join()
        views(lumps, [
            ("descent", "v=descent&i=lumps&label=71&k=10&ef=50", 12), ("chart", "v=chart&i=lumps&label=71&k=10&ef=50", 12)], "dark", "-100k")
        assert lumps.stop() == 0
    assert demo.stop() == 0


if __name__ == "__main__":
    main()
