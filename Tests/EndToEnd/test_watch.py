"""Searches in a terminal."""
import json
import subprocess

import numpy

from daemon import WAIT, Daemon, wait_for
from test_recording import INDEX, Program


def watch(binary, daemon, *options):
    program = Program(binary, "watch", INDEX, "--server", daemon.url, *options)
    # Who comes in the middle of a search sees only its end.
    wait_for(lambda: "\nannscope_subscriptions 2\n" in daemon.get("metrics")[1].decode())
    return program


def until(daemon, program, **search):
    """Searches again and again until the program has seen enough."""
    client = daemon.client()

    def has_ended():
        client.ask("search.run", index=INDEX, label=40, k=3, source="checkout", **search)
        return program.process.poll() is not None

    wait_for(has_ended)
    client.close()
    assert program.end(None) == 0, program.lines


def test_each_search_is_a_line(annscope_binary, photos):
    program = watch(annscope_binary, photos, "--count", "2")
    until(photos, program, efSearch=20, trace="full")
    out = [line for line in program.lines["out"] if "recall" not in line]
    assert len(out) == 2
    for word in ("checkout", "efSearch=20", "k=3", "distances", "µs", "best 0 (40)", "label 40"):
        assert word in out[0]
    assert "\x1b" not in "".join(out)


def test_steps_are_the_way_down(annscope_binary, photos):
    program = watch(annscope_binary, photos, "--count", "1", "--steps")
    until(photos, program, trace="full")
    words = [line.split()[0] for line in program.lines["out"][1:]]
    assert {"layer", "enter", "hop", "down"} <= set(words)
    layers = [int(line.split()[1]) for line in program.lines["out"] if line.split()[0] == "layer"]
    assert layers == sorted(layers, reverse=True) and layers[-1] == 0


def test_json_is_an_object_a_line(annscope_binary, photos):
    program = watch(annscope_binary, photos, "--json", "--count", "1")
    until(photos, program, trace="full")
    events = [json.loads(line) for line in program.lines["out"]]
    assert [event["type"] for event in events if event["type"] in ("search.started", "search.finished")] == ["search.started", "search.finished"]


def test_counted_searches_are_one_line(annscope_binary, photos):
    program = watch(annscope_binary, photos, "--count", "60")
    client = photos.client()

    def has_ended():
        client.ask("search.runMany", index=INDEX, labels=list(range(60)), source="batch")
        return program.process.poll() is not None

    wait_for(has_ended)
    client.close()
    assert program.end(None) == 0
    assert any(line.split()[1].startswith("+") and "more searches" in line and "batch" in line for line in program.lines["out"])


def test_texts_of_others_cannot_change_the_terminal(annscope_binary, photos):
    program = watch(annscope_binary, photos)
    client = photos.client()

    def has_seen():
        client.ask("search.run", index=INDEX, label=40, subject={"text": "\x1b[2Jgone\r\n"})
        return program.says("gone", "out")

    wait_for(has_seen)
    assert program.end() == 0
    assert "\x1b" not in "".join(program.lines["out"])


def test_a_pipe_that_is_closed_ends_it_quietly(annscope_binary, photos):
    process = subprocess.Popen(
        ["bash", "-c", f"{annscope_binary} watch {INDEX} --server {photos.url} | head -1; exit ${{PIPESTATUS[0]}}"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    client = photos.client()

    def has_ended():
        client.ask("search.run", index=INDEX, label=40)
        return process.poll() is not None

    wait_for(has_ended)
    out, errors = process.communicate(timeout=WAIT)
    assert process.returncode == 0 and out.count("\n") == 1 and errors == ""


def test_it_ends_when_it_is_interrupted(annscope_binary, photos):
    program = watch(annscope_binary, photos)
    until_one = photos.client()

    def has_seen():
        until_one.ask("search.run", index=INDEX, label=40)
        return bool(program.lines["out"])

    wait_for(has_seen)
    assert program.end() == 0


def test_what_is_wrong_is_said(annscope, photos):
    result = annscope("watch", "nothing", "--server", photos.url, check=False)
    assert result.returncode == 1 and 'there is no stream "searches/nothing"' in result.stderr
    result = annscope("watch", INDEX, "--server", "http://127.0.0.1:1/", check=False)
    assert result.returncode == 1 and "is the daemon running there?" in result.stderr
    assert annscope("watch", INDEX, "--server", "nowhere", check=False).returncode == 64


def test_it_comes_back_when_the_daemon_does(annscope_binary):
    daemon = Daemon(annscope_binary, "demo").ready()
    program = watch(annscope_binary, daemon, "--count", "1000")
    client = daemon.client()

    def has_seen():
        client.ask("search.run", index=INDEX, label=40)
        return bool(program.lines["out"])

    wait_for(has_seen)
    assert daemon.stop() == 0
    wait_for(lambda: program.says("trying again"))
    again = Daemon(annscope_binary, "demo", listen=f"127.0.0.1:{daemon.port}")
    seen = len(program.lines["out"])
    client = daemon.client()

    def sees_more():
        client.ask("search.run", index=INDEX, label=41)
        return len(program.lines["out"]) > seen

    wait_for(sees_more)
    assert program.end() == 0
    assert again.stop() == 0


def test_batches_are_pushed_in_one_request_and_printed_a_line_each(annscope_binary, photos, tmp_path):
    lines = "".join(json.dumps([number / 7] * 128) + "\n" for number in range(7))
    arguments = [annscope_binary, "push", INDEX, "-", "--server", photos.url, "--k", "2"]
    single = subprocess.run(arguments, input=lines, capture_output=True, text=True, check=True, timeout=WAIT)
    batched = subprocess.run([*arguments, "--batch", "3", "--key", "push"], input=lines, capture_output=True, text=True, check=True, timeout=WAIT)
    results = [[json.loads(line)["results"] for line in run.stdout.splitlines()] for run in (single, batched)]
    assert results[0] == results[1] and len(results[0]) == 7
    again = subprocess.run([*arguments, "--batch", "3", "--key", "push"], input=lines, capture_output=True, text=True, check=True, timeout=WAIT)
    assert again.stdout == batched.stdout


def test_rows_of_a_matrix_go_as_they_are_one_by_one_or_in_batches(annscope_binary, photos, tmp_path):
    rows = numpy.random.default_rng(5).standard_normal((7, 128)).astype(numpy.float32)
    numpy.save(tmp_path / "rows.npy", rows)
    arguments = [annscope_binary, "push", INDEX, "--npy", tmp_path / "rows.npy", "--server", photos.url, "--k", "2"]
    runs = [
        subprocess.run([*arguments, *options], capture_output=True, text=True, check=True, timeout=WAIT).stdout.splitlines()
        for options in ([], ["--batch", "3"])]
    results = [[json.loads(line)["results"] for line in run] for run in runs]
    client = photos.client()
    assert results == [[client.ask("search.run", index=INDEX, vector=[float(value) for value in row], k=2)["results"] for row in rows]] * 2


def test_what_comes_too_fast_is_sent_again_when_the_daemon_says_so(annscope_binary, tmp_path):
    configuration = tmp_path / "annscope.toml"
    configuration.write_text("[rates]\nsearches = 5\nsearch_burst = 5\n")
    daemon = Daemon(annscope_binary, "demo", "--config", str(configuration)).ready()
    lines = "".join(json.dumps({"label": label}) + "\n" for label in range(12))
    arguments = [annscope_binary, "push", INDEX, "-", "--server", daemon.url, "--k", "1", "--ef", "200", "--key", "push"]
    run = subprocess.run(arguments, input=lines, capture_output=True, text=True, timeout=WAIT)
    assert run.returncode == 0, run.stderr
    assert [json.loads(line)["results"][0]["label"] for line in run.stdout.splitlines()] == list(range(12))
    assert daemon.stop() == 0
