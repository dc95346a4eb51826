"""ENV that official images on Alpine document, by which `$PHPIZE_DEPS` and its like are known.

Source: PHPIZE_DEPS is that of docker-library/php's `Dockerfile-linux.template` (commit 0104cfd3b43f) for Alpine. The
variables of golang, postgres and ruby were read in the image histories of docker-library/repo-info in November 2026;
those of nginx, node and python are as their images' pages have them. A version is known where the tag has all of its
three numbers.
`--base` overrides it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from apkgraph.dockerfile.references import Kind, Reference
from apkgraph.dockerfile.shell.values import Value

_ENV: Mapping[str, Mapping[str, str]] = {
    "golang": {"GOPATH": "/go", "GOLANG_VERSION": "{exact}"},
    "nginx": {"NGINX_VERSION": "{exact}"},
    "node": {"NODE_VERSION": "{exact}"},
    "php": {
        "PHPIZE_DEPS": "autoconf dpkg-dev dpkg file g++ gcc libc-dev make pkgconf re2c",
        "PHP_INI_DIR": "/usr/local/etc/php",
        "PHP_VERSION": "{exact}",
    },
    "postgres": {"PG_MAJOR": "{major}"},
    "python": {"PYTHON_VERSION": "{exact}"},
    "ruby": {"RUBY_VERSION": "{exact}"},
}
_VERSION = re.compile(r"^(\d{1,3})(?:\.\d{1,3})?(\.\d{1,3})?(?=-|$)")


def documented_environment(image: Reference) -> dict[str, Value]:
    """What is known of the variables that an image sets; nothing for any but official ones on Alpine."""
    name = re.sub(
        r"^(?:(?:[a-z0-9.-]*docker\.(?:io|com)|public\.ecr\.aws/docker)/)?(?:library/)?", "", image.repository
    )
    if image.kind is not Kind.DERIVED or name not in _ENV:
        return {}
    version = _VERSION.match(image.tag)
    given = {"major": version[1] if version else "", "exact": version[0] if version and version[2] else ""}
    found = {variable: text.format_map(given) for variable, text in _ENV[name].items()}
    return {variable: (text,) for variable, text in found.items() if text}
