# SPDX-License-Identifier: GPL-2.0-or-later
"""The symbols that an arm64 kernel Image carries for itself.

Distribution kernels come without a System.map that says anything. What /proc/kallsyms shows is in
the Image, compressed: names are strings of tokens, of which there are 256; addresses are 32-bit
offsets, from a base or, in 7.x, from where each offset stands. In memory, aligned to 8 bytes, to 4
in 7.x:

    to 6.3:  offsets, relative_base, num_syms, names, markers, [seqs_of_names,] token_table, token_index
    6.4 on:  num_syms, names, markers, token_table, token_index, offsets, relative_base, …
    7.x:     num_syms, names, markers, token_table, token_index, offsets, …

Nothing says where that is. But every decimal digit is a token of its own, which finds the token
table; its index repeats it; and the markers (where each 256th name begins) confirm the names.
"""
from __future__ import annotations

import array
import re
import struct
from collections import Counter
from collections.abc import Iterator

NAMES_PER_MARKER = 256
TOKENS = 256
R_AARCH64_RELATIVE = 1027
KERNEL_HALF = 0xffff_0000_0000_0000


class NoSymbols(ValueError):
    """The Image has none, or lays them out in a way not known here."""


def _up(offset: int, alignment: int = 8) -> int:
    return (offset + alignment - 1) & -alignment


def _tokens(image: bytes) -> Iterator[tuple[int, int, list[bytes]]]:
    """Places that may be the token table: start, end of its index, tokens."""
    first = ord("0")
    digits = b"\0" + b"".join(b"%d\0" % digit for digit in range(10))
    for match in re.finditer(re.escape(digits), image):
        zero = match.start() + 1
        later = image[zero:zero + TOKENS * 64].split(b"\0")[:TOKENS - first]
        after = zero + sum(len(token) + 1 for token in later)
        end = _up(after)
        for index in dict.fromkeys((_up(after, 4), end, end + 8)):
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


def _fits(image: bytes, start: int, count: int, markers: int, number: int) -> bool:
    """Do that many names begin there, and each 256th where its marker says?"""
    place = start
    for name in range(count):
        if name % NAMES_PER_MARKER == 0:
            marker, = struct.unpack_from("<I", image, markers + 4 * (name // NAMES_PER_MARKER))
            if place - start != marker:
                return False
        length = image[place]
        if length & 0x80:
            place += 1
            length = (length & 0x7f) | image[place] << 7
        place += 1 + length
        if not length or place > markers:
            return False
    return markers - place < 8 and number == (count - 1) // NAMES_PER_MARKER + 1


def _names_start(image: bytes, tokens_start: int) -> tuple[int, int]:
    """Where the names begin, and how many they are."""
    for last in range((tokens_start & ~3) - 4, max(4, tokens_start - (4 << 20)), -4):
        # The markers rise from 0; walk them backwards from what may be the last.
        value, = struct.unpack_from("<I", image, last)
        if not 0x1000 <= value < 16 << 20:
            continue
        place, now = last, value
        while now and place >= 4:
            before, = struct.unpack_from("<I", image, place - 4)
            if not 0 <= now - before <= NAMES_PER_MARKER * 600 or before >= now:
                break
            place, now = place - 4, before
        if now:
            continue
        number = (last - place) // 4 + 1
        low, high = (number - 1) * NAMES_PER_MARKER + 1, number * NAMES_PER_MARKER
        # The names end right before the markers: the last, partial block is what is unknown. Their
        # number stands before them, and it may be padded to 8 bytes.
        for start in range((place - value - 2) & ~3,
                           max(8, place - value - NAMES_PER_MARKER * 600), -4):
            padded, count = struct.unpack_from("<II", image, start - 8)
            if low <= count <= high and _fits(image, start, count, place, number):
                return start, count
            if count == 0 and low <= padded <= high and _fits(image, start, padded, place, number):
                return start, padded
    raise NoSymbols("no table of names before the token table")


def _rises(offsets: array.array[int]) -> bool:
    return (all(a <= b for a, b in zip(offsets, offsets[1:]))
            and len(offsets) < offsets[-1] < 1 << 30)


def _addresses(image: bytes, names_start: int, count: int, index_end: int) -> tuple[array.array[int], int]:
    """Offsets from a base, and that."""
    size = 4 * count
    early = _up(names_start - 16)
    for start, place in ((early - _up(size), early), (_up(index_end), _up(index_end) + _up(size))):
        if start < 0 or place + 8 > len(image):
            continue
        offsets = array.array("I", image[start:start + size])
        if _rises(offsets):
            return offsets, _base(image, place)
    start = _up(index_end, 4)
    if start + size <= len(image):
        relative = array.array("i", image[start:start + size])
        # The Image begins at _text, so that a place in it is an offset, too.
        offsets = array.array("q", (start + 4 * i + value for i, value in enumerate(relative)))
        if offsets[0] >= 0 and _rises(offsets):
            return offsets, _text(image)
    raise NoSymbols("no table of addresses that rises")


def _text(image: bytes) -> int:
    """Where an Image is linked that keeps no base: where nearly all of its pointers point to. Since
    Linux 6.5 that is a multiple of 2 GiB: MODULES_VSIZE in arch/arm64/include/asm/memory.h."""
    words = array.array("Q", image[:len(image) & ~7])
    found = Counter(word & ~0x7fff_ffff for word in words
                    if word >= KERNEL_HALF and 0 < word & 0x7fff_ffff < 2 * len(image))
    if not found:
        raise NoSymbols("no pointers into it")
    return found.most_common(1)[0][0]


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
        offsets, base = _addresses(image, names_start, count, index_end)
        return [(base + offset, chr(name[0]), name[1:].decode(errors="replace"))
                for offset, name in zip(offsets, names) if name]
    raise NoSymbols("no token table")


def text(symbols: list[tuple[int, str, str]]) -> str:
    """As nm and /proc/kallsyms write it."""
    return "".join(f"{address:016x} {kind} {name}\n" for address, kind, name in symbols)
