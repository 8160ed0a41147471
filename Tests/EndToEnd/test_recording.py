"""A live daemon is recorded, and the recording is shown as if it were live."""
import json
import os
import shutil
import signal
import subprocess
import threading

import pytest

from browser import Page
from daemon import WAIT, Client, Daemon, wait_for

INDEX = "photos-hnsw"


class Program:
    """A command of annscope that runs beside the test."""

    def __init__(self, binary, *arguments, env=None):
        self.process = subprocess.Popen(
            [binary, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, **(env or {})})
        self.lines = {"out": [], "err": []}
        self.readers = [
            threading.Thread(target=lambda name=name, pipe=pipe: self.lines[name].extend(pipe), daemon=True)
            for name, pipe in (("out", self.process.stdout), ("err", self.process.stderr))]
        for reader in self.readers:
            reader.start()

    def end(self, number=signal.SIGINT):
        if number and self.process.poll() is None:
            self.process.send_signal(number)
        status = self.process.wait(WAIT)
        for reader in self.readers:
            reader.join(WAIT)
        return status

    def says(self, text, name="err"):
        return any(text in line for line in list(self.lines[name]))


class Replay:
    """`annscope replay` with its own port."""

    def __init__(self, binary, *files, options=()):
        self.program = Program(binary, "replay", *files, "--listen", "127.0.0.1:0", *options)
        wait_for(lambda: self.program.lines["out"] or self.program.process.poll() is not None)
        assert self.program.says("listening on", "out"), self.program.lines
        self.url = self.program.lines["out"][0].split()[-1]

    def client(self, **hello):
        return Client(self.url.replace("http", "ws") + "ws", **hello)


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def recorded(path, stream):
    """The events of a stream in a recording."""
    return [
        event for line in lines(path) if "message" in line
        for event in line["message"]["params"].get("events", []) if line["message"]["params"]["stream"] == stream]


def record(binary, daemon, output, *options):
    program = Program(binary, "record", "--server", daemon.url, "--output", output, *options)
    # The map and the searches are followed once the states are there.
    wait_for(lambda: output.exists() and any(event["type"] == "layout.finished" for event in recorded_so_far(output, f"layout/{INDEX}")))
    return program


def recorded_so_far(path, stream):
    try:
        return recorded(path, stream)
    except json.JSONDecodeError:
        return []


def run_searches(client, count, start=0):
    return [client.ask("search.run", index=INDEX, label=start + number, k=3, source="a test", trace="full") for number in range(count)]


@pytest.fixture(scope="module")
def recording(annscope_binary, tmp_path_factory):
    """A recording of ten searches, and what the live daemon said of them."""
    output = tmp_path_factory.mktemp("recording") / "live.jsonl"
    daemon = Daemon(annscope_binary, "demo").ready()
    program = record(annscope_binary, daemon, output)
    viewer = daemon.client()
    answers = run_searches(daemon.client(), 10)
    traces = {answer["search"]: viewer.ask("search.trace", search=answer["search"]) for answer in answers}
    wait_for(lambda: sum(event["type"] == "search.recall" for event in recorded_so_far(output, f"searches/{INDEX}")) >= 1)
    assert program.end() == 0, program.lines
    assert program.says("10 searches", "out")
    map_events = recorded(output, f"layout/{INDEX}")
    assert daemon.stop() == 0
    return {"path": output, "answers": answers, "traces": traces, "map": map_events}


def test_a_recording_begins_with_what_the_daemon_is_and_has_times_that_rise(recording):
    first, *rest = lines(recording["path"])
    assert first["annscope"] == "recording" and first["version"] == 2
    assert first["hello"]["epoch"] and first["hello"]["limits"]["maxK"] and len(first["hello"]["indexes"]) == 6
    times = [line["at"] for line in [first, *rest]]
    assert times == sorted(times)


def test_a_replay_brings_the_same_searches_with_the_same_steps(annscope_binary, recording):
    replay = Replay(annscope_binary, recording["path"], options=["--speed", "100"])
    client = replay.client()
    assert client.hello["role"] == "viewer" and {index["name"] for index in client.hello["indexes"]} >= {INDEX}
    assert client.hello["epoch"] != lines(recording["path"])[0]["hello"]["epoch"]
    assert client.subscribe(f"searches/{INDEX}")["offset"] == 0
    for answer in recording["answers"]:
        started, columns, finished = client.search()
        assert started["search"] == answer["search"] and started["source"] == "a test"
        assert finished["results"] == answer["results"] and finished["counters"] == answer["counters"]
        trace = recording["traces"][answer["search"]]
        for name in ("kind", "flags", "layer", "from", "to", "distance"):
            assert columns[name] == trace["columns"][name]
        again = client.ask("search.trace", search=answer["search"])
        assert again["columns"]["to"] == trace["columns"]["to"] and again["results"] == trace["results"]
        assert again["started"] == trace["started"] and again["place"] == trace["place"]
    assert replay.program.end() == 0
    assert replay.program.says("the recording is over")


def test_a_replay_has_the_map(annscope_binary, recording):
    replay = Replay(annscope_binary, recording["path"])
    client = replay.client(capabilities={"columns": "base64"})
    client.subscribe(f"searches/{INDEX}")
    client.subscribe(f"layout/{INDEX}")
    last = {event["key"]: event for event in recording["map"]}
    got = {}
    while got.get("finished", {}).get("type") != "layout.finished":
        stream, event = client.events.get(timeout=WAIT)
        if stream == f"layout/{INDEX}":
            got["finished" if event["type"] == "layout.finished" else event["key"]] = event
    nodes = [key for key in last if key.startswith("nodes/")]
    assert nodes
    for key in nodes:
        assert got[key]["node"] == last[key]["node"] and got[key]["x"] == last[key]["x"]
    replay.program.end()


def test_what_a_recording_does_not_hold_is_said(annscope_binary, recording):
    replay = Replay(annscope_binary, recording["path"])
    client = replay.client()
    assert "recording" in client.ask("search.run", index=INDEX, label=1)["message"]
    assert "recording" in client.ask("index.node", index=INDEX, node=1)["message"]
    assert client.ask("search.trace", search="s1")["code"] == -32002
    assert client.ask("search.trace", search="s999")["code"] == -32002
    assert [index["name"] for index in client.ask("index.list")["indexes"]] == [index["name"] for index in client.hello["indexes"]]
    replay.program.end()


def test_a_replay_that_loops_sends_its_viewers_away_and_begins_again(annscope_binary, recording):
    replay = Replay(annscope_binary, recording["path"], options=["--speed", "1000", "--loop"])
    epochs = set()
    for _ in range(3):
        client = replay.client()
        epochs.add(client.hello["epoch"])
        client.subscribe(f"searches/{INDEX}")
        started, _, _ = client.search()
        assert started["search"] == recording["answers"][0]["search"]
        while True:
            stream, event = client.events.get(timeout=WAIT)
            if stream is None:
                assert event.rcvd.code == 1012
                break
    assert len(epochs) == 3
    assert replay.program.end() == 0


def test_a_recording_without_searches_does_not_begin_again_all_the_time(annscope_binary, recording, tmp_path):
    path = tmp_path / "still.jsonl"
    path.write_text("".join(
        json.dumps(line) + "\n" for line in lines(recording["path"])
        if not line.get("message", {}).get("params", {}).get("stream", "").startswith("searches/")))
    replay = Replay(annscope_binary, path, options=["--loop"])
    wait_for(lambda: replay.program.says("the recording is over"))
    clients = [replay.client() for _ in range(3)]
    assert len({client.hello["epoch"] for client in clients}) == 1
    assert all(client.ask("index.list")["indexes"] for client in clients)
    assert replay.program.end() == 0


def test_an_index_is_described_by_its_summary(annscope_binary, recording):
    replay = Replay(annscope_binary, recording["path"])
    client = replay.client()
    summary = next(index for index in client.ask("index.list")["indexes"] if index["name"] == INDEX)
    assert client.ask("index.describe", index=INDEX) == summary
    assert client.ask("index.describe", index="nothing")["code"] == -32001
    replay.program.end()


def test_the_page_shows_a_recording(annscope_binary, recording):
    replay = Replay(annscope_binary, recording["path"])
    with Page(replay.url) as page:
        page.open(INDEX)
        page.finished()
        page.until(lambda: "revision 1" in page.text("details"), "what the recording says of the index")
        # Nothing is asked for that a recording does not have.
        assert page.text("banner") == ""
        assert page.snapshot()["search"] in {answer["search"] for answer in recording["answers"]}
    replay.program.end()


def test_a_recorder_goes_on_after_the_daemon_was_started_anew(annscope_binary, demo, tmp_path):
    output = tmp_path / "r.jsonl"
    daemon = Daemon(annscope_binary, "demo").ready()
    program = record(annscope_binary, daemon, output, "--index", INDEX)
    run_searches(daemon.client(), 2)
    wait_for(lambda: sum(event["type"] == "search.finished" for event in recorded_so_far(output, f"searches/{INDEX}")) == 2)
    assert daemon.stop() == 0
    wait_for(lambda: program.says("the connection is lost"))
    again = Daemon(annscope_binary, "demo", listen=f"127.0.0.1:{daemon.port}")
    wait_for(lambda: program.says("started anew"))
    client = again.client()
    wait_for(lambda: INDEX in [index["name"] for index in client.ask("index.list")["indexes"]])
    run_searches(client, 3, start=50)
    wait_for(lambda: sum(event["type"] == "search.finished" for event in recorded_so_far(output, f"searches/{INDEX}")) == 5)
    assert program.end() == 0
    assert again.stop() == 0
    hellos = [line["hello"]["epoch"] for line in lines(output) if "hello" in line]
    assert len(set(hellos)) == 2
    assert any("started anew" in line["gap"]["reason"] for line in lines(output) if "gap" in line)
    # The viewers of the replay are sent away where the daemon was started anew, and get the rest when they come again.
    replay = Replay(annscope_binary, output, options=["--speed", "1000"])
    found = []
    while len(found) < 5:
        client = replay.client()
        client.subscribe(f"searches/{INDEX}")
        while len(found) < 5:
            stream, event = client.events.get(timeout=WAIT)
            if stream is None:
                break
            if event["type"] == "search.finished":
                found.append(event["results"][0]["label"])
    assert found == [0, 1, 50, 51, 52]
    replay.program.end()


def test_files_are_limited_in_size_and_number_and_each_can_be_replayed(annscope_binary, tmp_path):
    output = tmp_path / "r.jsonl"
    daemon = Daemon(annscope_binary, "demo").ready()
    program = record(annscope_binary, daemon, output, "--index", INDEX, "--max-bytes", "64K", "--files", "3")
    client = daemon.client()
    for start in range(0, 300, 10):
        run_searches(client, 10, start=start)
    wait_for(lambda: (tmp_path / "r.jsonl.2").exists())
    assert program.end() == 0
    assert daemon.stop() == 0
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["r.jsonl", "r.jsonl.1", "r.jsonl.2"]
    for name in names:
        # One message may be longer than a file.
        all_lines = lines(tmp_path / name)
        assert "hello" in all_lines[0]
        assert (tmp_path / name).stat().st_size <= 64 << 10 or len(all_lines) == 2
    replay = Replay(annscope_binary, *[tmp_path / name for name in names], options=["--speed", "1000"])
    client = replay.client()
    client.subscribe(f"searches/{INDEX}")
    assert client.next("search.finished")["results"]
    replay.program.end()


def test_a_later_file_says_what_is_there_by_then(annscope_binary, demo, tmp_path):
    folder, output = tmp_path / "indexes", tmp_path / "r.jsonl"
    folder.mkdir()
    daemon = Daemon(annscope_binary, "serve", str(folder)).ready()
    program = Program(annscope_binary, "record", "--server", daemon.url, "--output", output, "--max-bytes", "64K", "--files", "9")
    wait_for(lambda: output.exists() and output.read_text().count("\n") >= 1)
    shutil.copy(demo / "hnswlib_M6_ef30_l2.index", folder / f"{INDEX}.index")
    client = daemon.client()
    wait_for(lambda: [index["name"] for index in client.ask("index.list")["indexes"]] == [INDEX])

    def is_full():
        run_searches(client, 5)
        return (tmp_path / "r.jsonl.2").exists()

    wait_for(is_full)
    assert program.end() == 0
    assert daemon.stop() == 0
    assert lines(max(tmp_path.glob("r.jsonl.*")))[0]["hello"]["indexes"] == []
    # Seen alone it begins with the index, and plays.
    file = next(path for path in (tmp_path / "r.jsonl", tmp_path / "r.jsonl.1") if recorded(path, f"searches/{INDEX}"))
    replay = Replay(annscope_binary, file, options=["--speed", "1000"])
    client = replay.client()
    assert [index["name"] for index in client.hello["indexes"]] == [INDEX]
    client.subscribe(f"searches/{INDEX}")
    wait_for(lambda: replay.program.says("the recording is over"))
    assert replay.program.end() == 0


def test_a_file_that_was_only_begun_leaves_the_others_to_be_seen(annscope_binary, recording, tmp_path):
    empty = tmp_path / "r.jsonl"
    empty.touch()
    replay = Replay(annscope_binary, empty, recording["path"], options=["--speed", "1000"])
    assert replay.program.says(f"{empty}:1: the file is empty; it is left out")
    client = replay.client()
    client.subscribe(f"searches/{INDEX}")
    assert client.search()[0]["search"] == recording["answers"][0]["search"]
    assert replay.program.end() == 0


def test_a_full_disk_ends_the_recording_with_what_was_written_whole(annscope_binary, tmp_path):
    output = tmp_path / "r.jsonl"
    daemon = Daemon(annscope_binary, "demo").ready()
    # A limit on a file's size fails a write as a full disk does.
    program = subprocess.Popen(
        ["bash", "-c", f"trap '' XFSZ; ulimit -f 40; exec {annscope_binary} record --server {daemon.url} --output {output}"],
        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    _, errors = program.communicate(timeout=WAIT)
    assert program.returncode == 1
    assert f"{output}: it can't be written: File too large; what was written is valid" in errors
    assert "hello" in lines(output)[0]
    assert daemon.stop() == 0


def test_a_recording_is_not_overwritten(annscope, recording):
    result = annscope("record", "--server", "http://127.0.0.1:1/", "--output", recording["path"], check=False)
    assert result.returncode == 1 and "exists already" in result.stderr


def test_nobody_there_to_record_is_said(annscope, tmp_path):
    # Nothing is left that would be in the way of the next try.
    for _ in range(2):
        result = annscope("record", "--server", "http://127.0.0.1:1/", "--output", tmp_path / "r.jsonl", check=False)
        assert result.returncode == 1 and "is the daemon running there?" in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text, words", [
    ("", ":1: the file is empty"),
    ("{", ":1: the line is cut off"),
    ("{\n", ":1: it is no JSON"),
    ('{"at":1}\n', ":1: it has neither a hello, nor a message, nor a gap"),
    ('{"at":1,"hello":{}}\n', ":1: it is no line of annscope's recordings"),
    ('{"annscope":"recording","version":3,"at":1,"hello":{}}\n', ":1: it is of another version"),
    ('{"annscope":"recording","version":1,"hello":{}}\n', ':1: it has no time "at"'),
    ('{"at":1,"gap":{"reason":"x"}}\n', ":1: it is no recording"),
    ('{"at":1,"message":{"method":"stream.events","params":{"stream":"searches/a","offset":9223372036854775807,"events":[1,2]}}}\n',
     ":1: its events have no stream or no place"),
])
def test_what_is_no_recording_is_refused_with_the_line(annscope, tmp_path, text, words):
    path = tmp_path / "bad.jsonl"
    path.write_text(text)
    result = annscope("replay", path, "--listen", "127.0.0.1:0", check=False)
    assert result.returncode == 1 and f"{path}{words}" in result.stderr


def test_a_damaged_line_ends_the_replay_with_its_number(annscope_binary, recording, tmp_path):
    path = tmp_path / "damaged.jsonl"
    text = recording["path"].read_text().splitlines()
    place = next(number for number, line in enumerate(text) if "search.started" in line)
    text[place + 1] = text[place + 1][:50]
    path.write_text("\n".join(text) + "\n")
    replay = Replay(annscope_binary, path, options=["--speed", "1000"])
    client = replay.client()
    client.subscribe(f"searches/{INDEX}")
    client.next("search.started")
    wait_for(lambda: replay.program.says(f"{path}:{place + 2}: it is no JSON"))
    assert replay.program.end() == 1


def test_a_recording_that_was_cut_off_is_replayed_up_to_there(annscope_binary, recording, tmp_path):
    path = tmp_path / "cut.jsonl"
    path.write_bytes(recording["path"].read_bytes()[:-20])
    replay = Replay(annscope_binary, path, options=["--speed", "1000"])
    client = replay.client()
    client.subscribe(f"searches/{INDEX}")
    assert client.search()[0]["search"] == recording["answers"][0]["search"]
    wait_for(lambda: replay.program.says("the last line is cut off"))
    assert replay.program.end() == 0


def test_an_index_that_is_gone_is_not_followed_any_more(annscope_binary, demo, tmp_path):
    folder, output = tmp_path / "watched", tmp_path / "live.jsonl"
    folder.mkdir()
    with Daemon(annscope_binary, "serve", str(folder)).ready() as daemon:
        program = Program(annscope_binary, "record", "--server", daemon.url, "--output", output)

        def follows(streams):
            return f"\nannscope_subscriptions {streams}\n" in daemon.get("metrics")[1].decode()

        for names in (["a", "b", "c"], ["d"]):
            wait_for(lambda: follows(1))
            for name in names:
                shutil.copy(demo / "hnswlib_M6_ef30_normalized_ip.index", folder / f"{name}.index")
            wait_for(lambda: follows(1 + 2 * len(names)))
            for name in names:
                (folder / f"{name}.index").unlink()
        wait_for(lambda: follows(1) and len([event for event in recorded_so_far(output, "indexes") if event["type"] == "index.removed"]) == 4)
        assert program.end() == 0, program.lines
        assert not program.says("not recorded")
