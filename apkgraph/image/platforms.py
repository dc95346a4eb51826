"""Platforms as BuildKit names them, and Alpine's names of their architectures.

Source: "Automatic platform ARGs in the global scope" of the Dockerfile reference; containerd's `platforms.Normalize`.
"""

from __future__ import annotations

from typing import NamedTuple

from apkgraph.errors import InputError

_PLATFORMS = {
    "x86_64": ("amd64", ""),
    "x86": ("386", ""),
    "aarch64": ("arm64", ""),
    "armv7": ("arm", "v7"),
    "armhf": ("arm", "v6"),
    "ppc64le": ("ppc64le", ""),
    "s390x": ("s390x", ""),
    "riscv64": ("riscv64", ""),
    "loongarch64": ("loong64", ""),
}
_ARCHITECTURES = {platform: arch for arch, platform in _PLATFORMS.items()}
_SYNONYMS = {
    "aarch64": "arm64", "armhf": "arm/v7", "armel": "arm/v6", "armv7": "arm/v7", "armv6": "arm/v6", "i386": "386",
    "loongarch64": "loong64", "x86-64": "amd64", "x86_64": "amd64", "x86": "386",
}  # fmt: skip


class Platform(NamedTuple):
    """An operating system, an architecture and its variant, in BuildKit's words."""

    system: str
    machine: str
    variant: str = ""

    def __str__(self) -> str:
        return "/".join(part for part in (self.system, self.machine, self.variant) if part)

    @property
    def arch(self) -> str | None:
        """Alpine's name of the architecture, None for one that it is not built for."""
        return _ARCHITECTURES.get((self.machine, self.variant))

    def variables(self, prefix: str) -> dict[str, str]:
        """The arguments that BuildKit sets: TARGETPLATFORM, TARGETOS, TARGETARCH, TARGETVARIANT and their BUILD kin."""
        return {
            f"{prefix}PLATFORM": str(self),
            f"{prefix}OS": self.system,
            f"{prefix}ARCH": self.machine,
            f"{prefix}VARIANT": self.variant,
        }


def of_arch(arch: str) -> Platform:
    """The platform of an Alpine architecture; one that BuildKit has no name for keeps its own."""
    return Platform("linux", *_PLATFORMS.get(arch, (arch, "")))


def parse_platform(text: str, line: int) -> Platform:
    """`linux/arm64`, `linux/arm/v7`, `arm64` … as BuildKit reads them; InputError for anything else."""
    parts = text.strip().lower().split("/")
    if len(parts) == 1:
        parts = ["linux", *parts]
    if len(parts) > 3 or not all(part.replace("_", "").replace("-", "").isalnum() for part in parts):
        message = f"line {line}: {text!r} is not a platform: write linux/amd64, linux/arm64, linux/arm/v7, …"
        raise InputError(message)
    machine, _, variant = _SYNONYMS.get(parts[1], parts[1]).partition("/")
    variant = parts[2] if len(parts) == 3 else variant or ("v7" if machine == "arm" else "")
    return Platform(parts[0], machine, "" if (machine, variant) == ("arm64", "v8") else variant)
