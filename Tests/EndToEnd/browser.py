"""The page in a real Chromium."""
import os
import time

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By

from conftest import ROOT

OUTPUT = ROOT / "test-output"
WAIT = 60


class Page:
    """Drives the page as a person does: by what can be clicked, and sees what it shows."""

    def __init__(self, url, size="1440,1000", theme="dark"):
        self.start(url, size)
        self.until(lambda: self.snapshot()["connected"] and self.snapshot()["index"])
        if self.browser.execute_script("return document.documentElement.dataset.theme") != theme:
            self.click("theme")

    def start(self, url, size="1440,1000"):
        """Opens the page, whatever it shows."""
        self.begin(size)
        self.browser.get(url)

    def begin(self, size, prepare=lambda options: None):
        """Starts a browser without a page; `prepare` may change its options."""
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", f"--window-size={size}"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        prepare(options)
        service = webdriver.ChromeService("/usr/bin/chromedriver", log_output=os.devnull)
        self.browser = webdriver.Chrome(options=options, service=service)

    def snapshot(self):
        return self.browser.execute_script("return window.annscope ? window.annscope.snapshot() : {}") or {"connected": False}

    def find(self, name):
        return self.browser.find_element(By.CSS_SELECTOR, f'[data-testid="{name}"]')

    def click(self, name):
        """A person clicks what is there now; the driver may hold what was there a moment ago, and looks again."""
        for _ in range(5):
            try:
                element = self.find(name)
                self.browser.execute_script("arguments[0].scrollIntoView({block: 'nearest'})", element)
                return element.click()
            except StaleElementReferenceException:
                continue
        raise AssertionError(f"{name} is drawn anew all the time")

    def click_canvas(self, x, y):
        """Clicks the picture, at a point from its upper left corner."""
        canvas = self.browser.find_element(By.ID, "canvas")
        middle = canvas.size["width"] / 2, canvas.size["height"] / 2
        ActionChains(self.browser).move_to_element_with_offset(canvas, int(x - middle[0]), int(y - middle[1])).click().perform()

    def fill(self, name, value):
        field = self.find(name)
        field.clear()
        field.send_keys(value)

    def until(self, condition, what="what was waited for"):
        end = time.monotonic() + WAIT
        while time.monotonic() < end:
            try:
                if condition():
                    return
            except Exception:  # noqa: BLE001 - the page is being redrawn; the time limit tells
                pass
            time.sleep(0.05)
        raise AssertionError(f"{what} did not come: {self.snapshot()}")

    def open(self, index):
        # A long list is folded, and opens over the page for who points at it.
        self.browser.execute_script("document.querySelector(`[data-testid='index-${arguments[0]}']`).click()", index)
        self.until(lambda: self.snapshot()["index"] == index)
        self.until(lambda: "being made" not in self.text("explanation"), "the map")

    def text(self, name):
        """The text of a part of the page; read at once, as the page may redraw it at any time."""
        return self.browser.execute_script("return document.getElementById(arguments[0]).textContent", name)

    def finished(self, before=None):
        """Waits until a search other than `before` has been played to its end."""
        def done():
            now = self.snapshot()
            return now["search"] and now["search"] != before and now["complete"] and now["cursor"] == now["total"] > 0
        self.until(done, "the end of the search")
        return self.snapshot()

    def keep(self, name):
        OUTPUT.mkdir(exist_ok=True)
        time.sleep(0.6)
        self.browser.save_screenshot(str(OUTPUT / f"{name}.png"))

    def close(self):
        """Ends the browser; errors in the page's log are failures."""
        log = [line["message"] for line in self.browser.get_log("browser") if line["level"] == "SEVERE"]
        self.browser.quit()
        assert not log, log
