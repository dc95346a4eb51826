"""A server on loopback that misbehaves by script: one script a connection, the last one for all that follow."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Sequence

Script = Callable[["Connection"], None]


class Connection:
    """What a script plays on: a socket that has sent its request."""

    def __init__(self, socket_: socket.socket, stopped: threading.Event) -> None:
        self._socket = socket_
        self._stopped = stopped

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def reset(self) -> None:
        """End with a reset instead of an end."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def hang(self) -> None:
        self._stopped.wait()

    def trickle(self, data: bytes, pause: float = 0.02) -> None:
        for number in range(len(data)):
            if self._stopped.wait(pause):
                return
            self.send(data[number : number + 1])


class FaultyServer:
    """Plays the scripts, and remembers the requests."""

    def __init__(self, scripts: Sequence[Script]) -> None:
        self._scripts = list(scripts)
        self._stopped = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.requests: list[bytes] = []
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        host, port = self._listener.getsockname()
        return f"http://{host}:{port}"

    def stop(self) -> None:
        self._stopped.set()
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                connected, _ = self._listener.accept()
            except OSError:
                return
            script = self._scripts.pop(0) if len(self._scripts) > 1 else self._scripts[0]
            threading.Thread(target=self._play, args=(connected, script), daemon=True).start()

    def _play(self, connected: socket.socket, script: Script) -> None:
        with connected, contextlib.suppress(OSError):
            self.requests.append(_request(connected))
            script(Connection(connected, self._stopped))


def _request(connected: socket.socket) -> bytes:
    request = b""
    while b"\r\n\r\n" not in request:
        piece = connected.recv(4096)
        if not piece:
            break
        request += piece
    return request


@contextlib.contextmanager
def faulty(*scripts: Script) -> Iterator[FaultyServer]:
    server = FaultyServer(scripts)
    try:
        yield server
    finally:
        server.stop()


def answer(body: bytes, *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    """An answer whose Content-Length is the body's, or what a test says; -1 is none at all."""
    length = len(body) if length is None else length
    lines = [f"HTTP/1.1 {status}", "Connection: close", *headers]
    if length >= 0:
        lines.append(f"Content-Length: {length}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def sends(data: bytes) -> Script:
    return lambda connection: connection.send(data)


def sends_and_resets(data: bytes) -> Script:
    def play(connection: Connection) -> None:
        connection.send(data)
        connection.reset()

    return play


def sends_and_hangs(data: bytes) -> Script:
    def play(connection: Connection) -> None:
        connection.send(data)
        connection.hang()

    return play


def trickles(start: bytes, rest: bytes) -> Script:
    def play(connection: Connection) -> None:
        connection.send(start)
        connection.trickle(rest)

    return play
