# SPDX-License-Identifier: GPL-2.0-or-later
"""One cell of the table: boot, let the guest end, judge, keep four files."""
from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import cache as once
from pathlib import Path
from typing import Any

from . import cache, elf, guest_module, initramfs, proc
from .cells import Cell
from .guest_module import GuestModule
from .kernels import Kernel
from .qemu import Qemu
from .scenarios import COLLAPSES, GPUS, Axes, Expectation
from .trouble import BENCH, Trouble
from .ui import Step

POLICIES = ("abort", "razwi", "ones", "hang")
MEMORY = "512"
CPU = "cortex-a57"
GUEST_TIMEOUT_MS = 60_000  # of the guest's time; a scenario takes a fifth of it
HOST_TIMEOUT_S = 600.0  # for a QEMU that does not get on at all
PANIC_S = 3.0  # for a kernel to restart after a panic, which all but the earliest do at once
PANIC_END = b"---[ end Kernel panic"
FRAMES = 5  # that one reads of a call chain before looking elsewhere
FILES = ("console.log", "journal.jsonl", "findings.txt", "verdict.json")


@dataclass(frozen=True)
class Bench:
    """All that runs of one invocation share."""

    repo: Path
    qemu: Qemu
    judge: Path
    exerciser: Path
    policy: str = "abort"
    seed: int = 1
    qemu_args: tuple[str, ...] = ()


@dataclass(frozen=True)
class Result:
    kernel: str
    name: str  # of the cell
    verdict: str
    findings: tuple[str, ...]  # names, in the order found
    expected: Expectation | None  # None: the table has no row
    seconds: float
    folder: Path
    named: frozenset[str] = frozenset()  # functions at the top of the findings' call chains

    @property
    def as_expected(self) -> bool | None:
        if self.expected is None:
            return None
        return (self.verdict == self.expected.verdict
                and set(self.findings) == set(self.expected.findings)
                and self.named.issuperset(self.expected.names))


def first_functions(findings: str) -> frozenset[str]:
    """Of each call chain in a findings.txt, what stands in the lines that one reads at once."""
    found = set()
    left = 0
    for line in findings.splitlines():
        if line.endswith("by:"):
            left = FRAMES
        elif left and line.startswith("  "):
            left -= 1
            found.add(line.strip().partition("+")[0])
        else:
            left = 0
    return frozenset(found)


@once
def revision(repo: Path) -> str:
    """Of this repository, if it is one."""
    done = proc.capture(["git", "-C", repo, "describe", "--always", "--dirty", "--abbrev=12"])
    return done.output.strip() if done.ok else ""


def machine_words(bench: Bench, axes: Axes, *more: str) -> str:
    """The machine and its properties, those that are QEMU's defaults left out."""
    words = ["virt-msm8996", "dtb-randomness=off", f"policy={bench.policy}", f"seed={bench.seed}"]
    if axes.gpu != GPUS[0]:
        words.append(f"gpu={axes.gpu}")
    if axes.collapse != COLLAPSES[0]:
        words.append(f"on-collapse={axes.collapse}")
    return ",".join([*words, *filter(None, more)])


def command(bench: Bench, cell: Cell, initrd: Path, folder: Path) -> list[str | Path]:
    """QEMU's command line of a judged run: the same one gives the same journal, byte for byte."""
    scenario = cell.scenario
    # loglevel=6: from notices up, which is what the exerciser and all complaints are.
    # notests: the kernel's tests of its own cryptography are a third of its way to init.
    append = ["console=ttyAMA0", "loglevel=6", "panic=-1", "nokaslr", "cryptomgr.notests",
              scenario.cmdline, f"smmu_pm.scenario={scenario.name}", f"smmu_pm.gpu={cell.axes.gpu}",
              f"smmu_pm.seed={bench.seed}"]
    overlay = f"dt-overlay={bench.qemu.overlay(scenario.overlay)}" if scenario.overlay else ""
    machine = machine_words(bench, cell.axes, scenario.machine, overlay,
                            f"journal={folder / 'journal.jsonl'}", f"timeout-ms={GUEST_TIMEOUT_MS}")
    return [bench.qemu.binary, "-icount", "shift=1,sleep=off", "-rtc", "base=2026-01-01,clock=vm",
            "-seed", str(bench.seed), "-M", machine, "-m", MEMORY, "-cpu", CPU,
            "-nodefaults", "-display", "none", "-no-reboot",
            "-serial", f"file:{folder / 'console.log'}",
            "-kernel", cell.kernel.image, "-initrd", initrd, "-append", " ".join(filter(None, append)),
            *scenario.qemu, *bench.qemu_args]


def initrd_for(bench: Bench, kernel: Kernel, extra: Iterable[initramfs.File] = ()) -> Path:
    files = initramfs.content(bench.exerciser.read_bytes(), kernel.modules, extra)
    data = initramfs.archive(files)

    def make(into: Path) -> None:
        (into / "initrd").write_bytes(data)

    return cache.entry("initrd", cache.digest(data), make) / "initrd"


@once
def user_symbols(exerciser: Path, _changed: int) -> Path:
    """The exerciser's functions as nm writes them."""
    functions = elf.functions(elf.Elf(exerciser.read_bytes()))
    text = "".join(f"{symbol.value:016x} t {symbol.name}\n" for symbol in functions)

    def make(into: Path) -> None:
        (into / "symbols").write_text(text, encoding="utf-8")

    return cache.entry("user-symbols", cache.digest(text), make) / "symbols"


def judge_words(judge: Path, journal: Path, into: Path, *, console: Path | None = None,
                kernel: Kernel | None = None, module: GuestModule | None = None,
                exerciser: Path | None = None,
                requires: Iterable[str] = (), allowed: Iterable[str] = ()) -> list[str | Path]:
    words: list[str | Path] = [judge]
    if console is not None:
        words += ["--console", console]
    if kernel is not None:
        words += ["--module-symbols", module.symbols if module else kernel.module_symbols]
        if kernel.symbols.stat().st_size:
            words += ["--symbols", kernel.symbols]
    if exerciser is not None:
        words += ["--user-symbols", user_symbols(exerciser, exerciser.stat().st_mtime_ns)]
    for line in requires:
        words += ["--require", line]
    for line in allowed:
        words += ["--allow-console", line]
    return [*words, "--findings", into / "findings.txt", "--verdict", into / "verdict.json", journal]


def read_verdict(path: Path) -> tuple[dict[str, Any], str, tuple[str, ...]]:
    """What the judge wrote: all of it, the verdict, the names of the findings."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        names = tuple(row["finding"] for row in document["findings"])
        return document, document["verdict"], names
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Trouble(f"the judge left no verdict in {path}: {error}", BENCH) from None


def module_for(repo: Path, cell: Cell) -> GuestModule | None:
    """The module that its scenario wants."""
    return guest_module.get(repo, cell.kernel) if cell.scenario.module else None


def _judge(bench: Bench, cell: Cell, folder: Path, logs: Path
           ) -> tuple[dict[str, Any], str, tuple[str, ...]]:
    done = proc.run(judge_words(bench.judge, folder / "journal.jsonl", folder,
                                console=folder / "console.log", kernel=cell.kernel,
                                module=module_for(bench.repo, cell), exerciser=bench.exerciser,
                                requires=cell.scenario.requires, allowed=cell.allowed),
                    log=logs / "judge")
    if done.status not in (0, 1, 125):
        raise Trouble(f"the judge failed on {cell.kernel.name}/{cell.name} ({done.status})", BENCH,
                      done.tail())
    return read_verdict(folder / "verdict.json")


class Panicked:
    """Has the kernel been dead for a while? It would spin for the rest of the guest's time."""

    def __init__(self, console: Path, seconds: float = PANIC_S) -> None:
        self._console = console
        self._seconds = seconds
        self._since: float | None = None

    def __call__(self) -> bool:
        with self._console.open("rb") as file:
            file.seek(max(0, self._console.stat().st_size - 1000))
            dead = PANIC_END in file.read()
        if dead and self._since is None:
            self._since = time.monotonic()
        return self._since is not None and time.monotonic() >= self._since + self._seconds


def boot(bench: Bench, cell: Cell, initrd: Path, folder: Path, log: Path) -> None:
    """Console and journal into `folder`."""
    # Present whatever happens: a run that got nowhere has an empty journal.
    for name in ("console.log", "journal.jsonl"):
        (folder / name).touch()
    done = proc.run(command(bench, cell, initrd, folder), log=log, timeout=HOST_TIMEOUT_S,
                    stop=Panicked(folder / "console.log"))
    if not done.ok and not done.timed_out:
        raise Trouble(f"QEMU ended with {done.status} on {cell.kernel.name}/{cell.name}; it says:",
                      BENCH, done.tail())


def run_one(bench: Bench, cell: Cell, initrd: Path, out: Path) -> Result:
    """Boots, judges, and leaves the four files in OUT/KERNEL/CELL."""
    began = time.monotonic()
    expected = cell.expected
    place = out / cell.kernel.name / cell.name
    place.parent.mkdir(parents=True, exist_ok=True)
    with cache.scratch(place.parent) as temporary, cache.scratch() as logs:
        folder = temporary / cell.name
        folder.mkdir()
        boot(bench, cell, initrd, folder, logs / "qemu")
        document, verdict, findings = _judge(bench, cell, folder, logs)
        document |= {
            "scenario": cell.scenario.name, "gpu": cell.axes.gpu, "collapse": cell.axes.collapse,
            "kernel": cell.kernel.name, "kernel_version": cell.kernel.version,
            "qemu_version": bench.qemu.version, "revision": revision(bench.repo),
            "policy": bench.policy, "seed": bench.seed, "qemu_args": list(bench.qemu_args),
            "expected": None if expected is None else {
                "verdict": expected.verdict, "findings": list(expected.findings),
                "names": list(expected.names), "reason": expected.reason},
        }
        named = first_functions((folder / "findings.txt").read_text(encoding="utf-8", errors="replace"))
        (folder / "verdict.json").write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
        folder.chmod(0o755)
        _replace(folder, place)
    return Result(cell.kernel.name, cell.name, verdict, findings, expected,
                  time.monotonic() - began, place, named)


def _replace(folder: Path, place: Path) -> None:
    """The new folder for the old one. Only our four files are ever removed."""
    if place.is_dir():
        for name in FILES:
            (place / name).unlink(missing_ok=True)
        try:
            place.rmdir()
        except OSError:
            raise Trouble(f"{place}: holds files that are not a run's; choose another --out") from None
    folder.rename(place)


@dataclass(frozen=True)
class Job:
    """A boot that is to be made."""

    bench: Bench
    cell: Cell
    out: Path


def run_jobs(jobs: Sequence[Job], show: Callable[[Result], None] = lambda result: None
             ) -> list[Result]:
    """As many at a time as there are processors; results in the order of `jobs`.

    The largest kernel goes first, since it takes longest: the end is then not one long boot alone.
    """
    initrds: dict[tuple[Path, bool], Path] = {}
    for job in jobs:
        kind = (job.cell.kernel.folder, job.cell.scenario.module)
        if kind not in initrds:
            module = module_for(job.bench.repo, job.cell)
            extra = [initramfs.File(f"modules/{module.file.name}", module.file.read_bytes())
                     ] if module else []
            initrds[kind] = initrd_for(job.bench, job.cell.kernel, extra)
    sizes = {job.cell.kernel.folder: job.cell.kernel.image.stat().st_size for job in jobs}
    pool = ThreadPoolExecutor(max_workers=max(1, os.cpu_count() or 1))
    futures: dict[Future[Result], int] = {}
    results: dict[int, Result] = {}
    try:
        with Step(f"booting {len(jobs)} guest{'s' if len(jobs) != 1 else ''}") as step:
            for number, job in sorted(enumerate(jobs),
                                      key=lambda item: -sizes[item[1].cell.kernel.folder]):
                initrd = initrds[job.cell.kernel.folder, job.cell.scenario.module]
                future = pool.submit(run_one, job.bench, job.cell, initrd, job.out)
                futures[future] = number
            pending = set(futures)
            while pending:
                done, pending = wait(pending, timeout=0.5, return_when=FIRST_COMPLETED)
                for future in done:
                    results[futures[future]] = future.result()
                    show(future.result())
                step.at(f"{len(results)} of {len(jobs)}")
    except BaseException:
        for future in futures:
            future.cancel()
        proc.end_all()
        raise
    finally:
        pool.shutdown()
    return [results[number] for number in range(len(jobs))]


def run_all(bench: Bench, cells: Sequence[Cell], out: Path,
            show: Callable[[Result], None] = lambda result: None) -> list[Result]:
    return run_jobs([Job(bench, cell, out) for cell in cells], show)


def shell_command(bench: Bench, kernel: Kernel, axes: Axes, initrd: Path) -> list[str]:
    """The same machine, by hand: in real time, and without a journal."""
    return [str(word) for word in (
        bench.qemu.binary, "-M", machine_words(bench, axes), "-m", MEMORY, "-cpu", CPU,
        "-nodefaults", "-display", "none", "-no-reboot", "-serial", "mon:stdio",
        "-kernel", kernel.image, "-initrd", initrd,
        "-append", "console=ttyAMA0 panic=-1 iomem=relaxed quiet", *bench.qemu_args)]
