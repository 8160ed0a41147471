#!/usr/bin/env python3
"""Writes the seeds in Corpus/ of what comes from outside and is no index file. python make_message_corpus.py, with NumPy."""
import base64
import io
import json
import pathlib
import struct

import numpy

HERE = pathlib.Path(__file__).parent
CORPUS = HERE / "Corpus"
REQUESTS = json.loads((HERE.parent / "Golden/messages/requests.json").read_text())
DEMO = HERE.parent.parent / "Sources/AnnscopeDaemon/Demo"


def write(family, seeds):
    folder = CORPUS / family
    folder.mkdir(parents=True, exist_ok=True)
    for name, seed in seeds.items():
        (folder / name).write_bytes(seed if isinstance(seed, bytes) else seed.encode())


def call(method, number=1, **params):
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params})


def messages():
    yield from ((f"request-{number}", json.dumps(request)) for number, request in enumerate(REQUESTS))
    vector = base64.b64encode(struct.pack("<2f", 1, float("nan"))).decode()
    yield "base64", call("search.run", index="a", vector=vector, key="once", trace="none")
    yield "many", call("search.runMany", index="a", vectors=[[1, 2], vector], k=3)
    yield "hello", call("initialize", versions=["annscope.v1"], token="secret", capabilities={"columns": "base64"})
    yield "pause", call("stream.pause", stream="searches/a")
    yield "body", json.dumps({"label": "18446744073709551615", "k": 10000, "filter": {"allow": [1], "where": "year > 1"}})
    yield "numbers", '{"jsonrpc":"2.0","id":-9223372036854775808,"method":"x","params":{"a":[1e308,-0.0,5e-324,1.5]}}'
    yield "deep", "[" * 64 + "]" * 64


def conversations():
    hello = call("initialize")
    subscribe = call("stream.subscribe", 2, stream="searches/a")
    yield "listen", "\n".join([hello, subscribe, "!a", "!a", "!s", "!a"])
    yield "return", "\n".join(
        [hello, "!a", "!a", call("stream.subscribe", 2, stream="searches/a", after={"epoch": "fuzz", "offset": -1}), "!a"])
    yield "map", "\n".join([hello, call("stream.subscribe", 2, stream="layout/a"), "!a", "!a", "!a", "!a", "!c", hello])
    tile = "layout/a/tiles/1/0/1"
    yield "tile", "\n".join([hello, call("stream.subscribe", 2, stream=tile), call("stream.unsubscribe", 3, stream=tile)])
    yield "slow", "\n".join([hello, subscribe] + ["!a"] * 40 + ["!t"] * 31)
    yield "silent", "\n".join(["!t"] * 12)
    yield "pause", "\n".join(
        [hello, subscribe, call("stream.pause", 3, stream="searches/a"), "!a", call("stream.resume", 4, stream="searches/a")])


def headers():
    yield "plain", "localhost:7700\nhttp://localhost:7700\n12"
    yield "address", "127.0.0.1\n\n0"
    yield "six", "[::1]:7700\nhttp://[::1]:7700\n999"
    yield "foreign", "evil.example\nhttp://evil.example\n5, 7"
    yield "allowed", "search.example:443\nhttps://search.example:443\n-5"
    yield "chunked", "localhost\n\n\nchunked"
    yield "range", 'localhost\n\n\n\nbytes=0-99\ngzip;q=0.5, *\nW/"1f", "2"'
    yield "suffix", "localhost\n\n\n\nbytes=-5\nidentity;q=1, gzip;q=0.1\n*"
    yield "long", "localhost\nnull\n99999999999999999999"


def numpy_files():
    for name, array in {
        "one": numpy.arange(3, dtype="<f4"), "two": numpy.ones((2, 3), dtype="<f8"), "empty": numpy.ones((0, 3), dtype="<f4"),
        "fortran": numpy.asfortranarray(numpy.ones((2, 3), dtype="<f4")), "integers": numpy.arange(3),
    }.items():
        file = io.BytesIO()
        numpy.save(file, array)
        yield name, file.getvalue()
    file = io.BytesIO()
    numpy.lib.format.write_array(file, numpy.ones((1, 2), dtype="<f4"), version=(2, 0))
    yield "version-2", file.getvalue()


def items():
    yield "demo", "".join((DEMO / "items.csv").read_text().splitlines(keepends=True)[:8])
    yield "quoted", 'id,caption,note\r\n7,"a, b","say ""hi"""\r\n9,"two\nlines",x\n'
    yield "ragged", "label,a,b\n1\n2,,\n3,x,y,z\n\n1,again"
    yield "open", 'a,b\n"never closed'


def sidecars():
    for path in sorted(DEMO.glob("*.annscope.json")):
        yield path.name.split(".")[0], path.read_text()
    yield "all", json.dumps({
        "name": "n", "title": "t", "note": "o", "metric": "cosine", "dimension": 8, "media": "images/{file}", "items": "i.csv",
        "caption": "c", "category": "d", "queries": "q.json", "later": [1]})


def queries():
    yield "plain", json.dumps({"note": "n", "queries": [{"text": "a", "vector": [1, 2.5]}, {"image": "i.jpg", "vector": [0, -1]}]})
    yield "odd", json.dumps({"queries": [{"text": "a"}, {"vector": [1]}, {"vector": [1, "x"]}, 3]})


def recordings():
    events = json.loads((HERE.parent / "Golden/messages/events.json").read_text())
    for name, version in {"hello": 2, "hello-1": 1}.items():
        yield name, json.dumps({"annscope": "recording", "version": version, "at": 5, "file": 1, "pictures": version > 1, "hello": {"epoch": "e"}})
    item = {"label": "18446744073709551615", "node": 7, "caption": "a dog", "category": "dog", "fields": {"year": "2001"}}
    picture = {"label": 40, "node": 7, "media": "media/a/7.jpg", "picture": "/9j/4AECAw=="}
    yield "pictured", json.dumps({"at": 5, "items": {"index": "a", "revision": 1, "items": [picture]}})
    yield "items", json.dumps({"at": 5, "items": {"index": "a", "revision": 1, "items": [item, {"label": 41, "node": 8}]}})
    yield "gap", json.dumps({"at": 5, "gap": {"stream": "searches/a", "reason": "lost"}})
    for name, message in events.items():
        yield name, json.dumps({"at": 5, "message": message})


def configurations():
    yield "values", 'paths = ["a", \'b\']\nlog-level = "info"\n[limits]\nmax = 1_000\nx = 0x1F\ny = 1.5e3\nz = { a = true, b.c = "d" }\n'
    yield "texts", 'a = """\ntwo\nlines \\\n  more"""\nb = \'\'\'\nraw\'\'\'\nc = "\\u00e9\\U0001F600\\t"\n"quoted key".x = 1\n'
    yield "odd", "# only a comment\n[[tables]]\nat = 1979-05-27T07:32:00Z\nn = -inf\n[a.b]\n[a.b]\n"


def tokens():
    yield "plain", "viewer wall 0123456789abcdef\n# note\n\npublisher app fedcba9876543210\n"
    yield "odd", "owner x 0123456789abcdef\nviewer wall short\nviewer a b c d\nviewer wall 0123456789abcdef\nviewer wall 0123456789abcdef"


def filters():
    for number, condition in enumerate([
        'category = "dog" and year >= 2000', "not (year = 1 and category contains 'x')", "year in (1, 2.5, 'a') or label != 7",
        "`two words` is missing", "category not in ('it\\'s') and `in` is not present", "((year<1))or(year>-1.5e3)",
        # The quotes inside are one character with the mark that follows, and must be escaped all the same.
        "not (year contains 'x\"\u064e\\\\\u0301')",
    ]):
        yield f"condition-{number}", condition


if __name__ == "__main__":
    for family, seeds in {
        "message": messages(), "conversation": conversations(), "http": headers(), "npy": numpy_files(), "items": items(),
        "sidecar": sidecars(), "queries": queries(), "filter": filters(), "recording": recordings(), "toml": configurations(),
        "tokens": tokens(),
    }.items():
        write(family, dict(seeds))
