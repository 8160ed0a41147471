"""`make install` puts everything where a service finds it, and `make uninstall` takes it away."""
import os
import re
import signal
import subprocess
import sys
import time

import numpy
from conftest import BINARY, ROOT
from daemon import WAIT, Daemon, plain_environment


def make(target, root, *variables):
    subprocess.run(
        ["make", "-s", "-C", ROOT, target, f"DESTDIR={root}", "PREFIX=/usr", "UNITDIR=/lib/systemd/system",
         f"PROGRAM={BINARY}", *variables], check=True)


def test_install_and_uninstall(tmp_path):
    make("install", tmp_path)
    unit = (tmp_path / "lib/systemd/system/annscope.service").read_text()
    assert "ExecStart=/usr/bin/annscope serve" in unit and "Type=notify" in unit and "@PREFIX@" not in unit
    socket = (tmp_path / "lib/systemd/system/annscope.socket").read_text()
    assert "ListenStream=127.0.0.1:7700" in socket
    assert (tmp_path / "etc/sysusers.d/annscope.conf").exists() and (tmp_path / "etc/tmpfiles.d/annscope.conf").exists()
    configuration = tmp_path / "etc/annscope/annscope.toml"
    assert '\npaths = ["/usr/share/annscope/demo"]\n' in configuration.read_text()
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


def test_a_configuration_that_was_changed_stays(tmp_path):
    configuration = tmp_path / "etc/annscope/annscope.toml"
    configuration.parent.mkdir(parents=True)
    configuration.write_text("# mine\n")
    make("install", tmp_path)
    make("uninstall", tmp_path)
    assert configuration.read_text() == "# mine\n"


def test_the_units_are_sound(tmp_path):
    make("install", tmp_path)
    units = [tmp_path / f"lib/systemd/system/annscope.{kind}" for kind in ("service", "socket")]
    for unit in units:
        unit.write_text(unit.read_text().replace("/usr/", f"{tmp_path}/usr/"))
    check = subprocess.run(["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True)
    # A misspelt key is only a line of output.
    assert (check.returncode, check.stdout, check.stderr) == (0, "", "")
    exposure = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--threshold=15", units[0]], capture_output=True, text=True)
    assert exposure.returncode == 0, exposure.stdout[-300:]


def readme_commands(*names):
    """The README's lines that run one of these commands of annscope and end by themselves."""
    text = (ROOT / "README.md").read_text().replace("\\\n", "")
    lines = [line for block in re.findall(r"```sh\n(.*?)```", text, re.S) for line in block.splitlines()]
    return [line for line in lines if re.match(rf"annscope ({'|'.join(names)}) ", line)]


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
        folder = tmp_path / "readme"
        folder.mkdir()
        (folder / "Sources").symlink_to(ROOT / "Sources")
        numpy.save(folder / "queries.npy", numpy.zeros((3, 128), "float32"))
        (folder / "queries.jsonl").write_text('{"label": 40}\n')
        path = f"{ROOT / '.build/release'}:{os.environ['PATH']}"
        for command in readme_commands("push", "search", "inspect", "default-config", "check-config", "show-config"):
            result = subprocess.run(
                command, shell=True, cwd=folder, env={**plain_environment(), "PATH": path}, capture_output=True, text=True,
                timeout=WAIT)
            assert result.returncode == 0, f"{command}: {result.stderr}"
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)
