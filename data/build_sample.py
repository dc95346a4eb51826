"""Builds `data/sample`: a small mirror, signed by a key of its own, from a real mirror's facts and our own words.

    python data/build_sample.py MIRROR      # where MIRROR/v3.18/{main,community}/x86_64/APKINDEX.tar.gz are

Only facts are taken (names, versions, sizes, dependencies, licences, times, checksums); descriptions come from
`sample.toml`, URLs and maintainers are left out. The same input gives the same index text. The key is made anew for
every build and thrown away: the index and the public key belong together and are committed together.
"""

from __future__ import annotations

import argparse
import gzip
import io
import re
import sys
import tarfile
import tomllib
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

RELEASE, ARCH = "v3.18", "x86_64"
KEY = "apkgraph-sample.rsa.pub"
DESCRIPTION = "v3.18 sample of apkgraph"
# Index fields that state facts, in the order in which Alpine's own indexes have them; T, the description, is ours.
FIELDS = "CPVASITLotckDpi"
HERE = Path(__file__).resolve().parent

Stanza = dict[str, str]


def main() -> int:
    """Read, choose, check, write."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("mirror", type=Path, help="a directory with v3.18/main and v3.18/community of x86_64")
    mirror: Path = parser.parse_args().mirror
    wanted: dict[str, dict[str, str]] = tomllib.loads((HERE / "sample.toml").read_text())
    real = {repository: read_index(mirror / location(repository)) for repository in wanted}
    sample = {repository: choose(real[repository], words) for repository, words in wanted.items()}
    complaints = check([*flat(sample)], [*flat(real)])
    if complaints:
        print("\n".join(complaints), file=sys.stderr)
        return 1
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    for repository, stanzas in sample.items():
        write(HERE / "sample" / location(repository), sign(archive(stanzas), key))
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    write(HERE / "sample" / "keys" / KEY, public)
    print(f"{sum(map(len, sample.values()))} packages")
    return 0


def location(repository: str) -> str:
    """Where a mirror has a repository's index."""
    return f"{RELEASE}/{repository}/{ARCH}/APKINDEX.tar.gz"


def flat(repositories: dict[str, list[Stanza]]) -> list[Stanza]:
    """The stanzas of all repositories."""
    return [stanza for stanzas in repositories.values() for stanza in stanzas]


def read_index(path: Path) -> list[Stanza]:
    """The stanzas of a real index, in its order."""
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(path.read_bytes())), ignore_zeros=True) as tar:
        member = tar.extractfile("APKINDEX")
        if member is None:
            raise ValueError(path)
        text = member.read().decode()
    return [dict(line.split(":", 1) for line in stanza.splitlines()) for stanza in text.strip().split("\n\n")]


def choose(stanzas: list[Stanza], words: dict[str, str]) -> list[Stanza]:
    """The facts of the wanted packages, described in our words."""
    chosen = [{**stanza, "T": words[stanza["P"]]} for stanza in stanzas if stanza["P"] in words]
    missing = words.keys() - {stanza["P"] for stanza in chosen}
    if missing:
        message = f"not in this repository: {' '.join(sorted(missing))}"
        raise SystemExit(message)
    return [{field: stanza[field] for field in FIELDS if field in stanza} for stanza in chosen]


def check(sample: list[Stanza], real: list[Stanza]) -> list[str]:
    """Why the sample's answers could differ from the real index's: what it lacks."""
    provided = {name for stanza in sample for name in provides(stanza)}
    names = {stanza["P"] for stanza in sample}
    complaints = [
        f"{stanza['P']} needs {token}, which nothing in the sample provides"
        for stanza in sample
        for token in stanza.get("D", "").split()
        if not token.startswith("!") and name_of(token) not in provided
    ]
    complaints += [
        f"{stanza['P']} would come by itself ({stanza['i']}), but is not in the sample"
        for stanza in real
        if stanza["P"] not in names and comes_by_itself(stanza, provided)
    ]
    return complaints


def provides(stanza: Stanza) -> list[str]:
    """A package's own name and all that it provides."""
    return [stanza["P"], *map(name_of, stanza.get("p", "").split())]


def comes_by_itself(stanza: Stanza, provided: set[str]) -> bool:
    """Whether all triggers of a package's install_if are there."""
    triggers = stanza.get("i", "").split()
    return bool(triggers) and all(name_of(trigger) in provided for trigger in triggers)


def name_of(token: str) -> str:
    """`so:libz.so.1` of `so:libz.so.1=1.2.13`."""
    return re.split("[=<>~]", token, maxsplit=1)[0]


def archive(stanzas: list[Stanza]) -> bytes:
    """The gzip member that is signed: DESCRIPTION and APKINDEX."""
    text = "".join("".join(f"{field}:{value}\n" for field, value in stanza.items()) + "\n" for stanza in stanzas)
    return gzip.compress(tar_of({"DESCRIPTION": DESCRIPTION.encode(), "APKINDEX": text.encode()}), mtime=0)


def sign(signed: bytes, key: rsa.RSAPrivateKey) -> bytes:
    """The archive behind its signature: a gzip member whose tar has no end, so that both read as one."""
    signature = key.sign(signed, padding.PKCS1v15(), hashes.SHA256())
    entry = tar_of({f".SIGN.RSA256.{KEY}": signature})[: 512 + -(-len(signature) // 512) * 512]
    return gzip.compress(entry, mtime=0) + signed


def tar_of(files: dict[str, bytes]) -> bytes:
    """A tar of these files, the same bytes every time."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            entry.mode = 0o644
            tar.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def write(path: Path, content: bytes) -> None:
    """Write a file and the directories above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


if __name__ == "__main__":
    sys.exit(main())
