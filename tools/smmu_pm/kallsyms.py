# SPDX-License-Identifier: GPL-2.0-or-later
"""The symbols that an arm64 kernel Image carries for itself.

Distribution kernels come without a System.map that says anything. What /proc/kallsyms shows is in
the Image, compressed: names are strings of tokens, of which there are 256; addresses are 32-bit
offsets from a base. In memory, everything aligned to 8 bytes:

    to 6.3:  offsets, relative_base, num_syms, names, markers, [seqs_of_names,] token_table, token_index
    6.4 on:  num_syms, names, markers, token_table, token_index, offsets, relative_base, …

Nothing says where that is. But every decimal digit is a token of its own, which finds the token
table; its index repeats it; and the markers (where each 256th name begins) confirm the names.
"""
from __future__ import annotations

import array
import re
import struct
from collections.abc import Iterator

NAMES_PER_MARKER = 256
TOKENS = 256
R_AARCH64_RELATIVE = 1027
KERNEL_HALF = 0xffff_0000_0000_0000


class NoSymbols(ValueError):
    """The Image has none, or lays them out in a way not known here."""


def _up(offset: int) -> int:
    return (offset + 7) & ~7


def _tokens(image: bytes) -> Iterator[tuple[int, int, list[bytes]]]:
    """Places that may be the token table: start, end of its index, tokens."""
    first = ord("0")
    digits = b"\0" + b"".join(b"%d\0" % digit for digit in range(10))
    for match in re.finditer(re.escape(digits), image):
        zero = match.start() + 1
        later = image[zero:zero + TOKENS * 64].split(b"\0")[:TOKENS - first]
        end = _up(zero + sum(len(token) + 1 for token in later))
        for index in (end, end + 8):
            if index + 2 * TOKENS > len(image):
                continue
            # The index says how far before the digits the table begins.
            places = struct.unpack_from(f"<{TOKENS}H", image, index)
            start = zero - places[first]
            tokens = image[start:index].split(b"\0")[:TOKENS]
            if places[0] == 0 and len(tokens) == TOKENS and all(
                    places[i + 1] == places[i] + len(tokens[i]) + 1 for i in range(TOKENS - 1)):
                yield start, index + 2 * TOKENS, tokens


def _read_names(image: bytes, start: int, count: int, tokens: list[bytes]) -> tuple[list[bytes], int]:
    names = []
    place = start
    for _ in range(count):
        length = image[place]
        place += 1
        if length & 0x80:  # names of more than 127 tokens
            length = (length & 0x7f) | image[place] << 7
            place += 1
        names.append(b"".join([tokens[code] for code in image[place:place + length]]))
        place += length
    return names, place


def _names_start(image: bytes, tokens_start: int) -> tuple[int, int]:
    """Where the names begin, and how many they are."""
    for end in range(tokens_start & ~7, max(0, tokens_start - (4 << 20)), -8):
        # The markers rise from 0; walk them backwards from what may be their end.
        for last in (end - 4, end - 8):
            value, = struct.unpack_from("<I", image, last)
            if not 0x1000 <= value < 16 << 20:
                continue
            place, now = last, value
            while now:
                before, = struct.unpack_from("<I", image, place - 4)
                if not 0 <= now - before <= NAMES_PER_MARKER * 600 or before >= now:
                    break
                place, now = place - 4, before
            if now or place & 7:
                continue
            markers = (last - place) // 4 + 1
            low, high = (markers - 1) * NAMES_PER_MARKER + 1, markers * NAMES_PER_MARKER
            # The names end right before the markers: the last, partial block is what is unknown.
            for start in range((place - value - 2) & ~7,
                               max(8, place - value - NAMES_PER_MARKER * 600), -8):
                count, padding = struct.unpack_from("<II", image, start - 8)
                if low <= count <= high and padding == 0:
                    return start, count
        if end < tokens_start - 64 and image[end - 8:end] == bytes(8):
            continue
    raise NoSymbols("no table of names before the token table")


def _offsets(image: bytes, names_start: int, count: int, index_end: int) -> tuple[array.array[int], int]:
    """The offsets, and where the base stands."""
    size = 4 * count
    early = names_start - 16
    for start, base in ((early - _up(size), early), (_up(index_end), _up(index_end) + _up(size))):
        if start < 0 or base + 8 > len(image):
            continue
        offsets = array.array("I", image[start:start + size])
        if all(a <= b for a, b in zip(offsets, offsets[1:])) and count < offsets[-1] < 1 << 30:
            return offsets, base
    raise NoSymbols("no table of addresses that rises")


def _base(image: bytes, place: int) -> int:
    """The base: in place, or, as it is linked to be relocated, in the relocation of that place."""
    value, = struct.unpack_from("<Q", image, place)
    if value >= KERNEL_HALF:
        return value
    kind = struct.pack("<Q", R_AARCH64_RELATIVE)
    low = struct.pack("<H", place & 0xffff)
    for match in re.finditer(re.escape(low) + b".{4}\xff\xff" + re.escape(kind), image, re.DOTALL):
        target, _, addend = struct.unpack_from("<QQQ", image, match.start())
        linked = target - place
        # The Image is linked to a multiple of 2 MiB, and the base is where its text begins.
        if linked % (2 << 20) == 0 and addend % 4096 == 0 and 0 <= addend - linked < 1 << 20:
            return addend
    raise NoSymbols("no base address")


def decode(image: bytes) -> list[tuple[int, str, str]]:
    """(address, type as nm has it, name), by address, as the Image is linked."""
    for start, index_end, tokens in _tokens(image):
        names_start, count = _names_start(image, start)
        names, _ = _read_names(image, names_start, count, tokens)
        offsets, place = _offsets(image, names_start, count, index_end)
        base = _base(image, place)
        return [(base + offset, chr(name[0]), name[1:].decode(errors="replace"))
                for offset, name in zip(offsets, names) if name]
    raise NoSymbols("no token table")


def text(symbols: list[tuple[int, str, str]]) -> str:
    """As nm and /proc/kallsyms write it."""
    return "".join(f"{address:016x} {kind} {name}\n" for address, kind, name in symbols)
