"""One file from a mirror: a conditional GET with bounded time, bounded size, retries and progress; or a local file.

Every fault ends in a MirrorError that names the address without its credentials: the text of no exception from below
is ever passed on, for it may hold the whole URL.
"""

from __future__ import annotations

import os
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import unquote, urljoin, urlsplit

from apkgraph import __version__, limits
from apkgraph.errors import MirrorError
from apkgraph.mirror.layout import local_path
from apkgraph.redaction import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    import requests

Value = TypeVar("Value")
USER_AGENT = f"apkgraph/{__version__} (reads Alpine package indexes)"
CONNECT_TIMEOUT, READ_TIMEOUT = 10.0, 20.0  # seconds, for each connect and each read
_ATTEMPTS = 4
_BACKOFF = 0.5  # seconds before the first retry; doubled for each further one
_RETRIED = (429, 500, 502, 503, 504)
_GZIP = b"\x1f\x8b"
_REDIRECTS = (301, 302, 303, 307, 308)

Progress = Callable[[int, "int | None"], None]  # bytes so far, and of how many where that is known


class NotOnMirrorError(MirrorError):
    """The mirror answered that it does not have this (404 or 410, or no such local file)."""


class _PassingError(MirrorError):
    """A fault that another attempt may not meet."""

    pause: float | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """Seconds: `now` since 1970, `monotonic` since whenever, `sleep` for so long."""

    now: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class Validators:
    """What a mirror said to tell by whether a file has changed."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came: `data` is None where the mirror says that nothing has changed (304)."""

    data: bytes | None
    validators: Validators


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long and how large at most: seconds for all attempts together, bytes for the file; and what may come."""

    seconds: float
    size: int
    clock: Clock = field(default_factory=Clock)
    page: bool = False  # whether a web page is what is asked for


def fetch(
    address: str, bounds: Bounds, validators: Validators | None = None, progress: Progress | None = None
) -> Fetched:
    """The file at this address. Raises NotOnMirrorError where there is none, MirrorError for every other fault."""
    path = local_path(address)
    if path is not None:
        return Fetched(_read_local(path, bounds), Validators())
    deadline = bounds.clock.monotonic() + bounds.seconds
    for attempt in range(_ATTEMPTS):
        try:
            return _attempt(address, bounds, deadline, validators or Validators(), progress)
        except _PassingError as error:
            pause = min(error.pause if error.pause is not None else _BACKOFF * 2**attempt, limits.RETRY_PAUSE_SECONDS)
            if attempt == _ATTEMPTS - 1 or bounds.clock.monotonic() + pause >= deadline:
                raise MirrorError(str(error)) from None
            bounds.clock.sleep(pause)
    raise AssertionError  # the last attempt returned or raised


def _read_local(path: str, bounds: Bounds) -> bytes:
    try:
        with open(path, "rb") as file:
            data = file.read(bounds.size + 1)
    except (FileNotFoundError, NotADirectoryError):
        message = f"{path}: no such file"
        raise NotOnMirrorError(message) from None
    except OSError as error:
        message = f"{path}: cannot be read ({error.strerror})"
        raise MirrorError(message) from None
    if len(data) > bounds.size:
        message = f"{path}: larger than {bounds.size} bytes"
        raise MirrorError(message)
    return data


def _attempt(
    address: str, bounds: Bounds, deadline: float, validators: Validators, progress: Progress | None
) -> Fetched:
    import requests
    import urllib3

    try:
        with requests.Session() as session:
            session.headers.update(_headers(validators))
            response = _follow(session, address, deadline, bounds.clock)
            with response:
                return _receive(response, address, bounds, deadline, progress)
    except (requests.exceptions.Timeout, urllib3.exceptions.TimeoutError):
        message = f"{shown(address)}: no answer in time"
        raise MirrorError(message) from None
    except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        raise _fault(error, address) from None


def _headers(validators: Validators) -> dict[str, str]:
    headers = {"User-Agent": USER_AGENT, "Accept": "*/*", "Accept-Encoding": "identity"}
    if validators.etag:
        headers["If-None-Match"] = validators.etag
    if validators.last_modified:
        headers["If-Modified-Since"] = validators.last_modified
    return headers


def _follow(session: requests.Session, address: str, deadline: float, clock: Clock) -> requests.Response:
    """The first answer that is not a redirect. Redirects stay on http and https, and never leave https."""
    url = address
    for _ in range(limits.REDIRECTS + 1):
        left = deadline - clock.monotonic()
        if left <= 0:
            message = f"{shown(address)}: no answer in time"
            raise MirrorError(message)
        timeout = (min(CONNECT_TIMEOUT, left), min(READ_TIMEOUT, left))
        response = session.get(url, stream=True, allow_redirects=False, timeout=timeout, auth=_login(url, address))
        if response.status_code not in _REDIRECTS or "Location" not in response.headers:
            return response
        target = urljoin(url, response.headers["Location"])
        response.close()
        schemes = ("https",) if urlsplit(url).scheme.lower() == "https" else ("http", "https")
        if urlsplit(target).scheme.lower() not in schemes:
            message = f"{shown(address)}: redirects to {urlsplit(target).scheme[:40]!a}, which is not followed"
            raise MirrorError(message)
        url = target
    message = f"{shown(address)}: redirects more than {limits.REDIRECTS} times"
    raise MirrorError(message)


def _login(url: str, address: str) -> tuple[str, str] | Callable[[Value], Value]:
    """Return the user and password for a URL: its own, or for the origin that the user named those of ~/.netrc.

    Nothing of ~/.netrc goes to where a redirect leads, and its `default` goes nowhere: no user named that host.
    """
    parts = urlsplit(url)
    if parts.username is not None:
        return unquote(parts.username), unquote(parts.password or "")
    named = urlsplit(address)
    same = (parts.scheme, parts.hostname, parts.port) == (named.scheme, named.hostname, named.port)
    return (_from_netrc(parts.hostname or "") if same else None) or _unchanged


def _unchanged(request: Value) -> Value:
    # Given as `auth`, this keeps requests from looking into ~/.netrc by itself.
    return request


def _from_netrc(host: str) -> tuple[str, str] | None:
    import netrc

    try:
        found = netrc.netrc(os.environ.get("NETRC") or os.path.expanduser("~/.netrc")).hosts.get(host)
    except (OSError, UnicodeDecodeError, netrc.NetrcParseError):
        return None
    return (found[0] or found[1] or "", found[2] or "") if found and host != "default" else None


def _receive(
    response: requests.Response, address: str, bounds: Bounds, deadline: float, progress: Progress | None
) -> Fetched:
    status = response.status_code
    validators = Validators(*(_kept(response.headers.get(name, "")) for name in ("ETag", "Last-Modified")))
    if status == 304:
        return Fetched(None, validators)
    if status in (404, 410):
        message = f"{shown(address)}: the mirror does not have this ({status})"
        raise NotOnMirrorError(message)
    if status != 200:
        message = f"{shown(address)}: the mirror answers {status}"
        error = _PassingError(message) if status in _RETRIED else MirrorError(message)
        if isinstance(error, _PassingError):
            error.pause = _retry_after(response.headers.get("Retry-After", ""))
        raise error
    received = _read_body(response, address, bounds, deadline, progress)
    data = decoded(received, response.headers, shown(address), bounds.size)
    if not bounds.page and is_page(data, response.headers):
        message = f"{shown(address)}: a web page in place of the file; does the network require a login?"
        raise MirrorError(message)
    return Fetched(data, validators)


def _kept(validator: str) -> str:
    """The validator, unless it is too long or too strange to be sent back each time."""
    return (
        validator
        if len(validator) <= limits.VALIDATOR_CHARACTERS and validator.isascii() and validator.isprintable()
        else ""
    )


def _retry_after(value: str) -> float | None:
    return float(value) if value.isascii() and value.isdigit() else None


def _read_body(
    response: requests.Response, address: str, bounds: Bounds, deadline: float, progress: Progress | None
) -> bytes:
    """The body as it is sent, read in whatever pieces come, so that a trickle meets the deadline too.

    urllib3 raises where less comes than Content-Length says.
    """
    expected = expected_length(response.headers)
    received = bytearray()
    while piece := response.raw.read1(64 << 10, decode_content=False):
        received += piece
        if len(received) > bounds.size or (expected or 0) > bounds.size:
            message = f"{shown(address)}: larger than {bounds.size} bytes, more than this can have"
            raise MirrorError(message)
        if bounds.clock.monotonic() > deadline:
            message = f"{shown(address)}: not whole after {bounds.seconds:.0f} s"
            raise MirrorError(message)
        if progress is not None:
            progress(len(received), expected)
    return bytes(received)


def _fault(error: Exception, address: str) -> MirrorError:
    """What went wrong, in fixed words. A refusal will be the same a second later; a broken connection may not."""
    import requests
    import urllib3

    text = repr(error)  # only looked at, never shown
    asked = requests.exceptions.ConnectionError | requests.exceptions.ChunkedEncodingError
    broken = asked | urllib3.exceptions.ProtocolError | ConnectionError
    if isinstance(error, requests.exceptions.SSLError):
        verified = "CERTIFICATE_VERIFY_FAILED" not in text
        reason = "no secure connection can be made" if verified else "the mirror's certificate does not verify"
        return MirrorError(f"{shown(address)}: {reason}")
    if isinstance(error, requests.exceptions.ProxyError):
        return MirrorError(f"{shown(address)}: the proxy cannot be reached or refuses")
    if "NameResolution" in text or "gaierror" in text:
        return MirrorError(f"{shown(address)}: no such host, or no network")
    if "NewConnectionError" in text or "ConnectionRefused" in text:
        return MirrorError(f"{shown(address)}: the connection is refused, or there is no network")
    if isinstance(error, broken):
        return _PassingError(f"{shown(address)}: the connection broke off")
    if isinstance(error, OSError) and not isinstance(error, requests.exceptions.RequestException):
        return MirrorError(f"{shown(address)}: this machine cannot ask; do REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE exist?")
    return MirrorError(f"{shown(address)}: this address, a proxy's or the mirror's answer makes no sense")


def expected_length(headers: Mapping[str, str]) -> int | None:
    """Bytes that the body must have, where the answer says so."""
    value = headers.get("Content-Length", "").strip()
    return int(value) if value.isdigit() and "Transfer-Encoding" not in headers else None


def decoded(data: bytes, headers: Mapping[str, str], where: str, limit: int) -> bytes:
    """The file itself; MirrorError where the answer is empty or in an encoding that nobody asked for."""
    encoding = headers.get("Content-Encoding", "").strip().lower()
    if encoding in ("gzip", "x-gzip"):
        data = _ungzipped(data, where, limit)
    elif encoding not in ("", "identity"):
        message = f"{where}: sent in the encoding {encoding[:40]!a}, which was not requested"
        raise MirrorError(message)
    if not data:
        message = f"{where}: the mirror's answer is empty"
        raise MirrorError(message)
    return data


def is_page(data: bytes, headers: Mapping[str, str]) -> bool:
    """Whether this is a web page, by what it says of itself or by its first words."""
    kind = headers.get("Content-Type", "").partition(";")[0].strip().lower()
    first = data[:512].lstrip().lower()
    return not data.startswith(_GZIP) and (kind == "text/html" or first.startswith((b"<!doctype", b"<html")))


def _ungzipped(data: bytes, where: str, limit: int) -> bytes:
    """Servers are known to call an archive itself an encoding: the layer is taken off only where there is one more."""
    try:
        unpacker = zlib.decompressobj(31)
        inner = unpacker.decompress(data, limit + 1)
    except zlib.error:
        message = f"{where}: sent with the encoding gzip, which it is not"
        raise MirrorError(message) from None
    if not inner.startswith(_GZIP) and data.startswith(_GZIP):
        return data
    if len(inner) > limit or not unpacker.eof:
        message = f"{where}: larger than {limit} bytes, or cut off"
        raise MirrorError(message)
    return inner
