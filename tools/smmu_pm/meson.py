# SPDX-License-Identifier: GPL-2.0-or-later
"""Meson: the host's if it is new enough for QEMU, or that of backports, unpacked into the cache."""
from __future__ import annotations

import os
from functools import cache as once
from pathlib import Path

from . import apt, cache, packages, proc

PYTHON = "/usr/bin/python3"


def _unpack_backports(into: Path) -> None:
    source = apt.Apt()
    for name in ("meson", "python3-pycotap"):
        with cache.scratch() as folder:
            version = source.candidate(name, "bookworm-backports")
            apt.unpack(source.download(name, version, folder), into)


@once
def _private() -> Path | None:
    if packages.has_new_meson():
        return None
    return cache.entry("tools", "meson", _unpack_backports)


def command() -> list[str]:
    root = _private()
    return ["meson"] if root is None else [PYTHON, str(root / "usr/bin/meson")]


def environment() -> dict[str, str]:
    """The surroundings for meson and QEMU's configure: the system's Python, none of the user's."""
    env = {name: value for name, value in os.environ.items()
           if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    env["PATH"] = "/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
    env["LC_ALL"] = "C.UTF-8"
    if Path("/usr/lib/ccache/gcc").exists():
        env["PATH"] = f"/usr/lib/ccache:{env['PATH']}"
    root = _private()
    if root is not None:
        env["PYTHONPATH"] = str(root / "usr/lib/python3/dist-packages")
    return env


def setup(source: Path, build: Path, *options: str, log: Path, env: dict[str, str]) -> proc.Outcome:
    """meson setup, once; an interrupted one is started afresh."""
    if (build / "build.ninja").exists():
        return proc.Outcome(0, "")
    wipe = ["--wipe"] if (build / "meson-private").exists() else []
    return proc.run([*command(), "setup", *wipe, *options, build, source], log=log, env=env)
