# SPDX-License-Identifier: GPL-2.0-or-later
"""Kernels that are built: a right one and a wrong one, a tree of one's own, a bisection."""
from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from .. import cache, cells, kbuild, kernels, proc, report, runner, scenarios, trouble, variants
from ..ui import Step
from . import Context, Item

QUESTION = "unmap-while-suspended"
GUILTY = "arm_smmu_unmap_pages"
SMMU = "drivers/iommu/arm/arm-smmu/arm-smmu.c"
COMMITS, BROKEN, REPAIRED, BAD = 10, 5, 6, 8


def right_and_wrong(context: Context) -> Iterator[Item]:
    """The table's rows for c2 say whom its findings name."""
    known = scenarios.load(context.repo)
    asked = [cells.Cell(kernels.get(name), known[scenario])
             for name in ("merged", "c2") for scenario in ("submit-and-wait", QUESTION)]
    for result in runner.run_all(context.bench, asked, context.scratch / "variants"):
        wrong = (result.kernel, result.name) == ("c2", QUESTION)
        ok = result.as_expected and (result.verdict == "FAIL" and GUILTY in result.named if wrong
                                     else result.verdict == "PASS" and not result.findings)
        yield Item(f"kernels: {result.kernel}/{result.name}: {result.verdict}", ok,
                   report.explanation(result) or report.findings_text(result))


def _replace(path: Path, text: str) -> None:
    path.unlink()  # not through the link
    path.write_text(text, encoding="utf-8")


def _hand_over(objects: Path, into: Path, source: Path, new_source: Path) -> None:
    """A copy of an object tree, for another source tree that is the same: nothing is compiled again.

    Whatever make compares, commands and the names of what they read, has the new paths in it.
    """
    shutil.copytree(objects, into, symlinks=True)
    renamed = ((str(source).encode(), str(new_source).encode()),
               (str(objects).encode(), str(into).encode()))
    for path in into.rglob("*"):
        if path.is_symlink() or not (path.name.endswith((".cmd", ".d")) or path == into / "Makefile"):
            continue
        old = new = path.read_bytes()
        for one, other in renamed:
            new = new.replace(one, other)
        if new != old:
            times = path.stat()
            path.write_bytes(new)
            os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    (into / "source").unlink()
    (into / "source").symlink_to(new_source)


def _git(tree: Path, *words: str) -> proc.Outcome:
    return proc.capture(["git", "-c", "user.name=smmu-pm", "-c", "user.email=smmu-pm@localhost",
                         "-c", "gc.auto=0", "-c", "commit.gpgsign=false", *words], cwd=tree)


def _history(tree: Path, pristine: Path) -> list[str]:
    """Ten commits, of which one takes unmap's reference away and another does not compile."""
    # Of the whole tree only these files are git's: to add them all takes longer than to build.
    _git(tree, "init", "--quiet")
    (tree / ".git/info/exclude").write_text("*\n", encoding="utf-8")
    _git(tree, "add", "--force", SMMU)
    _git(tree, "commit", "--quiet", "-m", "as it was")
    hashes = []
    bad = variants.patched(variants.VARIANTS["c1"], pristine)[SMMU]
    assert bad is not None
    for number in range(1, COMMITS + 1):
        text = (pristine / SMMU).read_bytes() if number < BAD else bad
        text = text.decode() + "".join(f"/* {line} */\n" for line in range(1, number + 1))
        if BROKEN <= number < REPAIRED:
            text += "int does_not_compile(void) { retrun 0; }\n"
        _replace(tree / SMMU, text)
        _git(tree, "commit", "--quiet", "--all", "-m", f"change {number}")
        hashes.append(_git(tree, "rev-parse", "HEAD").output.strip())
    return hashes


def _bisect(context: Context, tree: Path, hashes: list[str]) -> Iterator[Item]:
    _git(tree, "bisect", "start", hashes[-1], f"{hashes[0]}~1")
    done = _git(tree, "bisect", "run", sys.executable, str(context.repo / "smmu-pm"), "run", "--tree", ".",
                "--scenario", QUESTION, "--out", str(context.scratch / "bisected"))
    found = re.search(r"^([0-9a-f]{40}) is the first bad commit", done.output, re.MULTILINE)
    ok = found is not None and found[1] == hashes[BAD - 1]
    yield Item(f"kernels: git bisect run finds the planted commit of {COMMITS}", ok,
               "" if ok else done.tail(40))
    skipped = f"# skip: [{hashes[BROKEN - 1]}]" in _git(tree, "bisect", "log").output
    ok = skipped and "retrun" in done.output and "does not compile; all it said is in" in done.output
    yield Item("kernels: a revision that does not compile is skipped, with the compiler's words", ok,
               "" if ok else done.tail(40))


def bisection(context: Context) -> Iterator[Item]:
    _ = context.bench
    kernels.get("merged")
    version = kbuild.source_version()
    shared, pristine = kbuild.flavour_dir(version, False), kbuild.pristine(version)
    tree = context.scratch / "linux"
    with Step("a kernel's history of ten commits"):
        shutil.copytree(pristine, tree, symlinks=True, copy_function=os.link)
        own = kbuild.own_tree(tree)
    try:
        with cache.lock("linux-tree"):  # nobody builds a variant meanwhile
            _hand_over(shared, own.objects, (shared / "source").resolve(), own.source)
        # After the objects, which may be another variant's: these are to be compiled again.
        for name in variants.files():
            if (tree / name).is_file():
                _replace(tree / name, (pristine / name).read_text(encoding="utf-8"))
        hashes = _history(tree, pristine)
        with Step("bisecting it"):
            yield from _bisect(context, tree, hashes)
    finally:
        shutil.rmtree(own.objects, ignore_errors=True)


def own_trees(context: Context) -> Iterator[Item]:
    """What is no tree."""
    def refused(name: str, code: int, says: str, *words: str | Path) -> Item:
        done = proc.capture([sys.executable, context.repo / "smmu-pm", "run", *words],
                            cwd=context.scratch)
        ok = (done.status == code and says in done.output and len(done.output.splitlines()) == 1)
        return Item(f"bad input: {name}", ok, "" if ok else f"exit code {done.status}\n{done.output}")

    yield refused("a tree that is not there", trouble.USAGE, "no such folder", "--tree", "none")
    yield refused("a tree that is no kernel's", trouble.USAGE, "no kernel source tree",
                  "--tree", context.repo)
    yield refused("a tree and a kernel", trouble.USAGE, "without other words for a kernel",
                  "--tree", ".", "--kernel", "merged")
