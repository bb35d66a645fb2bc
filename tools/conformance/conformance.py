#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Prints docs/conformance.rst from docs/conformance.list, and refuses what is not so.

    conformance.py PRINTER TREE          print the page
    conformance.py PRINTER TREE --check  compare it with the one in the tree

PRINTER is smmu-pm-registers, which knows what is declared. Refused are: a register without a line, a
line without a register, a test that does not exist, and a register that is said to be stored only but
is named in the core beside its declaration.
"""

import fnmatch
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

STATUSES = ("implemented", "stored only", "absent")
SOURCES = {"manual": "", "public": " †"}
CORE = "hw/arm/smmu-pm/smmu"
TESTS = "tests/unit/arm/smmu-pm/smmu"

HEAD = """.. SPDX-License-Identifier: GPL-2.0-or-later

.. Printed by tools/conformance from docs/conformance.list: do not edit.

Conformance
===========

What of IHI 0062D and of MMU-500 the SMMU has, and the test that shows it. *Stored only*: the register
is kept or constant, and nothing depends on it. A dagger (†) marks what only public sources confirm
(Linux, UG1087, other open code), not the manual itself. Tests are those of
``tests/unit/arm/smmu-pm/smmu``. An instance that has not configured a thing reads as zero there.
"""


@dataclass
class Row:
    what: str
    status: str
    source: str
    tests: list[str]


@dataclass
class Section:
    title: str
    rows: list[Row] = field(default_factory=list)


class Wrong(Exception):
    pass


def declared(printer: str) -> list[str]:
    page = subprocess.run([printer], check=True, capture_output=True, text=True).stdout
    smmu = page.split("\nSMMU\n", 1)[1].split("\nClock and power controllers\n", 1)[0]
    return re.findall(r"^   \* - ``(\w+)``", smmu, re.MULTILINE)


def existing_tests(tree: Path) -> set[str]:
    text = "\n".join(file.read_text() for file in sorted((tree / TESTS).glob("*.cc")))
    return {f"{suite}.{name}"
            for suite, name in re.findall(r"^TEST(?:_P|_F)?\(\s*(\w+),\s*(\w+)\)", text, re.MULTILINE)}


def used_names(tree: Path) -> str:
    files = [file for file in (tree / CORE).iterdir() if not file.name.startswith("registers")]
    return "\n".join(file.read_text() for file in sorted(files) if file.suffix in (".cc", ".hh"))


def read_list(path: Path) -> list[Section]:
    sections: list[Section] = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("["):
            sections.append(Section(line.strip("[]")))
            continue
        parts = [part.strip() for part in line.rsplit(" : ", 3)]
        if len(parts) != 4 or parts[1] not in STATUSES or parts[2] not in SOURCES or not sections:
            raise Wrong(f"{path.name}:{number}: not of the form that its head describes")
        sections[-1].rows.append(Row(parts[0], parts[1], parts[2], parts[3].split()))
    return sections


def of_registers(rows: list[Row], registers: list[str], used: str) -> list[Row]:
    """A row for each register, by the first pattern that matches it."""
    patterns = {row.what.split(" ", 1)[1]: row for row in rows}
    taken: set[str] = set()
    result = []
    for name in registers:
        pattern = next((p for p in patterns if fnmatch.fnmatchcase(name, p)), None)
        if pattern is None:
            raise Wrong(f"no line for register {name}")
        taken.add(pattern)
        row = patterns[pattern]
        if row.status == "stored only" and re.search(rf"\b{name}\b", used):
            raise Wrong(f"{name} is said to be stored only, but the core asks for it")
        result.append(Row(f"``{name}``", row.status, row.source, row.tests))
    if idle := set(patterns) - taken:
        raise Wrong(f"no register for {', '.join(sorted(idle))}")
    return result


def table(section: Section) -> str:
    lines = ["", section.title, "-" * len(section.title), "", ".. list-table::",
             "   :header-rows: 1", "", "   * - What", "     - Status", "     - Tests"]
    for row in section.rows:
        lines += [f"   * - {row.what}{SOURCES[row.source]}", f"     - {row.status}",
                  "     - " + ", ".join(f"``{test}``" for test in row.tests)]
    return "\n".join(lines) + "\n"


def page(printer: str, tree: Path) -> str:
    tests = existing_tests(tree)
    used = used_names(tree)
    text = HEAD
    for section in read_list(tree / "docs/conformance.list"):
        for row in section.rows:
            if not row.tests:
                raise Wrong(f"no test for: {row.what}")
            if missing := [test for test in row.tests if test not in tests]:
                raise Wrong(f"no such test: {', '.join(missing)}")
        registers = [row for row in section.rows if row.what.startswith("register ")]
        clauses = [Row(row.what.removeprefix("clause "), row.status, row.source, row.tests)
                   for row in section.rows if row.what.startswith("clause ")]
        if registers:
            clauses = of_registers(registers, declared(printer), used) + clauses
        text += table(Section(section.title, clauses))
    return text


def main() -> int:
    printer, tree = sys.argv[1], Path(sys.argv[2])
    try:
        text = page(printer, tree)
    except Wrong as wrong:
        print(f"docs/conformance.list: {wrong}", file=sys.stderr)
        return 1
    if "--check" not in sys.argv:
        sys.stdout.write(text)
    elif (tree / "docs/conformance.rst").read_text() != text:
        print("docs/conformance.rst is not what the list says: print it again with "
              "tools/conformance/conformance.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
