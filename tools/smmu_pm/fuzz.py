# SPDX-License-Identifier: GPL-2.0-or-later
"""Fuzzing with libFuzzer: the targets, the corpus that is kept, and what came of it."""
from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from . import cache, core, meson, packages, proc
from .trouble import BUILD, PACKAGES, Trouble
from .ui import Step

# UBSan's check of vtables would ask for RTTI, which the core has not. Without inlining an edge is one of
# the sources, and not of each place that a function is copied to.
BUILD_KIND = core.Build("fuzz", ("-Dfuzz=true", "-Db_sanitize=address,undefined", "-Db_lundef=false",
                                 "-Doptimization=2", "-Ddebug=false",
                                 "-Dcpp_args=-fno-sanitize=vptr -fno-inline -gline-tables-only"),
                        ("clang", "clang++"))
HEADER = "# SPDX-License-Identifier: GPL-2.0-or-later\n"
# Longer inputs find nothing that shorter ones do not, and take long. A hang is a finding.
WORDS = ("-max_len=600", "-len_control=0", "-timeout=25", "-rss_limit_mb=2048", "-print_funcs=0",
         "-print_final_stats=1")
ROUND_SECONDS = 300
EMPTY = 'extern "C" int LLVMFuzzerTestOneInput(const unsigned char*, unsigned long) { return 0; }\n'


@dataclass
class Report:
    """What one target came to."""

    name: str
    runs: int = 0
    edges: int = 0
    cpu_seconds: float = 0.0
    idle_seconds: float = 0.0  # of them, since the last new edge
    crash: str = ""  # what was said, where the input is, how to see it again

    def __str__(self) -> str:
        return f"{self.name}: {self.runs} runs, {self.edges} edges"


def kept(repo: Path, name: str) -> Path:
    return repo / "tests/fuzz/corpus" / f"{name}.txt"


def unpack(packed: Path, into: Path) -> None:
    """A file for each line; what is there already stays."""
    into.mkdir(parents=True, exist_ok=True)
    if not packed.exists():
        return
    for line in packed.read_text(encoding="ascii").splitlines():
        if line and not line.startswith("#"):
            data = bytes.fromhex(line)
            (into / hashlib.sha1(data).hexdigest()).write_bytes(data)


def pack(folder: Path, packed: Path) -> None:
    """A line for each file, short ones first."""
    inputs = sorted((path.read_bytes() for path in folder.iterdir()), key=lambda data: (len(data), data))
    packed.parent.mkdir(exist_ok=True)
    packed.write_text(HEADER + "".join(f"{data.hex()}\n" for data in inputs if data), encoding="ascii")


def _need_libfuzzer() -> None:
    with cache.scratch() as folder:
        (folder / "empty.cc").write_text(EMPTY, encoding="ascii")
        if not proc.capture(["clang++", "-fsanitize=fuzzer", folder / "empty.cc", "-o", folder / "empty"]).ok:
            raise Trouble("clang++ has no libFuzzer (-fsanitize=fuzzer), which comes with libclang-rt-dev",
                          PACKAGES)


def build(repo: Path) -> dict[str, Path]:
    """The targets by name."""
    packages.need(packages.TEST)
    _need_libfuzzer()
    names = sorted(path.stem.removeprefix("fuzz_") for path in (repo / "tests/fuzz").glob("fuzz_*.cc"))
    programs = {name: f"tests/fuzz/fuzz-{name}" for name in names}
    place = core.build(repo, BUILD_KIND, tuple(programs.values()))
    # A target without a corpus is new; then those with most to reach.
    sizes = {name: kept(repo, name).stat().st_size if kept(repo, name).exists() else 0 for name in names}
    names.sort(key=lambda name: (sizes[name] != 0, -sizes[name]))
    return {name: place / programs[name] for name in names}


def workers(targets: int) -> int:
    return max(1, min(targets, os.cpu_count() or 1))


def _number(pattern: str, text: str) -> int:
    found = re.findall(pattern, text)
    return int(found[-1]) if found else 0


def _cpu_seconds(text: str) -> float:
    """The last line of what `times` says: user's and system's, of children."""
    found = re.findall(r"(\d+)m([\d.]+)s (\d+)m([\d.]+)s\s*$", text)
    if not found:
        return 0.0
    minutes, seconds, more_minutes, more_seconds = map(float, found[-1])
    return 60 * (minutes + more_minutes) + seconds + more_seconds


def _crash(program: Path, place: Path, output: str) -> str:
    """In place of libFuzzer's pages: what was broken, the input, the command."""
    words = [line for line in output.splitlines()
             if "a promise is broken" in line or "runtime error" in line or "ERROR:" in line][:3]
    wrote = re.findall(r"Test unit written to (\S+)", output)
    inputs = [Path(path) for path in wrote] or sorted(place.iterdir())[-1:]
    again = [f"input: {path}\nagain: UBSAN_OPTIONS=halt_on_error=1 {program} {path}" for path in inputs]
    return "\n".join(words + again) or output[-600:]


def round_of(program: Path, name: str, corpus: Path, seconds: int, *more: str,
             step: Step | None = None) -> Report:
    """Fuzzes for a while; what is found goes into `corpus`, a crash's input into the cache."""
    crashes = cache.folder("fuzz", "crash", name)
    env = {**meson.environment(), "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1"}
    words = [program, *WORDS, f"-max_total_time={seconds}", f"-artifact_prefix={crashes}/", *more, corpus]
    # A shell's `times` tells this one's processor time from that of its neighbours.
    done = proc.run(["sh", "-c", '"$@"; code=$?; times; exit $code', "sh", *words],
                    log=cache.log(f"fuzz-{name}"), env=env, step=step, timeout=4 * seconds + 600)
    report = Report(name, _number(r"stat::number_of_executed_units: (\d+)", done.output),
                    _number(r"cov: (\d+)", done.output), _cpu_seconds(done.output))
    if not done.ok:
        report.crash = _crash(program, crashes, done.output)
    elif report.runs == 0:
        raise Trouble(f"fuzz-{name} ran nothing; see {cache.log(f'fuzz-{name}')}", BUILD, done.tail())
    return report


def _until_idle(program: Path, name: str, corpus: Path, idle_seconds: int, step: Step) -> Report:
    """Rounds until there was no new edge for so much processor time, or a crash."""
    total = Report(name)
    while not total.crash and total.idle_seconds < idle_seconds:
        one = round_of(program, name, corpus, min(ROUND_SECONDS, idle_seconds))
        total.idle_seconds = 0.0 if one.edges > total.edges else total.idle_seconds + one.cpu_seconds
        total.runs += one.runs
        total.edges = max(total.edges, one.edges)
        total.cpu_seconds += one.cpu_seconds
        total.crash = one.crash
        step.at(str(total))
    return total


def _refresh(repo: Path, program: Path, name: str, found: Path) -> None:
    """The fewest short inputs that reach every edge that is reached, in place of those that are kept."""
    with cache.scratch() as folder:
        done = proc.run([program, "-merge=1", "-use_counters=0", *WORDS, folder, found],
                        log=cache.log(f"fuzz-merge-{name}"), env=meson.environment(), timeout=3600)
        if not done.ok:
            raise Trouble(f"fuzz-{name} could not merge; see {cache.log(f'fuzz-merge-{name}')}", BUILD,
                          done.tail())
        pack(folder, kept(repo, name))


def each(programs: dict[str, Path], work: Callable[[str, Path], Report]) -> Iterator[Report]:
    """As many at a time as there are processors."""
    with ThreadPoolExecutor(max_workers=workers(len(programs))) as pool:
        yield from pool.map(lambda name: work(name, programs[name]), programs)


def run(repo: Path, minutes: int, keep: bool) -> int:
    """Until so many minutes of processor time bring no new edge; 1 if a target has crashed. What is found
    stays in the cache, and the next time goes on from there."""
    programs = build(repo)
    crashed = False
    with Step(f"fuzzing until {minutes} min bring no new edge") as step:
        def work(name: str, program: Path) -> Report:
            corpus = cache.folder("fuzz", "corpus", name)
            unpack(kept(repo, name), corpus)
            return _until_idle(program, name, corpus, 60 * minutes, step)

        for report in each(programs, work):
            crashed |= bool(report.crash)
            word = "FAIL" if report.crash else "ok  "
            print(f"{word} {report}, {report.cpu_seconds / 60:.1f} CPU minutes, "
                  f"{report.idle_seconds / 60:.1f} of them since the last new edge", flush=True)
            if report.crash:
                print("\n".join(f"       {line}" for line in report.crash.splitlines()), flush=True)
    if keep and not crashed:
        for name, program in programs.items():
            _refresh(repo, program, name, cache.folder("fuzz", "corpus", name))
            print(f"{kept(repo, name).relative_to(repo)}: {kept(repo, name).stat().st_size} bytes")
    return 1 if crashed else 0


def smoke(repo: Path, scratch: Path, seconds: int) -> Iterator[Report]:
    """So much time in all, from the kept corpus on; with several processors on each."""
    programs = build(repo)
    share = max(1, seconds * workers(len(programs)) // len(programs))

    def work(name: str, program: Path) -> Report:
        corpus = scratch / f"corpus-{name}"
        shutil.rmtree(corpus, ignore_errors=True)
        unpack(kept(repo, name), corpus)
        return round_of(program, name, corpus, share, "-seed=1")

    with Step(f"fuzzing ({len(programs)} targets, {share} s each)"):
        yield from each(programs, work)
