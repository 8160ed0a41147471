"""`make install` puts everything where a service finds it, and `make uninstall` takes it away."""
import os
import shutil
import subprocess

import pytest

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
    assert not (tmp_path / "usr/share/annscope/web/test").exists()
    # Moved away from the sources, so that nothing is found there.
    daemon = Daemon(tmp_path / "usr/bin/annscope", "demo")
    assert daemon.get("")[0] == 200
    client = daemon.client()
    client.subscribe("indexes")
    assert client.next("index.loaded")
    assert daemon.stop() == 0
    make("uninstall", tmp_path)
    assert [file for _, _, files in os.walk(tmp_path) for file in files] == []


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed on this machine")
def test_the_unit_is_sound(tmp_path):
    make("install", tmp_path)
    unit = tmp_path / "lib/systemd/system/annscope.service"
    unit.write_text(unit.read_text().replace("/usr/", f"{tmp_path}/usr/"))
    check = subprocess.run(["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True)
    assert check.returncode == 0, check.stderr
