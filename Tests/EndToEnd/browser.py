"""The page in a real Chromium."""
import atexit
import os
import time

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By

from conftest import KEEPS_PICTURES, ROOT

OUTPUT = ROOT / "test-output"
SIZE = "1440,1000"
WAIT = 60

# Counts what others ask for while so many frames are drawn, however long these take.
FRAMES_ASKED_FOR = """
const [frames, done] = arguments;
const request = window.requestAnimationFrame;
let asked = 0, left = frames;
window.requestAnimationFrame = (callback) => {
  asked += 1;
  return request.call(window, callback);
};
const count = () => {
  left -= 1;
  if (left > 0) return request.call(window, count);
  window.requestAnimationFrame = request;
  done(asked);
};
request.call(window, count);
"""


class Page:
    """Drives the page as a person does: by what can be clicked, and sees what it shows."""

    #: Browsers that no page has at the moment, by the size of their windows: to start one takes seconds.
    idle = {}

    def __init__(self, url, size=SIZE, theme="dark"):
        self.start(url, size)
        self.arrived()
        if self.script("return document.documentElement.dataset.theme") != theme:
            self.click("theme")

    @classmethod
    def blank(cls, size=SIZE):
        """A browser that shows nothing yet."""
        page = cls.__new__(cls)
        page.begin(size)
        return page

    def begin(self, size, prepare=None):
        """Takes a browser that shows nothing; `prepare` changes the options of one of its own."""
        self.size = size
        self.browser = launch(size, prepare) if prepare or not self.idle.get(size) else self.idle[size].pop()

    def start(self, url, size=SIZE):
        """Opens the page, whatever it shows."""
        self.begin(size)
        self.load(url)

    def load(self, url):
        """Opens an address anew, even one that differs only behind the `#`."""
        self.browser.get("about:blank")
        self.browser.get(url)

    def go(self, url, index=None):
        """Opens an address, and waits until the page is connected, and shows this index."""
        self.load(url)
        self.until(lambda: self.snapshot()["connected"], "the connection")
        if index:
            self.until(lambda: self.snapshot()["index"] == index, index)

    def arrived(self):
        """Waits until there is something to be seen."""
        self.until(lambda: self.snapshot()["connected"] and self.snapshot()["index"], "the indexes")

    def prefers(self, motion="reduce", **features):
        """What the reader has told the system; without motion a search is at its end at once."""
        told = {"prefers-reduced-motion": motion, **{name.replace("_", "-"): value for name, value in features.items()}}
        self.browser.execute_cdp_cmd(
            "Emulation.setEmulatedMedia", {"features": [{"name": name, "value": value} for name, value in told.items()]})

    def script(self, text, *arguments):
        return self.browser.execute_script(text, *arguments)

    def snapshot(self):
        return self.script("return window.annscope ? window.annscope.snapshot() : {}") or {"connected": False}

    def find(self, name):
        return self.browser.find_element(By.CSS_SELECTOR, f'[data-testid="{name}"]')

    def click(self, name):
        """A person clicks what is there now; the driver may hold what was there a moment ago, and looks again."""
        for _ in range(5):
            try:
                element = self.find(name)
                self.script("arguments[0].scrollIntoView({block: 'nearest'})", element)
                return element.click()
            except StaleElementReferenceException:
                continue
        raise AssertionError(f"{name} is drawn anew all the time")

    def click_canvas(self, x, y):
        """Clicks the picture, at a point from its upper left corner."""
        canvas = self.browser.find_element(By.ID, "canvas")
        middle = canvas.size["width"] / 2, canvas.size["height"] / 2
        ActionChains(self.browser).move_to_element_with_offset(canvas, int(x - middle[0]), int(y - middle[1])).click().perform()

    def press(self, *keys):
        """Types where the focus is."""
        for key in keys:
            ActionChains(self.browser).send_keys(key).perform()

    def blur(self):
        self.script("document.activeElement.blur()")

    def fill(self, name, value):
        field = self.find(name)
        field.clear()
        field.send_keys(value)

    def put(self, name, value, event="input"):
        """Gives a field, a slider or a list its value at once, where a key at a time would be many changes."""
        self.script(
            "const [field, value, event] = arguments; field.value = value; field.dispatchEvent(new Event(event, { bubbles: true }))",
            self.find(name), value, event)

    def until(self, condition, what="what was waited for"):
        end = time.monotonic() + WAIT
        while time.monotonic() < end:
            try:
                if condition():
                    return
            except Exception:  # noqa: BLE001 - the page is being redrawn; the time limit tells
                pass
            time.sleep(0.05)
        OUTPUT.mkdir(exist_ok=True)
        self.browser.save_screenshot(str(OUTPUT / "waited-in-vain.png"))
        raise AssertionError(f"{what} did not come: {self.snapshot()}")

    def open(self, index):
        # A long list is folded, and opens over the page for who points at it.
        self.script("document.querySelector(`[data-testid='index-${arguments[0]}']`).click()", index)
        self.until(lambda: self.snapshot()["index"] == index)
        self.until(lambda: "being made" not in self.text("explanation"), "the map")

    def text(self, name):
        """The text of a part of the page; read at once, as the page may redraw it at any time."""
        return self.script("return document.getElementById(arguments[0]).textContent", name)

    def told(self, name):
        """What is to be read in an element, read at once; nothing where it is hidden."""
        return self.script(
            "const node = document.querySelector(`[data-testid='${arguments[0]}']`); return node.checkVisibility() ? node.innerText.trim() : ''",
            name)

    def seek(self, cursor):
        """Moves the slider to a step."""
        self.until(lambda: int(self.find("scrub").get_property("max")) >= cursor, "the slider")
        self.put("scrub", cursor)
        self.until(lambda: self.snapshot()["cursor"] == cursor, "the step")
        return self.drawn()

    def run(self, index=None, **fields):
        """Searches by what is written into the fields; what is shown at the end of it."""
        if index and self.snapshot()["index"] != index:
            self.open(index)
        for name, value in fields.items():
            self.fill(f"query-{name}", str(value))
        before = self.snapshot()["search"]
        self.click("run")
        return self.finished(before)

    def finished(self, before=None):
        """What is shown at the end of a search other than `before`. Nobody waits until it is played: see `played`."""
        def is_there():
            now = self.snapshot()
            return now["search"] and now["search"] != before and now["complete"] and now["total"] > 0
        self.until(is_there, "the search")
        now = self.drawn()
        return now if now["cursor"] == now["total"] else self.seek(now["total"])

    def played(self, before=None):
        """Waits until a search other than `before` has been played to its end."""
        def done():
            now = self.snapshot()
            return now["search"] and now["search"] != before and now["complete"] and now["cursor"] == now["total"] > 0
        self.until(done, "the end of the search")
        return self.drawn()

    def measured(self):
        """Waits for the recall of the search that is shown."""
        self.until(lambda: self.snapshot()["recall"] is not None, "the recall")
        return self.drawn()

    def drawn(self):
        """What is shown, once the words and the picture say so as well."""
        self.browser.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")
        return self.snapshot()

    def rests(self, frames=20):
        """Waits until so many frames go by, 60 a second at most, in which nothing is drawn."""
        self.until(lambda: self.browser.execute_async_script(FRAMES_ASKED_FOR, frames) == 0, "rest")

    def keep(self, name):
        """A picture for those who want to look at it, once what moves has come to rest."""
        self.drawn()
        if KEEPS_PICTURES:
            OUTPUT.mkdir(exist_ok=True)
            time.sleep(0.6)  # what never rests, as the live view, is kept all the same
            self.browser.save_screenshot(str(OUTPUT / f"{name}.png"))

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        """What the page's log says counts at the end of a block that did not fail."""
        if kind is None:
            self.close()
        else:
            self.leave()

    def close(self):
        """Lets go of the browser; errors in the page's log are failures."""
        log = [line["message"] for line in self.browser.get_log("browser") if line["level"] == "SEVERE"]
        self.leave()
        assert not log, log

    def leave(self):
        """Lets go of the browser, whatever is in the page's log. The next page gets an empty tab: what was emulated, injected
        and stored ends with this one."""
        old = self.browser.current_window_handle
        self.browser.execute_cdp_cmd("Storage.clearDataForOrigin", {"origin": "*", "storageTypes": "all"})
        self.browser.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "default"})
        self.browser.switch_to.new_window("tab")
        new = self.browser.current_window_handle
        self.browser.switch_to.window(old)
        self.browser.close()
        self.browser.switch_to.window(new)
        self.browser.get_log("browser")
        self.idle.setdefault(self.size, []).append(self.browser)


def launch(size, prepare=None):
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", f"--window-size={size}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    if prepare:
        prepare(options)
    return webdriver.Chrome(options=options, service=webdriver.ChromeService("/usr/bin/chromedriver", log_output=os.devnull))


@atexit.register
def quit_all():
    for browsers in Page.idle.values():
        for browser in browsers:
            browser.quit()
