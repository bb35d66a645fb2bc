# SPDX-License-Identifier: GPL-2.0-or-later
"""Kernels built to differ in one thing: who powers the SMMU. A table, and the patches that it names.

Each is Debian's linux-source-6.1 with patches of tests/guest/kernels laid over, in this order; the
header of a patch says which argument of 2018 it stands for.
"""
from __future__ import annotations

from dataclasses import dataclass
from functools import cache as once
from pathlib import Path

from . import cache, proc
from .trouble import BUILD, Trouble

FOLDER = Path(__file__).resolve().parents[2] / "tests/guest/kernels"
FRAGMENT = FOLDER / "config"
DEBUG_FRAGMENT = FOLDER / "config-debug"
DEBUG = "-debug"


@dataclass(frozen=True)
class Variant:
    name: str
    summary: str
    patches: tuple[str, ...] = ()
    debug: bool = False


_C1 = ("unmap-unpowered",)
_C2 = (*_C1, "sync-unpowered")
_C3 = (*_C2, "map-unpowered")
_CLIENT = (*_C3, "iova-to-phys-unpowered")

_PLAIN = (
    Variant("merged", "as merged: the SMMU's driver powers the SMMU"),
    Variant("v7", "version 7 of February 2018: the client powers the SMMU, its supplier",
            (*_CLIENT, "attach-unpowered", "no-autosuspend", "counting-suppliers",
             "msm-powers-suppliers", "no-restore")),
    Variant("pre-series", "before the series: the client powers itself, the whole GPU",
            (*_CLIENT, "msm-powers-gpu")),
    Variant("c1", "wrong: nobody powers the SMMU round unmap, but round the sync behind it", _C1),
    Variant("c2", "wrong: nobody powers the SMMU round unmap and sync", _C2),
    Variant("c3", "wrong: nobody powers the SMMU round map, unmap and sync", _C3),
    Variant("c2-no-restore", "wrong: as c2, and a resume flushes no TLB and programs nothing",
            (*_C2, "no-restore")),
    Variant("no-device-links", "wrong: the SMMU is no supplier of its masters",
            ("no-device-links",)),
    Variant("no-restore", "wrong: a resume starts the clocks, and programs nothing",
            ("no-restore",)),
)
VARIANTS = {
    **{one.name: one for one in _PLAIN},
    **{one.name + DEBUG: Variant(one.name + DEBUG, f"{one.name}, with the kernel's checks of locking",
                                 one.patches, True) for one in _PLAIN},
}


def fragment(debug: bool = False) -> str:
    """Options to be merged into a configuration."""
    text = FRAGMENT.read_text(encoding="utf-8")
    return text + "\n" + DEBUG_FRAGMENT.read_text(encoding="utf-8") if debug else text


def _path(patch: str) -> Path:
    return FOLDER / f"{patch}.patch"


def content(variant: Variant) -> bytes:
    """Of all its patches: what its cache entry depends on."""
    return b"\0".join(_path(patch).read_bytes() for patch in variant.patches)


@once
def _touched(patch: str) -> tuple[str, ...]:
    return tuple(line.removeprefix("+++ b/").split("\t")[0]
                 for line in _path(patch).read_text(encoding="utf-8").splitlines()
                 if line.startswith("+++ b/"))


def files() -> list[str]:
    """All that any variant's patches touch."""
    return sorted({file for one in _PLAIN for patch in one.patches for file in _touched(patch)})


def patched(variant: Variant, pristine: Path) -> dict[str, bytes | None]:
    """files() as the variant has them; None: there is no such file."""
    with cache.scratch() as folder:
        for name in files():
            source = pristine / name
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            if source.is_file():
                (folder / name).write_bytes(source.read_bytes())
        for patch in variant.patches:
            done = proc.capture(["patch", "--quiet", "--strip=1", "--fuzz=0", "--force",
                                 "--no-backup-if-mismatch", "--reject-file=-",
                                 f"--input={_path(patch)}"], cwd=folder)
            if not done.ok:
                raise Trouble(f"kernel {variant.name}: {patch}.patch does not fit this source", BUILD,
                              done.tail(8))
        return {name: (folder / name).read_bytes() if (folder / name).is_file() else None
                for name in files()}
