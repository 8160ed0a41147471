"""`make install` puts everything where a service finds it, and `make uninstall` takes it away."""
import os
import re
import signal
import subprocess
import sys
import time

from conftest import BINARY, ROOT
from daemon import Daemon


def make(target, root, *variables):
    subprocess.run(
        ["make", "-s", "-C", ROOT, target, f"DESTDIR={root}", "PREFIX=/usr", "UNITDIR=/lib/systemd/system",
         f"PROGRAM={BINARY}", *variables], check=True)


def test_install_and_uninstall(tmp_path):
    make("install", tmp_path)
    unit = (tmp_path / "lib/systemd/system/annscope.service").read_text()
    assert "ExecStart=/usr/bin/annscope serve" in unit and "Type=notify" in unit and "@PREFIX@" not in unit
    # The one place that the service may write to.
    assert "\nStateDirectory=annscope\n" in unit and "ProtectSystem=strict" in unit
    assert not (tmp_path / "usr/share/annscope/web/test").exists()
    # Moved away from the sources, so that nothing is found there.
    daemon = Daemon(tmp_path / "usr/bin/annscope", "demo")
    assert daemon.get("")[0] == 200
    client = daemon.client()
    client.subscribe("indexes")
    name = client.next("index.loaded")["index"]["name"]
    item = client.ask("index.items", index=name, nodes=[0])["items"][0]
    assert daemon.get(item["media"])[0] == 200
    assert daemon.stop() == 0
    make("uninstall", tmp_path)
    assert [file for _, _, files in os.walk(tmp_path) for file in files] == []


def test_the_unit_is_sound(tmp_path):
    make("install", tmp_path)
    unit = tmp_path / "lib/systemd/system/annscope.service"
    unit.write_text(unit.read_text().replace("/usr/", f"{tmp_path}/usr/"))
    check = subprocess.run(["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True)
    assert check.returncode == 0, check.stderr


def test_make_run(tmp_path):
    """The README's first command: builds in release mode and serves the demo on its port."""
    process = subprocess.Popen(
        ["make", "-s", "-C", ROOT, "run"], stdout=subprocess.PIPE, text=True, start_new_session=True,
        env={**os.environ, "XDG_STATE_HOME": str(tmp_path)})
    try:
        address = next(line for line in process.stdout if line.startswith("annscope: listening on ")).split()[-1]
        assert address == "http://127.0.0.1:7700/"
        assert Daemon.open(address)[0] == 200
        example = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.S)[1]
        deadline = time.monotonic() + 30
        while Daemon.open(address + "readyz")[0] != 200 and time.monotonic() < deadline:
            time.sleep(0.05)
        printed = subprocess.run([sys.executable, "-c", example], check=True, capture_output=True, text=True).stdout
        assert "'label': 40" in printed
        for command in re.findall(r"^curl .*$", (ROOT / "README.md").read_text(), re.M):
            assert '"results"' in subprocess.run(command, shell=True, check=True, capture_output=True, text=True).stdout
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)
