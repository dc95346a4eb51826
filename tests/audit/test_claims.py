"""What a Dockerfile's total claims, shape by shape: exact, at least, a range, unknown; against the sample.

The expected total is written as the packages of each layer. Their bytes are added up here, from the index.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from apkgraph.audit.dockerfile import DockerfileAudit
from apkgraph.audit.universes import Universes
from apkgraph.report.documents.audits import dockerfile_document
from tests.audit.conftest import Audit

BASH = "ncurses-terminfo-base libncursesw readline bash"
CURL = "ca-certificates brotli-libs libunistring libidn2 nghttp2-libs libcurl curl"
GCC = "libgcc libstdc++ zstd-libs binutils libgomp libatomic gmp isl26 mpfr4 mpc1 gcc"
JQ = "oniguruma jq"
LESS = "ncurses-terminfo-base libncursesw less"
KEPT_LESS = "ncurses-terminfo-base.apk libncursesw.apk less.apk"
NODE = "ca-certificates brotli-libs c-ares libgcc icu-data-en libstdc++ icu-libs nghttp2-libs nodejs"
SQLITE = "ncurses-terminfo-base libncursesw readline sqlite"
FILE = "libmagic file"

Findings = list[tuple[int, str, str]]


@dataclass(frozen=True)
class Shape:
    """A Dockerfile and what is claimed of it.

    `layers`: the packages that each layer holds, `base` for those of Alpine's image, `index` for that of a repository
    that is left, `NAME.apk` for a package that is left as it was fetched; `packages`: those that the image has in the
    end, where these are not all of the layers'; `most`: the layers where the image is largest, None where nobody knows;
    `doubts`: the line and a part of each reason.
    """

    name: str
    text: str
    certainty: str
    layers: str
    most: str | None = "the same"
    packages: str = "all"
    doubts: tuple[tuple[int, str], ...] = ()
    findings: Findings = field(default_factory=list)


SHAPES = [
    Shape(
        "a root that is copied onto Alpine",
        "FROM alpine:3.18 AS both\nRUN apk add --no-cache bash curl\nFROM alpine:3.18\nCOPY --from=both / /\n",
        "exact",
        f"base / base {BASH} {CURL}",
        packages=f"base {BASH} {CURL}",
    ),
    Shape(
        "a root of an unknown base in scratch",
        "FROM python:3.12-alpine3.18 AS a\nRUN apk add --no-cache bash\nFROM scratch\nCOPY --from=a / /\n",
        "at least",
        f"base {BASH}",
        None,
        doubts=((1, "what python:3.12-alpine3.18 holds besides Alpine's base is not known"),),
    ),
    Shape(
        "Debian with a file from Alpine",
        "FROM alpine:3.18 AS a\nRUN apk add --no-cache git\nFROM debian:bookworm-slim\nCOPY --from=a /src /src\n",
        "unknown",
        "",
        None,
        doubts=((3, "debian:bookworm-slim is not Alpine"),),
    ),
    Shape(
        "Debian with the root of Alpine",
        "FROM alpine:3.18 AS a\nRUN apk add --no-cache bash\nFROM ubuntu:22.04\nCOPY --from=a / /\n",
        "unknown",
        "",
        None,
        doubts=((3, "ubuntu:22.04 is not Alpine"),),
    ),
    Shape(
        "apk that is asked for help",
        "FROM alpine:3.18\nRUN if apk add --help 2>&1 | grep -q logfile; then echo yes; fi\n",
        "exact",
        "base",
    ),
    Shape(
        "pins that no index has",
        'FROM alpine:3.18\nRUN apk add --no-cache curl "zlib>1.3.2" ca-certificates=20990101-r0\n',
        "at least",
        f"base / {CURL}",
        None,
        doubts=((2, "apk would refuse apk add --no-cache curl"),),
        findings=[(2, "unsatisfied-pin", "error"), (2, "unsatisfied-pin", "error")],
    ),
    Shape(
        "branches that exclude each other",
        "FROM alpine:3.18\n"
        'RUN if [ "$(date +%u)" = 1 ]; then apk add --no-cache curl; else apk add --no-cache jq; fi\n',
        "range",
        f"base / {JQ}",
        f"base / {CURL}",
    ),
    Shape(
        "what stands behind exec",
        "FROM alpine:3.18\nRUN exec 3>&1; exec apk add --no-cache jq; apk add --no-cache curl\n",
        "exact",
        f"base / {JQ}",
    ),
    Shape(
        "no repository is left",
        "FROM alpine:3.18\nRUN rm /etc/apk/repositories && echo https://example.org/x >> /etc/apk/repositories"
        " && apk add --no-cache jq\n",
        "at least",
        f"base / {JQ}",
        most=None,
        findings=[(2, "foreign-repository", "note")],
        doubts=(
            (2, "https://example.org/x"),
            (2, "no repository that is known is left"),
        ),
    ),
    Shape(
        "repositories that are emptied, and no call of apk",
        "FROM alpine:3.18\nRUN apk add --no-cache jq && : > /etc/apk/repositories\n",
        "exact",
        f"base / {JQ}",
    ),
    Shape(
        "repositories that are moved away",
        "FROM alpine:3.18\nRUN mv /etc/apk/repositories /tmp/r && apk add --no-cache jq\n",
        "at least",
        f"base / {JQ}",
        most=None,
        doubts=((2, "no repository that is known is left"),),
    ),
    Shape(
        "a cache that is a directory",
        "FROM alpine:3.18\nRUN mkdir /etc/apk/cache\nRUN apk add --no-cache jq\n",
        "at least",
        f"base / {JQ}",
        most=None,
        findings=[(2, "unresolved-packages", "note")],
        doubts=((2, "apk keeps what it downloads"),),
    ),
    Shape(
        "a cache that is linked from beside it",
        "FROM alpine:3.18\nRUN cd /etc/apk && ln -s /var/cache/apk cache\nRUN apk add less\n",
        "exact",
        f"base / {LESS} {KEPT_LESS} index",
        findings=[(3, "index-left", "warning"), (3, "index-left", "warning")],
    ),
    Shape(
        "a shell in another root",
        "FROM alpine:3.18\nRUN chroot /mnt sh -c 'apk add --no-cache jq'; chroot /mnt rm -rf /tmp/x\n",
        "at least",
        "base",
        most=None,
        findings=[(2, "unresolved-packages", "note")],
        doubts=((2, "what runs in another root is not followed"),),
    ),
    Shape(
        "a loop over what was read before",
        "FROM alpine:3.18\nRUN while read p; do :; done < /x; for p in jq; do apk add --no-cache $p; done\n",
        "exact",
        f"base / {JQ}",
    ),
    Shape(
        "ONBUILD with a tab",
        "FROM alpine:3.18 AS a\nONBUILD\tRUN apk add --no-cache jq\nFROM a\n",
        "exact",
        f"base / {JQ}",
    ),
    Shape(
        "a branch that may not run",
        "FROM alpine:3.18\nRUN apk add --no-cache jq\nRUN if grep -q x /etc/passwd; then apk add --no-cache curl; fi\n",
        "range",
        f"base / {JQ}",
        f"base / {JQ} / {CURL}",
    ),
    Shape(
        "a removal that may not run",
        "FROM alpine:3.18\nRUN apk add --no-cache jq && if test -x /x; then apk del jq; fi\n",
        "range",
        "base",
        f"base / {JQ}",
    ),
    Shape(
        "a known name with an unknown version",
        "FROM alpine:3.18\nARG REDIS\nRUN if [ -z ${REDIS+x} ]; then REDIS=$(curl -sL http://x.org/v); fi && \\\n"
        "    apk add --no-cache redis==${REDIS}\n",
        "at least",
        "base / redis",
        None,
        doubts=((4, "redis==${REDIS}: only the running shell knows what the command prints"),),
        findings=[(4, "unresolved-packages", "note")],
    ),
    Shape(
        "a test that prints",
        "FROM alpine:3.18\n"
        "RUN apk add --no-cache bash $([ \"$(apk --print-arch)\" != 'ppc64le' ] && echo 'jq') \\\n"
        '    $([ "$(apk --print-arch)" = s390x ] && echo curl)\n',
        "exact",
        f"base / {BASH} {JQ}",
    ),
    Shape(
        "commas that become spaces",
        'FROM alpine:3.18\nARG PKGS="bash,curl"\n'
        "RUN apk add --no-cache $(echo ${PKGS} | sed 's/,/ /g') $(echo $PKGS | tr ',' ' ')\n",
        "exact",
        f"base / {BASH} {CURL}",
    ),
    Shape(
        "the architecture from apk's own file",
        "FROM alpine:3.18\n"
        'RUN case "$(cat /etc/apk/arch)" in x86_64) apk add --no-cache jq ;; *) apk add gcc ;; esac\n',
        "exact",
        f"base / {JQ}",
    ),
    Shape(
        "an unknown in the words of the file",
        "FROM nginx:1.27-alpine3.18\n"
        'RUN pkgs="nginx=${NGINX_VERSION}-r${PKG_RELEASE} tzdata" && apk add --no-cache $pkgs\n',
        "at least",
        "base / pcre nginx tzdata",
        None,
        doubts=(
            (1, "what nginx:1.27-alpine3.18 holds besides"),
            (2, "nginx=${NGINX_VERSION}-r${PKG_RELEASE}: the image nginx:1.27-alpine3.18 may have set it"),
        ),
        findings=[(2, "unresolved-packages", "note")],
    ),
    Shape(
        "a repository that cannot be read",
        "FROM alpine:3.18\nRUN apk add --no-cache --repository=https://dl-cdn.alpinelinux.org/alpine/edge/main jq\n",
        "at least",
        f"base / {JQ}",
        None,
        doubts=((2, "edge/main"),),
        findings=[(2, "foreign-repository", "note")],
    ),
    Shape(
        "an image that an argument without a value names",
        "ARG BUILD_FROM\nFROM $BUILD_FROM\nRUN apk add --no-cache jq\n",
        "unknown",
        f"base / {JQ}",
        None,
        doubts=((2, "an image that is not named"), (2, "an image that is not named does not name a release")),
    ),
    Shape(
        "an update and an upgrade before",
        "FROM alpine:3.18\nRUN apk update && apk upgrade && apk add --no-cache bash\n",
        "exact",
        f"base / {BASH} index",
        findings=[(2, "index-left", "warning")],
    ),
    Shape(
        "pins on a release that is only assumed",
        "FROM ghcr.io/addons/base:19.0.0\nRUN apk add --no-cache jq=1.99-r0 less=999-r5 nosuch\n",
        "unknown",
        f"base / {JQ} {LESS}",
        None,
        doubts=((1, "nothing says which Alpine"), (1, "does not name a release"), (2, "apk would refuse")),
        findings=[(2, "unknown-package", "note"), (2, "unsatisfied-pin", "note")],
    ),
    Shape(
        "a root file system that is unpacked",
        "FROM scratch\nADD alpine-minirootfs-3.18.5-x86_64.tar.gz /\nRUN apk add --no-cache bash\n",
        "at least",
        f"base / {BASH}",
        None,
        doubts=((2, "alpine:3.18.5 always is the same image"),),
    ),
    Shape(
        "an archive of whatever",
        "FROM scratch\nADD rootfs.tar.gz /\n",
        "unknown",
        "",
        None,
        doubts=((2, "what rootfs.tar.gz holds is not known"),),
    ),
    Shape(
        "the root of an image",
        "FROM scratch\nCOPY --from=alpine:3.18 / /\nRUN apk add --no-cache bash\n",
        "exact",
        f"base / {BASH}",
    ),
    Shape(
        "the root of an image with a fixed version",
        "FROM scratch\nCOPY --from=alpine:3.18.4 / /\nRUN apk upgrade --no-cache\n",
        "unknown",
        "base",
        None,
        doubts=((2, "alpine:3.18.4 always is the same image"), (3, "what an upgrade of it brings is not known")),
    ),
    Shape(
        "a cache that is emptied from within",
        "FROM alpine:3.18\nRUN apk add bash && cd /var/cache/apk && rm -rf *\n",
        "exact",
        f"base / {BASH}",
    ),
    Shape(
        "a cache that apk cleans",
        "FROM alpine:3.18\nRUN apk add bash && apk cache clean\n",
        "exact",
        f"base / {BASH} index",
        findings=[(2, "index-left", "warning")],
    ),
    Shape(
        "the release from os-release",
        "FROM alpine:3.18\nRUN . /etc/os-release && "
        'echo "https://dl-cdn.alpinelinux.org/alpine/v${VERSION_ID%.*}/community" >> /etc/apk/repositories && '
        "apk add --no-cache bash\n",
        "exact",
        f"base / {BASH}",
    ),
    Shape(
        "lines that end as in Windows",
        "FROM alpine:3.18\r\nRUN apk add --no-cache \\\r\n    bash \\\r\n    curl\r\n",
        "exact",
        f"base / {BASH} {CURL}",
    ),
    Shape(
        "many ways to call apk",
        'FROM alpine:3.18\nRUN ["apk","add","--no-cache","bash"]\n'
        "RUN for p in curl jq; do apk add --no-cache $p; done\n"
        "RUN <<EOF\nset -e\napk add --no-cache tini\nEOF\n"
        "RUN sh -c 'apk add --no-cache less' && command apk add --no-cache make; time apk add --no-cache patch\n"
        "RUN apk add --no-cache tzdata || true\n"
        'SHELL ["/bin/bash","-c"]\nRUN P=(su-exec redis) && apk add --no-cache "${P[@]}"\n'
        "RUN apk add --no-cache {file,openssl}\n",
        "exact",
        f"base / {BASH} / {CURL} {JQ} / tini / less make patch / tzdata / su-exec redis / {FILE} openssl",
    ),
    Shape(
        "lists that only the shell knows",
        "FROM alpine:3.18\nRUN xargs apk add --no-cache < packages.txt\n"
        "RUN apk add --no-cache jq $(cat packages.txt)\n",
        "at least",
        f"base / {JQ}",
        None,
        doubts=((2, "xargs adds what it reads"), (3, "$(cat packages.txt): only the running shell knows")),
        findings=[(2, "unresolved-packages", "note"), (3, "unresolved-packages", "note")],
    ),
    Shape(
        "a cache that a later layer empties",
        "FROM alpine:3.18\nRUN apk add bash\nRUN rm -rf /var/cache/apk/*\n",
        "exact",
        f"base / {BASH} index",
        findings=[(2, "index-left", "warning")],
    ),
    Shape(
        "build dependencies that a later layer removes",
        "FROM alpine:3.18\nARG DEBUG=0\nRUN apk add --no-cache --virtual .build-deps gcc\n"
        'RUN if [ "$DEBUG" = 0 ]; then apk del .build-deps; fi\n',
        "exact",
        f"base / {GCC}",
        packages="base",
        findings=[(4, "removed-in-later-layer", "warning")],
    ),
    Shape("Node on Debian", "FROM node:20\nRUN npm ci\n", "unknown", "", None, doubts=((1, "node:20 is not Alpine"),)),
    Shape(
        "added and removed by one variable",
        'FROM alpine:3.18\nENV BUILD_DEPS="gcc make"\n'
        "RUN apk add --no-cache $BUILD_DEPS && make && apk del $BUILD_DEPS\n",
        "exact",
        "base",
    ),
    Shape(
        "parts of a root that is copied",
        "FROM alpine:3.18 AS b\nRUN apk add --no-cache gcc\nFROM alpine:3.18\nCOPY --from=b /usr /usr\n"
        "COPY --from=b /lib /lib\n",
        "at least",
        "base",
        None,
        doubts=((4, "which files of packages /usr of b holds"), (5, "which files of packages /lib of b holds")),
    ),
    Shape(
        "what runs in later images",
        "FROM alpine:3.18\nONBUILD RUN apk add --no-cache gcc\nRUN apk add bash\n",
        "exact",
        f"base / {BASH} index",
        findings=[(3, "index-left", "warning")],
    ),
    Shape(
        "an index in a lower stage",
        "FROM alpine:3.18 AS base\nRUN apk add bash\nFROM base\nRUN apk add --no-cache gcc && apk del gcc\n",
        "exact",
        f"base / {BASH} index",
        findings=[(2, "index-left", "warning")],
    ),
    Shape(
        "an upgrade of an image with a fixed version",
        "FROM alpine:3.18.0\nRUN apk upgrade --no-cache\n",
        "unknown",
        "base",
        None,
        doubts=((1, "alpine:3.18.0 always is the same image"), (2, "what an upgrade of it brings is not known")),
    ),
    Shape(
        "an upgrade of an image by its digest",
        f"FROM alpine:3.18@sha256:{'0' * 64}\nRUN apk add --no-cache --upgrade bash\n",
        "unknown",
        f"base / {BASH}",
        None,
        doubts=((1, "always is the same image"), (2, "what an upgrade of it brings is not known")),
    ),
    Shape("an upgrade of a floating tag", "FROM alpine:3.18\nRUN apk upgrade --no-cache\n", "exact", "base"),
    Shape(
        "an image with a fixed version",
        "FROM alpine:3.18.4\nRUN apk add --no-cache bash\n",
        "at least",
        f"base / {BASH}",
        None,
        doubts=((1, "alpine:3.18.4 always is the same image"),),
    ),
    Shape(
        "a script without an end",
        "FROM alpine:3.18\nRUN apk add --no-cache jq && apk add --no-cache $(\n",
        "at least",
        f"base / {JQ}",
        None,
        doubts=((2, "the shell would find no end"),),
        findings=[(2, "unresolved-packages", "note")],
    ),
    Shape(
        "a test that may end the script",
        "FROM alpine:3.18\nRUN [ -f /x ] && exit 0; apk add --no-cache jq\n",
        "range",
        "base",
        f"base / {JQ}",
    ),
    Shape(
        "a function that may return",
        "FROM alpine:3.18\nRUN need() { if command -v $1; then return 0; fi; apk add --no-cache $1; }; need jq && \\\n"
        "    need make; apk add --no-cache less\n",
        "range",
        f"base / {LESS}",
        f"base / {JQ} make {LESS}",
    ),
    Shape(
        "a loop that may be left, and what comes after it",
        "FROM alpine:3.18\nRUN for p in jq make; do grep -q $p /list && continue; apk add --no-cache $p; done; \\\n"
        "    for p in tini patch; do if grep -q $p /list; then break; fi; apk add --no-cache $p; done; \\\n"
        "    apk add --no-cache tzdata\n",
        "range",
        "base / tzdata",
        f"base / {JQ} make tini patch tzdata",
    ),
    Shape(
        "a variable that is set before a function returns",
        "FROM alpine:3.18\nRUN f() { P=jq; grep -q x /y && return; P=make; }; f; apk add --no-cache $P\n",
        "at least",
        "base",
        None,
        doubts=((2, "$P: it is set differently in different branches"),),
        findings=[(2, "unresolved-packages", "note")],
    ),
    Shape(
        "branches that fail",
        "FROM alpine:3.18\nRUN [ -f /x ] || exit 1; grep y /z || exit $?; apk add --no-cache jq\n",
        "exact",
        f"base / {JQ}",
    ),
    Shape(
        "a loop that is tried until it succeeds",
        "FROM alpine:3.18\nRUN while true; do apk add --no-cache jq && break; sleep 1; done\n"
        "RUN until apk add --no-cache make; do sleep 1; done\n"
        "RUN for i in $(seq 1 3); do apk add --no-cache less && break; sleep $i; done\n",
        "exact",
        f"base / {JQ} / make / {LESS}",
    ),
    Shape(
        "packages behind redirects",
        "FROM alpine:3.18\nRUN apk add --no-cache jq >/dev/null 2>&1 make && apk add --no-cache 2>/log less\n"
        "RUN echo >/etc/apk/repositories http://dl-cdn.alpinelinux.org/alpine/v3.18/main; apk add --no-cache gcompat\n",
        "at least",
        f"base / {JQ} make {LESS}",
        None,
        doubts=((3, "apk would refuse"),),
        findings=[(3, "unknown-package", "error")],
    ),
    Shape(
        "arrays that grow",
        'FROM alpine:3.18\nSHELL ["/bin/bash", "-c"]\nRUN <<EOF\nP=(\n  jq  # reads JSON\n  # make\n)\n'
        'P+=(less)\n[[ $X == yes ]] && P+=(make)\napk add --no-cache "${P[@]}"\nEOF\n',
        "exact",
        f"base / {JQ} {LESS}",
    ),
    Shape(
        "arrays of which not all is known",
        'FROM alpine:3.18\nSHELL ["/bin/bash", "-c"]\n'
        'RUN P=(jq); if [ -f /x ]; then P+=(make); fi; apk add --no-cache "${P[@]}"\n'
        'RUN P=(jq); P[1]=make; apk add --no-cache "${P[@]}"\n'
        'RUN P=(jq); mapfile -t P < /list; apk add --no-cache "${P[@]}"\n',
        "at least",
        "base",
        None,
        doubts=((3, "it is set differently"), (4, "an element of it"), (5, "it is read while the script runs")),
        findings=[(line, "unresolved-packages", "note") for line in (3, 4, 5)],
    ),
    Shape(
        "a script in a here-string",
        'FROM alpine:3.18\nSHELL ["/bin/bash", "-c"]\nRUN sh -e <<< "apk add --no-cache jq"\n',
        "exact",
        f"base / {JQ}",
    ),
    Shape(
        "a function in the place of apk",
        'FROM alpine:3.18\nRUN apk() { command apk --no-cache "$@"; }; apk add jq\n',
        "exact",
        f"base / {JQ}",
    ),
    Shape(
        "other separators",
        "FROM alpine:3.18\nARG PKGS=jq,less\nRUN IFS=,; for p in $PKGS; do apk add --no-cache $p; done\n",
        "exact",
        f"base / {JQ} {LESS}",
    ),
    Shape(
        "arms that fall through",
        'FROM alpine:3.18\nSHELL ["/bin/bash", "-c"]\n'
        "RUN case x in x) apk add --no-cache jq ;;& *) apk add --no-cache make ;; esac\n",
        "at least",
        f"base / {JQ}",
        None,
        doubts=((3, "which of its arms run"),),
        findings=[(3, "unresolved-packages", "note")],
    ),
    Shape(
        "a trap that calls apk",
        "FROM alpine:3.18\nRUN apk add --no-cache make && trap 'apk del make' EXIT && make\n",
        "at least",
        "base",
        None,
        packages="base make",
        doubts=((2, "what a trap does"),),
        findings=[(2, "unresolved-packages", "note")],
    ),
    Shape(
        "ONBUILD in a stage that another one is built on",
        "FROM alpine:3.18 AS dev\nONBUILD ARG P=make\nONBUILD RUN apk add --no-cache \\\n  # a comment\n  $P && \\\n"
        "  apk add --no-cache jq\nFROM dev AS next\nRUN apk add --no-cache tini\nFROM next\n",
        "exact",
        f"base / make {JQ} / tini",
    ),
    Shape(
        "repositories that are copied into apk's directory",
        "FROM alpine:3.18\nCOPY repositories /etc/apk/\nRUN apk add --no-cache jq\n",
        "at least",
        f"base / {JQ}",
        None,
        doubts=((2, "the repositories: what it holds is not known"),),
        findings=[(2, "unresolved-packages", "note")],
    ),
    Shape(
        "files of apk that are moved, copied, written by hand",
        "FROM alpine:3.18\nCOPY etc/apk /etc/apk\nRUN mv /tmp/repositories /etc/apk && echo jq >> /etc/apk/world\n"
        "COPY world /etc/apk/world\nRUN --mount=type=bind,target=/etc/apk/repositories apk add --no-cache jq\n"
        "RUN cd /etc/apk && echo https://example.org/x >> repositories\n"
        "RUN echo https://example.org/y > /etc/apk/repositories.d/y.list\n",
        "at least",
        f"base / {JQ}",
        None,
        doubts=(
            (2, "the repositories"),
            (2, "the world that apk finds"),
            (3, "the repositories"),
            (3, "apk's world is written by hand"),
            (4, "the world that apk finds"),
            (5, "what is mounted there"),
            (6, "https://example.org/x"),
            (7, "https://example.org/y"),
        ),
        findings=[
            *((line, "unresolved-packages", "note") for line in (2, 2, 3, 3, 4, 5)),
            (6, "foreign-repository", "note"),
            (7, "foreign-repository", "note"),
        ],
    ),
    Shape(
        "files of apk that change nothing",
        "FROM alpine:3.18\nCOPY *.rsa.pub /etc/apk/keys/\nCOPY keys /etc/apk/\n"
        "RUN cp /etc/apk/repositories /tmp/ && cp /etc/apk/repositories /etc/apk/repositories.bak && \\\n"
        "    apk add --no-cache --repositories-file /etc/apk/repositories jq\n",
        "exact",
        f"base / {JQ}",
    ),
    Shape(
        "repositories that are removed and written anew",
        "FROM alpine:3.18\nRUN rm -f /etc/apk/repositories && \\\n"
        "    echo https://dl-cdn.alpinelinux.org/alpine/v3.18/main >> /etc/apk/repositories && \\\n"
        "    apk add --no-cache jq; apk add --no-cache gcompat\n",
        "at least",
        f"base / {JQ}",
        None,
        doubts=((4, "apk would refuse apk add --no-cache gcompat"),),
        findings=[(4, "unknown-package", "error")],
    ),
    Shape(
        "a file of repositories for one call",
        "FROM alpine:3.18\nRUN apk add --no-cache --repositories-file /tmp/r jq\n",
        "at least",
        f"base / {JQ}",
        None,
        doubts=((2, "--repositories-file /tmp/r: what it lists is not known"),),
        findings=[(2, "unresolved-packages", "note")],
    ),
    Shape(
        "a root with the image's own repositories",
        "FROM alpine:3.18 AS b\nRUN mkdir -p /out/etc/apk && cp /etc/apk/repositories /out/etc/apk/ && \\\n"
        "    cp -r /etc/apk/keys /out/etc/apk/ && apk add --no-cache --initdb -p /out tini\nFROM scratch\n"
        "COPY --from=b /out/ /\n",
        "exact",
        "musl tini",
    ),
    Shape(
        "a root that was there before",
        "FROM alpine:3.18 AS b\nRUN wget -qO- https://x.org/y.tar.gz | tar -xz -C /out && apk -p /out add tini\n"
        "FROM scratch\nCOPY --from=b /out /\n",
        "at least",
        "musl tini",
        None,
        doubts=((2, "what /out holds before is not known"),),
    ),
    Shape(
        "a root that a script unpacked",
        "FROM alpine:3.18 AS b\nRUN mkdir /root-out && tar xf rootfs.tar.gz -C /root-out\nFROM scratch\n"
        "COPY --from=b /root-out/ /\n",
        "unknown",
        "",
        None,
        doubts=((4, "what /root-out/ of b holds is not known"),),
    ),
    Shape(
        "a root with the world of the image",
        "FROM alpine:3.18 AS b\nRUN mkdir -p /out/etc && cp -r /etc/apk /out/etc/ && apk add -p /out --initdb tini\n"
        "FROM scratch\nCOPY --from=b /out /\n",
        "at least",
        "musl tini",
        None,
        doubts=((2, "the world that apk finds there"),),
        findings=[(2, "unresolved-packages", "note")],
    ),
    Shape(
        "an archive that ADD fetches and does not unpack",
        "FROM scratch\nADD https://x.org/alpine-minirootfs-3.18.4-x86_64.tar.gz /\n",
        "exact",
        "",
    ),
    Shape(
        "an image of files alone",
        "FROM tonistiigi/xx AS xx\nFROM alpine:3.18\nCOPY --from=xx / /\nCOPY --from=crazymax/yasu / /\n"
        "RUN apk add --no-cache jq\n",
        "exact",
        f"base / {JQ}",
    ),
    Shape(
        "scripts of which only the name is known",
        "FROM alpine:3.18\nRUN apk add --no-cache curl\nRUN sh -eux /tmp/install\nRUN ./setup.sh --all\n"
        'RUN curl -fsSL https://x.org | sudo sh -s -- -y\nRUN sh -c "$(curl -fsSL https://x.org)"\n'
        'RUN . ./env.sh && bash -o pipefail /x\nRUN ["/docker/build.sh", "now"]\nRUN bash <(curl -s https://x.org)\n',
        "at least",
        f"base / {CURL}",
        None,
        doubts=(
            (3, "what the script does"),
            (4, "what the script does"),
            (5, "what the script that a shell reads here does"),
            (6, "the script is not known"),
            (7, "what the script does"),
            (7, "what the script does"),
            (8, "what the script does"),
            (9, "what the script does"),
        ),
        findings=[(line, "unresolved-packages", "note") for line in (3, 4, 5, 6, 7, 7, 8, 9)],
    ),
    Shape(
        "scripts that call no apk",
        "FROM alpine:3.18\nRUN ./autogen.sh && ./configure && . /etc/profile.d/locale.sh && sh -n /x.sh && make\n",
        "exact",
        "base",
    ),
    Shape(
        "a cache that is linked keeps what is fetched",
        "FROM alpine:3.18\nRUN ln -s /var/cache/apk /etc/apk/cache && apk add less\nRUN apk add jq\n",
        "exact",
        f"base / {LESS} index {KEPT_LESS} / {JQ} oniguruma.apk jq.apk",
        findings=[(line, "index-left", "warning") for line in (3, 2, 2)],
    ),
    Shape(
        "a linked cache that is cleared, or not used",
        "FROM alpine:3.18\nRUN ln -sf /var/cache/apk /etc/apk/cache && apk add less && rm -rf /var/cache/apk/*\n"
        "RUN apk add --no-cache jq\n",
        "exact",
        f"base / {LESS} / {JQ}",
    ),
    Shape(
        "a linked cache of which packages are removed",
        "FROM alpine:3.18\nRUN ln -s /var/cache/apk /etc/apk/cache && apk add jq && rm -f /var/cache/apk/jq*\n",
        "at least",
        f"base / {JQ} index oniguruma.apk jq.apk",
        None,
        doubts=((2, "which of the packages that apk keeps there are removed"),),
        findings=[(2, "index-left", "warning"), (2, "index-left", "warning"), (2, "unresolved-packages", "note")],
    ),
    Shape(
        "a cache that is linked to elsewhere",
        "FROM alpine:3.18\nRUN ln -s /tmp /etc/apk/cache && apk add --no-cache jq\n",
        "at least",
        f"base / {JQ}",
        None,
        doubts=((2, "apk keeps what it downloads"),),
        findings=[(2, "unresolved-packages", "note")],
    ),
    Shape(
        "sed that puts another release in the place of one that is not there",
        "FROM alpine:3.18\nRUN sed -i -e 's#/v3.16/#/v3.17/#g' /etc/apk/repositories && apk add --no-cache jq\n",
        "exact",
        f"base / {JQ}",
    ),
    Shape(
        "sed that puts another release in the place of this one",
        "FROM alpine:3.18\nRUN sed -i 's/v3\\.18/edge/' /etc/apk/repositories && apk add --no-cache jq\n",
        "at least",
        f"base / {JQ}",
        None,
        doubts=((2, "/edge/main cannot be read"), (2, "/edge/community cannot be read")),
        findings=[(2, "foreign-repository", "note")] * 2,
    ),
    Shape(
        "programs that call apk",
        "FROM alpine:3.18\nRUN xx-apk add --no-cache jq\nRUN apk-install jq\nRUN install-php-extensions gd\n",
        "at least",
        "base",
        None,
        doubts=((2, "apk is run by `xx-apk`"), (3, "apk is run by `apk-install`"), (4, "`install-php-extensions`")),
        findings=[(line, "unresolved-packages", "note") for line in (2, 3, 4)],
    ),
    Shape(
        "tests of several parts",
        'FROM alpine:3.18\nARG A=amd64\nSHELL ["/bin/bash", "-c"]\n'
        'RUN [[ "$A" == arm64 || "$A" = "arm" ]] && apk add --no-cache make\n'
        "RUN if [[ $A = x || $A = y && -n $A || $A == amd* ]]; then apk add --no-cache jq; fi\n"
        'RUN [ "$A" = x -o "$A" = amd64 -a -n "$A" ] && apk add --no-cache tini\n'
        'RUN if [ ! "$A" = amd64 ] || [[ ! ( $A != amd64 || -z $A ) ]]; then apk add --no-cache patch; fi\n',
        "exact",
        f"base / {JQ} / tini / patch",
    ),
    Shape(
        "variables of functions",
        "FROM alpine:3.18\nRUN P=jq; f() { local P=make Q; Q=x; apk add --no-cache $P; }; f; apk add --no-cache $P $Q\n"
        "RUN g() { apk add --no-cache $P; }; P=tini g; apk add --no-cache patch $P\n"
        'RUN eval "exit 0"; apk add --no-cache less\n',
        "exact",
        f"base / make {JQ} / tini patch",
    ),
    Shape(
        "variables that commands set",
        'FROM alpine:3.18\nSHELL ["/bin/bash", "-c"]\nRUN P=jq; printf -v P %s make; apk add --no-cache "$P"\n'
        "RUN N=jq; ((N++)); let M=1; apk add --no-cache $N $M\n",
        "at least",
        "base",
        None,
        doubts=((3, "it is printed"), (4, "it is worked out"), (4, "it is worked out")),
        findings=[(line, "unresolved-packages", "note") for line in (3, 4, 4)],
    ),
    Shape(
        "patterns that only bash knows, and signs that are quoted",
        'FROM alpine:3.18\nARG M=foo\nSHELL ["/bin/bash", "-c"]\n'
        "RUN [[ $M == @(foo|bar) ]] && apk add --no-cache jq; case $M in '*') apk add --no-cache make ;; esac\n"
        "RUN case $M in [^a-e]*) apk add --no-cache tini ;; esac\n",
        "range",
        "base / tini",
        f"base / {JQ} make / tini",
    ),
    Shape(
        "other programs that are told to call apk",
        "FROM alpine:3.18\nRUN awk '{ system(\"apk add \" $1) }' /list\n"
        "RUN python3 <<EOF\nimport os\nos.system('apk add --no-cache jq')\nEOF\n"
        "RUN find /p -exec sh -c 'apk add $(cat $1)' _ {} +\n"
        "RUN sed -i 's/apk add x/apk add y/' /Dockerfile && echo apk add z\n",
        "at least",
        "base",
        None,
        doubts=((2, "apk is run by `awk`"), (3, "apk is run by `python3`"), (7, "apk is run by `find`")),
        findings=[(line, "unresolved-packages", "note") for line in (2, 3, 7)],
    ),
    Shape(
        "apk's db alone that is copied",
        "FROM alpine:3.18 AS a\nRUN apk add --no-cache jq\nFROM scratch\nCOPY --from=a /lib/apk/db /lib/apk/db\n"
        "COPY --from=a /* /\n",
        "at least",
        "",
        None,
        doubts=((4, "which files of packages /lib/apk/db of a"), (5, "which files of packages /* of a")),
    ),
    Shape(
        "a working directory",
        "FROM alpine:3.18 AS a\nWORKDIR /etc\nWORKDIR apk\nFROM a\nCOPY repositories .\nRUN apk add jq\n"
        "WORKDIR /var/cache/apk\nRUN apk add --no-cache tini && rm -rf *\nCOPY --from=a / .\n",
        "at least",
        f"base / {JQ} index / tini",
        None,
        doubts=((5, "the repositories"), (9, "which files of packages / of a")),
        findings=[(6, "index-left", "warning"), (5, "unresolved-packages", "note")],
    ),
    Shape(
        "an archive in the working directory",
        "FROM scratch\nADD rootfs.tar.xz .\n",
        "unknown",
        "",
        None,
        doubts=((2, "what rootfs.tar.xz holds"),),
    ),
    Shape(
        "files in apk's cache that are looked for",
        "FROM alpine:3.18\nRUN apk add jq && find /var/cache -name '*.log' -delete\n"
        "RUN apk add tini && find /var/cache/apk -type f -name 'APKINDEX*' -delete\n",
        "exact",
        f"base / {JQ} index / tini",
        findings=[(2, "index-left", "warning")],
    ),
]


def names_of(layer: str, universes: Universes) -> list[str]:
    """The packages of a layer, `base` for those of the image."""
    world, packages = universes.docker(universes.coordinates("v3.18", "x86_64"))
    assert len(world) == 5
    words = layer.split()
    return [package.name for package in packages if "base" in words] + [
        word for word in words if word not in ("base", "index") and not word.endswith(".apk")
    ]


def bytes_of(layers: str, universes: Universes) -> int:
    """The bytes of all layers, by what the index says of each package."""
    universe = universes.universe(universes.coordinates("v3.18", "x86_64"))
    sizes = {package.name: package.installed_size for package in universe.packages()}
    fetched = {f"{package.name}.apk": package.download_size for package in universe.packages()}
    indexes = sum(repository.archive_size for repository in universe.repositories)
    total = 0
    for layer in layers.split(" / "):
        total += sum(sizes[name] for name in names_of(layer, universes)) + indexes * ("index" in layer.split())
        total += sum(fetched.get(word, 0) for word in layer.split())
    return total


def told(audit: DockerfileAudit) -> Findings:
    return [(one.line, one.rule, one.severity.word) for one in audit.findings]


@pytest.mark.parametrize("shape", SHAPES, ids=[shape.name for shape in SHAPES])
def test_what_is_claimed(shape: Shape, audit_of_sample: Audit, sample_universes: Universes) -> None:
    audit = audit_of_sample(shape.text)
    claim = audit.claim
    assert claim.certainty.value == shape.certainty
    assert claim.least.image == bytes_of(shape.layers, sample_universes)
    most = shape.layers if shape.most == "the same" else shape.most
    expected = None if most is None else bytes_of(most, sample_universes)
    assert (claim.at_most and claim.at_most.image) == expected
    final = shape.layers.replace(" / ", " ") if shape.packages == "all" else shape.packages
    names = names_of(final, sample_universes)
    assert sorted(package.name for package in audit.final.end.packages) == sorted(names)
    assert claim.least.packages == len(names)
    assert claim.least.installed == bytes_of(" ".join(names_of(final, sample_universes)), sample_universes)
    assert len(claim.doubts) == len(shape.doubts)
    for doubt, (line, words) in zip(claim.doubts, shape.doubts, strict=True):
        assert doubt.line == line
        assert words in doubt.reason
    assert audit.is_complete == (shape.certainty == "exact") == (not audit.unknowns)
    assert [one for one in told(audit) if one[1] not in ("build-dependencies-left", "needless-request")] == (
        shape.findings
    )


def test_repositories_that_no_call_reads_may_be_missing(audit_of_sample: Audit, sample_universes: Universes) -> None:
    audit = audit_of_sample(
        "FROM alpine:3.18\nRUN apk add --no-cache jq\nRUN sed -i s/v3.18/edge/ /etc/apk/repositories\n"
    )
    assert audit.claim.certainty.value == "exact"
    assert dockerfile_document(audit, sample_universes)["complete"] is True


def test_no_sentence_has_an_empty_name(audit_of_sample: Audit) -> None:
    audit = audit_of_sample("ARG BUILD_FROM\nFROM $BUILD_FROM\nRUN apk add --no-cache jq\n")
    sentences = [doubt.reason for doubt in audit.claim.doubts] + [note.text for note in audit.final.notes]
    assert all("  " not in sentence and not sentence.startswith(" ") for sentence in sentences)
