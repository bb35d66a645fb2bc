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


def planted(context: Context) -> Iterator[Item]:
    """A CPU that ignores hierarchical permissions: found, and reduced to the two tables it takes."""
    program = core.oracle(context.repo)
    said = [oracle.run(context.qemu, program, PLANTED_TRANSLATIONS, seed=2, plant=True)
            for _ in range(2)]
    first = said[0].text.partition("disagreement: ")[2].partition("\nseed ")[0]
    descriptors = re.findall(r"^  ([0-9a-f]{10}): ([0-9a-f]{16})$", first, re.MULTILINE)
    # A table descriptor with a bit of APTable, and a page or block that has its access flag.
    by_table = any(int(value, 16) & 3 == 3 and int(value, 16) >> 61 & 3 for _, value in descriptors)
    noticed = not said[0].agree and 2 <= len(descriptors) <= 4 and by_table
    yield Item("tests of the tests: a CPU that ignores APTable disagrees with the SMMU", noticed,
               "" if noticed else said[0].text)
    yield Item("oracle: the same seed, the same words", said[0].text == said[1].text)
