"""Settings: which source wins, what each value may be, and that nothing costs at import."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import platformdirs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apkgraph import host, validators
from apkgraph.distro import distribution_of_image, find_distribution
from apkgraph.errors import ApkgraphError, InputError, UsageError
from apkgraph.settings import NAMES, Settings, resolve


def written(tmp_path: Path, text: str) -> Mapping[str, str]:
    """An environment whose config file says this."""
    path = tmp_path / "apkgraph" / "config.toml"
    path.parent.mkdir()
    path.write_text(text)
    return {"XDG_CONFIG_HOME": str(tmp_path)}


def test_defaults() -> None:
    settings = resolve({}, {"HOME": "/home/me"})
    assert (settings.mirror, settings.release) == ("https://dl-cdn.alpinelinux.org/alpine", "latest-stable")
    assert settings.repositories == ("main", "community")
    assert (settings.max_age, settings.base, settings.cache_dir) == (14400, "docker", "/home/me/.cache/apkgraph")
    assert set(settings.sources.values()) == {"default"}
    assert set(settings.sources) == set(NAMES)


def test_flags_over_environment_over_config_over_defaults(tmp_path: Path) -> None:
    environ = written(tmp_path, 'release = "v3.1"\narch = "x86"\nmirror = "http://config"\n')
    environ = {**environ, "APKGRAPH_RELEASE": "v3.2", "APKGRAPH_ARCH": "aarch64"}
    settings = resolve({"release": "v3.3"}, environ)
    assert (settings.release, settings.arch, settings.mirror, settings.max_age) == (
        "v3.3",
        "aarch64",
        "http://config",
        14400,
    )
    config = str(tmp_path / "apkgraph" / "config.toml")
    assert [settings.sources[name] for name in ("release", "arch", "mirror", "max_age")] == [
        "--release",
        "APKGRAPH_ARCH",
        config,
        "default",
    ]


def test_an_empty_variable_and_an_absent_flag_say_nothing() -> None:
    settings = resolve({"release": None}, {"APKGRAPH_RELEASE": "", "HOME": "/"})
    assert settings.sources["release"] == "default"


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("release", "3.18", "v3.18"),
        ("release", " edge ", "edge"),
        ("mirror", "http://host/alpine//", "http://host/alpine"),
        ("mirror", Path("/srv/alpine"), "/srv/alpine"),
        ("mirror", "/", "/"),
        ("repositories", "main, community,testing", ("main", "community", "testing")),
        ("repositories", ["main"], ("main",)),
        ("extra_repositories", ["@edge\thttp://host/edge/main"], ("@edge http://host/edge/main",)),
        ("extra_repositories", "http://a/b\n\n@x http://c/d\n", ("http://a/b", "@x http://c/d")),
        ("max_age", "4h", 14400),
        ("max_age", "1h30m", 5400),
        ("max_age", 90, 90),
        ("max_age", "0", 0),
        ("timeout", "0", 1),
        ("timeout", "999999999999w", 86400),
        ("offline", "yes", True),
        ("offline", "Off", False),
        ("offline", True, True),
        ("color", "always", "always"),
        ("keys_dir", "/keys/", "/keys"),
    ],
)
def test_values_are_read(name: str, given: object, expected: object) -> None:
    assert getattr(resolve({name: given}, {"HOME": "/"}), name) == expected


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("release", "v3.18/../.."),
        ("release", ".."),
        ("release", "x\x1b[31m"),
        ("release", ["v3.18"]),
        ("arch", "é"),
        ("arch", ""),
        ("mirror", "http://host/\nx"),
        ("mirror", 7),
        ("repositories", " , "),
        ("repositories", [7]),
        ("repositories", 7),
        ("max_age", "4 hours"),
        ("max_age", "h"),
        ("max_age", ""),
        ("max_age", "-1"),
        ("max_age", True),
        ("max_age", "9" * 13),
        ("offline", "maybe"),
        ("offline", 2),
        ("color", "red"),
    ],
)
def test_values_that_mean_nothing_are_usage_errors_that_name_their_source(name: str, given: object) -> None:
    with pytest.raises(UsageError, match=f"^--{name.replace('_', '-')}: "):
        resolve({name: given}, {"HOME": "/"})
    if isinstance(given, str) and given:
        with pytest.raises(UsageError, match=f"^APKGRAPH_{name.upper()}: "):
            resolve({}, {"HOME": "/", f"APKGRAPH_{name.upper()}": given})


@pytest.mark.parametrize(
    "text",
    [
        "not toml",
        'release = "v3.18',
        "max_age = 1.5",
        'offline = "maybe"',
        "no_such_setting = 1",
        "a = " + "[" * 5000,
        "timeout = " + "1" * 5000,
        "\0",
    ],
)
def test_a_config_file_that_means_nothing_is_an_input_error_that_names_it(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match=r"config\.toml"):
        resolve({}, written(tmp_path, text))


def test_a_config_file_that_cannot_be_read_is_an_input_error(tmp_path: Path) -> None:
    (tmp_path / "apkgraph" / "config.toml").mkdir(parents=True)
    with pytest.raises(InputError, match="cannot be read"):
        resolve({}, {"XDG_CONFIG_HOME": str(tmp_path)})
    with pytest.raises(InputError, match="larger than"):
        resolve({}, {"APKGRAPH_CONFIG": "/dev/zero"})
    (tmp_path / "deep").write_text(".".join("a" * 20_000) + " = 1")
    with pytest.raises(InputError, match="a key of more than 8 words"):
        resolve({}, {"APKGRAPH_CONFIG": str(tmp_path / "deep")})


def test_a_config_file_that_is_named_must_be_there(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    with pytest.raises(InputError, match=r"own\.toml: no such config file"):
        resolve({}, {"APKGRAPH_CONFIG": str(path)})
    path.write_text("max_age = '2h'")
    assert resolve({}, {"APKGRAPH_CONFIG": str(path)}).max_age == 7200


def test_an_unknown_flag_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="unknown setting 'mirrors'"):
        resolve({"mirrors": "x"}, {})


def test_refresh_and_offline_exclude_each_other() -> None:
    with pytest.raises(UsageError, match="exclude each other"):
        resolve({"refresh": True, "offline": True}, {})


def test_no_color_is_heard_unless_colour_is_asked_for() -> None:
    assert resolve({}, {"NO_COLOR": "1"}).color == "never"
    assert resolve({}, {"NO_COLOR": "1"}).sources["color"] == "NO_COLOR"
    assert resolve({"color": "always"}, {"NO_COLOR": "1"}).color == "always"


def test_the_sample_is_a_mirror_of_its_own() -> None:
    settings = resolve({"sample": True, "release": "3.18"}, {"APKGRAPH_MIRROR": "http://elsewhere"})
    assert (settings.mirror, settings.keys_dir) == (host.sample_mirror(), host.sample_keys())
    assert (settings.release, settings.arch, settings.sources["mirror"]) == ("v3.18", "x86_64", "--sample")
    with pytest.raises(UsageError, match="--release cannot be combined with --sample"):
        resolve({"sample": True, "release": "edge"}, {})


def test_settings_do_not_change() -> None:
    settings = resolve({}, {})
    with pytest.raises(AttributeError):
        settings.release = "edge"
    with pytest.raises(AttributeError):
        del settings.release
    assert not hasattr(settings, "__dict__")


def test_replace_reads_its_values() -> None:
    settings = resolve({"repositories_file": "/x"}, {})
    changed = settings.replace(release="3.19", repositories_file=None)
    assert (changed.release, changed.repositories_file, settings.release) == ("v3.19", None, "latest-stable")
    with pytest.raises(UsageError, match="--arch"):
        settings.replace(arch="a/b")


def test_settings_are_equal_by_their_values_not_their_sources() -> None:
    assert resolve({"max_age": "4h"}, {}) == resolve({}, {})
    assert hash(resolve({"max_age": "4h"}, {})) == hash(resolve({}, {}))
    assert resolve({"max_age": "5h"}, {}) != resolve({}, {})


def test_a_mirror_s_password_is_not_in_the_repr() -> None:
    assert "secret" not in repr(resolve({"mirror": "https://me:secret@host/alpine"}, {}))


def test_every_setting_has_a_slot_and_a_type() -> None:
    assert {*NAMES, "sources", "own_distributions"} == set(Settings.__slots__) == set(Settings.__annotations__)


@pytest.mark.parametrize(
    "environ", [{"XDG_CACHE_HOME": "/xdg", "XDG_CONFIG_HOME": "/xdg"}, {}, {"XDG_CACHE_HOME": " "}]
)
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere platformdirs itself is asked")
def test_directories_are_those_of_platformdirs(monkeypatch: pytest.MonkeyPatch, environ: dict[str, str]) -> None:
    environ = {"HOME": "/home/me", **environ}
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert host.cache_directory(environ) == platformdirs.user_cache_dir("apkgraph", appauthor=False)
    assert Path(host.config_file(environ)).parent == Path(platformdirs.user_config_dir("apkgraph", appauthor=False))


@pytest.mark.parametrize("environ", [{}, {"HOME": ""}, {"HOME": "relative"}, {"XDG_CACHE_HOME": "relative"}])
def test_a_user_without_a_home_leaves_nothing_in_the_working_directory(
    environ: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.path.expanduser", lambda path: path)  # as for a number that is no user's
    assert host.cache_directory(environ, "linux") == "/.cache/apkgraph"
    assert host.config_file(environ, "linux") == "/.config/apkgraph/config.toml"


def test_other_platforms_ask_platformdirs() -> None:
    assert host.cache_directory({}, "darwin") == platformdirs.user_cache_dir("apkgraph", appauthor=False)
    assert host.config_file({}, "darwin").endswith("config.toml")


@pytest.mark.parametrize(
    ("machine", "arch"),
    [
        ("x86_64", "x86_64"),
        ("AMD64", "x86_64"),
        ("i686", "x86"),
        ("arm64", "aarch64"),
        ("aarch64", "aarch64"),
        ("armv6l", "armhf"),
        ("armv7l", "armv7"),
        ("ppc64le", "ppc64le"),
        ("s390x", "s390x"),
        ("riscv64", "riscv64"),
        ("loongarch64", "loongarch64"),
    ],
)
def test_architectures_have_alpine_s_names(machine: str, arch: str) -> None:
    assert host.architecture(machine) == arch


@given(st.lists(st.tuples(st.integers(0, 9999), st.sampled_from("smhdw")), min_size=1, max_size=4))
def test_durations_add_up(parts: list[tuple[int, str]]) -> None:
    seconds = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
    text = "".join(f"{number}{unit}" for number, unit in parts)
    assert validators.duration(text) == sum(number * seconds[unit] for number, unit in parts)


@given(st.dictionaries(st.sampled_from(NAMES), st.text() | st.integers() | st.booleans() | st.lists(st.text())))
def test_any_flags_resolve_or_end_in_a_typed_error(flags: dict[str, object]) -> None:
    try:
        answer = repr(resolve(flags, {"HOME": "/"}))
    except ApkgraphError as error:
        answer = str(error)
    assert answer
    assert "\n" not in answer


def test_resolving_imports_nothing_that_costs() -> None:
    program = (
        "import sys; before = set(sys.modules)\n"
        "import os; from apkgraph.settings import resolve; from apkgraph.mirror.repositories import repositories\n"
        "from apkgraph.mirror.directory import cache_directory; from apkgraph.redaction import shown\n"
        "settings = resolve({'cache_dir': '/tmp'}, os.environ); repositories(settings); shown(settings.mirror)\n"
        "print(*sorted(m for m in set(sys.modules) - before if not m.startswith('apkgraph')))"
    )
    run = subprocess.run([sys.executable, "-I", "-c", program], check=True, capture_output=True, text=True)
    assert run.stdout.split() in ([], ["__future__"])


def test_an_input_of_another_distribution_takes_its_profile(tmp_path: Path) -> None:
    settings = resolve({"arch": "x86_64"}, {"HOME": "/"}).with_distribution(find_distribution("chainguard"))
    assert (settings.mirror, settings.repositories) == ("https://apk.cgr.dev", ("chainguard",))
    assert (settings.release, settings.arch) == ("current", "x86_64")
    assert (settings.distro.name, settings.sources["distro"]) == ("chainguard", "the input")
    given = resolve({"mirror": str(tmp_path), "repositories": "own"}, {"HOME": "/"})
    assert given.with_distribution(find_distribution("openwrt")).mirror == str(tmp_path)
    assert given.with_distribution(find_distribution("openwrt")).repositories == ("own",)
    assert given.with_distribution(given.distro) is given


@pytest.mark.parametrize(("flags", "by"), [({"distro": "chimera"}, "--distro"), ({"sample": True}, "--sample")])
def test_a_chosen_distribution_is_not_replaced_by_the_input(flags: Mapping[str, object], by: str) -> None:
    with pytest.raises(UsageError, match=f"^{by} chose .* but this is of Wolfi: leave {by} out$"):
        resolve(flags, {"HOME": "/"}).with_distribution(find_distribution("wolfi"))


def test_settings_keep_the_distributions_of_the_config(tmp_path: Path) -> None:
    environ = written(
        tmp_path, '[distro.acme]\nmirror = "/acme"\nrepositories = ["main"]\nimages = ["registry.acme/*"]\n'
    )
    own = resolve({}, environ).replace(arch="x86").own_distributions
    assert [profile.title for profile in own.values()] == ["acme"]
    assert distribution_of_image("registry.acme/tools", own) == (own["acme"], False)
