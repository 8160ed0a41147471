"""Maps as viewers get them: whole, in parts, tile by tile, and from one revision to the next."""

import hnswlib
import numpy
import pytest

from conftest import BINARY
from daemon import Daemon, wait_for

SIDE = 65535
ABOVE = 300
LAYOUT = tuple(f"layout.{kind}" for kind in (
    "started", "nodes", "density", "links", "cells", "progress", "added", "moved", "removed", "quality", "misplaced",
    "finished"))


@pytest.fixture(scope="module")
def parts():
    """The demo, with maps that count as large."""
    daemon = Daemon(BINARY, "demo", "--full-map-nodes", str(ABOVE))
    wait_for_map(daemon, "photos-hnsw")
    wait_for_map(daemon, "photos-ivf")
    yield daemon
    assert daemon.stop() == 0


def wait_for_map(daemon, name):
    client = daemon.client()
    wait_for(lambda: name in [index["name"] for index in client.ask("index.list")["indexes"]])
    state = map_state(client, name)
    client.close()
    return state


def map_state(client, name, revision=None):
    """The newest event of each key once the map, or that of a revision, is finished."""
    if revision is None:
        client.subscribe(f"layout/{name}")
    state = {}
    while True:
        event = client.next(*LAYOUT)
        if event["type"] == "layout.started":
            state = {}
        state[event["key"]] = event
        if event["type"] == "layout.finished" and event["revision"] == (revision or event["revision"]):
            return state


def places(state, sample=None):
    """Where the nodes are that came one by one."""
    found = {}
    for event in state.values():
        if event["type"] == "layout.nodes" and sample in (None, event.get("sample", False)):
            for node, x, y in zip(event["node"], event["x"], event["y"]):
                assert node not in found
                found[node] = (x, y)
    return found


def tile(client, name, zoom, column, row):
    stream = f"layout/{name}/tiles/{zoom}/{column}/{row}"
    client.subscribe(stream)
    event = client.next("layout.tile")
    assert (event["zoom"], event["column"], event["row"]) == (zoom, column, row)
    assert client.ask("stream.unsubscribe", stream=stream) == {}
    return event


def tile_places(event):
    return dict(zip(event["node"], zip(event["x"], event["y"])))


@pytest.mark.parametrize("name", ["photos-hnsw", "photos-ivf"])
def test_what_is_asked_about_a_node_tells_where_it_is_on_a_large_map(parts, name):
    client = parts.client()
    state = map_state(client, name)
    drawn, everywhere = places(state), tile_places(tile(client, name, 0, 0, 0))
    node = next(node for node in everywhere if node not in drawn)
    place = dict(zip("xy", everywhere[node]))
    answer = client.ask("index.node", index=name, node=node)
    assert (answer["place"], answer["revision"]) == (place, state["started"]["revision"])
    assert client.ask("index.items", index=name, nodes=[node])["items"][0]["place"] == place
    found = client.ask("index.find", index=name, text=str(answer["label"]))
    assert next(item for item in found["items"] if item["node"] == node)["place"] == place
    client.close()


def test_a_large_map_has_its_upper_levels_a_density_and_a_sample(parts):
    client = parts.client()
    assert client.hello["limits"]["fullMapNodes"] == ABOVE
    state = map_state(client, "photos-hnsw")
    assert state["started"]["whole"] is False and state["started"]["nodes"] == 1000
    upper, sample = places(state, sample=False), places(state, sample=True)
    assert len(upper) == client.ask("index.describe", index="photos-hnsw")["levels"][1]
    assert ABOVE // 4 < len(sample) <= ABOVE // 2 and not upper.keys() & sample.keys()
    density = state["density"]
    assert density["side"] == 256 and density["from"] == 1000 and len(density["density"]) == 256 * 256
    counts = [density["most"] * (value / SIDE) ** 2 for value in density["density"]]
    assert abs(sum(counts) - 1000) < 5
    for x, y in [*upper.values(), *sample.values()]:
        assert counts[y // 256 * 256 + x // 256] > 0.5
    assert "progress" not in state
    client.close()


def test_who_comes_later_gets_the_same_at_once(parts):
    first, second = parts.client(), parts.client()
    assert list(map_state(first, "photos-ivf").values()) == list(map_state(second, "photos-ivf").values())
    first.close()
    second.close()


@pytest.mark.parametrize("name", ["photos-hnsw", "photos-ivf"])
def test_tiles_have_every_node_in_its_place(parts, name):
    client = parts.client()
    known = places(map_state(client, name))
    whole = tile(client, name, 0, 0, 0)
    everywhere = tile_places(whole)
    assert whole["total"] == 1000 and sorted(everywhere) == list(range(1000))
    assert known.items() <= everywhere.items()
    assert whole["level"] == sorted(whole["level"], reverse=True)
    together = {}
    for column in range(2):
        for row in range(2):
            part = tile_places(tile(client, name, 1, column, row))
            assert all((x >> 15, y >> 15) == (column, row) for x, y in part.values())
            assert not together.keys() & part.keys()
            together.update(part)
    assert together == everywhere
    x, y = everywhere[7]
    assert tile_places(tile(client, name, 12, x >> 4, y >> 4))[7] == (x, y)
    client.close()


def vectors_in_steps(columns, header):
    """The vectors that steps are about, in the order of their first visits."""
    of_vectors = [stage["nodes"] == "vectors" for stage in header["stages"]]
    seen = {}
    for kind, flags, to in zip(columns["kind"], columns["flags"], columns["to"]):
        if kind in (0, 1, 2, 3, 4, 7) and to != 2**32 - 1 and of_vectors[flags & 15]:
            seen[to] = True
    return list(seen)


@pytest.mark.parametrize("name", ["photos-hnsw", "photos-ivf"])
def test_steps_tell_where_their_nodes_are(parts, name):
    watcher, asker = parts.client(), parts.client()
    everywhere = tile_places(tile(asker, name, 0, 0, 0))
    watcher.subscribe(f"searches/{name}")
    for label in (40, 7):
        run = asker.ask("search.run", index=name, label=label, k=5, efSearch=60, nprobe=20, trace="full")
        header, batches = watcher.next("search.started")["header"], []
        while (event := watcher.next("search.steps", "search.finished"))["type"] == "search.steps":
            batches.append(event)
        steps = {key: sum((batch[key] for batch in batches), []) for key in ("kind", "flags", "to")}
        placed = [
            (node, (x, y)) for batch in batches
            for node, x, y in zip(batch["placedNode"], batch["placedX"], batch["placedY"])]
        assert [node for node, _ in placed] == vectors_in_steps(steps, header)
        assert dict(placed).items() <= everywhere.items()
        columns = asker.ask("search.trace", search=run["search"])["columns"]
        assert list(zip(columns["placedNode"], zip(columns["placedX"], columns["placedY"]))) == placed
    # Of a summary not every result is in a step, but all have places.
    run = asker.ask("search.run", index=name, label=40, k=5, trace="summary")
    columns = asker.ask("search.trace", search=run["search"])["columns"]
    assert {hit["node"] for hit in run["results"]} <= set(columns["placedNode"])
    watcher.close()
    asker.close()


def test_what_has_no_tiles_says_why(parts, tmp_path):
    client = parts.client()
    for stream, words in [
        ("layout/nowhere/tiles/0/0/0", "no index"), ("layout/photos-hnsw/tiles/13/0/0", "0 to 12"),
        ("layout/photos-hnsw/tiles/1/0/2", "2^ZOOM"),
    ]:
        error = client.ask("stream.subscribe", stream=stream)
        assert error["code"] == -32002 and words in error["message"], error
    for number in range(128):
        client.subscribe(f"layout/photos-hnsw/tiles/12/{number}/0")
    assert client.ask("stream.subscribe", stream="layout/photos-hnsw/tiles/0/0/0")["code"] == -32004
    client.close()
    build(tmp_path / "small.bin", numpy.random.default_rng(1).random((50, 8), dtype=numpy.float32))
    daemon = Daemon(BINARY, "serve", str(tmp_path), "--full-map-nodes", "50")
    assert wait_for_map(daemon, "small")["started"]["whole"] is True
    client = daemon.client()
    error = client.ask("stream.subscribe", stream="layout/small/tiles/0/0/0")
    assert error["code"] == -32002 and "sent whole on layout/small" in error["message"]
    client.subscribe("searches/small")
    client.ask("search.run", index="small", label=1, trace="full")
    assert "placedNode" not in client.next("search.steps")
    assert "place" not in client.ask("index.node", index="small", node=1)
    client.close()
    assert daemon.stop() == 0


def build(path, vectors):
    index = hnswlib.Index("l2", vectors.shape[1])
    index.init_index(len(vectors), M=8, ef_construction=60, random_seed=1)
    index.add_items(vectors, num_threads=1)
    index.save_index(str(path))


def all_places(client, name, state):
    return places(state) if state["started"]["whole"] else tile_places(tile(client, name, 0, 0, 0))


@pytest.mark.parametrize("above", [100_000, 100])
def test_a_new_revision_says_what_is_new(tmp_path, above):
    random = numpy.random.default_rng(5)
    vectors = (random.random((20, 16)) * 4).astype(numpy.float32)[random.integers(0, 20, 420)]
    vectors += random.random((420, 16), dtype=numpy.float32)
    path = tmp_path / "live.bin"
    build(path, vectors[:400])
    daemon = Daemon(BINARY, "serve", str(tmp_path), "--full-map-nodes", str(above))
    old_state = wait_for_map(daemon, "live")
    assert "previous" not in old_state["started"] and "added" not in old_state
    client = daemon.client()
    old = all_places(client, "live", old_state)
    assert map_state(client, "live").keys() == old_state.keys() - {"progress"}
    if above < 400:
        client.subscribe("layout/live/tiles/0/0/0")
        assert client.next("layout.tile")["revision"] == 1

    # One vector is another now, and twenty are new.
    vectors[3] += 1
    build(path, vectors)
    state, seen = {}, []
    while "finished" not in state:
        event = client.next(*LAYOUT, "layout.tile")
        if event["type"] == "layout.started":
            state = {}
            assert event["revision"] == 2 and event["previous"] == 1
            seen = []
        seen.append(event)
        if event["type"] != "layout.tile":
            state[event["key"]] = event
        # The old map stays until there is a whole new one.
        if event["type"] == "layout.progress" and "started" in state:
            shown = places(state)
            assert len(shown) == 420 if above > 420 else len(shown) > 40
    new = all_places(daemon.client(), "live", state)
    assert len(new) == 420
    assert state["added"]["count"] == 21 and sorted(state["added"]["node"]) == [3, *range(400, 420)]
    assert (state["removed"]["count"], state["removed"]["x"], state["removed"]["y"]) == (1, [old[3][0]], [old[3][1]])
    moved, far = state["moved"], {}
    for node in set(range(400)) - {3}:
        away = ((old[node][0] - new[node][0]) ** 2 + (old[node][1] - new[node][1]) ** 2) ** 0.5
        if away > SIDE // 500:
            far[node] = away
    assert moved["count"] == len(far) and set(moved["node"]) == far.keys()
    assert [far[node] for node in moved["node"]] == sorted(far.values(), reverse=True)
    assert list(zip(moved["fromX"], moved["fromY"])) == [old[node] for node in moved["node"]]
    if above < 400:
        newest = [event for event in seen if event["type"] == "layout.tile"]
        newest = newest[-1] if newest else client.next("layout.tile")
        while tile_places(newest) != new:
            newest = client.next("layout.tile")
        assert newest["revision"] == 2 and newest["total"] == 420

    # A third revision says nothing of the second.
    build(path, vectors[:410])
    state = map_state(client, "live", revision=3)
    assert state["started"]["previous"] == 2 and state["added"]["count"] == 0 and state["removed"]["count"] == 10
    path.unlink()
    wait_for(lambda: client.ask("index.list")["indexes"] == [])
    # Its map is gone, too.
    for stream in "layout/live", "layout/live/tiles/1/0/0":
        assert daemon.client().ask("stream.subscribe", stream=stream)["code"] == -32002
    assert daemon.stop() == 0
