# SPDX-License-Identifier: GPL-2.0-or-later
"""QEMU with our devices: Debian's source, or any tree from 10.0 to 10.2, laid over and built."""
from __future__ import annotations

import os
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from . import apt, cache, meson, packages, proc
from .trouble import BENCH, BUILD, Trouble
from .ui import Step

SUITE = "trixie"
OPTIONS = (
    f"--python={meson.PYTHON}", "--target-list=aarch64-softmmu", "--without-default-features",
    "--without-default-devices", "--with-devices-aarch64=smmu-pm",
    "--enable-tcg", "--enable-fdt=system", "--enable-slirp", "--enable-trace-backends=log",
    "--disable-install-blobs", "--disable-download", "--disable-docs",
)
KNOWN = ("10.0", "10.1", "10.2")


@dataclass(frozen=True)
class Qemu:
    """A QEMU that has been built."""

    version: str  # of the source
    source: Path
    build: Path

    @property
    def binary(self) -> Path:
        return self.build / "qemu-system-aarch64"

    def overlay(self, name: str) -> Path:
        """A compiled device-tree overlay."""
        return self.build / "hw/arm/smmu-pm/qemu" / f"{name}.dtbo"


def version_of(tree: Path) -> str:
    file = tree / "VERSION"
    if not (tree / "configure").is_file() or not file.is_file():
        raise Trouble(f"{tree}: no QEMU source tree (no configure or no VERSION in it)")
    version = file.read_text(encoding="utf-8").strip()
    if not version.startswith(tuple(f"{known}." for known in KNOWN)):
        raise Trouble(f"{tree}: QEMU {version}; 10.0 to 10.2 are supported")
    return version


def _pristine() -> Path:
    """Debian's source, unpacked and patched. The newest that was ever fetched, or a new one."""
    there = sorted(cache.folder("qemu-source").iterdir(), key=lambda path: path.stat().st_mtime)
    if there:
        return there[-1]
    source = apt.Apt()
    version = source.candidate("qemu", SUITE)

    def make(into: Path) -> None:
        with cache.scratch() as folder:
            dsc = source.source("qemu", version, folder)
            with Step("unpacking QEMU's source") as step:
                # apt has verified the files against Debian's signed list of sources.
                done = proc.run(["dpkg-source", "--no-check", "-x", dsc, into / "qemu"],
                                log=cache.log("qemu-unpack"), step=step)
            if not done.ok:
                raise Trouble("QEMU's source cannot be unpacked", BENCH, done.tail(5))

    return cache.entry("qemu-source", version.replace(":", "_"), make)


def _own_tree(repo: Path, pristine: Path) -> Path:
    """A tree that is laid over for this clone of the repository; files are hard links."""
    def make(into: Path) -> None:
        shutil.copytree(pristine / "qemu", into / "qemu", symlinks=True, copy_function=os.link)

    return cache.entry("qemu-tree", cache.digest(repo, pristine.name), make) / "qemu"


def _overlay(repo: Path, tree: Path) -> None:
    sys.path.insert(0, str(repo / "tools"))
    import overlay  # of the repository: not a part of this package
    try:
        overlay.apply(repo, tree)
    except overlay.OverlayError as error:
        raise Trouble(str(error), BUILD) from None


def compiler_words(output: str) -> str:
    """What the compiler or linker said last, out of a long log."""
    lines = output.splitlines()
    hits = [number for number, line in enumerate(lines)
            if re.search(r"\berror:|\bERROR:|undefined reference|^FAILED:|fatal error", line)]
    if not hits:
        return "\n".join(f"  {line}" for line in lines[-12:])
    start = next((number for number in hits if not lines[number].startswith("FAILED:")), hits[0])
    return "\n".join(f"  {line[:200]}" for line in lines[start:start + 12])


def _configure(tree: Path, build: Path) -> None:
    if (build / "build.ninja").exists():
        return
    log = cache.log("qemu-configure")
    with Step("configuring QEMU") as step:
        done = proc.run([tree / "configure", *OPTIONS], log=log, cwd=build,
                        env=meson.environment(), step=step)
    if not done.ok:
        (build / "build.ninja").unlink(missing_ok=True)
        raise Trouble(f"QEMU's configure failed; all it said is in {log}", BUILD,
                      compiler_words(done.output))


# Of QEMU's own test programs those that look at every type and every machine.
OWN_TESTS = ("qom-test", "device-introspect-test", "test-hmp")


def targets(repo: Path, tests: bool) -> list[str]:
    """What a run needs and, with `tests`, our qtests and OWN_TESTS; all of QEMU is as much again."""
    overlays = sorted((repo / "hw/arm/smmu-pm/qemu").glob("*.dtso"))
    wanted = ["qemu-system-aarch64",
              *(f"hw/arm/smmu-pm/qemu/{path.stem}.dtbo" for path in overlays)]
    if tests:
        qtests = sorted((repo / "tests/qtest").glob("*-test.c"))
        wanted += [f"tests/qtest/smmu-pm/smmu-pm-{path.stem}" for path in qtests]
        wanted += [f"tests/qtest/{name}" for name in OWN_TESTS]
    return wanted


def build(repo: Path, qemu_src: Path | None = None, *, tests: bool = False) -> Qemu:
    """Fetches what is missing, builds what has changed; with `tests`, QEMU's and our qtests too."""
    packages.need(packages.APT, packages.CORE, packages.QEMU)
    if qemu_src is not None:
        tree = qemu_src.resolve()
        version = version_of(tree)
        name = tree.name
    else:
        pristine = _pristine()
        tree = _own_tree(repo, pristine)
        version = version_of(tree)
        name = pristine.name
    key = cache.digest(tree, repo, *OPTIONS)
    place = cache.folder("qemu-build", f"{version}-{key}")
    with cache.lock(f"qemu-build-{key}"):
        _overlay(repo, tree)
        _configure(tree, place)
        log = cache.log("qemu-build")
        with Step(f"building QEMU {version}") as step:
            done = proc.run(["ninja", *targets(repo, tests)], log=log, cwd=place,
                            env=meson.environment(), step=step)
    if not done.ok:
        raise Trouble(f"the build of QEMU failed; all it said is in {log}", BUILD,
                      compiler_words(done.output))
    return Qemu(f"{version} ({name})", tree, place)


