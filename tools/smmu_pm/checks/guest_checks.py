# SPDX-License-Identifier: GPL-2.0-or-later
"""Real kernels, real drivers: verdicts as in the table, and the same again."""
from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from .. import report, runner, scenarios
from . import Context, Item

REPEATED = "unmap-while-suspended"
REPETITIONS = 3


def verdicts(context: Context) -> Iterator[Item]:
    known = scenarios.load(context.repo)
    pairs = [(context.kernel, scenario) for scenario in known.values()]
    for result in runner.run_all(context.bench, pairs, context.scratch / "table"):
        yield Item(f"guest: {result.kernel}/{result.scenario}: {result.verdict}",
                   result.as_expected is True, report.explanation(result))


def repeatable(context: Context) -> Iterator[Item]:
    scenario = scenarios.load(context.repo)[REPEATED]
    pairs = [(context.kernel, scenario)]

    def files(name: str, seed: int) -> tuple[bytes, bytes]:
        bench = dataclasses.replace(context.bench, seed=seed)
        result = runner.run_all(bench, pairs, context.scratch / name)[0]
        return ((result.folder / "journal.jsonl").read_bytes(),
                (result.folder / "console.log").read_bytes())

    runs = [files(f"same-{number}", 7) for number in range(REPETITIONS)]
    other = files("other-seed", 8)
    for place, name in enumerate(("journal", "console")):
        same = all(run[place] == runs[0][place] for run in runs) and len(runs[0][place]) > 0
        yield Item(f"guest: {REPETITIONS} runs, one {name}, byte for byte", same)
    # The first line names the seed: that alone must not count.
    differ = runs[0][0].split(b"\n", 1)[1] != other[0].split(b"\n", 1)[1]
    yield Item("guest: two seeds, two journals", differ)


def policies(context: Context) -> Iterator[Item]:
    """Whatever an access that cannot reach gets, the judge sees it."""
    scenario = scenarios.load(context.repo)["devmem-invalidate-while-off"]
    for policy in runner.POLICIES[1:]:
        bench = dataclasses.replace(context.bench, policy=policy)
        result = runner.run_all(bench, [(context.kernel, scenario)], context.scratch / policy)[0]
        ok = result.verdict == "FAIL" and "register-touch" in result.findings
        yield Item(f"guest: {scenario.name} fails under policy={policy}", ok,
                   "" if ok else f"{result.verdict}: {', '.join(result.findings)}")


def more_of_a_machine(context: Context) -> Iterator[Item]:
    scenario = scenarios.load(context.repo)["submit-and-wait"]
    words = ("-smp", "2", "-device", "virtio-net-pci")
    bench = dataclasses.replace(context.bench, qemu_args=words)
    result = runner.run_all(bench, [(context.kernel, scenario)], context.scratch / "more")[0]
    yield Item(f"guest: {scenario.name} with {' '.join(words)}", result.as_expected is True,
               report.explanation(result))
