"""The unit as it is installed, in a real systemd: ready, reload, watchdog, credentials, clean stop, socket activation."""
import os
import re
import shutil
import subprocess

import pytest
from conftest import BINARY, ROOT

HERE = ROOT / "Tests/EndToEnd/systemd"
SYSTEM = ROOT / "test-output/systemd-root"
# The C library and its loader belong together, and the system has its own.
OWN_LIBRARIES = re.compile(r"(libc|libm|libdl|libpthread|librt|ld-linux-x86-64)\.so")

DROP_IN = """[Service]
Environment=LD_LIBRARY_PATH=/opt/annscope/lib
WatchdogSec=3
RestartSec=0
"""

TEST_UNIT = """[Service]
Type=oneshot
Environment=LD_LIBRARY_PATH=/opt/annscope/lib
ExecStart=/annscope-test.sh /annscope-test.out
ExecStopPost=/usr/bin/systemctl --no-block poweroff
TimeoutStartSec=150
"""


def as_root(*command, **options):
    """Fails where neither root nor sudo without a password is to be had: this test is never left out silently."""
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    result = subprocess.run([*prefix, *map(str, command)], capture_output=True, text=True, **options)
    assert result.returncode == 0, f"{command}: {result.stdout[-2000:]}{result.stderr[-2000:]}"
    return result.stdout


@pytest.fixture(scope="module")
def facts(tmp_path_factory):
    """What was seen inside, by name; the log under `log`."""
    as_root(HERE / "make_root.sh", SYSTEM, timeout=900)
    staged = tmp_path_factory.mktemp("system")
    # It becomes the root folder, which all must be able to enter.
    staged.chmod(0o755)
    subprocess.run(
        ["make", "-s", "-C", ROOT, "install", f"DESTDIR={staged}", "PREFIX=/usr", "UNITDIR=/lib/systemd/system",
         f"PROGRAM={BINARY}"], check=True)
    (staged / "usr/lib").mkdir(exist_ok=True)
    shutil.move(staged / "lib/systemd", staged / "usr/lib/systemd")
    (staged / "lib").rmdir()
    libraries = staged / "opt/annscope/lib"
    libraries.mkdir(parents=True)
    listed = subprocess.run(["ldd", BINARY], check=True, capture_output=True, text=True).stdout
    for path in re.findall(r"=> (/\S+)", listed):
        if not OWN_LIBRARIES.match(path.rsplit("/", 1)[1]):
            shutil.copy(path, libraries)
    units = staged / "etc/systemd/system"
    (units / "annscope.service.d").mkdir(parents=True)
    (units / "annscope.service.d/test.conf").write_text(DROP_IN)
    (units / "annscope-test.service").write_text(TEST_UNIT)
    shutil.copy(HERE / "inside.sh", staged / "annscope-test.sh")
    # What an earlier run left.
    as_root("rm", "-rf", *(SYSTEM / path for path in [
        "etc/annscope", "var/lib/annscope", "var/lib/private/annscope", "var/log/journal", "annscope-test.out"]))
    as_root("cp", "-a", "--no-preserve=ownership", f"{staged}/.", SYSTEM)
    as_root(
        "systemd-nspawn", "-q", "-D", SYSTEM, "--register=no", "--keep-unit", "-b", "systemd.unit=annscope-test.service",
        stdin=subprocess.DEVNULL, timeout=200)
    text = as_root("cat", SYSTEM / "annscope-test.out")
    rows, _, log = text.partition("--- log\n")
    return {**dict(line.partition("=")[::2] for line in rows.splitlines()), "log": log, "all": text}


def expect(facts, **wanted):
    assert {name: facts.get(name) for name in wanted} == wanted, facts["all"]
    assert "gave_up_on" not in facts, facts["all"]


def test_it_is_ready_and_has_no_rights(facts):
    expect(facts, start="0", state="active", health="200", capabilities="0000000000000000", no_new_privileges="1",
           seccomp="2", state_folder="700")
    assert int(facts["user"]) >= 61184, "the user is dynamic"
    assert re.fullmatch(r"\d+ indexes, 0 viewers, 0 searches", facts["status_text"])


def test_a_reload_is_taken_over_or_refused_by_the_same_process(facts):
    expect(facts, reload="0", state_after_reload="active", state_after_bad_reload="active", same_process="yes",
           priority='"PRIORITY":"3"')
    assert "/etc/annscope/annscope.toml:1:1" in facts["status_of_bad_reload"]


def test_a_daemon_that_stands_still_is_killed_and_started_again(facts):
    expect(facts, restarts="1", watchdog="1", health_after_watchdog="200")


def test_tokens_come_as_a_credential(facts):
    expect(facts, without_token="401", with_token="200", token_in_log="0")


def test_it_stops_cleanly(facts):
    expect(facts, result="success", exit_status="0", state_after_stop="inactive")


def test_the_first_visitor_starts_it(facts):
    expect(facts, state_before_visitor="inactive", health_by_socket="200", state_after_visitor="active",
           unix_socket="root:annscope-clients 660", socket_result="success")
