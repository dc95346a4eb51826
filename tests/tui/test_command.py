"""`apkgraph tui` as a command: what it hands to the screen, and when there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from apkgraph.cli.main import main
from apkgraph.tui.state.record import Budget

if TYPE_CHECKING:
    from pathlib import Path

    from apkgraph.settings import Settings


class Opened:
    """What the screen was opened with."""

    def __init__(self) -> None:
        self.settings: Settings | None = None
        self.tokens: tuple[str, ...] = ()
        self.rest: dict[str, object] = {}

    def __call__(self, settings: Settings, tokens: list[str], **rest: object) -> int:
        self.settings, self.tokens, self.rest = settings, tuple(tokens), rest
        return 7


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Opened:
    found = Opened()
    monkeypatch.setattr("apkgraph.tui.run.run", found)
    monkeypatch.setattr("apkgraph.cli.commands.tui.has_terminal", lambda: True)
    return found


def test_without_a_terminal_it_says_what_to_do_instead(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tui", "git"]) == 2
    assert "needs a terminal" in capsys.readouterr().err


def test_it_opens_with_the_packages_and_ends_with_the_screens_status(opened: Opened) -> None:
    assert main(["--sample", "tui", "git", "curl"]) == 7
    assert opened.settings is not None
    assert opened.settings.sample
    assert opened.tokens == ("git", "curl")
    assert opened.rest == {"document": None, "world": None, "notices": ()}


def test_apkgraph_alone_opens_it_too(opened: Opened) -> None:
    assert main(["--release", "edge"]) == 7
    assert opened.settings is not None
    assert opened.settings.release == "edge"
    assert opened.tokens == ()


def test_files_to_start_from(opened: Opened) -> None:
    main(["tui", "--open", "set.json"])
    assert opened.rest["document"] == "set.json"
    main(["tui", "--world-file", "world"])
    assert opened.rest["world"] == "world"


def test_an_installed_system_is_its_world_on_nothing(opened: Opened, tmp_path: Path) -> None:
    (tmp_path / "lib" / "apk" / "db").mkdir(parents=True)
    (tmp_path / "etc" / "apk").mkdir(parents=True)
    (tmp_path / "etc" / "apk" / "world").write_text("git\n")
    (tmp_path / "lib" / "apk" / "db" / "installed").write_text("")
    for path in (tmp_path, tmp_path / "lib" / "apk" / "db" / "installed"):
        main(["tui", "--installed", str(path)])
        assert opened.settings is not None
        assert opened.settings.base == "none"
        with open(str(opened.rest["world"])) as world:
            assert world.read() == "git\n"


def test_two_worlds_are_one_too_many(opened: Opened, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tui", "--installed", "/", "--world-file", "world"]) == 2
    assert "has its own world" in capsys.readouterr().err
    assert opened.settings is None


def test_a_broken_config_is_a_notice_and_the_defaults(
    opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config.toml"
    config.write_text("release = [")
    monkeypatch.setenv("APKGRAPH_CONFIG", str(config))
    assert main(["tui"]) == 7
    assert opened.settings is not None
    assert opened.settings.release == "latest-stable"
    notices = opened.rest["notices"]
    assert isinstance(notices, tuple)
    assert "continuing with the defaults" in notices[0]


def test_a_budget_of_one_measure(opened: Opened, capsys: pytest.CaptureFixture[str]) -> None:
    main(["tui", "--max-installed", "100 MiB"])
    assert opened.rest["budget"] == Budget(100 << 20, "installed")
    main(["tui", "--max-download", "40MB"])
    assert opened.rest["budget"] == Budget(40_000_000, "download")
    assert main(["tui", "--max-installed", "lots"]) == 2
    assert "lots" in capsys.readouterr().err
    assert main(["tui", "--max-installed", "1MiB", "--max-download", "1MiB"]) == 2


def test_a_stage_of_a_dockerfile_is_read_behind_the_screen(opened: Opened, tmp_path: Path) -> None:
    dockerfile = tmp_path / "Dockerfile"
    dockerfile.write_text(
        "FROM alpine:3.18 AS first\nRUN apk add git\nFROM first\nRUN apk add --no-cache curl 'nginx>1'\n"
        "RUN apk add nothing-of-that-name\n"
    )
    assert main(["--sample", "tui", "--dockerfile", str(dockerfile)]) == 7
    read = opened.rest["read"]
    assert callable(read)
    stage = read(lambda *_: None)
    assert stage.lines == {"git": 2, "curl": 4, "nginx>1": 4}
    assert (stage.base, stage.place.release) == ("docker", "v3.18")
    assert any("line 5" in notice for notice in stage.notices)
    main(["--sample", "tui", "--dockerfile", str(dockerfile), "--stage", "first"])
    read = opened.rest["read"]
    assert callable(read)
    assert read(lambda *_: None).lines == {"git": 2}


def test_a_dockerfile_that_is_not_there_is_said_at_once(opened: Opened, tmp_path: Path) -> None:
    assert main(["--sample", "tui", "--dockerfile", str(tmp_path / "none")]) == 6
    assert main(["--sample", "tui", "--dockerfile", "-"]) == 2
    assert opened.settings is None
