"""Where options come from, what is wrong with them, and what a running daemon takes over."""
import json
import os
import re
import shutil
import signal
import subprocess
import time
import tomllib

import pytest
from conftest import BINARY, DEMO, ROOT
from daemon import WAIT, Daemon, wait_for

IVF = "faiss_ivf128_flat_l2.index"


@pytest.fixture
def configured(tmp_path):
    """A daemon with a configuration file; `write` gives it other content."""
    daemons = []

    class Configured:
        file = tmp_path / "annscope.toml"

        def write(self, text):
            # As an editor does: a reload never sees half of it.
            new = tmp_path / ".new"
            new.write_text(text)
            new.rename(self.file)

        def start(self, text, *more, **options):
            self.write(text)
            daemon = Daemon(BINARY, "serve", "--config", str(self.file), "--log-level", "info", *more, **options)
            daemons.append(daemon)
            return daemon

        def reload(self, daemon, words):
            """Sends SIGHUP and waits for a line of the log."""
            before = len(daemon.errors)
            daemon.process.send_signal(signal.SIGHUP)
            wait_for(lambda: any(words in line for line in daemon.errors[before:]))

    yield Configured()
    for daemon in daemons:
        if daemon.process.poll() is None:
            daemon.stop(signal.SIGKILL)


def indexes(tmp_path, *names):
    folders = []
    for name in names:
        folder = tmp_path / name
        folder.mkdir()
        shutil.copy(DEMO / IVF, folder / f"{name}.index")
        folders.append(folder)
    return folders


def shown(text):
    """What `show-config` prints, by key: value and origin."""
    rows = [re.fullmatch(r"(\S+) = (.*?) +# (.*)", line) for line in text.splitlines()]
    return {row[1]: (tomllib.loads("v = " + row[2])["v"], row[3]) for row in rows}


def run(*arguments, **environment):
    plain = {key: value for key, value in os.environ.items() if not key.startswith("ANNSCOPE_")}
    return subprocess.run(
        [BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=WAIT, env={**plain, **environment})


def test_flags_go_before_the_environment_and_that_before_the_file(tmp_path):
    file = tmp_path / "a.toml"
    file.write_text('[search]\nqueue = 1\nkept = 1\ndeadline = "1s"\n')
    result = run("show-config", "--config", file, "--search-queue", "3", ANNSCOPE_SEARCH_QUEUE="2", ANNSCOPE_SEARCH_KEPT="2")
    options = shown(result.stdout)
    assert options["search.queue"] == (3, "flag --search-queue")
    assert options["search.kept"] == (2, "env ANNSCOPE_SEARCH_KEPT")
    assert options["search.deadline"] == ("1s", f"{file}:4")
    assert options["stream.listed"] == (20, "default")
    # The file can be named by the environment, too.
    assert shown(run("show-config", ANNSCOPE_CONFIG=str(file)).stdout)["search.queue"] == (1, f"{file}:2")


def test_the_default_file_is_toml_and_says_what_holds_without_it(tmp_path):
    text = run("default-config").stdout
    assert tomllib.loads(text) == {name: {} for name in re.findall(r"^\[(.*)\]$", text, re.M)}
    in_force = re.sub(r"^#(?! )", "", text, flags=re.M)
    flat = {}
    for key, value in tomllib.loads(in_force).items():
        flat |= {f"{key}.{name}": item for name, item in value.items()} if isinstance(value, dict) else {key: value}
    assert flat == {key: value for key, (value, _) in shown(run("show-config").stdout).items()}
    file = tmp_path / "a.toml"
    file.write_text(in_force)
    assert run("check-config", "--config", file).returncode == 0


def test_all_faults_are_told_with_their_places(tmp_path):
    file = tmp_path / "a.toml"
    file.write_text('pahts = ["/srv"]\n[search]\nqueue = 0\ndeadline = 10\n"kept" = 5 # fine\n')
    result = run("check-config", "--config", file, ANNSCOPE_SERACH_KEPT="1")
    assert result.returncode == 78
    lines = result.stderr.splitlines()[1:]
    assert [line.split(": ")[0] for line in lines] == [
        f"{file}:1:1", f"{file}:3:9", f"{file}:4:12", "ANNSCOPE_SERACH_KEPT"]
    assert "did you mean paths?" in lines[0] and "1 to 100000" in lines[1] and "ANNSCOPE_SEARCH_KEPT?" in lines[3]
    # A daemon does not start with it, and says the same.
    assert run("serve", DEMO, "--config", file).stderr.splitlines()[1:] == lines[:3]


def test_a_parser_of_our_own_agrees_with_pythons(tmp_path):
    file = tmp_path / "a.toml"
    for text in [
        'listen = [ "127.0.0.1:1", # one\n  \'[::1]:2\', ]\nsearch.queue = 1_0\n', 'search = { queue = 0x10, kept = 7 }\n',
        '["log"]\n"level" = """\\\n   debug"""\n', "paths = ['''\n/a\tb''', \"/\\u00e9\\\"\"]\n", "\ufeff[ search ]\r\n queue=+5\r\n",
    ]:
        file.write_text(text, newline="")
        wanted = tomllib.loads(text.replace("\r\n", "\n").lstrip("\ufeff"))
        options = shown(run("show-config", "--config", file).stdout)
        for key, value in wanted.items():
            for name, part in (value.items() if isinstance(value, dict) else [(None, value)]):
                assert options[f"{key}.{name}" if name else key][0] == part


def test_an_address_that_others_reach_needs_a_token(tmp_path):
    refused = run("serve", DEMO, "--listen", "0.0.0.0:0")
    assert refused.returncode == 78 and refused.stdout == ""
    assert "no token guards it" in refused.stderr and 'tokens = "/etc/annscope/tokens"' in refused.stderr
    # What the message says works.
    tokens = tmp_path / "tokens"
    line = run("make-token", "publisher", "anna").stdout
    tokens.write_text(line)
    tokens.chmod(0o600)
    assert run("check-config", DEMO, "--listen", "0.0.0.0:0", "--tokens", tokens).returncode == 0
    tokens.chmod(0o644)
    assert "can be read by everybody" in run("check-config", DEMO, "--tokens", tokens).stdout
    tokens.write_text(line + "viewer anna 0123456789abcdef\nviewer bob short\n")
    result = run("check-config", DEMO, "--tokens", tokens)
    assert f"{tokens}:2: " in result.stderr and f"{tokens}:3: " in result.stderr
    assert "short" not in result.stderr and line.split()[2] not in result.stderr


def test_there_must_be_something_to_watch():
    assert "there is nothing to watch" in run("serve").stderr


def test_paths_come_from_the_environment(tmp_path):
    first, second = indexes(tmp_path, "first", "second")
    daemon = Daemon(BINARY, "serve", env={"ANNSCOPE_PATHS": f"{first} {second}"})
    client = daemon.client()
    client.subscribe("indexes")
    assert {client.next("index.loaded")["index"]["name"] for _ in range(2)} == {"first", "second"}
    assert daemon.stop() == 0


def test_a_reload_takes_paths_over_and_announces_only_what_is_new(configured, tmp_path):
    first, second, third = indexes(tmp_path, "first", "second", "third")
    daemon = configured.start(f'paths = ["{first}", "{second}"]\n')
    client = daemon.client()
    client.subscribe("indexes")
    assert {client.next("index.loaded")["index"]["name"] for _ in range(2)} == {"first", "second"}
    configured.write(f'paths = ["{second}", "{third}"]\n')
    configured.reload(daemon, "changed=paths")
    news = [client.next("index.loaded", "index.removed", "index.changed") for _ in range(2)]
    assert sorted(event["type"] for event in news) == ["index.loaded", "index.removed"]
    assert next(event for event in news if event["type"] == "index.loaded")["index"]["name"] == "third"
    # The one that stayed is still followed, and nothing was told of it in between.
    shutil.copy(DEMO / IVF, second / "new.tmp")
    os.rename(second / "new.tmp", second / "second.index")
    event = client.next("index.loaded", "index.removed", "index.changed")
    assert event["type"] == "index.changed" and event["index"]["name"] == "second"
    assert daemon.stop() == 0


def test_a_bad_file_keeps_the_old_configuration(configured, tmp_path):
    first, second = indexes(tmp_path, "first", "second")
    daemon = configured.start(f'paths = ["{first}"]\n')
    client = daemon.client()
    client.subscribe("indexes")
    client.next("index.loaded")
    configured.write(f'paths = ["{second}"]\nqueu = 1\n')
    configured.reload(daemon, f"{configured.file}:2:1")
    assert any("the old one is kept" in line for line in daemon.errors)
    configured.file.unlink()
    configured.reload(daemon, "can't be read")
    assert client.ask("index.list")["indexes"][0]["name"] == "first"
    # What needs a restart is named, and what does not is taken over.
    configured.write(f'paths = ["{second}"]\nlisten = ["127.0.0.1:1"]\n[search]\nworkers = 7\n')
    configured.reload(daemon, "changed=paths")
    assert any("needs a restart" in line and "search.workers" in line for line in daemon.errors)
    assert client.next("index.loaded")["index"]["name"] == "second"
    assert daemon.stop() == 0


def test_a_reload_takes_the_log_level_over(configured):
    daemon = configured.start(f'paths = ["{DEMO}"]\nlog.level = "error"\n')
    assert daemon.stop() == 0  # With --log-level info, which weighs more.
    assert any("stopping" in line for line in daemon.errors)


def test_a_storm_of_hangups_ends_with_what_the_file_said_last(configured, tmp_path):
    first, second = indexes(tmp_path, "first", "second")
    daemon = configured.start(f'paths = ["{first}"]\n')
    for round in range(300):
        configured.write(f'paths = ["{first if round % 2 else second}"]\n' + ("x = [" if round % 7 == 0 else ""))
        daemon.process.send_signal(signal.SIGHUP)
    configured.write(f'paths = ["{second}"]\nsearch.queue = 77\n')
    daemon.process.send_signal(signal.SIGHUP)
    client = daemon.client()
    wait_for(lambda: [index["name"] for index in client.ask("index.list")["indexes"]] == ["second"])
    # Many signals are few reads.
    time.sleep(0.5)
    assert sum("configuration" in line for line in daemon.errors) < 300
    assert daemon.stop() == 0


def test_tokens_decide_who_may_do_what_and_a_reload_takes_one_away(configured, tmp_path):
    tokens = tmp_path / "tokens"
    viewer, publisher = (run("make-token", role, role).stdout for role in ("viewer", "publisher"))
    tokens.write_text(viewer + publisher)
    tokens.chmod(0o600)
    daemon = configured.start(f'paths = ["{DEMO}"]\naccess.tokens = "tokens"\n')
    secrets = [line.split()[2] for line in (viewer, publisher)]
    watching, pushing = (daemon.client(token=secret) for secret in secrets)
    assert watching.hello["role"] == "viewer" and pushing.hello["role"] == "publisher"
    assert daemon.get("api/v1/indexes")[0] == 401
    watching.subscribe("indexes")
    tokens.write_text(publisher)
    configured.reload(daemon, "changed=tokens")
    stream, error = watching.events.get(timeout=WAIT)
    while stream is not None:
        stream, error = watching.events.get(timeout=WAIT)
    assert error.rcvd.code == 4401
    # The other one is not disturbed.
    assert "indexes" in pushing.ask("index.list")
    assert daemon.stop() == 0
    assert not any(secret in line for secret in secrets for line in daemon.errors)


def test_logs_can_be_json(configured):
    daemon = configured.start(f'paths = ["{DEMO}"]\nlog.format = "json"\n')
    assert daemon.stop() == 0
    lines = [json.loads(line) for line in daemon.errors]
    assert any(line["message"] == "loaded" or line["message"] == "listening" for line in lines)
    assert all({"time", "level", "message"} <= line.keys() for line in lines)


def test_names_are_completed_and_helped(annscope):
    assert "--search-kept-memory" in annscope("serve", "--help").stdout
    assert "--search-kept-memory" in annscope("--generate-completion-script", "bash").stdout


def test_the_readme_has_the_options_and_a_file_that_is_sound(tmp_path):
    readme = (ROOT / "README.md").read_text()
    table = readme.split("<!-- options -->\n")[1].split("<!-- /options -->")[0]
    assert table == run("default-config", "--table").stdout, "put `annscope default-config --table` into README.md"
    file = tmp_path / "annscope.toml"
    file.write_text(re.search(r"```toml\n(.*?)```", readme, re.S)[1])
    tokens = tmp_path / "tokens"
    tokens.write_text(run("make-token", "publisher", "nightly").stdout)
    tokens.chmod(0o600)
    result = run("check-config", "--config", file)
    assert (result.returncode, result.stdout) == (0, f"{file} is sound\n"), result.stderr
    assert shown(run("show-config", "--config", file).stdout)["access.tokens"][0] == str(tokens)
