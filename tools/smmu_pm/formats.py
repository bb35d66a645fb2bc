# SPDX-License-Identifier: GPL-2.0-or-later
"""Results as other programs read them: JUnit's XML and TAP.

A result is good in the sense of report.good(): as the table expects or, without a row, PASS.
"""
from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Sequence
from pathlib import Path

from . import report
from .runner import Result

# What XML 1.0 has no way to say, not even escaped.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _xml(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def _message(result: Result) -> str:
    if result.expected is None:
        return result.verdict
    return f"{result.verdict}, expected {result.expected.verdict}: {result.expected.reason}"


def junit(results: Sequence[Result]) -> str:
    """A suite for each kernel. What cannot be judged is an error, another bad result a failure."""
    top = ElementTree.Element("testsuites", name="smmu-pm")
    for kernel in dict.fromkeys(result.kernel for result in results):
        mine = [result for result in results if result.kernel == kernel]
        bad = [result for result in mine if not report.good(result)]
        errors = sum(result.verdict in report.UNJUDGED for result in bad)
        suite = ElementTree.SubElement(
            top, "testsuite", name=kernel, tests=str(len(mine)), failures=str(len(bad) - errors),
            errors=str(errors), time=f"{sum(result.seconds for result in mine):.1f}")
        for result in mine:
            case = ElementTree.SubElement(suite, "testcase", classname=kernel, name=result.name,
                                          time=f"{result.seconds:.1f}")
            if not report.good(result):
                kind = "error" if result.verdict in report.UNJUDGED else "failure"
                what = ElementTree.SubElement(case, kind, message=_xml(_message(result)),
                                              type=result.verdict)
                what.text = _xml(report.findings_text(result))
    ElementTree.indent(top)
    return ElementTree.tostring(top, encoding="unicode", xml_declaration=False) + "\n"


def write_junit(results: Sequence[Result], path: Path) -> None:
    """Never half-written: the new file takes the old one's place at once."""
    temporary = path.with_name(f".{path.name}.new")
    try:
        temporary.write_text('<?xml version="1.0" encoding="utf-8"?>\n' + junit(results),
                             encoding="utf-8")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def tap(results: Sequence[Result]) -> Iterator[str]:
    """Lines of TAP 14; a bad result has its findings below it, as YAML."""
    yield "TAP version 14"
    yield f"1..{len(results)}"
    for number, result in enumerate(results, start=1):
        good = report.good(result)
        yield f"{'' if good else 'not '}ok {number} - {result.kernel}/{result.name} ({result.verdict})"
        if not good:
            yield "  ---"
            # A JSON string is a YAML one.
            yield f"  message: {json.dumps(_message(result))}"
            yield "  findings: |"
            for line in report.findings_text(result).splitlines():
                yield f"    {line}".rstrip()
            yield "  ..."
