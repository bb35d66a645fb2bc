# SPDX-License-Identifier: GPL-2.0-or-later
"""The one table of scenarios and expected verdicts: tests/guest/scenarios.toml."""
from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from .trouble import BENCH, Trouble

VERDICTS = ("PASS", "VACUOUS", "ERROR", "FAIL")  # the worse wins
# Of the machine; the first of each is what a run has unless it is told otherwise.
GPUS = ("a510", "a530")
COLLAPSES = ("lose", "retain", "retain-all")

_KEYS = {"summary", "from", "cmdline", "overlay", "machine", "qemu", "control", "kernels", "gpus", "cells",
         "module", "requires", "console", "expect", "tour"}
_CELL_KEYS = {"kernel", "gpu", "collapse", "verdict", "findings", "names", "reason"}
_CONSOLE_KEYS = {"line", "kernel", "reason"}


@dataclass(frozen=True)
class Axes:
    """What a scenario is run on, the kernel aside."""

    gpu: str = GPUS[0]
    collapse: str = COLLAPSES[0]

    @property
    def suffix(self) -> str:
        """Behind a scenario's name, for whatever is not the default: "@a530@retain-all"."""
        return ("" if self.gpu == GPUS[0] else f"@{self.gpu}") + (
            "" if self.collapse == COLLAPSES[0] else f"@{self.collapse}")


ALL_AXES = tuple(Axes(gpu, collapse) for gpu in GPUS for collapse in COLLAPSES)


@dataclass(frozen=True)
class Cells:
    """Some cells of the table, as "KERNEL[@GPU][@COLLAPSE]" with patterns of the shell says them."""

    kernel: str
    gpu: str = GPUS[0]
    collapse: str = COLLAPSES[0]

    def covers(self, kernel: str, axes: Axes) -> bool:
        return (fnmatchcase(kernel, self.kernel) and fnmatchcase(axes.gpu, self.gpu)
                and fnmatchcase(axes.collapse, self.collapse))


@dataclass(frozen=True)
class Expectation:
    verdict: str
    findings: tuple[str, ...]  # exactly these names, in any order
    reason: str
    names: tuple[str, ...] = ()  # functions that a reader of the findings must come upon at once


@dataclass(frozen=True)
class Row:
    """An expectation, and the cells that it is for."""

    cells: Cells
    expectation: Expectation


@dataclass(frozen=True)
class Allowed:
    """A complaint on the console that is none here."""

    line: str  # a regular expression
    kernel: str = "*"


@dataclass(frozen=True)
class Scenario:
    name: str
    summary: str
    requires: tuple[str, ...]
    allowed: tuple[Allowed, ...]
    rows: tuple[Row, ...]
    origin: str = ""  # the argument or bug that it comes from: the table's "from"
    cmdline: str = ""
    overlay: str = ""
    machine: str = ""
    qemu: tuple[str, ...] = ()
    control: bool = False
    kernels: tuple[str, ...] = ("*",)
    gpus: tuple[str, ...] = GPUS
    cells: tuple[Cells, ...] = ()
    module: bool = False  # pm_testdev.ko is in the initramfs
    tour: bool = False  # `run` alone has it

    def has(self, kernel: str, axes: Axes) -> bool:
        """Is it a cell of the table: one that `run --all` has?"""
        return self.runs_on(kernel) and axes.gpu in self.gpus and any(
            cells.covers(kernel, axes) for cells in self.cells)

    def runs_on(self, kernel: str) -> bool:
        return any(fnmatchcase(kernel, pattern) for pattern in self.kernels)

    def expected(self, kernel: str, axes: Axes = Axes()) -> Expectation | None:
        """The first row that covers the cell decides."""
        return next((row.expectation for row in self.rows if row.cells.covers(kernel, axes)), None)

    def console(self, kernel: str) -> tuple[str, ...]:
        return tuple(one.line for one in self.allowed if fnmatchcase(kernel, one.kernel))


def _check_keys(row: Mapping[str, Any], known: set[str]) -> None:
    unknown = row.keys() - known
    if unknown:
        raise KeyError(f"unknown key {min(unknown)}")


def _allowed(rows: Iterable[Mapping[str, Any]]) -> tuple[Allowed, ...]:
    for row in rows:
        _check_keys(row, _CONSOLE_KEYS)
        if not row["reason"]:
            raise KeyError("reason")
    return tuple(Allowed(row["line"], row.get("kernel", "*")) for row in rows)


def _row(cell: Mapping[str, Any]) -> Row:
    _check_keys(cell, _CELL_KEYS)
    if cell["verdict"] not in VERDICTS:
        raise KeyError(f"no verdict is called {cell['verdict']}")
    if not cell["reason"]:
        raise KeyError("reason")
    for key, values in (("gpu", GPUS), ("collapse", COLLAPSES)):
        if not any(fnmatchcase(value, cell.get(key, "*")) for value in values):
            raise KeyError(f"no {key} is called {cell[key]}")
    return Row(Cells(cell.get("kernel", "*"), cell.get("gpu", "*"), cell.get("collapse", "*")),
               Expectation(cell["verdict"], tuple(cell.get("findings", ())), cell["reason"],
                           tuple(cell.get("names", ()))))


def _gpus(row: Mapping[str, Any]) -> tuple[str, ...]:
    chosen = tuple(row.get("gpus", GPUS))
    for gpu in chosen:
        if gpu not in GPUS:
            raise KeyError(f"gpus: {gpu} is none of {', '.join(GPUS)}")
    return chosen


def _cells(text: str) -> Cells:
    kernel, *axes = text.split("@")
    found: dict[str, str] = {}
    for word in axes:
        key = next((key for key, values in (("gpu", GPUS), ("collapse", COLLAPSES))
                    if any(fnmatchcase(value, word) for value in values)), None)
        if key is None or key in found:
            raise KeyError(f"cells: {text}: {word} is no GPU and no collapse, or one too many")
        found[key] = word
    return Cells(kernel, **found)


def _scenario(name: str, row: Mapping[str, Any], everywhere: tuple[Allowed, ...]) -> Scenario:
    _check_keys(row, _KEYS)
    return Scenario(name, row["summary"], tuple(row["requires"]),
                    everywhere + _allowed(row.get("console", ())),
                    tuple(_row(cell) for cell in row["expect"]),
                    row.get("from", ""), row.get("cmdline", ""), row.get("overlay", ""),
                    row.get("machine", ""),
                    tuple(row.get("qemu", ())), row.get("control", False), tuple(row.get("kernels", ("*",))),
                    _gpus(row), tuple(_cells(text) for text in row["cells"]),
                    module=row.get("module", False), tour=row.get("tour", False))


def parse(table: Mapping[str, Any], path: Path) -> dict[str, Scenario]:
    everywhere = _allowed(table.get("console", ()))
    known = {}
    for name, row in table["scenario"].items():
        try:
            known[name] = _scenario(name, row, everywhere)
        except KeyError as error:
            raise Trouble(f"{path}: scenario {name}: {error.args[0]}", BENCH) from None
    return known


def load(repo: Path) -> dict[str, Scenario]:
    path = repo / "tests/guest/scenarios.toml"
    with path.open("rb") as file:
        return parse(tomllib.load(file), path)


def pick(known: Mapping[str, Scenario], names: Iterable[str]) -> list[Scenario]:
    """Those that are named, each once; all of them if none is."""
    chosen = list(dict.fromkeys(names)) or list(known)
    for name in chosen:
        if name not in known:
            raise Trouble(f"unknown scenario '{name}'; known: {', '.join(known)}")
    return [known[name] for name in chosen]
