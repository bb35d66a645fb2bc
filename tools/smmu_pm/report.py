# SPDX-License-Identifier: GPL-2.0-or-later
"""The table of verdicts, and the exit code that sums it up."""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from .runner import FRAMES, Result

PASSED, FAILED, NOT_JUDGED = 0, 1, 125
UNJUDGED = ("ERROR", "VACUOUS")
SHOWN_LINES = 60  # of a findings.txt
_COLUMNS = ("scenario", "kernel", "verdict", "expected", "as expected", "findings", "seconds")


def good(result: Result) -> bool:
    """A row of the table decides; without one the verdict itself does."""
    return result.as_expected if result.as_expected is not None else result.verdict == "PASS"


def findings_text(result: Result) -> str:
    return (result.folder / "findings.txt").read_text(encoding="utf-8", errors="replace")


def _counted(names: Iterable[str]) -> str:
    return ", ".join(name if number == 1 else f"{name} ×{number}"
                     for name, number in Counter(names).items()) or "–"


def _row(result: Result) -> tuple[str, ...]:
    expected = result.expected.verdict if result.expected else "–"
    agreed = {True: "yes", False: "NO", None: "–"}[result.as_expected]
    return (result.name, result.kernel, result.verdict, expected, agreed,
            _counted(result.findings), f"{result.seconds:.1f}")


def _in_columns(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip()
             for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)


def table(results: Sequence[Result]) -> str:
    """A line for each result."""
    return _in_columns([_COLUMNS, *(_row(result) for result in results)])


def matrix(results: Sequence[Result]) -> str:
    """A line for each scenario, a column for each kernel: for when there are many of both."""
    kernels = list(dict.fromkeys(result.kernel for result in results))
    found = {(result.name, result.kernel): result for result in results}
    rows = [["scenario", *kernels]]
    for name in dict.fromkeys(result.name for result in results):
        row = [name]
        for kernel in kernels:
            result = found.get((name, kernel))
            row.append("" if result is None else
                       result.verdict + ("" if good(result) else " (!)"))
        rows.append(row)
    bad = sum(not good(result) for result in results)
    return (_in_columns(rows) + f"\n\n{len(results)} cells, {len(results) - bad} as expected"
            + (f"; (!) marks the {bad} that are not" if bad else ""))


def explanation(result: Result) -> str:
    """Why a result is not what it should be; nothing for one that is."""
    if good(result):
        return ""
    head = f"{result.folder}: {result.verdict}"
    if result.expected is not None:
        wanted = _counted(result.expected.findings)
        names = "".join(f", naming {name} within {FRAMES} frames" for name in result.expected.names)
        head += (f", expected {result.expected.verdict} with findings: {wanted}{names} "
                 f"({result.expected.reason})")
    lines = findings_text(result).rstrip().splitlines()
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
        if good(result):
            continue
        if result.verdict not in UNJUDGED:
            return FAILED
        worst = NOT_JUDGED
    return worst
