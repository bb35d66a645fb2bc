# SPDX-License-Identifier: GPL-2.0-or-later
"""The CPU's MMU and the SMMU translate alike; and if they did not, that would be noticed."""
from __future__ import annotations

import re
from collections.abc import Iterator

from .. import core, oracle
from . import Context, Item

PLANTED_TRANSLATIONS = 5_000


def agreement(context: Context) -> Iterator[Item]:
    verdict = oracle.run(context.qemu, core.oracle(context.repo))
    yield Item(f"oracle: CPU and SMMU agree on {verdict.translations} translations",
               verdict.agree and verdict.translations == oracle.TRANSLATIONS, verdict.text)


def _shows_aptable(block: str) -> bool:
    """A reported disagreement of stage 1 alone: a table descriptor with APTable, and what it takes to
    get to a page or block below it."""
    descriptors = [int(value, 16) for value in
                   re.findall(r"^  [0-9a-f]{10}: ([0-9a-f]{16})$", block, re.MULTILINE)]
    return (block.startswith("AArch64 stage 1\n") and 2 <= len(descriptors) <= 4
            and any(value & 3 == 3 and value >> 61 & 3 for value in descriptors))


def planted(context: Context) -> Iterator[Item]:
    """A CPU that ignores hierarchical permissions: found, and reduced to the tables that it takes."""
    program = core.oracle(context.repo)
    said = [oracle.run(context.qemu, program, PLANTED_TRANSLATIONS, seed=2, plant=True)
            for _ in range(2)]
    noticed = not said[0].agree and any(
        _shows_aptable(block) for block in said[0].text.split("disagreement: ")[1:])
    yield Item("tests of the tests: a CPU that ignores APTable disagrees with the SMMU", noticed,
               "" if noticed else said[0].text)
    yield Item("oracle: the same seed, the same words", said[0].text == said[1].text)
