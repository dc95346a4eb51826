"""Trust: one good signature by a trusted key suffices, everything else is refused and names the key."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from apkgraph import host
from apkgraph.errors import SignatureError
from apkgraph.mirror import archive, trust
from tests.mirror.archives import Key, index_part, signature_part, signed
from tests.mirror.conftest import SettingsFor


def verify(data: bytes, *directories: Path) -> str:
    """The name of the key."""
    return Path(key_file(data, *directories)).name


def key_file(data: bytes, *directories: Path) -> str:
    return trust.verify(archive.take_apart(data, "here"), map(str, directories), "here")


@pytest.fixture
def keys(key: Key, tmp_path: Path) -> Path:
    return key.trust_in(tmp_path / "trusted")


@pytest.mark.parametrize("scheme", ["RSA", "RSA256", "RSA512"])
def test_each_scheme_is_verified(key: Key, keys: Path, scheme: str) -> None:
    assert verify(signed(key, scheme=scheme), keys) == key.name


@pytest.mark.parametrize(("said", "meant"), [("RSA", "RSA256"), ("RSA256", "RSA512"), ("RSA512", "RSA")])
def test_a_scheme_cannot_be_mistaken_for_another(key: Key, keys: Path, said: str, meant: str) -> None:
    content = index_part()
    data = signature_part([(f".SIGN.{said}.{key.name}", key.sign(content, meant))]) + content
    with pytest.raises(SignatureError, match="does not match"):
        verify(data, keys)


def test_unsigned_is_refused(keys: Path) -> None:
    with pytest.raises(SignatureError, match=r"^here: unsigned"):
        verify(index_part(), keys)


def test_an_unknown_key_is_refused_and_named(stranger: Key, keys: Path) -> None:
    with pytest.raises(SignatureError, match=stranger.name):
        verify(signed(stranger), keys)


def test_a_key_under_a_trusted_name_is_refused(key: Key, stranger: Key, keys: Path) -> None:
    content = index_part()
    data = signature_part([(f".SIGN.RSA.{key.name}", stranger.sign(content))]) + content
    with pytest.raises(SignatureError, match=f"{key.name} does not match"):
        verify(data, keys)


def test_a_signature_over_something_else_is_refused(key: Key, keys: Path) -> None:
    good = signed(key)
    data = good[: -len(index_part())] + index_part(description=b"v3.18.5-2-gdef")
    with pytest.raises(SignatureError, match="does not match"):
        verify(data, keys)


def test_what_is_appended_is_covered_too(key: Key, keys: Path) -> None:
    with pytest.raises(SignatureError, match="does not match"):
        verify(signed(key) + index_part(), keys)


def test_an_unknown_scheme_is_refused(key: Key, keys: Path) -> None:
    content = index_part()
    data = signature_part([(f".SIGN.RSA1024.{key.name}", key.sign(content))]) + content
    with pytest.raises(SignatureError, match="kind of signature that is not known"):
        verify(data, keys)


def test_one_trusted_signature_suffices(key: Key, stranger: Key, keys: Path) -> None:
    content = index_part()
    both = [
        (f".SIGN.RSA.{stranger.name}", stranger.sign(content)),
        (f".SIGN.RSA256.{key.name}", key.sign(content, "RSA256")),
    ]
    assert verify(signature_part(both) + content, keys) == key.name


def test_the_first_signature_of_a_trusted_key_decides(key: Key, stranger: Key, keys: Path) -> None:
    content = index_part()
    good = (f".SIGN.RSA256.{key.name}", key.sign(content, "RSA256"))
    bad = (f".SIGN.RSA.{key.name}", key.sign(b"something else"))
    assert verify(signature_part([good, bad]) + content, keys) == key.name
    with pytest.raises(SignatureError, match="does not match"):
        verify(signature_part([bad, good]) + content, keys)


@pytest.mark.parametrize("name", [".SIGN.RSA1024.{}", ".SIGN.RSA.unknown-{}"])
def test_a_signature_that_nobody_can_verify_is_passed_over(key: Key, keys: Path, name: str) -> None:
    content = index_part()
    other = (name.format(key.name), b"s")
    assert verify(signature_part([other, (f".SIGN.RSA.{key.name}", key.sign(content))]) + content, keys) == key.name


def test_every_directory_is_looked_in(key: Key, keys: Path, tmp_path: Path) -> None:
    assert key_file(signed(key), tmp_path / "absent", keys) == str(keys / key.name)


def test_a_namesake_that_has_not_signed_does_not_stand_in_the_way(
    key: Key, stranger: Key, keys: Path, tmp_path: Path
) -> None:
    (tmp_path / key.name).write_bytes((stranger.trust_in(tmp_path / "other") / stranger.name).read_bytes())
    assert key_file(signed(key), tmp_path, keys) == str(keys / key.name)


def test_a_name_never_leads_out_of_the_directory(key: Key, keys: Path) -> None:
    inner = keys / "inner"
    inner.mkdir()
    found = archive.Signed((archive.Signature("RSA", "../" + key.name, key.sign(b"content")),), b"content")
    with pytest.raises(SignatureError, match="not trusted"):
        trust.verify(found, [str(inner)], "here")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no key",
        b"\0" * 100,
        b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        b"-----BEGIN PUBLIC KEY-----\nMAswBQYDKgMEAwIAAA==\n-----END PUBLIC KEY-----\n",  # of a kind that nobody knows
    ],
)
def test_a_file_that_is_no_key_is_no_trusted_key(key: Key, keys: Path, content: bytes) -> None:
    (keys / key.name).write_bytes(content)
    with pytest.raises(SignatureError, match=f"not trusted: {keys}/{key.name} cannot be read"):
        verify(signed(key), keys)


def test_a_machine_that_verifies_no_sha1_says_so(key: Key, keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def holds(*_each: object) -> bool:
        message = "sha1 is not supported"
        raise UnsupportedAlgorithm(message)

    monkeypatch.setattr(trust, "_holds", holds)
    with pytest.raises(SignatureError, match=f"{key.name} is of a kind that this machine does not verify"):
        verify(signed(key), keys)


def test_no_file_is_read_further_than_a_key_is_long(key: Key, keys: Path) -> None:
    path = keys / key.name
    path.write_bytes(b"\n" * 60_000 + path.read_bytes())
    assert verify(signed(key), keys) == key.name
    path.write_bytes(b"\n" * 6_000 + path.read_bytes())
    with pytest.raises(SignatureError, match="not trusted"):
        verify(signed(key), keys)


def test_a_directory_is_no_trusted_key(key: Key, tmp_path: Path) -> None:
    (tmp_path / key.name).mkdir()
    with pytest.raises(SignatureError, match="not trusted"):
        verify(signed(key), tmp_path)


def test_a_key_of_another_kind_is_no_trusted_key(key: Key, keys: Path) -> None:
    other = ec.generate_private_key(ec.SECP256R1()).public_key()
    encoded = other.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    (keys / key.name).write_bytes(encoded)
    with pytest.raises(SignatureError, match="not trusted"):
        verify(signed(key), keys)


@pytest.mark.parametrize("name", ["a\0b", "\x1b[31m", "k" * 300, ".", ".."])
def test_a_name_that_no_file_has_is_no_trusted_key(key: Key, keys: Path, name: str) -> None:
    found = archive.Signed((archive.Signature("RSA", name, key.sign(b"content")),), b"content")
    with pytest.raises(SignatureError, match="not trusted") as caught:
        trust.verify(found, [str(keys)], "here")
    assert str(caught.value).isprintable()


def test_no_escape_of_a_key_s_name_reaches_the_error(key: Key, keys: Path) -> None:
    data = signature_part([(".SIGN.RSA.\x1b[31m\u202e", key.sign(b""))]) + index_part()
    with pytest.raises(SignatureError) as caught:
        verify(data, keys)
    assert str(caught.value).isascii()
    assert str(caught.value).isprintable()


def test_the_sample_s_key_is_trusted_for_the_sample_only(settings_for: SettingsFor, tmp_path: Path) -> None:
    sample = host.sample_keys()
    own = str(tmp_path / "keys")
    assert trust.key_directories(settings_for()) == (own, host.keys_directory("alpine"), trust.SYSTEM_KEYS)
    settings = settings_for(keys_dir=None, repositories=None, sample=True)
    assert trust.key_directories(settings) == (sample,)


def test_the_shipped_keys_verify_the_real_indexes(shared: Path) -> None:
    archives = sorted(
        [*shared.glob("mirror/alpine/*/*/*/APKINDEX.tar.gz"), *shared.glob("indexes/alpine/*/*/*/*.tar.gz")]
    )
    signers = {path.parts[-4]: verify(path.read_bytes(), Path(host.keys_directory("alpine"))) for path in archives}
    alpine = "alpine-devel@lists.alpinelinux.org-{}.rsa.pub"
    assert len(archives) == 13
    assert signers.pop("v3.12") == alpine.format("4a6a0840")
    assert signers.pop("v3.22") == alpine.format("616ae350")
    assert set(signers.values()) == {alpine.format("6165ee59")}


def test_one_of_chainguard_s_three_signatures_suffices(shared: Path) -> None:
    data = (shared / "indexes/chainguard/x86_64/APKINDEX.tar.gz").read_bytes()
    assert [each.scheme for each in archive.take_apart(data, "here").signatures] == ["RSA256"] * 3
    assert verify(data, shared / "keys/chainguard").startswith("chainguard-")
    with pytest.raises(SignatureError, match="not trusted"):
        verify(data, Path(host.keys_directory("alpine")))


def test_a_pipe_in_place_of_a_key_is_not_waited_for(key: Key, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / key.name)
    with pytest.raises(SignatureError, match="cannot be read as an RSA public key"):
        verify(signed(key), tmp_path)


def test_an_error_shows_only_the_beginning_of_a_long_name(key: Key, keys: Path) -> None:
    content = index_part()
    data = signature_part([(".SIGN.RSA.k", key.sign(content))]) + content
    found = archive.take_apart(data, "here")
    long = archive.Signed((archive.Signature("RSA", "k" * 60_000, b"s"),), found.content)
    with pytest.raises(SignatureError) as caught:
        trust.verify(long, [str(keys)], "here")
    assert len(str(caught.value)) < 500
