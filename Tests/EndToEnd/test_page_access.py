"""The page by keys, by ear, on small and large screens and on paper; what it saves, and saved searches without a daemon."""
import base64
import functools
import http.server
import json
import re
import struct
import threading

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from browser import Page
from conftest import ROOT
from page_scripts import CHECK, CONTRAST

LINK = "#v=descent&i=photos-hnsw&label=40&k=5&ef=6"


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    page = Page.blank()
    page.folder = tmp_path_factory.mktemp("downloads")
    page.browser.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(page.folder)})
    page.prefers("reduce")
    yield page
    page.leave()


def resize(page, width, height, ratio=1, mobile=False):
    page.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
        "width": width, "height": height, "deviceScaleFactor": ratio, "mobile": mobile})


def go(page, daemon, hash=LINK):
    resize(page, 1440, 900)
    page.go(daemon.url + hash)
    page.arrived()
    if "label=" in hash:
        page.finished()
        page.until(lambda: page.snapshot()["map"]["finished"], "the map")


def written(page):
    """Waits until what came to rest is in the address: the page takes its time for that, and its timer is the shorter one."""
    page.rests()
    page.browser.execute_async_script("setTimeout(arguments[0], 500)")


def shifted(page, key):
    ActionChains(page.browser).key_down(Keys.SHIFT).send_keys(key).key_up(Keys.SHIFT).perform()


def downloaded(page, ending):
    """The newest whole file of this kind."""
    def there():
        return [path for path in page.folder.glob(f"*{ending}") if path.stat().st_size]
    page.until(there, ending)
    path = max(there(), key=lambda one: one.stat().st_mtime)
    data = path.read_bytes()
    path.unlink()
    return data


def share(page, what):
    page.click("share")
    page.click(f"share-{what}")


def test_everything_is_done_by_keys(page, photos):
    go(page, photos)
    page.blur()
    total = page.snapshot()["total"]
    page.press(Keys.ARROW_LEFT)
    assert page.snapshot()["cursor"] == total - 1
    page.press(Keys.HOME)
    assert page.snapshot()["cursor"] == 0
    page.press(Keys.ARROW_RIGHT)
    assert page.snapshot()["cursor"] == 1
    shifted(page, Keys.ARROW_RIGHT)
    assert page.snapshot()["cursor"] > 1
    page.press("]")
    page.press(Keys.END)
    assert page.snapshot()["cursor"] == total
    value = page.find("scrub").get_attribute("aria-valuetext")
    assert re.match(rf"step {total} of {total}, .*layer 0.*best ", value), value
    page.press("1")
    page.until(lambda: page.snapshot()["view"] == "chart")
    page.press("2")
    page.until(lambda: page.snapshot()["view"] == "descent")
    page.press("?")
    assert page.script("return document.getElementById('keys').open")
    page.press(Keys.ESCAPE)
    assert not page.script("return document.getElementById('keys').open")
    page.press("t")
    page.until(lambda: "hidden" in page.text("banner"))
    page.press("t", "/")
    assert page.script("return document.activeElement.matches('input')")
    page.press(Keys.ESCAPE)
    assert page.script("return document.activeElement === document.body")


def test_tabs_and_menus_are_moved_through_as_everywhere(page, photos):
    go(page, photos)
    page.find("tab-descent").send_keys(Keys.ARROW_LEFT)
    page.until(lambda: page.snapshot()["view"] == "chart")
    focused = "return document.activeElement.dataset.testid"
    assert page.script(focused) == "tab-chart" and page.find("tab-chart").get_attribute("aria-selected") == "true"
    page.press(Keys.ARROW_RIGHT)
    page.until(lambda: page.snapshot()["view"] == "descent")
    assert page.script(focused) == "tab-descent"
    page.find("share").send_keys(Keys.ARROW_DOWN)
    assert page.script(focused) == "share-link"
    page.press(Keys.ARROW_DOWN, Keys.ARROW_DOWN)
    assert page.script(focused) == "share-png-2"
    page.press(Keys.END)
    assert page.script(focused) == "share-print"
    page.press(Keys.ESCAPE)
    assert page.script(focused) == "share" and page.find("share").get_attribute("aria-expanded") == "false"


def test_the_picture_pans_when_it_has_the_focus(page, photos):
    go(page, photos, "#v=chart&i=photos-hnsw")
    page.script("document.getElementById('stage').focus()")
    page.press("+", "+", "+", Keys.ARROW_LEFT, Keys.ARROW_UP)
    page.until(lambda: "cam=" in page.browser.current_url, "the camera in the address")
    first = camera(page)
    page.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    page.until(lambda: camera(page)[0] > first[0], "the pan")
    written(page)
    there, place = page.browser.current_url, camera(page)
    page.load(there)
    page.until(lambda: page.snapshot()["index"] and page.snapshot()["map"] and page.snapshot()["camera"]["scale"] > 2, "the place")
    written(page)
    # What is in the middle; the picture's height depends on the words under it.
    assert camera(page) == pytest.approx(place, abs=0.05)


def camera(page):
    return [float(part) for part in re.search("cam=([^&]*)", page.browser.current_url)[1].split(",")]


def test_a_link_leads_to_the_search_its_step_and_back(page, photos):
    go(page, photos)
    first = page.snapshot()
    page.fill("query-label", "71")
    page.click("run")
    second = page.finished(first["search"])
    page.blur()
    page.press(Keys.ARROW_LEFT, Keys.ARROW_LEFT)
    page.until(lambda: f"step={second['total'] - 2}" in page.browser.current_url and f"s={second['search']}" in page.browser.current_url)
    there = page.browser.current_url
    page.browser.back()
    page.until(lambda: page.snapshot()["search"] == first["search"], "the search before")
    page.browser.forward()
    page.until(lambda: page.snapshot()["search"] == second["search"] and page.snapshot()["cursor"] == second["total"] - 2, "the step")
    # The address is brought up to date after a pause: not when that ends between somebody's going elsewhere and the page's hearing of it.
    page.browser.back()
    page.until(lambda: page.snapshot()["search"] == first["search"], "the search before, once more")
    page.script("history.forward(); const end = performance.now() + 800; while (performance.now() < end);")
    page.until(lambda: page.snapshot()["search"] == second["search"] and page.snapshot()["cursor"] == second["total"] - 2, "the step, once more")
    page.load(there)
    page.until(lambda: page.snapshot().get("search") == second["search"] and page.snapshot()["cursor"] == second["total"] - 2, "the very search")
    # Of a daemon that is not there any more: what was asked for is asked again.
    other = re.sub("e=[^&]*", "e=another", there)
    page.load(other)
    page.until(lambda: page.snapshot().get("search") not in (None, second["search"]) and page.snapshot()["total"] == second["total"], "the search anew")
    assert "not kept any more" in page.text("banner")
    page.load(photos.url + "#i=photos-hnsw&s=s99999")
    page.until(lambda: "does not tell what it asked for" in page.text("banner"), "that it is gone")


def test_steps_and_results_as_tables_go_along(page, photos):
    go(page, photos)
    total = page.snapshot()["total"]
    page.script("document.querySelector('#steps details').open = true")
    page.until(lambda: page.script("return document.querySelectorAll('#steps tr[data-step]').length") > 3, "the rows")
    now = "return document.querySelector('#steps tr.now')?.dataset.step ?? null"
    page.until(lambda: page.script(now) == str(total), "the row of the step")
    rows = page.script("return [...document.querySelectorAll('#steps tr[data-step]')].map((row) => row.textContent)")
    assert len(rows) < total, "only rows in sight are made"
    assert any("stops" in row and "farther than the bound" in row for row in rows)
    page.script("document.querySelector('#steps .rows').focus()")
    page.press(Keys.HOME)
    page.until(lambda: page.snapshot()["cursor"] == 1 and page.script(now) == "1", "the first row")
    page.press(Keys.ARROW_DOWN, Keys.ARROW_DOWN)
    page.until(lambda: page.snapshot()["cursor"] == 3 and page.script(now) == "3", "the third row")
    page.press(Keys.END)
    page.until(lambda: page.snapshot()["cursor"] == total)
    found = page.script("return [...document.querySelectorAll('[data-testid=results-table] tbody tr')].map((row) => row.cells[1].textContent)")
    assert found[:5] == [str(hit["label"]) for hit in page.snapshot()["results"]]
    page.keep("access-steps-table")


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_names_labels_targets_and_contrast(page, photos, theme):
    go(page, photos, f"#v=descent&i=photos-hnsw&label=40&theme={theme}")
    page.script("document.querySelector('#steps details').open = true")
    assert page.script("return document.documentElement.dataset.theme") == theme
    for view in ("descent", "chart", "live", "compare"):
        page.click(f"tab-{view}")
        page.until(lambda view=view: page.snapshot()["view"] == view, view)
        page.rests()
        assert page.script(CHECK) == [], view
        assert page.script(CONTRAST) == [], view


def test_the_focus_goes_in_order_and_is_seen(page, photos):
    go(page, photos)
    page.script("document.activeElement.blur(); window.scrollTo(0, 0)")
    page.press(Keys.TAB)
    assert page.script("return document.activeElement.className") == "skip"
    page.press(Keys.ENTER)
    assert page.script("return document.activeElement.id") == "stage"
    places = []
    page.script("document.querySelector('.skip').focus()")
    for _ in range(14):
        page.press(Keys.TAB)
        places.append(page.script("const a = document.activeElement; const s = getComputedStyle(a);"
                               "return [a.dataset.testid ?? a.id, s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2]"))
    names = [name for name, _ in places]
    assert names[:5] == ["tab-descent", "go-to-find", "share", "theme", "help"], names
    assert all(ring for _, ring in places), places


def test_the_ear_is_told_no_oftener_than_every_two_seconds(page, photos):
    page.prefers("")
    go(page, photos, "#v=descent&i=photos-hnsw")
    page.script("window.said = []; new MutationObserver(() => window.said.push(performance.now()))"
             ".observe(document.getElementById('spoken'), {childList: true, characterData: true, subtree: true})")
    page.fill("query-label", "71")
    page.click("run")
    page.played()
    page.until(lambda: "distances, best" in page.text("spoken"), "the result")
    times = page.script("return window.said")
    page.prefers("reduce")
    assert len(times) > 1 and all(later - earlier >= 1900 for earlier, later in zip(times, times[1:])), times


@pytest.mark.parametrize("width,height,scale,theme", [
    (360, 740, 1, "dark"), (360, 740, 1, "light"), (1440, 900, 1, "light"), (1440, 900, 2, "dark"), (3840, 2160, 1, "dark")])
def test_from_a_phone_to_a_wall(page, photos, width, height, scale, theme):
    go(page, photos, f"{LINK}&theme={theme}")
    # The size of text that a reader has asked the browser for.
    page.browser.execute_cdp_cmd("Page.setFontSizes", {"fontSizes": {"standard": 16 * scale, "fixed": 13 * scale}})
    resize(page, width, height, 1, width < 500)
    page.rests()
    wide = page.script("return [document.documentElement.scrollWidth, innerWidth]")
    assert wide[0] <= wide[1], f"it scrolls sideways: {wide}"
    box = page.script("const b = document.getElementById('canvas').getBoundingClientRect(); return [b.width, b.height]")
    assert box[0] >= 0.25 * width and box[1] >= 120
    # What is drawn grows with the text, which is larger on a wall.
    page.until(lambda: page.snapshot()["scale"] == (1.625 if width > 3400 else scale), "the picture in the size of the text")
    page.keep(f"screen-{width}x{height}-{scale}-{theme}")
    if width < 500:
        assert not page.script("return document.getElementById('results').checkVisibility()")
        for head in page.browser.find_elements(By.CSS_SELECTOR, ".fold-head"):
            if head.is_displayed():
                page.script("arguments[0].scrollIntoView({block: 'center'})", head)
                head.click()
        assert page.script("return document.getElementById('results').checkVisibility()")
        assert page.script(CHECK) == []
        assert page.script("return document.documentElement.scrollWidth <= innerWidth")
        page.keep(f"screen-{width}x{height}-open-{theme}")
    page.browser.execute_cdp_cmd("Page.setFontSizes", {"fontSizes": {"standard": 16, "fixed": 13}})
    resize(page, 1440, 900)


def test_forced_colours_and_more_contrast(page, photos):
    page.prefers("reduce", forced_colors="active")
    go(page, photos)
    assert page.script("return getComputedStyle(document.querySelector('[role=tab][aria-selected=true]')).outlineStyle") == "solid"
    page.keep("access-forced-colors")
    page.prefers("reduce", prefers_contrast="more")
    go(page, photos)
    assert page.script(CONTRAST) == []
    page.prefers("reduce")


def test_it_prints_dark_on_white(page, photos):
    go(page, photos, f"{LINK}&theme=dark")
    pdf = base64.b64decode(page.browser.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})["data"])
    assert pdf.startswith(b"%PDF") and 1 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 4
    # The picture is on it, finer than on the screen, and no empty sheet of this size.
    width = page.script("return document.getElementById('stage').clientWidth")
    assert 3 * width in [int(number) for number in re.findall(rb"/Width (\d+)", pdf)]
    assert page.script("""
      dispatchEvent(new Event("beforeprint"));
      const paper = document.querySelector("#stage .paper");
      const pixels = new Uint32Array(paper.getContext("2d").getImageData(0, 0, paper.width, paper.height).data.buffer);
      dispatchEvent(new Event("afterprint"));
      return new Set(pixels).size;""") > 500
    assert page.script("return document.querySelector('.paper')") is None
    page.until(lambda: page.script("return document.documentElement.dataset.theme") == "dark", "the theme again")


def test_the_theme_follows_the_system_until_one_is_chosen(page, photos):
    theme = "return document.documentElement.dataset.theme"
    go(page, photos, "#i=photos-hnsw")
    page.script("localStorage.clear()")
    page.prefers("reduce", prefers_color_scheme="light")
    go(page, photos, "#i=photos-hnsw")
    assert page.script(theme) == "light"
    page.prefers("reduce", prefers_color_scheme="dark")
    page.until(lambda: page.script(theme) == "dark", "the system's theme")
    page.click("theme")
    assert page.script(theme) == "light"
    go(page, photos, "#i=photos-hnsw")
    assert page.script(theme) == "light", "what was chosen is kept"
    page.script("localStorage.clear()")
    page.prefers("reduce")


def test_pictures_are_saved(page, photos):
    go(page, photos)
    size = page.script("const c = document.getElementById('canvas'); return [c.clientWidth, c.clientHeight]")
    for times in (1, 3):
        share(page, f"png-{times}")
        png = downloaded(page, ".png")
        assert png[:8] == b"\x89PNG\r\n\x1a\n"
        width, height = struct.unpack(">II", png[16:24])
        assert (width, height) == (size[0] * times, (size[1] + 46) * times)
    for view in ("descent", "chart"):
        page.click(f"tab-{view}")
        page.until(lambda: page.snapshot()["view"] == view)
        page.rests()
        share(page, "svg")
        svg = re.sub("href=\"data:[^\"]*\"", "href=\"data:,\"", downloaded(page, ".svg").decode())
        error = page.script("const d = new DOMParser().parseFromString(arguments[0], 'image/svg+xml');"
                            "return d.querySelector('parsererror')?.textContent ?? ''", svg)
        assert error == "" and svg.count("<path") > 20 and "hnswlib" in svg and "NaN" not in svg and "undefined" not in svg
        # The map is marks, too: the only pictures are those of the results.
        assert svg.count("<image") == len(page.snapshot()["results"])


def test_a_saved_search_is_replayed_without_a_daemon(page, photos, tmp_path):
    for index, view, seen in (("photos-hnsw", "descent", LINK), ("photos-ivf", "cells", "#v=cells&i=photos-ivf&label=40&k=5&nprobe=6")):
        go(page, photos, seen)
        page.until(lambda: page.snapshot()["recall"] is not None, "the recall")
        page.until(lambda: page.script("return [...document.querySelectorAll('#results img')].every((i) => i.naturalWidth)"))
        before = page.snapshot()
        share(page, "trace")
        data = downloaded(page, ".trace.json")
        assert json.loads(data)["annscope"] == "trace"
        path = tmp_path / f"{index}.trace.json"
        path.write_bytes(data)
        with static() as url:
            page.browser.get(url)
            page.until(lambda: "No daemon answers" in page.script("return document.getElementById('state').innerText"), "that there is none")
            page.keep("state-no-daemon")
            page.until(lambda: page.find("trace-file"), "all of the page")
            page.find("trace-file").send_keys(str(path))
            page.until(lambda: page.snapshot()["index"] == index, "the saved search")
            page.blur()
            page.press(Keys.END)
            page.until(lambda: page.snapshot()["cursor"] == before["total"])
            after = page.snapshot()
            for part in ("results", "visitedByLayer", "litCells", "distances", "stopReason", "recall", "search", "total"):
                assert after[part] == before[part], part
            assert after["view"] == view and "A saved search, from the file" in page.text("strips")
            page.until(lambda: page.script("return document.querySelectorAll('#results img').length") >= 3, "the pictures")
            page.keep(f"saved-{index}")
            bad = tmp_path / "bad.json"
            bad.write_text('{"annscope":"trace","version":1}')
            page.find("trace-file").send_keys(str(bad))
            page.until(lambda: "The file can’t be shown" in page.text("banner"), "the reason")
            assert page.snapshot()["index"] == index
            page.click("do-close-file")
            page.until(lambda: page.snapshot()["index"] is None)


def test_a_saved_search_is_dropped_onto_the_page(page, photos):
    go(page, photos)
    share(page, "trace")
    text = downloaded(page, ".trace.json").decode()
    page.script("""
      const transfer = new DataTransfer();
      transfer.items.add(new File([arguments[0]], "mine.trace.json", { type: "application/json" }));
      for (const type of ["dragover", "drop"]) document.getElementById("stage").dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
    """, text)
    page.until(lambda: page.snapshot()["index"] == "photos-hnsw (mine.trace.json)", "the file beside the index")
    assert "Nothing is asked of a daemon" in page.text("strips")
    page.click("do-close-file")
    page.until(lambda: page.snapshot()["index"] in page.snapshot()["indexes"] and "(" not in page.snapshot()["index"])


class static:
    """The page's files served by anybody."""

    def __enter__(self):
        class Quiet(http.server.SimpleHTTPRequestHandler):
            def log_message(self, *_):
                pass
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=ROOT / "web"))
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_port}/"

    def __exit__(self, *_):
        self.server.shutdown()
