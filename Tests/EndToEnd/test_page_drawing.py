"""How the page draws its map: the same with WebGL2 and without, whole when the camera rests, and nothing while nothing moves."""
import shutil

import numpy
import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from browser import Page
from conftest import BINARY, DEMO
from daemon import Daemon

# Keeps the contexts that draw with WebGL2.
WATCH = """
window.contexts = [];
const getContext = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
  const context = getContext.call(this, kind, ...more);
  if (kind === "webgl2" && context && !window.contexts.includes(context)) window.contexts.push(context);
  return context;
};
"""

COARSE = """
const canvas = document.getElementById("canvas");
const {data, width, height} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
return Array.from({length: height >> 3}, (_, row) => Array.from({length: width >> 3}, (_, column) => [0, 1, 2].map((part) => {
  let sum = 0;
  for (let y = 0; y < 8; y += 1) for (let x = 0; x < 8; x += 1) sum += data[((row * 8 + y) * width + column * 8 + x) * 4 + part];
  return Math.round(sum / 64);
})));
"""


@pytest.fixture(scope="module")
def daemon(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    shutil.copy(DEMO / "hnswlib_M6_ef30_l2.index", folder / "photos.index")
    with Daemon(BINARY, "serve", folder) as daemon:
        yield daemon


class DrawnPage(Page):
    def __init__(self, url, renderer, ratio=1):
        self.begin("1100,800")
        self.browser.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride", {"width": 1100, "height": 800, "deviceScaleFactor": ratio, "mobile": False})
        self.browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH})
        self.browser.get(f"{url}?renderer={renderer}#v=chart&i=photos")
        self.until(self.is_whole, "the map")

    def is_whole(self):
        now = self.snapshot()
        return now["map"]["finished"] and not now["map"]["moves"] and not now["isThin"] and now["contours"]

    def picture(self):
        """The canvas: means of squares of 8 × 8 of its pixels, [rows, columns, 3]."""
        self.until(self.is_whole, "the whole map")
        self.rests()
        return numpy.array(self.script(COARSE), "f4")

    def drag(self, *ways):
        actions = ActionChains(self.browser, duration=20).move_to_element(self.browser.find_element("id", "canvas")).click_and_hold()
        for x, y in ways:
            actions.move_by_offset(x, y)
        actions.release().perform()


def assert_alike(one, other):
    assert one.shape == other.shape
    away = numpy.abs(one - other)
    assert away.mean() < 1.5 and numpy.percentile(away, 99) < 12, (away.mean(), numpy.percentile(away, 99), away.max())


def test_webgl_and_the_processor_draw_the_same_picture_and_a_lost_context_is_survived(daemon):
    with DrawnPage(daemon.url, "webgl2") as page:
        assert page.snapshot()["renderer"] == "webgl2"
        accelerated = page.picture()
        assert accelerated.std() > 5
        page.script("window.lost = contexts[0].getExtension('WEBGL_lose_context'); lost.loseContext()")
        page.until(lambda: page.snapshot()["renderer"] == "canvas2d", "the other renderer")
        assert_alike(page.picture(), accelerated)
        page.script("lost.restoreContext()")
        page.until(lambda: page.snapshot()["renderer"] == "webgl2", "WebGL2 again")
        assert_alike(page.picture(), accelerated)
        page.keep("drawing-webgl2")


@pytest.mark.parametrize("ratio", [1, 2])
def test_without_webgl_the_picture_is_as_sharp_as_the_screen_and_the_camera_comes_to_rest(daemon, ratio):
    with DrawnPage(daemon.url, "canvas", ratio) as page:
        assert page.snapshot()["renderer"] == "canvas2d" and page.script("return contexts.length") == 0
        box = page.script("const {width, clientWidth} = document.getElementById('canvas'); return [width, clientWidth]")
        assert box[0] == box[1] * ratio
        before = page.picture()
        page.drag((40, 10), (40, 10), (40, 10))
        page.until(lambda: page.snapshot()["camera"]["x"] != 0, "the drag")
        first = page.snapshot()["camera"]["x"]
        page.rests()
        assert page.snapshot()["camera"]["x"] >= first >= 40
        assert not numpy.array_equal(page.picture(), before)

        # Nobody moves anything, and nothing is drawn.
        frames = page.snapshot()["frames"]
        page.rests(120)
        assert page.snapshot()["frames"] == frames

        page.blur()
        page.press("0")
        page.until(lambda: page.snapshot()["camera"] == {"scale": 1, "x": 0, "y": 0}, "the whole map")
        assert_alike(page.picture(), before)
        page.keep(f"drawing-canvas-{ratio}x")


def test_arrows_move_the_map_when_it_has_the_focus(daemon):
    with DrawnPage(daemon.url, "canvas") as page:
        page.script("document.getElementById('stage').focus()")
        page.press("+", "+", Keys.ARROW_LEFT)
        page.until(lambda: page.snapshot()["camera"]["scale"] > 1.5, "the zoom")
        page.rests()
        x = page.snapshot()["camera"]["x"]
        page.press(Keys.ARROW_RIGHT)
        page.until(lambda: page.snapshot()["camera"]["x"] == x - 60, "the move to the right")
