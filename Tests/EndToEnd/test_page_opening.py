"""The page opens with what its first picture needs; the rest comes after it, and nothing is lost meanwhile."""

import contextlib

import pytest

from browser import Page
from conftest import BINARY
from daemon import Daemon

SHIFTS = """
window.shifts = [];
window.pictureAt = null;
const look = () => {
  const now = window.annscope?.snapshot();
  if (now?.map?.placed > 0 && now.renderer) window.pictureAt = performance.now();
  else requestAnimationFrame(look);
};
requestAnimationFrame(look);
new PerformanceObserver((list) => {
  for (const {value, startTime, sources} of list.getEntries()) window.shifts.push({value, startTime, what: sources.map(({node}) => node?.id || node?.className || node?.nodeName)});
}).observe({type: "layout-shift", buffered: true});
"""


@pytest.fixture(scope="module")
def demo():
    daemon = Daemon(BINARY, "demo")
    yield daemon
    assert daemon.stop() == 0


class OpeningPage(Page):
    """A page whose rest is held up until somebody lets it come."""

    def __init__(self, url, held="*/app.js"):
        self.begin("1440,900")
        self.browser.execute_cdp_cmd("Network.enable", {})
        self.hold(held)
        self.browser.get(url)
        self.until(lambda: (self.snapshot()["map"] or {}).get("placed") and self.snapshot()["renderer"], "the first picture")

    def hold(self, *patterns):
        self.browser.execute_cdp_cmd("Network.setBlockedURLs", {"urls": list(patterns)})

    def is_said(self):
        return self.browser.execute_script("return document.querySelector('[data-testid=notice-incomplete]') !== null")

    def let_come(self):
        self.until(self.is_said, "the note that a part is missing")
        assert not self.snapshot()["connected"]
        self.hold()
        self.until(lambda: self.snapshot()["connected"], "the whole page")
        self.until(lambda: not self.is_said(), "the end of the note")


@contextlib.contextmanager
def opening(url, held="*/app.js"):
    page = OpeningPage(url, held)
    try:
        yield page
    finally:
        # What was held up is told in the log.
        page.browser.quit()


@pytest.mark.parametrize("held", ["*/app.js", "*/panels/results.js", "*/styles/panels.css"])
def test_a_part_that_fails_to_load_is_said_and_tried_again(demo, held):
    with opening(f"{demo.url}#i=photos-hnsw", held) as page:
        page.let_come()
        page.click("picture-1")
        assert len(page.finished()["results"]) > 0


def test_a_search_that_comes_before_the_rest_is_shown_when_it_has(demo):
    with opening(f"{demo.url}#i=photos-ivf") as page:
        client = demo.client()
        answer = client.ask("search.run", index="photos-ivf", label=40, k=3, trace="full", source="shop")
        assert page.snapshot()["search"] is None
        page.let_come()
        shown = page.finished()
        assert shown["search"] == answer["search"]
        assert [hit["node"] for hit in shown["results"]] == [hit["node"] for hit in answer["results"]]
        client.close()


def test_what_is_pressed_before_the_rest_is_there_is_done_when_it_is(demo):
    with opening(f"{demo.url}#i=photos-hnsw") as page:
        assert page.snapshot()["view"] == "descent"
        page.browser.find_element("tag name", "body").send_keys("1")
        page.click("share")
        page.let_come()
        page.until(lambda: page.snapshot()["view"] == "chart", "the view of the key")
        page.until(lambda: page.find("share-link").is_displayed(), "the menu of the button")


def test_views_and_indexes_can_be_chosen_before_the_rest_is_there(demo):
    with opening(f"{demo.url}#i=photos-hnsw") as page:
        page.click("tab-chart")
        page.browser.execute_script("document.querySelector(`[data-testid='index-photos-ivf']`).click()")
        page.until(lambda: page.snapshot()["view"] == "cells" and page.snapshot()["index"] == "photos-ivf", "the other index")
        page.click("tab-live")
        page.let_come()
        page.until(lambda: page.snapshot()["view"] == "live" and page.snapshot()["panels"], "the live view")
        assert page.find("live-index").get_attribute("value") == "photos-ivf"


def test_a_link_that_is_changed_before_the_rest_is_there_is_followed(demo):
    with opening(f"{demo.url}#i=photos-hnsw") as page:
        page.browser.execute_script("location.hash = '#v=cells&i=photos-ivf&label=40&k=3'")
        page.let_come()
        shown = page.finished()
        assert (shown["index"], shown["view"], len(shown["results"])) == ("photos-ivf", "cells", 3)


@pytest.mark.parametrize("link", ["#i=photos-hnsw", "#i=photos-ivf", "#v=chart&i=photos-hnsw"])
def test_the_page_does_not_jump_when_the_rest_comes(demo, link):
    page = Page.__new__(Page)
    page.begin("1440,900")
    page.browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": SHIFTS})
    page.browser.get(demo.url + link)
    page.until(lambda: page.snapshot()["connected"], "the whole page")
    page.until(lambda: page.browser.execute_script("return document.querySelectorAll('#gallery img').length") > 0, "the pictures")
    shifts, picture = page.browser.execute_script("return [window.shifts, window.pictureAt]")
    assert sum(shift["value"] for shift in shifts) < 0.05, shifts
    assert sum(shift["value"] for shift in shifts if shift["startTime"] > picture) < 0.01, (picture, shifts)
    page.close()


@pytest.mark.parametrize("link,panel", [
    ("v=descent&i=photos-hnsw&label=40&k=5&ef=6", "figure-distances"), ("v=cells&i=photos-ivf&label=40&k=5&nprobe=6", "figure-vectors"),
    ("v=chart&i=photos-hnsw&label=40", "find"), ("v=live&i=photos-hnsw", "list-pause"), ("v=compare&i=photos-hnsw&label=40", "compare-run")])
def test_a_link_opens_a_view_with_all_that_belongs_to_it(demo, link, panel):
    with Page(f"{demo.url}#{link}") as page:
        page.until(lambda: page.snapshot()["connected"] and page.snapshot()["view"] == link[2:].split("&")[0], "the view")
        page.until(lambda: page.find(panel).is_displayed(), panel)
