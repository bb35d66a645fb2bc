# SPDX-License-Identifier: GPL-2.0-or-later
"""Inside QEMU: our qtests, QEMU's own with our types in it, and how the machine starts."""
from __future__ import annotations

import os
import re
from collections.abc import Iterator

from .. import cache, meson, proc
from ..ui import Step
from . import Context, Item, meson_items

# QEMU's own test programs, and the tests of each that concern us ("": all).
QEMU_TESTS = (
    ("qom-test", "/aarch64/qom/virt-msm8996"),
    ("device-introspect-test", ""),
    ("test-hmp", "/aarch64/hmp/virt-msm8996"),
)
START_SECONDS = 60.0


def qtests(context: Context) -> Iterator[Item]:
    build = context.qemu.build
    with cache.lock(f"test-{build.name}"), Step("qtests") as step:
        proc.run([build / "pyvenv/bin/meson", "test", "--no-rebuild", "--suite", "smmu-pm",
                  "--timeout-multiplier", "4"],
                 log=cache.log("qtest"), cwd=build, env=meson.environment(), step=step)
        items = list(meson_items(build, "qtest"))
    yield from items


def qemu_own(context: Context) -> Iterator[Item]:
    build = context.qemu.build
    env = {**os.environ, "QTEST_QEMU_BINARY": str(context.qemu.binary)}
    for program, path in QEMU_TESTS:
        words = ["-p", path] if path else []
        with Step(f"QEMU's {program}") as step:
            done = proc.run([build / "tests/qtest" / program, "--tap", "-k", *words],
                            log=cache.log(program), cwd=build, env=env, timeout=300, step=step)
        passed = len(re.findall(r"^\s*ok ", done.output, re.MULTILINE))
        ok = done.ok and passed > 0 and "not ok " not in done.output
        yield Item(f"QEMU's own: {program}", ok, "" if ok else f"{passed} passed\n{done.tail()}")


def _start(context: Context, *words: str) -> proc.Outcome:
    """Starts QEMU with its monitor at the end of an empty input, stopped; it quits at once."""
    script = 'echo quit | "$@"'
    with cache.scratch() as folder:
        return proc.run(["sh", "-c", script, "sh", context.qemu.binary, "-display", "none", "-S",
                         "-monitor", "stdio", "-serial", "null", *words],
                        log=folder / "said", timeout=START_SECONDS)


def machine(context: Context) -> Iterator[Item]:
    for words in ([], ["-smp", "2"], ["-device", "virtio-net-pci"]):
        done = _start(context, "-M", "virt-msm8996", *words)
        yield Item(f"machine: starts {' '.join(words) or 'bare'}", done.ok,
                   "" if done.ok else done.tail())
    refused = (("iommu=smmuv3", ["-M", "virt-msm8996,iommu=smmuv3"], "iommu"),
               ("KVM", ["-M", "virt-msm8996", "-accel", "kvm"], "kvm"))
    for name, words, says in refused:
        done = _start(context, *words)
        lines = [line for line in done.output.splitlines()
                 if line.strip() and not line.startswith(("QEMU ", "(qemu)"))]
        ok = done.status == 1 and len(lines) == 1 and says in lines[0].lower()
        yield Item(f"machine: refuses {name} with one line", ok,
                   "" if ok else f"{done.status}\n{done.tail()}")
