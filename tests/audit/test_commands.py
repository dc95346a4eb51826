"""`apkgraph dockerfile`, `image` and `check` from the words to the exit status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from apkgraph.audit.findings.registry import RULES
from tests.commands import Capture, document, run
from tests.image.images import docker_save, system, tar

WASTEFUL = "FROM alpine:3.18\nRUN apk update && apk add --no-cache bash\n"
CLEAN = "FROM alpine:3.18\nRUN apk add --no-cache bash curl\n"


@pytest.fixture(autouse=True)
def _workplace(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test in a directory of its own, all with one cache, on the sample."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("APKGRAPH_CACHE_DIR", str(tmp_path_factory.getbasetemp() / "cache-of-audit-commands"))
    monkeypatch.setenv("APKGRAPH_SAMPLE", "1")


def write(text: str, name: str = "Dockerfile") -> str:
    Path(name).write_text(text)
    return name


def test_a_dockerfile_as_text(capsys: Capture) -> None:
    write(WASTEFUL)
    status, out, _ = run(capsys, "dockerfile")
    assert status == 0
    assert "apk add --no-cache bash" in out
    assert "needless-update" in out


def test_a_dockerfile_from_standard_input(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    import io
    import sys

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(CLEAN.encode())))
    status, out, _ = run(capsys, "dockerfile", "-")
    assert (status, "standard input" in out) == (0, True)


def test_a_dockerfile_as_json(capsys: Capture) -> None:
    found = document(capsys, "dockerfile", write(WASTEFUL))
    (stage,) = found["stages"]
    assert [call["command"] for call in stage["steps"][0]["calls"]] == ["update", "add"]
    assert found["total"]["image_size"] == stage["steps"][0]["image_size"]
    assert stage["world"][-1] == "bash"


def test_a_dockerfile_as_sarif(capsys: Capture) -> None:
    _, out, _ = run(capsys, "dockerfile", write(WASTEFUL), "--format", "sarif")
    log = json.loads(out)
    (scan,) = log["runs"]
    assert (log["version"], scan["tool"]["driver"]["name"]) == ("2.1.0", "apkgraph")
    ids = [rule["id"] for rule in scan["tool"]["driver"]["rules"]]
    assert ids == list(RULES)
    for result in scan["results"]:
        assert ids[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note")
        assert result["message"]["text"]
        (place,) = result["locations"]
        assert place["physicalLocation"]["artifactLocation"]["uri"] == "Dockerfile"
        assert place["physicalLocation"]["region"]["startLine"] >= 1
    assert ("needless-update", 2) in [
        (result["ruleId"], result["locations"][0]["physicalLocation"]["region"]["startLine"])
        for result in scan["results"]
    ]


def test_a_dockerfile_as_markdown_has_no_markup_of_others(capsys: Capture) -> None:
    write("FROM alpine:3.18\nRUN apk add --no-cache 'no|`such`<b>' bash @maintainers\n")
    _, out, _ = run(capsys, "dockerfile", "--format", "markdown")
    rows = [line for line in out.splitlines() if line.startswith("| 2 ")]
    assert rows
    assert not any("<b>" in row and "`" not in row for row in rows)
    assert all(row.replace("\\|", "").count("|") in (6, 7) for row in rows)


@pytest.mark.parametrize(("severity", "status"), [("error", 0), ("warning", 1), ("note", 1)])
def test_fail_on(capsys: Capture, severity: str, status: int) -> None:
    write(WASTEFUL)
    assert run(capsys, "dockerfile", "--fail-on", severity)[0] == status


def test_rules_are_ignored_by_option_and_by_config(capsys: Capture) -> None:
    write(WASTEFUL)
    words = ("dockerfile", "--fail-on", "note", "--ignore", "needless-update,release-end-of-life")
    assert run(capsys, *words)[0] == 0
    write('[dockerfile]\nignore = ["needless-update", "release-end-of-life"]\nfail-on = "note"\n', ".apkgraph.toml")
    assert run(capsys, "dockerfile")[0] == 0
    write('[dockerfile]\nfail-on = "note"\n', ".apkgraph.toml")
    assert run(capsys, "dockerfile")[0] == 1


@pytest.mark.parametrize(
    ("words", "status", "text"),
    [
        (["--fail-on", "fatal"], 2, "severity"),
        (["--ignore", "no-such-rule"], 2, "no-such-rule"),
        (["--platform", "linux/mips"], 2, "not built"),
        (["--platform", "a/b/c/d"], 2, "not a platform"),
        (["--target", "nowhere"], 6, "nowhere"),
        (["missing"], 6, "missing"),
        (["."], 6, "directory"),
        (["--config", "missing.toml"], 6, "missing.toml"),
    ],
)
def test_what_means_nothing(capsys: Capture, words: list[str], status: int, text: str) -> None:
    write(CLEAN)
    code, out, err = run(capsys, "dockerfile", *words)
    assert (code, out) == (status, "")
    assert text in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "config",
    [
        "[dockerfile",
        "[dockerfile]\nignore = 5\n",
        "[dockerfile]\nignore = ['x']\n",
        "[dockerfile]\nignore = [['x']]\n",
        "[x]\n",
        "[check]\nmax = 1\n",
        f"[check]\nmax-packages = {'9' * 5000}\n",
        f"[check]\nforbid = {'[' * 5000}\n",
        "dockerfile = 1\n",
    ],
)
def test_a_config_that_means_nothing(capsys: Capture, config: str) -> None:
    write(CLEAN)
    write(config, ".apkgraph.toml")
    code, _, err = run(capsys, "dockerfile")
    assert (code, err.count("\n")) == (6, 1)


def test_terminal_escapes_of_a_dockerfile_are_not_obeyed(capsys: Capture) -> None:
    write("FROM alpine:3.18\nRUN apk add --no-cache bash '\x1b]0;x\x07\u202e'\n")
    for form in ("text", "markdown", "sarif", "json"):
        _, out, _ = run(capsys, "dockerfile", "--format", form)
        assert not {"\x1b", "\x07", "\u202e"} & set(out)


def image(tmp_path: Path) -> str:
    layers = [tar(system("musl", "busybox")), tar(system("musl", "busybox", "curl", world="busybox curl"))]
    return str(docker_save(tmp_path / "image.tar", layers, ["ADD rootfs", "RUN apk add curl"]))


def test_an_image_as_text_and_json(capsys: Capture, tmp_path: Path) -> None:
    status, out, _ = run(capsys, "image", image(tmp_path))
    assert status == 0
    assert "RUN apk add curl" in out
    found = document(capsys, "image", image(tmp_path))
    assert {package["name"]: package["layer"] for package in found["packages"]} == {"musl": 0, "busybox": 0, "curl": 1}
    assert {package["name"]: package["because"]["kind"] for package in found["packages"]} == {
        "musl": "nobody",
        "busybox": "world",
        "curl": "world",
    }
    assert found["total"]["installed_size"] == 3000


def test_an_upgrade_of_the_real_system(
    capsys: Capture, shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("APKGRAPH_SAMPLE")
    where = ["--mirror", str(shared / "mirror/alpine"), "--release", "v3.18", "--arch", "x86_64"]
    found = document(capsys, *where, "image", str(shared / "rootfs/v3.18-desktop"), "--upgrade")
    assert (found["total"]["packages"], found["total"]["installed_size"]) == (310, 568_381_440)
    actions = {change["name"]: change["action"] for change in found["upgrade"]["changes"]}
    assert (actions["nodejs-current"], actions["nodejs"], actions["musl"]) == ("remove", "install", "upgrade")
    assert found["packages"][0]["name"] == "webkit2gtk-4.1"


def test_a_check_of_packages(capsys: Capture) -> None:
    found = document(capsys, "check", "git", "--max-packages", "1000")
    size = found["subjects"][0]["total"]["installed_size"]
    assert run(capsys, "check", "git", "--max-installed", str(size))[0] == 0
    status, out, _ = run(capsys, "check", "git", "--max-installed", str(size - 1), "--forbid", "pcre2")
    assert status == 1
    assert "max-installed" in out
    assert "leave out git" in out


def test_a_check_against_what_was_saved(capsys: Capture) -> None:
    saved = document(capsys, "check", "git", "--max-packages", "1000")
    write(json.dumps(saved), "saved.json")
    assert run(capsys, "check", "git", "--max-growth", "0%", "--against", "saved.json")[0] == 0
    words = ("check", "git", "curl", "nodejs", "--max-growth", "1%", "--growth-floor", "1kB", "--against", "saved.json")
    status, out, _ = run(capsys, *words)
    assert (status, "max-growth" in out) == (1, True)
    cost = json.loads(run(capsys, "cost", "git", "--json")[1])
    write(json.dumps(cost), "cost.json")
    assert run(capsys, "check", "git", "--max-growth", "0%", "--growth-floor", "0", "--against", "cost.json")[0] == 0


def test_a_check_of_a_dockerfile_and_an_image(capsys: Capture, tmp_path: Path) -> None:
    write(WASTEFUL)
    found = document(
        capsys, "check", "--dockerfile", "Dockerfile", "--image", image(tmp_path), "--max-packages", "3", status=1
    )
    kinds = [(one["kind"], bool(one["violations"])) for one in found["subjects"]]
    assert kinds == [("dockerfile", True), ("image", False)]


def test_an_image_of_another_distribution_is_never_upgraded_by_alpines_index(capsys: Capture) -> None:
    files = {**system("a"), "etc/os-release": b"ID=wolfi\n", "etc/alpine-release": None, "etc/apk/repositories": b""}
    path = str(docker_save(Path("image.tar"), [tar(files)]))
    assert "Wolfi" in run(capsys, "image", path)[1]
    assert document(capsys, "image", path)["distro"] == "wolfi"
    status, _, err = run(capsys, "image", path, "--upgrade")
    assert (status, "--sample chose Alpine" in err) == (2, True)


@pytest.mark.parametrize(
    ("script", "base", "words"),
    [
        ("apk add $(", "alpine:3.18", "line 2"),
        ('apk add "git', "alpine:3.18", "line 2"),
        ("apk add bsah", "alpine:3.18", "apk would refuse apk add bsah"),
        ("apk add $(cat list)", "alpine:3.18", "line 2"),
        ("true", "debian:12", "debian:12 is not Alpine"),
        ("apk add git", "python:3-alpine3.18", "what python:3-alpine3.18 holds besides"),
    ],
)
def test_a_check_of_what_is_not_known_fails(capsys: Capture, script: str, base: str, words: str) -> None:
    write(f"FROM {base}\nRUN {script}\n")
    check = ("check", "--dockerfile", "Dockerfile", "--max-packages", "1000")
    status, out, _ = run(capsys, *check)
    assert (status, "not known exactly" in out, words in out) == (1, True, True)
    found = document(capsys, *check, status=1)
    assert (found["passed"], found["subjects"][0]["complete"]) == (False, False)
    assert any(words in text for text in found["subjects"][0]["unknown"])
    assert document(capsys, *check, "--allow-incomplete")["passed"]


def test_a_check_where_no_repository_is_left(capsys: Capture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    Path("Dockerfile").write_text("FROM alpine:3.18\nRUN apk add --no-cache bash && rm /etc/apk/repositories\n")
    status, out, err = run(capsys, "check", "--dockerfile", "Dockerfile", "--max-installed", "1MiB")
    assert (status, err) == (1, "")
    assert "leave out bash: frees 2.2 MiB" in out


def test_forbidden_names_repeat_and_take_no_package(capsys: Capture) -> None:
    status, out, _ = run(capsys, "check", "--forbid", "nano,pcre*", "--forbid", "zlib", "git")
    assert status == 1
    assert [line.split(":")[0].strip() for line in out.splitlines()].count("forbid") == 2
    assert out.startswith("git:")


def test_nothing_is_left_out_where_nothing_is_over(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise NotImplementedError

    monkeypatch.setattr("apkgraph.explorer.Explorer.drop", refuse)
    assert run(capsys, "check", "git", "--max-packages", "1000")[0] == 0
    with pytest.raises(NotImplementedError):
        run(capsys, "check", "git", "--max-packages", "1")


def test_the_budget_of_the_config(capsys: Capture) -> None:
    write('[check]\nmax-packages = 3\nforbid = ["perl*"]\nallow-license = ["MIT"]\n', ".apkgraph.toml")
    status, out, _ = run(capsys, "check", "git")
    assert status == 1
    assert {"max-packages", "allow-license"} <= {line.split(":")[0].strip() for line in out.splitlines()}
    assert run(capsys, "check", "git", "--max-packages", "1000")[0] == 1
    write('[check]\nmax-packages = "many"\n', ".apkgraph.toml")
    assert run(capsys, "check", "git")[0] == 6


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["git"], 2),
        (["git", "--max-installed", "much"], 2),
        (["git", "--max-growth", "5%"], 2),
        (["git", "--max-growth", "5%", "--against", "missing.json"], 6),
        (["no-such-package", "--max-packages", "5"], 3),
        (["git=", "--max-packages", "5"], 2),
        (["git", "--allow-license", "MIT OR Apach-2.0"], 2),
        (["--image", "missing", "--max-packages", "5"], 6),
        (["git", "--max-packages", "5", "--target", "x"], 2),
        (["git", "--max-packages", "5", "--platform", "linux/arm64"], 2),
    ],
)
def test_a_check_that_means_nothing(capsys: Capture, words: list[str], status: int) -> None:
    code, out, err = run(capsys, "check", *words)
    assert (code, out, err.count("\n")) == (status, "", 1)


@pytest.mark.parametrize(
    "saved", ["", "{}", "[]", '{"schema": "apkgraph.rank/1"}', '{"schema": "apkgraph.check/2", "subjects": 5}']
)
def test_what_is_no_saved_document(capsys: Capture, saved: str) -> None:
    write(saved, "saved.json")
    code, _, err = run(capsys, "check", "git", "--max-growth", "5%", "--against", "saved.json")
    assert (code, err.count("\n")) == (6, 1)


def test_an_image_s_files_in_each_form(capsys: Capture, tmp_path: Path) -> None:
    lower = {**system("musl", "curl", world="curl"), "usr/bin/curl": b"c" * 5000}
    upper = {**system("musl", world="musl"), "usr/bin/.wh.curl": b"", "app/model|.bin": b"m" * 9000}
    path = str(docker_save(tmp_path / "image.tar", [tar(lower), tar(upper)]))
    contents = document(capsys, "image", path)["contents"]
    (gone,) = contents["gone"]
    assert (gone["name"], gone["layer"], gone["by"], gone["removed"], gone["size"]) == ("curl", 0, 1, True, 5000)
    assert contents["unowned"][0] == {"path": "/app", "files": 1, "size": 9000}
    for form in ("text", "markdown"):
        out = run(capsys, "image", path, "--format", form)[1]
        assert "/app" in out
        assert "whose files are still in a layer" in out
        assert ("| ---" in out or "|---" in out) is (form == "markdown")
