"""The connection's module on its own: what its document says is run in Chromium against the real daemon."""

import re

from browser import Page
from conftest import ROOT


def test_the_documents_example(photos):
    text = (ROOT / "web" / "CLIENT.md").read_text()
    code = re.search(r"```js\n(.*?)```", text, re.S)[1].replace("ws://127.0.0.1:7700/", photos.url.replace("http", "ws"))
    with Page(photos.url) as page:
        answer = page.browser.execute_async_script(f"""
            const done = arguments[0];
            (async () => {{
              {code}
              while (steps < events) await new Promise((resolve) => setTimeout(resolve, 50));
              done({{ labels: results.map(({{ label }}) => label), steps, events, code: await connection.request("none").catch((error) => error.code) }});
            }})().catch((error) => done(String(error)));""")
    assert answer["labels"][0] == 40 and len(answer["labels"]) == 5
    assert answer["steps"] == answer["events"] > 10
    assert answer["code"] == -32601
