# SPDX-License-Identifier: GPL-2.0-or-later
"""The kernel in Debian packages, be they Debian's own or made by `make bindeb-pkg`.

    boot/vmlinuz-RELEASE  boot/config-RELEASE  boot/System.map-RELEASE  lib/modules/RELEASE/…
    usr/lib/modules/RELEASE/{vmlinuz,config,System.map,kernel/…}    Debian since Linux 6.19, in three
                                                                    packages: binary, base, modules
"""
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from . import packages, proc
from .trouble import USAGE, Trouble


@dataclass(frozen=True)
class Package:
    """What a .deb says of itself."""

    path: Path
    name: str
    version: str
    depends: tuple[str, ...]

    @property
    def parts(self) -> list[str]:
        """Packages that it depends on and that hold the rest of its kernel."""
        release = re.sub(r"^linux-(image|binary|base|modules)-", "", self.name)
        return [name for name in self.depends
                if re.fullmatch(rf"linux-(binary|base|modules)-{re.escape(release)}", name)]


@dataclass(frozen=True)
class Found:
    """Where the parts of a kernel are in an unpacked tree."""

    image: Path
    config: Path | None
    system_map: Path | None
    modules: Path | None


def names_of(depends: str) -> tuple[str, ...]:
    """Names of a Depends field, of alternatives the first."""
    return tuple(re.split(r"[ (:|]", item.strip())[0] for item in depends.split(",") if item.strip())


def inspect(path: Path) -> Package:
    """Raises Trouble for what is no package, or one that no arm64 kernel can be in."""
    if not path.is_file():
        raise Trouble(f"{path}: no such file")
    packages.need(packages.APT)
    fields = {}
    for field in ("Package", "Version", "Architecture", "Depends"):
        done = proc.capture(["dpkg-deb", "-f", path, field])
        if not done.ok:
            raise Trouble(f"{path}: no Debian package, or a broken one", USAGE, done.tail(2))
        fields[field] = done.output.strip()
    if fields["Architecture"] not in ("arm64", "all"):
        raise Trouble(f"{path}: a package for {fields['Architecture']}, and the machine is arm64")
    return Package(path, fields["Package"], fields["Version"], names_of(fields["Depends"]))


def unpack(debs: Sequence[Package], into: Path) -> None:
    for deb in debs:
        done = proc.capture(["dpkg-deb", "-x", deb.path, into])
        if not done.ok:
            raise Trouble(f"{deb.path}: cannot be unpacked; is it all there?", USAGE, done.tail(2))


def find(tree: Path) -> Found | None:
    """The kernel of an unpacked tree, if there is one."""
    images = sorted([*tree.glob("boot/vmlinu[xz]-*"), *tree.glob("boot/Image-*"),
                     *tree.glob("lib/modules/*/vmlinuz"), *tree.glob("usr/lib/modules/*/vmlinuz")])
    images = [path for path in images if path.is_file() and not path.is_symlink()]
    if not images:
        return None
    if len(images) > 1:
        listed = ", ".join(str(path.relative_to(tree)) for path in images)
        raise Trouble(f"these packages hold several kernels: {listed}; give one at a time")
    image = images[0]
    release = image.parent.name if image.name == "vmlinuz" else image.name.partition("-")[2]
    # Merged /usr or not.
    folders = [tree / place / release for place in ("usr/lib/modules", "lib/modules")]

    def beside(name: str) -> Path | None:
        places = [tree / "boot" / f"{name}-{release}", *(folder / name for folder in folders)]
        return next((path for path in places if path.is_file()), None)

    return Found(image, beside("config"), beside("System.map"),
                 next((folder for folder in folders if (folder / "kernel").is_dir()), None))
