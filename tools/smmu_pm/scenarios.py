# SPDX-License-Identifier: GPL-2.0-or-later
"""The one table of scenarios and expected verdicts: tests/guest/scenarios.toml."""
from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .trouble import BENCH, Trouble

VERDICTS = ("PASS", "VACUOUS", "ERROR", "FAIL")  # the worse wins
_KEYS = {"summary", "cmdline", "overlay", "control", "requires", "console", "expect"}


@dataclass(frozen=True)
class Expectation:
    verdict: str
    findings: tuple[str, ...]  # exactly these names, in any order
    reason: str


@dataclass(frozen=True)
class Scenario:
    name: str
    summary: str
    requires: tuple[str, ...]
    allowed: tuple[str, ...]  # console lines, as regular expressions
    expected: Mapping[str, Expectation]  # by kernel
    cmdline: str = ""
    overlay: str = ""
    control: bool = False


def _lines(rows: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    for row in rows:
        if not row["reason"]:
            raise KeyError("reason")
    return tuple(row["line"] for row in rows)


def _scenario(name: str, row: Mapping[str, Any], everywhere: tuple[str, ...]) -> Scenario:
    unknown = row.keys() - _KEYS
    if unknown:
        raise KeyError(f"unknown key {min(unknown)}")
    expected = {}
    for kernel, cell in row["expect"].items():
        if cell["verdict"] not in VERDICTS:
            raise KeyError(f"no verdict is called {cell['verdict']}")
        expected[kernel] = Expectation(cell["verdict"], tuple(cell.get("findings", ())),
                                       cell["reason"])
    return Scenario(name, row["summary"], tuple(row["requires"]),
                    everywhere + _lines(row.get("console", ())), expected,
                    row.get("cmdline", ""), row.get("overlay", ""), row.get("control", False))


def load(repo: Path) -> dict[str, Scenario]:
    path = repo / "tests/guest/scenarios.toml"
    with path.open("rb") as file:
        table = tomllib.load(file)
    everywhere = _lines(table.get("console", ()))
    known = {}
    for name, row in table["scenario"].items():
        try:
            known[name] = _scenario(name, row, everywhere)
        except KeyError as error:
            raise Trouble(f"{path}: scenario {name}: {error.args[0]}", BENCH) from None
    return known


def pick(known: Mapping[str, Scenario], names: Iterable[str]) -> list[Scenario]:
    """Those that are named, each once; all of them if none is."""
    chosen = list(dict.fromkeys(names)) or list(known)
    for name in chosen:
        if name not in known:
            raise Trouble(f"unknown scenario '{name}'; known: {', '.join(known)}")
    return [known[name] for name in chosen]
