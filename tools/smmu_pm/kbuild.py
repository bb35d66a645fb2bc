# SPDX-License-Identifier: GPL-2.0-or-later
"""Kernels built from source: Debian's with a variant's patches over it, or a tree of the user's.

The variants share one source tree and one object tree for each flavour, so that another variant
costs the compilation of what it changes, and a link. In the cache:

    linux-source/VERSION/linux    Debian's, as it is
    linux-tree/VERSION/linux      the same by hard links, with the patches of the last variant
    linux-build/NAME              object trees; those of users' trees by the trees' paths
"""
from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from . import apt, cache, meson, packages, proc, variants
from .qemu import compiler_words
from .trouble import BENCH, BUILD, TREE, USAGE, Trouble
from .ui import Step
from .variants import Variant

SUITE = "bookworm"
PACKAGE = "linux-source-6.1"
# Half of the whole, which no build of ours reads; the register lists of another vendor's GPUs above all.
LEFT_OUT = ("Documentation/*/*", "arch/*/boot/dts/*", "drivers/gpu/drm/amd/include/*",
            "sound/*/*/*.c", "sound/*/*.c", "tools/testing/*")
# The kernel's own words, made the same for everyone, or two builds would have two consoles.
BUILT_BY = {"KBUILD_BUILD_USER": "smmu-pm", "KBUILD_BUILD_HOST": "smmu-pm",
            "KBUILD_BUILD_VERSION": "1", "KBUILD_BUILD_TIMESTAMP": "Thu Jan  1 00:00:00 UTC 2026"}
# What kbuild would take from its surroundings.
STRAY = ("MAKE", "MFLAGS", "KBUILD_", "KCONFIG_", "KCFLAGS", "KCPPFLAGS", "GIT_", "INSTALL_")


@dataclass(frozen=True)
class Built:
    image: Path
    config: str
    build_dir: Path  # external modules can be built against it


@dataclass(frozen=True)
class Tree:
    """A source tree, where its objects go, and how a failure of its build is to be told."""

    source: Path
    objects: Path
    name: str
    code: int  # of the exit, if it does not compile


def _environment() -> dict[str, str]:
    env = {name: value for name, value in meson.environment().items()
           if not name.startswith(STRAY) and name not in ("ARCH", "CROSS_COMPILE", "LOCALVERSION", "O")}
    # What is compiled anew is then not preprocessed twice: a quarter of a build.
    return {"CCACHE_DEPEND": "1", **env, **BUILT_BY}


def _make(tree: Tree, *words: str | Path) -> list[str | Path]:
    # An empty LOCALVERSION: no "+" for a tree that is no tagged revision.
    return ["make", "-C", tree.source, f"O={tree.objects}", "ARCH=arm64",
            "CROSS_COMPILE=aarch64-linux-gnu-", "LOCALVERSION=", f"-j{os.cpu_count() or 1}", *words]


def configure(tree: Tree, debug: bool = False) -> str:
    """The fragment in an otherwise empty configuration. Returns the whole of it."""
    packages.need(packages.KERNEL)
    tree.objects.mkdir(parents=True, exist_ok=True)
    log = cache.log(f"linux-{tree.objects.name}-config")
    with cache.scratch() as folder:
        (folder / "fragment").write_text(variants.fragment(debug), encoding="utf-8")
        with Step(f"configuring {tree.name}") as step:
            done = proc.run(_make(tree, f"KCONFIG_ALLCONFIG={folder}/fragment", "allnoconfig"),
                            log=log, env=_environment(), step=step)
    if not done.ok:
        raise Trouble(f"{tree.name} cannot be configured; all it said is in {log}", tree.code,
                      compiler_words(done.output))
    return (tree.objects / ".config").read_text(encoding="utf-8")


def build(tree: Tree, config: str) -> Built:
    """Builds what has changed."""
    log = cache.log(f"linux-{tree.objects.name}-build")
    with Step(f"building {tree.name}") as step:
        # `modules`, though there may be none: Module.symvers is what external ones need.
        done = proc.run(_make(tree, "Image", "modules"), log=log, env=_environment(), step=step)
    if not done.ok:
        raise Trouble(f"{tree.name} does not compile; all it said is in {log}", tree.code,
                      compiler_words(done.output))
    return Built(tree.objects / "arch/arm64/boot/Image", config, tree.objects)


# ---- variants -------------------------------------------------------------------------------------

def source_version() -> str:
    """Of the newest of Debian's sources that was ever fetched, or of the one to be fetched."""
    there = sorted(cache.folder("linux-source").iterdir(), key=lambda path: path.stat().st_mtime)
    if there:
        return there[-1].name
    packages.need(packages.APT)
    return apt.Apt().candidate(PACKAGE, SUITE)


def pristine(version: str) -> Path:
    """Debian's source, which nobody may write to."""
    def make(into: Path) -> None:
        with cache.scratch() as folder:
            deb = apt.Apt().download(PACKAGE, version, folder)
            log = cache.log("kernel-unpack")
            with Step(f"unpacking the source of Linux {version}") as step:
                apt.unpack(deb, folder / "deb")
                tar = next((folder / "deb/usr/src").glob("*.tar.xz"), None)
                if tar is None:
                    raise Trouble(f"{PACKAGE} {version} holds no source", BENCH)
                done = proc.run(["tar", "-C", into, "--wildcards", "--no-wildcards-match-slash",
                                 *(f"--exclude={PACKAGE}/{pattern}" for pattern in LEFT_OUT),
                                 "-xf", tar], log=log, step=step)
                if not done.ok:
                    raise Trouble(f"the source of Linux {version} cannot be unpacked", BENCH,
                                  done.tail(5))
                (into / PACKAGE).rename(into / "linux")

    return cache.entry("linux-source", version, make) / "linux"


def _working_tree(version: str) -> Path:
    origin = pristine(version)

    def make(into: Path) -> None:
        with Step("laying out a tree for the variants"):
            shutil.copytree(origin, into / "linux", symlinks=True, copy_function=os.link)

    return cache.entry("linux-tree", version, make) / "linux"


def lay_over(tree: Path, wanted: Mapping[str, bytes | None]) -> list[str]:
    """Writes what differs, and nothing else: make goes by the time of a file. Returns the names."""
    changed = []
    for name, content in wanted.items():
        path = tree / name
        there = path.read_bytes() if path.is_file() else None
        if there == content:
            continue
        changed.append(name)
        if content is None:
            path.unlink()
            continue
        # Renamed into its place: a hard link's other ends keep what they have.
        with cache.scratch(path.parent) as folder:
            (folder / path.name).write_bytes(content)
            (folder / path.name).rename(path)
    return changed


def flavour_dir(version: str, debug: bool) -> Path:
    """The object tree of all variants, or of all with -debug; kbuild sees a changed configuration."""
    return cache.folder("linux-build") / (version + (variants.DEBUG if debug else ""))


def is_prepared(objects: Path) -> bool:
    """Can external modules be built against it?"""
    symbols = objects / "Module.symvers"
    if symbols.is_file():
        return True
    with cache.lock("linux-tree"):  # in the middle of a build it is not there
        return symbols.is_file()


def variant(one: Variant, version: str) -> Built:
    packages.need(packages.APT, packages.KERNEL)
    origin = pristine(version)
    with cache.lock("linux-tree"):
        tree = Tree(_working_tree(version), flavour_dir(version, one.debug), f"kernel {one.name}", BUILD)
        lay_over(tree.source, variants.patched(one, origin))
        return build(tree, configure(tree, one.debug))


# ---- a tree of the user's -------------------------------------------------------------------------

def own_tree(path: Path) -> Tree:
    """A kernel's source tree; its objects go to the cache."""
    source = path.resolve()
    if not source.is_dir():
        raise Trouble(f"{path}: no such folder")
    makefile = source / "Makefile"
    text = makefile.read_text(encoding="utf-8", errors="replace") if makefile.is_file() else ""
    if not re.search(r"^PATCHLEVEL =", text, re.MULTILINE) or not (source / "arch/arm64/Kconfig").is_file():
        hint = "; it is where one was built: give --tree the source" if (source / "source").exists() else ""
        raise Trouble(f"{path}: no kernel source tree (no Makefile of Linux, or no arch/arm64){hint}")
    if re.search(r"[\s:]", str(source)):
        raise Trouble(f"{source}: kbuild takes no path with a space or a colon in it", USAGE)
    # As kbuild's own check has it.
    for name in (".config", "include/config", "arch/arm64/include/generated"):
        if (source / name).exists():
            raise Trouble(f"{path}: somebody has built in it ({name} is there), and kbuild then refuses to "
                          f"build elsewhere: `make -C {path} ARCH=arm64 mrproper` cleans it")
    objects = cache.folder("linux-build") / f"own-{cache.digest(source)}"
    return Tree(source, objects, f"the kernel of {path}", TREE)
