# SPDX-License-Identifier: GPL-2.0-or-later
"""The little of 64-bit little-endian ELF that symbols and module dependencies need."""
from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass

EM_AARCH64 = 183
SHT_SYMTAB = 2
SHN_UNDEF = 0
SHN_LORESERVE = 0xff00
Data = bytes | mmap.mmap  # the latter for what is large

STT_OBJECT, STT_FUNC, STT_NOTYPE = 1, 2, 0


class ElfError(ValueError):
    """Not an ELF file that can be read here."""


@dataclass(frozen=True)
class Section:
    name: str
    kind: int
    address: int
    offset: int
    size: int
    link: int


@dataclass(frozen=True)
class Symbol:
    name: str
    kind: int  # STT_…
    section: str  # "" for an absolute or undefined one
    value: int


def _text(data: Data, offset: int) -> str:
    end = data.find(b"\0", offset)
    return data[offset:end if end >= 0 else len(data)].decode(errors="replace")


class Elf:
    def __init__(self, data: Data) -> None:
        self.data = data
        if data[:6] != b"\x7fELF\x02\x01" or len(data) < 64:
            raise ElfError("no 64-bit little-endian ELF file")
        self.machine, = struct.unpack_from("<H", data, 18)
        table, = struct.unpack_from("<Q", data, 40)
        size, count, names = struct.unpack_from("<HHH", data, 58)
        if size != 64 or table + size * count > len(data) or names >= count:
            raise ElfError("its section table lies outside the file")
        raw = [struct.unpack_from("<IIQQQQIIQQ", data, table + 64 * i) for i in range(count)]
        base = raw[names][4]
        self.sections = [Section(_text(data, base + r[0]), r[1], r[3], r[4], r[5], r[6])
                         for r in raw]

    def section(self, name: str) -> bytes:
        """Its content, or nothing."""
        for section in self.sections:
            if section.name == name:
                return self.data[section.offset:section.offset + section.size]
        return b""

    def symbols(self) -> Iterator[Symbol]:
        for section in self.sections:
            if section.kind != SHT_SYMTAB:
                continue
            if section.link >= len(self.sections):
                raise ElfError("its symbol table names no string table")
            strings = self.sections[section.link].offset
            content = self.data[section.offset:section.offset + section.size // 24 * 24]
            for name, info, _, index, value, _ in struct.iter_unpack("<IBBHQQ", content):
                where = ("" if index == SHN_UNDEF or index >= min(SHN_LORESERVE, len(self.sections))
                         else self.sections[index].name)
                yield Symbol(_text(self.data, strings + name), info & 15, where, value)


def functions(elf: Elf) -> list[Symbol]:
    """Functions and labels in code, by section and place; without the compiler's own marks."""
    found = [symbol for symbol in elf.symbols()
             if symbol.kind in (STT_FUNC, STT_NOTYPE) and symbol.name
             and not symbol.name.startswith(("$", ".L"))
             and ".text" in symbol.section]
    return sorted(found, key=lambda symbol: (symbol.section, symbol.value, symbol.name))


def modinfo(elf: Elf) -> dict[str, str]:
    """A kernel module's .modinfo; of a key that repeats, the last."""
    pairs = elf.section(".modinfo").decode(errors="replace").split("\0")
    return dict(pair.split("=", 1) for pair in pairs if "=" in pair)
