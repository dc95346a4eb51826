"""Every reader of bytes from outside, each with files to mutate: a new reader is put under fuzz here, and only here.

A reader takes the bytes as an attacker would give them, and ends in an answer or in an error of ours.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from apkgraph.audit.against import saved_audit, summary
from apkgraph.audit.config import read_config
from apkgraph.audit.licenses import allowed_licenses
from apkgraph.audit.limits import saved_size
from apkgraph.dockerfile.build import read_build
from apkgraph.dockerfile.parse import parse_dockerfile
from apkgraph.errors import ApkgraphError
from apkgraph.image.files import world_of
from apkgraph.image.image import read_image
from apkgraph.image.root import read_installed
from apkgraph.image.system import system_of
from apkgraph.index.adb import parse_adb
from apkgraph.index.parse import ParsedIndex, parse_index
from apkgraph.mirror import adb, adb_signature, archive, trust
from apkgraph.mirror.releases import parse as parse_releases
from apkgraph.mirror.repositories import repositories
from apkgraph.model.dependency import parse_request
from apkgraph.settings import resolve
from tests.image import images
from tests.mirror import adbs
from tests.mirror.archives import INDEX, index_part, make_key, signed

Read = Callable[[bytes], object]

DOCKERFILES = Path(__file__).parent.parent / "dockerfile" / "dockerfiles"

DOCKERFILE_TOKENS = [
    b"<<EOF\n", b"\nEOF\n", b"<<-'E'\n", b"\nARG X\n", b"\nARG X=${X:-y}\n", b"\nENV A=$A$A\n", b"${x:-y}",
    b"${x:+${y}}", b"${x%.*}", b"${x##*[a}", b"${x/a/b}", b"${", b"}", b"\\", b"\\\n", b"\\ \n", b"'", b'"', b"`",
    b"$(", b")", b"((", b"&&", b"||", b";", b";;", b"| ", b"#", b"\n# comment\n", b"# escape=`\n", b"# syntax=x\n",
    b"\nONBUILD RUN apk add x\n", b"\nONBUILD ", b"\nCOPY --from=0 / /\n", b"\nCOPY --from=build / /\n",
    b"\nCOPY <<E /etc/apk/repositories\nx\nE\n", b"\nFROM alpine AS a\n", b"\nFROM a AS b\n", b"--platform=$X ",
    b"--mount=type=cache,target=/var/cache/apk ", b"if true; then ", b"else ", b"fi; ", b"for i in $X; do ", b"done; ",
    b"case $X in ", b"esac; ", b"while read x; do ", b"f() { ", b"}; ", b"f; ", b"eval ", b"sh -c ", b"apk add ",
    b"apk del ", b"xargs ", b"set -- ", b'"$@"', b"\r\n", b"\xef\xbb\xbf", b"\xc2\x85", b"\xe2\x80\xa8", b"\x0b",
    b"\x0c", b"\x1b[2J", b"\xee\x80\x80", b'["apk","add"]', b"[" * 40, b'\nSHELL ["sh","-c"]\n', b"${!X}", b"${#X}",
    b"$((1+1))", b"<(", b"> /etc/apk/repositories ", b"9" * 30, b"$0", b"{a,b}", b"a" * 3000,
]  # fmt: skip
FIELDS = [
    b"P:", b"V:", b"C:Q1", b"C:", b"D:", b"p:", b"i:", b"I:", b"S:", b"A:noarch\n", b"F:", b"R:", b"Z:", b"M:", b"a:",
    b"r:", b"q:", b"s:", b"f:", b"k:", b"\n", b"\n\n", b"P:a\n\n", b"V:1\n", b"!", b"=", b"~", b"<", b">", b"@", b"so:",
    b"\0", b"\xff", b"\xe2\x80\xae", b"\x1b[2J", b"-1", b"9" * 30, b" ", b"\t", b"a=1 ", b"\r\n", b"a" * 3000,
]  # fmt: skip
IMAGE_TOKENS = [
    b"manifest.json", b"index.json", b"../", b"/etc/passwd", b".wh.", b".wh..wh..opq", b"\0" * 512, b"\x1f\x8b",
    b"\x28\xb5\x2f\xfd", b"ustar\0", b'"Layers":[', b"[" * 40, b"{", b"sha256:", b"17 path=../../a\n", b"9" * 30,
]  # fmt: skip

ARCHIVE_TOKENS = [
    b"\x1f\x8b\x08\0\0\0\0\0\0\3", b"\0" * 512, b"\0" * 1024, b"ustar\0", b".SIGN.RSA.", b".SIGN.RSA256.k",
    b"APKINDEX", b"DESCRIPTION", b"./PaxHeaders/x", b"17 path=../../a\n", b"9" * 30, b"ADB.", b"ADBc\2\0", b"indx",
]  # fmt: skip
ADB_TOKENS = [
    b"ADB.indx", b"ADBd", b"ADBc\2\3", b"\xff" * 4, b"\0" * 4, b"\x08\0\0\xe0", b"\xff\xff\xff\x3f", b"\1\0\0\xd0",
]  # fmt: skip
JSON_TOKENS = [
    b"[" * 900, b"{", b"null", b"-1", b"1e999", b"9" * 5000, b'"', b"\\ud800", b'{"a":' * 200, b",", b"true", b"\xff",
]  # fmt: skip
TOML_TOKENS = [
    b"\n[a.b.c.d.e.f.g.h.i]\n", b"=", b"\n[check]\n", b"'" * 3, b'"' * 3, b"a.b=1\n", b"9" * 5000, b"nan", b"[" * 900,
    b"\xff",
]  # fmt: skip
LINE_TOKENS = [
    b"\n", b"@tag ", b"v3 ", b"ndx ", b"https://u:p@h/x", b"#", b"set -default a=b\n", b"../", b"\0", b"\xff",
    b"a" * 5000,
]  # fmt: skip
KEY_TOKENS = [b"-----BEGIN PUBLIC KEY-----\n", b"-----END PUBLIC KEY-----\n", b"\0", b"\xff", b"A" * 64, b"\n"]
WORD_TOKENS = [b" AND ", b" OR ", b" WITH ", b"(", b")", b"!", b"=", b"~", b"<", b"@", b"\0", b"\xff", b"a" * 3000]


@dataclass(frozen=True)
class Target:
    """A reader and its files. `reader` gets a directory of its own; what is `lenient` refuses little or nothing."""

    reader: Callable[[Path], Read]
    corpus: Callable[[], Sequence[bytes]]
    tokens: Sequence[bytes]
    lenient: bool = False


def from_file(read: Callable[[str], object], name: str = "file") -> Callable[[Path], Read]:
    """A reader of a path as one of bytes."""

    def reader(directory: Path) -> Read:
        path = directory / name

        def write_and_read(data: bytes) -> object:
            path.write_bytes(data)
            return read(str(path))

        return write_and_read

    return reader


def plainly(read: Read) -> Callable[[Path], Read]:
    """A reader of bytes that needs no directory."""
    return lambda _: read


def parsed(found: ParsedIndex) -> ParsedIndex:
    """What was parsed; the error that it holds is raised."""
    if found.error is not None:
        assert isinstance(found.error, ApkgraphError)
        raise found.error
    return found


def dockerfile(data: bytes) -> None:
    """Read a Dockerfile; what is found has its lines within the file."""
    text = data.decode("utf-8", "replace")
    found = read_build(parse_dockerfile(text), arch="x86_64", build_arch="x86_64", build_args={"X": "a b"})
    last = text.count("\n") + 1
    for stage in found.stages:
        for step in stage.steps:
            assert all(step.line <= event.line <= step.end_line <= last for event in step.events)


def installed_db(directory: Path) -> Read:
    """A reader of an installed db, its world beside it."""
    (directory / "world").write_text("a\n")
    return from_file(lambda path: read_installed(path, str(directory / "world")))(directory)


def layer(form: str, pack: str) -> Callable[[Path], Read]:
    """A reader of a layer, packed and put into an image: what checksums hide is reached as well."""
    return lambda directory: (
        lambda data: read_image(str(FORMS[form](directory / "image", [PACKS[pack](data)], ["ADD"])))
    )


def image_of(form: str, pack: str) -> bytes:
    """A whole image, with few zeros at its end: wounds there hurt nothing."""
    with tempfile.TemporaryDirectory() as directory:
        layers = [PACKS[pack](LAYER + bytes(1024)), PACKS[pack](images.tar({"lib/apk/.wh.db": b""}))]
        data = FORMS[form](Path(directory) / "image", layers).read_bytes().rstrip(b"\0")
    return data + bytes(-len(data) % 512 + 1024)


def v2_archive(directory: Path) -> Read:
    """A reader of a signed archive; whoever changes what is signed is refused."""
    keys = str(KEY.trust_in(directory / "keys"))

    def read(data: bytes) -> object:
        apart = archive.take_apart(data, "here")
        trust.verify(apart, [keys], "here")
        found = archive.read_index(apart.content, "here", verified=True)
        assert found.text == INDEX
        return found

    return read


def v3_archive(directory: Path) -> Read:
    """A reader of a signed ADB; its compression may say the same in other bits."""
    keys = str(ADB_KEY.trust_in(directory / "keys"))

    def read(data: bytes) -> object:
        apart = adb.take_apart(data, "here")
        adb_signature.verify(apart, [keys], "here")
        assert apart.values == VALUES
        return apart

    return read


def config(path: str) -> object:
    """Read a user's config."""
    return resolve({}, {"APKGRAPH_CONFIG": path, "HOME": "/"})


def repositories_file(path: str) -> object:
    """Read a list of repositories."""
    return repositories(resolve({"repositories_file": path}, {"HOME": "/"}, "/none"))


def key_file(directory: Path) -> Read:
    """A reader of a public key under the name of the one that signed."""
    apart = archive.take_apart(signed(KEY), "here")
    (directory / "keys").mkdir()
    path = directory / "keys" / KEY.name

    def read(data: bytes) -> object:
        path.write_bytes(data)
        return trust.verify(apart, [str(directory / "keys")], "here")

    return read


def root_files(data: bytes) -> object:
    """Read the files by which a root says what it is."""
    release, os_release, lines = (*data.split(b"\n--\n"), b"", b"")[:3]
    files: Mapping[str, bytes] = {
        "lib/apk/db/installed": images.database("a"), "etc/apk/world": b"a\n", "etc/alpine-release": release,
        "etc/os-release": os_release, "etc/apk/repositories": lines,
    }  # fmt: skip
    return system_of("root", files)


def request(data: bytes) -> object:
    """Parse what is given on the command line."""
    return tuple(parse_request(data.decode("utf-8", "surrogateescape").split("\n")))


def audit_file(path: str) -> object:
    """Read a saved audit of a Dockerfile; what is no JSON is a Dockerfile, which another target reads."""
    document = saved_audit(path)
    return document and summary(document, path)


def signed_adb(form: str) -> bytes:
    """A signed ADB in one of its forms."""
    return adbs.packed(adbs.plain(VALUES, [ADB_KEY.sign(VALUES)]), form)


KEY = make_key("fuzz.rsa.pub")
ADB_KEY = adbs.ec_key()
VALUES = adbs.values_of([adbs.BUSYBOX, {**adbs.BUSYBOX, "name": "git", "depends": [("busybox",), ("a", "1", 1)]}], "x")
FORMS: dict[str, Callable[..., Path]] = {"docker": images.docker_save, "oci": images.oci_tar}
PACKS: dict[str, images.Pack] = {"plain": images.plain, "gzip": images.gzipped, "zstd": images.zstandard}
LAYER = images.tar(
    {"lib": "usr/lib"}
    | {f"usr/{name}" if name.startswith("lib/") else name: data for name, data in images.system("a", "b").items()}
).rstrip(b"\0")
BRANCH = {"rel_branch": "v3.18", "branch_date": "2023-05-09", "eol_date": "2025-05-09", "arches": ["x86"]}
RELEASES = json.dumps({"latest_stable": "v3.18", "release_branches": [BRANCH]}).encode()
WORLD = b"a\nb=1.0-r0\n!c\nso:libz.so.1\n/bin/sh\nd@edge\ne~1.2\nf>=3\n.build-deps=20240101.000000\n"
ROOT = b'3.18.5\n--\nID=alpine\nVERSION_ID="3.18.5"\n--\nhttps://dl-cdn.alpinelinux.org/alpine/v3.18/main\n'
REPOSITORIES = b"https://dl-cdn.alpinelinux.org/alpine/v3.18/main\n@edge https://a.example/edge/main\n/local/x\n"
PROJECT = b'[check]\nmax-installed = "40MiB"\nforbid = ["bash"]\n'
USER = b'release = "v3.18"\n[distro.acme]\nmirror = "/a"\nrepositories = ["main"]\n'
SAVED = json.dumps(
    {"schema": "apkgraph.cost/1", "cost": {"installed_size": 1}, "total": {"installed_size": 2}}
).encode()
SIZES = {"packages": 1, "installed_size": 2, "download_size": 3, "image_size": 4}
AUDIT = {
    "schema": "apkgraph.dockerfile/2", "path": "Dockerfile", "total": SIZES, "at_most": SIZES, "certainty": "range",
    "doubts": [{"line": 1, "reason": "a"}],
    "stages": [{"name": None, "index": 0, "built": True, "steps": [
        {"calls": [{"line": 2, "text": "apk add a", "cost": SIZES}]}]}],
    "findings": [{"rule": "a", "severity": "note", "message": "b", "fix": "c"}],
}  # fmt: skip
IMAGES = [(form, pack) for form in FORMS for pack in PACKS]

TARGETS: dict[str, Target] = {
    "a signed v2 archive": Target(v2_archive, lambda: [signed(KEY)], ARCHIVE_TOKENS),
    "an unsigned v2 archive": Target(
        plainly(lambda data: archive.read_index(data, "here")), lambda: [index_part()], ARCHIVE_TOKENS
    ),
    "the text of a v2 index": Target(plainly(lambda data: parsed(parse_index(data))), lambda: [INDEX], FIELDS),
    "the values of a v3 index": Target(plainly(lambda data: parsed(parse_adb(data))), lambda: [VALUES], ADB_TOKENS),
    **{
        f"a signed v3 archive, {form}": Target(v3_archive, partial(lambda how: [signed_adb(how)], form), ADB_TOKENS)
        for form in ("plain", "d", "none", "deflate", "zstd")
    },
    "a key": Target(key_file, lambda: [KEY.public()], KEY_TOKENS),
    "an installed db": Target(installed_db, lambda: [images.database("a", "b", "c")], FIELDS),
    "a world": Target(plainly(lambda data: world_of(data, "world")), lambda: [WORLD], FIELDS),
    "the files of a root": Target(
        plainly(root_files), lambda: [ROOT], [*LINE_TOKENS, b"ID=", b"VERSION_ID=", b"\n--\n"], lenient=True
    ),
    **{
        f"an image, {form}, {pack}": Target(
            from_file(read_image, "image"),
            partial(lambda *kind: [image_of(*kind)], form, pack),
            [*IMAGE_TOKENS, *FIELDS, images.config(["a"])],
        )
        for form, pack in IMAGES
    },
    **{
        f"a layer, {form}, {pack}": Target(
            layer(form, pack), lambda: [LAYER + bytes(1024)], [*IMAGE_TOKENS, *FIELDS, images.config(["a"])]
        )
        for form, pack in IMAGES
    },
    "a Dockerfile": Target(
        plainly(dockerfile),
        lambda: [path.read_bytes() for path in sorted(DOCKERFILES.glob("*.Dockerfile"))],
        DOCKERFILE_TOKENS,
    ),
    "a project's config": Target(from_file(read_config, ".apkgraph.toml"), lambda: [PROJECT], TOML_TOKENS),
    "a user's config": Target(from_file(config), lambda: [USER], TOML_TOKENS),
    "a saved answer": Target(
        from_file(lambda path: saved_size(path, "request", "cost")), lambda: [SAVED], JSON_TOKENS, lenient=True
    ),
    "a saved audit": Target(from_file(audit_file), lambda: [json.dumps(AUDIT).encode()], JSON_TOKENS),
    "a list of releases": Target(plainly(lambda data: parse_releases(data, "here")), lambda: [RELEASES], JSON_TOKENS),
    "a list of repositories": Target(from_file(repositories_file, "repositories"), lambda: [REPOSITORIES], LINE_TOKENS),
    "a licence expression": Target(
        plainly(lambda data: allowed_licenses([data.decode("utf-8", "replace")])),
        lambda: [b"MIT OR Apache-2.0 OR GPL-2.0-only"],
        WORD_TOKENS,
    ),
    "a request": Target(plainly(request), lambda: [b"git\ncurl>=8\n!vim\nso:libz.so.1"], WORD_TOKENS),
}
