"""Who gets in: tokens and roles over WebSocket, HTTP and in the page; connections that are half open."""

import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from browser import Page
from conftest import BINARY
from daemon import Daemon, guarded_demo, wait_for

SEES = "to-see-0123456789abcdef"
PUSHES = "to-push-0123456789abcdef"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    """The demo behind tokens."""
    folder = tmp_path_factory.mktemp("guarded")
    with guarded_demo(BINARY, folder, "# who may do what", f"viewer wall {SEES}", f"publisher checkout {PUSHES}") as daemon:
        yield daemon
    log = "".join(daemon.errors)
    assert SEES not in log and PUSHES not in log


def hello(daemon, **parameters):
    """What `initialize` is answered with, and the code the connection is closed with after it."""
    url = daemon.url.replace("http", "ws") + "ws"
    with connect(url, subprotocols=["annscope.v1"], compression=None) as socket:
        socket.send(json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": parameters}))
        answer = json.loads(socket.recv())
        if "result" in answer:
            return answer["result"], None
        try:
            socket.recv(timeout=10)
        except ConnectionClosed as closed:
            return answer["error"], closed.rcvd.code
        raise AssertionError("the connection stayed open")


@pytest.mark.parametrize("shown", [{}, {"token": "wrong"}, {"token": SEES + "x"}, {"token": SEES[:-1]}, {"token": ""}])
def test_nobody_gets_in_without_a_token(guarded, shown):
    error, code = hello(guarded, **shown)
    assert error["code"] == -32008 and code == 4401
    assert not shown.get("token") or shown["token"] not in error["message"]


def test_a_viewer_watches_and_a_publisher_searches(guarded):
    viewer, publisher = guarded.client(token=SEES), guarded.client(token=PUSHES)
    assert viewer.hello["role"] == "viewer" and publisher.hello["role"] == "publisher"
    viewer.subscribe("searches/photos-hnsw")
    assert viewer.ask("search.run", index="photos-hnsw", label=40)["code"] == -32006
    found = publisher.ask("search.run", index="photos-hnsw", label=40, k=5, trace="full")
    assert viewer.search()[2]["results"] == found["results"]
    assert viewer.ask("search.trace", search=found["search"])["results"] == found["results"]
    viewer.close()
    publisher.close()


def test_http_asks_for_the_token_where_it_matters(guarded):
    def ask(path, token=None, body=None):
        import urllib.request
        request = urllib.request.Request(guarded.url + path, data=body and json.dumps(body).encode())
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        return guarded.open(request)

    for path in ("", "main.js", "healthz", "readyz"):
        assert ask(path)[0] == 200
    media = "media/photos-hnsw/images/0040.jpg"
    for path in ("metrics", "api/v1/indexes", media):
        status, _, headers = ask(path)
        assert status == 401 and headers["WWW-Authenticate"].startswith("Bearer")
        assert ask(path, "wrong")[0] == 401
        assert ask(path, SEES)[0] == ask(path, PUSHES)[0] == 200
        # A secret in an address would end up in logs.
        assert ask(f"{path}?token={SEES}")[0] == 401
    search = "api/v1/indexes/photos-hnsw/search"
    assert ask(search, body={"label": 40})[0] == 401
    assert ask(search, SEES, {"label": 40})[0] == 403
    assert ask(search, PUSHES, {"label": 40})[0] == 200


@pytest.mark.parametrize("secret, status", [(None, 401), ("wrong", 401), (SEES, 403)])
def test_a_search_without_the_right_is_refused_before_its_body(guarded, secret, status):
    with socket.create_connection(("127.0.0.1", guarded.port), timeout=10) as raw:
        shown = f"Authorization: Bearer {secret}\r\n" if secret else ""
        raw.sendall(
            f"POST /api/v1/indexes/photos-hnsw/search HTTP/1.1\r\nHost: 127.0.0.1\r\n{shown}Expect: 100-continue\r\n"
            "Content-Length: 1000000\r\n\r\n".encode())
        # All of it, to the end of the connection; not a byte of the body was sent.
        answer = raw.makefile("rb").read().decode()
    assert answer.startswith(f"HTTP/1.1 {status} ")
    head, body = answer.split("\r\n\r\n")
    assert "\r\nConnection: close" in head
    assert ("\r\nWWW-Authenticate: Bearer" in head) == (status == 401)
    late = guarded.post(
        "api/v1/indexes/photos-hnsw/search", b"", {"Authorization": f"Bearer {secret}"} if secret else {})
    assert (late[0], late[1].decode()) == (status, body)


def test_push_takes_its_token_from_a_file(guarded, tmp_path):
    token = tmp_path / "token"
    token.write_text(PUSHES + "\n")
    command = [BINARY, "push", "photos-hnsw", "--server", guarded.url, "--label", "40"]
    refused = subprocess.run(command, capture_output=True, text=True)
    assert refused.returncode != 0 and "token" in refused.stderr
    answered = subprocess.run([*command, "--token-file", token], check=True, capture_output=True, text=True)
    assert json.loads(answered.stdout)["results"]


@pytest.fixture()
def asked(guarded):
    """The page of a daemon that wants a token, before it has one."""
    page = Page.blank()
    page.load(guarded.url)
    page.until(lambda: page.find("token").is_displayed(), "the question for a token")
    yield page
    page.leave()  # a token that is refused is in the log


def test_the_page_asks_for_a_token_and_shows_pictures_with_it(asked):
    page = asked
    for _ in range(3):
        ActionChains(page.browser).send_keys(Keys.ESCAPE).perform()
    assert page.find("token").is_displayed()
    page.fill("token", "wrong")
    page.click("token-go")
    page.until(lambda: "refused" in page.text("access"), "the refusal")
    page.fill("token", PUSHES)
    page.click("token-go")
    page.arrived()
    page.open("photos-hnsw")
    page.fill("query-label", "40")
    page.click("run")
    page.finished()
    sources = "return [...document.querySelectorAll('#results img')].map((i) => [i.src, i.complete && i.naturalWidth > 0])"
    page.until(lambda: all(drawn for _, drawn in page.script(sources)), "the pictures")
    pictures = page.script(sources)
    assert len(pictures) >= 5 and all(source.startswith("blob:") for source, _ in pictures)
    assert PUSHES not in page.browser.current_url
    page.keep("access-publisher")
    # The tab keeps the token, another one does not have it.
    page.browser.refresh()
    page.until(lambda: page.snapshot()["connected"], "the connection")


def test_the_page_of_a_viewer_watches_only(asked, guarded):
    page = asked
    page.fill("token", SEES)
    page.click("token-go")
    page.arrived()
    page.open("photos-hnsw")
    assert not page.find("run").is_enabled()
    page.until(lambda: "may watch, not search" in page.told("obstacle"), "obstacle")
    publisher = guarded.client(token=PUSHES)
    found = publisher.ask("search.run", index="photos-hnsw", label=41, k=5, trace="full", source="checkout")
    page.until(lambda: page.snapshot()["search"] == found["search"], "the search of somebody else")
    page.finished()
    page.keep("access-viewer")
    publisher.close()


def test_a_client_that_sends_no_more_is_answered(guarded):
    """As `printf … | nc -N` does."""
    body = json.dumps({"label": 40, "k": 5, "exact": True}).encode()
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", guarded.port), timeout=10) as raw:
            raw.sendall(
                b"POST /api/v1/indexes/photos-hnsw/search HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n"
                b"Content-Length: %d\r\n\r\n%s" % (PUSHES.encode(), len(body), body))
            raw.shutdown(socket.SHUT_WR)
            answer = raw.makefile("rb").read().removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
        assert len(json.loads(answer.split(b"\r\n\r\n")[1])["results"]) == 5


def test_a_half_open_connection_is_noticed(tmp_path):
    """The network of a host goes down: no end of a connection is ever told. The daemon's ping finds out."""
    name = f"annscope-{os.getpid()}"
    folder = tmp_path / "indexes"
    folder.mkdir()
    unix = tmp_path / "annscope.sock"
    subprocess.run(["ip", "netns", "add", name], check=True)
    try:
        inside = ["ip", "netns", "exec", name]
        subprocess.run([*inside, "ip", "link", "set", "lo", "up"], check=True)
        daemon = Daemon(
            *inside, BINARY, "serve", str(folder), "--listen", "127.0.0.1:7700", "--ping", "2s",
            listen=f"unix:{unix}")
        client = subprocess.Popen(
            [*inside, sys.executable, "-c",
             "import sys; sys.path.insert(0, sys.argv[1]); from daemon import Client; c = Client('ws://127.0.0.1:7700/ws');"
             "print('ready', flush=True); import time; time.sleep(600)", os.path.dirname(__file__)],
            stdout=subprocess.PIPE, text=True)
        assert client.stdout.readline() == "ready\n"
        assert viewers(unix) == 1
        time.sleep(5)
        # It answers pings: it stays.
        assert viewers(unix) == 1
        subprocess.run([*inside, "ip", "link", "set", "lo", "down"], check=True)
        wait_for(lambda: viewers(unix) == 0)
        client.kill()
        client.wait()
        assert daemon.stop() == 0
    finally:
        subprocess.run(["ip", "netns", "delete", name], check=True)


def viewers(unix):
    text = subprocess.run(
        ["curl", "-sS", "--unix-socket", unix, "http://localhost/metrics"], check=True, capture_output=True, text=True).stdout
    return sum(
        float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith("annscope_viewers{"))


def certificate(folder, name):
    """A new certificate in the daemon's place; what a client sees of it."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "key.pem", "-out",
         folder / "certificate.pem"], check=True, capture_output=True)
    return ssl.PEM_cert_to_DER_cert((folder / "certificate.pem").read_text())


def shown_certificate(port):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", port), timeout=10) as plain, context.wrap_socket(plain) as secure:
        assert secure.version() in ("TLSv1.2", "TLSv1.3")
        return secure.getpeercert(binary_form=True)


def test_a_certificate_is_changed_without_dropping_anybody(tmp_path):
    first = certificate(tmp_path, "first")
    configuration = tmp_path / "annscope.toml"
    configuration.write_text(f'[tls]\ncertificate = "{tmp_path}/certificate.pem"\nkey = "{tmp_path}/key.pem"\n')
    daemon = Daemon(BINARY, "demo", "--config", str(configuration), "--log-level", "notice", scheme="https")
    port = int(daemon.url.split(":")[2].rstrip("/"))
    assert shown_certificate(port) == first
    trusting = ssl.create_default_context(cafile=tmp_path / "certificate.pem")
    with connect(
            f"wss://127.0.0.1:{port}/ws", subprotocols=["annscope.v1"], compression=None, ssl=trusting) as viewer:

        def ask(number, method, **params):
            viewer.send(json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}))
            return json.loads(viewer.recv(timeout=30))

        assert ask(1, "initialize")["result"]["role"] == "publisher"
        second = certificate(tmp_path, "second")
        shutil.copy(tmp_path / "certificate.pem", tmp_path / "trusted.pem")
        daemon.process.send_signal(signal.SIGHUP)
        wait_for(lambda: shown_certificate(port) == second)
        # Half a certificate is none: the old one is shown on, and the log says why.
        (tmp_path / "certificate.pem").write_text("-----BEGIN CERTIFICATE-----\nMIIB\n")
        daemon.process.send_signal(signal.SIGHUP)
        wait_for(lambda: any("the old one is kept" in line for line in daemon.errors))
        assert shown_certificate(port) == second
        assert "result" in ask(2, "index.list")
        pushed = subprocess.run(
            [BINARY, "push", "photos-hnsw", "--server", daemon.url, "--label", "40", "--ca-file",
             tmp_path / "trusted.pem"], capture_output=True, text=True)
        assert pushed.returncode == 0 and json.loads(pushed.stdout)["results"]
        strange = subprocess.run(
            [BINARY, "push", "photos-hnsw", "--server", daemon.url, "--label", "40"], capture_output=True, text=True)
        assert strange.returncode != 0
    # Plain HTTP on this port fails cleanly.
    with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
        plain.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert plain.recv(1000).startswith(b"HTTP/1.1 400")
    assert daemon.stop() == 0
