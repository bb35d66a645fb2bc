#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Breaks the SMMU's core one line at a time, and asks its unit suite whether it notices.

    tests/mutants/mutants.py [--build DIR] [--count N] [--seed N] [--jobs N] [--only TEXT]

A mutant is one line of one source file with one change: another operator, another constant, a
condition that is the other way round, a statement that is not there. Which ones is drawn from the
seed; what does not compile is not counted. A mutant costs one object (-O0) and a link. It is killed
if a test fails, or the suite crashes or takes too long. Survivors that survivors.txt does not argue
are printed last. The exit code is 1 if fewer than 95 % are killed.
"""
from __future__ import annotations

import argparse
import json
import os
import random
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
CORE = Path("hw/arm/smmu-pm/smmu")
SUITE = "tests/unit/arm/smmu-pm/smmu/smmu-test"
LIBRARY = "hw/arm/smmu-pm/libsmmu-pm-core.a"
SURVIVORS = Path(__file__).with_name("survivors.txt")
SECONDS = 30.0

# What is another thing: class, pattern, what stands there instead.
CHANGES: tuple[tuple[str, str, str], ...] = (
    ("operator", r" == ", " != "), ("operator", r" != ", " == "),
    ("operator", r" < ", " <= "), ("operator", r" <= ", " < "),
    ("operator", r" > ", " >= "), ("operator", r" >= ", " > "),
    ("operator", r" \+ ", " - "), ("operator", r" - ", " + "),
    ("operator", r" && ", " || "), ("operator", r" \|\| ", " && "),
    ("operator", r" & ", " | "), ("operator", r" \| ", " & "),
    ("operator", r" >> ", " << "), ("operator", r" << ", " >> "),
    ("operator", r"\+\+(?=\w)", "--"), ("operator", r" \+= ", " -= "), ("operator", r" \|= ", " &= "),
    ("constant", r"\btrue\b", "false"), ("constant", r"\bfalse\b", "true"),
    ("constant", r"(?<![\w'.\"])0(?![\w'.x])", "1"), ("constant", r"(?<![\w'.\"])1(?![\w'.])", "2"),
    ("constant", r"(?<![\w'.\"])(?:[2-9]|[1-9]\d+)(?![\w'.])", "+1"),
    ("condition", r"\bif \((?!constexpr)(?=.*\)$)", "if (!("),
    ("condition", r"\bwhile \((?=.*\)( \{)?$)", "while (false && "),
    ("condition", r"return (?=[^;{]*(?:==|!=|<=|>=|&&|\|\|)[^;{]*;$)", "return !("),
    ("statement", r"^\s+(?!return\b|using\b|case\b|default\b|break\b|static\b|const\b|constexpr\b)"
                  r"[\w:.>\-\[\]]+(?:\(.*\)| [|&+\-]?= .*);$", ""),
)


@dataclass(frozen=True)
class Mutant:
    """A file's line, counted from 1, and what is to stand there."""

    file: str
    line: int
    kind: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.kind}: {self.before.strip()}  ->  " \
               f"{self.after.strip() or '(nothing)'}"

    @property
    def key(self) -> str:
        """Without the number of the line, which other changes move."""
        return f"{self.file}: {self.before.strip()}  ->  {self.after.strip() or '(nothing)'}"


def changed(line: str, kind: str, match: re.Match[str], instead: str) -> str:
    """The line with one change in it."""
    if kind == "statement":
        return line[:len(line) - len(line.lstrip())] + ";"
    if instead == "+1":
        instead = str(int(match.group()) + 1)
    after = line[:match.start()] + instead + line[match.end():]
    if instead == "if (!(":
        return after + ")"
    if instead == "return !(":
        return after[:-1] + ");"
    return after


def mutants_of(path: Path) -> Iterator[Mutant]:
    """All that there could be of a file. Only whole statements of functions: not what is included,
    declared at the outermost level, said in a comment or in a string."""
    inside = 0
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        code = line.split("//")[0].rstrip()
        if line.startswith("{"):
            inside = 1
        elif line.startswith("}"):
            inside = 0
        if not inside or not code.strip() or "static_assert" in code or "template" in code:
            continue
        bare = re.sub(r'"[^"]*"', lambda m: '"' + "_" * (len(m.group()) - 2) + '"', code)
        for kind, pattern, instead in CHANGES:
            for match in re.finditer(pattern, bare):
                after = changed(code, kind, match, instead)
                if after != code:
                    yield Mutant(path.name, number, kind, code, after)


def drawn(seed: int) -> list[Mutant]:
    """All there could be, one a line, in an order that the seed gives."""
    every = [one for path in sorted((REPO / CORE).glob("*.cc")) for one in mutants_of(path)]
    random.Random(seed).shuffle(every)
    first: dict[tuple[str, int], Mutant] = {}
    for one in every:
        first.setdefault((one.file, one.line), one)
    return list(first.values())


class Bench:
    """A build that is up to date, and how it makes an object and the suite."""

    def __init__(self, build: Path) -> None:
        self.build = build
        commands = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
        self.commands = {Path(row["file"]).name: shlex.split(row["command"]) for row in commands
                         if "libsmmu-pm-core.a.p" in row["output"] and f"{CORE}/" in row["file"]}
        objects = (build / f"{SUITE}.p").glob("*.o")
        self.objects = [str(path) for path in sorted(objects)]

    def object_of(self, source: Path, name: str, into: Path) -> bool:
        words = self.commands[name]
        kept = [word for word in words[:words.index("-o")] if word not in ("-MD",)
                and not re.fullmatch(r"-O\w|-g", word)]
        for option in ("-MQ", "-MF"):
            if option in kept:
                at = kept.index(option)
                del kept[at:at + 2]
        kept = [word for word in kept if word != "-Werror"]
        return subprocess.run([*kept, "-O0", "-w", "-o", into, "-c", source], cwd=self.build,
                              capture_output=True, check=False).returncode == 0

    def outcome(self, mutant: Mutant) -> str:
        """What became of it; "no mutant" is one that does not compile."""
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder)
            lines = (REPO / CORE / mutant.file).read_text(encoding="utf-8").splitlines()
            lines[mutant.line - 1] = mutant.after
            source = place / mutant.file
            source.write_text("\n".join(lines) + "\n", encoding="utf-8")
            if not self.object_of(source, mutant.file, place / "changed.o"):
                return "no mutant"
            # Before the library: so the changed object is the one that is taken.
            program = place / "suite"
            linked = subprocess.run(["g++", "-o", program, place / "changed.o", *self.objects, LIBRARY,
                                     "-lgtest", "-lgtest_main", "-lpthread"], cwd=self.build,
                                    capture_output=True, check=False)
            if linked.returncode != 0:
                sys.exit(linked.stderr.decode())
            try:
                run = subprocess.run([program, "--gtest_brief=1", "--gtest_fail_fast"], timeout=SECONDS,
                                     capture_output=True, check=False, cwd=place)
            except subprocess.TimeoutExpired:
                return "too slow"
            return "killed" if run.returncode != 0 else "SURVIVED"


def argued() -> set[str]:
    """The keys in survivors.txt: lines that are neither indented, which is the argument, nor comments."""
    if not SURVIVORS.exists():
        return set()
    return {line for line in SURVIVORS.read_text(encoding="utf-8").splitlines()
            if line and not line.startswith((" ", "#"))}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=Path, default=REPO / "build",
                        help="a folder that meson has set up (build)")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--only", default="", help="those of files whose names have this in them")
    options = parser.parse_args()
    subprocess.run(["ninja", SUITE], cwd=options.build, check=True, stdout=subprocess.DEVNULL)
    bench = Bench(options.build.resolve())
    waiting = [one for one in drawn(options.seed) if options.only in one.file]
    excused = argued()
    kinds: dict[str, list[int]] = {}
    living: list[Mutant] = []
    count = lived = 0
    with ThreadPoolExecutor(max_workers=options.jobs) as pool:
        while waiting and count < options.count:
            batch = waiting[:min(4 * options.jobs, options.count - count)]
            del waiting[:len(batch)]
            for mutant, outcome in zip(batch, pool.map(bench.outcome, batch)):
                if outcome == "no mutant":
                    continue
                print(f"{outcome}: {mutant}", flush=True)
                survived = outcome == "SURVIVED"
                count += 1
                lived += survived
                kinds.setdefault(mutant.kind, [0, 0])[survived] += 1
                if survived and mutant.key not in excused:
                    living.append(mutant)
    for kind, (dead, alive) in sorted(kinds.items()):
        print(f"{kind}: {dead} of {dead + alive} killed")
    print(f"{count - lived} of {count} killed; {len(living)} survived that {SURVIVORS.name} does not argue")
    for mutant in living:
        print(f"  {mutant}")
    return 0 if lived * 20 <= count else 1


if __name__ == "__main__":
    sys.exit(main())
