"""The page by keys, by ear, on small and large screens and on paper; what it saves, and saved searches without a daemon."""
import base64
import functools
import http.server
import json
import re
import struct
import threading
import time

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from browser import OUTPUT, Page
from conftest import BINARY, ROOT
from daemon import Daemon, wait_for

LINK = "#v=descent&i=photos-hnsw&label=40&k=5&ef=6"


@pytest.fixture(scope="module")
def daemon():
    daemon = Daemon(BINARY, "demo")
    wait_for(lambda: daemon.get("readyz")[0] == 200)
    yield daemon
    assert daemon.stop() == 0


@pytest.fixture(scope="module")
def page(daemon, tmp_path_factory):
    page = Page.__new__(Page)
    page.start("about:blank")
    page.folder = tmp_path_factory.mktemp("downloads")
    page.browser.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(page.folder)})
    reduce_motion(page, True)
    yield page
    page.browser.quit()


def reduce_motion(page, is_reduced, **more):
    features = [{"name": "prefers-reduced-motion", "value": "reduce" if is_reduced else ""},
                *({"name": name.replace("_", "-"), "value": value} for name, value in more.items())]
    page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def resize(page, width, height, ratio=1, mobile=False):
    page.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
        "width": width, "height": height, "deviceScaleFactor": ratio, "mobile": mobile})


def go(page, daemon, hash=LINK):
    resize(page, 1440, 900)
    page.browser.get("about:blank")
    page.browser.get(daemon.url + hash)
    page.until(lambda: page.snapshot()["connected"] and page.snapshot()["index"])
    if "label=" in hash:
        page.finished()
        page.until(lambda: page.snapshot()["map"]["finished"])


def press(page, *keys):
    for key in keys:
        ActionChains(page.browser).send_keys(key).perform()


def shifted(page, key):
    ActionChains(page.browser).key_down(Keys.SHIFT).send_keys(key).key_up(Keys.SHIFT).perform()


def js(page, script, *arguments):
    return page.browser.execute_script(script, *arguments)


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


def test_everything_is_done_by_keys(page, daemon):
    go(page, daemon)
    js(page, "document.activeElement.blur()")
    total = page.snapshot()["total"]
    press(page, Keys.ARROW_LEFT)
    assert page.snapshot()["cursor"] == total - 1
    press(page, Keys.HOME)
    assert page.snapshot()["cursor"] == 0
    press(page, Keys.ARROW_RIGHT)
    assert page.snapshot()["cursor"] == 1
    shifted(page, Keys.ARROW_RIGHT)
    assert page.snapshot()["cursor"] > 1
    press(page, "]")
    press(page, Keys.END)
    assert page.snapshot()["cursor"] == total
    value = page.find("scrub").get_attribute("aria-valuetext")
    assert re.match(rf"step {total} of {total}, .*layer 0.*best ", value), value
    press(page, "1")
    page.until(lambda: page.snapshot()["view"] == "chart")
    press(page, "2")
    page.until(lambda: page.snapshot()["view"] == "descent")
    press(page, "?")
    assert js(page, "return document.getElementById('keys').open")
    press(page, Keys.ESCAPE)
    assert not js(page, "return document.getElementById('keys').open")
    press(page, "t")
    page.until(lambda: "hidden" in page.text("banner"))
    press(page, "t", "/")
    assert js(page, "return document.activeElement.matches('input')")
    press(page, Keys.ESCAPE)
    assert js(page, "return document.activeElement === document.body")


def test_tabs_and_menus_are_moved_through_as_everywhere(page, daemon):
    go(page, daemon)
    page.find("tab-descent").send_keys(Keys.ARROW_LEFT)
    page.until(lambda: page.snapshot()["view"] == "chart")
    focused = "return document.activeElement.dataset.testid"
    assert js(page, focused) == "tab-chart" and page.find("tab-chart").get_attribute("aria-selected") == "true"
    press(page, Keys.ARROW_RIGHT)
    page.until(lambda: page.snapshot()["view"] == "descent")
    assert js(page, focused) == "tab-descent"
    page.find("share").send_keys(Keys.ARROW_DOWN)
    assert js(page, focused) == "share-link"
    press(page, Keys.ARROW_DOWN, Keys.ARROW_DOWN)
    assert js(page, focused) == "share-png-2"
    press(page, Keys.END)
    assert js(page, focused) == "share-print"
    press(page, Keys.ESCAPE)
    assert js(page, focused) == "share" and page.find("share").get_attribute("aria-expanded") == "false"


def test_the_picture_pans_when_it_has_the_focus(page, daemon):
    go(page, daemon, "#v=chart&i=photos-hnsw")
    js(page, "document.getElementById('stage').focus()")
    press(page, "+", "+", "+", Keys.ARROW_LEFT, Keys.ARROW_UP)
    page.until(lambda: "cam=" in page.browser.current_url, "the camera in the address")
    first = camera(page)
    press(page, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    page.until(lambda: camera(page)[0] > first[0], "the pan")
    time.sleep(0.6)
    there, place = page.browser.current_url, camera(page)
    page.browser.get("about:blank")
    page.browser.get(there)
    page.until(lambda: page.snapshot()["index"] and page.snapshot()["map"] and page.snapshot()["camera"]["scale"] > 2, "the place")
    time.sleep(1)
    # What is in the middle; the picture's height depends on the words under it.
    assert camera(page) == pytest.approx(place, abs=0.05)


def camera(page):
    return [float(part) for part in re.search("cam=([^&]*)", page.browser.current_url)[1].split(",")]


def test_a_link_leads_to_the_search_its_step_and_back(page, daemon):
    go(page, daemon)
    first = page.snapshot()
    page.fill("query-label", "71")
    page.click("run")
    second = page.finished(first["search"])
    press_away(page)
    press(page, Keys.ARROW_LEFT, Keys.ARROW_LEFT)
    page.until(lambda: f"step={second['total'] - 2}" in page.browser.current_url and f"s={second['search']}" in page.browser.current_url)
    there = page.browser.current_url
    page.browser.back()
    page.until(lambda: page.snapshot()["search"] == first["search"], "the search before")
    page.browser.forward()
    page.until(lambda: page.snapshot()["search"] == second["search"] and page.snapshot()["cursor"] == second["total"] - 2, "the step")
    page.browser.get("about:blank")
    page.browser.get(there)
    page.until(lambda: page.snapshot().get("search") == second["search"] and page.snapshot()["cursor"] == second["total"] - 2, "the very search")
    # Of a daemon that is not there any more: what was asked for is asked again.
    other = re.sub("e=[^&]*", "e=another", there)
    page.browser.get("about:blank")
    page.browser.get(other)
    page.until(lambda: page.snapshot().get("search") not in (None, second["search"]) and page.snapshot()["total"] == second["total"], "the search anew")
    assert "not kept any more" in page.text("banner")
    page.browser.get("about:blank")
    page.browser.get(daemon.url + "#i=photos-hnsw&s=s99999")
    page.until(lambda: "does not tell what it asked for" in page.text("banner"), "that it is gone")


def press_away(page):
    js(page, "document.activeElement.blur()")


def test_steps_and_results_as_tables_go_along(page, daemon):
    go(page, daemon)
    total = page.snapshot()["total"]
    js(page, "document.querySelector('#steps details').open = true")
    page.until(lambda: js(page, "return document.querySelectorAll('#steps tr[data-step]').length") > 3, "the rows")
    now = "return document.querySelector('#steps tr.now')?.dataset.step ?? null"
    page.until(lambda: js(page, now) == str(total), "the row of the step")
    rows = js(page, "return [...document.querySelectorAll('#steps tr[data-step]')].map((row) => row.textContent)")
    assert len(rows) < total, "only rows in sight are made"
    assert any("stops" in row and "farther than the bound" in row for row in rows)
    js(page, "document.querySelector('#steps .rows').focus()")
    press(page, Keys.HOME)
    page.until(lambda: page.snapshot()["cursor"] == 1 and js(page, now) == "1", "the first row")
    press(page, Keys.ARROW_DOWN, Keys.ARROW_DOWN)
    page.until(lambda: page.snapshot()["cursor"] == 3 and js(page, now) == "3", "the third row")
    press(page, Keys.END)
    page.until(lambda: page.snapshot()["cursor"] == total)
    found = js(page, "return [...document.querySelectorAll('[data-testid=results-table] tbody tr')].map((row) => row.cells[1].textContent)")
    assert found[:5] == [str(hit["label"]) for hit in page.snapshot()["results"]]
    page.keep("access-steps-table")


CHECK = """
const seen = (node) => node.checkVisibility({ visibilityProperty: true }) && node.getClientRects().length > 0;
const name = (node) => (node.getAttribute('aria-label') || [...(node.labels ?? [])].map((l) => l.textContent).join(' ') || node.textContent || node.title || '').trim();
const out = [];
for (const node of document.querySelectorAll('button, a[href], [role=button], summary')) if (seen(node) && !name(node)) out.push('no name: ' + node.outerHTML.slice(0, 120));
for (const node of document.querySelectorAll('input, select, textarea')) if (seen(node) && !name(node)) out.push('no label: ' + node.outerHTML.slice(0, 120));
const ids = [...document.querySelectorAll('[id]')].map((node) => node.id);
for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i))) out.push('twice: ' + id);
for (const node of document.querySelectorAll('[aria-controls], [aria-labelledby], [aria-describedby]')) {
  for (const attribute of ['aria-controls', 'aria-labelledby', 'aria-describedby']) {
    for (const id of (node.getAttribute(attribute) ?? '').split(' ').filter(Boolean)) if (!document.getElementById(id)) out.push(attribute + ' leads nowhere: ' + id);
  }
}
for (const image of document.querySelectorAll('img')) if (!image.hasAttribute('alt')) out.push('no alt: ' + image.src);
for (const node of document.querySelectorAll('button, [role=tab], select, summary, input:not(.unseen)')) {
  if (!seen(node)) continue;
  const target = node.matches('input[type=checkbox], input[type=radio]') && node.labels[0] ? node.labels[0] : node;
  const { width, height } = target.getBoundingClientRect();
  if (width < 24 || height < 24) out.push(`small target ${width.toFixed()} x ${height.toFixed()}: ` + node.outerHTML.slice(0, 120));
}
const tablist = document.querySelector('[role=tablist]');
for (const tab of document.querySelectorAll('[role=tab]')) if (!tablist.contains(tab)) out.push('a tab out of its list');
if (document.querySelectorAll('[role=tab][tabindex="0"]').length !== 1) out.push('not one tab in the order of focus');
const levels = [...document.querySelectorAll('h1, h2, h3')].filter(seen).map((h) => Number(h.tagName[1]));
if (levels.filter((level) => level === 1).length !== 1) out.push('not one h1');
return out;
"""

CONTRAST = """
const parse = (text) => { const m = text.match(/[\\d.]+/g).map(Number); return { rgb: m.slice(0, 3), a: m[3] ?? 1 }; };
const lum = (rgb) => { const [r, g, b] = rgb.map((v) => { v /= 255; return v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; }); return .2126 * r + .7152 * g + .0722 * b; };
const out = [];
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walk.nextNode()) {
  const text = walk.currentNode.textContent.trim();
  const node = walk.currentNode.parentElement;
  if (!text || !node.checkVisibility({ visibilityProperty: true, opacityProperty: true }) || node.closest('.unseen, option, :disabled, [aria-hidden=true]')) continue;
  let ground = node;
  while (ground && parse(getComputedStyle(ground).backgroundColor).a < 1) ground = ground.parentElement;
  const back = parse(getComputedStyle(ground ?? document.body).backgroundColor).rgb;
  const [a, b] = [lum(parse(getComputedStyle(node).color).rgb), lum(back)];
  const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
  if (ratio < 4.5) out.push(`${ratio.toFixed(2)}: ${text.slice(0, 40)} (${node.className || node.tagName})`);
}
return [...new Set(out)];
"""


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_names_labels_targets_and_contrast(page, daemon, theme):
    for view in ("descent", "chart", "live", "compare"):
        go(page, daemon, f"#v={view}&i=photos-hnsw&label=40&theme={theme}")
        if view == "descent":
            js(page, "document.querySelector('#steps details').open = true")
            time.sleep(0.3)
        assert js(page, "return document.documentElement.dataset.theme") == theme
        assert js(page, CHECK) == [], view
        assert js(page, CONTRAST) == [], view


def test_the_focus_goes_in_order_and_is_seen(page, daemon):
    go(page, daemon)
    js(page, "document.activeElement.blur(); window.scrollTo(0, 0)")
    press(page, Keys.TAB)
    assert js(page, "return document.activeElement.className") == "skip"
    press(page, Keys.ENTER)
    assert js(page, "return document.activeElement.id") == "stage"
    places = []
    js(page, "document.querySelector('.skip').focus()")
    for _ in range(14):
        press(page, Keys.TAB)
        places.append(js(page, "const a = document.activeElement; const s = getComputedStyle(a);"
                               "return [a.dataset.testid ?? a.id, s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2]"))
    names = [name for name, _ in places]
    assert names[:5] == ["tab-descent", "go-to-find", "share", "theme", "help"], names
    assert all(ring for _, ring in places), places


def test_the_ear_is_told_no_oftener_than_every_two_seconds(page, daemon):
    reduce_motion(page, False)
    go(page, daemon, "#v=descent&i=photos-hnsw")
    js(page, "window.said = []; new MutationObserver(() => window.said.push(performance.now()))"
             ".observe(document.getElementById('spoken'), {childList: true, characterData: true, subtree: true})")
    page.fill("query-label", "71")
    page.click("run")
    page.finished()
    time.sleep(2.2)
    times = js(page, "return window.said")
    reduce_motion(page, True)
    assert times and all(later - earlier >= 1900 for earlier, later in zip(times, times[1:])), times
    assert "distances, best" in page.text("spoken")


@pytest.mark.parametrize("width,height,scale,theme", [
    (360, 740, 1, "dark"), (360, 740, 1, "light"), (1440, 900, 1, "light"), (1440, 900, 2, "dark"), (3840, 2160, 1, "dark")])
def test_from_a_phone_to_a_wall(page, daemon, width, height, scale, theme):
    go(page, daemon, f"{LINK}&theme={theme}")
    # The size of text that a reader has asked the browser for.
    page.browser.execute_cdp_cmd("Page.setFontSizes", {"fontSizes": {"standard": 16 * scale, "fixed": 13 * scale}})
    resize(page, width, height, 1, width < 500)
    time.sleep(1)
    wide = js(page, "return [document.documentElement.scrollWidth, innerWidth]")
    assert wide[0] <= wide[1], f"it scrolls sideways: {wide}"
    box = js(page, "const b = document.getElementById('canvas').getBoundingClientRect(); return [b.width, b.height]")
    assert box[0] >= 0.25 * width and box[1] >= 120
    # What is drawn grows with the text, which is larger on a wall.
    page.until(lambda: page.snapshot()["scale"] == (1.625 if width > 3400 else scale), "the picture in the size of the text")
    page.browser.save_screenshot(str(OUTPUT / f"screen-{width}x{height}-{scale}-{theme}.png"))
    if width < 500:
        assert not js(page, "return document.getElementById('results').checkVisibility()")
        for head in page.browser.find_elements(By.CSS_SELECTOR, ".fold-head"):
            if head.is_displayed():
                js(page, "arguments[0].scrollIntoView({block: 'center'})", head)
                head.click()
        assert js(page, "return document.getElementById('results').checkVisibility()")
        assert js(page, CHECK) == []
        assert js(page, "return document.documentElement.scrollWidth <= innerWidth")
        page.browser.save_screenshot(str(OUTPUT / f"screen-{width}x{height}-open-{theme}.png"))
    page.browser.execute_cdp_cmd("Page.setFontSizes", {"fontSizes": {"standard": 16, "fixed": 13}})
    resize(page, 1440, 900)


def test_forced_colours_and_more_contrast(page, daemon):
    reduce_motion(page, True, forced_colors="active")
    go(page, daemon)
    assert js(page, "return getComputedStyle(document.querySelector('[role=tab][aria-selected=true]')).outlineStyle") == "solid"
    page.keep("access-forced-colors")
    reduce_motion(page, True, prefers_contrast="more")
    go(page, daemon)
    assert js(page, CONTRAST) == []
    reduce_motion(page, True)


def test_it_prints_dark_on_white(page, daemon):
    go(page, daemon, f"{LINK}&theme=dark")
    pdf = base64.b64decode(page.browser.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})["data"])
    OUTPUT.mkdir(exist_ok=True)
    (OUTPUT / "print.pdf").write_bytes(pdf)
    assert pdf.startswith(b"%PDF") and 1 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 4
    # The picture is on it, finer than on the screen, and no empty sheet of this size.
    width = js(page, "return document.getElementById('stage').clientWidth")
    assert 3 * width in [int(number) for number in re.findall(rb"/Width (\d+)", pdf)]
    assert js(page, """
      dispatchEvent(new Event("beforeprint"));
      const paper = document.querySelector("#stage .paper");
      const pixels = new Uint32Array(paper.getContext("2d").getImageData(0, 0, paper.width, paper.height).data.buffer);
      dispatchEvent(new Event("afterprint"));
      return new Set(pixels).size;""") > 500
    assert js(page, "return document.querySelector('.paper')") is None
    page.until(lambda: js(page, "return document.documentElement.dataset.theme") == "dark", "the theme again")


def test_the_theme_follows_the_system_until_one_is_chosen(page, daemon):
    theme = "return document.documentElement.dataset.theme"
    go(page, daemon, "#i=photos-hnsw")
    js(page, "localStorage.clear()")
    reduce_motion(page, True, prefers_color_scheme="light")
    go(page, daemon, "#i=photos-hnsw")
    assert js(page, theme) == "light"
    reduce_motion(page, True, prefers_color_scheme="dark")
    page.until(lambda: js(page, theme) == "dark", "the system's theme")
    page.click("theme")
    assert js(page, theme) == "light"
    go(page, daemon, "#i=photos-hnsw")
    assert js(page, theme) == "light", "what was chosen is kept"
    js(page, "localStorage.clear()")
    reduce_motion(page, True)


def test_pictures_are_saved(page, daemon):
    go(page, daemon)
    size = js(page, "const c = document.getElementById('canvas'); return [c.clientWidth, c.clientHeight]")
    for times in (1, 3):
        share(page, f"png-{times}")
        png = downloaded(page, ".png")
        assert png[:8] == b"\x89PNG\r\n\x1a\n"
        width, height = struct.unpack(">II", png[16:24])
        assert (width, height) == (size[0] * times, (size[1] + 46) * times)
    (OUTPUT / "shared-3x.png").write_bytes(png)
    for view in ("descent", "chart"):
        page.click(f"tab-{view}")
        page.until(lambda: page.snapshot()["view"] == view)
        time.sleep(0.5)
        share(page, "svg")
        svg = re.sub("href=\"data:[^\"]*\"", "href=\"data:,\"", (whole := downloaded(page, ".svg").decode()))
        (OUTPUT / f"shared-{view}.svg").write_text(whole)
        error = js(page, "const d = new DOMParser().parseFromString(arguments[0], 'image/svg+xml');"
                         "return d.querySelector('parsererror')?.textContent ?? ''", svg)
        assert error == "" and svg.count("<path") > 20 and "hnswlib" in svg and "NaN" not in svg and "undefined" not in svg
        # The map is marks, too: the only pictures are those of the results.
        assert svg.count("<image") == len(page.snapshot()["results"])


def test_a_saved_search_is_replayed_without_a_daemon(page, daemon, tmp_path):
    for index, view, seen in (("photos-hnsw", "descent", LINK), ("photos-ivf", "cells", "#v=cells&i=photos-ivf&label=40&k=5&nprobe=6")):
        go(page, daemon, seen)
        page.until(lambda: page.snapshot()["recall"] is not None, "the recall")
        page.until(lambda: js(page, "return [...document.querySelectorAll('#results img')].every((i) => i.naturalWidth)"))
        before = page.snapshot()
        share(page, "trace")
        data = downloaded(page, ".trace.json")
        assert json.loads(data)["annscope"] == "trace"
        path = tmp_path / f"{index}.trace.json"
        path.write_bytes(data)
        with static() as url:
            page.browser.get(url)
            page.until(lambda: "No daemon answers" in js(page, "return document.getElementById('state').innerText"), "that there is none")
            page.keep("state-no-daemon")
            page.find("trace-file").send_keys(str(path))
            page.until(lambda: page.snapshot()["index"] == index, "the saved search")
            press_away(page)
            press(page, Keys.END)
            page.until(lambda: page.snapshot()["cursor"] == before["total"])
            after = page.snapshot()
            for part in ("results", "visitedByLayer", "litCells", "distances", "stopReason", "recall", "search", "total"):
                assert after[part] == before[part], part
            assert after["view"] == view and "A saved search, from the file" in page.text("strips")
            page.until(lambda: js(page, "return document.querySelectorAll('#results img').length") >= 3, "the pictures")
            page.keep(f"saved-{index}")
            bad = tmp_path / "bad.json"
            bad.write_text('{"annscope":"trace","version":1}')
            page.find("trace-file").send_keys(str(bad))
            page.until(lambda: "The file can’t be shown" in page.text("banner"), "the reason")
            assert page.snapshot()["index"] == index
            page.click("do-close-file")
            page.until(lambda: page.snapshot()["index"] is None)


def test_a_saved_search_is_dropped_onto_the_page(page, daemon):
    go(page, daemon)
    share(page, "trace")
    text = downloaded(page, ".trace.json").decode()
    js(page, """
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
