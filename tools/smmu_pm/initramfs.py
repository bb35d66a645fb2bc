# SPDX-License-Identifier: GPL-2.0-or-later
"""The guest's root file system: a cpio archive (newc) that is the same for the same content.

    /init            the exerciser
    /modules/order   the modules of /modules in the order of loading
    /lib/firmware/…  what drm/msm asks for; the GPU stub has no use for its content
"""
from __future__ import annotations

import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

# All of them for both GPUs; the A530 asks for the third.
FIRMWARE = ("qcom/a530_pm4.fw", "qcom/a530_pfp.fw", "qcom/a530v3_gpmu.fw2")
FIRMWARE_BYTES = bytes(4096)
BLOCK = 512


@dataclass(frozen=True)
class File:
    path: str
    data: bytes
    mode: int = stat.S_IFREG | 0o644
    device: tuple[int, int] = (0, 0)


def _member(number: int, file: File) -> bytes:
    name = file.path.encode() + b"\0"
    fields = (number, file.mode, 0, 0, 1, 0, len(file.data), 0, 0, *file.device, len(name), 0)
    head = b"070701" + b"".join(b"%08x" % field for field in fields) + name
    return head + bytes(-len(head) % 4) + file.data + bytes(-len(file.data) % 4)


def archive(files: Iterable[File]) -> bytes:
    """The archive, folders added, in the order of paths: a folder stands before its content."""
    members = {file.path: file for file in files}
    for path in list(members):
        for parent in Path(path).parents:
            if str(parent) != ".":
                members.setdefault(str(parent), File(str(parent), b"", stat.S_IFDIR | 0o755))
    ordered = [members[path] for path in sorted(members)]
    data = b"".join(_member(number, file) for number, file in enumerate(ordered, start=1))
    data += _member(0, File("TRAILER!!!", b"", 0))
    return data + bytes(-len(data) % BLOCK)


def content(init: bytes, modules: Path, extra: Iterable[File] = ()) -> list[File]:
    files = [
        File("init", init, stat.S_IFREG | 0o755),
        # The kernel opens it for init before anything is mounted.
        File("dev/console", b"", stat.S_IFCHR | 0o600, (5, 1)),
        File("tmp", b"", stat.S_IFDIR | 0o755),
    ]
    files += [File(f"lib/firmware/{name}", FIRMWARE_BYTES) for name in FIRMWARE]
    files += [File(f"modules/{path.name}", path.read_bytes()) for path in modules.iterdir()]
    return files + list(extra)
