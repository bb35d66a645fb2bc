# SPDX-License-Identifier: GPL-2.0-or-later
"""Real kernels, real drivers: verdicts as in the table, and the same again."""
from __future__ import annotations

import dataclasses
import hashlib
import re
import shutil
from collections.abc import Iterator

from .. import cells, kernels, report, runner, scenarios
from . import Context, Item

REPEATED = "unmap-while-suspended"
# At both ends of a kernel's list of symbols, by what they do and by their address.
SYMBOLS = ("_stext", "arm_smmu_device_reset", "arm_smmu_runtime_suspend", "clk_bulk_disable",
           "kthread", "ret_from_fork")
REPETITIONS = 3
FIRST, SECOND = kernels.DEFAULT
BOTH = ("submit-and-wait", "unmap-while-suspended")  # with every GPU and collapse that the table has
SOAKED = "random-load"
SOAK_KERNELS = ("merged", "debian-6.12")
FEW_SEEDS, SOAK_SEEDS = 16, 1000


def symbols(context: Context) -> Iterator[Item]:
    """What each known kernel carries of its symbols is read, and is what the guest says itself."""
    scenario = scenarios.load(context.repo)["submit-and-wait"]
    for name in kernels.DEFAULT:
        cell = cells.Cell(kernels.get(name), scenario)
        lines = (line.split() for line in
                 cell.kernel.symbols.read_text(encoding="utf-8").splitlines())
        addresses = {fields[2]: fields[0] for fields in lines}
        lacking = [symbol for symbol in SYMBOLS if symbol not in addresses]
        yield Item(f"guest: symbols of {name}", not lacking, f"lacking: {lacking}")
        place = runner.run_all(context.bench, [cell], context.scratch / "symbols")[0].folder
        said = re.search(r"text=([0-9a-f]+) ", (place / "journal.jsonl").read_text(encoding="utf-8"))
        yield Item(f"guest: {name} is where its symbols say",
                   said is not None and said[1] == addresses.get("_stext"), str(said))


def _quick(cell: cells.Cell) -> bool:
    """Of the table what a test run has time for; `run --all` has all of it.

    Every scenario once, on the older stock kernel; on the newer one what only it has, or does otherwise.
    """
    if cell.kernel.name == SECOND and cell.scenario.name not in BOTH:
        other = cell.scenario.expected(FIRST, cell.axes)
        if cell.scenario.runs_on(FIRST) and other == cell.expected:
            return False
    return cell.axes == scenarios.Axes() or cell.scenario.name in BOTH or not any(
        cells.covers(cell.kernel.name, scenarios.Axes()) for cells in cell.scenario.cells)


def verdicts(context: Context) -> Iterator[Item]:
    known = list(scenarios.load(context.repo).values())
    asked = cells.choose([kernels.get(name) for name in (FIRST, SECOND, "merged")], known,
                         which=cells.Which.TABLE)
    for result in runner.run_all(context.bench, [cell for cell in asked if _quick(cell)],
                                 context.scratch / "table"):
        yield Item(f"guest: {result.kernel}/{result.name}: {result.verdict}",
                   result.as_expected is True, report.explanation(result))


def repeatable(context: Context) -> Iterator[Item]:
    """Alone and among others, on an idle machine and a busy one."""
    cell = cells.Cell(context.kernel, scenarios.load(context.repo)[REPEATED])

    def files(result: runner.Result) -> tuple[bytes, bytes]:
        return ((result.folder / "journal.jsonl").read_bytes(),
                (result.folder / "console.log").read_bytes())

    def job(name: str, seed: int) -> runner.Job:
        return runner.Job(dataclasses.replace(context.bench, seed=seed), cell, context.scratch / name)

    alone = files(runner.run_jobs([job("alone", 7)])[0])
    *runs, other = map(files, runner.run_jobs(
        [job(f"same-{number}", 7) for number in range(1, REPETITIONS)] + [job("other-seed", 8)]))
    for place, name in enumerate(("journal", "console")):
        same = all(run[place] == alone[place] for run in runs) and len(alone[place]) > 0
        yield Item(f"guest: {REPETITIONS} runs, one {name}, byte for byte, also side by side", same)
    # The first line names the seed: that alone must not count.
    differ = alone[0].split(b"\n", 1)[1] != other[0].split(b"\n", 1)[1]
    yield Item("guest: two seeds, two journals", differ)


def policies(context: Context) -> Iterator[Item]:
    """Whatever an access that cannot reach gets, the judge sees it."""
    scenario = scenarios.load(context.repo)["devmem-invalidate-while-off"]
    for policy in runner.POLICIES[1:]:
        bench = dataclasses.replace(context.bench, policy=policy)
        result = runner.run_all(bench, [cells.Cell(context.kernel, scenario)], context.scratch / policy)[0]
        ok = result.verdict == "FAIL" and "register-touch" in result.findings
        yield Item(f"guest: {scenario.name} fails under policy={policy}", ok,
                   "" if ok else f"{result.verdict}: {', '.join(result.findings)}")


def more_of_a_machine(context: Context) -> Iterator[Item]:
    scenario = scenarios.load(context.repo)["submit-and-wait"]
    words = ("-smp", "2", "-device", "virtio-net-pci")
    bench = dataclasses.replace(context.bench, qemu_args=words)
    result = runner.run_all(bench, [cells.Cell(context.kernel, scenario)], context.scratch / "more")[0]
    yield Item(f"guest: {scenario.name} with {' '.join(words)}", result.as_expected is True,
               report.explanation(result))


def soak(context: Context) -> Iterator[Item]:
    """No false findings: a load drawn from the seed, on kernels that do everything right."""
    scenario = scenarios.load(context.repo)[SOAKED]
    count = SOAK_SEEDS if context.soak else FEW_SEEDS
    for name in SOAK_KERNELS:
        cell = cells.Cell(kernels.get(name), scenario)
        journals: set[bytes] = set()

        def keep(result: runner.Result) -> None:
            # The first line names the seed: that alone must not count.
            journal = (result.folder / "journal.jsonl").read_bytes().split(b"\n", 1)[1]
            journals.add(hashlib.sha256(journal).digest())
            if report.good(result):
                shutil.rmtree(result.folder)

        jobs = [runner.Job(dataclasses.replace(context.bench, seed=seed), cell,
                           context.scratch / f"soak-{seed}") for seed in range(1, count + 1)]
        results = runner.run_jobs(jobs, keep)
        bad = [(job.bench.seed, result) for job, result in zip(jobs, results)
               if not report.good(result)]
        yield Item(f"guest: {count} seeds of {SOAKED} on {name}, no finding", not bad,
                   "\n".join(f"seed {seed}: {report.explanation(result)}" for seed, result in bad[:5]))
        yield Item(f"guest: {len(journals)} different journals of {count} seeds on {name}",
                   len(journals) * 100 >= count * 99)
