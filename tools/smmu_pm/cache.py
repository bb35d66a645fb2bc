# SPDX-License-Identifier: GPL-2.0-or-later
"""The user's cache: entries are made beside their place and then renamed into it.

    ~/.cache/smmu-pm/KIND/KEY     an entry; whatever it depends on is in its key
    ~/.cache/smmu-pm/tmp/PID-…    one that is being made; swept when its maker is gone
    ~/.cache/smmu-pm/log/…        what the tools last said
"""
from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from .ui import say


def root() -> Path:
    base = os.environ.get("XDG_CACHE_HOME", "")
    # The XDG specification: a relative path is to be ignored.
    folder = Path(base) if os.path.isabs(base) else Path.home() / ".cache"
    return folder / "smmu-pm"


def folder(*names: str) -> Path:
    path = root().joinpath(*names)
    path.mkdir(parents=True, exist_ok=True)
    return path


def log(name: str) -> Path:
    return folder("log") / f"{name}.log"


def digest(*parts: object) -> str:
    """A short key for what an entry depends on."""
    state = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else str(part).encode()
        state.update(len(data).to_bytes(8, "little"))
        state.update(data)
    return state.hexdigest()[:16]


@contextmanager
def lock(name: str) -> Iterator[None]:
    """One invocation at a time. Let go by the kernel if this process dies."""
    with (folder("lock") / name).open("w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"  waiting for another smmu-pm that works on {name} …")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def scratch(beside: Path | None = None) -> Iterator[Path]:
    """A folder that is gone afterwards. `beside`: on the file system of this folder."""
    where = folder("tmp") if beside is None else beside
    path = Path(tempfile.mkdtemp(prefix=f".smmu-pm-{os.getpid()}-", dir=where))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def entry(kind: str, key: str, make: Callable[[Path], None]) -> Path:
    """The entry, made by `make` in an empty folder if it is not there yet."""
    path = folder(kind) / key
    if path.is_dir():
        return path
    with lock(f"{kind}-{key}".replace("/", "-")):
        if not path.is_dir():
            with scratch() as temporary:
                inside = temporary / "entry"
                inside.mkdir()
                make(inside)
                inside.rename(path)
    return path


def sweep() -> None:
    """Removes what a killed invocation left behind."""
    for path in folder("tmp").iterdir():
        pid = path.name.removeprefix(".smmu-pm-").split("-")[0]
        if pid.isdigit() and not Path("/proc", pid).exists():
            shutil.rmtree(path, ignore_errors=True)
