# SPDX-License-Identifier: GPL-2.0-or-later
"""`./smmu-pm test`: every check there is, one line for each."""
from __future__ import annotations

import time
from pathlib import Path

from . import cache
from .checks import (Check, Context, Item, core_checks, fuzz_checks, guest_checks, input_checks,
                     kernel_checks, oracle_checks, qemu_checks, source_checks)
from .trouble import Trouble, from_os_error
from .ui import Step, elapsed, say

# In this order; a new check is a function that yields Items, and a line here.
CHECKS: tuple[Check, ...] = (
    source_checks.tools,
    source_checks.licence,
    source_checks.clang_format,
    core_checks.gcc,
    core_checks.benches,
    core_checks.clang_and_sanitizers,
    core_checks.mutations,
    fuzz_checks.smoke,
    source_checks.checkpatch,
    qemu_checks.qtests,
    qemu_checks.qemu_own,
    qemu_checks.machine,
    oracle_checks.agreement,
    oracle_checks.planted,
    guest_checks.symbols,
    guest_checks.verdicts,
    guest_checks.repeatable,
    guest_checks.policies,
    guest_checks.more_of_a_machine,
    guest_checks.soak,
    kernel_checks.right_and_wrong,
    kernel_checks.bisection,
    kernel_checks.own_trees,
    input_checks.judged_again,
    input_checks.usage,
    input_checks.kernel_images,
    input_checks.kernel_packages,
    input_checks.build_trees,
    input_checks.early_panic,
    input_checks.network,
    input_checks.full_disk,
    input_checks.failed_build,
    input_checks.interrupted,
)


def _show(item: Item) -> None:
    word = {True: "ok  ", False: "FAIL", None: "skip"}[item.ok]
    Step.wipe()
    print(f"{word} {item.name}", flush=True)
    if item.detail and item.ok is not True:
        print("\n".join(f"       {line}" for line in item.detail.splitlines()), flush=True)


def run(repo: Path, qemu_src: Path | None, soak: bool = False) -> int:
    began = time.monotonic()
    counts = {True: 0, False: 0, None: 0}
    with cache.scratch() as scratch:
        context = Context(repo, qemu_src, scratch, soak)
        for check in CHECKS:
            try:
                for item in check(context):
                    _show(item)
                    counts[item.ok] += 1
            except (Trouble, OSError) as error:
                found = error if isinstance(error, Trouble) else from_os_error(error)
                name = f"{check.__module__.rpartition('.')[2]}.{check.__name__}"
                _show(Item(name, False, f"{found}\n{found.details}".rstrip()))
                counts[False] += 1
    say(f"  all tests took {elapsed(time.monotonic() - began)}")
    skipped = f", {counts[None]} skipped" if counts[None] else ""
    print(f"{counts[True]} passed, {counts[False]} failed{skipped}", flush=True)
    return 1 if counts[False] or not counts[True] else 0
