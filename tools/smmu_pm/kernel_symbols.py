# SPDX-License-Identifier: GPL-2.0-or-later
"""A kernel's symbols, as nm writes them, from the first of these that is there and is the Image's:

    System.map   as the build leaves it; distributions install an empty one
    vmlinux      its symbol table
    kallsyms     that the Image carries for itself
"""
from __future__ import annotations

import mmap
import re
from pathlib import Path

from . import elf, kallsyms

_LINE = re.compile(r"^([0-9a-f]{16}) ([A-Za-z]) (\S+)$", re.MULTILINE)
BANNER = b"Linux version "


def _fits(image: bytes, addresses: dict[str, int]) -> bool:
    """The Image begins at _text, and has its banner where linux_banner is."""
    if "_text" not in addresses or "linux_banner" not in addresses:
        return False
    place = addresses["linux_banner"] - addresses["_text"]
    return place > 0 and image[place:place + len(BANNER)] == BANNER


def from_map(image: bytes, path: Path) -> str:
    """From a System.map; nothing if it is another kernel's."""
    found = _LINE.findall(path.read_text(encoding="utf-8", errors="replace"))
    if not _fits(image, {name: int(address, 16) for address, _, name in found
                         if name in ("_text", "linux_banner")}):
        return ""
    return "".join(f"{address} {kind} {name}\n" for address, kind, name in sorted(found)
                   if not name.startswith(("$", ".L")))


def from_vmlinux(image: bytes, path: Path) -> str:
    """From vmlinux, which may be large: it is not read as a whole."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        try:
            symbols = list(elf.Elf(data).symbols())
        except elf.ElfError:
            return ""
    if not _fits(image, {symbol.name: symbol.value for symbol in symbols
                         if symbol.name in ("_text", "linux_banner")}):
        return ""
    code = sorted((symbol.value, symbol.name) for symbol in symbols
                  if symbol.kind in (elf.STT_FUNC, elf.STT_NOTYPE) and symbol.name
                  and ".text" in symbol.section and not symbol.name.startswith(("$", ".L")))
    return "".join(f"{address:016x} t {name}\n" for address, name in code)


def find(image: bytes, system_map: Path | None = None, vmlinux: Path | None = None) -> str:
    """The symbols, or nothing: a finding then shows plain addresses."""
    for path, read in ((system_map, from_map), (vmlinux, from_vmlinux)):
        if path is not None and path.is_file() and path.stat().st_size:
            text = read(image, path)
            if text:
                return text
    try:
        return kallsyms.text(kallsyms.decode(image))
    except kallsyms.NoSymbols:
        return ""
