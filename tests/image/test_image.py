from __future__ import annotations

import gzip
import hashlib
import json
import os
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from apkgraph import limits
from apkgraph.errors import InputError
from apkgraph.image import archive, streams
from apkgraph.image import image as image_module
from apkgraph.image import layer as layer_module
from apkgraph.image import system as system_module
from apkgraph.image.files import read_file
from apkgraph.image.image import Image, read_image
from apkgraph.image.root import read_installed
from apkgraph.model.package import Package
from tests.image.images import (
    DATABASE,
    WORLD,
    Files,
    Pack,
    database,
    docker_save,
    gzipped,
    oci_directory,
    oci_files,
    oci_tar,
    plain,
    root,
    system,
    tar,
    zstandard,
)

FORMS: dict[str, Callable[..., Path]] = {"docker": docker_save, "directory": oci_directory, "tar": oci_tar}


def names(image: Image) -> list[str]:
    return [package.name for package in image.packages]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("pack", [plain, gzipped, zstandard])
def test_layers_are_laid_on_each_other(tmp_path: Path, form: str, pack: Pack) -> None:
    layers = [
        pack(tar(system("musl", "busybox"))),
        pack(tar({**system("musl", "busybox", "curl"), "usr/bin/curl": b"elf" * 100})),
        pack(tar({"app/main.py": b"print()"})),
    ]
    image = read_image(str(FORMS[form](tmp_path / "image", layers, ["ADD rootfs", "RUN apk add curl", "COPY . /app"])))
    assert names(image) == ["musl", "busybox", "curl"]
    assert image.brought_by == (0, 0, 1)
    assert [str(token) for token in image.world] == ["musl", "busybox", "curl"]
    assert [layer.command for layer in image.layers] == ["ADD rootfs", "RUN apk add curl", "COPY . /app"]
    assert (image.system.release, image.system.arch) == ("v3.18", "x86_64")
    assert image.system.repositories == ("https://dl-cdn.alpinelinux.org/alpine/v3.18/main",)


def test_a_package_belongs_to_the_layer_that_last_changed_it(tmp_path: Path) -> None:
    layers = [tar(system("a", "b")), tar(system("b")), tar(system("a", "b"))]
    assert read_image(str(docker_save(tmp_path / "image", layers))).brought_by == (2, 0)


@pytest.mark.parametrize("hidden", ["lib/apk/db/.wh.installed", "lib/.wh.apk", ".wh.lib", "lib/apk/.wh..wh..opq"])
def test_whiteouts_take_lower_layers_away(tmp_path: Path, hidden: str) -> None:
    layers = [tar(system("a")), tar({hidden: b"", "usr/lib/apk/db/installed": database("b")})]
    assert names(read_image(str(docker_save(tmp_path / "image", layers)))) == ["b"]


def test_an_opaque_directory_keeps_what_its_own_layer_brings(tmp_path: Path) -> None:
    layers = [tar(system("a")), tar({DATABASE: database("b"), "lib/apk/.wh..wh..opq": b""})]
    assert names(read_image(str(docker_save(tmp_path / "image", layers)))) == ["b"]


def test_a_whiteout_of_everything_leaves_no_system(tmp_path: Path) -> None:
    layers = [tar(system("a")), tar({".wh..wh..opq": b""})]
    with pytest.raises(InputError, match="no installed db"):
        read_image(str(docker_save(tmp_path / "image", layers)))


def test_a_merged_usr_is_followed(tmp_path: Path) -> None:
    files = system("a")
    moved = {"lib": "usr/lib", "usr/lib/apk/db/installed": files.pop(DATABASE), **files}
    assert names(read_image(str(docker_save(tmp_path / "image", [tar(moved)])))) == ["a"]


def test_a_link_in_place_of_a_directory_hides_what_lay_there(tmp_path: Path) -> None:
    layers = [tar(system("a")), tar({"lib": "usr/lib", "usr/lib/apk/db/installed": database("b")})]
    assert names(read_image(str(docker_save(tmp_path / "image", layers)))) == ["b"]


def test_a_tar_of_a_root_is_an_image_without_layers(tmp_path: Path) -> None:
    path = tmp_path / "minirootfs.tar.gz"
    path.write_bytes(gzipped(tar({f"./{name}": data for name, data in system("a", "b").items()})))
    image = read_image(str(path))
    assert (names(image), image.layers, image.brought_by) == (["a", "b"], (), (-1, -1))


def test_a_packed_docker_save_is_read_too(tmp_path: Path) -> None:
    path = docker_save(tmp_path / "image.tar", [tar(system("a"))])
    packed = tmp_path / "image.tar.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert names(read_image(str(packed))) == ["a"]


def test_layers_that_are_links_to_other_layers_are_found(tmp_path: Path) -> None:
    layer = tar(system("a"))
    manifest = b'[{"Config": "c.json", "Layers": ["1/layer.tar", "2/layer.tar"]}]'
    path = tmp_path / "image.tar"
    path.write_bytes(tar({"1/layer.tar": layer, "2/layer.tar": "../1/layer.tar", "manifest.json": manifest}))
    assert names(read_image(str(path))) == ["a"]


def test_a_root_directory_is_an_image(tmp_path: Path) -> None:
    image = read_image(str(root(tmp_path / "root", system("a"))))
    assert (names(image), image.layers) == (["a"], ())


def test_the_real_system_is_read_whole(shared: Path) -> None:
    image = read_image(str(shared / "rootfs" / "v3.18-desktop"))
    assert (len(image.packages), image.system.installed_size) == (310, 568_381_440)


def test_of_several_platforms_the_wanted_one_is_read(tmp_path: Path) -> None:
    first, second = oci_files([tar(system("x86"))]), oci_files([tar(system("arm"))])
    manifests = [json.loads(files["index.json"])["manifests"][0] for files in (first, second)]
    manifests[0]["platform"] = {"os": "unknown", "architecture": "unknown"}
    manifests[1]["platform"] = {"os": "linux", "architecture": "arm64", "variant": "v8"}
    third = json.loads(first["index.json"])["manifests"][0]
    index = json.dumps({"manifests": [*manifests, third]}).encode()
    path = root(tmp_path / "image", {**first, **second, "index.json": index})
    assert names(read_image(str(path), "aarch64")) == ["arm"]
    assert names(read_image(str(path), "x86_64")) == ["x86"]


HOSTILE: dict[str, tuple[bytes, str]] = {
    "absolute name": (tar({"/lib/apk/db/installed": database("a")}), "absolute name"),
    "name that leads out": (tar({"../../etc/passwd": b"root"}), "leads out"),
    "name that leads out in the middle": (tar({"lib/../../x": b"root"}), "leads out"),
    "link that leads out": (tar({**system("a"), DATABASE: "../../../../../../etc/passwd"}), "leads out"),
    "links in a circle": (tar({**system("a"), "lib": "usr", "usr": "lib"}), "no installed db|a loop of links"),
    "cut layer": (tar(system("a"))[:700], "cut off"),
    "cut gzip": (gzipped(tar(system("a")))[:-40], "cut off|damaged"),
    "cut zstd": (zstandard(tar(system("a")))[:-40], "cut off|damaged"),
    "flipped gzip": (gzipped(tar(system("a"))).replace(b"\xff", b"\x00"), "damaged|not a tar|cut off"),
    "no tar": (b"hello, world" * 100, "not a tar"),
    "no database": (tar({"etc/passwd": b"root"}), "no installed db"),
    "broken stanza": (tar({**system("a"), DATABASE: database("a") + b"what is this\n\n"}), "line 11"),
    "record without version": (tar({**system("a"), DATABASE: b"P:a\n\n"}), "line 2"),
    "broken world": (tar({**system("a"), WORLD: b"a=\n"}), "world"),
    "binary world": (tar({**system("a"), WORLD: b"a\0b"}), "binary"),
    "huge world": (tar({**system("a"), WORLD: b"a\n" * 600_000}), "at most"),
    "gzip bomb": (gzipped(bytes(100 << 20)), "bomb|not a tar"),
    "gzip bomb in a file": (gzipped(tar({"big": bytes(100 << 20), **system("a")})), "bomb"),
    "zstd bomb in a file": (zstandard(tar({"big": bytes(100 << 20), **system("a")})), "bomb"),
}


@pytest.mark.parametrize("case", HOSTILE)
@pytest.mark.parametrize("form", FORMS)
def test_hostile_layers_end_in_one_line(tmp_path: Path, case: str, form: str) -> None:
    layer, words = HOSTILE[case]
    with pytest.raises(InputError, match=words) as caught:
        read_image(str(FORMS[form](tmp_path / "image", [layer])))
    assert caught.value.exit_status == 6
    assert "\n" not in str(caught.value)


HOSTILE_ARCHIVES: dict[str, bytes] = {
    "empty": b"",
    "text": b"FROM alpine\n",
    "cut": tar({"manifest.json": b'[{"Layers": ["a"]}]', "a": tar(system("a"))})[:2000],
    "no manifest": tar({"a": b"b"}),
    "manifest that is no JSON": tar({"manifest.json": b"{"}),
    "manifest of another shape": tar({"manifest.json": b'{"a": 1}'}),
    "manifest without layers": tar({"manifest.json": b'[{"Layers": []}]'}),
    "deep JSON": tar({"manifest.json": b"[" * 100_000}),
    "missing layer": tar({"manifest.json": b'[{"Layers": ["a"]}]'}),
    "layer outside": tar({"manifest.json": b'[{"Layers": ["../../etc/passwd"]}]'}),
    "absolute layer": tar({"manifest.json": b'[{"Layers": ["/etc/passwd"]}]'}),
    "link outside": tar({"manifest.json": b'[{"Layers": ["a"]}]', "a": "/etc/passwd"}),
    "link that leads out": tar({"manifest.json": b'[{"Layers": ["a"]}]', "a": "../../etc/passwd"}),
    "index without digest": tar({"index.json": b'{"manifests": [{"digest": "md5:1"}]}'}),
    "index that leads nowhere": tar({"index.json": b'{"manifests": [{"digest": "sha256:%s"}]}' % (b"0" * 64)}),
    "index without images": tar({"index.json": b'{"manifests": []}'}),
}


@pytest.mark.parametrize("case", HOSTILE_ARCHIVES)
def test_hostile_archives_end_in_one_line(tmp_path: Path, case: str) -> None:
    path = tmp_path / "image.tar"
    path.write_bytes(HOSTILE_ARCHIVES[case])
    with pytest.raises(InputError) as caught:
        read_image(str(path))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("read", [read_image, read_installed])
def test_names_of_no_file_end_in_one_line(tmp_path: Path, read: Callable[[str], object]) -> None:
    for name in ("missing", "a\0b", "a" * 5000):
        with pytest.raises(InputError) as caught:
            read(str(tmp_path / name))
        assert "\n" not in str(caught.value)


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="only Linux has a file that opens and cannot be read")
def test_a_file_that_opens_and_cannot_be_read_ends_in_one_line() -> None:
    for read in (read_image, read_installed, lambda path: read_file(path, 10, "a file")):
        with pytest.raises(InputError, match="cannot be read"):
            read("/proc/self/mem")


def test_a_fifo_and_a_device_are_no_images(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    for path in (str(tmp_path / "fifo"), "/dev/zero"):
        with pytest.raises(InputError, match="not a regular file"):
            read_image(path)


def test_a_root_whose_file_is_a_fifo_is_refused(tmp_path: Path) -> None:
    path = root(tmp_path / "root", {name: data for name, data in system("a").items() if name != WORLD})
    os.mkfifo(path / WORLD)
    with pytest.raises(InputError, match="not a regular file"):
        read_image(str(path))


def test_links_are_followed_so_often_and_no_more(tmp_path: Path) -> None:
    chain: dict[str, bytes | str | None] = {f"link{n}": f"link{n + 1}" for n in range(39)}
    files = {**system("a"), DATABASE: "/link0", **chain}
    assert names(read_image(str(root(tmp_path / "root", {**files, "link39": database("b")})))) == ["b"]
    with pytest.raises(InputError, match="a loop of links"):
        read_image(str(root(tmp_path / "other", {**files, "link39": "link40", "link40": database("b")})))


def test_a_plain_layer_may_be_larger_than_json(tmp_path: Path) -> None:
    layer = tar({"big": bytes(limits.IMAGE_JSON_BYTES + 1), **system("a")})
    assert names(read_image(str(oci_tar(tmp_path / "image", [layer])))) == ["a"]


def test_json_that_is_too_large_is_refused(tmp_path: Path) -> None:
    files = {**oci_files([tar(system("a"))]), "index.json": b" " * (limits.IMAGE_JSON_BYTES + 1)}
    for path in (root(tmp_path / "root", files), tmp_path / "tar"):
        if path.name == "tar":
            path.write_bytes(tar(files))
        with pytest.raises(InputError, match=r"larger than it can be|no index\.json"):
            read_image(str(path))


def test_no_more_parts_are_kept_than_there_is_room_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = str(docker_save(tmp_path / "image", [tar(system("a"))]))
    assert names(read_image(path)) == ["a"]
    monkeypatch.setattr(limits, "IMAGE_PARTS_BYTES", 100)
    with pytest.raises(InputError, match=r"no index\.json"):
        read_image(path)


def test_a_root_of_very_many_files_is_taken_and_none_of_them_kept(tmp_path: Path) -> None:
    files: dict[str, bytes | str | None] = {f"usr/share/{n % 50}/{n}.json": b"" for n in range(20_000)}
    path = tmp_path / "root.tar"
    path.write_bytes(tar({**files, **system("a"), "bin/a": "b"}))
    assert names(read_image(str(path))) == ["a"]
    parts = archive.TarParts(str(path), streams.Meter(str(path)))
    assert parts.names == {DATABASE}
    assert not parts._small
    assert not parts._links


@pytest.mark.parametrize("form", ["tar", "directory", "links"])
def test_a_layer_that_is_named_a_thousand_times_is_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    layer = tar(system("a"))
    layers = [f"l{number}" if form == "links" else "layer" for number in range(1024)]
    files: dict[str, bytes | str | None] = {"layer": layer}
    files |= {name: "layer" for name in layers if name != "layer"}
    files["manifest.json"] = json.dumps([{"Layers": layers}]).encode()
    path = tmp_path / "image"
    if form == "directory":
        root(path, files)
    else:
        path.write_bytes(tar(files))
    read: list[str] = []
    parsed: list[bytes] = []

    def read_one(*words: Any) -> layer_module.LayerFiles:
        read.append(words[2])
        return layer_module.read_layer(*words)

    def parse_one(data: bytes, where: str) -> tuple[Package, ...]:
        parsed.append(data)
        return system_module.database_of(data, where)

    monkeypatch.setattr(image_module, "read_layer", read_one)
    monkeypatch.setattr(image_module, "database_of", parse_one)
    found = read_image(str(path))
    assert (len(found.layers), len(read), len(parsed)) == (1024, 1, 1)
    assert found.brought_by == (0,)


@pytest.mark.parametrize("line", [b"F:\n", b"P:a\n", b"D: a\n"])
def test_a_database_of_more_than_any_has_is_refused(line: bytes) -> None:
    with pytest.raises(InputError, match=r"more (lines|packages|words) than"):
        system_module.database_of(b"C:Q1\n" + line * 1_500_000, "db")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [("IMAGE_KEPT_BYTES", 100, "more of apk's files"), ("IMAGE_BYTES", 1000, "bomb"), ("CHUNK", 64, "")],
)
def test_bounds_of_streams(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: int, words: str) -> None:
    for number, pack in enumerate((plain, gzipped, zstandard)):
        path = str(docker_save(tmp_path / f"image{number}", [pack(tar(system("a")))]))
        assert names(read_image(path)) == ["a"]
        with monkeypatch.context() as patched:
            patched.setattr(limits if hasattr(limits, name) else streams, name, value)
            if words:
                with pytest.raises(InputError, match=words):
                    read_image(path)
            else:
                assert names(read_image(path)) == ["a"]


@pytest.mark.parametrize("key", ["Layers", "layers"])
def test_images_of_too_many_layers_are_refused(tmp_path: Path, key: str) -> None:
    if key == "Layers":
        document = json.dumps([{"Layers": ["layer"] * 1025}]).encode()
        files = {"layer": tar(system("a")), "manifest.json": document}
    else:
        digest = {"digest": f"sha256:{hashlib.sha256(tar(system('a'))).hexdigest()}"}
        files = {"index.json": json.dumps({"layers": [digest] * 1025}).encode(), "oci-layout": b"{}"}
        files[f"blobs/sha256/{digest['digest'][7:]}"] = tar(system("a"))
    with pytest.raises(InputError, match=r"names no layers|no list of layers"):
        read_image(str(root(tmp_path / "image", files)))


def test_indexes_in_indexes_are_followed_so_far_and_no_more(tmp_path: Path) -> None:
    files = oci_files([tar(system("a"))])
    for depth in range(5):
        if depth < 3:
            path = root(tmp_path / f"image{depth}", files)
            assert names(read_image(str(path))) == ["a"]
        inner = files["index.json"]
        name = hashlib.sha256(inner).hexdigest()
        outer = json.dumps({"manifests": [{"digest": f"sha256:{name}"}]}).encode()
        files = {**files, f"blobs/sha256/{name}": inner, "index.json": outer}
    with pytest.raises(InputError, match="no list of layers"):
        read_image(str(root(tmp_path / "deep", files)))


@pytest.mark.parametrize("name", ["/etc/passwd", "../../etc/passwd", "a\0b", ""])
def test_layers_of_a_directory_lie_in_it(tmp_path: Path, name: str) -> None:
    files = {"manifest.json": json.dumps([{"Layers": [name]}]).encode(), "etc/passwd": tar(system("a"))}
    with pytest.raises(InputError, match="outside of the image"):
        read_image(str(root(tmp_path / "image", files)))


def test_a_manifest_that_is_not_what_its_digest_says_is_refused(tmp_path: Path) -> None:
    files = oci_files([tar(system("a"))])
    manifest = next(name for name, data in files.items() if b'"layers"' in data and name.startswith("blobs"))
    with pytest.raises(InputError, match="not what its digest says"):
        read_image(str(root(tmp_path / "image", {**files, manifest: files[manifest] + b" "})))


def test_a_tar_of_anything_else_is_no_image(tmp_path: Path) -> None:
    path = tmp_path / "tar"
    path.write_bytes(tar({"a": b"b"}))
    with pytest.raises(InputError, match="neither an image"):
        read_image(str(path))
    with pytest.raises(InputError, match="read with image:"):
        read_installed(str(path))


def test_a_hard_link_to_what_is_not_there_is_refused(tmp_path: Path) -> None:
    link = tarfile.TarInfo(DATABASE)
    link.type, link.linkname = tarfile.LNKTYPE, "etc/hosts"
    with pytest.raises(InputError, match="hard link"):
        read_image(str(docker_save(tmp_path / "image", [link.tobuf() + tar(system("b"))])))


@pytest.mark.parametrize(
    ("files", "words"),
    [({"lib": b"file"}, "no installed db"), ({DATABASE: "a" * 300, WORLD: b""}, "cannot be read")],
)
def test_roots_in_which_the_database_cannot_be_reached(tmp_path: Path, files: Files, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_installed(str(root(tmp_path / "root", files)))


def with_records(records: bytes) -> bytes:
    """A layer in front of which these pax records stand."""
    header = tarfile.TarInfo("pax")
    header.type, header.size = tarfile.XHDTYPE, len(records)
    return header.tobuf(tarfile.USTAR_FORMAT) + records + bytes(-len(records) % 512) + tar({"x": b"", **system("a")})


def test_many_pax_records_are_read(tmp_path: Path) -> None:
    layer = with_records(b"5 a=\n" * 150_000 + b"18 path=etc/hosts\n")
    assert names(read_image(str(docker_save(tmp_path / "image", [layer])))) == ["a"]


BROKEN_RECORDS = [
    b"x", b"99 a=b\n", b"0 \n", b"12345678 a=b\n", b"9 size=x\n", b"30 size=" + b"9" * 21 + b"\n",
    b"1 \n", b"-5 a=\n", b"5 a=\n6",
]  # fmt: skip


@pytest.mark.parametrize("records", BROKEN_RECORDS)
def test_broken_pax_records_are_refused(tmp_path: Path, records: bytes) -> None:
    with pytest.raises(InputError, match="broken pax records"):
        read_image(str(docker_save(tmp_path / "image", [with_records(records)])))


def test_a_blob_that_is_not_what_its_digest_says_is_refused(tmp_path: Path) -> None:
    files = oci_files([gzipped(tar(system("a")))])
    layer = next(name for name, data in files.items() if data.startswith(b"\x1f\x8b"))
    files[layer] = gzipped(tar(system("b")))
    with pytest.raises(InputError, match="digest"):
        read_image(str(root(tmp_path / "image", files)))


def test_a_root_whose_links_lead_out_is_refused(tmp_path: Path) -> None:
    files = {**system("a"), DATABASE: "../../../../../../../../../../../etc/passwd"}
    with pytest.raises(InputError, match="leads out"):
        read_image(str(root(tmp_path / "root", files)))


def test_an_absolute_link_starts_at_the_root(tmp_path: Path) -> None:
    files = {**system("a"), DATABASE: "/usr/lib/db", "usr/lib/db": database("b")}
    assert names(read_image(str(root(tmp_path / "root", files)))) == ["b"]


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_all_kinds_of_tar_are_read(tmp_path: Path, form: int) -> None:
    long = "usr/share/" + "/".join(["directory"] * (8 if form == tarfile.USTAR_FORMAT else 40)) + "/file"
    layer = tar({long: b"x", **system("a")}, form)
    assert names(read_image(str(docker_save(tmp_path / "image", [layer])))) == ["a"]
