# SPDX-License-Identifier: GPL-2.0-or-later
"""A kernel of the user's own, from where it was built or from a package file.

Its configuration is read from there, its modules and its symbols too; what it lacks is named.
"""
from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from . import cache, kernel_image, kernel_package, kernels
from .kernels import Kernel
from .trouble import Trouble
from .ui import Step

# Of a built tree; the first that is there.
IMAGES = ("Image", "Image.gz", "vmlinuz.efi")


def check(named: Sequence[str], modules: Path | None, build_dir: Path | None,
          debs: Sequence[Path]) -> None:
    """Raises Trouble for a combination that names no kernel, before anything is fetched."""
    if debs and (named or modules or build_dir):
        raise Trouble("--deb goes without --kernel, --modules and --build-dir: it brings all of them")
    if modules and build_dir:
        raise Trouble("--modules or --build-dir: both say where the modules are")
    if build_dir and (len(named) > 1 or any(kernels.is_known(name) for name in named)):
        raise Trouble("--build-dir goes with one Image of your own, or names it itself")
    for path in debs:
        kernel_package.inspect(path)
    if build_dir:
        _check_tree(build_dir, Path(named[0]) if named else None)


def _stamp(path: Path) -> tuple[str, int, int] | None:
    if not path.is_file():
        return None
    return str(path), path.stat().st_size, path.stat().st_mtime_ns


def table_name(name: str) -> str:
    """What the table and the folders of --out call it."""
    return re.sub(r"[^\w.+-]", "-", name)


def _check_tree(tree: Path, image: Path | None) -> Path:
    """The Image of a built tree."""
    if not tree.is_dir():
        raise Trouble(f"{tree}: no such folder")
    if not (tree / ".config").is_file():
        raise Trouble(f"{tree}: no tree that a kernel was built in (it has no .config)")
    if image is not None:
        return image
    boot = tree / "arch" / "arm64" / "boot"
    found = next((boot / name for name in IMAGES if (boot / name).is_file()), None)
    if found is None:
        raise Trouble(f"{tree}: no arm64 kernel was built here (no arch/arm64/boot/Image)")
    return found


def from_tree(tree: Path, image_path: Path | None = None) -> Kernel:
    """What was built in a tree, as it is: nothing is built."""
    place = _check_tree(tree, image_path)
    image = kernel_image.read(place)
    config = (tree / ".config").read_text(encoding="utf-8", errors="replace")
    version = kernel_image.banner(image)
    wanted = table_name(image_path.name if image_path is not None else tree.resolve().name)
    listing = sorted(str(_stamp(path)) for path in kernels.find_modules(tree).values())
    key = cache.digest(kernels.FORMAT, image, config, tree.resolve(), listing,
                       _stamp(tree / "System.map"), _stamp(tree / "vmlinux"))

    def make(into: Path) -> None:
        kernels.fill(into, image, config, tree, {"name": str(tree), "version": version},
                     tree / "System.map", tree / "vmlinux")

    return Kernel(wanted, cache.entry("kernel-own", key, make), version, known=False,
                  build_dir=tree.resolve())


def _no_kernel(debs: Sequence[kernel_package.Package]) -> Trouble:
    listed = ", ".join(str(deb.path) for deb in debs)
    parts = [name for deb in debs for name in deb.parts if name not in {one.name for one in debs}]
    more = f"; give these, too: {', '.join(dict.fromkeys(parts))}" if parts else ""
    return Trouble(f"{listed}: holds no kernel{more}")


def from_packages(paths: Sequence[Path]) -> Kernel:
    """The kernel of one package file, or of several that belong together."""
    debs = [kernel_package.inspect(path) for path in paths]
    first = debs[0]
    version = f"{first.name} {first.version}"
    key = cache.digest(kernels.FORMAT, first.name, *(deb.path.read_bytes() for deb in debs))

    def make(into: Path) -> None:
        with cache.scratch() as folder, Step(f"unpacking {version}"):
            kernel_package.unpack(debs, folder)
            found = kernel_package.find(folder)
            if found is None:
                raise _no_kernel(debs)
            image = kernel_image.read(found.image)
            config = (found.config.read_text(encoding="utf-8", errors="replace")
                      if found.config else kernel_image.embedded_config(image))
            if not config:
                raise Trouble(f"{first.path}: holds no configuration of its kernel")
            if found.modules is None and kernels.parse_config(config).get("DRM_MSM") == "m":
                raise Trouble(f"{first.path}: holds no modules, and this kernel has drm/msm as one; "
                              "give the package of its modules, too")
            kernels.fill(into, image, config, found.modules,
                         {"name": first.name, "version": version}, found.system_map)

    return Kernel(table_name(first.name), cache.entry("kernel-own", key, make), version, known=False)
