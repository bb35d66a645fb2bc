# SPDX-License-Identifier: GPL-2.0-or-later
"""What `./smmu-pm test` runs: functions that take a Context and yield Items, listed in suite.py."""
from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .. import core, kernels, qemu, runner


@dataclass(frozen=True)
class Item:
    """One test. `ok` None: it could not be run here, and `detail` says why."""

    name: str
    ok: bool | None
    detail: str = ""


class Context:
    """What checks share; each part is built when the first of them asks for it."""

    def __init__(self, repo: Path, qemu_src: Path | None, scratch: Path,
                 soak: bool = False) -> None:
        self.repo = repo
        self.soak = soak  # where chance is drawn on: long, not short
        self.qemu_src = qemu_src
        self.scratch = scratch

    @cached_property
    def qemu(self) -> qemu.Qemu:
        return qemu.build(self.repo, self.qemu_src, tests=True)

    @cached_property
    def bench(self) -> runner.Bench:
        return runner.Bench(self.repo, self.qemu, core.judge(self.repo), core.exerciser(self.repo))

    @cached_property
    def kernel(self) -> kernels.Kernel:
        return kernels.get("debian-6.1")

    def files(self, *patterns: str) -> list[Path]:
        """Of the repository, without what is built or hidden."""
        found = {path for pattern in patterns for path in self.repo.glob(pattern)}
        return sorted(path for path in found if path.is_file()
                      and not path.relative_to(self.repo).parts[0] in ("build", "smmu-pm-out", ".git"))


Check = Callable[[Context], Iterator[Item]]


def meson_items(build: Path, prefix: str) -> Iterator[Item]:
    """What `meson test` has left in its log."""
    log = build / "meson-logs" / "testlog.json"
    for line in log.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        ok = {"SKIP": None}.get(row["result"], row["result"] in ("OK", "EXPECTEDFAIL"))
        said = (row.get("stdout") or "") + (row.get("stderr") or "")
        name = row["name"].split(":")[-1].strip().split(" / ")[-1]
        yield Item(f"{prefix}: {name}", ok,
                   "" if ok else f"{row['result']}\n" + "\n".join(said.splitlines()[-30:]))
