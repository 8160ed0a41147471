"""Index files with ever new names come and go, and the daemon keeps nothing of them."""
import shutil

import pytest

from conftest import BINARY, DEMO
from daemon import Daemon, wait_for

FILE = "hnswlib_M6_ef30_normalized_ip.index"
#: At a time, and how often: together more ends than the daemon keeps.
FILES, ROUNDS = 50, 5


def samples(daemon):
    lines = daemon.get("metrics")[1].decode().splitlines()
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))}


def listed(client):
    return {index["name"] for index in client.ask("index.list")["indexes"]}


def come_and_go(folder, client, number):
    names = {f"index-{number}-{place}" for place in range(FILES)}
    for name in names:
        shutil.copy(DEMO / FILE, folder / f"{name}.index")
    wait_for(lambda: names <= listed(client))
    for name in names:
        # Told one by one, counted, and measured.
        assert "results" in client.ask("search.run", index=name, label=4, exact=True)
        assert len(client.ask("search.runMany", index=name, labels=list(range(30)))["results"]) == 30
    for name in names:
        (folder / f"{name}.index").unlink()
    wait_for(lambda: not names & listed(client))


@pytest.fixture(scope="module")
def visited(tmp_path_factory):
    """A daemon after all of them have gone, what it said of itself before, and what viewers knew then."""
    folder = tmp_path_factory.mktemp("visited")
    shutil.copy(DEMO / FILE, folder / "stays.index")
    with Daemon(BINARY, "serve", str(folder)).ready().mapped() as daemon:
        client = daemon.client()
        assert "results" in client.ask("search.run", index="stays", label=4, exact=True)
        early = daemon.client()
        early.subscribe("indexes")
        assert early.next("index.loaded")["index"]["name"] == "stays"
        before = samples(daemon)
        for number in range(ROUNDS):
            come_and_go(folder, client, number)
        yield daemon, before, client, early


def test_nothing_is_kept_of_an_index_that_is_gone(visited):
    daemon, before, *_ = visited
    # What workers still have in hand of them goes when they look up.
    wait_for(lambda: samples(daemon)["annscope_index_private_bytes"] == before["annscope_index_private_bytes"])
    after = samples(daemon)
    assert after["annscope_indexes"] == before["annscope_indexes"] == 1
    assert not [name for name in after if "index-" in name]
    assert set(after) - set(before) <= {name for name in after if 'index="(other)"' in name}
    for name in ("annscope_streams", "annscope_replay_bytes"):
        assert after[name] == before[name], name
    # The search of the index that stays had to make room.
    for name in ("annscope_searches_kept", "annscope_searches_kept_bytes"):
        assert after[name] <= before[name], name
    # A hundred ends of a few hundred bytes, and the index that stays.
    assert after["annscope_state_bytes"] <= before["annscope_state_bytes"] + 100 * 500


def test_the_streams_of_an_index_that_is_gone_are_gone(visited):
    _, _, client, _ = visited
    for stream in ("layout/index-0-0", "searches/index-0-0"):
        assert client.ask("stream.subscribe", stream=stream)["code"] == -32002


def test_who_comes_back_after_long_begins_anew(visited):
    daemon, *_ = visited
    client = daemon.client()
    answer = client.subscribe("indexes", after={"epoch": client.hello["epoch"], "offset": 3})
    assert (answer["offset"], answer["recovered"]) == (0, False)
    stream, gap = client.events.get(timeout=10)
    assert gap["method"] == "stream.gap" and gap["params"]["from"] == 4
    assert client.next("index.loaded", "index.changed")["index"]["name"] == "stays"
    removed = {client.next("index.removed")["name"] for _ in range(100)}
    assert len(removed) == 100 and {f"index-{ROUNDS - 1}-{place}" for place in range(FILES)} <= removed


def test_who_was_there_all_the_time_heard_of_all(visited):
    *_, early = visited
    came, there = 0, {"stays"}
    while came < FILES * ROUNDS or there != {"stays"}:
        event = early.next("index.loaded", "index.removed")
        if event["type"] == "index.loaded":
            came += 1
            there.add(event["index"]["name"])
        else:
            there.remove(event["name"])
    assert came == FILES * ROUNDS


def test_an_index_that_comes_back_goes_on_with_higher_offsets(tmp_path):
    with Daemon(BINARY, "serve", str(tmp_path)).ready() as daemon:
        client = daemon.client()
        ends = []
        for _ in range(2):
            shutil.copy(DEMO / FILE, tmp_path / "back.index")
            wait_for(lambda: "back" in listed(client))
            place = client.subscribe("searches/back")["offset"]
            assert not ends or place >= ends[-1]
            client.ask("search.run", index="back", label=4, exact=False)
            client.next("search.finished")
            client.ask("stream.unsubscribe", stream="searches/back")
            ends.append(client.subscribe("searches/back")["offset"])
            client.ask("stream.unsubscribe", stream="searches/back")
            (tmp_path / "back.index").unlink()
            wait_for(lambda: "back" not in listed(client))
        shutil.copy(DEMO / FILE, tmp_path / "back.index")
        wait_for(lambda: "back" in listed(client))
        answer = client.subscribe("searches/back", after={"epoch": client.hello["epoch"], "offset": ends[0] - 1})
        assert not answer["recovered"] and answer["offset"] >= ends[1] > ends[0]
