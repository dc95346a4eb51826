"""One GET against a server that misbehaves: each fault a MirrorError, in bounded time, without a password in it."""

from __future__ import annotations

import gzip
import io
import os
import random
import socket
import ssl
import tracemalloc
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from apkgraph.errors import MirrorError
from apkgraph.mirror.fetch import Bounds, Clock, Fetched, NotOnMirrorError, Validators, fetch
from tests.mirror.conftest import Time
from tests.mirror.faulty import Connection, Script, answer, faulty, sends, sends_and_hangs, sends_and_resets, trickles

FILE = gzip.compress(bytes(range(256)) * 40, mtime=0)
GOOD = sends(answer(FILE))


def bounds(time: Time | None = None, seconds: float = 60, size: int = 1 << 20) -> Bounds:
    return Bounds(seconds, size, time.clock if time is not None else Clock())


def test_what_is_asked_and_what_comes(httpserver: HTTPServer, time: Time) -> None:
    httpserver.expect_request("/a").respond_with_data(FILE, headers={"ETag": '"1"', "Last-Modified": "yesterday"})
    progress: list[tuple[int, int | None]] = []
    found = fetch(httpserver.url_for("/a"), bounds(time), progress=lambda done, total: progress.append((done, total)))
    assert found == Fetched(FILE, Validators('"1"', "yesterday"))
    assert progress[-1] == (len(FILE), len(FILE))
    request = httpserver.log[0][0]
    assert request.headers["User-Agent"].startswith("apkgraph/")
    assert request.headers["Accept-Encoding"] == "identity"
    assert "If-None-Match" not in request.headers


def test_a_conditional_get(httpserver: HTTPServer, time: Time) -> None:
    httpserver.expect_request(
        "/a", headers={"If-None-Match": '"1"', "If-Modified-Since": "yesterday"}
    ).respond_with_data(status=304, headers={"ETag": '"2"'})
    found = fetch(httpserver.url_for("/a"), bounds(time), Validators('"1"', "yesterday"))
    assert found == Fetched(None, Validators('"2"', ""))


@pytest.mark.parametrize("status", [404, 410])
def test_what_is_not_there_is_not_asked_for_again(httpserver: HTTPServer, time: Time, status: int) -> None:
    httpserver.expect_request("/a").respond_with_data(status=status)
    with pytest.raises(NotOnMirrorError, match=str(status)):
        fetch(httpserver.url_for("/a"), bounds(time))
    assert len(httpserver.log) == 1


@pytest.mark.parametrize("status", [204, 206, 400, 401, 403, 416, 418, 505])
def test_other_answers_are_final(httpserver: HTTPServer, time: Time, status: int) -> None:
    httpserver.expect_request("/a").respond_with_data(status=status)
    with pytest.raises(MirrorError, match=f"answers {status}"):
        fetch(httpserver.url_for("/a"), bounds(time))
    assert len(httpserver.log) == 1


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_servers_in_trouble_are_asked_again_with_growing_pauses(
    httpserver: HTTPServer, time: Time, status: int
) -> None:
    httpserver.expect_request("/a").respond_with_data(status=status)
    with pytest.raises(MirrorError, match=f"answers {status}"):
        fetch(httpserver.url_for("/a"), bounds(time))
    assert len(httpserver.log) == 4
    assert time.slept == [0.5, 1.0, 2.0]


def test_retry_after_is_heeded_up_to_a_bound(httpserver: HTTPServer, time: Time) -> None:
    for pause in ("3", "9" * 400, "soon"):
        httpserver.expect_ordered_request("/a").respond_with_data(status=503, headers={"Retry-After": pause})
    httpserver.expect_ordered_request("/a").respond_with_data(FILE)
    assert fetch(httpserver.url_for("/a"), bounds(time)).data == FILE
    assert time.slept == [3.0, 10.0, 2.0]


def test_no_retry_outlasts_the_bound(httpserver: HTTPServer, time: Time) -> None:
    httpserver.expect_request("/a").respond_with_data(status=503, headers={"Retry-After": "9"})
    with pytest.raises(MirrorError, match="answers 503"):
        fetch(httpserver.url_for("/a"), bounds(time, seconds=20))
    assert time.slept == [9.0, 9.0]


PASSING: dict[str, Script] = {
    "a reset before the answer": sends_and_resets(b""),
    "an end before the answer": sends(b""),
    "a reset in the header": sends_and_resets(b"HTTP/1.1 200 OK\r\nContent-"),
    "a reset in the body": sends_and_resets(answer(FILE)[:-9]),
    "a body cut short": sends(answer(FILE[:-9], length=len(FILE))),
    "a chunked body cut short": sends(answer(b"1000\r\nabc", "Transfer-Encoding: chunked", length=-1)),
    "a server error": sends(answer(b"", status="500 Oops")),
}


@pytest.mark.parametrize("name", PASSING)
def test_a_fault_that_passes_is_got_over(name: str, time: Time) -> None:
    with faulty(PASSING[name], GOOD) as server:
        assert fetch(server.url, bounds(time)).data == FILE
    assert len(server.requests) == 2
    assert time.slept == [0.5]


@pytest.mark.parametrize("name", PASSING)
def test_a_fault_that_stays_is_a_mirror_error(name: str, time: Time) -> None:
    with faulty(PASSING[name]) as server, pytest.raises(MirrorError, match=r"^http://127"):
        fetch(server.url, bounds(time))
    assert len(server.requests) == 4


FINAL: dict[str, Script] = {
    "a web page": sends(answer(b"<p>Log in</p>", "Content-Type: text/html; charset=utf-8")),
    "a web page without its type": sends(answer(b"\n<!DOCTYPE html><p>Log in</p>")),
    "nothing": sends(answer(b"")),
    "an unknown encoding": sends(answer(FILE, "Content-Encoding: br")),
    "an encoding that it is not": sends(answer(b"P:busybox", "Content-Encoding: gzip")),
    "an encoding cut off": sends(answer(gzip.compress(FILE)[:-9], "Content-Encoding: gzip")),
    "no HTTP": sends(b"220 ready\r\n\r\n"),
    "a redirect to a file": sends(answer(b"", "Location: file:///etc/passwd", status="302 Found")),
    "a redirect to elsewhere": sends(answer(b"", "Location: gopher://host/", status="301 Moved")),
    "a redirect to nonsense": sends(answer(b"", "Location: http://[", status="301 Moved")),
    "a redirect in circles": sends(answer(b"", "Location: /a", status="307 Again")),
    "a redirect without a target": sends(answer(b"", status="302 Found")),
}


@pytest.mark.parametrize("name", FINAL)
def test_a_wrong_answer_is_a_mirror_error(name: str, time: Time) -> None:
    with faulty(FINAL[name]) as server, pytest.raises(MirrorError, match=r"^http://127"):
        fetch(server.url, bounds(time))
    assert len(server.requests) <= 6


@pytest.mark.parametrize(
    ("url", "target", "followed"),
    [
        ("http://host/a", "file:///etc/passwd", False),
        ("http://host/a", "ftp://host/a", False),
        ("http://host/a", "//other/b", True),
        ("http://host/a", "https://host/a", True),
        ("https://host/a", "https://other/a", True),
        ("https://host/a", "http://host/a", False),
        ("HTTPS://host/a", "HTTP://host/a", False),
    ],
)
def test_where_a_redirect_may_lead(url: str, target: str, followed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def get(_session: requests.Session, address: str, **_options: object) -> requests.Response:
        asked.append(address)
        response = requests.Response()
        response.status_code = 302 if len(asked) == 1 else 404
        response.headers["Location"] = target
        response.raw = io.BytesIO()
        return response

    monkeypatch.setattr(requests.Session, "get", get)
    with pytest.raises(MirrorError, match="does not have this" if followed else "which is not followed"):
        fetch(url, bounds())
    assert len(asked) == 1 + followed


def test_redirects_share_one_bound(time: Time) -> None:
    def late(connection: Connection) -> None:
        time.move(40)
        connection.send(answer(b"", "Location: /a", status="302 Found"))

    with faulty(late) as server, pytest.raises(MirrorError, match="no answer in time"):
        fetch(server.url, bounds(time))
    assert len(server.requests) == 2


def test_redirects_are_followed_but_not_for_ever(httpserver: HTTPServer, time: Time) -> None:
    for number in range(5):
        httpserver.expect_request(f"/{number}").respond_with_data(
            status=302, headers={"Location": f"/{number + 1}" if number < 4 else httpserver.url_for("/file")}
        )
    httpserver.expect_request("/file").respond_with_data(FILE)
    assert fetch(httpserver.url_for("/0"), bounds(time)).data == FILE


def test_a_password_is_not_carried_to_where_a_redirect_leads(httpserver: HTTPServer, time: Time) -> None:
    httpserver.expect_request("/file").respond_with_data(FILE)
    with faulty(sends(answer(b"", f"Location: {httpserver.url_for('/file')}", status="302 Found"))) as server:
        assert fetch(server.url.replace("//", "//me:secret@"), bounds(time)).data == FILE
    assert b"Authorization: Basic" in server.requests[0]
    assert "Authorization" not in httpserver.log[0][0].headers


TIMELESS: dict[str, Script] = {
    "hangs before the answer": sends_and_hangs(b""),
    "hangs in the header": sends_and_hangs(b"HTTP/1.1 200 OK\r\n"),
    "hangs in the body": sends_and_hangs(answer(FILE)[:-9]),
    "trickles": trickles(answer(b"", length=len(FILE)), FILE),
    "trickles in chunks": trickles(answer(b"", "Transfer-Encoding: chunked", length=-1), b"1\r\na\r\n" * 999),
}


@pytest.mark.parametrize("name", TIMELESS)
def test_a_server_that_takes_its_time_is_left(name: str) -> None:
    start = monotonic()
    with faulty(TIMELESS[name]) as server, pytest.raises(MirrorError, match=r"no answer in time|not whole after"):
        fetch(server.url, bounds(seconds=0.4))
    assert monotonic() - start < 10  # the bound is the promise; without it this takes 20 s and more


@pytest.mark.parametrize(("seconds", "timeout"), [(120, (10, 20)), (15, (10, 15)), (3, (3, 3))])
def test_each_connect_and_each_read_is_bounded(
    seconds: float, timeout: tuple[float, float], time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    def get(_session: requests.Session, _address: str, **options: object) -> requests.Response:
        asked.append(options["timeout"])
        raise requests.exceptions.ReadTimeout

    monkeypatch.setattr(requests.Session, "get", get)
    with pytest.raises(MirrorError, match="no answer in time"):
        fetch("http://host/a", bounds(time, seconds=seconds))
    assert asked == [timeout]


def test_what_says_that_it_is_too_large_is_not_waited_for() -> None:
    with (
        faulty(sends_and_hangs(answer(b"x" * 50, length=101))) as server,
        pytest.raises(MirrorError, match="larger than 100 bytes"),
    ):
        fetch(server.url, bounds(size=100))


def test_an_encoding_of_one_byte_too_many_is_too_large(time: Time) -> None:
    inner = b"\x1f\x8b" + bytes(5000)
    script = sends(answer(gzip.compress(inner), "Content-Encoding: gzip"))
    with faulty(script) as server:
        assert fetch(server.url, bounds(time, size=5002)).data == inner
        with pytest.raises(MirrorError, match="larger than 5001 bytes"):
            fetch(server.url, bounds(time, size=5001))


def test_an_archive_that_is_called_a_web_page_is_an_archive(time: Time) -> None:
    with faulty(sends(answer(FILE, "Content-Type: text/html"))) as server:
        assert fetch(server.url, bounds(time)).data == FILE


def test_a_server_without_tls_is_told_from_one_that_is_not_trusted(
    httpserver: HTTPServer, time: Time, tmp_path: Path
) -> None:
    with pytest.raises(MirrorError, match="no secure connection"):
        fetch(httpserver.url_for("/a").replace("http:", "https:"), bounds(time))
    with HTTPServer(ssl_context=self_signed(tmp_path)) as stranger:
        stranger.expect_request("/a").respond_with_data(FILE)
        with pytest.raises(MirrorError, match="certificate does not verify"):
            fetch(stranger.url_for("/a"), bounds(time))
        assert stranger.log == []


def self_signed(directory: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    today = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = directory / "server.pem"
    path.write_bytes(key.private_bytes(*plain) + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def test_a_refusal_is_a_mirror_error_at_once(time: Time) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(MirrorError, match="refused"):
        fetch(f"http://127.0.0.1:{port}/a", bounds(time))
    assert time.slept == []


@pytest.mark.parametrize("address", ["http://a..b/x", "http://[/x", "http://a:99999999/x"])
def test_an_address_that_nobody_can_ask_is_not_asked_again(time: Time, address: str) -> None:
    with pytest.raises(MirrorError, match="makes no sense"):
        fetch(address, bounds(time))
    assert time.slept == []


def test_certificates_that_are_not_there_are_named(time: Time, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/bundle.pem")
    with pytest.raises(MirrorError, match="REQUESTS_CA_BUNDLE"):
        fetch("https://127.0.0.1:1/x", bounds(time))
    assert time.slept == []


def test_a_host_that_is_not_there_is_a_mirror_error(time: Time) -> None:
    with pytest.raises(MirrorError, match="no such host"):
        fetch("http://nowhere.invalid/a", bounds(time))


def test_a_proxy_that_is_not_there_is_a_mirror_error(time: Time, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://me:secret@127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "")
    with pytest.raises(MirrorError, match="the proxy") as caught:
        fetch("http://mirror.invalid/a", bounds(time))
    assert "secret" not in str(caught.value)


def test_the_proxy_of_the_environment_is_asked(
    httpserver: HTTPServer, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", httpserver.url_for(""))
    monkeypatch.setenv("NO_PROXY", "")
    httpserver.expect_request("http://mirror.invalid/a").respond_with_data(FILE)
    httpserver.expect_request("/a").respond_with_data(FILE)
    assert fetch("http://mirror.invalid/a", bounds(time)).data == FILE


@pytest.mark.parametrize("length", [None, -1, 1 << 40])
def test_what_is_too_large_is_left(length: int | None, time: Time) -> None:
    with (
        faulty(sends(answer(FILE, length=length))) as server,
        pytest.raises(MirrorError, match="larger than 100 bytes"),
    ):
        fetch(server.url, bounds(time, size=100))


def test_a_length_beside_chunks_says_nothing(time: Time) -> None:
    chunks = b"%x\r\n%b\r\n0\r\n\r\n" % (len(FILE), FILE)
    with faulty(sends(answer(chunks, "Transfer-Encoding: chunked", length=1 << 40))) as server:
        assert fetch(server.url, bounds(time)).data == FILE


def test_a_body_longer_than_it_says_is_cut_where_it_says(time: Time) -> None:
    with faulty(sends(answer(FILE + b"more", length=len(FILE)))) as server:
        assert fetch(server.url, bounds(time)).data == FILE


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "identity"])
def test_an_archive_that_is_called_an_encoding_of_itself_is_left_alone(encoding: str, time: Time) -> None:
    with faulty(sends(answer(FILE, f"Content-Encoding: {encoding}"))) as server:
        assert fetch(server.url, bounds(time)).data == FILE


def test_one_layer_of_encoding_is_taken_off(time: Time) -> None:
    with faulty(sends(answer(gzip.compress(FILE), "Content-Encoding: gzip"))) as server:
        assert fetch(server.url, bounds(time)).data == FILE


def test_a_bomb_of_an_encoding_is_given_up_early(time: Time) -> None:
    bomb = gzip.compress(FILE + bytes(64 << 20))
    tracemalloc.start()
    try:
        with (
            faulty(sends(answer(bomb, "Content-Encoding: gzip"))) as server,
            pytest.raises(MirrorError, match="larger"),
        ):
            fetch(server.url, bounds(time))
        assert tracemalloc.get_traced_memory()[1] < 16 << 20
    finally:
        tracemalloc.stop()


def test_no_fault_shows_a_password(time: Time) -> None:
    for script in (*PASSING.values(), *FINAL.values()):
        with faulty(script) as server, pytest.raises(MirrorError) as caught:
            fetch(server.url.replace("//", "//me:secret@") + "/a?token=hidden", bounds(time))
        assert "secret" not in str(caught.value)
        assert "hidden" not in str(caught.value)
        assert caught.value.__context__ is None or caught.value.__suppress_context__


def test_a_web_page_may_be_what_is_wanted(httpserver: HTTPServer, time: Time) -> None:
    httpserver.expect_request("/").respond_with_data(b"<html>", content_type="text/html")
    assert fetch(httpserver.url_for("/"), Bounds(9, 99, time.clock, page=True)).data == b"<html>"


def test_a_changing_file_is_never_put_together_from_two(httpserver: HTTPServer, time: Time) -> None:
    second = gzip.compress(b"second" * 4000, mtime=0)

    def handler(_request: Request) -> Response:
        return Response(second)

    httpserver.expect_request("/a").respond_with_handler(handler)
    moved = sends(answer(b"", f"Location: {httpserver.url_for('/a')}", status="302 Found"))
    with faulty(sends_and_resets(answer(FILE)[:-9]), moved) as server:
        assert fetch(server.url, bounds(time)).data == second
    assert b"Range" not in server.requests[1]


def test_local_files(tmp_path: Path, time: Time) -> None:
    path = tmp_path / "a b"
    path.write_bytes(FILE)
    assert fetch(str(path), bounds(time)).data == FILE
    assert fetch(f"file://{tmp_path}/a%20b", bounds(time)).data == FILE
    with pytest.raises(NotOnMirrorError):
        fetch(str(path / "absent"), bounds(time))
    with pytest.raises(MirrorError, match="cannot be read"):
        fetch(str(tmp_path), bounds(time))
    with pytest.raises(MirrorError, match="larger than"):
        fetch("/dev/zero", bounds(time, size=1000))


ANSWERS = (
    answer(FILE, 'ETag: "1"'),
    answer(b"5\r\nhello\r\n0\r\n\r\n", "Transfer-Encoding: chunked", length=-1),
    answer(gzip.compress(FILE), "Content-Encoding: gzip"),
    answer(b"", "Location: http://127.0.0.1:1/x", status="302 Found"),
    answer(b"", status="304 Same"),
)
PIECES = (b"\r\n", b":", b"\0", b"\xff", b"[", b"1" * 5000, b"Content-Length: 5\r\n", b"Location: ", b"x" * 70_000)


def mutant(choose: random.Random) -> bytes:
    data = bytearray(choose.choice(ANSWERS))
    for _ in range(choose.randint(1, 6)):
        place = choose.randrange(len(data) + 1)
        match choose.randrange(3):
            case 0:
                data[place : place + 1] = choose.randbytes(1)
            case 1:
                del data[place : place + choose.randint(1, 12)]
            case _:
                data[place:place] = choose.choice(PIECES)
    return bytes(data)


def test_mutants_of_answers_are_taken_or_a_mirror_error(time: Time) -> None:
    choose = random.Random(8)
    refused = []
    for _ in range(10_000 if os.environ.get("APKGRAPH_LONG") else 150):
        with faulty(sends(mutant(choose))) as server:
            try:
                fetch(server.url, Bounds(60, 1 << 20, time.clock))
            except MirrorError as error:
                refused.append(str(error))
    assert len(refused) > 50
    assert all(len(text) < 300 and text.isprintable() for text in refused)
