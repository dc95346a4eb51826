"""The app in a browser: textual-serve runs one process of it for each page that is opened."""

from __future__ import annotations

import re
import shlex
import sys
from html import escape
from typing import TYPE_CHECKING, Any, Final

from apkgraph.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

LOOPBACK: Final = "localhost"
PORT: Final = 8000
INSTALL: Final = "--serve needs textual-serve: install it with `pip install 'apkgraph[web]'`"

FOCUS: Final = """<script>
addEventListener("load", function focus() {
  const field = document.querySelector(".xterm-helper-textarea");
  if (field) field.focus(); else setTimeout(focus, 50);
});
</script></body>"""


def address(text: str) -> tuple[str, int]:
    """`HOST:PORT`, `HOST`, `PORT` or nothing: by default a port on loopback (UsageError for anything else)."""
    host, _, port = text.rpartition(":") if ":" in text else ("", "", text) if text.isdecimal() else (text, "", "")
    number = int(port) if port.isascii() and port.isdecimal() and len(port) <= 5 else PORT if not port else 0
    if not 0 < number < 65536 or "/" in host:
        message = f"--serve-at {text}: not an address; write HOST:PORT, as {LOOPBACK}:{PORT}"
        raise UsageError(message)
    return host.strip("[]") or LOOPBACK, number


def serve(words: Sequence[str], where: str) -> int:
    """Serve `apkgraph WORDS` until interrupted (UsageError where textual-serve is not installed)."""
    host, port = address(where)
    try:
        from aiohttp import web
        from textual_serve.server import Server
    except ImportError:
        raise UsageError(INSTALL) from None

    written = f"[{host}]" if ":" in host else host

    @web.middleware  # type: ignore[untyped-decorator, unused-ignore]  # typed only where it is installed
    async def own_pages_only(request: Any, handler: Any) -> Any:
        """Other sites' pages may open sockets to this machine, too: what they send is refused."""
        if is_foreign(request.headers.get("Origin"), request.headers.get("Host", ""), f"{written}:{port}"):
            raise web.HTTPForbidden(text="this address serves its own pages only\n")
        response = await handler(request)
        if response.content_type == "text/html" and isinstance(response, web.Response):
            response.text = page(response.text or "", f"{written}:{port}", request.host)
        return response

    class OwnPages(Server):  # type: ignore[misc, unused-ignore]  # typed only where it is installed
        async def _make_app(self) -> Any:
            app = await super()._make_app()
            app.middlewares.append(own_pages_only)
            return app

    command = shlex.join([sys.executable, "-m", "apkgraph", *words])
    OwnPages(command, host=host, port=port, title="apkgraph", public_url=f"http://{written}:{port}").serve()
    return 0


def page(text: str, own: str, host: str) -> str:
    """textual-serve's page as it is sent: keys reach the terminal without a click, and no font comes from elsewhere.

    Its links name the host by which it was asked, since 0.0.0.0 is not an address for others.
    """
    text = re.sub(r"<link[^>]*https://[^>]*>", "", text)
    return text.replace(f"//{own}", f"//{escape(host)}").replace("</body>", FOCUS)


def is_foreign(origin: str | None, host: str, own: str) -> bool:
    """Whether a request comes from another site's page, or was led here under another name (DNS rebinding)."""
    name, _, port = own.rpartition(":")
    everywhere = name in ("0.0.0.0", "[::]")  # noqa: S104  # asked for by name; then any name may lead here
    same_host = host in (own, name) if not everywhere else host.endswith(f":{port}")
    return not same_host or (origin is not None and origin != f"http://{host}")


def without_serve(words: Sequence[str]) -> list[str]:
    """The command line for the app behind a page: the same, without --serve and --serve-at."""
    kept: list[str] = []
    rest = iter(words)
    for word in rest:
        if word == "--serve-at":
            next(rest, None)
        elif word != "--serve" and not word.startswith("--serve-at="):
            kept.append(word)
    return kept
