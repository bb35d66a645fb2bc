# SPDX-License-Identifier: GPL-2.0-or-later
"""How much of the core its unit suites reach: lines and branches, from gcov's JSON."""
from __future__ import annotations

import gzip
import json
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from . import cache, core, meson, packages, proc
from .trouble import BUILD, Trouble
from .ui import Step

BUILD_KIND = core.Build("coverage", ("-Db_coverage=true", "-Doptimization=0"))
SUITES = tuple(f"tests/unit/arm/smmu-pm/{room}/{room}-test"
               for room in ("regs", "power", "smmu", "journal", "testdev", "island"))
ROOT = "hw/arm/smmu-pm"
# The least that is reached of the whole core, and of the SMMU alone.
LIMITED = (ROOT, f"{ROOT}/smmu")
LINES, BRANCHES = 0.95, 0.90


@dataclass
class Reached:
    """Counts by place: how often each line ran, and each branch of a line was taken."""

    lines: dict[tuple[str, int], int] = field(default_factory=lambda: defaultdict(int))
    branches: dict[tuple[str, int, int], int] = field(default_factory=lambda: defaultdict(int))

    def add(self, file: str, row: dict[str, object]) -> None:
        number = int(row["line_number"])  # type: ignore[call-overload]
        self.lines[file, number] += int(row["count"])  # type: ignore[call-overload]
        taken = [branch for branch in row["branches"] if not branch["throw"]]  # type: ignore
        for which, branch in enumerate(taken):
            self.branches[file, number, which] += branch["count"]


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    hit: int
    of: int

    @property
    def ratio(self) -> float:
        return self.hit / self.of if self.of else 1.0

    def __str__(self) -> str:
        return f"{100 * self.ratio:5.1f} % ({self.hit} of {self.of})"


def _share(counts: dict[tuple[str, int], int] | dict[tuple[str, int, int], int],
           folder: str) -> Share:
    own = [count for place, count in counts.items() if place[0].startswith(f"{folder}/")]
    return Share(sum(count > 0 for count in own), len(own))


def _read(repo: Path, place: Path) -> Reached:
    reached = Reached()
    notes = [path for path in (place / ROOT).rglob("*.gcda")]
    with tempfile.TemporaryDirectory() as folder:
        done = proc.run(["gcov", "--json-format", "--branch-probabilities", *notes],
                        log=cache.log("coverage"), cwd=Path(folder))
        if not done.ok:
            raise Trouble("gcov failed", BUILD, done.tail())
        for path in Path(folder).glob("*.gcov.json.gz"):
            with gzip.open(path, "rt", encoding="utf-8") as stream:
                report = json.load(stream)
            for file in report["files"]:
                source = (place / file["file"]).resolve()
                if repo in source.parents:
                    for row in file["lines"]:
                        reached.add(str(source.relative_to(repo)), row)
    return reached


def report(reached: Reached) -> tuple[list[str], bool]:
    """A line for each room, line not reached, and limit; whether all limits are kept."""
    def shares(folder: str) -> tuple[Share, Share]:
        return _share(reached.lines, folder), _share(reached.branches, folder)

    words = []
    for room in sorted({file.split("/")[3] for file, _ in reached.lines
                        if file.startswith(f"{ROOT}/") and file.count("/") > 3}):
        lines, branches = shares(f"{ROOT}/{room}")
        words.append(f"{room:8} lines {lines}, branches {branches}")
    words += [f"  not reached: {file}:{number}" for (file, number), count in
              sorted(reached.lines.items()) if count == 0 and file.startswith(f"{ROOT}/")]
    kept = True
    for folder in LIMITED:
        lines, branches = shares(folder)
        enough = lines.ratio >= LINES and branches.ratio >= BRANCHES
        kept = kept and enough
        words.append(f"{'ok  ' if enough else 'FAIL'} coverage of {folder}: lines {lines}, "
                     f"branches {branches}; at least {LINES:.0%} and {BRANCHES:.0%}")
    return words, kept


def run(repo: Path) -> int:
    """Prints what is reached; the exit code is 1 if the core or its SMMU is below the limits."""
    packages.need(packages.TEST)
    place = core.build(repo, BUILD_KIND, SUITES)
    for old in place.rglob("*.gcda"):
        old.unlink()
    with Step("running the core's suites"):
        for suite in SUITES:
            done = proc.run([place / suite, "--gtest_brief=1"], log=cache.log("coverage-suites"),
                            env=meson.environment(), cwd=place)
            if not done.ok:
                raise Trouble(f"{suite} failed", BUILD, done.tail())
    words, enough = report(_read(repo.resolve(), place))
    print("\n".join(words))
    return 0 if enough else 1
