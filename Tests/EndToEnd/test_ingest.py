"""Many searches at once, the same one again, and more than may be: on the real daemon."""
import base64
import concurrent.futures
import json
import time

import numpy
import pytest

from daemon import WAIT, Daemon, wait_for

INDEX = "hnsw"


@pytest.fixture(scope="module")
def daemon(annscope_binary, demo):
    daemon = Daemon(annscope_binary, "demo", "--search-workers", "2")
    with_index(daemon)
    yield daemon
    assert daemon.stop() == 0


def with_index(daemon):
    """The name of an HNSW index of the demo, once all are read."""
    wait_for(lambda: daemon.get("readyz")[0] == 200)
    global INDEX
    INDEX = next(index["name"] for index in indexes(daemon) if index["structure"] == "hnsw")


def indexes(daemon):
    return json.loads(daemon.get("api/v1/indexes")[1])["indexes"]


def dimension(daemon):
    return next(index["dimension"] for index in indexes(daemon) if index["name"] == INDEX)


def vectors(daemon, count, seed=0):
    return numpy.random.default_rng(seed).standard_normal((count, dimension(daemon))).astype("float32")


def packed(array):
    return base64.b64encode(array.tobytes()).decode()


def found(result):
    return [hit["label"] for hit in result["results"]]


def collect(client, count, of=None):
    """Tells how each of so many searches was told: by their names, one by one or counted. Rows of earlier searches may still come: `of` has the names that count."""
    told, counted, seen = [], [], set()
    while len(seen) < count:
        event = client.next("search.started", "search.finished", "search.counted")
        if event["type"] == "search.counted":
            names = [f"s{number}" for number in event["search"]]
            assert event["count"] == len(names) and event["first"] == event["search"][0]
            assert all(len(event[key]) == len(names) for key in ("source", "k", "ef", "distances", "microseconds", "best", "recall", "outcome"))
            counted += [name for name in names if of is None or name in of]
        elif event["type"] == "search.finished" and (of is None or event["search"] in of):
            told.append(event["search"])
        seen = set(told) | set(counted)
    return told, counted


def test_many_searches_in_one_request_are_answered_in_their_order(daemon):
    array = vectors(daemon, 40)
    client = daemon.client()
    single = [client.ask("search.run", index=INDEX, vector=row.tolist(), k=3) for row in array]
    as_numbers = client.ask("search.runMany", index=INDEX, vectors=array.tolist(), k=3)
    as_base64 = client.ask("search.runMany", index=INDEX, vectors=packed(array), dimension=array.shape[1], count=40, k=3)
    for many in as_numbers, as_base64:
        assert [found(result) for result in many["results"]] == [found(result) for result in single]
        assert all(result["complete"] for result in many["results"])
    by_label = client.ask("search.runMany", index=INDEX, labels=[3, 5], k=1)
    assert [found(result) for result in by_label["results"]] == [[3], [5]]
    client.close()


def test_a_batch_over_http_is_the_same(daemon):
    array = vectors(daemon, 5)
    status, body, _ = daemon.post(f"api/v1/indexes/{INDEX}/search", {"vectors": array.tolist(), "k": 2})
    assert status == 200
    one = [json.loads(daemon.post(f"api/v1/indexes/{INDEX}/search", {"vector": row.tolist(), "k": 2})[1]) for row in array]
    assert [found(result) for result in json.loads(body)["results"]] == [found(result) for result in one]


def test_one_wrong_search_of_a_batch_is_an_error_in_its_place(daemon):
    array = vectors(daemon, 1).tolist()
    client = daemon.client()
    results = client.ask("search.runMany", index=INDEX, vectors=[array[0], [1, 2], array[0]])["results"]
    assert "error" in results[1] and "2 components" in results[1]["error"]["message"]
    assert found(results[0]) == found(results[2])
    assert client.ask("search.runMany", index=INDEX, labels=[3, 10 ** 9])["results"][1]["error"]["code"] == -32002
    assert client.ask("search.runMany", index="none", labels=[3])["code"] == -32001
    assert client.ask("search.runMany", index=INDEX, labels=[])["code"] == -32602
    assert client.ask("search.runMany", index=INDEX, labels=[3] * 1001)["code"] == -32004
    client.close()


def test_a_batch_with_exact_recall_has_it_in_each_answer(daemon):
    client = daemon.client()
    results = client.ask("search.runMany", index=INDEX, labels=list(range(100)), exact=True)["results"]
    assert all(result["recall"]["recall"] > 0 for result in results)
    client.close()


def test_every_search_is_told_exactly_once_and_most_of_many_are_counted(daemon):
    # Searches of earlier tests are told by then, and those of that second.
    time.sleep(1.5)
    client = daemon.client()
    client.subscribe(f"searches/{INDEX}")
    array = vectors(daemon, 300)
    many = client.ask("search.runMany", index=INDEX, vectors=packed(array), dimension=array.shape[1], source="a batch")
    told, counted = collect(client, 300)
    names = [result["search"] for result in many["results"]]
    assert sorted(told + counted) == sorted(names)
    # At most 20 in each second, and the batch takes few seconds.
    assert 0 < len(told) <= 20 * 10 and len(counted) > len(told)
    # A counted search can be looked at like any other.
    trace = client.ask("search.trace", search=counted[-1])
    assert trace["started"]["source"] == "a batch" and trace["columns"]["kind"]
    client.close()


def test_what_counted_rows_say_is_what_the_searches_answered(daemon):
    client = daemon.client()
    client.subscribe(f"searches/{INDEX}")
    array = vectors(daemon, 200, seed=1)
    many = client.ask("search.runMany", index=INDEX, vectors=packed(array), dimension=array.shape[1], k=4, efSearch=33, source="rows")
    answers = {result["search"]: result for result in many["results"]}
    rows = 0
    while rows < 100:
        event = client.next("search.counted")
        for place, number in enumerate(event["search"]):
            answer = answers[f"s{number}"]
            assert event["sources"][event["source"][place]] == "rows"
            assert (event["k"][place], event["ef"][place], event["outcome"][place]) == (4, 33, 0)
            assert event["distances"][place] == answer["counters"]["distances"]
            assert event["microseconds"][place] == answer["microseconds"]
            assert event["best"][place] == pytest.approx(answer["results"][0]["distance"])
            rows += 1
    client.close()


@pytest.mark.parametrize("more", [{"trace": "full"}, {"exact": True}, {"subject": {"text": "a cat"}}, {"filter": "label >= 0"}])
def test_searches_somebody_cares_for_are_always_told_one_by_one(daemon, more):
    client = daemon.client()
    client.subscribe(f"searches/{INDEX}")
    many = client.ask("search.runMany", index=INDEX, labels=list(range(60)), **more)
    names = [result["search"] for result in many["results"]]
    told, counted = collect(client, 60, of=names)
    assert sorted(told) == sorted(names) and not counted
    client.close()


def test_the_same_key_is_run_once(daemon):
    one, other = daemon.client(), daemon.client()
    first = one.ask("search.run", index=INDEX, label=3, key="order 17")
    # The key belongs to the client: on one machine that is its connection's address.
    assert one.ask("search.run", index=INDEX, label=3, key="order 17") == first
    assert one.ask("search.run", index=INDEX, label=4, key="order 17")["code"] == -32010
    assert one.ask("search.run", index=INDEX, label=3, key="order 18")["search"] != first["search"]
    batch = one.ask("search.runMany", index=INDEX, labels=[1, 2], key="batch 1")
    assert one.ask("search.runMany", index=INDEX, labels=[1, 2], key="batch 1") == batch
    assert one.ask("search.runMany", index=INDEX, labels=[2, 1], key="batch 1")["code"] == -32010
    one.close()
    other.close()


def test_the_same_key_over_http_at_the_same_time_is_run_once(daemon):
    def post(label):
        return daemon.post(f"api/v1/indexes/{INDEX}/search", {"label": label, "exact": True, "key": "at once"})

    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(post, [7] * 20))
    assert {status for status, _, _ in answers} == {200}
    assert len({body for _, body, _ in answers}) == 1
    status, body, _ = post(8)
    assert status == 409 and json.loads(body)["error"]["code"] == -32010


def test_a_key_whose_search_failed_is_free_again(daemon):
    client = daemon.client()
    assert client.ask("search.run", index=INDEX, vector=[1], key="wrong")["code"] == -32005
    assert client.ask("search.run", index=INDEX, label=3, key="wrong")["complete"]
    client.close()


def test_a_full_queue_says_when_to_come_back(annscope_binary, demo):
    daemon = Daemon(annscope_binary, "demo", "--search-workers", "1", "--search-queue", "1")
    with_index(daemon)
    with concurrent.futures.ThreadPoolExecutor(30) as pool:
        def post(label):
            return daemon.post(f"api/v1/indexes/{INDEX}/search", {"label": label % 100, "k": 500, "efSearch": 1000})
        answers = list(pool.map(post, range(300)))
    busy = [answer for answer in answers if answer[0] == 503]
    assert busy and all(json.loads(body)["error"]["data"]["retryAfterMilliseconds"] > 0 for _, body, _ in busy)
    assert all(int(headers["Retry-After"]) >= 1 for _, _, headers in busy)
    assert daemon.stop() == 0


def test_a_large_batch_does_not_hold_up_the_searches_of_others(daemon):
    client, other = daemon.client(), daemon.client()
    array = vectors(daemon, 200)
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        many = pool.submit(
            client.ask, "search.runMany", index=INDEX, vectors=packed(array), dimension=array.shape[1], k=500, efSearch=900)
        during = []
        while not many.done():
            during.append(other.ask("search.run", index=INDEX, label=3))
        answers = many.result()["results"]
    assert all(result["complete"] for result in answers)
    # Some of them were answered while the batch ran, ahead of most of it.
    numbers = [int(result["search"][1:]) for result in answers]
    assert any(int(result["search"][1:]) < numbers[-1] for result in during if "search" in result)
    client.close()
    other.close()


def test_the_searches_of_a_client_that_is_gone_do_not_begin(daemon):
    other = daemon.client()
    first = int(other.ask("search.run", index=INDEX, label=3)["search"][1:])
    client = daemon.client()
    client.socket.send(json.dumps({"jsonrpc": "2.0", "id": 9, "method": "search.runMany", "params": {
        "index": INDEX, "labels": [1] * 1000, "k": 900, "efSearch": 1000}}))
    client.close()
    # Once the daemon has heard of the end, the names of searches rise by those of this client alone.
    def rises_by_one():
        one, two = (int(other.ask("search.run", index=INDEX, label=3)["search"][1:]) for _ in range(2))
        return two == one + 1 and one < first + 1000
    wait_for(rises_by_one)
    other.close()


def test_who_asks_too_often_is_told_when_to_come_back(daemon):
    # 5000 at once are let in, 1000 a second after that.
    body = {"labels": [3] * 1000, "k": 1, "efSearch": 1, "trace": "none"}
    refused = None
    until = time.monotonic() + WAIT
    while refused is None and time.monotonic() < until:
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: daemon.post(f"api/v1/indexes/{INDEX}/search", body), range(8)))
        refused = next((answer for answer in answers if answer[0] == 429), None)
        assert {status for status, _, _ in answers} <= {200, 429, 503}
    status, text, headers = refused
    error = json.loads(text)["error"]
    assert error["code"] == -32009 and error["data"]["retryAfterMilliseconds"] > 0
    assert int(headers["Retry-After"]) >= 1
