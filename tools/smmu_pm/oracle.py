# SPDX-License-Identifier: GPL-2.0-or-later
"""The oracle: a guest without a kernel that asks the CPU's MMU and the SMMU the same questions."""
from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from . import cache, proc
from .qemu import Qemu
from .trouble import BENCH, Trouble
from .ui import Step

TRANSLATIONS = 100_000
# Between RAM and the end of addresses there is to be nothing: what is read there is an external abort.
# EL3 is the program's own, so that all of EL2 and EL1 is free to be set up at random.
# The SMMU is the one that can do all that there is to be asked about.
MACHINE = ("virt-msm8996,secure=on,virtualization=on,testdev=on,smmu-preset=smmu-v2-full,"
           "dtb-randomness=off,highmem-ecam=off,highmem-mmio=off,highmem-redists=off")
CPU = "max"
MEMORY = "4G"  # addresses of up to 33 bits; what is not touched takes none of the host's
START_SECONDS, SECONDS_EACH = 60.0, 0.005  # at most, on a host that has other things to do
AGREE, DISAGREE = 0, 1


@dataclass(frozen=True)
class Verdict:
    agree: bool
    text: str
    translations: int


def _words(qemu: Qemu, program: Path, options: dict[str, int]) -> list[str | Path]:
    """QEMU's command line. The same one gives the same text."""
    told = ",".join(f"arg={name}={value}" for name, value in options.items())
    return [qemu.binary, "-icount", "shift=1,sleep=off", "-M", MACHINE, "-cpu", CPU, "-m", MEMORY,
            "-nodefaults", "-display", "none", "-no-reboot",
            "-semihosting-config", f"enable=on,target=native,arg=oracle,{told}",
            "-device", f"loader,file={program},cpu-num=0"]


def run(qemu: Qemu, program: Path, translations: int = TRANSLATIONS, seed: int = 1,
        plant: bool = False) -> Verdict:
    """Asks so many questions. With `plant` the CPU ignores hierarchical permissions: a disagreement."""
    options = {"seed": seed, "translations": translations, "plant": int(plant)}
    with Step(f"asking {translations} translations") as step:
        done = proc.run(_words(qemu, program, options), log=cache.log("oracle"),
                        timeout=START_SECONDS + translations * SECONDS_EACH, step=step)
    counted = re.search(r"^(\d+) translations of \d+ tables, (\d+) disagreements$", done.output,
                        re.MULTILINE)
    if done.timed_out or done.status not in (AGREE, DISAGREE) or not counted:
        raise Trouble("the oracle came to no end" if done.timed_out else
                      f"the oracle ended with {done.status}", BENCH, done.tail())
    return Verdict(done.status == AGREE, done.output.rstrip(), int(counted[1]))
