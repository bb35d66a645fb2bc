# SPDX-License-Identifier: GPL-2.0-or-later
"""pm_testdev.ko, the guest's module: built against the kernel that is to load it.

    guest-module/KEY/pm_testdev.ko           without its debugging information
    guest-module-symbols/KEY/…               its symbols, beside those of the kernel's own modules

A kernel of Debian's brings its headers as packages; any other needs its build tree.
"""
from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from . import apt, cache, kernel_image, kernels, packages, proc, qemu
from .kernels import Kernel
from .trouble import BENCH, BUILD, Trouble
from .ui import Step

FORMAT = 1
NAME = "pm_testdev"
CROSS = "aarch64-linux-gnu-"
# What a newer compiler than the host's was asked for: none of it concerns one module. BTF would
# want a vmlinux, and a program that reads it.
WITHOUT = ("CONFIG_CC_HAS_MIN_FUNCTION_ALIGNMENT=", "CONFIG_DEBUG_INFO_BTF_MODULES=")


@dataclass(frozen=True)
class GuestModule:
    file: Path
    symbols: Path  # the folder that the judge is told


@dataclass(frozen=True)
class Headers:
    """What `make` is to be told to build a module for one of Debian's kernels."""

    objects: Path  # the folder with .config and Module.symvers
    source: Path   # the one with the Makefile


def _sources(repo: Path) -> list[Path]:
    return sorted(path for path in (repo / "tests/guest/module").iterdir() if path.is_file())


def _package(kernel: Kernel) -> tuple[str, str]:
    """Release and package version of a kernel of Debian's."""
    match = re.fullmatch(r"linux-image-(\S+) (\S+)", kernel.version)
    if match is None or kernel.name not in kernels.KNOWN:
        raise Trouble(f"kernel {kernel.name} has no build tree to build {NAME}.ko with; "
                      "give --build-dir")
    return match[1], match[2]


def _wrap(program: Path, libc: Path) -> None:
    """Has a program of another release of Debian run with that release's C library."""
    # Debian's modpost only chooses among those of several targets.
    real = program.with_name(f"{program.name}.real-lsb-64")
    if not real.is_file():
        real = program.with_name(f"{program.name}.elf")
        program.rename(real)
    else:
        program.unlink()
    loader = next(iter(sorted(libc.glob("usr/lib/*/ld-linux-*.so.*"))
                       or sorted(libc.glob("lib/*/ld-linux-*.so.*"))), None)
    if loader is None:
        raise Trouble("Debian's libc6 holds no loader", BENCH)
    # By its own place: the folder is renamed once it is complete.
    up = os.path.relpath(loader, program.parent)
    program.write_text(
        '#!/bin/sh\nhere=$(dirname "$(readlink -f "$0")")\n'
        f'loader=$here/{up}\n'
        f'exec "$loader" --library-path "$(dirname "$loader")" "$here/{real.name}" "$@"\n',
        encoding="utf-8")
    program.chmod(0o755)


def _fetch_headers(kernel: Kernel, into: Path) -> None:
    release, version = _package(kernel)
    source = apt.Apt()
    suite = kernels.KNOWN[kernel.name].suite
    package = f"linux-headers-{release}:arm64"
    depends = source.depends(package, version)
    common = next((name for name in depends if name.endswith("-common")), "")
    kbuild = next((name for name in depends if name.startswith("linux-kbuild-")), "")
    if not common or not kbuild:
        raise Trouble(f"{package} {version} depends on no common headers and no kbuild", BENCH)
    # Programs of the host's: they run here, whatever they build for.
    kbuild = f"{kbuild}:{source.architecture}"
    with cache.scratch() as folder:
        apt.unpack(source.download(package, version, folder), into)
        apt.unpack(source.download(common, version, folder), into)
        apt.unpack(source.download(kbuild, source.candidate(kbuild, suite), folder), into)
        if suite != source.codename:
            libc = f"libc6:{source.architecture}"
            apt.unpack(source.download(libc, source.candidate(libc, suite), folder), into / "libc")
    # Kbuild runs its programs through this link, whose target is named after the package.
    kbuilds = [path for path in (into / "usr/lib").glob("linux-kbuild-*") if path.is_dir()]
    if len(kbuilds) != 1:
        raise Trouble(f"{kbuild} holds no scripts", BENCH)
    if (into / "libc").is_dir():
        for name in ("basic/fixdep", "mod/modpost"):
            _wrap(kbuilds[0] / "scripts" / name, into / "libc")


def _headers(kernel: Kernel) -> Headers:
    release, version = _package(kernel)
    place = cache.entry("kernel-headers", f"{FORMAT}-{release}-{version.replace(':', '_')}",
                        lambda into: _fetch_headers(kernel, into))
    objects = place / "usr/src" / f"linux-headers-{release}"
    source = next(iter(sorted((place / "usr/src").glob("linux-headers-*-common"))))
    return Headers(objects, source)


def _build_dir(kernel: Kernel) -> Path | None:
    return getattr(kernel, "build_dir", None)


def _config(folder: Path, name: str) -> str:
    try:
        return (folder / name).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _command(kernel: Kernel, sources: Path) -> list[str | Path]:
    words = ["ARCH=arm64", f"CROSS_COMPILE={CROSS}", f"M={sources}", "modules"]
    build_dir = _build_dir(kernel)
    if build_dir is not None:
        if _config(build_dir, ".config") != _config(kernel.folder, "config"):
            raise Trouble(f"{build_dir} is not configured as {kernel.name} is (any more): "
                          f"{NAME}.ko cannot be built there")
        # A tree that was built without modules has no list of what its kernel exports.
        return ["make", "-C", build_dir.resolve(), "KBUILD_MODPOST_WARN=1", *words]
    headers = _headers(kernel)
    # Their own Makefile names a place that they are not at.
    return ["make", "-C", headers.objects, "-f", headers.source / "Makefile", f"CC={CROSS}gcc",
            *WITHOUT, *words]


def _build(kernel: Kernel, repo: Path, into: Path) -> None:
    with cache.scratch() as folder:
        for path in _sources(repo):
            shutil.copy2(path, folder / path.name)
        command = _command(kernel, folder)
        log = cache.log(f"guest-module-{kernel.name}")
        with Step(f"building {NAME}.ko for {kernel.name}") as step:
            # Kbuild keeps state in a user's tree as well.
            with cache.lock("guest-module"):
                done = proc.run(command, log=log, step=step)
        built = folder / f"{NAME}.ko"
        if not done.ok or not built.is_file():
            raise Trouble(f"{NAME}.ko does not build for {kernel.name}; all that was said is in "
                          f"{log}", BUILD, qemu.compiler_words(done.output))
        stripped = proc.capture([f"{CROSS}strip", "--strip-debug", "-o", into / f"{NAME}.ko", built])
        if not stripped.ok:
            raise Trouble(f"{NAME}.ko cannot be stripped", BUILD, stripped.tail(3))


def _add_symbols(kernel: Kernel, file: Path, into: Path) -> None:
    shutil.copytree(kernel.module_symbols, into, dirs_exist_ok=True)
    (into / f"{NAME}.sym").write_text(kernels.symbols_of_module(file.read_bytes()),
                                      encoding="utf-8")


def _key(repo: Path, kernel: Kernel) -> str:
    """Kernels of one release and one configuration load the same module."""
    parts = [part for path in _sources(repo) for part in (path.name, path.read_bytes())]
    if _build_dir(kernel) is None:
        return cache.digest(FORMAT, kernel.folder, *parts)
    return cache.digest(FORMAT, kernel_image.banner(kernel.image.read_bytes()),
                        _config(kernel.folder, "config"), *parts)


def get(repo: Path, kernel: Kernel) -> GuestModule:
    """The module for this kernel, built if it has not been yet."""
    packages.need(packages.APT, packages.GUEST)
    key = _key(repo, kernel)
    file = cache.entry("guest-module", key,
                       lambda into: _build(kernel, repo, into)) / f"{NAME}.ko"
    symbols = cache.entry("guest-module-symbols", cache.digest(key, kernel.folder),
                          lambda into: _add_symbols(kernel, file, into))
    return GuestModule(file, symbols)
