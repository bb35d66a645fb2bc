#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Lay this repository's devices over a QEMU source tree: overlay.py REPO QEMU_SRC

Folders are linked, not copied, so that editing a device and running ninja
is all it takes. A handful of lines is added to QEMU's own build files, between
two markers by which a second run finds and renews them. Nothing else is touched.
For QEMU 10.0 to 10.2.
"""
from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

BEGIN = "# smmu-pm: begin"
END = "# smmu-pm: end"

# In the QEMU tree -> in the repository
LINKS = {
    "hw/arm/smmu-pm": "hw/arm/smmu-pm",
    "hw/display/msm-gpu-stub": "hw/display/msm-gpu-stub",
    "tests/qtest/smmu-pm": "tests/qtest",
    "configs/devices/aarch64-softmmu/smmu-pm.mak": "hw/arm/smmu-pm/qemu/devices.mak",
}


class OverlayError(Exception):
    """One line that says what is wrong with the tree."""


@dataclass(frozen=True)
class Addition:
    """Lines for one of QEMU's files, before or after a line that it must have."""

    file: str
    anchor: str
    lines: tuple[str, ...]
    before: bool = False


ADDITIONS = (
    # Trace events are collected before hw/ is read.
    Addition("meson.build", "trace_events_subdirs = [", (
        "  'hw/arm/smmu-pm/qemu',",
    )),
    # QEMU 10.0 reads hw/display before hw/arm, 10.2 behind it: neither asks the other.
    Addition("hw/display/meson.build", "hw_display_modules = {}", (
        "subdir('msm-gpu-stub')",
        "subdir('msm-gpu-stub/qemu')",
    )),
    Addition("hw/arm/meson.build", "hw_arch += {'arm': arm_ss}", (
        "subdir('smmu-pm')",
        "subdir('smmu-pm/qemu')",
    ), before=True),
    Addition("hw/arm/Kconfig", "config ARM_VIRT", (
        "source smmu-pm/Kconfig",
    ), before=True),
    Addition("tests/qtest/meson.build", "qtest_executables = {}", (
        "subdir('smmu-pm')",
    ), before=True),
)


def _add(qemu_src: Path, addition: Addition) -> None:
    path = qemu_src / addition.file
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise OverlayError(f"{path}: {error.strerror}; is {qemu_src} a QEMU source tree?") from None
    plain = re.sub(f"^{BEGIN}\n.*?^{END}\n", "", text, flags=re.MULTILINE | re.DOTALL)
    lines = plain.splitlines()
    if lines.count(addition.anchor) != 1:
        raise OverlayError(f"{path}: the line '{addition.anchor}' is not there once; "
                           "QEMU 10.0 to 10.2 have it")
    at = lines.index(addition.anchor) + (0 if addition.before else 1)
    lines[at:at] = [BEGIN, *addition.lines, END]
    new = "\n".join(lines) + "\n"
    if new == text:
        return  # its time stays, and nothing is built again
    temporary = path.with_name(path.name + ".smmu-pm")
    temporary.write_text(new, encoding="utf-8")
    os.replace(temporary, path)


def _link(target: Path, link: Path) -> None:
    if link.is_symlink():
        if link.readlink() == target:
            return
        link.unlink()
    elif link.exists():
        raise OverlayError(f"{link}: exists and is no link")
    try:
        link.symlink_to(target)
    except OSError as error:
        raise OverlayError(f"{link}: {error.strerror}") from None


def apply(repo: Path, qemu_src: Path) -> None:
    """Make qemu_src build the devices of repo. May be repeated. Raises OverlayError."""
    for addition in ADDITIONS:
        _add(qemu_src, addition)
    for link, target in LINKS.items():
        _link((repo / target).resolve(), qemu_src / link)


def main(arguments: list[str]) -> int:
    if len(arguments) != 2:
        print("usage: overlay.py REPO QEMU_SRC", file=sys.stderr)
        return 128
    try:
        apply(Path(arguments[0]), Path(arguments[1]))
    except OverlayError as error:
        print(f"overlay.py: {error}", file=sys.stderr)
        return 128
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
