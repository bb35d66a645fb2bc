# SPDX-License-Identifier: GPL-2.0-or-later
"""The table of verdicts, and the exit code that sums it up."""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from .runner import Result

PASSED, FAILED, NOT_JUDGED = 0, 1, 125
SHOWN_LINES = 60  # of a findings.txt
_COLUMNS = ("scenario", "kernel", "verdict", "expected", "as expected", "findings", "seconds")


def _counted(names: Iterable[str]) -> str:
    return ", ".join(name if number == 1 else f"{name} ×{number}"
                     for name, number in Counter(names).items()) or "–"


def _row(result: Result) -> tuple[str, ...]:
    expected = result.expected.verdict if result.expected else "–"
    agreed = {True: "yes", False: "NO", None: "–"}[result.as_expected]
    return (result.name, result.kernel, result.verdict, expected, agreed,
            _counted(result.findings), f"{result.seconds:.1f}")


def table(results: Sequence[Result]) -> str:
    rows = [_COLUMNS, *(_row(result) for result in results)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(_COLUMNS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip()
             for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)


def explanation(result: Result) -> str:
    """Why a result is not what it should be; nothing for one that is."""
    if result.as_expected or (result.as_expected is None and result.verdict == "PASS"):
        return ""
    head = f"{result.folder}: {result.verdict}"
    if result.expected is not None:
        wanted = _counted(result.expected.findings)
        head += (f", expected {result.expected.verdict} with findings: {wanted} "
                 f"({result.expected.reason})")
    text = (result.folder / "findings.txt").read_text(encoding="utf-8", errors="replace")
    lines = text.rstrip().splitlines()
    if len(lines) > SHOWN_LINES:
        lines = [*lines[:SHOWN_LINES], f"… {len(lines) - SHOWN_LINES} more lines in findings.txt"]
    return "\n".join([head, *(f"  {line}".rstrip() for line in lines)])


def code(results: Iterable[Result]) -> int:
    """A row of the table decides whether a result is good; without one the verdict itself does.

    FAIL where something else was expected is a fail, and so is a control that passed: the judge
    does not see. What proves nothing, ERROR and VACUOUS, cannot be judged.
    """
    worst = PASSED
    for result in results:
        if result.as_expected or (result.as_expected is None and result.verdict == "PASS"):
            continue
        if result.verdict in ("FAIL", "PASS"):
            return FAILED
        worst = NOT_JUDGED
    return worst
