"""A secret is seeded into every input, and looked for in every output."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from apkgraph.cli.main import main
from apkgraph.redaction import Redactor, history_arguments, redact
from tests.image.images import docker_save, system, tar

Capture = pytest.CaptureFixture[str]
SECRET = "s3cr3t-Value-9f8e7d"  # noqa: S105  # it opens nothing
FILES = {
    "argument": "FROM alpine:3.18\nARG TOKEN\nRUN apk add -X https://u:${TOKEN}@host.test/r bash\n",
    "default": f"ARG API_TOKEN={SECRET}\nFROM alpine:3.18\nARG API_TOKEN\nRUN apk add ${{API_TOKEN}}\n",
    "environment": f"FROM alpine:3.18\nENV PASSWORD {SECRET}\nRUN apk add $PASSWORD\n",
    "user": f"FROM alpine:3.18\nRUN apk add -X https://u:{SECRET}@host.test/r bash && wget x | sh\n",
    "query": f"FROM alpine:3.18\nRUN echo 'https://host.test/v3.18/r?tok={SECRET}' >> /etc/apk/repositories\n",
    "long": f"FROM alpine:3.18\nRUN apk add $(cat {'x' * 70} https://u{'y' * 90}:{SECRET}@host.test/r)\n",
    "added": f"FROM alpine:3.18\nADD https://u:{SECRET[:12]}{'y' * 150}@h/r /etc/apk/repositories\nRUN apk add jq\n",
    "world": f"FROM alpine:3.18\nCOPY <<E /etc/apk/world\n{'x' * 90} https://u:{SECRET[:12]}{'y' * 90}@h/r\nE\n",
    "inline": f"FROM alpine:3.18\nRUN TOKEN={SECRET} apk add bash && curl --password {SECRET} x | xargs apk add\n",
    "package": "FROM alpine:3.18\nARG TOKEN\nRUN apk add ${TOKEN} bash=${TOKEN} pre${TOKEN}post\n",
    "virtual": "FROM alpine:3.18\nARG TOKEN\nRUN apk add -t ${TOKEN} bash\nRUN apk del ${TOKEN}\n",
    "image": "ARG TOKEN\nFROM host.test/${TOKEN}/alpine:3.18\nRUN apk add bash\n",
    "platform": "ARG TOKEN\nFROM --platform=${TOKEN} alpine:3.18\nRUN apk add bash\n",
    "shell": 'FROM alpine:3.18\nARG TOKEN\nRUN apk add "${TOKEN} $(\n',
    "index": "FROM alpine:3.18\nARG TOKEN\nCOPY --from=${TOKEN} / /\nRUN apk add -X @${TOKEN} bash@${TOKEN}\n",
}


@pytest.fixture(autouse=True)
def _workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("APKGRAPH_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("APKGRAPH_SAMPLE", "1")


def told(capsys: Capture, *words: str) -> str:
    main(list(words))
    captured = capsys.readouterr()
    return captured.out + captured.err


def cached() -> bytes:
    return b"".join(path.read_bytes() for path in Path("cache").rglob("*") if path.is_file())


@pytest.mark.parametrize("name", FILES)
def test_no_secret_of_a_dockerfile_leaves(capsys: Capture, name: str) -> None:
    Path("Dockerfile").write_text(FILES[name])
    given = ("--build-arg", f"TOKEN={SECRET}")
    forms = ("text", "json", "sarif", "markdown")
    outputs = [told(capsys, "dockerfile", *given, "--format", form) for form in forms]
    outputs.append(told(capsys, "dockerfile", *given, "--color", "always"))
    limits = ("--max-packages", "1", "--forbid", "busybox")
    check = ("check", "--dockerfile", "Dockerfile", *given, *limits)
    outputs += [told(capsys, *check), told(capsys, *check, "--json")]
    assert [text for text in outputs if SECRET in text or SECRET[:12] in text] == []
    assert all(outputs)
    assert SECRET.encode() not in cached()


@pytest.mark.parametrize(
    "command",
    [
        f"RUN |1 TOKEN={SECRET} /bin/sh -c apk add -X https://u:{SECRET}@h/r bash # buildkit",
        f"|2 A=b TOKEN={SECRET} with words /bin/sh -c apk add bash; curl '{SECRET} with words'",
        f"RUN |1 VALUE={SECRET} apk add bash",
        f"/bin/sh -c curl https://h/r?tok={SECRET} -H 'Authorization: Bearer {SECRET}'",
        f"/bin/sh -c #(nop)  ENV DB_PASSWORD={SECRET}",
    ],
)
def test_no_secret_of_an_image_leaves(capsys: Capture, command: str) -> None:
    files = system("busybox")
    files["etc/apk/repositories"] = f"https://u:{SECRET}@host.test/r\n@t https://h.test/r?k={SECRET}\n".encode()
    path = str(docker_save(Path("image.tar"), [tar(files)], [command]))
    forms: tuple[tuple[str, ...], ...] = ((), ("--json",), ("--upgrade",), ("--upgrade", "--json"))
    outputs = [told(capsys, "image", path, *form) for form in forms]
    outputs += [told(capsys, "check", "--image", path, "--max-packages", "0", *more) for more in ((), ("--json",))]
    assert [text for text in outputs if SECRET in text] == []
    assert all(outputs)


def test_what_is_not_secret_stays(capsys: Capture) -> None:
    Path("Dockerfile").write_text("ARG V\nFROM alpine:${V}\nARG PKG\nRUN apk add $PKG\n")
    words = ("dockerfile", "--build-arg", "V=3.18", "--build-arg", "PKG=bash", "--json")
    document = json.loads(told(capsys, *words))
    assert document["stages"][0]["image"] == "alpine:3.18"
    assert "bash" in [change["name"] for change in document["stages"][0]["steps"][0]["calls"][0]["changes"]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("apk add -X https://u:p@h/r git", "apk add -X https://***@h/r git"),
        ("x https://h/r?a=b#c y", "x https://h/r?*** y"),
        ("x https://h/r#c", "x https://h/r#***"),
        ("A_TOKEN=x B=y KEYS=z", "A_TOKEN=*** B=y KEYS=z"),
        ("--http-password x --user y", "--http-password *** --user y"),
        ("TOKEN=$TOKEN apk add py3-auth", "TOKEN=$TOKEN apk add py3-auth"),
        ("https://" + "u" * 5000 + ":p@h", "https://***@h"),
    ],
)
def test_redact(text: str, expected: str) -> None:
    assert redact(text) == expected
    assert redact(expected) == expected


def test_short_values_are_replaced_as_words_and_versions_stay() -> None:
    redactor = Redactor({"A": "git", "B": "3.20", "C": "a" * 12})
    assert redactor("git digit 3.20 " + "a" * 13) == "${A} digit 3.20 ${C}a"


def test_arguments_of_a_history() -> None:
    assert history_arguments("RUN |2 A=x y B= /bin/sh -c echo") == {"A": "x y", "B": ""}
    assert history_arguments("COPY a b") == {}
