"""Maps that are kept: a restart shows the same map at once, and whatever happens to the folder, there is a map."""

import os
import time

import hnswlib
import numpy
import pytest

from conftest import BINARY, DEMO
from daemon import WAIT, Daemon, wait_for

COUNT, DIMENSION = 600, 16


def vectors(seed=1, count=COUNT):
    """Five clouds."""
    random = numpy.random.default_rng(seed)
    centres = numpy.random.default_rng(9).normal(size=(5, DIMENSION)) * 6
    return (centres[numpy.arange(count) % 5] + random.normal(size=(count, DIMENSION))).astype(numpy.float32)


def build(path, data):
    index = hnswlib.Index(space="l2", dim=DIMENSION)
    index.init_index(max_elements=len(data), ef_construction=100, M=8, random_seed=1)
    index.add_items(data, num_threads=1)
    index.save_index(str(path) + ".new")
    os.replace(str(path) + ".new", path)


@pytest.fixture
def folders(tmp_path):
    indexes, state = tmp_path / "indexes", tmp_path / "state"
    indexes.mkdir()
    build(indexes / "live.index", vectors())
    return indexes, state


def serve(indexes, *more):
    return Daemon(BINARY, "serve", str(indexes), "--log-level", "info", *map(str, more))


def finished_map(daemon, name="live", count=COUNT):
    """The places by node once the map is finished, and that event."""
    client = daemon.client()
    deadline = time.monotonic() + WAIT
    while "code" in client.ask("stream.subscribe", stream=f"layout/{name}"):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    places = {}
    while True:
        event = client.next("layout.nodes", "layout.finished")
        if event["type"] == "layout.nodes":
            places.update(zip(event["node"], zip(event["x"], event["y"])))
        elif event["nodes"] == count:
            break
    # In a snapshot the end may come before the nodes.
    while len(places) < count:
        event = client.next("layout.nodes")
        places.update(zip(event["node"], zip(event["x"], event["y"])))
    client.close()
    return places, event


def logged(daemon, text):
    """The lines of the log with this text, once there is one."""
    deadline = time.monotonic() + WAIT
    while not (found := [line for line in daemon.errors if text in line]):
        assert time.monotonic() < deadline, daemon.errors
        time.sleep(0.02)
    return found


def stored(state, kind=".map"):
    return sorted((state / "maps").glob("*" + kind))


def first_run(indexes, state):
    """Has the map made and kept."""
    daemon = serve(indexes, "--state-dir", state)
    places, _ = finished_map(daemon)
    assert "source=made" in logged(daemon, ": map index=")[0]
    wait_for(lambda: state.exists() and stored(state, ".last") and stored(state, ".quality"))
    assert daemon.stop() == 0
    return places


def test_a_restart_shows_the_same_map_at_once(folders):
    indexes, state = folders
    places = first_run(indexes, state)
    kept = stored(state)[0].read_bytes()
    daemon = serve(indexes, "--state-dir", state)
    again, finished = finished_map(daemon)
    assert again == places
    assert finished["revision"] == 1
    assert "source=stored" in logged(daemon, ": map index=")[0]
    assert daemon.stop() == 0
    assert [path.read_bytes() for path in stored(state)] == [kept]


def test_a_file_that_is_still_mapped_has_its_map_at_once(folders):
    indexes, state = folders
    places = first_run(indexes, state)
    # Without memory to read it into, the file is opened first and checked later.
    daemon = serve(indexes, "--state-dir", state, "--memory-limit", "0")
    again, _ = finished_map(daemon)
    assert again == places
    logged(daemon, ": loaded index=")
    logged(daemon, ": map measured index=")
    # It was right, so it is sent only once.
    assert len(logged(daemon, ": map index=")) == 1
    assert daemon.stop() == 0


def test_a_file_that_looks_the_same_and_is_not_gets_its_own_map(folders):
    indexes, state = folders
    path = indexes / "live.index"
    first_run(indexes, state)
    before = path.stat()
    data = bytearray(path.read_bytes())
    # A vector's last component, in the same file with the same times.
    row = 4 + 2 * 8 * 4 + DIMENSION * 4 + 8
    data[96 + 5 * row + row - 9] ^= 1
    with open(path, "r+b") as file:
        file.write(data)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    daemon = serve(indexes, "--state-dir", state, "--memory-limit", "0")
    # The map of what was there before may be shown first; the check takes no time here, so it need not be.
    wait_for(lambda: "source=made" in logged(daemon, ": map index=")[-1])
    wait_for(lambda: len(stored(state)) == 2)
    assert daemon.stop() == 0


def test_a_file_rewritten_meanwhile_starts_from_its_last_map(folders):
    indexes, state = folders
    places = first_run(indexes, state)
    more = numpy.concatenate([vectors(), vectors(seed=2, count=30)])
    build(indexes / "live.index", more)
    daemon = serve(indexes, "--state-dir", state)
    again, _ = finished_map(daemon, count=len(more))
    assert "source=made" in logged(daemon, ": map index=")[0]
    shifts = [max(abs(again[node][0] - x), abs(again[node][1] - y)) for node, (x, y) in places.items()]
    assert numpy.median(shifts) < 0.05 * 65535
    assert daemon.stop() == 0


def test_a_broken_map_is_made_anew(folders):
    indexes, state = folders
    places = first_run(indexes, state)
    path = stored(state)[0]
    good = path.read_bytes()
    path.write_bytes(good[:-100])
    daemon = serve(indexes, "--state-dir", state)
    assert finished_map(daemon)[0] == places
    warning = logged(daemon, "a stored map is broken")
    assert len(warning) == 1 and str(path) in warning[0]
    assert "source=made" in logged(daemon, ": map index=")[0]
    wait_for(lambda: stored(state) == [path] and path.read_bytes() == good)
    assert daemon.stop() == 0


def test_a_folder_that_can_not_be_written_to_is_only_said(folders):
    indexes, state = folders
    # A file where the folder should be: it stops root, too.
    state.write_text("")
    daemon = serve(indexes, "--state-dir", state)
    assert len(finished_map(daemon)[0]) == COUNT
    warning = logged(daemon, "maps can't be kept")
    time.sleep(0.2)
    assert len(logged(daemon, "maps can't be kept")) == 1 and str(state) in warning[0]
    assert daemon.stop() == 0
    assert state.read_text() == ""


def test_a_folder_that_can_only_be_read_is_used_for_reading(folders):
    indexes, state = folders
    places = first_run(indexes, state)
    (state / "maps").chmod(0o500)
    # Root may write anywhere, unless that is taken from it.
    bound = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    daemon = Daemon(
        *bound, BINARY, "serve", str(indexes), "--log-level", "info", "--state-dir", str(state))
    assert finished_map(daemon)[0] == places
    assert "source=stored" in logged(daemon, ": map index=")[0]
    assert "can't be kept" in logged(daemon, "warning")[0]
    assert daemon.stop() == 0
    (state / "maps").chmod(0o700)


def test_where_maps_are_kept(folders, tmp_path):
    indexes, state = folders
    home, other = tmp_path / "home", tmp_path / "systemd"
    for arguments, variables, folder in [
        (["--state-dir", str(state)], {}, state),
        ([], {"STATE_DIRECTORY": str(other)}, other),
        ([], {"XDG_STATE_HOME": str(home / "xdg")}, home / "xdg/annscope"),
        ([], {}, home / ".local/state/annscope"),
    ]:
        environment = {"STATE_DIRECTORY": "", "XDG_STATE_HOME": "", "HOME": str(home), **variables}
        daemon = Daemon(BINARY, "serve", str(indexes), *arguments, env=environment, keeps_maps=True)
        wait_for(lambda: (folder / "maps").exists() and stored(folder))
        assert daemon.stop() == 0
    daemon = Daemon(BINARY, "demo", env={"HOME": str(tmp_path / "nobody")})
    assert len(finished_map(daemon, "photos-hnsw", count=1000)[0]) == 1000
    assert daemon.stop() == 0
    assert not (tmp_path / "nobody").exists()


def test_one_says_how_good_a_map_is(folders):
    indexes, state = folders
    first_run(indexes, state)
    daemon = serve(indexes, "--state-dir", state)
    client = daemon.client()
    finished_map(daemon)
    client.subscribe("layout/live")
    quality = client.next("layout.quality")
    assert quality["revision"] == 1 and quality["neighbours"] == 15
    assert quality["among"] == quality["nodes"] == COUNT and quality["sampled"] == 300
    assert 0.6 < quality["trustworthiness"] <= 1 and 0 < quality["kept"] <= 1
    misplaced = client.next("layout.misplaced")
    assert misplaced["count"] >= len(misplaced["node"]) == len(misplaced["stretch"]) <= 500
    assert misplaced["of"] == COUNT
    described = client.ask("index.describe", index="live")["map"]
    assert described["revision"] == 1 and described["whole"] is True and described["method"]
    assert described["quality"]["trustworthiness"] == quality["trustworthiness"]
    assert daemon.stop() == 0


def test_options_that_contradict_each_other_are_refused(annscope):
    refused = annscope("serve", DEMO, "--state-dir", "/tmp", "--no-state", check=False)
    assert refused.returncode != 0 and "--no-state" in refused.stderr
