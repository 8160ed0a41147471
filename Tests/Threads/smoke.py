"""A daemon built under ThreadSanitizer does a bit of everything at once; any report fails. Run by `make test-threads`.

smoke.py PROGRAM
"""
import json
import os
import pathlib
import shutil
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/EndToEnd"))
os.environ["ANNSCOPE_BINARY"] = sys.argv[1]

import daemon as daemons  # noqa: E402
from conftest import BINARY, DEMO  # noqa: E402

daemons.WAIT = 300
NAME = "hnswlib_M6_ef30_l2.index"
SECONDS = 10


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for file in (NAME, NAME + ".annscope.json", "items.csv"):
            shutil.copy(DEMO / file, folder / file)
        shutil.copy(DEMO / "faiss_ivf128_flat_l2.index", folder / "cells.index")
        daemon = daemons.Daemon(
            BINARY, "serve", str(folder), "--search-workers", "2", keeps_maps=True,
            env={"TSAN_OPTIONS": "exitcode=66 report_thread_leaks=1", "XDG_STATE_HOME": str(folder / "state")})
        client = daemon.client(capabilities={"columns": "base64"})
        while [index["settled"] for index in client.ask("index.list")["indexes"]] != [True, True]:
            time.sleep(0.1)
        index = next(index["name"] for index in client.ask("index.list")["indexes"] if index["name"] != "cells")
        end = time.monotonic() + SECONDS
        searches = []

        def watch():
            viewer = daemon.client()
            for stream in ("indexes", f"searches/{index}", "searches/cells", f"layout/{index}", "layout/cells"):
                viewer.subscribe(stream)
            while time.monotonic() < end:
                viewer.next("search.finished", "search.counted")
            viewer.close()

        def push():
            number = 0
            while time.monotonic() < end:
                number += 1
                status, body, _ = daemon.post(
                    f"api/v1/indexes/{(index, 'cells')[number % 2]}/search",
                    {"label": number % 1000, "exact": number % 7 == 0, "trace": "full" if number % 3 == 0 else "summary"})
                searches.append((status, body))

        def rewrite():
            while time.monotonic() < end:
                shutil.copy(folder / NAME, folder / "next")
                os.replace(folder / "next", folder / NAME)
                time.sleep(1)

        def come_and_go():
            while time.monotonic() < end:
                daemon.client().close()
                daemon.get("api/v1/indexes")
                daemon.get("")

        threads = [threading.Thread(target=work, daemon=True) for work in (watch, push, push, rewrite, come_and_go)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(daemons.WAIT)
        # While it is written to, an index may be busy; nothing else goes wrong.
        done = sum(status == 200 for status, _ in searches)
        odd = [json.loads(body) for status, body in searches if status not in (200, 503)]
        assert done > 10 and not odd, (done, odd[:3])
        for search in [json.loads(body)["search"] for status, body in searches if status == 200][-3:]:
            client.ask("search.projection", search=search)
        client.close()
        status = daemon.stop()
        time.sleep(0.5)
        text = "".join(daemon.errors)
        assert status == 0 and "ThreadSanitizer" not in text, f"status {status}\n{text[:20000]}"
        print(f"{done} searches under ThreadSanitizer, and no report")


main()
