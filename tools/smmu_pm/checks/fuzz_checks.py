# SPDX-License-Identifier: GPL-2.0-or-later
"""A minute of fuzzing, from the kept corpus on."""
from __future__ import annotations

from collections.abc import Iterator

from .. import fuzz
from . import Context, Item

SECONDS = 60


def smoke(context: Context) -> Iterator[Item]:
    for report in fuzz.smoke(context.repo, context.scratch, SECONDS):
        yield Item(f"fuzz: {report}", not report.crash, report.crash)
