# SPDX-License-Identifier: GPL-2.0-or-later
"""How the sources look, and the bench's own unit tests."""
from __future__ import annotations

import re
import unittest
from collections.abc import Iterator
from pathlib import Path

from .. import packages, proc
from . import Context, Item

CODE = ("hw/**/*", "tests/**/*", "tools/**/*", "docs/**/*", "*.md", "meson*", ".ci/*", "smmu-pm")
NO_LICENCE_LINE = {"COPYING", "__pycache__"}
SHARED = "pm_testdev.h"  # by the guest's module and the exerciser
CLANG_FORMAT = "14"  # another version lays things out in another way


class _Collector(unittest.TestResult):
    """Names and outcomes in the order they come."""

    def __init__(self) -> None:
        super().__init__()
        self.items: list[Item] = []

    def _add(self, test: unittest.TestCase, ok: bool | None, detail: str = "") -> None:
        self.items.append(Item(f"tools: {test.id().removeprefix('test_')}", ok, detail))

    def addSuccess(self, test: unittest.TestCase) -> None:
        super().addSuccess(test)
        self._add(test, True)

    def addError(self, test, err) -> None:  # type: ignore[no-untyped-def]
        super().addError(test, err)
        self._add(test, False, self.errors[-1][1])

    def addFailure(self, test, err) -> None:  # type: ignore[no-untyped-def]
        super().addFailure(test, err)
        self._add(test, False, self.failures[-1][1])

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:
        super().addSkip(test, reason)
        self._add(test, None, reason)


def tools(context: Context) -> Iterator[Item]:
    found = unittest.TestLoader().discover(str(context.repo / "tests/tools"))
    for test in found:
        collector = _Collector()
        test.run(collector)
        yield from collector.items


def licence(context: Context) -> Iterator[Item]:
    lacking = []
    for path in context.files(*CODE):
        if NO_LICENCE_LINE & set(path.relative_to(context.repo).parts) or path.suffix == ".pyc":
            continue
        head = path.read_bytes()[:400]
        # What is linked with a kernel has the kernel's licence.
        kernels_own = path.suffix == ".patch" or ("module" in path.parts and path.name != SHARED)
        wanted = b"GPL-2.0-only" if kernels_own else b"GPL-2.0-or-later"
        if b"SPDX-License-Identifier: " + wanted not in head:
            lacking.append(str(path.relative_to(context.repo)))
    yield Item("source: every file has its SPDX line", not lacking, ", ".join(lacking))


def _relative(context: Context, paths: list[Path]) -> list[str]:
    return [str(path.relative_to(context.repo)) for path in paths]


def clang_format(context: Context) -> Iterator[Item]:
    name = "source: C++ is laid out by clang-format"
    packages.need(packages.TEST)
    version = proc.capture(["clang-format", "--version"]).output
    if f"version {CLANG_FORMAT}." not in version:
        yield Item(name, None, f"wants clang-format {CLANG_FORMAT}, here is: {version.strip()}")
        return
    paths = context.files("hw/**/*.cc", "hw/**/*.hh", "tests/**/*.cc", "tests/**/*.hh",
                          "tools/**/*.cc", "tools/**/*.hh")
    wrong = []
    for path in paths:
        if not proc.capture(["clang-format", "--dry-run", "-Werror", path]).ok:
            wrong.append(path)
    yield Item(name, not wrong, ", ".join(_relative(context, wrong)))


def checkpatch(context: Context) -> Iterator[Item]:
    script = context.qemu.source / "scripts/checkpatch.pl"
    paths = context.files("hw/**/qemu/*.[ch]", "tests/qtest/*.[ch]")
    # By their paths in the repository: it has other rules for what is below tests/.
    done = proc.capture(["perl", script, "--no-tree", "--terse", "--no-summary", "-f",
                         *_relative(context, paths)], cwd=context.repo)
    complaints = [line for line in done.output.splitlines() if "ERROR:" in line or "WARNING:" in line]
    yield Item("source: QEMU's side passes checkpatch.pl", not complaints, "\n".join(complaints[:20]))
